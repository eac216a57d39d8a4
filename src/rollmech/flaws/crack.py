"""Semi-elliptical surface crack across the web."""

from __future__ import annotations

from dataclasses import dataclass

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

    def front(self) -> EllipticFront:
        """The crack front."""
        return EllipticFront(self.half_length, self.depth)
