"""The picture of a tornado: each input's bar around the unchanged case, the one that matters most on top."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from rollmech.post import theme

_MOST = 16
"""Inputs that are drawn; the table has all."""
_WORDS = {"ratio": "the ratio", "radius": "the smallest safe radius", "failure": "the failure probability"}
_NAMES = {"ratio": "", "radius": "smallest safe radius (mm)", "failure": "failure probability"}


def draw_tornado(record: dict[str, Any], path: Path) -> Path:
    """Draw the bars of every answer that the case has; call inside ``theme.style``."""
    answers = [key for key in ("ratio", "radius", "failure") if record["base"][key] is not None]
    rows = record["inputs"][:_MOST]
    more = len(record["inputs"]) - len(rows)
    default = [row["input"] for row in rows if row["range_from"].startswith("default")]
    notes = (
        "Blue: at the low end of the range, orange: at the high end; an arrow: no value there. One input at a time."
        + (f" {more} inputs that matter less are in the table." if more else ""),
        f"Ranges that nobody measured, +-10 % or 10 K: {', '.join(default)}." if default else "",
    )
    made = theme.figure(
        theme.Frame(record["title"], f"What matters most for {_WORDS[record['sorted_by']]}", notes)
    )
    wide = (0.97 - 0.36) / len(answers)
    for at, key in enumerate(answers):
        axes = made.add_axes((0.36 + at * wide, 0.19, wide - 0.03, 0.66))
        _bars(axes, rows, record, key)
        axes.set_yticks(range(len(rows)), [_label(row) for row in rows] if not at else [], fontsize=8)
    return theme.save(made, path)


def _label(row: dict[str, Any]) -> str:
    return f"{row['input']}\n{row['range'][0]} to {row['range'][1]}"


def _bars(axes: Axes, rows: list[dict[str, Any]], record: dict[str, Any], key: str) -> None:
    base = record["base"][key]
    for at, row in enumerate(rows):
        for end, colour, hatch in (("at_low", theme.BLUE, ""), ("at_high", theme.ORANGE, "///")):
            value = row[end][key]
            if value is None:
                axes.annotate(
                    "", (base * 1.02, at), (base, at), arrowprops={"arrowstyle": "->", "color": colour}
                )
                continue
            look = {"facecolor": colour, "hatch": hatch, "edgecolor": theme.PAPER, "linewidth": 0}
            axes.barh(at, value - base, left=base, height=0.62, **look)
    axes.axvline(base, color=theme.INK, linewidth=1.0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(_NAMES[key] or record["quantity"])
    axes.grid(axis="y", visible=False)
    axes.locator_params(axis="x", nbins=4)
    if key == "failure" and base > 0:
        axes.set_xscale("log")
