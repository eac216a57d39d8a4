"""Delamination: a crack along the interface under one or more plies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.flaws.front import EllipticFront, TipFront


@dataclass(frozen=True)
class Delamination:
    """Interface crack centred on x = 0, under the plies above its depth.

    Attributes:
        depth: Depth of the interface, um.
        half_length: Half-extent along x, um.
        half_width: Half-extent along y of an elliptical spot, um; None for one that is long across the web, which is a
            plane problem.
        from_cut: Whether it starts from a crack through the plies above, which the web's stress opens; otherwise the
            plies above are whole and only gas under them opens it.
    """

    depth: float
    half_length: float
    half_width: float | None = None
    from_cut: bool = False

    kind = "delamination"
    sharp = True
    pressurised = True
    profile = "sharp"

    @property
    def dimension(self) -> int:
        """3 for an elliptical spot, else 2."""
        return 2 if self.half_width is None else 3

    @property
    def reach(self) -> float:
        """Largest half-extent along the face, um."""
        return max(self.half_length, self.half_width or 0.0, self.depth)

    @property
    def deepest(self) -> float:
        """Depth of the interface, um."""
        return self.depth

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> EllipticFront | TipFront:
        """The front at x > 0, or a quarter of an elliptical one from the y axis (0 degrees) to the x axis.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference: load and spot share both planes of symmetry.
        """
        others = [0.0, *(depth for depth in interfaces if abs(depth - self.depth) > 1e-6 * self.depth)]
        if self.half_width is None:
            clearance = min(abs(self.depth - depth) for depth in others)
            size = min(self.half_length, 1.5 * clearance)
            return TipFront((self.half_length, 0.0, -self.depth), size, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
        return EllipticFront(
            self.half_width,
            self.half_length,
            centre=(0.0, 0.0, -self.depth),
            first=(0.0, 1.0, 0.0),
            second=(1.0, 0.0, 0.0),
            phi_max=np.pi / 2,
            ends=("mirror", "mirror"),
            clear_of=tuple(-depth for depth in others),
        )
