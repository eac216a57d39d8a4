"""The crack front as a curve: where it is, which way it grows, how finely it must be resolved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.spatial import cKDTree

_SAMPLES = 4001
# Lengths that the fields near a front scale with, over its radius of curvature and its distance from a face.
_CURVATURE_SHARE, _CLEARANCE_SHARE = 1.5, 1.5

End = Literal["free", "mirror", "closed"]
Vector = tuple[float, float, float]


def leaning(tilt: float) -> Vector:
    """Unit vector down a crack plane that leans by an angle (radians) from the face's normal towards x."""
    return (float(np.sin(tilt)), 0.0, -float(np.cos(tilt)))


@dataclass(frozen=True)
class EllipticFront:
    """Front along a part of an ellipse in a plane.

    Points are ``centre + half_width cos(phi) first + depth sin(phi) second``; the crack lies inside the ellipse and
    its plane's normal is ``second x first``.

    Attributes:
        half_width: Semi-axis along ``first``, um.
        depth: Semi-axis along ``second``, um.
        centre: Of the ellipse, um.
        first: Unit vector from which the angle is counted.
        second: Unit vector towards the deepest point, at 90 degrees.
        phi_min: First angle of the modelled part, radians.
        phi_max: Last one.
        ends: What happens at both angles: the front leaves the body through a free face, a plane of symmetry
            continues it, or both are the same point of a closed front.
        clear_of: Heights z of the faces and interfaces that domains around the front must not reach, um.
        clear_of_sides: Places y of planes that they must not cross, um.
    """

    half_width: float
    depth: float
    centre: Vector = (0.0, 0.0, 0.0)
    first: Vector = (0.0, 1.0, 0.0)
    second: Vector = (0.0, 0.0, -1.0)
    phi_min: float = 0.0
    phi_max: float = np.pi / 2
    ends: tuple[End, End] = ("free", "mirror")
    clear_of: tuple[float, ...] = ()
    clear_of_sides: tuple[float, ...] = ()

    @cached_property
    def _axes(self) -> np.ndarray:
        """Both in-plane axes, shape (2, 3)."""
        return np.array([self.first, self.second])

    @property
    def crack_normal(self) -> np.ndarray:
        """Unit normal of the crack's plane, shape (3,)."""
        return np.cross(self.second, self.first)

    def point(self, phi: np.ndarray) -> np.ndarray:
        """Positions on the front, shape (n, 3), um."""
        phi = np.atleast_1d(phi)
        offset = np.column_stack([self.half_width * np.cos(phi), self.depth * np.sin(phi)]) @ self._axes
        return np.array(self.centre) + offset

    def normal(self, phi: np.ndarray) -> np.ndarray:
        """Unit vectors of crack extension (in the crack plane, outward), shape (n, 3)."""
        phi = np.atleast_1d(phi)
        vector = np.column_stack([self.depth * np.cos(phi), self.half_width * np.sin(phi)]) @ self._axes
        return vector / np.linalg.norm(vector, axis=1)[:, None]

    def speed(self, phi: np.ndarray) -> np.ndarray:
        """Arc length per radian of the parametric angle, um, shape (n,)."""
        return np.hypot(self.half_width * np.sin(phi), self.depth * np.cos(phi))

    def curvature(self, phi: np.ndarray) -> np.ndarray:
        """Curvature of the front, 1/um, positive for a convex crack, shape (n,)."""
        return self.half_width * self.depth / self.speed(phi) ** 3

    def local_size(self, phi: np.ndarray) -> np.ndarray:
        """Length that the fields near the front scale with, um, shape (n,).

        The smallest of both semi-axes, 1.5 times the local radius of curvature (the ends of a shallow ellipse
        curve much more sharply than its deepest point) and 1.5 times the distance
        from each face or plane to keep clear of.
        """
        _, side, height = self.point(phi).T
        distances = [height - face for face in self.clear_of] + [
            side - plane for plane in self.clear_of_sides
        ]
        clearances = [_CLEARANCE_SHARE * np.abs(distance) for distance in distances]
        smallest = np.full_like(height, min(self.half_width, self.depth))
        return np.minimum.reduce([smallest, _CURVATURE_SHARE / self.curvature(phi), *clearances])

    @cached_property
    def _samples(self) -> tuple[np.ndarray, cKDTree]:
        phi = np.linspace(self.phi_min, self.phi_max, _SAMPLES)
        return phi, cKDTree(self.point(phi))

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Nearest modelled front position of points of shape (n, 3): distance (n,) in um and angle phi (n,)."""
        phi, tree = self._samples
        distance, index = tree.query(points)
        return distance, phi[index]

    def sheltered(self, points: np.ndarray, phi: np.ndarray) -> np.ndarray:
        """Angle that counts for the distance from the free face, given the nearest one, shape (n,).

        On a leaning plane a point of the face can be nearest to a front point well below it: there the angle of
        the front point at its own depth counts if that is nearer to the face.
        """
        if not self.second[0] or "free" not in self.ends:
            return phi
        depth = (self.centre[2] - points[:, 2]) / (self.depth * -self.second[2])
        own = np.arcsin(np.clip(depth, 0, 1))
        return np.where(phi < np.pi / 2, np.minimum(phi, own), np.maximum(phi, np.pi - own))

    def opening_profile(self, points: np.ndarray, phi: np.ndarray) -> np.ndarray:
        """Square of what the faces of an ellipse deep in a body part like, um, shape (n,).

        ``(1 - rho^2) half_width depth / (2 speed)`` with ``rho`` = 1 on the ellipse: the distance from the front
        close to it.
        """
        u, v = ((points - np.array(self.centre)) @ self._axes.T).T
        inside = 1 - (u / self.half_width) ** 2 - (v / self.depth) ** 2
        return inside * self.half_width * self.depth / (2 * self.speed(phi))

    def refine(self, points: np.ndarray, phi: np.ndarray, steps: int = 4) -> np.ndarray:
        """Angle of the nearest point of the full ellipse by Newton's method from a close guess, shape (n,).

        From beyond the centre of curvature, where the guess is farthest instead of nearest, no step is taken.
        """
        u, v = ((points - np.array(self.centre)) @ self._axes.T).T
        a, b = self.half_width, self.depth
        for _ in range(steps):
            cos, sin = np.cos(phi), np.sin(phi)
            slope = (u - a * cos) * a * sin - (v - b * sin) * b * cos
            change = (u - a * cos) * a * cos + (v - b * sin) * b * sin + (a * sin) ** 2 + (b * cos) ** 2
            phi = phi - np.divide(slope, change, out=np.zeros_like(phi), where=change > 0)
        return phi

    def holds(self, points: np.ndarray, scale: float) -> np.ndarray:
        """Mask of the points (n, 3) that lie on the modelled front; ``scale`` (um) sets the tolerance."""
        distance, guess = self.project(points)
        near = np.flatnonzero(distance < 1e-2 * scale)
        phi = self.refine(points[near], guess[near])
        inside = (phi > self.phi_min - 1e-4) & (phi < self.phi_max + 1e-4) | (self.ends[0] == "closed")
        found = np.zeros(len(points), dtype=bool)
        found[near] = inside & (np.linalg.norm(points[near] - self.point(phi), axis=1) < 1e-6 * scale)
        return found


@dataclass(frozen=True)
class TipFront:
    """Tip of a straight crack in the plane model (x, z): one point of a front along y.

    Attributes:
        tip: Position, um.
        size: Length that the fields near the tip scale with, um.
        ahead: Unit vector of crack extension.
        plane_normal: Unit normal of the crack's plane.
    """

    tip: Vector
    size: float
    ahead: Vector = (0.0, 0.0, -1.0)
    plane_normal: Vector = (1.0, 0.0, 0.0)

    @property
    def crack_normal(self) -> np.ndarray:
        """Unit normal of the crack's plane, shape (3,)."""
        return np.array(self.plane_normal)

    def point(self, phi: np.ndarray) -> np.ndarray:
        """The tip for every angle, shape (n, 3), um."""
        return np.tile(self.tip, (np.size(phi), 1))

    def normal(self, phi: np.ndarray) -> np.ndarray:
        """Direction of crack extension for every angle, shape (n, 3)."""
        return np.tile(self.ahead, (np.size(phi), 1))

    def curvature(self, phi: np.ndarray) -> np.ndarray:
        """Zero, shape (n,)."""
        return np.zeros(np.size(phi))

    def local_size(self, phi: np.ndarray) -> np.ndarray:
        """``size`` for every angle, shape (n,)."""
        return np.full(np.size(phi), self.size)

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distance (n,) of points (n, 3) from the tip, um, and the angle that stands for it."""
        return np.linalg.norm(points - np.array(self.tip), axis=1), np.full(len(points), np.pi / 2)

    def refine(self, points: np.ndarray, phi: np.ndarray, steps: int = 4) -> np.ndarray:
        """The same angle again."""
        return phi

    def holds(self, points: np.ndarray, scale: float) -> np.ndarray:
        """Mask of the points (n, 3) at the tip; ``scale`` (um) sets the tolerance."""
        return self.project(points)[0] < 1e-9 * scale


Front = EllipticFront | TipFront
