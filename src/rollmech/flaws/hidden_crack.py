"""Elliptical crack inside a ply, open to no face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.flaws.front import EllipticFront, leaning


@dataclass(frozen=True)
class HiddenCrack:
    """Elliptical crack below the flawed face, one axis along y.

    Attributes:
        centre: Depth of its centre below the face, um.
        depth: Half of its extent normal to the face, um.
        half_length: Semi-axis along y, um.
        tilt: Angle between the crack's plane and the face's normal, radians; the semi-axis within the plane is
            ``depth / cos(tilt)``.
    """

    centre: float
    depth: float
    half_length: float
    tilt: float = 0.0

    kind = "hidden-crack"
    dimension = 3
    sharp = True

    @property
    def reach(self) -> float:
        """Largest semi-axis, um."""
        return max(self.half_length, self.depth / np.cos(self.tilt))

    @property
    def deepest(self) -> float:
        """Depth of the deepest point, um."""
        return self.centre + self.depth

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> EllipticFront:
        """The crack front from its uppermost (-90 degrees) to its deepest point (90 degrees), or all around.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Whether both halves are modelled.
        """
        end = np.pi if whole else np.pi / 2
        return EllipticFront(
            self.half_length,
            self.depth / np.cos(self.tilt),
            centre=(0.0, 0.0, -self.centre),
            second=leaning(self.tilt),
            phi_min=-end,
            phi_max=end,
            ends=("closed", "closed") if whole else ("mirror", "mirror"),
            clear_of=(0.0, -interfaces[0]),
        )
