"""Chip broken out of the slit edge of the web."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from rollmech.flaws.front import EllipticFront

# Through-thickness bending and the free faces are resolved by elements of a third of this times the thickness.
_THICKNESS_SHARE = 2.0


@dataclass(frozen=True)
class EdgeChip:
    """Quarter of an ellipsoid cut out where the flawed face meets the slit edge y = 0, or half of an ellipse through.

    Attributes:
        depth: Extent along the edge's height, um: that of the whole stack if it goes through.
        half_width: Extent from the edge into the web, along y, um.
        half_length: Half of its extent along the edge, along x, um.
        through: Whether it goes through the whole stack, its wall normal to the face.
        root_crack: Radius of the quarter-circular crack in the plane x = 0 where the chip's root meets the face, um;
            0 for none.
    """

    depth: float
    half_width: float
    half_length: float
    through: bool = False
    root_crack: float = 0.0

    kind = "edge-chip"
    dimension = 3
    at_edge = True

    @property
    def sharp(self) -> bool:
        """Whether a crack front exists."""
        return self.root_crack > 0

    @property
    def reach(self) -> float:
        """Largest half-extent along the face, or the depth of one that ends in the ply, um."""
        along = max(self.half_width, self.half_length)
        return along if self.through else max(along, self.depth)

    @property
    def deepest(self) -> float:
        """Depth of the deepest point, um."""
        return self.depth

    @property
    def local_size(self) -> float:
        """Length that the stress at its root scales with, um.

        The smallest of its semi-axes and of the radii of curvature of its root where it meets the face and the edge;
        for one that goes through, twice the thickness at most.
        """
        a, b = self.half_length, self.half_width
        own = min(a, b, a * a / b)
        return min(
            own, _THICKNESS_SHARE * self.depth if self.through else min(self.depth, a * a / self.depth)
        )

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> EllipticFront | None:
        """Front of the root crack from the face (0 degrees) to the chip's wall; None without one.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference: there is no second half.
        """
        if not self.sharp:
            return None
        c = self.root_crack

        def outside(phi: float) -> float:
            return (1 + c / self.half_width * np.cos(phi)) ** 2 + (c / self.depth * np.sin(phi)) ** 2 - 1

        return EllipticFront(
            c,
            c,
            centre=(0.0, self.half_width, 0.0),
            phi_max=np.pi / 2 if self.through else brentq(outside, np.pi / 2, np.pi),
            ends=("free", "free"),
            clear_of=(-interfaces[0],),
        )
