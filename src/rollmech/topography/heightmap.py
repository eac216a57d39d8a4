"""A height map: heights on a regular grid of pixels, with what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import ndimage

SPIKE = 8.0
"""A pixel this many noise deviations beyond all its neighbours is a spike of the instrument."""


@dataclass(frozen=True)
class HeightMap:
    """Heights seen from above: the first row is the far edge (largest y), columns run along +x.

    Attributes:
        height: m, shape (rows, columns); NaN where nothing was measured.
        pixel: Width (along x) and height (along y) of a pixel, m.
        missing: Pixels without a value in the file.
        spikes: Lone outliers that were taken out as well.
    """

    height: np.ndarray
    pixel: tuple[float, float]
    missing: int = 0
    spikes: int = 0

    @property
    def area(self) -> float:
        """Area that was inspected, m^2: pixels with a value."""
        return int(self.valid.sum()) * self.pixel[0] * self.pixel[1]

    @cached_property
    def valid(self) -> np.ndarray:
        """Mask of the pixels with a value."""
        return np.isfinite(self.height)

    @cached_property
    def filled(self) -> np.ndarray:
        """Heights with every missing pixel given the value of the nearest measured one, m."""
        if self.valid.all():
            return self.height
        nearest = ndimage.distance_transform_edt(
            ~self.valid, self.pixel[::-1], return_distances=False, return_indices=True
        )
        return self.height[tuple(nearest)]

    @cached_property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y of the pixels' centres from the map's lower left corner, m, each of the map's shape."""
        rows, columns = self.height.shape
        x = (np.arange(columns) + 0.5) * self.pixel[0]
        y = (rows - 0.5 - np.arange(rows)) * self.pixel[1]
        return tuple(np.meshgrid(x, y))


def without_spikes(surface: HeightMap) -> HeightMap:
    """The map with spikes made missing: pixels far above or below all of their eight neighbours.

    Two neighbours that stand out together are kept: they may be a flaw. So is a pixel on a steep wall.
    """
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False
    height = surface.filled
    scale = spread((height - ndimage.median_filter(height, footprint=ring))[surface.valid])
    if scale == 0:
        return surface
    above = height - ndimage.maximum_filter(height, footprint=ring)
    below = ndimage.minimum_filter(height, footprint=ring) - height
    lone = surface.valid & (np.maximum(above, below) > SPIKE * scale)
    return replace(surface, height=np.where(lone, np.nan, surface.height), spikes=int(lone.sum()))


def spread(values: np.ndarray) -> float:
    """Standard deviation of the bulk of the values, from the median absolute deviation; blind to rare flaws."""
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


def pixel_noise(surface: HeightMap) -> float:
    """Noise of a single pixel (m), from second differences along the rows: slow waviness cancels in them."""
    difference = np.diff(surface.height, n=2, axis=1)
    return spread(difference[np.isfinite(difference)]) / 6**0.5
