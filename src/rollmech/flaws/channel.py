"""Channel crack: a crack through the outer plies that runs across the web with its root on an interface."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Channel:
    """Crack in the plane x = 0 through all plies above its depth, advancing along y in a steady state.

    Attributes:
        depth: Depth of the interface at which it ends, um.
    """

    depth: float

    kind = "channel"
    dimension = 2
    sharp = True
    profile = "sharp"
    half_width = 0.0

    @property
    def reach(self) -> float:
        """Its depth, um."""
        return self.depth

    @property
    def deepest(self) -> float:
        """Its depth, um."""
        return self.depth

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> None:
        """None: what counts is the energy that the whole advancing front releases.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference.
        """
        return
