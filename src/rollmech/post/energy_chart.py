"""Chart of the energy release rate of a front on an interface: along it with the phase angle, or bars for a point."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rollmech.post import theme
from rollmech.post.rundata import Front, RunData

G_CHART = "g_along_front.png"
_NEAR = 2.0
"""The critical value is drawn to scale if it is at most this many times the largest G."""


def g_along_front(run: RunData, path: Path) -> Path:
    """G of every station, and the phase angle of the governing one where there is a front to go along."""
    points = run.fronts[run.station].k.size
    made = theme.figure(run.frame(*_words(run)))
    if points == 1:
        _bars(made.add_axes((0.09, 0.17, 0.86, 0.68)), run)
    else:
        upper, lower = made.add_axes((0.09, 0.46, 0.86, 0.39)), made.add_axes((0.09, 0.17, 0.86, 0.22))
        _lines(upper, run)
        _phase(lower, run.fronts[run.station], _reference(run))
    return theme.save(made, path)


def _words(run: RunData) -> tuple[str, ...]:
    notes = ["Bands and whiskers: estimated numerical error."]
    if run.case.flaw.kind == "channel":
        notes.append("G is released per area of new crack by a channel that advances in a steady state.")
    else:
        notes.append(f"ψ: phase angle of K l$^{{iε}}$ with l = {_reference(run):g} µm.")
    if any((front.k < 0).any() for front in run.fronts.values()):
        notes.append("Closed: linear value, contact is not modelled.")
    return (
        f"Energy release rate G, all stations; governing: '{run.station}' ({run.verdict_text()})",
        " ".join(notes),
    )


def _reference(run: RunData) -> float:
    """Length that the phase angle refers to, um: the thickness of the layers above the interface."""
    return round(run.case.flaw_depth * 1e6, 9)


def _phase_angle(front: Front) -> np.ndarray:
    return np.degrees(np.arctan2(front.k_ii, front.k))


def _bars(axes: Axes, run: RunData) -> None:
    names, fronts = list(run.fronts), list(run.fronts.values())
    release = np.array([front.release[0] for front in fronts])
    colours = [theme.BLUE if name == run.station else theme.SKY for name in names]
    error = [front.release_error[0] for front in fronts]
    look = {"capsize": 4, "ecolor": theme.INK}
    axes.bar(range(len(names)), release, yerr=error, color=colours, width=0.55, error_kw=look)
    for i, front in enumerate(fronts):
        text = f"{release[i]:.4g}" + (" (closed)" if front.k[0] < 0 else "")
        if run.case.flaw.kind == "delamination":
            text += f"\nψ = {_phase_angle(front)[0]:.3g}°".replace("-", "−")
        axes.annotate(text, (i, release[i]), (0, 5), textcoords="offset points", ha="center", va="bottom")
    axes.set_xticks(range(len(names)), [f"{n}\n(governing)" if n == run.station else n for n in names])
    axes.set_xlim(-0.7, len(names) - 0.3)
    axes.margins(y=0.2)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel("G (J/m²)")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.1 * (high - low))  # a row for the words
    _critical(axes, run, float(release.max()), 0.95)


def _lines(axes: Axes, run: RunData) -> None:
    for i, (name, front) in enumerate(run.fronts.items()):
        colour, dash = theme.LINES[i % len(theme.LINES)], theme.DASHES[i % len(theme.DASHES)]
        governs = name == run.station
        label, width = (f"{name} (governing)", 2.8) if governs else (name, 1.6)
        axes.plot(front.angle, front.release, linestyle=dash, color=colour, linewidth=width, label=label)
        low, high = front.release - front.release_error, front.release + front.release_error
        axes.fill_between(front.angle, low, high, color=colour, alpha=0.3, linewidth=0)
    governing = run.fronts[run.station]
    i = int(governing.release.argmax())
    axes.plot(governing.angle[i], governing.release[i], "D", color=theme.INK, ms=7, zorder=5)
    left = governing.angle[i] < 45
    axes.annotate(
        f"largest: {governing.release[i]:.4g} J/m² at {governing.angle[i]:.0f}°",
        (governing.angle[i], governing.release[i]),
        (10 if left else -10, 10),
        textcoords="offset points",
        ha="left" if left else "right",
        va="bottom",
        bbox=theme.text_box(),
    )
    axes.margins(x=0.02, y=0.2)
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("G (J/m²)")
    axes.tick_params(labelbottom=False)
    _angles(axes)
    _critical(axes, run, max(float(front.release.max()) for front in run.fronts.values()), 0.04)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.17), ncols=min(len(run.fronts), 4))


def _phase(axes: Axes, front: Front, length: float) -> None:
    angle, size = _phase_angle(front), np.hypot(front.k, front.k_ii)
    error = np.degrees(front.error / np.where(size > 0, size, np.inf))
    axes.plot(front.angle, angle, color=theme.INK)
    axes.fill_between(front.angle, angle - error, angle + error, color=theme.INK, alpha=0.2, linewidth=0)
    axes.margins(x=0.02, y=0.3)
    axes.set_ylabel(f"ψ (degrees)\nl = {length:g} µm")
    axes.set_xlabel("front angle (degrees): 0 on the y axis (across the web), 90 on the x axis (along it)")
    _angles(axes)


def _angles(axes: Axes) -> None:
    axes.set_xticks(np.arange(0, 91, 15))


def _critical(axes: Axes, run: RunData, highest: float, height: float) -> None:
    """What G is compared with, as a line if it is near, else in words at a height (share of the axes)."""
    value = run.critical_energy
    symbol = "Γ" if run.case.flaw.kind == "delamination" else "K$_{Ic}$²/E'"
    low, high = axes.get_ylim()
    if value < _NEAR * highest:
        axes.set_ylim(low, max(high, 1.12 * value))
        axes.axhline(value, color=theme.VERMILLION, linewidth=1.6)
        place, text = (0.99, value), f"{symbol} = {value:.3g} J/m²"
        transform = axes.get_yaxis_transform()
    else:
        far = f"{value / highest:.3g} × the largest G" if highest > 0 else "G is 0 everywhere"
        place, text = (0.99, height), f"{symbol} = {value:.3g} J/m², off the chart: {far}"
        transform = axes.transAxes
    axes.text(
        *place,
        text,
        transform=transform,
        ha="right",
        va="bottom",
        color=theme.VERMILLION,
        bbox=theme.text_box(),
    )
