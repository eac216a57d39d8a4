"""Quarter-elliptical crack at the slit edge of the web."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.flaws.front import EllipticFront


@dataclass(frozen=True)
class CornerCrack:
    """Quarter-elliptical crack in the plane x = 0 where the flawed face meets the slit edge y = 0.

    Attributes:
        depth: Extent along the edge, a, um.
        half_length: Extent along the face, c, um: the semi-axis along y.
    """

    depth: float
    half_length: float

    kind = "corner-crack"
    dimension = 3
    sharp = True
    at_edge = True
    tilt = 0.0

    @property
    def reach(self) -> float:
        """Larger semi-axis, um."""
        return max(self.half_length, self.depth)

    @property
    def deepest(self) -> float:
        """Depth of the deepest point, um."""
        return self.depth

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> EllipticFront:
        """The crack front from the face (0 degrees) to the edge (90 degrees).

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference: there is no second half.
        """
        return EllipticFront(
            self.half_length,
            self.depth,
            phi_max=np.pi / 2,
            ends=("free", "free"),
            clear_of=(-interfaces[0],),
        )
