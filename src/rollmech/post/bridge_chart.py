"""Chart of a bridged crack: how far its faces part from mouth to front, and what the bridge bears there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rollmech.post import theme
from rollmech.post.rundata import RunData

BRIDGE = "bridge.png"
_LEFT, _RIGHT = (0.08, 0.17, 0.38, 0.66), (0.57, 0.17, 0.38, 0.66)


def bridge(run: RunData, path: Path) -> Path:
    """Opening and traction over the faces for every station."""
    quantities = run.record["quantities"]
    now, without = (quantities[name]["value"] for name in ("K_I_max", "K_I_max_unbridged"))
    subtitle = (
        f"Bridge of the crack; '{run.station}': K$_I$ {now:.4g}, without the bridge {without:.4g} MPa·√m"
    )
    made = theme.figure(run.frame(subtitle, *_notes(run)))
    opening, traction = made.add_axes(_LEFT), made.add_axes(_RIGHT)
    for i, (name, (rho, parted, _, borne)) in enumerate(run.bridges.items()):
        look = {
            "color": theme.LINES[i % len(theme.LINES)],
            "linewidth": 2.8 if name == run.station else 1.6,
            "linestyle": theme.DASHES[i % len(theme.DASHES)] if _plane(run) else "",
            "marker": "" if _plane(run) else ".",
            "label": f"{name} (governing)" if name == run.station else name,
        }
        opening.plot(_place(run, rho), 1e3 * parted, **look)
        traction.plot(_place(run, rho), borne, **look)
    opening.set_ylabel("opening of the faces (nm)")
    traction.set_ylabel("tension across the bridge (MPa)")
    for axes in (opening, traction):
        _finish(axes, run)
    opening.legend(loc="lower left", bbox_to_anchor=(0.0, 1.01), ncols=min(len(run.bridges), 4))
    return theme.save(made, path)


def _plane(run: RunData) -> bool:
    return run.case.flaw.kind == "scratch"


def _place(run: RunData, rho: np.ndarray) -> np.ndarray:
    return rho * run.case.flaw.depth * 1e6 if _plane(run) else rho


def _finish(axes: Axes, run: RunData) -> None:
    """Axis from the mouth to the front, both named."""
    end = float(_place(run, np.array([1.0]))[0])
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    axes.set_xlim(0, 1.02 * end)
    axes.margins(y=0.1)
    axes.set_xlabel(
        "depth (µm): mouth left, tip right" if _plane(run) else "way from the mouth's middle to the front"
    )


def _notes(run: RunData) -> list[str]:
    """Stations whose bridge has broken somewhere."""
    parts = {row["name"]: row["bridging"]["broken_share"] for row in run.stations}
    broken = [f"{100 * part:.2g} % of the faces at '{name}'" for name, part in parts.items() if part > 0]
    return [f"Broken over {', '.join(broken)}." if broken else "Broken nowhere."]
