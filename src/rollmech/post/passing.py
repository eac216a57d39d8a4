"""One flaw passing over the line as a moving picture: where it is, and what it has to bear there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from rollmech.post import theme
from rollmech.post.rundata import RunData
from rollmech.post.web_path import ARC, Way, draw_way, notes_of, used_share

PASSING = "passing.gif"
_WIDTH = 1000
"""Pixels."""
_ON_ROLLER, _ON_SPAN = 4, 2
"""Frames that the flaw spends on each: by length, a small roller would be over in none."""
_FRAME = 110
"""Milliseconds that a frame lasts."""


def passing(run: RunData, path: Path) -> Path:
    """The flaw as a dot on the web over the rollers, and on the chart of what it has to bear along the way."""
    used = np.array([used_share(row) for row in run.stations])
    made = theme.figure(
        run.frame("One flaw on its way over the rollers; spans are not judged", *notes_of(run, used))
    )
    upper, lower = made.add_axes((0.03, 0.42, 0.80, 0.45)), made.add_axes((0.08, 0.20, 0.74, 0.17))
    way = draw_way(made, upper, run, used)
    _chart(lower, run, way, used)
    made.canvas.draw()
    base = _base(Image.fromarray(np.asarray(made.canvas.buffer_rgba())))
    at, roller = stops(len(used))
    height = np.where(roller >= 0, np.nan_to_num(used)[roller], 0.0)
    places = (
        _pixels(upper, _between(way.points, at), made),
        _pixels(lower, np.column_stack([_between(way.length, at), height]), made),
    )
    unknown = (roller < 0) | np.isnan(used[roller])
    frames = [_frame(base, frame[:2], frame[2]) for frame in zip(*places, unknown, strict=True)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=_FRAME, loop=0)
    return path


def stops(rollers: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each frame is, as a number of a point of the way, broken on a span, and on which roller (-1: none)."""
    at, roller = [], []
    for i in range(rollers):
        at += list(ARC * i + np.arange(1, 1 + _ON_SPAN) / (1 + _ON_SPAN))
        at += list(np.linspace(ARC * i + 1, ARC * (i + 1), _ON_ROLLER))
        roller += [-1] * _ON_SPAN + [i] * _ON_ROLLER
    return np.array(at), np.array(roller)


def _between(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values at broken numbers of points, shape as ``values`` beyond the first axis."""
    low = np.floor(at).astype(int)
    share = (at - low).reshape(-1, *[1] * (values.ndim - 1))
    return (1 - share) * values[low] + share * values[np.minimum(low + 1, len(values) - 1)]


def _chart(axes: Axes, run: RunData, way: Way, used: np.ndarray) -> None:
    for i, share in enumerate(used):
        on = way.length[way.roller == i]
        if not np.isnan(share):
            axes.fill_between(on[[0, -1]], 0.0, share, color=theme.BLUE, linewidth=3)
    allowed = 100 * run.record["verdict"].get("allowed", np.inf)
    if allowed < 3 * np.nanmax(used, initial=0.0):
        axes.axhline(allowed, color=theme.VERMILLION)
    else:
        words = f"allowed: {allowed:g} %, off the chart"
        axes.text(0.99, 0.96, words, transform=axes.transAxes, ha="right", va="top", fontsize=9)
    axes.set_xlim(0.0, way.length[-1])
    axes.set_xlabel("way along the line (m)")
    axes.set_ylabel("used (%)")
    axes.margins(y=0.2)
    axes.set_ylim(bottom=0.0)


def _pixels(axes: Axes, points: np.ndarray, made: Figure) -> np.ndarray:
    """Where points of an axes fall in a frame, shape (n, 2)."""
    shown = axes.transData.transform(points) * _WIDTH / made.bbox.width
    return np.column_stack([shown[:, 0], made.bbox.height * _WIDTH / made.bbox.width - shown[:, 1]])


def _base(picture: Image.Image) -> Image.Image:
    """The picture without the flaw at its final size, with room in its palette for the marks."""
    size = (_WIDTH, round(_WIDTH * picture.height / picture.width))
    return (
        picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).quantize(250, dither=Image.Dither.NONE)
    )


def _frame(base: Image.Image, places: tuple[np.ndarray, ...], unknown: bool) -> Image.Image:
    """The picture with the flaw in it; hollow where what it bears is not known."""
    frame = base.copy()
    pen = ImageDraw.Draw(frame)
    for (x, y), radius in zip(places, (9, 7), strict=True):
        fill = theme.PAPER if unknown else theme.VERMILLION
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, outline=theme.INK, width=2)
    return frame
