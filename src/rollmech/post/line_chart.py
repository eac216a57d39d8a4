"""One page of the line: reliability and flaw size along it, stations by cause, and the verdict as a gauge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rollmech.post import theme
from rollmech.post.rundata import RunData

LINE, GROWTH = "line.png", "growth.png"
_COLOURS = {**theme.CAUSES, "misalignment": theme.PURPLE, "ripple": theme.SKY}
_HATCHES = {**theme.HATCHES, "misalignment": "\\\\\\", "ripple": "---"}


def line_page(run: RunData, path: Path) -> Path:
    """Stations, growth, failure and gauge in one figure."""
    line = run.record["line"]
    rows = [row for row in line["stations"] if row["kind"] != "span"]
    made = theme.figure(run.frame("The line at a glance", *_notes(line)))
    _bars(made.add_axes((0.08, 0.51, 0.60, 0.34)), rows)
    _reliability(made.add_axes((0.08, 0.17, 0.36, 0.20)), line)
    _sizes(made.add_axes((0.55, 0.17, 0.40, 0.20)), line)
    _gauge(made, made.add_axes((0.75, 0.56, 0.20, 0.24)), run)
    return theme.save(made, path)


def growth_chart(run: RunData, path: Path) -> Path:
    """Depth and K of the flaw along the first pass and the last one, lives with and without coupling."""
    growth = run.record["line"]["growth"]
    made = theme.figure(run.frame(_life_text(growth), *_notes(run.record["line"])))
    paths = growth["paths"]
    upper, lower = made.add_axes((0.09, 0.53, 0.86, 0.31)), made.add_axes((0.09, 0.20, 0.86, 0.29))
    names = max((p["station"] for p in paths if p["pass"]), key=len)
    for i, part in enumerate(p for p in paths if p["pass"]):
        look = {"color": theme.LINES[i], "linestyle": theme.DASHES[i], "marker": "o", "ms": 4}
        at = range(len(part["station"]))
        upper.plot(at, part["depth"], label=f"depth, pass {part['pass']}", **look)
        toughness = growth["toughness"]["value"]
        largest = np.maximum(part["k_deepest"], part["k_surface"]) / toughness
        lower.plot(at, largest, label=f"pass {part['pass']}", **look)
    upper.set_ylabel("depth (µm)")
    lower.set_ylabel("largest K/K$_{Ic}$ (-)")
    lower.axhline(1.0, color=theme.VERMILLION)
    lower.set_xticks(range(len(names)), names, rotation=35, ha="right", fontsize=7)
    upper.set_xticks(range(len(names)), [])
    for axes in (upper, lower):
        axes.set_xlim(-0.5, len(names) - 0.5)
        axes.legend(loc="center left", fontsize=9)
    return theme.save(made, path)


def _life_text(growth: dict[str, Any]) -> str:
    lives = [_life(growth[key]) for key in ("life", "life_uncoupled")]
    return f"Growth of the flaw; coupled: {lives[0]}; K of the initial flaw: {lives[1]}"


def _life(end: dict[str, Any]) -> str:
    if end["runaway_pass"] is None:
        return f"holds {end['passes_completed']:.3g} passes"
    return f"{end['outcome']} in pass {end['runaway_pass']} at {end['runaway_station']}"


def _notes(line: dict[str, Any]) -> tuple[str, ...]:
    growth = line.get("growth")
    names = (
        [f"{p['name'].replace('_', ' ')} {p['value']:g} {p['unit']}".strip() for p in growth["placeholders"]]
        if growth
        else []
    )
    placed = f"Growth rests on placeholders: {'; '.join(names)}." if names else ""
    return (
        "Stresses at the face of the flaw, at the strained edge and the top of the tension's ripple.",
        placed,
        "Failures are best estimates, their intervals in results.json." if _failures(line) else "",
    )


def _bars(axes: Axes, rows: list[dict[str, Any]]) -> None:
    """Stress at every roller and on the core, split by cause."""
    for at, row in enumerate(rows):
        ends = {True: 0.0, False: 0.0}
        for cause, value in row["causes"].items():
            if value:
                look = {
                    "facecolor": _COLOURS[cause],
                    "hatch": _HATCHES[cause],
                    "edgecolor": theme.PAPER,
                    "linewidth": 0,
                }
                axes.bar(at, value, bottom=ends[value > 0], width=0.65, **look)
                ends[value > 0] += value
    used = [c for c in _COLOURS if any(row["causes"].get(c) for row in rows)]
    for cause in used:
        axes.bar(0, 0, facecolor=_COLOURS[cause], hatch=_HATCHES[cause], edgecolor=theme.PAPER, label=cause)
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    axes.set_xticks(range(len(rows)), [row["name"] for row in rows], rotation=25, ha="right", fontsize=7.5)
    axes.set_ylabel("stress (MPa)")
    axes.grid(axis="x", visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 0.99), ncols=6, fontsize=8)


def _reliability(axes: Axes, line: dict[str, Any]) -> None:
    """Survival of one metre up to each stop: no stop undoes what an earlier one did."""
    drawn = False
    for i, (name, values) in enumerate(_failures(line).items()):
        reached = np.maximum.accumulate(values)
        shown = np.maximum(reached, 1e-12)
        axes.step(
            range(len(shown)),
            shown,
            where="post",
            color=theme.LINES[i],
            linestyle=theme.DASHES[i],
            label=name,
        )
        drawn = True
    axes.set_title("failure of 1 m up to here", fontsize=10, loc="left")
    if not drawn:
        return _empty(axes, "needs [strength] or [population]")
    axes.set_yscale("log")
    axes.set_ylim(1e-10, 2)
    axes.set_xlabel("station along the line")
    axes.legend(fontsize=8, loc="lower right")


def _failures(line: dict[str, Any]) -> dict[str, list[float]]:
    """Name of a population to P_f of a metre at each of its stops."""
    found = {}
    for name, part in line.get("strength", {}).get("populations", {}).items():
        found[f"{name} strength"] = [row["value"] for row in part["stations"]]
    if "population" in line:
        found["flaws"] = [row["failure_per_metre"] for row in line["population"]["stations"]]
    return found


def _sizes(axes: Axes, line: dict[str, Any]) -> None:
    """Depth of the flaw along the first and the last pass."""
    axes.set_title("flaw depth (µm)", fontsize=10, loc="left")
    if "growth" not in line:
        return _empty(axes, "needs [growth]")
    for i, part in enumerate(line["growth"]["paths"]):
        name = f"pass {part['pass']}" if part["pass"] else "core"
        look = {"color": theme.LINES[i], "linestyle": theme.DASHES[i], "marker": "o", "ms": 3}
        first = 1 if part["pass"] else 1 + len(line["growth"]["paths"][0]["depth"])  # the core comes last
        axes.plot(range(first, first + len(part["depth"])), part["depth"], label=name, **look)
    axes.ticklabel_format(useOffset=False)
    axes.set_xlabel("station along the line")
    axes.legend(fontsize=8)


def _empty(axes: Axes, text: str) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", color=theme.MUTED)


def _gauge(made: Figure, axes: Axes, run: RunData) -> None:
    """The verdict's ratio on a half circle from 0 to 1.5 times what is allowed."""
    axes.set_axis_off()
    axes.set_xlim(-1.15, 1.15)
    axes.set_ylim(-0.45, 1.15)
    axes.set_aspect("equal")
    if not run.judged:
        axes.text(0, 0.3, "not judged", ha="center")
        return
    verdict = run.record["verdict"]
    share = np.clip(verdict["ratio"] / verdict["allowed"], 0.0, 1.5) / 1.5
    for low, high, colour in (
        (0, 1 / 3, theme.GREEN),
        (1 / 3, 2 / 3, theme.YELLOW),
        (2 / 3, 1, theme.VERMILLION),
    ):
        turn = np.pi * (1 - np.linspace(low, high, 40))
        axes.plot(np.cos(turn), np.sin(turn), color=colour, linewidth=12, solid_capstyle="butt")
    needle = np.pi * (1 - share)
    axes.annotate(
        "", (0.8 * np.cos(needle), 0.8 * np.sin(needle)), (0, 0), arrowprops={"arrowstyle": "-|>", "lw": 2.5}
    )
    axes.text(0, -0.14, run.verdict_text(), ha="center", va="top", fontsize=9)
    axes.text(0, -0.32, f"governing: {run.station}", ha="center", va="top", fontsize=8.5, color=theme.MUTED)
