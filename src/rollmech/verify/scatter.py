"""The figure of effectivity: every estimate against the difference that it should cover."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rollmech.post import theme
from rollmech.verify.figures import save, title
from rollmech.verify.rows import Row
from rollmech.verify.summary import EFFECTIVITY, by_kind, effectivity, standing

_SHAPES = ("o", "s", "^", "D", "v", "P")
_LEAST = 1e-6
"""Smaller differences and estimates are drawn here."""


def draw_effectivity(rows: Sequence[Row], path: Path) -> Path:
    """Draw estimate against difference, both in per cent, with lines at ratio 1 and at the ratio aimed at.

    Args:
        rows: At least one of them with an estimate.
        path: The SVG file.
    """
    with theme.style():
        made = Figure(figsize=(8.0, 6.2))
        axes = made.add_axes((0.1, 0.2, 0.87, 0.68))
        shown = [row for row in rows if standing(row) != "none"]
        for number, (kind, members) in enumerate(by_kind(shown).items()):
            _dots(axes, kind, members, number)
        _frame(axes, shown)
        counts = effectivity(rows)
        below = (
            f"{counts.inside} of {counts.judged} judged rows are inside; {counts.too_coarse} cannot be judged"
        )
        title(made, "Estimates of error against differences from the references", below)
        made.legend(loc="lower left", bbox_to_anchor=(0.08, 0.01), ncols=4, fontsize=9.5)
        return save(made, path)


def _dots(axes: Axes, kind: str, rows: Sequence[Row], number: int) -> None:
    colour, shape = theme.LINES[number % len(theme.LINES)], _SHAPES[number % len(_SHAPES)]
    look = {"marker": shape, "linestyle": "none", "color": colour, "markersize": 5, "alpha": 0.85}
    judged = [row for row in rows if standing(row) != "too coarse"]
    axes.plot(*_places(judged), **look, label=kind)
    coarse = [row for row in rows if standing(row) == "too coarse"]
    if coarse:
        axes.plot(*_places(coarse), **look, markerfacecolor=theme.PAPER, label=f"{kind}, not judged")


def _places(rows: Sequence[Row]) -> np.ndarray:
    """Differences and estimates in per cent, shape (2, rows)."""
    found = np.array([(abs(row.difference), row.estimate) for row in rows]).reshape(-1, 2).T
    return 100 * np.maximum(found, _LEAST)


def _frame(axes: Axes, rows: Sequence[Row]) -> None:
    places = _places(rows)
    places = places[:, np.isfinite(places).all(axis=0)]
    (left, low), (right, high) = places.min(axis=1) / 1.6, places.max(axis=1) * 1.6
    axes.set(xscale="log", yscale="log", xlim=(left, right), ylim=(low, high))
    span = np.array([min(left, low) / 10, max(right, high) * 10])
    axes.plot(span, span, color=theme.INK, linewidth=1.2, label="estimate = difference")
    aim = f"estimate = {EFFECTIVITY:g} x difference"
    axes.plot(span, EFFECTIVITY * span, color=theme.INK, linewidth=1.2, linestyle=(0, (5, 3)), label=aim)
    axes.fill_between(span, span / 1e9, span, color=theme.BODY, alpha=0.5, linewidth=0, zorder=0)
    axes.text(
        0.985,
        0.03,
        "estimate too small",
        transform=axes.transAxes,
        ha="right",
        fontsize=9.5,
        color=theme.MUTED,
    )
    axes.set_xlabel("|difference|, %")
    axes.set_ylabel("estimate, %")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
