"""The picture of a layer's map: what parts it and what cracks it over thickness and modulus, limits as bold lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from rollmech.films.maps import FilmMap
from rollmech.post import theme

_DECADES = 6
_LOW, _HEIGHT, _WIDTH, _BAR = 0.16, 0.64, 0.31, 0.013
_LEFT, _RIGHT = 0.085, 0.555


def draw_films(title: str, mapped: FilmMap, path: Path) -> Path:
    """Draw delamination and channel crack side by side; safe is the pale side. Call inside ``theme.style``."""
    film = mapped.film
    compared = mapped.peel_ratio is not None, mapped.channel_ratio is not None
    notes = (
        "Worst station and direction at each point. Residual stress as stated in the case; what the layer and its "
        "interface withstand, J/m², as in the case. Closed forms: laminate energy, film on a half-space.",
        ""
        if film.on_half_space
        else "Rough: around the case this stack is no half-space, which g and phase are of.",
        "Dot: the case. Bold: G/Γ = 1." if any(compared) else "Dot: the case. No toughness given: G itself.",
    )
    made = theme.figure(theme.Frame(title, f"Layer '{film.name}' on '{film.below}'", notes))
    left, right = (made.add_axes((x, _LOW, _WIDTH, _HEIGHT)) for x in (_LEFT, _RIGHT))
    bars = [made.add_axes((x + _WIDTH + 0.008, _LOW, _BAR, _HEIGHT)) for x in (_LEFT, _RIGHT)]
    peel = mapped.peel_ratio if compared[0] else mapped.peel
    channel = mapped.channel_ratio if compared[1] else mapped.channel
    _panel(left, mapped, peel, "delamination", compared[0], bars[0])
    _panel(right, mapped, channel, "channel crack", compared[1], bars[1])
    left.set_ylabel("Young's modulus of the layer (GPa)")
    _mismatch(right, mapped)
    return theme.save(made, path)


def _panel(axes: Axes, mapped: FilmMap, values: np.ndarray, name: str, compared: bool, bar: Axes) -> None:
    x, y = 1e9 * mapped.thickness, mapped.modulus / 1e9
    top = max(float(values.max()), 1e-12)
    high = 10 ** np.ceil(np.log10(max(top, 1.0) if compared else top))
    low = min(high / 10**_DECADES, 0.01) if compared else high / 10**_DECADES
    levels = np.geomspace(low, high, 4 * round(np.log10(high / low)) + 1)
    shown = np.where(values > 0, np.clip(values, low, high), np.nan)
    filled = axes.contourf(
        x, y, shown, levels=levels, norm=LogNorm(low, high), cmap="cividis_r", extend="min"
    )
    if compared and values.min() < 1 < values.max():
        axes.contour(x, y, values, levels=[1.0], colors=theme.VERMILLION, linewidths=2.8)
    elif compared:
        words = "everywhere above G/Γ = 1" if values.min() >= 1 else "everywhere below G/Γ = 1"
        axes.text(0.04, 0.95, words, transform=axes.transAxes, va="top", bbox=theme.text_box())
    _pressed(axes, mapped, name)
    middle = len(x) // 2
    axes.plot(x[middle], y[middle], "o", color=theme.INK, markerfacecolor=theme.PAPER, markersize=8, zorder=5)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(False)
    axes.set_xlabel("thickness of the layer (nm)")
    axes.set_title(name, fontsize=11)
    colour = axes.figure.colorbar(filled, cax=bar)
    colour.set_ticks([10.0**n for n in range(int(np.ceil(np.log10(low))), int(np.log10(high)) + 1)])
    colour.ax.set_title("G/Γ" if compared else "G\n(J/m²)", fontsize=10)


def _pressed(axes: Axes, mapped: FilmMap, name: str) -> None:
    """Hatches where no station opens the interface, and where none pulls on the layer."""
    shut = mapped.peel if name == "delamination" else mapped.channel
    if not np.any(shut <= 0):
        return
    x, y = 1e9 * mapped.thickness, mapped.modulus / 1e9
    axes.contourf(x, y, (shut <= 0).astype(float), levels=[0.5, 1.5], colors="none", hatches=["//"])
    words = (
        "hatched: pressed on, comes off only by buckling"
        if name == "delamination"
        else "hatched: in compression"
    )
    axes.text(0.04, 0.05, words, transform=axes.transAxes, fontsize=9, bbox=theme.text_box())


def _mismatch(axes: Axes, mapped: FilmMap) -> None:
    """Dundurs' alpha in place of the modulus."""
    wanted = [a for a in (-0.99, -0.9, -0.5, 0.0, 0.5, 0.9, 0.99) if mapped.alpha[0] < a < mapped.alpha[-1]]
    places = np.exp(np.interp(np.arctanh(wanted), np.arctanh(mapped.alpha), np.log(mapped.modulus / 1e9)))
    axes.set_yticks(places, [f"{a:g}" for a in wanted])
    axes.tick_params(axis="y", which="minor", left=False)
    axes.set_ylabel("Dundurs' α of the layer to what it lies on")
