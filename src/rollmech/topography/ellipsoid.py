"""Semi-ellipsoid fitted to a pit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from rollmech.topography.moments import Outline


@dataclass(frozen=True)
class Ellipsoid:
    """Lower half of an ellipsoid in a flat face.

    Attributes:
        depth: m.
        length: Full longest axis at the face, m.
        width: Full axis across it, m.
        angle: Of the longest axis against x, counter-clockwise, rad in [0, pi).
        residual: Root mean square of what the fit leaves over the depth.
    """

    depth: float
    length: float
    width: float
    angle: float
    residual: float

    @property
    def root_radius(self) -> float:
        """Smaller radius of curvature at the deepest point, m."""
        return self.width**2 / (4 * self.depth)

    def extents(self, direction: float) -> tuple[float, float]:
        """Full extents along a direction (rad against x) and across it, m."""
        c, s = np.cos(self.angle - direction), np.sin(self.angle - direction)
        return float(np.hypot(self.length * c, self.width * s)), float(
            np.hypot(self.length * s, self.width * c)
        )


def fit_ellipsoid(
    x: np.ndarray, y: np.ndarray, height: np.ndarray, start: Outline, depth: float
) -> Ellipsoid | None:
    """Least squares through the pixels of a pit and its surroundings.

    Args:
        x: Pixel centres, m, shape (n,).
        y: Pixel centres, m, shape (n,).
        height: Levelled heights, m, shape (n,).
        start: Outline of the pit.
        depth: Measured depth, m.

    Returns:
        The fit, or None where the pixels are too few or the search does not end.
    """
    if x.size < 12:
        return None
    size = np.sqrt(start.along * start.across)

    def left(p: np.ndarray) -> np.ndarray:
        u, v = (x - start.centre[0]) / size - p[0], (y - start.centre[1]) / size - p[1]
        c, s = np.cos(p[5]), np.sin(p[5])
        inside = 1 - ((c * u + s * v) / p[3]) ** 2 - ((c * v - s * u) / p[4]) ** 2
        return height / depth + p[2] * np.sqrt(np.maximum(inside, 0))

    first = [0, 0, 1, 2.1 * start.along / size, 2.1 * start.across / size, start.angle]
    bounds = ([-2, -2, 0.3, 0.2, 0.2, -10], [2, 2, 3, 20, 20, 10])
    found = least_squares(left, first, bounds=bounds, xtol=1e-5, ftol=1e-6, max_nfev=200)
    if not found.success:
        return None
    long, short, angle = found.x[3], found.x[4], found.x[5]
    if long < short:
        long, short, angle = short, long, angle + np.pi / 2
    residual = float(np.sqrt(np.mean(found.fun**2)) / found.x[2])
    return Ellipsoid(
        float(found.x[2] * depth),
        float(2 * long * size),
        float(2 * short * size),
        float(angle % np.pi),
        residual,
    )
