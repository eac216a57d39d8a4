"""Cross-section of a scratch: the mean over its length, or one line across it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from rollmech.topography.heightmap import HeightMap
from rollmech.topography.moments import Outline

_KEPT = 0.6
_REACH = 1.5


@dataclass(frozen=True)
class Section:
    """Heights across a scratch.

    Attributes:
        across: Distance from the scratch's axis, a pixel apart, m, shape (n,).
        height: Mean height, m, shape (n,).
        noise: Standard error of the mean, m, shape (n,).
        lines: Lines that were averaged.
    """

    across: np.ndarray
    height: np.ndarray
    noise: np.ndarray
    lines: int


def section_of(surface: HeightMap, scratch: Outline, width: float, at: float | None = None) -> Section:
    """Section of a levelled map across a scratch.

    Args:
        surface: Levelled map.
        scratch: Outline of the scratch.
        width: Its width at the rim, m; the section reaches 1.5 widths to either side.
        at: Place of one line as a fraction of the length from the centre (-0.5 to 0.5); None for the mean over the
            inner 60 % of the length, as the ends of a scratch fade out.
    """
    step = min(surface.pixel)
    reach = np.ceil(_REACH * width / step) * step
    across = np.arange(-round(reach / step), round(reach / step) + 1) * step
    half = _KEPT * scratch.bar_length / 2
    along = np.arange(-half, half + step / 2, step) if at is None else np.array([at * scratch.bar_length])
    direction = scratch.direction
    normal = np.array([-direction[1], direction[0]])
    points = scratch.centre[:, None, None] + direction[:, None, None] * along[:, None]
    points = points + normal[:, None, None] * across
    rows = surface.height.shape[0] - 0.5 - points[1] / surface.pixel[1]
    columns = points[0] / surface.pixel[0] - 0.5
    known = ndimage.map_coordinates(surface.valid.astype(float), [rows, columns], order=1, cval=0.0) > 0.999
    height = ndimage.map_coordinates(surface.filled, [rows, columns], order=1)
    return _mean(across, np.where(known, height, np.nan))


def _mean(across: np.ndarray, lines: np.ndarray) -> Section:
    """Mean of the lines (m, n) where at least half of them have a value."""
    count = np.isfinite(lines).sum(axis=0)
    used = count >= max(1, len(lines) / 2)
    lines, count = lines[:, used], count[used]
    mean = np.nanmean(lines, axis=0) if used.any() else np.empty(0)
    scatter = (
        np.sqrt(np.nanmean((lines - mean) ** 2, axis=0) / np.maximum(count - 1, 1)) if used.any() else mean
    )
    return Section(across[used], mean, scatter, len(lines))
