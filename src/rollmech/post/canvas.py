"""A rendered scene on paper: title, colour bar with its clipped end, scale bar, direction arrow, labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from rollmech.post import theme
from rollmech.post.view import View

_PICTURE = (0.02, 0.105, 0.80, 0.775)
_BAR = (0.865, 0.22, 0.022, 0.52)
PICTURE_SIZE = tuple(
    round(share * inches * theme.DPI) for share, inches in zip(_PICTURE[2:], theme.SIZE, strict=True)
)
"""Pixels of the rendered part: width, height."""
_ARROW = "-|>,head_width=0.35,head_length=0.7"
_STROKE = [withStroke(linewidth=3, foreground=theme.PAPER)]


def round_down(value: float) -> float:
    """The largest round number (1, 2, 3 or 5 times a power of ten) that is not above ``value`` (> 0)."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(step for step in (1, 2, 3, 5) if step * power <= value * (1 + 1e-9)) * power)


@dataclass(frozen=True)
class Scale:
    """Limits of a colour scale, which ends are clipped and why."""

    low: float
    high: float
    over: bool = False
    under: bool = False
    why: str = "singular at\nthe crack front"

    @property
    def extend(self) -> str:
        """Matplotlib's word for the open ends."""
        return {(0, 0): "neither", (1, 0): "max", (0, 1): "min", (1, 1): "both"}[self.over, self.under]


class Canvas:
    """A figure around one rendered picture; coordinates are those of the view's world (um)."""

    def __init__(self, frame: theme.Frame, view: View, image: np.ndarray):
        self._figure: Figure = theme.figure(frame)
        self._view = view
        self._axes: Axes = self._figure.add_axes(_PICTURE)
        self._axes.set_axis_off()
        left, bottom = (
            round(share * pixels) for share, pixels in zip(_PICTURE, self._figure.bbox.size, strict=False)
        )
        self._figure.figimage(image, left, bottom, zorder=-1)
        self._axes.set_xlim(-0.5, view.size[0] - 0.5)
        self._axes.set_ylim(view.size[1] - 0.5, -0.5)

    def colour_bar(self, colours: ListedColormap, scale: Scale, label: str) -> None:
        """A colour bar; its ends say where it is clipped."""
        axes = self._figure.add_axes(_BAR)
        mappable = ScalarMappable(Normalize(scale.low, scale.high), colours)
        bar = self._figure.colorbar(mappable, cax=axes, extend=scale.extend, extendfrac=0.06)
        bar.set_label(label, fontsize=11)
        bar.outline.set_linewidth(0.6)
        axes.grid(False)
        for shown, height, align, text, colour in (
            (scale.over, 1.09, "bottom", "above: clipped", theme.OVER_RANGE),
            (scale.under, -0.09, "top", "below: clipped", theme.UNDER_RANGE),
        ):
            if shown:
                axes.text(
                    0.5,
                    height,
                    f"{text}\n({scale.why})",
                    transform=axes.transAxes,
                    ha="center",
                    va=align,
                    fontsize=8.5,
                    color=colour,
                )

    def scale_bar(self, start: np.ndarray, axis: tuple[float, float, float], room: float) -> None:
        """A bar of a round length along a world axis from ``start``, at most ``room`` long (um)."""
        length = round_down(room)
        ends = self._view.pixels(np.array([start, start + length * np.array(axis)]))
        self._axes.plot(*ends.T, color=theme.INK, linewidth=3.5, solid_capstyle="butt")
        column, row = ends.mean(axis=0)
        self._axes.text(
            column, row + 12, f"{length:g} µm", ha="center", va="top", fontsize=10, path_effects=_STROKE
        )

    def arrow(self, start: np.ndarray, end: np.ndarray, text: str) -> None:
        """An arrow between world points with its name at the head."""
        tail, head = self._view.pixels(np.array([start, end]))
        self._axes.annotate(
            "",
            head,
            tail,
            arrowprops={"arrowstyle": _ARROW, "lw": 2, "color": theme.INK},
        )
        away = (head - tail) / np.hypot(*(head - tail))
        self._axes.text(
            *(head + 8 * away),
            text,
            fontsize=10,
            path_effects=_STROKE,
            ha="left" if away[0] > 0.3 else "right" if away[0] < -0.3 else "center",
            va="top" if away[1] > 0.3 else "bottom" if away[1] < -0.3 else "center",
        )

    def label(self, point: np.ndarray, text: str, offset: tuple[float, float], align: str = "left") -> None:
        """A text with a thin leader to a world point; the offset is in pixels, right and down."""
        target = self._view.pixels(point)[0]
        self._axes.annotate(
            text,
            target,
            target + offset,
            fontsize=10,
            ha=align,
            va="center",
            bbox=theme.text_box(),
            arrowprops={
                "arrowstyle": "-",
                "lw": 0.9,
                "color": theme.INK,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": ({"left": 0.0, "center": 0.5, "right": 1.0}[align], 0.5),
            },
        )

    def name(self, point: np.ndarray, text: str) -> None:
        """A label below a world point, on the side that has more room."""
        column = self._view.pixels(point)[0, 0] / self._view.size[0]
        self.label(point, text, (50, 130), "left" if column > 0.35 else "center")

    def name_below(self, point: np.ndarray, text: str, avoid: np.ndarray) -> None:
        """A label straight below a world point, lower than all the points to avoid."""
        target, rows = self._view.pixels(point)[0], self._view.pixels(avoid)[:, 1]
        column = target[0] / self._view.size[0]
        align = "left" if column < 0.35 else "right" if column > 0.65 else "center"
        self.label(point, text, (0.0, rows.max() + 45 - target[1]), align)

    def row(self, point: np.ndarray) -> float:
        """Row of a world point, pixels from the top."""
        return float(self._view.pixels(point)[0, 1])

    def line(self, points: np.ndarray, **options: object) -> None:
        """A polyline through world points, drawn over the picture."""
        self._axes.plot(*self._view.pixels(points).T, **options)

    def corner(self, text: str) -> None:
        """A remark in the upper left corner of the picture."""
        self._axes.text(
            0.015,
            1.02,
            text,
            transform=self._axes.transAxes,
            va="top",
            fontsize=10,
            bbox=theme.text_box(),
            linespacing=1.4,
        )

    def save(self, path: Path) -> Path:
        """Write the PNG."""
        return theme.save(self._figure, path)
