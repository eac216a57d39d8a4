"""Ellipsoidal pore wholly inside a ply, or one that is long across the web."""

from __future__ import annotations

from dataclasses import dataclass

# Stress in the bridge between a pore and the face scales with the bridge's thickness times this.
_BRIDGE_SHARE = 1.5


@dataclass(frozen=True)
class Pore:
    """Cavity below the flawed face with its axes along x, y and z.

    Attributes:
        centre: Depth of its centre below the face, um.
        depth: Half of its extent normal to the face, um.
        half_length: Semi-axis along x, um.
        half_width: Semi-axis along y, um; None for one that is long across the web, which is a plane problem.
        pressurised: Whether gas presses on its wall.
    """

    centre: float
    depth: float
    half_length: float
    half_width: float | None = None
    pressurised: bool = False

    kind = "pore"
    sharp = False
    profile = "pore"

    @property
    def dimension(self) -> int:
        """3 for an ellipsoid, else 2."""
        return 2 if self.half_width is None else 3

    @property
    def reach(self) -> float:
        """Largest semi-axis, um."""
        return max(self.half_length, self.half_width or 0.0, self.depth)

    @property
    def deepest(self) -> float:
        """Depth of the deepest point, um."""
        return self.centre + self.depth

    @property
    def bridge(self) -> float:
        """Thickness left between the pore and the face, um."""
        return self.centre - self.depth

    @property
    def local_size(self) -> float:
        """Length that the stress around the pore scales with, um.

        The smallest of its semi-axes, of the radii of curvature where it is highest and lowest, and of 1.5 times the
        bridge to the face.
        """
        across = [half for half in (self.half_length, self.half_width) if half is not None]
        radii = [half * half / self.depth for half in across]
        return min(self.depth, *across, *radii, _BRIDGE_SHARE * self.bridge)

    @property
    def places(self) -> dict[str, tuple[float, float, float]]:
        """Points on its axis where stress is reported, um: the wall towards the face, away from it, and the face."""
        return {
            "ligament side": (0.0, 0.0, -self.bridge),
            "far side": (0.0, 0.0, -self.deepest),
            "face above": (0.0, 0.0, 0.0),
        }

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> None:
        """None: a pore is blunt.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference.
        """
        return
