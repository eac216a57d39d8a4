"""Semi-ellipsoidal pit, with or without a sharp crack at its root."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from rollmech.flaws.front import EllipticFront


@dataclass(frozen=True)
class Pit:
    """Lower half of an ellipsoid cut out of the flawed face.

    Attributes:
        depth: Semi-axis into the ply, um.
        half_width: Semi-axis across the web (y), um.
        half_length: Semi-axis along the web (x), um.
        root_crack: Radius of the semicircular crack in the plane x = 0 centred on the pit's deepest point,
            um; 0 for a smooth pit.
    """

    depth: float
    half_width: float
    half_length: float
    root_crack: float = 0.0

    kind = "pit"
    dimension = 3

    @property
    def sharp(self) -> bool:
        """Whether a crack front exists."""
        return self.root_crack > 0

    @property
    def reach(self) -> float:
        """Largest half-extent along the face, um."""
        return max(self.half_width, self.half_length, self.depth)

    @property
    def local_size(self) -> float:
        """Length that the stress around the pit scales with, um.

        The smallest of its semi-axes and of the radii of curvature at its deepest point; the rim of a shallow pit
        curves more sharply, but there the stress is low.
        """
        across = (self.half_width, self.half_length)
        return min(self.depth, *across, *(w * w / self.depth for w in across))

    @property
    def deepest(self) -> float:
        """Depth of the deepest point, root crack included, um."""
        return self.depth + self.root_crack

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> EllipticFront | None:
        """Front of the root crack, ended where it meets the pit's wall; None for a smooth pit.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Whether both halves are modelled.
        """
        if not self.sharp:
            return None
        c = self.root_crack

        def outside(phi: float) -> float:
            y, z = c * np.cos(phi), self.depth + c * np.sin(phi)
            return (y / self.half_width) ** 2 + (z / self.depth) ** 2 - 1

        phi_min = brentq(outside, -np.pi / 2, np.pi / 2 - 1e-9)
        return EllipticFront(
            c,
            c,
            centre=(0.0, 0.0, -self.depth),
            phi_min=phi_min,
            phi_max=np.pi - phi_min if whole else np.pi / 2,
            ends=("free", "free" if whole else "mirror"),
            clear_of=(-interfaces[0],),
        )
