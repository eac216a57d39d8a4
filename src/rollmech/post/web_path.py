"""The web on its way over the rollers, seen from the side, with what its flaw has to bear painted on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from rollmech.case.schema import Roller
from rollmech.post import theme
from rollmech.post.rundata import RunData

WEB_PATH = "web_path.png"
_PANEL = (0.03, 0.13, 0.80, 0.72)
ARC = 60
"""Points on an arc."""
_BLANK = "\u2007"
"""As wide as a digit."""
_SMALL, _BESIDE = 6.5, 10.0
"""Radius up to which a roller's number does not fit into it, and its distance then; points on paper."""
_FREE = 3.0
"""A span that the case does not give is drawn this many times as long as the radii at its ends together."""


@dataclass(frozen=True)
class Way:
    """The web's middle line from the side.

    Attributes:
        points: Shape (n, 2), m.
        roller: Which roller each point lies on, -1 on a span, shape (n,).
        centres: Of the rollers, shape (rollers, 2), m.
    """

    points: np.ndarray
    roller: np.ndarray
    centres: np.ndarray

    @property
    def length(self) -> np.ndarray:
        """Way of each point from the start, m, shape (n,)."""
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(steps)])


def way_of(rollers: tuple[Roller, ...] | list[Roller]) -> Way:
    """Straight spans and arcs: down around a roller that touches the bottom, up around one that touches the top."""
    at, heading, before = np.zeros(2), 0.0, 0.0
    points, owner, centres = [at], [-1], []
    for number, roller in enumerate(rollers):
        along = np.array([np.cos(heading), np.sin(heading)])
        at = at + along * (roller.span or _FREE * (before + roller.radius))
        side = 1.0 if roller.touches == "top" else -1.0
        normal = side * np.array([-along[1], along[0]])
        centre = at + roller.radius * normal
        angles = np.arctan2(*-normal[::-1]) + side * np.linspace(0.0, roller.wrap, ARC)
        arc = centre + roller.radius * np.column_stack([np.cos(angles), np.sin(angles)])
        points += list(arc)
        owner += [number] * ARC
        centres.append(centre)
        at, heading, before = arc[-1], heading + side * roller.wrap, roller.radius
    end = at + 2 * before * np.array([np.cos(heading), np.sin(heading)])
    return Way(np.array([*points, end]), np.array([*owner, -1]), np.array(centres))


def positions(rollers: list[Roller], names: list[str]) -> tuple[np.ndarray, str]:
    """Where stops of a line end, and what that is in words.

    Args:
        rollers: Of the case.
        names: Of rollers, ``span to NAME`` and ``core``, in the order of the line.

    Returns:
        Metres along the line if all spans are known, else the number of the stop; the label of an axis.
    """
    if any(roller.span is None for roller in rollers):
        return np.arange(1.0, len(names) + 1), "stop along the line"
    length = way_of(rollers).length
    ends = {f"span to {roller.name}": length[ARC * i + 1] for i, roller in enumerate(rollers)}
    ends |= {roller.name: length[ARC * (i + 1)] for i, roller in enumerate(rollers)}
    return np.array([ends.get(name, length[-1]) for name in names]), "way along the line (m)"


def web_path(run: RunData, path: Path) -> Path:
    """Rollers to scale, the web around them in the colour of what its flaw has to bear there."""
    used = np.array([used_share(row) for row in run.stations])
    made = theme.figure(run.frame(f"The web over its rollers ({run.verdict_text()})", *notes_of(run, used)))
    draw_way(made, made.add_axes(_PANEL), run, used)
    return theme.save(made, path)


def draw_way(made: Figure, axes: Axes, run: RunData, used: np.ndarray) -> Way:
    """Put the web, its rollers and their list on a figure."""
    way = way_of(run.case.rollers)
    axes.set_axis_off()
    axes.set_aspect("equal")
    scale = Normalize(0.0, max(float(np.nanmax(used, initial=0.0)), 100.0))
    _rollers(axes, run, way, used)
    _painted(axes, way, used, scale)
    _colour_bar(made, scale)
    axes.margins(0.06)
    axes.autoscale_view()
    _numbers(axes, run, way)
    return way


def used_share(row: dict) -> float:
    """Per cent of what the flaw can bear at a station; nan where it is pressed shut or not known."""
    contact = row.get("contact") or {}
    if "ratio" not in row or contact.get("refused") or (row["closed"] and not contact.get("solved")):
        return np.nan
    return 100 * max(row["ratio"], 0.0)


def notes_of(run: RunData, used: np.ndarray) -> list[str]:
    """How the way was drawn, for the foot of a picture."""
    notes = [
        "Seen from the side, rollers and known spans to scale; up and down follow from the face that touches."
    ]
    if any(roller.span is None for roller in run.case.rollers):
        notes.append("Spans that the case does not give have a length of convenience.")
    if np.isnan(used).any():
        notes.append("Grey web on a roller: the flaw is pressed shut there, or what it bears is not known.")
    return [" ".join(notes)]


def _rollers(axes: Axes, run: RunData, way: Way, used: np.ndarray) -> None:
    for roller, centre in zip(run.case.rollers, way.centres, strict=True):
        axes.add_patch(
            Circle(centre, roller.radius, facecolor="#EEEEEE", edgecolor=theme.MUTED, linewidth=0.8)
        )
    names = [
        f"{str(i + 1).rjust(2, _BLANK)}  {roller.name}, R {1e3 * roller.radius:g} mm"
        + (f": {share:.3g} %" if share == share else ": –")
        for i, (roller, share) in enumerate(zip(run.case.rollers, used, strict=True))
    ]
    axes.figure.text(
        0.985, 0.86, "\n".join(names), ha="right", va="top", ma="left", fontsize=8.5, linespacing=1.5
    )


def _numbers(axes: Axes, run: RunData, way: Way) -> None:
    """Numbers in the middle of the rollers, of small ones beyond the web on them."""
    axes.apply_aspect()
    corners = axes.transData.transform([[0.0, 0.0], [1.0, 0.0]])
    points = 72 / axes.figure.dpi * (corners[1, 0] - corners[0, 0])
    for i, (roller, centre) in enumerate(zip(run.case.rollers, way.centres, strict=True)):
        touched = way.points[way.roller == i].mean(axis=0) - centre
        outwards = touched / max(float(np.linalg.norm(touched)), 1e-12)
        radius = points * roller.radius
        shift = np.zeros(2) if radius > _SMALL else outwards * (radius + _BESIDE)
        look = {"ha": "center", "va": "center", "fontsize": 8, "color": theme.INK, "zorder": 4}
        axes.annotate(str(i + 1), centre, shift, textcoords="offset points", **look)


def _painted(axes: Axes, way: Way, used: np.ndarray, scale: Normalize) -> None:
    pieces = np.stack([way.points[:-1], way.points[1:]], axis=1)
    owner = np.where(way.roller[:-1] == way.roller[1:], way.roller[1:], -1)
    colours = np.tile(np.array([0.13, 0.13, 0.13, 1.0]), (len(pieces), 1))
    on = owner >= 0
    known = on & ~np.isnan(np.where(on, used[owner], 0.0))
    colours[on & ~known] = (0.6, 0.6, 0.6, 1.0)
    colours[known] = colormaps[theme.STRESS_MAP](scale(used[owner[known]]))
    axes.add_collection(LineCollection(pieces[~on], colors=colours[~on], linewidths=1.6))
    axes.add_collection(
        LineCollection(pieces[on], colors=colours[on], linewidths=6, capstyle="butt", zorder=3)
    )


def _colour_bar(made: Figure, scale: Normalize) -> None:
    axes = made.add_axes((0.885, 0.17, 0.018, 0.26))
    bar = made.colorbar(ScalarMappable(scale, colormaps[theme.STRESS_MAP]), cax=axes)
    bar.set_label("used of what the flaw\ncan bear (%)", fontsize=9)
    axes.grid(False)
