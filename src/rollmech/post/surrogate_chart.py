"""Error maps: of a surrogate over two of its ranges, and of a library of K over its grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter
from scipy.interpolate import RegularGridInterpolator

from rollmech.library.domain import ANGLE, ASPECT, DEPTH, LENGTH, shown
from rollmech.library.surrogate import Surrogate
from rollmech.library.table import DEEPEST, KTable
from rollmech.post import theme

_COUNT = 80
_STEPS = 12


def draw_surrogate(found: Surrogate, path: Path) -> Path:
    """Estimated error over depth and shape, all else in the middle, and how it fell. Call inside ``theme.style``."""
    middle = [
        f"{item.key} {shown(float(item.at(np.array(0.5))), item.dimension, 4)}"
        for item in found.domain.solved
        if item.key not in (DEPTH, ASPECT, LENGTH)
    ]
    turned = "; K of cracks at an angle by turning the stress" if ANGLE in found.domain.by_key else ""
    notes = (
        "Left: by the posterior, calibrated so that 19 of 20 points left out lie below it; solves err by "
        f"{100 * found.solve_error:.2g} % besides{turned}.",
        f"All else in the middle: {', '.join(middle)}." if middle else "",
    )
    subtitle = f"Estimated error of interpolated K, {found.about['cracks']} solved cracks"
    made = theme.figure(theme.Frame(found.about["title"], subtitle, notes))
    _map(made, found)
    _history(made.add_axes((0.70, 0.17, 0.27, 0.67)), found)
    return theme.save(made, path)


def _map(made, found: Surrogate) -> None:
    domain = found.domain
    shape = ASPECT if ASPECT in domain.by_key else LENGTH
    places = np.full((_COUNT, _COUNT, len(domain.solved)), 0.5)
    line, keys = np.linspace(0, 1, _COUNT), [item.key for item in domain.solved]
    places[..., keys.index(DEPTH)], places[..., keys.index(shape)] = line[None, :], line[:, None]
    values = domain.values(places.reshape(-1, len(keys)))
    error = 100 * found.interpolation_error(domain.inputs(values)).reshape(_COUNT, _COUNT)
    axes, bar = made.add_axes((0.075, 0.17, 0.45, 0.67)), made.add_axes((0.54, 0.17, 0.017, 0.67))
    x = 1e6 * values[DEPTH].reshape(_COUNT, _COUNT)
    y = values[shape].reshape(_COUNT, _COUNT) * (1e6 if shape == LENGTH else 1.0)
    filled = axes.contourf(x, y, error, levels=_STEPS, cmap="cividis_r")
    made.colorbar(filled, cax=bar).set_label("error of K over K under tension (%)")
    axes.set_xlabel("depth (um)")
    axes.set_ylabel("depth over half-length" if shape == ASPECT else "length (um)")
    if domain.by_key[shape].log:
        _logarithmic(axes.yaxis, axes.set_yscale)
    axes.grid(False)


def _logarithmic(axis, scale) -> None:
    """A logarithmic axis over less than two decades, with plain numbers."""
    scale("log")
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
    low, high = axis.get_view_interval()
    axis.set_ticks(
        [v for v in (0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.0, 5.0, 10, 20, 50, 100, 200) if low <= v <= high]
    )


def _history(axes, found: Surrogate) -> None:
    count, cross, independent = np.array(found.about["history"]).T
    axes.plot(count, 100 * cross, color=theme.BLUE, marker="o", ms=4, label="left out, 19 of 20")
    axes.plot(
        count, 100 * independent, color=theme.VERMILLION, ls="--", marker="s", ms=4, label="held out, all"
    )
    axes.axhline(100 * found.about["target"], color=theme.INK, lw=1.2, ls=":", label="target")
    axes.set_ylim(0, 1.35 * max(100 * found.about["target"], axes.get_ylim()[1]))
    axes.set_xlim(count[0] - 1, count[-1] + 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("cracks trained on")
    axes.set_ylabel("error met (%)")
    axes.legend(loc="upper right")


def draw_library(table: KTable, title: str, path: Path) -> Path:
    """Errors of a library of K over its grid: background the solves', marks those between the nodes."""
    notes = (
        "Background: estimated error of the solves at the deepest point, straight lines between the nodes (crosses).",
        "Numbers (%): circles, nodes predicted by the others of their row or column, the larger of both; squares, "
        "cracks held out. Each the largest along the front and of tension and bending.",
    )
    made = theme.figure(theme.Frame(title, "Errors of K over that under uniform stress (%)", notes))
    kinds = (
        ("$K_I$, normal stress", table.error),
        ("$K_{II}$ and $K_{III}$, shear along the crack", table.shear_error),
    )
    for number, (name, error) in enumerate(kinds):
        axes = made.add_axes((0.075 + 0.475 * number, 0.17, 0.36, 0.65))
        bar = made.add_axes((0.445 + 0.475 * number, 0.17, 0.015, 0.65))
        _background(made, axes, bar, table, 100 * error[:, :, DEEPEST, 0])
        _marks(axes, table, number)
        axes.set_title(name, fontsize=11)
        axes.set_xlabel("depth over thickness")
    made.axes[0].set_ylabel("depth over half-length")
    return theme.save(made, path)


def _background(made, axes, bar, table: KTable, error: np.ndarray) -> None:
    depth_ratio, aspect = table.grid.nodes()
    between = RegularGridInterpolator((depth_ratio, np.log(aspect)), error)
    x = np.linspace(*table.grid.depth_ratio, _COUNT)
    y = np.geomspace(*table.grid.aspect, _COUNT)
    inside = np.clip(np.log(y), np.log(aspect[0]), np.log(aspect[-1]))
    grid = np.meshgrid(np.clip(x, depth_ratio[0], depth_ratio[-1]), inside)
    filled = axes.contourf(
        x, y, between(np.stack(grid, axis=-1)), levels=_STEPS, cmap="cividis_r", alpha=0.75
    )
    made.colorbar(filled, cax=bar)
    axes.plot(*(part.ravel() for part in np.meshgrid(depth_ratio, aspect)), "+", color=theme.MUTED, ms=6)
    _logarithmic(axes.yaxis, axes.set_yscale)
    axes.grid(False)


def _marks(axes, table: KTable, kind: int) -> None:
    depth_ratio, aspect = table.grid.nodes()
    inner = table.gaps.left_out[1:-1, 1:-1, kind]
    places = [(x, y) for x in depth_ratio[1:-1] for y in aspect[1:-1]]
    rows = [(places, inner.ravel(), "o"), (table.grid.held_out(), table.gaps.held_out[:, kind], "s")]
    for spots, values, mark in rows:
        for (x, y), value in zip(spots, values, strict=True):
            axes.plot(x, y, mark, mfc=theme.PAPER, mec=theme.INK, ms=5)
            axes.annotate(
                f"{100 * value:.2g}",
                (x, y),
                (0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                bbox=theme.text_box(),
            )
