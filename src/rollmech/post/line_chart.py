"""One page of the line: reliability and flaw size along it, stations by cause, and the verdict as a gauge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from rollmech.post import theme
from rollmech.post.line_words import ending
from rollmech.post.rundata import RunData
from rollmech.post.web_path import positions

LINE, GROWTH = "line.png", "growth.png"
_FULL = 1.5
"""End of the gauge, over what is allowed."""
_CALM = 0.05
"""Least height of an axis of depths, over the depth."""
_LEAST = 1e-12
"""Probabilities below this are drawn as this, below the chart."""
_COLOURS = {**theme.CAUSES, "misalignment": theme.PURPLE, "ripple": theme.SKY}
_HATCHES = {**theme.HATCHES, "misalignment": "\\\\\\", "ripple": "---"}


def line_page(run: RunData, path: Path) -> Path:
    """Stations, growth, failure and gauge in one figure."""
    line = run.record["line"]
    rows = [row for row in line["stations"] if row["kind"] != "span"]
    made = theme.figure(run.frame("The line at a glance", *_notes(line)))
    _bars(made.add_axes((0.08, 0.53, 0.60, 0.32)), rows)
    _reliability(made.add_axes((0.08, 0.175, 0.38, 0.19)), run)
    _sizes(made.add_axes((0.56, 0.175, 0.40, 0.19)), run)
    _gauge(made.add_axes((0.725, 0.49, 0.25, 0.36)), run)
    return theme.save(made, path)


def growth_chart(run: RunData, path: Path) -> Path:
    """Depth and K of the flaw along the first pass, the last one and the core; its life."""
    growth = run.record["line"]["growth"]
    uncoupled = f"With K of the initial flaw all along: {_life(growth['life_uncoupled'])}."
    subtitle = f"Growth of the flaw: {_life(growth['life'])}"
    stresses, placeholders, _ = _notes(run.record["line"])
    made = theme.figure(run.frame(subtitle, f"{uncoupled} {stresses}", placeholders))
    paths = _to_the_core(growth["paths"])
    upper, lower = made.add_axes((0.09, 0.56, 0.86, 0.28)), made.add_axes((0.09, 0.25, 0.86, 0.27))
    names = max((p["station"] for p in paths), key=len)
    for i, part in enumerate(paths):
        look = {"color": theme.LINES[i], "linestyle": theme.DASHES[i], "marker": "o", "ms": 4}
        at = range(len(part["station"]))
        upper.plot(at, part["depth"], label=f"depth, pass {part['pass']}", **look)
        toughness = growth["toughness"]["value"]
        largest = np.maximum(part["k_deepest"], part["k_surface"]) / toughness
        lower.plot(at, largest, label=f"pass {part['pass']}", **look)
    upper.set_ylabel("depth (µm)")
    upper.set_ylim(top=max(upper.get_ylim()[1], 1.02 * growth["start"]["depth"]))
    _settle(upper)
    lower.set_ylabel("largest K/K$_{Ic}$ (-)")
    lower.axhline(1.0, color=theme.VERMILLION)
    lower.set_xticks(range(len(names)), names, rotation=35, ha="right", fontsize=7)
    upper.set_xticks(range(len(names)), [])
    for axes in (upper, lower):
        axes.set_xlim(-0.5, len(names) - 0.5)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=2, fontsize=9)
    return theme.save(made, path)


def _settle(axes: Axes) -> None:
    """An axis of depths that does not blow up a growth of less than a per cent."""
    low, high = axes.get_ylim()
    if high - low < _CALM * high:
        axes.set_ylim((1 - _CALM / 2) * low, (1 + _CALM / 2) * high)
    axes.ticklabel_format(axis="y", useOffset=False)


def _to_the_core(paths: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The passes, the last one with the stay on the core behind it."""
    passes = [dict(part) for part in paths if part["pass"]]
    for part in paths:
        if not part["pass"]:
            keys = ("station", "depth", "half_length", "k_deepest", "k_surface")
            passes[-1] |= {key: passes[-1][key] + part[key] for key in keys}
    return passes


def _life(end: dict[str, Any]) -> str:
    if end["runaway_pass"] is None:
        return f"holds {end['passes_completed']:,.0f} passes"
    return f"{ending(end['outcome'])} in pass {end['runaway_pass']} at {end['runaway_station']}"


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


def _reliability(axes: Axes, run: RunData) -> None:
    """Failure of one metre up to each stop (no stop undoes what an earlier one did); without one, the share used."""
    line = run.record["line"]
    failures = _failures(line)
    if not failures:
        return _used(axes, run)
    axes.set_title("probability that 1 m has failed by here", fontsize=10, loc="left")
    names = _failing_names(line)
    for i, (name, values) in enumerate(failures.items()):
        at, words = positions(run.case.rollers, names[name])
        reached = np.maximum(np.maximum.accumulate(values), _LEAST)
        look = {"color": theme.LINES[i], "linestyle": theme.DASHES[i]}
        at = np.concatenate([[0.0], at, [1.05 * at[-1]]])
        axes.step(at, [_LEAST, *reached, reached[-1]], where="post", label=name, **look)
        axes.set_xlabel(words)
    target = line.get("population", {}).get("target_failure")
    if target:
        axes.axhline(target, color=theme.VERMILLION, linewidth=1.4, label="aim")
    axes.set_yscale("log")
    axes.set_ylim(1e-10, 2)
    axes.legend(fontsize=8, loc="best")


def _used(axes: Axes, run: RunData) -> None:
    """How much of its toughness the flaw uses at each stop, in the first and the last pass."""
    growth = run.record["line"].get("growth")
    axes.set_title("used of what the flaw can bear (%)", fontsize=10, loc="left")
    if not growth:
        return _empty(axes, "needs [growth], [strength] or [population]")
    for i, part in enumerate(p for p in growth["paths"] if p["pass"]):
        at, words = positions(run.case.rollers, part["station"])
        k = np.maximum(np.maximum(part["k_deepest"], part["k_surface"]), 0.0)
        look = {"color": theme.LINES[i], "linestyle": theme.DASHES[i], "marker": "o", "ms": 3}
        axes.plot(at, 100 * k / growth["toughness"]["value"], label=f"pass {part['pass']}", **look)
        axes.set_xlabel(words)
    axes.axhline(100 * run.record["verdict"].get("allowed", 1.0), color=theme.VERMILLION)
    axes.set_ylim(0.0, None)
    axes.legend(fontsize=8, loc="upper left")


def _failing_names(line: dict[str, Any]) -> dict[str, list[str]]:
    """Name of a population to the names of its stops."""
    strength = line.get("strength", {})
    found = {f"{name} strength": strength["stations"] for name in strength.get("populations", {})}
    if "population" in line:
        found["flaws"] = [row["name"] for row in line["population"]["stations"]]
    return found


def _failures(line: dict[str, Any]) -> dict[str, list[float]]:
    """Name of a population to P_f of a metre at each of its stops."""
    found = {}
    for name, part in line.get("strength", {}).get("populations", {}).items():
        found[f"{name} strength"] = [row["value"] for row in part["stations"]]
    if "population" in line:
        found["flaws"] = [row["failure_per_metre"] for row in line["population"]["stations"]]
    return found


def _sizes(axes: Axes, run: RunData) -> None:
    """Depth of the flaw along the first and the last pass, and on the core."""
    line = run.record["line"]
    axes.set_title("flaw depth (µm)", fontsize=10, loc="left")
    if "growth" not in line:
        return _limit_of_inspection(axes, line)
    for i, part in enumerate(line["growth"]["paths"]):
        name = f"pass {part['pass']}" if part["pass"] else "core"
        at, words = positions(run.case.rollers, part["station"])
        look = {"color": theme.LINES[i], "linestyle": theme.DASHES[i], "marker": "o", "ms": 3}
        axes.plot(at, part["depth"], label=name, **look)
        axes.set_xlabel(words)
    _settle(axes)
    axes.legend(fontsize=8)


def _limit_of_inspection(axes: Axes, line: dict[str, Any]) -> None:
    """The deepest flaw that may pass, if a population was asked for."""
    limit = line.get("population", {}).get("depth_limit", {})
    if limit.get("value") is None:
        return _empty(axes, "needs [growth]")
    text = f"deepest flaw to pass: {limit['value']:.3g} µm\n({limit['low']:.3g} to {limit['high']:.3g} µm)"
    return _empty(axes, text)


def _empty(axes: Axes, text: str) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", color=theme.MUTED)


def _gauge(axes: Axes, run: RunData) -> None:
    """The verdict's ratio on a half circle from 0 to 1.5 times what is allowed; below it what else is known."""
    axes.set_axis_off()
    axes.set_xlim(-1.35, 1.35)
    axes.set_ylim(-1.3, 1.25)
    axes.set_aspect("equal")
    if not run.judged:
        axes.text(0, 0.3, "not judged", ha="center")
        return
    verdict = run.record["verdict"]
    _dial(axes, 100 * verdict["allowed"])
    turn = np.pi * (1 - np.clip(verdict["ratio"] / verdict["allowed"], 0.0, _FULL) / _FULL)
    needle = {"arrowstyle": "-|>", "lw": 2.5}
    axes.annotate("", (0.8 * np.cos(turn), 0.8 * np.sin(turn)), (0, 0), arrowprops=needle)
    words = f"{'this flaw' if run.case.flaw else 'the web'}: {verdict['status'].upper()}"
    colour = {"safe": theme.GREEN, "fails": theme.VERMILLION}.get(verdict["status"], theme.INK)
    look = {"ha": "center", "va": "top", "color": colour, "weight": "bold", "fontsize": 10}
    axes.text(0, -0.18, f"{100 * verdict['ratio']:.3g} % used; {words}", **look)
    axes.text(
        0,
        -0.45,
        "\n".join(_below(run)),
        ha="center",
        va="top",
        fontsize=8.5,
        color=theme.MUTED,
        linespacing=1.4,
    )


def _dial(axes: Axes, allowed: float) -> None:
    """Three parts of the half circle and the per cent at their ends."""
    for low, colour in enumerate((theme.GREEN, theme.YELLOW, theme.VERMILLION)):
        turn = np.pi * (1 - np.linspace(low / 3, (low + 1) / 3, 40))
        axes.plot(np.cos(turn), np.sin(turn), color=colour, linewidth=12, solid_capstyle="butt")
    for third in range(4):
        turn = np.pi * (1 - third / 3)
        text = f"{allowed * _FULL * third / 3:.3g}"
        axes.text(1.25 * np.cos(turn), 1.25 * np.sin(turn), text, ha="center", va="center", fontsize=8)


def _below(run: RunData) -> list[str]:
    """Governing station, end by growth, breaks per km."""
    line, found = run.record["line"], [f"worst: {run.station}"]
    if "growth" in line:
        found += theme.folded(f"grown: {_life(line['growth']['life'])}", 36).splitlines()
    if "population" in line:
        part = line["population"]
        beyond = part["failure"]["value"] > (part["target_failure"] or 1.0)
        found.append(f"{part['breaks_per_km']['per_km']:.3g} breaks per km (flaws)")
        found += ["more than the aim"] if beyond else []
    if "strength" in line:
        found.append(f"{100 * line['strength']['failure_per_metre']:.3g} % of metres fail (strength)")
    return found
