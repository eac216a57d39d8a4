"""Shear along a crack front as arrows in the plane of the crack, with K_I in colour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from rollmech.post import theme
from rollmech.post.canvas import round_down
from rollmech.post.rundata import Front, RunData

ARROWS = "mixed_modes.png"
_SHOWN = 17
"""Arrows along the front."""
_LONGEST = 0.16
"""Of the largest arrow, over the length of the front from end to end."""


def mode_arrows(run: RunData, path: Path) -> Path | None:
    """Draw them for the governing station; None for a point, a front on an interface, or pure mode I."""
    front = run.fronts[run.station]
    if run.by_energy or not front.mixed or front.k.size < 5:
        return None
    made = theme.figure(
        run.frame(
            f"Modes along the crack front, station '{run.station}' ({run.verdict_text()})",
            "An arrow is how the wall on the side of x > 0 shears against the other: K_II ahead of the front and K_III "
            "along it, added as vectors. Vertex zones at the face are left out.",
        )
    )
    axes = made.add_axes((0.09, 0.15, 0.74, 0.70))
    _draw(axes, front)
    return theme.save(made, path)


def shear(front: Front) -> tuple[np.ndarray, np.ndarray]:
    """Places along the front and shear there, in the plane of the crack (along its trace, height), shape (n, 2).

    The front's frame is (ahead, normal of the crack, ahead x normal), so that K_III > 0 shears along the third.
    """
    order = np.argsort(front.angle)
    x, y, z = front.position[order].T
    place = np.column_stack([y, -np.hypot(x, z)])
    along = np.gradient(place, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    ahead = np.column_stack([along[:, 1], -along[:, 0]])
    middle = place - place.mean(axis=0)
    ahead *= np.sign((ahead * middle).sum())
    third = np.column_stack([ahead[:, 1], -ahead[:, 0]])
    return place, front.k_ii[order, None] * ahead + front.k_iii[order, None] * third


def _draw(axes: Axes, front: Front) -> None:
    place, arrow = shear(front)
    order = np.argsort(front.angle)
    counted, k = ~front.vertex[order], front.k[order]
    axes.plot(*place.T, color=theme.MUTED, linewidth=1.2, zorder=1)
    shown = axes.scatter(*place[counted].T, c=k[counted], cmap=colormaps[theme.K_MAP], s=46, zorder=2)
    inner = np.flatnonzero(counted)
    picked = inner[np.linspace(0, len(inner) - 1, _SHOWN).round().astype(int)]
    largest = float(np.linalg.norm(arrow[picked], axis=1).max())
    scale = largest / (_LONGEST * np.ptp(place[:, 0]))
    look = {
        "angles": "xy",
        "scale_units": "xy",
        "scale": scale,
        "width": 0.005,
        "color": theme.INK,
        "zorder": 3,
    }
    drawn = axes.quiver(*place[picked].T, *arrow[picked].T, **look)
    axes.update_datalim(
        place[picked] + arrow[picked] / scale
    )  # arrows do not count for the limits by themselves
    unit = round_down(largest)
    axes.quiverkey(drawn, 0.78, 1.04, unit, f"shear of {unit:g} MPa·√m", labelpos="E")
    axes.axhline(0, color=theme.INK, linewidth=1.0)
    axes.text(
        0.01, 1.01, "face of the web at height 0", transform=axes.transAxes, fontsize=9, color=theme.MUTED
    )
    axes.set_aspect("equal")
    axes.margins(0.12)
    axes.autoscale_view()
    axes.set_xlabel("along the trace of the crack, y (µm)")
    axes.set_ylabel("in the plane of the crack, from the face (µm)")
    bar = axes.figure.colorbar(shown, cax=axes.figure.add_axes((0.87, 0.25, 0.022, 0.5)))
    bar.set_label("K$_I$ (MPa·√m)")
    bar.ax.grid(False)
