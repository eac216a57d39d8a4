"""Residual stress that varies over the depth of one ply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

Held = Literal["constrained", "flat"]

POINTS = 32
"""Most points of a profile, the number that a compiled solver form holds."""

_DECAYS = 9.0  # beyond them an exponential holds 0.01 % of its force

BALANCE = 0.01
"""Part of the integral of |stress| that a profile said to balance may leave over: measured points never do exactly."""


@dataclass(frozen=True)
class StressProfile:
    """Equibiaxial residual stress over the height of a ply, linear between points.

    Attributes:
        height: Above the ply's bottom face, ascending from 0 to its thickness, shape (n,) [m].
        stress: At these heights, shape (n,) [Pa].
        held: What was measured. "constrained": the stress while the ply cannot strain (an eigenstrain), of which the
            web then relieves what it can by stretching and, where it is free to, by bending. "flat": the stress
            in the flat, unloaded web, which already balances in force.

    Raises:
        ValueError: fewer than two points, more than `POINTS`, heights not ascending from 0, or values not finite.
    """

    height: tuple[float, ...]
    stress: tuple[float, ...]
    held: Held = "constrained"

    def __post_init__(self) -> None:
        if not 2 <= len(self.height) == len(self.stress) <= POINTS:
            raise ValueError(f"a stress profile needs 2 to {POINTS} heights with a stress each")
        if self.height[0] != 0 or np.any(np.diff(self.height) <= 0):
            raise ValueError("heights of a stress profile must ascend from 0")
        if not (np.all(np.isfinite([self.height, self.stress])) and np.any(self.stress)):
            raise ValueError("a stress profile must be finite and not zero everywhere")

    def at(self, height: np.ndarray) -> np.ndarray:
        """Stress at heights above the ply's bottom face [Pa]."""
        return np.interp(height, self.height, self.stress)

    @cached_property
    def force(self) -> float:
        """Integral of the stress over the ply [N/m]."""
        return float(np.trapezoid(self.stress, self.height))

    @cached_property
    def moment(self) -> float:
        """Moment of the stress about the ply's middle [N], exact for linear pieces (Simpson)."""
        z, s = np.array(self.height), np.array(self.stress)
        arm = z - z[-1] / 2
        middle = (arm[1:] + arm[:-1]) * (s[1:] + s[:-1])
        return float(np.diff(z) @ (arm[1:] * s[1:] + arm[:-1] * s[:-1] + middle) / 6)

    @cached_property
    def size(self) -> float:
        """Integral of |stress| between its points [N/m]: what a force left over is measured against."""
        return float(np.trapezoid(np.abs(self.stress), self.height))

    @property
    def scale(self) -> float:
        """Largest |stress| [Pa]: the coefficient of the profile's unit mode."""
        return float(np.max(np.abs(self.stress)))

    def below(self, face: str) -> tuple[np.ndarray, np.ndarray]:
        """Depths [m] below a face, ascending, and the stress there over `scale`, shapes (n,)."""
        seen = self.turned_over if face == "top" else self
        return np.array(seen.height), np.array(seen.stress) / self.scale

    @property
    def turned_over(self) -> StressProfile:
        """The same profile seen from the ply's other face."""
        thickness = self.height[-1]
        # Both ends exactly, whatever the differences round to.
        inner = tuple(thickness - z for z in self.height[-2:0:-1])
        return StressProfile((0.0, *inner, thickness), self.stress[::-1], self.held)


def profile_from_depth(
    depth: np.ndarray, stress: np.ndarray, thickness: float, face: str, held: Held = "constrained"
) -> StressProfile:
    """A profile given over the depth below one face, zero below its last point.

    Args:
        depth: Below the face, ascending from 0, at most the thickness, shape (n,) [m].
        stress: Shape (n,) [Pa]; the last one is 0 unless it lies at the other face.
        thickness: Of the ply [m].
        face: "bottom" or "top".
        held: See `StressProfile`.
    """
    depth, stress = list(map(float, depth)), list(map(float, stress))
    if depth[-1] < thickness * (1 - 1e-9):
        depth, stress = [*depth, thickness], [*stress, 0.0]
    depth[-1] = thickness
    below = StressProfile(tuple(depth), tuple(stress), held)
    return below.turned_over if face == "top" else below


def exponential_points(surface: float, decay: float, thickness: float) -> tuple[np.ndarray, np.ndarray]:
    """Depths [m] and stresses [Pa] of ``surface * exp(-depth / decay)`` as linear pieces.

    Points are spaced so that all chords are equally far off: the largest difference is 0.05 % of the surface value.

    Args:
        surface: Stress at the face [Pa].
        decay: Length over which it falls to 1/e [m].
        thickness: Of the ply; the profile ends there or, in a thick ply, at 9 decay lengths with zero stress [m].
    """
    deepest = min(thickness, _DECAYS * decay)
    depth = -2 * decay * np.log(np.linspace(1.0, np.exp(-deepest / (2 * decay)), POINTS - 1))
    depth[[0, -1]] = 0.0, deepest
    stress = linear_pieces(lambda z: surface * np.exp(-z / decay), depth)
    if deepest < thickness:
        stress[-1] = 0.0
    # The end cut off goes back into the whole, so that the force is exact.
    return depth, stress * (-surface * decay * np.expm1(-thickness / decay) / np.trapezoid(stress, depth))


def linear_pieces(function: Callable[[np.ndarray], np.ndarray], depth: np.ndarray) -> np.ndarray:
    """Values at points, shape (n,), of the piecewise linear function nearest in the mean square.

    It has the force and the moment of the function, which chords have not.
    """
    places, weights = np.polynomial.legendre.leggauss(6)
    part = np.diff(depth)[:, None] / 2
    z = (depth[:-1, None] + part * (1 + places)).ravel()
    hats = np.array([np.interp(z, depth, row) for row in np.eye(len(depth))])
    weighted = hats * (part * weights).ravel()
    return np.linalg.solve(weighted @ hats.T, weighted @ function(z))
