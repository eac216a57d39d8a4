"""Long scratch across the web: a plane problem."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.interpolate import CubicSpline

from rollmech.flaws.front import TipFront


@dataclass(frozen=True)
class Scratch:
    """Groove across the whole web, seen in the section (x, z).

    Attributes:
        depth: Depth, um.
        half_width: Half of the opening at the face, um; 0 for a sharp scratch (a crack).
        root_radius: Radius of the V groove's round root, um; 0 for a sharp or an elliptical one.
        profile: ``sharp``, ``V``, ``U`` (semi-elliptical) or ``measured``.
        points: x and z of the right-hand wall of a measured groove from its root to the face, um.
    """

    depth: float
    half_width: float = 0.0
    root_radius: float = 0.0
    profile: str = "sharp"
    points: tuple[tuple[float, float], ...] = ()

    kind = "scratch"
    dimension = 2

    @property
    def sharp(self) -> bool:
        """Whether the scratch is a crack."""
        return self.profile == "sharp"

    @property
    def reach(self) -> float:
        """Largest half-extent, um."""
        return max(self.half_width, self.depth)

    @property
    def local_size(self) -> float:
        """Length that the stress around a blunt groove scales with, um."""
        if self.profile == "V":
            return self.root_radius
        if self.profile == "measured":
            return min(self.depth, self.half_width, self._sharpest)
        return min(self.depth, self.half_width, self.half_width**2 / self.depth)

    @cached_property
    def _spline(self) -> CubicSpline:
        """Wall of a measured groove over the length of its chords: smooth, and level at the root."""
        points = np.array(self.points)
        chords = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
        return CubicSpline(chords, points, bc_type=((1, [1.0, 0.0]), (2, [0.0, 0.0])))

    def wall(self, count: int = 400) -> np.ndarray:
        """Points of a measured groove's right-hand wall from the root to the face, um, shape (count, 2)."""
        return self._spline(np.linspace(0, self._spline.x[-1], count))

    @property
    def _sharpest(self) -> float:
        """Smallest radius of curvature of a measured groove's hollow lower half, um."""
        length = np.linspace(0, self._spline.x[-1], 2000)
        (_, z), (x1, z1), (x2, z2) = (self._spline(length, order).T for order in range(3))
        hollow = (x1 * z2 - z1 * x2) / np.hypot(x1, z1) ** 3
        return float(1 / max(hollow[z <= -self.depth / 2].max(), 1e-12))

    @property
    def deepest(self) -> float:
        """Depth of the deepest point, um."""
        return self.depth

    def front(self, interfaces: tuple[float, ...], whole: bool = False) -> TipFront | None:
        """The crack tip of a sharp scratch, else None.

        Args:
            interfaces: Depths of the plies' lower faces, um.
            whole: Makes no difference: a tip is a tip.
        """
        if not self.sharp:
            return None
        clearance = min(abs(self.depth - depth) for depth in interfaces)
        return TipFront((0.0, 0.0, -self.depth), min(self.depth, 1.5 * clearance))

    def tangent_point(self) -> tuple[float, float]:
        """Where the flank of a V groove touches its root circle: (x, z), um.

        The tangent from (half_width, 0) to the circle of radius root_radius about (0, root_radius - depth).
        """
        centre = np.array([0.0, self.root_radius - self.depth])
        corner = np.array([self.half_width, 0.0])
        offset = corner - centre
        reach = np.hypot(*offset)
        # Angle at the centre between the corner and the tangent point; the point on the right-hand flank.
        angle = np.arctan2(offset[1], offset[0]) - np.arccos(self.root_radius / reach)
        point = centre + self.root_radius * np.array([np.cos(angle), np.sin(angle)])
        return float(point[0]), float(point[1])
