"""How rows look in every figure of the verification, and the legend that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch as Swatch

from rollmech.post.theme import BLUE, INK, MUTED, PAPER, SKY, VERMILLION
from rollmech.verify.rows import Row
from rollmech.verify.scale import Scale
from rollmech.verify.summary import standing

MARKS = {
    "inside": ("inside the estimate", {"marker": "o", "color": BLUE}),
    "too coarse": ("reference too coarse to tell", {"marker": "o", "color": BLUE, "markerfacecolor": PAPER}),
    "outside": ("outside the estimate", {"marker": "s", "color": VERMILLION}),
    "none": ("no estimate (closed form)", {"marker": "D", "color": BLUE}),
}
"""Legend and look of each standing; shapes and fills keep them apart without colour."""

FAILED = {
    "marker": "x",
    "color": INK,
    "markersize": 9,
    "markeredgewidth": 1.6,
    "linestyle": "none",
    "zorder": 4,
}
TOLERANCE = {"color": INK, "linestyle": (0, (5, 3)), "linewidth": 1.0, "zorder": 1}
BAND = {"color": SKY, "alpha": 0.45, "linewidth": 0, "zorder": 1}
_VISIBLE = 0.002
_DOT = {"markersize": 4.5, "markeredgewidth": 1.1, "linestyle": "none", "zorder": 3}


def draw_row(axes: Axes, row: Row, place: float, unit: float, upright: bool) -> None:
    """One row: difference with its estimate as error bar, on the band of the reference's uncertainty.

    Args:
        axes: Where.
        row: What; a row without a value leaves only its band.
        place: Position on the axis of the rows, which are 1 apart.
        unit: What differences are divided by.
        upright: Differences run upwards instead of to the right.
    """
    reach = row.uncertainty / unit
    band = axes.bar if upright else axes.barh
    lower = {"bottom" if upright else "left": -reach}
    band(place, 2 * reach, 1.0, **lower, **BAND)
    if row.difference is None:
        return
    look, value = MARKS[standing(row)][1], row.difference / unit
    x, y = (place, value) if upright else (value, place)
    if row.estimate is not None:
        side = {"yerr" if upright else "xerr": row.estimate / unit}
        axes.errorbar(x, y, **side, fmt="none", ecolor=look["color"], elinewidth=1.2, capsize=2, zorder=2)
    axes.plot(x, y, **_DOT, **look)
    if not row.passed:
        axes.plot(x, y, **FAILED)


def legend(figure: Figure, rows: Sequence[Row], scale: Scale) -> None:
    """Say at the foot of the figure what can be seen in it, and nothing else."""
    handles = _dots(rows)
    if scale.limits:
        handles.append(Line2D([], [], **TOLERANCE, label="tolerance"))
    if any(row.uncertainty / scale.unit(row) > _VISIBLE * scale.reach for row in rows):
        handles.append(Swatch(**BAND, label="uncertainty of the reference"))
    if not all(row.passed for row in rows):
        handles.append(Line2D([], [], **FAILED, label="beyond tolerance"))
    top = 0.58 / figure.get_figheight()
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.03, top), ncols=3, fontsize=9)


def _dots(rows: Iterable[Row]) -> list[Line2D]:
    found = {standing(row) for row in rows if row.difference is not None}
    return [
        Line2D([], [], **(_DOT | {"linestyle": "none" if kind == "none" else "-"}), **look, label=words)
        for kind, (words, look) in MARKS.items()
        if kind in found
    ]


def quiet(axes: Axes) -> None:
    """No more frame than needed."""
    axes.tick_params(length=0, labelsize=9)
    axes.spines[["left", "bottom"]].set_color(MUTED)
