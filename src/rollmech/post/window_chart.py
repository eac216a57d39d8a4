"""The picture of a process window: where the line may run, as filled steps with labelled contours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.colors import LogNorm

from rollmech.line.window import Window
from rollmech.post import theme


def draw_window(title: str, window: Window, path: Path, rests_on: str = "") -> Path:
    """Draw a map with its contours; what is allowed lies on the pale side. Call inside ``theme.style``."""
    probability = window.quantity.startswith("P_f")
    note = "The map is that of the roller that is worst at each point, at the strained edge and the top of the ripple."
    made = theme.figure(theme.Frame(title, f"Process window: {window.quantity}", (note, rests_on)))
    axes = made.add_axes((0.09, 0.14, 0.74, 0.72))
    bar = made.add_axes((0.86, 0.14, 0.022, 0.72))
    step = max(1, len(window.x.values) // 500)
    x, y, values = window.x.shown[::step], window.y.shown[::step], window.values[::step, ::step]
    if probability:
        levels, norm = np.logspace(-8, 0, 17), LogNorm(1e-8, 1.0)
        shown = np.clip(values, 1e-8, 1.0)
    else:
        top = max(2.0 * max(window.levels), 1e-6)
        levels, norm = np.linspace(0, top, 17), None
        shown = np.clip(values, 0.0, top)
    filled = axes.contourf(x, y, shown, levels=levels, norm=norm, cmap="cividis_r", extend="both")
    lines = _contours(axes, x, y, values, window, probability)
    axes.clabel(lines, fmt=lambda value: f"{value:.3g}", fontsize=9)
    colour = made.colorbar(filled, cax=bar)
    colour.set_label(window.quantity)
    axes.set_xlabel(window.x.label)
    axes.set_ylabel(window.y.label)
    axes.grid(False)
    _words(axes, values, window)
    return theme.save(made, path)


def _contours(axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, window: Window, probability: bool):
    levels = list(window.levels)
    if not probability:
        levels = sorted({0.5 * levels[0], 0.75 * levels[0], levels[0]})
    worst = max(window.levels)
    widths = [2.6 if level == worst else 1.4 for level in levels]
    colours = [theme.VERMILLION if level == worst else theme.INK for level in levels]
    return axes.contour(x, y, values, levels=levels, colors=colours, linewidths=widths)


def _words(axes, values: np.ndarray, window: Window) -> None:
    """Says so where no contour can be seen."""
    level = max(window.levels)
    if values.max() <= level or values.min() > level:
        text = f"everywhere at most {level:g}" if values.max() <= level else f"everywhere above {level:g}"
        axes.text(0.03, 0.95, text, transform=axes.transAxes, va="top", bbox=theme.text_box())
