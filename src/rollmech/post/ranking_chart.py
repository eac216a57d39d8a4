"""The picture of a ranking: what a treatment gains against what it costs the sheet, with the Pareto front."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import NullFormatter

from rollmech.post import theme

_MARKS = "os^Dv<>PX*ph8"
_NAMED = 10
"""Treatments up to which all are named."""
_THROUGH = 3.0
"""Where a flaw that cuts the layer is drawn, in units of the largest ratio."""


def draw_ranking(record: dict[str, Any], path: Path) -> Path:
    """Draw every treatment with its range of severity; call inside ``theme.style``."""
    key = "ccd" if record["objective"].startswith("critical") else "resistance"
    rows = [row for row in record["treatments"] if row[key]["value"] is not None]
    missing = len(record["treatments"]) - len(rows)
    notes = (
        "Marker: the treatment's own flaw at middle severity; bar: low to high. Open markers leave no flaw "
        "of their own and lie on that of the untreated sheet, which also governs all below it; the front counts it. "
        + (f"{missing} without a printed value are left out. " if missing else ""),
        "Depths are assumptions; skins and residual stress of treatments are not counted. "
        "Electrochemistry as printed, on different garnets and cells. "
        + record["assumptions"][0].replace("every", "Every", 1)
        + ".",
    )
    made = theme.figure(
        theme.Frame(record["title"], f"Treatments: {record['objective']} against K on the line", notes)
    )
    axes = made.add_axes((0.09, 0.19, 0.62, 0.67))
    top = _top(rows, record["allowed"])
    for at, name in enumerate(dict.fromkeys(row["class"] for row in rows)):
        chosen = [row for row in rows if row["class"] == name]
        _draw_class(axes, chosen, key, name, at, top)
    _draw_front(axes, rows, key)
    _draw_names(axes, rows, key, top)
    if any(flaw["k_ratio"] is None for row in rows for flaw in row["own_flaws"].values()):
        _draw_line(axes, top, "cuts the layer ", theme.MUTED, ":")
    _draw_line(axes, record["sheet"]["mid"]["k_ratio"], "untreated sheet ", theme.MUTED)
    _draw_line(axes, record["allowed"], "allowed ", theme.VERMILLION)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_plain)
        axis.set_minor_formatter(_plain if _is_short(axis) else NullFormatter())
    axes.set_xlabel(
        f"{record['objective']} ({record['unit']}), as printed" + (", more is better" if key == "ccd" else "")
    )
    axes.set_ylabel("largest K/K$_{Ic}$ on the line (-)")
    axes.legend(
        loc="upper left", bbox_to_anchor=(1.02, 1.0), fontsize=8.5, title="class of surface", title_fontsize=9
    )
    return theme.save(made, path)


def _plain(value: float, _at: int) -> str:
    return f"{value:g}"


def _is_short(axis: Axis) -> bool:
    """Whether an axis spans so little that its powers of ten alone tell nothing."""
    low, high = axis.get_view_interval()
    return high < 30 * low


def _top(rows: list[dict[str, Any]], allowed: float) -> float:
    known = [flaw["k_ratio"] for row in rows for flaw in row["flaws"].values() if flaw["k_ratio"] is not None]
    return _THROUGH * max([*known, allowed])


def _draw_class(axes: Axes, rows: list[dict[str, Any]], key: str, name: str, at: int, top: float) -> None:
    x = np.array([row[key]["value"] for row in rows])
    own = bool(rows[0]["own_flaws"])
    low, mid, high = (
        np.array([_shown(row["own_flaws" if own else "flaws"][severity], top) for row in rows])
        for severity in ("low", "mid", "high")
    )
    colour = theme.LINES[at % len(theme.LINES)]
    if own:
        axes.vlines(x, low, high, color=colour, linewidth=0.9, alpha=0.45)
    look = {"facecolors": colour if own else theme.PAPER, "edgecolors": colour, "zorder": 3}
    axes.scatter(x, mid, marker=_MARKS[at % len(_MARKS)], s=46, label=name, **look)


def _shown(flaw: dict[str, Any], top: float) -> float:
    return top if flaw["k_ratio"] is None else flaw["k_ratio"]


def _draw_line(axes: Axes, ratio: float | None, text: str, colour: str, dash: str = "-") -> None:
    """A level with its name at the right-hand end."""
    if ratio is None:
        return
    axes.axhline(ratio, color=colour, linewidth=1.2, linestyle=dash)
    look = {"color": colour, "fontsize": 9, "ha": "right", "va": "bottom"}
    axes.text(0.99, ratio, text, transform=axes.get_yaxis_transform(), **look)


def _draw_front(axes: Axes, rows: list[dict[str, Any]], key: str) -> None:
    """Steps through the front at middle severity, its members named."""
    front = sorted(
        (row[key]["value"], row["flaws"]["mid"]["k_ratio"], row["name"])
        for row in rows
        if "mid" in row["pareto_front_at"]
    )
    if not front:
        return
    x, y, _ = zip(*front, strict=True)
    axes.step(
        x, y, where="post" if key == "resistance" else "pre", color=theme.INK, linewidth=1.2, linestyle="--"
    )
    for place in dict.fromkeys(zip(x, y, strict=True)):
        text = ", ".join(name for a, b, name in front if (a, b) == place)
        axes.annotate(text, place, (5, -12), textcoords="offset points", fontsize=8.5, weight="bold")


def _draw_names(axes: Axes, rows: list[dict[str, Any]], key: str, top: float) -> None:
    """Names of the treatments that are not on the front, where there is room for them."""
    if len(rows) > _NAMED:
        return
    for row in rows:
        if "mid" not in row["pareto_front_at"]:
            flaw = (row["own_flaws"] or row["flaws"])["mid"]
            place = (row[key]["value"], _shown(flaw, top))
            axes.annotate(
                row["name"], place, (6, 5), textcoords="offset points", fontsize=8.5, color=theme.MUTED
            )
