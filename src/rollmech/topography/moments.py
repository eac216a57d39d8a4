"""Outline of a region by its second moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outline:
    """Place, size and orientation of a region.

    Attributes:
        centre: Centroid, m, shape (2,).
        area: m^2.
        along: Standard deviation along the longest direction, m.
        across: Standard deviation across it, m.
        angle: Of the longest direction against x, counter-clockwise, rad in [0, pi).
    """

    centre: np.ndarray
    area: float
    along: float
    across: float
    angle: float

    @property
    def direction(self) -> np.ndarray:
        """Unit vector of the longest direction, shape (2,)."""
        return np.array([np.cos(self.angle), np.sin(self.angle)])

    @property
    def ellipse(self) -> tuple[float, float]:
        """Full length and width of the ellipse of the same moments, m."""
        return 4 * self.along, 4 * self.across

    @property
    def bar_length(self) -> float:
        """Length of the bar of the same moments, m."""
        return float(np.sqrt(12)) * self.along

    @property
    def fill(self) -> float:
        """Area over that of the ellipse of the same moments: 1 of an ellipse, 0.955 of a bar, less of a bent one."""
        return self.area / (4 * np.pi * self.along * self.across)


def outline(x: np.ndarray, y: np.ndarray, pixel: tuple[float, float]) -> Outline:
    """Outline of the pixels with centres x and y (m, shape (n,)), each a rectangle of the given size (m)."""
    centre = np.array([x.mean(), y.mean()])
    offset = np.stack([x, y]) - centre[:, None]
    covariance = offset @ offset.T / x.size + np.diag(np.square(pixel)) / 12
    values, vectors = np.linalg.eigh(covariance)
    angle = float(np.arctan2(vectors[1, 1], vectors[0, 1]) % np.pi)
    return Outline(
        centre, x.size * pixel[0] * pixel[1], float(values[1] ** 0.5), float(values[0] ** 0.5), angle
    )
