"""The crack front as a curve: where it is, which way it grows, how finely it must be resolved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

_SAMPLES = 4001


@dataclass(frozen=True)
class EllipticFront:
    """Front along an ellipse in the plane x = 0, centred below or on the flawed face (z = 0).

    Points are ``y = half_width*cos(phi)``, ``z = -(centre_depth + depth*sin(phi))``; only the half y >= 0 is
    held (the patch is symmetric about y = 0), from ``phi_min`` to 90 degrees.

    Attributes:
        half_width: Semi-axis along the face, um.
        depth: Semi-axis into the ply, um.
        centre_depth: Depth of the ellipse's centre below the flawed face, um.
        phi_min: Parametric angle at which the front leaves the body, radians.
    """

    half_width: float
    depth: float
    centre_depth: float = 0.0
    phi_min: float = 0.0

    def point(self, phi: np.ndarray) -> np.ndarray:
        """Positions on the front, shape (n, 3), um."""
        phi = np.atleast_1d(phi)
        return np.column_stack(
            [np.zeros_like(phi), self.half_width * np.cos(phi), -self.centre_depth - self.depth * np.sin(phi)]
        )

    def normal(self, phi: np.ndarray) -> np.ndarray:
        """Unit vectors of crack extension (in the crack plane, outward), shape (n, 3)."""
        phi = np.atleast_1d(phi)
        vector = np.column_stack(
            [np.zeros_like(phi), self.depth * np.cos(phi), -self.half_width * np.sin(phi)]
        )
        return vector / np.linalg.norm(vector, axis=1)[:, None]

    def speed(self, phi: np.ndarray) -> np.ndarray:
        """Arc length per radian of the parametric angle, um, shape (n,)."""
        return np.hypot(self.half_width * np.sin(phi), self.depth * np.cos(phi))

    def curvature(self, phi: np.ndarray) -> np.ndarray:
        """Curvature of the front, 1/um, positive for a convex crack, shape (n,)."""
        return self.half_width * self.depth / self.speed(phi) ** 3

    def local_size(self, phi: np.ndarray, ply_thickness: float) -> np.ndarray:
        """Length that the fields near the front scale with, um, shape (n,).

        The smallest of both semi-axes, 1.5 times the local radius of curvature (the ends of a shallow ellipse
        curve much more sharply than its deepest point) and 1.5 times the distance to the ply's other face.
        """
        ligament = ply_thickness - self.centre_depth - self.depth * np.sin(phi)
        return np.minimum.reduce(
            [np.full_like(phi, min(self.half_width, self.depth)), 1.5 / self.curvature(phi), 1.5 * ligament]
        )

    @cached_property
    def _samples(self) -> tuple[np.ndarray, cKDTree]:
        phi = np.linspace(self.phi_min, np.pi / 2, _SAMPLES)
        return phi, cKDTree(self.point(phi))

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Nearest front position of points of shape (n, 3): distance (n,) in um and angle phi (n,).

        Points with y < 0 belong to the other half of the front, phi > 90 degrees.
        """
        phi, tree = self._samples
        distance, index = tree.query(
            points * np.array([1.0, 0, 1.0]) + np.abs(points) * np.array([0, 1.0, 0])
        )
        return distance, np.where(points[:, 1] < 0, np.pi - phi[index], phi[index])

    def refine(self, points: np.ndarray, phi: np.ndarray, steps: int = 4) -> np.ndarray:
        """Angle of the nearest point of the full ellipse by Newton's method from a close guess, shape (n,)."""
        c, a = self.half_width, self.depth
        y, z = points[:, 1], points[:, 2] + self.centre_depth
        for _ in range(steps):
            cos, sin = np.cos(phi), np.sin(phi)
            dy, dz = y - c * cos, z + a * sin
            slope = -dy * c * sin - dz * a * cos
            change = dz * a * sin - dy * c * cos - (c * sin) ** 2 - (a * cos) ** 2
            phi = phi - slope / change
        return phi


@dataclass(frozen=True)
class TipFront:
    """Tip of a straight crack of given depth in the plane model (x, z): one point, growing downwards."""

    depth: float

    def local_size(self, ply_thickness: float) -> float:
        """Length that the fields near the tip scale with, um."""
        return min(self.depth, 1.5 * (ply_thickness - self.depth))

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Distance of points (n, 2 or 3; x and z first) from the tip, um."""
        return np.hypot(points[:, 0], points[:, 1] + self.depth)
