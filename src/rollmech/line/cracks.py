"""K of cracks of a library under the stress of a ply: what growth and populations ask for.

A crack at an angle to the web is opened by the stress normal to it and sheared by the one along it; what counts is
sqrt(E' G) of all three K with the sign of K_I, as in the verdict of a solved crack (`risk.judge.CrackJudge`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from rollmech.library.ellipse import equivalent
from rollmech.library.table import DEEPEST, SURFACE


class Shapes(Protocol):
    """F of cracks of any size in one stack: a ``KTable`` or the slice of a surrogate."""

    poisson_ratio: float

    def factors(self, depth_ratio, aspect, points=None) -> np.ndarray:
        """F of K_I, shape (..., angles, 2)."""

    def shear_factors(self, depth_ratio, aspect, points=None) -> np.ndarray:
        """F of K_II and K_III, shape (..., angles, 2, 2)."""


def crack_stress(modes: np.ndarray, angle: float) -> np.ndarray:
    """Stress normal to a crack and shear along it, membrane and bending, shape (..., 4); (..., 2) without shear.

    Args:
        modes: x_membrane, x_bending, y_membrane, y_bending, shape (..., 4), Pa.
        angle: Between the crack's trace and the web direction, rad.
    """
    s, c = math.sin(angle), math.cos(angle)
    normal = s**2 * modes[..., :2] + c**2 * modes[..., 2:]
    if abs(s * c) < 1e-9:
        return normal
    return np.concatenate([normal, s * c * (modes[..., :2] - modes[..., 2:])], axis=-1)


@dataclass(frozen=True)
class GrowingCrack:
    """K of one crack of any size at its deepest point and near the surface: a ``growth`` ``StressIntensity``.

    The stress is that of ``crack_stress``. A crack longer or shorter than a library's aspects has the K of the nearest
    one; a surrogate refuses it. A sheared crack grows in its own plane here, though it would turn.

    Attributes:
        table: The library.
        thickness: Of the flawed ply, m.
    """

    table: Shapes
    thickness: float

    def __call__(
        self, depth: np.ndarray, half_length: np.ndarray, stress: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """K (Pa m^0.5) of depth and half-length (m) under stress (..., 2) or (..., 4)."""
        depth, half_length = np.broadcast_arrays(depth, half_length)
        stress = np.asarray(stress)
        place = depth / self.thickness, depth / half_length, (DEEPEST, SURFACE)
        k = np.einsum("...pm,...m->...p", self.table.factors(*place), stress[..., :2])
        if stress.shape[-1] == 4:
            shear = np.einsum("...pkm,...m->...pk", self.table.shear_factors(*place), stress[..., 2:])
            k = equivalent(np.concatenate([k[..., None], shear], axis=-1), self.table.poisson_ratio)
        k = np.sqrt(np.pi * depth)[..., None] * k
        return k[..., 0], k[..., 1]

    @property
    def deepest(self) -> float:
        """Largest depth that the table covers, m."""
        return self.table.grid.depth_ratio[1] * self.thickness


@dataclass(frozen=True)
class ScatteredCracks:
    """Largest K along the front of many cracks: a ``risk.population`` ``FlawIntensity``.

    The stress is (x_membrane, x_bending, y_membrane, y_bending), Pa.

    Attributes:
        table: The library.
        thickness: Of the flawed ply, m.
    """

    table: Shapes
    thickness: float
    _last: list = field(default_factory=list, compare=False, repr=False)

    def __call__(
        self, depth: np.ndarray, aspect: np.ndarray, angle: np.ndarray, stress: np.ndarray
    ) -> np.ndarray:
        """K (Pa m^0.5), shape (n,); angle (rad) from the cross direction."""
        along, across = np.cos(angle) ** 2, np.sin(angle) ** 2
        normal = np.multiply.outer(along, stress[:2]) + np.multiply.outer(across, stress[2:4])
        shear = np.multiply.outer(np.sin(angle) * np.cos(angle), stress[:2] - stress[2:4])
        unit = self._unit(depth, aspect)
        k = (unit[0] * normal[:, None, :]).sum(axis=-1)
        if np.any(np.abs(shear) > 1e-9 * np.abs(stress).max()):
            aside = (self._sheared(unit, depth, aspect) * shear[:, None, None, :]).sum(axis=-1)
            k = equivalent(np.concatenate([k[..., None], aside], axis=-1), self.table.poisson_ratio)
        return k.max(axis=-1)

    def _unit(self, depth: np.ndarray, aspect: np.ndarray) -> list[np.ndarray]:
        """K_I per unit stress, shape (n, angles, 2); kept, since station after station asks for the same cracks."""
        if not (self._last and self._last[0] is depth and self._last[1] is aspect):
            factors = self.table.factors(depth / self.thickness, aspect)
            self._last[:] = [depth, aspect, [np.sqrt(np.pi * depth)[:, None, None] * factors]]
        return self._last[2]

    def _sheared(self, unit: list[np.ndarray], depth: np.ndarray, aspect: np.ndarray) -> np.ndarray:
        """K_II and K_III per unit shear, shape (n, angles, 2, 2), kept with the others."""
        if len(unit) == 1:
            factors = self.table.shear_factors(depth / self.thickness, aspect)
            unit.append(np.sqrt(np.pi * depth)[:, None, None, None] * factors)
        return unit[1]
