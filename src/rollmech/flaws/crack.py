"""Semi-elliptical surface crack across the web."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.flaws.front import EllipticFront


@dataclass(frozen=True)
class SurfaceCrack:
    """Semi-elliptical crack in the plane x = 0, open to the flawed face.

    Attributes:
        depth: Depth a, um.
        half_length: Half of the surface length, c, um.
    """

    depth: float
    half_length: float

    kind = "crack"
    dimension = 3
    sharp = True

    @property
    def reach(self) -> float:
        """Largest half-extent along the face, um: what the patch must be large against."""
        return max(self.half_length, self.depth)

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
            self.depth,
            phi_max=np.pi if whole else np.pi / 2,
            ends=("free", "free" if whole else "mirror"),
            clear_of=(-interfaces[0],),
        )
