"""Regions of a levelled map that are flaws: below a threshold, divided where two flaws touch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from rollmech.topography.heightmap import HeightMap, pixel_noise, spread

SEED, RIM = 5.0, 2.0
"""A flaw holds a point this many background deviations deep and reaches out to where that many are left."""
SMALLEST = 9
"""Pixels that a region must have to count as a flaw."""
_SMOOTHING = 1.0
_SHARE = 0.25
_EIGHT = np.ones((3, 3), dtype=int)


@dataclass(frozen=True)
class Limits:
    """What can be told from noise on this map.

    Attributes:
        noise: Noise of one pixel, m.
        background: Deviation of the slightly smoothed surface between the flaws (roughness and noise), m.
        depth: Shallowest depth that counts as a flaw, m.
        rim: Depth at which a flaw's outline is drawn, m.
        area: Smallest area that counts as a flaw, m^2.
    """

    noise: float
    background: float
    depth: float
    rim: float
    area: float


def smoothed(surface: HeightMap) -> np.ndarray:
    """Heights with noise damped by a Gaussian of one pixel's deviation, m; detection sees these alone."""
    return ndimage.gaussian_filter(surface.filled, _SMOOTHING)


def limits_of(surface: HeightMap, threshold: float | None = None) -> Limits:
    """Detection limits of a levelled map; ``threshold`` (m) takes the place of five background deviations."""
    background = spread(smoothed(surface)[surface.valid])
    depth = SEED * background if threshold is None else threshold
    rim = min(RIM * background, 0.5 * depth)
    area = SMALLEST * surface.pixel[0] * surface.pixel[1]
    return Limits(pixel_noise(surface), background, depth, rim, area)


def find_regions(surface: HeightMap, limits: Limits) -> np.ndarray:
    """Label every flaw of a levelled map from 1, deepest first; 0 between them; shape of the map.

    Connected pixels below the rim are one region if they hold a point below the threshold. A region is divided by
    its watersheds where the saddle between two of its minima rises above the shallower one by more than five
    background deviations and a quarter of its depth (h-minima).
    """
    low = smoothed(surface)
    joined, count = ndimage.label(low < -limits.rim, structure=_EIGHT)
    deepest = ndimage.minimum(low, joined, np.arange(1, count + 1)) if count else np.empty(0)
    seeded = np.concatenate([[False], np.atleast_1d(deepest) < -limits.depth])
    basins = _watershed(low, seeded[joined], SEED * limits.background)
    return _renumbered(low, basins, limits)


def _watershed(low: np.ndarray, inside: np.ndarray, least: float) -> np.ndarray:
    """Basins by flooding: pixels from the lowest up join a neighbouring basin; basins that are too little apart merge.

    Two basins meet at a saddle. The shallower one is absorbed if the saddle is less than ``least``, or less than a
    quarter of its depth, above its minimum; otherwise the watershed between them stays.
    """
    width = low.shape[1] + 2
    height = np.pad(low, 1).ravel()
    label = np.zeros(height.size, dtype=int)
    pixels = np.flatnonzero(np.pad(inside, 1))
    around = np.array([-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1])
    parent, bottom = [0], [0.0]

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for pixel in pixels[np.argsort(height[pixels], kind="stable")]:
        level = height[pixel]
        near = {root(index) for index in label[pixel + around] if index}
        basins = sorted(near, key=lambda index: bottom[index])
        if not basins:
            label[pixel] = len(parent)
            parent.append(len(parent))
            bottom.append(level)
            continue
        label[pixel] = basins[0]
        for basin in basins[1:]:
            if level - bottom[basin] < max(least, -_SHARE * bottom[basin]):
                parent[basin] = basins[0]
    final = np.array([root(index) for index in range(len(parent))])
    return final[label].reshape(low.shape[0] + 2, width)[1:-1, 1:-1]


def _renumbered(low: np.ndarray, basins: np.ndarray, limits: Limits) -> np.ndarray:
    """Basins large and deep enough, numbered from the deepest."""
    names, inverse, counts = np.unique(basins, return_inverse=True, return_counts=True)
    deepest = np.atleast_1d(ndimage.minimum(low, basins, names))
    kept = (names > 0) & (counts >= SMALLEST) & (deepest < -limits.depth)
    order = np.flatnonzero(kept)[np.argsort(deepest[kept], kind="stable")]
    number = np.zeros(len(names), dtype=int)
    number[order] = np.arange(1, len(order) + 1)
    return number[inverse].reshape(basins.shape)
