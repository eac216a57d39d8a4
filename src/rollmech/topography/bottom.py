"""The bottom of a flaw: depth and root radius from a quadratic surface through the pixels around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HALF_WINDOW = 2
"""The surface goes through 5 x 5 pixels."""


@dataclass(frozen=True)
class Bottom:
    """What a quadratic surface through the pixels around the deepest one says.

    Attributes:
        depth: m; the noise of single pixels is averaged out of it.
        root_radius: Smaller radius of curvature, m; infinite at a flat bottom.
        depth_noise: Standard error of the depth from the pixels' noise, m.
    """

    depth: float
    root_radius: float
    depth_noise: float


def bottom_of(filled: np.ndarray, pixel: tuple[float, float], row: int, column: int, noise: float) -> Bottom:
    """Fit the quadratic surface around one pixel.

    Args:
        filled: Levelled heights without gaps, m.
        pixel: Size of a pixel, m.
        row: Of the deepest pixel.
        column: Of the deepest pixel.
        noise: Of a pixel, m.
    """
    rows, columns = (
        slice(max(middle - HALF_WINDOW, 0), min(middle + HALF_WINDOW + 1, count))
        for middle, count in zip((row, column), filled.shape, strict=True)
    )
    j, i = np.mgrid[rows, columns]
    x, y = ((i - column) * pixel[0]).ravel(), ((row - j) * pixel[1]).ravel()
    unit = np.hypot(*pixel)  # a basis of order one, so that the fit is well conditioned
    basis = np.stack([np.ones(x.size), x, y, x * x / unit, x * y / unit, y * y / unit], axis=1)
    basis[:, 1:] /= unit
    inverse = np.linalg.pinv(basis)
    c = inverse @ filled[rows, columns].ravel()
    hessian = np.array([[2 * c[3], c[4]], [c[4], 2 * c[5]]]) / unit**2
    curvature = float(np.linalg.eigvalsh(hessian)[-1])
    gradient = c[1:3] / unit
    lower = _drop(hessian, gradient, np.array(pixel)) if np.linalg.eigvalsh(hessian)[0] > 0 else 0.0
    radius = 1 / curvature if curvature > 0 else np.inf
    return Bottom(-float(c[0]) + lower, radius, noise * float(np.linalg.norm(inverse[0])))


def _drop(hessian: np.ndarray, gradient: np.ndarray, pixel: np.ndarray) -> float:
    """How far the vertex lies below the central pixel if it lies within a pixel of it, m."""
    vertex = -np.linalg.solve(hessian, gradient)
    return float(-0.5 * gradient @ vertex) if (np.abs(vertex) <= pixel).all() else 0.0


def radius_limit(depth: float, width: float, pixel: float, window: float = HALF_WINDOW) -> float:
    """Smallest root radius (m) that pixels can show: the root's arc between its flanks must fill the fitted window.

    Flanks of slope s = 2 depth/width touch an arc of radius r at r s/sqrt(1 + s^2) from its middle; setting this to
    the window's half-width (in pixels) gives the limit. A root sharper than that shows a larger radius than it has.
    """
    slope = 2 * depth / width
    return window * pixel * float(np.sqrt(1 + slope**2)) / slope
