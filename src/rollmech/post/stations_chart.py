"""Chart of the stations of a line: what each cause adds to the verdict's ratio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from rollmech.post import theme
from rollmech.post.rundata import RunData

STATIONS = "stations.png"
_CLOSED = "Closed: faces touch (linear K$_I$ or opening < 0), and no contact was solved."
_NEAR = 4.0
"""What is allowed is drawn to scale if it is at most this many times the largest ratio."""


def stations(run: RunData, path: Path) -> Path:
    """What each cause adds to the ratio at every station, their sum, and what is allowed."""
    notes = "Shares of the causes may be negative; the diamond is their sum, its whisker the numerical error."
    closed = any(row["closed"] and not _solved(row) for row in run.stations)
    if any(map(_solved, run.stations)):
        notes += " Contact: what the pressure of touching faces adds to the linear shares."
    if closed:
        notes += " " + _CLOSED
    made = theme.figure(
        run.frame(f"Stations of the line; governing: '{run.station}' ({run.verdict_text()})", notes)
    )
    before = [run.stations[0], *run.stations]
    names = [
        _station_label(row, row["name"] == run.station) + _changed(last, row)
        for last, row in zip(before, run.stations, strict=False)
    ]
    axes = made.add_axes((0.2, 0.17, 0.75, 0.66))
    for i, row in enumerate(run.stations):
        _station_bar(axes, i, row)
    _allowed(axes, run)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(1.1 * len(names) - 0.5, -0.6)  # a row below the last bar for what is allowed
    axes.axvline(0, color=theme.INK, linewidth=0.8)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"{run.ratio_name} (-)")
    used = [c for c in theme.CAUSES if any(row["shares"].get(c) for row in run.stations)]
    handles = [
        Patch(facecolor=theme.CAUSES[c], hatch=theme.HATCHES[c], edgecolor=theme.PAPER, label=c, linewidth=0)
        for c in used
    ]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 1.1), ncols=4)
    return theme.save(made, path)


def _solved(row: dict[str, Any]) -> bool:
    """Whether a station's ratio is from a solution with contact."""
    return bool(row.get("contact") and row["contact"]["solved"])


def _station_label(row: dict[str, Any], governs: bool) -> str:
    extra = ["governing"] if governs else []
    extra += [("contact" if _solved(row) else "closed")] if row["closed"] else []
    return row["name"] + (f"\n({', '.join(extra)})" if extra else "")


def _changed(before: dict[str, Any], row: dict[str, Any]) -> str:
    """Layers that came or went since the station before, on a line of their own; empty if none did."""
    old, new = before.get("layers", []), row.get("layers", [])
    found = [f"+ {name}" for name in new if name not in old] + [
        f"− {name}" for name in old if name not in new
    ]
    return "\n" + ", ".join(found) if found else ""


def _look(cause: str) -> dict[str, Any]:
    """Colour and hatch of a cause, so that causes stay apart in black and white too."""
    return {
        "facecolor": theme.CAUSES[cause],
        "hatch": theme.HATCHES[cause],
        "edgecolor": theme.PAPER,
        "linewidth": 0,
    }


def _station_bar(axes: Axes, at: int, row: dict[str, Any]) -> None:
    """Stacked shares scaled to the ratio: positive ones to the right, negative ones to the left."""
    total = sum(row["shares"].values())
    scale = row["ratio"] / total if total else 0.0
    ends = {True: 0.0, False: 0.0}
    for cause, share in row["shares"].items():
        value = share * scale
        if value:
            alpha = 0.45 if row["closed"] and not _solved(row) else 1.0
            axes.barh(at, value, left=ends[value > 0], height=0.5, alpha=alpha, **_look(cause))
            ends[value > 0] += value
    axes.errorbar(
        row["ratio"],
        at,
        xerr=row["ratio_error"],
        fmt="D",
        ms=8,
        color=theme.INK,
        mec=theme.PAPER,
        capsize=4,
        zorder=5,
    )
    closed = row["ratio"] < 0
    end = min(row["ratio"], ends[False]) if closed else max(row["ratio"], ends[True])
    axes.annotate(
        f"{row['ratio']:.3g}".replace("-", "−"),
        (end, at),
        (-9 if closed else 9, 0),
        textcoords="offset points",
        va="center",
        ha="right" if closed else "left",
    )


def _room_at_the_left(axes: Axes, run: RunData, allowed: float) -> None:
    """Keep the numbers of negative ratios off the names of the stations."""
    low, high = axes.get_xlim()
    least = min(row["ratio"] for row in run.stations)
    if least < 0:
        axes.set_xlim(min(low, least - 0.13 * (max(high, 1.08 * allowed) - least)), high)


def _allowed(axes: Axes, run: RunData) -> None:
    """The allowed ratio as a line if it is near, else an arrow at the edge that says how far away it is."""
    allowed = run.record["verdict"]["allowed"]
    highest = max(row["ratio"] for row in run.stations)
    axes.margins(x=0.16)
    _room_at_the_left(axes, run, allowed if allowed < _NEAR * highest else 0.0)
    if highest > 0 and allowed < _NEAR * highest:
        low, high = axes.get_xlim()
        axes.set_xlim(low, max(high, 1.08 * allowed))
        axes.axvline(allowed, color=theme.VERMILLION, linewidth=2)
        axes.annotate(
            f"allowed {allowed:g} ",
            (allowed, 0.02),
            xycoords=axes.get_xaxis_transform(),
            ha="right",
            color=theme.VERMILLION,
            bbox=theme.text_box(),
        )
        return
    times = f", {allowed / highest:.3g} × the governing ratio" if highest > 0 else ""
    axes.annotate(
        f"allowed {allowed:g} is off the chart{times}",
        (1.0, 0.04),
        (0.93, 0.04),
        xycoords="axes fraction",
        ha="right",
        va="center",
        color=theme.VERMILLION,
        bbox=theme.text_box(),
        arrowprops={"arrowstyle": "-|>", "color": theme.VERMILLION, "lw": 1.8},
    )
