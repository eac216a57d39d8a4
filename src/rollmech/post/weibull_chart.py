"""Weibull plot of measured strengths: specimens, fitted line, and the band that their number leaves open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rollmech.case.line import StrengthData
from rollmech.line.strength import compatible
from rollmech.post import theme
from rollmech.post.rundata import RunData
from rollmech.risk.weibull.fits import fit

WEIBULL = "weibull.png"
_TICKS = (1, 5, 10, 25, 50, 75, 90, 99)
"""Per cent."""
_MPA = 1e6


def weibull_plot(run: RunData, path: Path) -> Path:
    """Specimens of [strength] on axes on which a Weibull distribution is a straight line."""
    made = theme.figure(
        run.frame(
            f"Measured strength of '{run.case.strength.layer}', specimen by specimen",
            "Marks: specimens at (rank - 0.5)/number. Line: maximum likelihood. Band: 95 % of what the number of "
            "specimens leaves open, point by point. The web is larger than a specimen and fails earlier: line.png.",
        )
    )
    axes = made.add_axes((0.09, 0.17, 0.86, 0.63))
    populations = [(name, getattr(run.case.strength, name)) for name in ("surface", "edge")]
    for i, (name, data) in enumerate((name, data) for name, data in populations if data is not None):
        _population(axes, name, data, theme.LINES[i], "os"[i])
    axes.set_xscale("log")
    axes.set_ylim(*map(_straight, (0.005, 0.995)))
    axes.set_yticks([_straight(tick / 100) for tick in _TICKS], [f"{tick:g}" for tick in _TICKS])
    low, high = axes.get_xlim()
    ticks = [tick for power in (1e1, 1e2, 1e3) for tick in power * np.arange(1, 10) if low <= tick <= high]
    shown = ticks if len(ticks) < 10 else [tick for tick in ticks if f"{tick:g}"[0] in "125"]
    axes.set_xticks(shown, [f"{tick:g}" for tick in shown])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("stress at failure (MPa)")
    axes.set_ylabel("specimens that have failed (%)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return theme.save(made, path)


def _straight(failed: float | np.ndarray) -> float | np.ndarray:
    """Height at which a share of failed specimens is drawn: ln ln 1/(1 - P)."""
    return np.log(-np.log1p(-np.asarray(failed)))


def _population(axes: Axes, name: str, data: StrengthData, colour: str, mark: str) -> None:
    found = fit(np.array(data.values)) if data.values is not None else None
    modulus, strength = (found or data).modulus, (found or data).characteristic / _MPA
    stress = strength * np.exp(np.linspace(-6.0, 2.5, 200) / modulus)
    words = f"{name}: modulus {modulus:.3g}, 63 % at {strength:.3g} MPa"
    if found is None:
        axes.plot(stress, modulus * np.log(stress / strength), color=colour, label=f"{words} (given)")
        return
    ends = found.modulus_interval
    words += f" ({found.specimens} specimens; modulus {ends.low:.3g} to {ends.high:.3g})"
    axes.plot(stress, modulus * np.log(stress / strength), color=colour, label=words)
    moduli, strengths = compatible(found).T[:, :, None]
    low, high = np.quantile(moduli * np.log(_MPA * stress / strengths), [0.025, 0.975], axis=0)
    axes.fill_between(stress, low, high, color=colour, alpha=0.18, linewidth=0)
    values = np.sort(data.values) / _MPA
    axes.plot(values, _straight((np.arange(len(values)) + 0.5) / len(values)), mark, color=colour, ms=6)
