"""Life diagram: how long the flaw would last at a constant load, and how long each stop loads it in one pass."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from rollmech.growth.lifetime import Fatigue
from rollmech.line.growing import laws_of
from rollmech.post import theme
from rollmech.post.rundata import RunData

LIFE = "life.png"
_SPAN = (0.3, 0.995)
"""Loads that the curve covers, over what breaks the flaw at once."""
_LONG = 3.156e7 * 100
"""Seconds beyond which nothing is drawn: a hundred years."""


def life_diagram(run: RunData, path: Path) -> Path | None:
    """Draw it; None without stops whose time is known."""
    stops = loaded_stops(run)
    if not stops:
        return None
    made = theme.figure(
        run.frame(
            "Time that the flaw would last at a constant load, and time at each stop of the first pass",
            "Curve: power law of [growth] with K that rises as the root of the depth, threshold and cycles left out. "
            "Under bending K rises less and the flaw lasts longer: the march of growth.png follows it.",
        )
    )
    axes = made.add_axes((0.09, 0.15, 0.86, 0.70))
    ratio = np.linspace(*_SPAN, 400)
    life = np.array([static_life(run, float(r)) for r in ratio])
    kept = life < _LONG
    axes.plot(100 * ratio[kept], life[kept], color=theme.BLUE, label="lasts at a constant load")
    for i, (name, used, seconds) in enumerate(stops):
        look = {"color": theme.LINES[(i + 1) % 6], "marker": "osD^vP"[i % 6], "ms": 8, "linestyle": "none"}
        axes.plot(100 * used, seconds, label=name, **look)
    axes.axvline(100, color=theme.VERMILLION)
    axes.set_yscale("log")
    axes.set_xlabel("used of the fracture toughness (%)")
    axes.set_ylabel("time (s)")
    axes.legend(fontsize=9, loc="upper right", bbox_to_anchor=(0.93, 1.0))
    return theme.save(made, path)


def static_life(run: RunData, ratio: float) -> float:
    """Seconds that the initial flaw lasts at a constant load of ``ratio`` times what breaks it at once."""
    growth = run.record["line"]["growth"]
    toughness = 1e6 * growth["toughness"]["value"]
    law = laws_of(run.case.growth, toughness)[0].static
    inert = toughness / math.sqrt(1e-6 * growth["start"]["depth"])
    # The geometry factor cancels: only K over its critical value counts.
    return Fatigue.of(law, 1.0).static_life(ratio * inert, inert)


def loaded_stops(run: RunData) -> list[tuple[str, float, float]]:
    """Name, K over toughness in the first pass, and seconds, of the stops that load the flaw worth showing."""
    growth = run.record["line"]["growth"]
    times = {row["name"]: row["time"] for row in run.record["line"]["stations"]}
    found = []
    for part in growth["paths"]:
        if part["pass"] in (0, None, 1):
            k = np.maximum(part["k_deepest"], part["k_surface"]) / growth["toughness"]["value"]
            found += [(name, float(v), times.get(name)) for name, v in zip(part["station"], k, strict=True)]
    return [stop for stop in found if stop[2] and stop[1] > 0.1]
