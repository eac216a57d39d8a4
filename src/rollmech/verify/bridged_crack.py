"""Bridged edge cracks in a half-plane without elements: dislocations whose opening the bridge answers to.

The equation of ``half_plane`` with the pressure ``stress - traction(opening)``. The regular part g of the dislocations'
density is expanded in Chebyshev polynomials, whose integrals from the tip give the opening exactly:

    opening(s) = 4 L / E' int_s^1 g / sqrt(1 - s^2) ds,  int_s^1 T_m / sqrt(1 - s^2) ds = sin(m arccos s) / m
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq

from rollmech.verify.half_plane import crack_equation, tip_k

_POINTS = 600
_RAMP = 8


@dataclass(frozen=True)
class HalfPlaneCrack:
    """Edge crack of depth 1 in a half-plane of E' = 1.

    Attributes:
        points: Of the rule.
    """

    points: int = _POINTS

    @cached_property
    def _equation(self) -> tuple[np.ndarray, np.ndarray]:
        """Matrix of the density and the depths at which its rows but the last ask for a pressure."""
        return crack_equation(0.0, 1.0, self.points)

    @property
    def depths(self) -> np.ndarray:
        """Where pressure and opening are, shape (points - 1,)."""
        return self._equation[1]

    @cached_property
    def _opened(self) -> np.ndarray:
        """Opening at ``depths`` of the density's values, shape (points - 1, points)."""
        n = self.points
        nodes = (2 * np.arange(1, n + 1) - 1) * np.pi / (2 * n)
        m = np.arange(n)[:, None]
        coefficients = np.where(m == 0, 1, 2) / n * np.cos(m * nodes)
        angle = np.arccos(2 * self.depths - 1)[:, None]
        order = np.arange(1, n)
        integrals = np.hstack([angle, np.sin(order * angle) / order])
        return -2 * integrals @ coefficients

    @cached_property
    def flexibility(self) -> np.ndarray:
        """Opening at ``depths`` per pressure there, shape (points - 1, points - 1)."""
        return self._opened @ self._density

    @cached_property
    def weights(self) -> np.ndarray:
        """K_I per pressure at ``depths``, shape (points - 1,)."""
        return np.array([tip_k(column, 1.0) for column in self._density.T])

    @cached_property
    def _density(self) -> np.ndarray:
        right = np.vstack([-np.pi * np.eye(self.points - 1), np.zeros(self.points - 1)])
        return np.linalg.solve(self._equation[0], right)

    def springs(self, stiffness: float) -> float:
        """K_I under unit stress with springs of a stiffness (over E' / depth) on all of the faces."""
        system = np.eye(len(self.depths)) + stiffness * self.flexibility
        return float(self.weights @ np.linalg.solve(system, np.ones(len(self.depths))))

    def strip(self, start: float, end: float = 1.0) -> tuple[float, float]:
        """K_I at depth ``end`` and opening at depth ``start`` under unit stress over the depths from start to end.

        The strip's edge is a ramp, which changes K by the square of its width.
        """
        width = self._cells(start / end)
        opened = np.interp(start / end, self.depths[::-1], (self.flexibility @ width)[::-1])
        return float(self.weights @ width) * np.sqrt(end), float(opened) * end

    def whole(self, start: float, end: float = 1.0) -> tuple[float, float]:
        """The same under unit stress over all of the faces."""
        ones = np.ones(len(self.depths))
        opened = np.interp(start / end, self.depths[::-1], (self.flexibility @ ones)[::-1])
        return float(self.weights @ ones) * np.sqrt(end), float(opened) * end

    def _cells(self, start: float) -> np.ndarray:
        """1 below ``start`` and 0 above it, with a ramp over some cells that the rule resolves."""
        angle = np.arccos(2 * self.depths - 1)
        half = _RAMP * np.pi / self.points / 2
        return np.clip((np.arccos(2 * start - 1) - (angle - half)) / (2 * half), 0, 1)

    def yield_zone(self, stress: float, notch: float) -> tuple[float, float]:
        """Depth to which a strip of unit strength yields below a notch, and the opening at the notch (Dugdale 1960).

        Args:
            stress: Remote, over the strength.
            notch: Depth of the notch.
        """

        def tip(end: float) -> float:
            return stress * self.whole(notch, end)[0] - self.strip(notch, end)[0]

        end = brentq(tip, notch * (1 + 1e-6), 50 * notch, xtol=1e-10)
        return end, stress * self.whole(notch, end)[1] - self.strip(notch, end)[1]
