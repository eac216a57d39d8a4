"""Chart of the stress through the thickness of the unflawed web."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rollmech.flaws.from_case import flaw_geometry
from rollmech.post import theme
from rollmech.post.layers import labelled_layers
from rollmech.post.rundata import RunData
from rollmech.web import WebState
from rollmech.web.state import Cause

THICKNESS = "through_thickness.png"
_LINE = 22
"""Characters in a line of a layer's name."""


def through_thickness(run: RunData, path: Path) -> Path:
    """Stress of the unflawed web against height at the governing station, by cause."""
    laminate, state = run.web
    made = theme.figure(
        run.frame(
            f"Stress through the unflawed web, station '{run.station}' ({run.verdict_text()})",
            "Laminate theory in closed form. Stress along the web unless said otherwise; "
            "stress jumps where the stiffness of the layers differs.",
        )
    )
    axes = made.add_axes((0.09, 0.165, 0.68, 0.67))
    for i in range(len(run.case.stack)):
        low, high = laminate.interfaces[i : i + 2] * 1e6
        axes.axhspan(low, high, color=theme.LAYERS[i % len(theme.LAYERS)], alpha=0.75, linewidth=0)
        axes.axhline(high, color=theme.MUTED, linewidth=0.6)
    for dash, cause in zip(theme.DASHES[1:], state.stress, strict=False):
        heights, stress = _through(state, cause)
        if np.abs(stress).max() > 1e-9:
            axes.plot(stress[:, 0], heights, linestyle=dash, color=theme.CAUSES[cause], label=cause)
    heights, total = _through(state)
    axes.plot(total[:, 1], heights, color=theme.MUTED, linewidth=1.2, label="total across the web")
    axes.plot(total[:, 0], heights, color=theme.INK, linewidth=3, label="total along the web")
    axes.axvline(0, color=theme.INK, linewidth=0.7)
    axes.set_ylim(0, heights[-1])
    axes.margins(x=0.08)
    _name_layers(axes, run, laminate.interfaces * 1e6)
    _mark_flaw(axes, run, laminate.interfaces * 1e6)
    axes.set_xlabel("stress (MPa)")
    axes.set_ylabel("height above the bottom face (µm)")
    axes.legend(loc="upper center", bbox_to_anchor=(0.55, 1.1), ncols=5, fontsize=10, columnspacing=1.2)
    return theme.save(made, path)


def _through(state: WebState, cause: Cause | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Heights (um), shape (n,), and stress (MPa; along, across), shape (n, 2), through all plies."""
    parts = [state.through(ply, cause) for ply in range(len(state.laminate.plies))]
    heights, stress = (np.concatenate(part) for part in zip(*parts, strict=True))
    return heights * 1e6, stress / 1e6


def _name_layers(axes: Axes, run: RunData, heights: np.ndarray) -> None:
    """Names beside the layers, kept apart."""
    named = labelled_layers(run.case)
    middles = [(heights[i] + heights[i + 1]) / 2 for i in named]
    places = _apart(middles, *(share * heights[-1] for share in (0.066, 0.03, 0.97)))
    for (name, material, thickness), middle, at in zip(named.values(), middles, places, strict=True):
        axes.annotate(
            f"{theme.folded(name, _LINE)}\n{material}, {thickness:.6g} µm",
            (1.0, middle),
            (1.035, at),
            xycoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=9.5,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "lw": 0.8, "color": theme.MUTED, "relpos": (0.0, 0.5)},
        )


def _apart(middles: list[float], room: float, bottom: float, top: float) -> list[float]:
    """Rising places at least ``room`` apart, near the middles, from ``bottom`` to ``top``."""
    places: list[float] = []
    for middle in middles:
        places.append(max(middle, places[-1] + room if places else bottom))
    for i in reversed(range(len(places))):
        places[i] = min(places[i], top - room * (len(places) - 1 - i))
    return places


def _mark_flaw(axes: Axes, run: RunData, heights: np.ndarray) -> None:
    """A wedge of the flaw's depth at its face; a bar over the heights of one that lies below it."""
    flaw = run.case.flaw
    if flaw is None:
        return
    face = heights[run.case.flawed_index + (1 if flaw.face == "top" else 0)]
    depth = run.case.flaw_depth * 1e6
    tip = face + (-1 if flaw.face == "top" else 1) * depth
    low, high = axes.get_xlim()
    middle, half = low + 0.07 * (high - low), 0.012 * (high - low)
    if flaw.kind == "delamination":
        axes.plot([middle - 3 * half, middle + 3 * half], [tip, tip], color=theme.INK, linewidth=3, zorder=4)
    buried = _buried(run)
    if buried is not None:
        inwards = -1 if flaw.face == "top" else 1
        ends = [face + inwards * end for end in buried]
        axes.plot([middle, middle], ends, color=theme.INK, linewidth=4, solid_capstyle="butt", zorder=4)
        face = ends[0]
    elif getattr(flaw, "start", "cut") == "cut":
        axes.fill(
            [middle - half, middle + half, middle],
            [face, face, tip],
            facecolor=theme.PAPER,
            edgecolor=theme.INK,
            zorder=4,
        )
    extent = f"{depth:g} µm deep" if buried is None else f"{buried[0]:g} to {buried[1]:g} µm deep"
    axes.annotate(
        f"{flaw.kind.replace('-', ' ')}, {extent}",
        (middle, (face + tip) / 2),
        (14, 0),
        textcoords="offset points",
        va="center",
        fontsize=9.5,
        bbox=theme.text_box(),
    )
    axes.set_xlim(low, high)


def _buried(run: RunData) -> tuple[float, float] | None:
    """Least and largest depth (um) of a flaw that does not reach the face; None of one that does."""
    geometry = flaw_geometry(run.case)
    if not hasattr(geometry, "centre"):
        return None
    return geometry.centre - geometry.depth, geometry.deepest
