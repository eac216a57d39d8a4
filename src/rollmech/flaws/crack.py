"""Semi-elliptical surface crack, straight down or leaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.flaws.front import EllipticFront, leaning


@dataclass(frozen=True)
class SurfaceCrack:
    """Semi-elliptical crack open to the flawed face, its trace along y.

    Attributes:
        depth: Depth a of the deepest point, measured normal to the face, um.
        half_length: Half of the surface length, c, um.
        tilt: Angle between the crack's plane and the face's normal, radians: positive leans towards x as it goes
            down. The semi-axis within the plane is ``depth / cos(tilt)``.
    """

    depth: float
    half_length: float
    tilt: float = 0.0

    kind = "crack"
    dimension = 3
    sharp = True

    @property
    def reach(self) -> float:
        """Largest half-extent along the face or the crack, um: what the patch must be large against."""
        return max(self.half_length, self.depth / np.cos(self.tilt))

    @property
    def deepest(self) -> float:
        """Depth of the deepest point, um."""
        return self.depth

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> EllipticFront:
        """The crack front: its half y >= 0, or all of it.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Whether both halves are modelled.
        """
        return EllipticFront(
            self.half_length,
            self.depth / np.cos(self.tilt),
            second=leaning(self.tilt),
            phi_max=np.pi if whole else np.pi / 2,
            ends=("free", "free" if whole else "mirror"),
            clear_of=(-interfaces[0],),
        )
