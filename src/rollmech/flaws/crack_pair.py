"""Two equal semi-elliptical surface cracks side by side in one plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.flaws.front import EllipticFront


@dataclass(frozen=True)
class CrackPair:
    """Two cracks in the plane x = 0, mirror images of each other in y = 0.

    Attributes:
        depth: Depth of each, a, um.
        half_length: Half of the surface length of each, c, um.
        spacing: Distance between their centres, um.
    """

    depth: float
    half_length: float
    spacing: float

    kind = "crack-pair"
    dimension = 3
    sharp = True
    tilt = 0.0

    @property
    def gap(self) -> float:
        """Distance between both cracks at the face, um."""
        return self.spacing - 2 * self.half_length

    @property
    def reach(self) -> float:
        """Half-extent of both together, um."""
        return max(self.spacing / 2 + self.half_length, self.depth)

    @property
    def deepest(self) -> float:
        """Depth of the deepest points, um."""
        return self.depth

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> EllipticFront:
        """The whole front of the crack at y > 0, from its outer end (0 degrees) to its inner one (180 degrees).

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference: one front is modelled.
        """
        return EllipticFront(
            self.half_length,
            self.depth,
            centre=(0.0, self.spacing / 2, 0.0),
            phi_max=np.pi,
            ends=("free", "free"),
            clear_of=(-interfaces[0],),
            clear_of_sides=(0.0,),
        )
