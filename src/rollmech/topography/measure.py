"""Every flaw of a labelled map measured: sizes, orientation, root, fits, and what makes its numbers doubtful."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy import ndimage

from rollmech.topography.bottom import HALF_WINDOW, bottom_of, radius_limit
from rollmech.topography.detect import Limits, smoothed
from rollmech.topography.ellipsoid import Ellipsoid, fit_ellipsoid
from rollmech.topography.groove import Groove, fit_groove
from rollmech.topography.heightmap import HeightMap
from rollmech.topography.moments import Outline, outline
from rollmech.topography.section import Section, section_of

ELONGATED = 4.0
"""A flaw this many times longer than wide is a scratch."""
_SOLID = 0.6
_NARROW = 3.0
_MARGIN = 3
_CLEAR = 3.0
_DEEP = 10.0
_SECTION_WINDOW = 1.0


@dataclass(frozen=True)
class MeasuredFlaw:
    """One flaw of a map; lengths in m, angles in rad.

    Attributes:
        number: From 1, deepest first.
        kind: ``pit``, ``scratch`` (elongated), or ``irregular`` (bent, crossing or ragged: sizes are rough).
        outline: Place and moments.
        depth: Of the deepest point, noise of single pixels averaged out.
        depth_noise: Standard error of the depth from noise.
        width: Equivalent width: of the fitted shape, else of the outline.
        length: Equivalent length, as the width; of a flaw that touches the edge a lower bound.
        angle: Between the longest direction and the web direction, counter-clockwise, in [0, pi).
        root_radius: Radius of curvature at the bottom; an upper bound unless ``root_resolved``.
        root_limit: Smallest root radius that the pixels can show.
        fit_residual: Root mean square misfit of the fitted shape over the depth, None without a fit.
        touches_edge: Whether it is cut off by the map's edge.
        touches_missing: Whether pixels without a value adjoin it.
        ends: Edges touched, of ``left``, ``right``, ``bottom``, ``top``.
        fit: The fitted shape.
        section: Of a scratch.
    """

    number: int
    kind: Literal["pit", "scratch", "irregular"]
    outline: Outline
    depth: float
    depth_noise: float
    width: float
    length: float
    angle: float
    root_radius: float
    root_limit: float
    fit_residual: float | None
    touches_missing: bool
    ends: tuple[str, ...] = ()
    fit: Ellipsoid | Groove | None = field(default=None, repr=False)
    section: Section | None = field(default=None, repr=False)

    @property
    def touches_edge(self) -> bool:
        """Whether the map's edge cuts it off."""
        return bool(self.ends)

    @property
    def root_resolved(self) -> bool:
        """Whether the root is blunt enough for the pixels to show its radius."""
        return bool(self.root_radius >= self.root_limit)

    def too_narrow(self, pixel: float) -> bool:
        """Whether the flaw is hardly wider than a pixel, so that its true depth and width remain unknown."""
        return self.width < _NARROW * pixel


def measure(surface: HeightMap, labels: np.ndarray, limits: Limits, web: float = 0.0) -> list[MeasuredFlaw]:
    """Measure every labelled flaw of a levelled map.

    Args:
        surface: Levelled map.
        labels: Number of the flaw at every pixel, 0 between them.
        limits: Detection limits.
        web: Web direction against x, counter-clockwise, rad.
    """
    low = smoothed(surface)
    return [
        _measured(surface, labels, low, limits, number, window, web)
        for number, window in enumerate(ndimage.find_objects(labels), 1)
    ]


def _measured(
    surface: HeightMap, labels: np.ndarray, low: np.ndarray, limits: Limits, number: int, window, web: float
) -> MeasuredFlaw:
    mask = labels[window] == number
    x, y = (place[window][_sunk(surface, low, limits, window, mask)] for place in surface.places)
    shape = outline(x, y, surface.pixel)
    row, column = np.unravel_index(np.argmin(np.where(mask, low[window], np.inf)), mask.shape)
    place = int(row + window[0].start), int(column + window[1].start)
    bottom = bottom_of(surface.filled, surface.pixel, *place, limits.noise)
    kind = _kind(shape)
    fit = section = None
    length, width, angle, radius = *shape.ellipse, shape.angle, bottom.root_radius
    if kind == "pit":
        fit = _pit_fit(surface, labels, number, window, shape, bottom.depth)
        if fit is not None:
            length, width, angle = fit.length, fit.width, fit.angle
    elif kind == "scratch":
        length, width = shape.bar_length, shape.area / shape.bar_length
        section = section_of(surface, shape, width)
        fit = fit_groove(section, width)
        if fit is not None:
            width, radius = fit.width, fit.root_radius
    return MeasuredFlaw(
        number,
        kind,
        shape,
        bottom.depth,
        bottom.depth_noise,
        width,
        length,
        float((angle - web) % np.pi),
        radius,
        radius_limit(bottom.depth, width, max(surface.pixel), _SECTION_WINDOW if section else HALF_WINDOW),
        None if fit is None else fit.residual,
        bool((ndimage.binary_dilation(np.pad(mask, 1)) & _around(~surface.valid, window)).any()),
        _ends(window, labels.shape),
        fit,
        section,
    )


def _sunk(surface: HeightMap, low: np.ndarray, limits: Limits, window, mask: np.ndarray) -> np.ndarray:
    """Pixels of a flaw that are low themselves: smoothing widens deep ones; shallow ones need it against noise."""
    if -low[window][mask].min() < _DEEP * limits.noise:
        return mask
    return mask & (surface.filled[window] < -max(limits.rim, _CLEAR * limits.noise))


def _kind(shape: Outline) -> Literal["pit", "scratch", "irregular"]:
    if shape.fill < _SOLID:
        return "irregular"
    return "scratch" if shape.along > ELONGATED * shape.across else "pit"


def _around(mask: np.ndarray, window: tuple[slice, slice]) -> np.ndarray:
    """A mask in a window and one pixel around it; False beyond the map."""
    rows, columns = window
    return np.pad(mask, 1)[rows.start : rows.stop + 2, columns.start : columns.stop + 2]


def _ends(window: tuple[slice, slice], shape: tuple[int, int]) -> tuple[str, ...]:
    rows, columns = window
    touched = {
        "left": columns.start == 0,
        "right": columns.stop == shape[1],
        "bottom": rows.stop == shape[0],
        "top": rows.start == 0,
    }
    return tuple(name for name, is_touched in touched.items() if is_touched)


def _pit_fit(
    surface: HeightMap, labels: np.ndarray, number: int, window, shape: Outline, depth: float
) -> Ellipsoid | None:
    """Ellipsoid through the pit and a margin around it, other flaws and gaps left out."""
    wide = tuple(slice(max(side.start - _MARGIN, 0), side.stop + _MARGIN) for side in window)
    used = np.isin(labels[wide], (0, number)) & surface.valid[wide]
    x, y = (place[wide][used] for place in surface.places)
    return fit_ellipsoid(x, y, surface.height[wide][used], shape, depth)
