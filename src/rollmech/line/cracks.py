"""K of cracks of a library under the stress of a ply: what growth and populations ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rollmech.library.table import DEEPEST, SURFACE, KTable


@dataclass(frozen=True)
class GrowingCrack:
    """K of one crack of any size at its deepest point and near the surface: a ``growth`` ``StressIntensity``.

    The stress is (membrane, bending) normal to the crack, Pa. A crack longer or shorter than the table's aspects has
    the K of the nearest one.

    Attributes:
        table: The library.
        thickness: Of the flawed ply, m.
    """

    table: KTable
    thickness: float

    def __call__(
        self, depth: np.ndarray, half_length: np.ndarray, stress: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """K (Pa m^0.5) of depth and half-length (m) under stress (..., 2)."""
        depth, half_length = np.broadcast_arrays(depth, half_length)
        factors = self.table.factors(depth / self.thickness, depth / half_length, (DEEPEST, SURFACE))
        k = np.sqrt(np.pi * depth)[..., None] * np.einsum("...pm,...m->...p", factors, stress)
        return k[..., 0], k[..., 1]

    @property
    def deepest(self) -> float:
        """Largest depth that the table covers, m."""
        return self.table.grid.depth_ratio[1] * self.thickness


@dataclass(frozen=True)
class ScatteredCracks:
    """Largest K along the front of many cracks: a ``risk.population`` ``FlawIntensity``.

    The stress is (x_membrane, x_bending, y_membrane, y_bending), Pa; what opens a crack at an angle is the stress
    normal to it, shear is left out.

    Attributes:
        table: The library.
        thickness: Of the flawed ply, m.
    """

    table: KTable
    thickness: float
    _last: list = field(default_factory=list, compare=False, repr=False)

    def __call__(
        self, depth: np.ndarray, aspect: np.ndarray, angle: np.ndarray, stress: np.ndarray
    ) -> np.ndarray:
        """K (Pa m^0.5), shape (n,); angle (rad) from the cross direction."""
        along, across = np.cos(angle) ** 2, np.sin(angle) ** 2
        normal = np.multiply.outer(along, stress[:2]) + np.multiply.outer(across, stress[2:4])
        return (self._unit(depth, aspect) * normal[:, None, :]).sum(axis=-1).max(axis=-1)

    def _unit(self, depth: np.ndarray, aspect: np.ndarray) -> np.ndarray:
        """K per unit stress, shape (n, angles, 2); kept, since station after station asks for the same cracks."""
        if not (self._last and self._last[0] is depth and self._last[1] is aspect):
            factors = self.table.factors(depth / self.thickness, aspect)
            self._last[:] = [depth, aspect, np.sqrt(np.pi * depth)[:, None, None] * factors]
        return self._last[2]
