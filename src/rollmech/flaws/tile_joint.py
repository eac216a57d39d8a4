"""Joint between two tiles of the outer ply: a gap through its full depth across the web, filled or empty."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TileJoint:
    """Rectangular gap centred on x = 0 through the outer ply, seen in the section (x, z).

    Attributes:
        depth: Thickness of the tiles, um.
        half_width: Half of the gap between them, um.
        tile_length: Length of a tile along the web, um.
    """

    depth: float
    half_width: float
    tile_length: float

    kind = "tile-joint"
    dimension = 2
    sharp = False
    profile = "joint"

    @property
    def gap(self) -> float:
        """Width of the gap, um."""
        return 2 * self.half_width

    @property
    def reach(self) -> float:
        """Largest half-extent, um."""
        return max(self.half_width, self.depth)

    @property
    def deepest(self) -> float:
        """Its depth, um."""
        return self.depth

    @property
    def local_size(self) -> float:
        """Length that element sizes follow, um."""
        return min(self.half_width, self.depth)

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> None:
        """None: it is judged by strain and mean stress, not by the corners of its wall.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference.
        """
        return
