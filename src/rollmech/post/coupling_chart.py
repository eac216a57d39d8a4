"""Where the loop of growth and stress concentration matters: life over the level of load, with it and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rollmech.post import theme
from rollmech.post.rundata import RunData

COUPLING = "coupling.png"
_NAMES = {"coupled": "K of the grown flaw (coupled)", "uncoupled": "K of the initial flaw (uncoupled)"}


def coupling_chart(run: RunData, path: Path) -> Path:
    """Passes survived at every level, and what the coupling leaves of the life."""
    growth = run.record["line"]["growth"]
    rows, placed = growth["load_levels"], growth["placeholders"]
    names = "; ".join(f"{p['name'].replace('_', ' ')} {p['value']:g} {p['unit']}".strip() for p in placed)
    notes = (
        "Open markers: the flaw still holds, or breaks in the first pass. All stresses of the line times the level.",
        f"Growth rests on placeholders: {names}." if names else "Growth by the case's own parameters.",
    )
    made = theme.figure(run.frame("Life with and without the coupling of growth and K", *notes))
    upper, lower = made.add_axes((0.10, 0.46, 0.85, 0.38)), made.add_axes((0.10, 0.16, 0.85, 0.22))
    level = np.array([row["level"] for row in rows])
    for i, (key, name) in enumerate(_NAMES.items()):
        lives = np.array([max(row[key]["passes"], 0.5) for row in rows])
        open_ = np.array([row[key]["outcome"] == "survived" or row[key]["passes"] == 0 for row in rows])
        look = {"color": theme.LINES[i], "linestyle": theme.DASHES[i]}
        upper.plot(level, lives, label=name, **look)
        faces = [theme.PAPER if hollow else theme.LINES[i] for hollow in open_]
        upper.scatter(level, lives, c=faces, edgecolors=theme.LINES[i], s=30, zorder=3)
    upper.set_yscale("log")
    upper.set_ylabel("passes survived")
    upper.legend(loc="upper right", fontsize=9)
    _share(lower, level, rows)
    for axes in (upper, lower):
        axes.set_xlim(level.min(), level.max())
    _first_ratio(upper, rows)
    return theme.save(made, path)


def _share(axes, level: np.ndarray, rows: list[dict[str, Any]]) -> None:
    """Coupled over uncoupled life, where both end."""
    ends = [
        all(row[key]["passes"] > 0 and row[key]["outcome"] != "survived" for key in _NAMES) for row in rows
    ]
    share = [
        row["coupled"]["passes"] / row["uncoupled"]["passes"] if e else np.nan
        for row, e in zip(rows, ends, strict=True)
    ]
    axes.plot(level, share, color=theme.INK, marker="o", ms=4)
    axes.axhline(1.0, color=theme.MUTED, linewidth=0.9, linestyle="--")
    axes.axhspan(0.0, 0.5, color=theme.ORANGE, alpha=0.15)
    axes.text(0.01, 0.06, "coupling takes more than half of the life", transform=axes.transAxes, fontsize=8.5)
    axes.set_ylim(0.0, max(1.2, np.nanmax([*share, 0.0]) * 1.1))
    axes.set_ylabel("coupled / uncoupled")
    axes.set_xlabel("level of load (-)")


def _first_ratio(axes, rows: list[dict[str, Any]]) -> None:
    """K over toughness of the initial flaw along the top."""
    per_level = rows[-1]["k_ratio"] / rows[-1]["level"]
    top = axes.secondary_xaxis("top", functions=(lambda x: per_level * x, lambda x: x / per_level))
    top.set_xlabel("largest K/K$_{Ic}$ of the initial flaw", fontsize=9)
    top.tick_params(labelsize=9)
