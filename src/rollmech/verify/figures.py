"""One figure a family: signed differences against tolerance, estimate and the reference's own uncertainty."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from rollmech.post import theme
from rollmech.verify import marks
from rollmech.verify.rows import Row, by_name
from rollmech.verify.scale import Scale
from rollmech.verify.tables import along_front, angle

_WIDTH = 8.0
_LINE = 0.2
"""Inches a row takes."""
_LETTER, _LETTERS = 0.069, 58
"""Inches a letter of a name takes on average, and the most letters."""
_COLUMNS = 3


def draw_family(family: str, rows: Sequence[Row], path: Path) -> Path:
    """Draw one family: values along fronts in one panel a front, others in one line a row.

    Args:
        family: Its name, the title.
        rows: All its rows.
        path: The SVG file.
    """
    with theme.style():
        scale = Scale(rows)
        made = _panels(rows, scale) if along_front(rows) else _lines(rows, scale)
        _head(made, family, rows, scale)
        return save(made, path)


def save(made: Figure, path: Path) -> Path:
    """Write an SVG that is the same, byte for byte, whenever the figure is; call inside the theme's style."""
    with matplotlib.rc_context({"svg.hashsalt": path.stem}):
        made.savefig(path, format="svg", metadata={"Date": None})
    return path


def title(made: Figure, text: str, below: str) -> None:
    """Title and a line below it, at fixed distances from the upper edge."""
    height = made.get_figheight()
    made.text(0.03, 1 - 0.24 / height, text, fontsize=13, weight="bold", va="center")
    made.text(0.03, 1 - 0.50 / height, below, fontsize=9.5, color=theme.MUTED, va="center")


# --- one line a row ----------------------------------------------------------------------------------------


def _lines(rows: Sequence[Row], scale: Scale) -> Figure:
    made = _figure(1.75 + _LINE * len(rows))
    names = _names(rows)
    left = 0.3 + _LETTER * max(map(len, names))
    axes = made.add_axes(_inches(made, left, 1.1, 0.2, 0.65))
    for place, row in enumerate(rows):
        marks.draw_row(axes, row, place, scale.unit(row), upright=False)
        if row.difference is None:
            axes.text(0, place, "no value", fontsize=9, color=theme.VERMILLION, ha="center", va="center")
    axes.set_xlim(-scale.reach, scale.reach)
    for limit in scale.limits:
        axes.axvline(limit, **marks.TOLERANCE)
    axes.axvline(0, color=theme.INK, linewidth=0.8, zorder=1)
    _name_lines(axes, rows, names)
    axes.xaxis.set_major_locator(MaxNLocator(6 if left > _WIDTH / 2 else 8, steps=[1, 2, 5, 10]))
    axes.set_xlabel(scale.words, fontsize=10)
    marks.quiet(axes)
    return made


def _names(rows: Sequence[Row]) -> list[str]:
    """Names without what they share with the one above."""
    several = len({row.quantity for row in rows}) > 1
    names = [[*row.name.split(", "), *([row.quantity] if several else [])] for row in rows]
    fresh = (_fresh(above, parts) for above, parts in pairwise([[], *names]))
    return [textwrap.shorten(name, _LETTERS, placeholder=" \u2026") for name in fresh]


def _name_lines(axes: Axes, rows: Sequence[Row], names: Sequence[str]) -> None:
    """Names at the left, and a line where the first part of the name changes."""
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    firsts = [row.name.split(", ")[0] for row in rows]
    for place in range(1, len(rows)):
        if firsts[place] != firsts[place - 1]:
            axes.axhline(place - 0.5, color=theme.GRID, linewidth=1.0, zorder=0)


def _fresh(above: list[str], parts: list[str]) -> str:
    shared = 0
    while shared < min(len(above), len(parts) - 1) and above[shared] == parts[shared]:
        shared += 1
    return ", ".join(parts[shared:])


# --- one panel a front -------------------------------------------------------------------------------------


def _panels(rows: Sequence[Row], scale: Scale) -> Figure:
    groups = list(by_name(rows))
    deep = -(-len(groups) // _COLUMNS)
    made = _figure(1.85 + 1.7 * deep)
    grid = made.add_gridspec(
        deep, _COLUMNS, hspace=0.35, wspace=0.1, left=0.09, right=0.98,
        bottom=1.2 / made.get_figheight(), top=1 - 0.95 / made.get_figheight(),
    )  # fmt: skip
    panels = grid.subplots(sharex=True, sharey=True, squeeze=False).ravel()
    for axes, group in zip(panels, groups, strict=False):
        _panel(axes, group, scale)
        axes.set_ylim(-scale.reach, scale.reach)
    for axes in panels[len(groups) :]:
        axes.set_visible(False)
    for axes in panels[max(len(groups) - _COLUMNS, 0) : len(groups)]:
        axes.tick_params(labelbottom=True)
    made.supxlabel(
        "angle along the front, degrees (90: deepest point)", fontsize=10, y=0.72 / made.get_figheight()
    )
    made.supylabel(scale.words, fontsize=10, x=0.005)
    return made


def _panel(axes: Axes, group: Sequence[Row], scale: Scale) -> None:
    for place, row in enumerate(group):
        marks.draw_row(axes, row, place, scale.unit(row), upright=True)
        if row.absolute and row.difference is not None:
            top = (row.difference + (row.estimate or 0)) / scale.unit(row)
            axes.annotate("*", (place, top), (0, 1), textcoords="offset points", ha="center", fontsize=10)
    for limit in scale.limits:
        axes.axhline(limit, **marks.TOLERANCE)
    axes.axhline(0, color=theme.INK, linewidth=0.8, zorder=1)
    axes.set_xticks(range(len(group)), [f"{angle(row):g}" for row in group])
    axes.set_xlim(-0.6, len(group) - 0.4)
    axes.grid(axis="x", visible=False)
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axes.set_title(group[0].name, fontsize=9.5, pad=3)
    marks.quiet(axes)


# --- what both share ---------------------------------------------------------------------------------------


def _figure(height: float) -> Figure:
    return Figure(figsize=(_WIDTH, height))


def _inches(made: Figure, left: float, bottom: float, right: float, top: float) -> tuple[float, ...]:
    """Margins in inches as matplotlib's rectangle."""
    width, height = made.get_size_inches()
    return left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height


def _head(made: Figure, family: str, rows: Sequence[Row], scale: Scale) -> None:
    passed = sum(row.passed for row in rows)
    below = f"{passed} of {len(rows)} rows within tolerance{scale.remark}"
    if along_front(rows) and any(row.absolute for row in rows):
        below += "; * in units of stress sqrt(pi a)"
    title(made, family[:1].upper() + family[1:], below)
    marks.legend(made, rows, scale)
