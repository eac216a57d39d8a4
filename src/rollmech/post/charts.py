"""Chart of K along the crack front: K_I of every station, or all modes of the governing one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rollmech.post import theme
from rollmech.post.rundata import Front, RunData

K_CHART = "k_along_front.png"
_PLOT = (0.09, 0.17, 0.86, 0.68)
_NEAR = 2.0
"""The toughness is drawn to scale if it is at most this many times the largest K_I."""


def k_along_front(run: RunData, path: Path) -> Path:
    """K_I against the front angle for every station; all modes if they are mixed; bars for a single point."""
    mixed = run.fronts[run.station].mixed
    made = theme.figure(run.frame(*(_mixed_words(run) if mixed else _k_words(run))))
    axes = made.add_axes(_PLOT)
    if next(iter(run.fronts.values())).k.size == 1:
        _tip_bars(axes, run)
    elif mixed:
        _mode_lines(axes, run)
    else:
        _front_lines(axes, run)
    return theme.save(made, path)


def _k_words(run: RunData) -> tuple[str, ...]:
    notes = ["Bands and whiskers: estimated numerical error."]
    fronts = run.fronts.values()
    place = "at the tip" if all(front.k.size == 1 for front in fronts) else "along the crack front"
    if any(front.vertex.any() for front in fronts):
        notes.append("Hatched: vertex zone at the free surface; its mean K (hollow marks) is not counted.")
    if any((front.k < 0).any() for front in fronts):
        notes.append("K$_I$ < 0: linear value of a closed crack, without contact.")
    return (
        f"K$_I$ {place}, all stations; governing: '{run.station}' ({run.verdict_text()})",
        " ".join(notes),
    )


def _mixed_words(run: RunData) -> tuple[str, ...]:
    notes = [
        "K$_{eff}$ = √(E' J) with the sign of K$_I$ and E' = E/(1 − ν²) of the flawed layer; "
        "it is what the verdict compares with K$_{Ic}$. Bands: estimated numerical error."
    ]
    if run.fronts[run.station].vertex.any():
        notes.append("Hatched: vertex zone at the free surface; its mean K (hollow marks) is not counted.")
    if len(run.fronts) > 1:
        notes.append("Thin grey: K$_{eff}$ of the other stations; their modes are in front.csv.")
    if any((front.k < 0).any() for front in run.fronts.values()):
        notes.append("K$_I$ < 0: linear value of a closed crack, without contact.")
    return f"Modes along the crack front, station '{run.station}' ({run.verdict_text()})", *notes


def _front_lines(axes: Axes, run: RunData) -> None:
    many = len(run.fronts) > len(theme.LINES)
    for i, (name, front) in enumerate(run.fronts.items()):
        colour, dash = theme.LINES[i % len(theme.LINES)], theme.DASHES[i % len(theme.DASHES)]
        inner, governs = ~front.vertex, name == run.station
        if many:  # more lines than looks that can be told apart
            colour, dash = (theme.BLUE, "-") if governs else (theme.MUTED, "-")
        angle, k, error = front.angle[inner], front.k[inner], front.error[inner]
        label = f"{name} (governing)" if governs else name if not many else f"_{name}"
        axes.plot(angle, k, linestyle=dash, color=colour, linewidth=2.8 if governs else 1.6, label=label)
        axes.fill_between(angle, k - error, k + error, color=colour, alpha=0.3, linewidth=0)
        axes.plot(front.angle[front.vertex], front.k[front.vertex], "o", mfc=theme.PAPER, mec=colour, ms=6)
    governing = run.fronts[run.station]
    _mark_places(axes, governing, run.case.flaw.kind)
    _mark_largest(axes, governing, governing.k)
    axes.margins(y=0.14)
    _toughness_line(axes, run, "K$_I$", [front.k[~front.vertex] for front in run.fronts.values()])
    axes.set_xlabel("front angle (degrees)")
    axes.set_ylabel("K$_I$ (MPa·√m)")
    if many:
        axes.plot([], [], color=theme.MUTED, label=f"the {len(run.fronts) - 1} other stations")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.09), ncols=min(len(run.fronts), 4))


def _mode_lines(axes: Axes, run: RunData) -> None:
    """K_I, K_II, K_III and the effective K of the governing station; of the others the effective K alone."""
    front, modulus = run.fronts[run.station], run.tip_modulus
    inner = ~front.vertex
    for name, other in run.fronts.items():
        if name != run.station:
            counted = ~other.vertex
            axes.plot(
                other.angle[counted], other.effective(modulus)[counted], color=theme.MUTED, linewidth=0.9
            )
    effective = front.effective(modulus)
    curves = (
        (effective, "K$_{eff}$ = √(E' J)", theme.INK, "-"),
        (front.k, "K$_I$", theme.BLUE, "--"),
        (front.k_ii, "K$_{II}$", theme.ORANGE, "-."),
        (front.k_iii, "K$_{III}$", theme.GREEN, (0, (1, 1.2))),
    )
    for k, label, colour, dash in curves:
        angle, shown, error = front.angle[inner], k[inner], front.error[inner]
        width = 2.8 if k is effective else 2.0
        axes.plot(angle, shown, linestyle=dash, color=colour, linewidth=width, label=label)
        axes.fill_between(angle, shown - error, shown + error, color=colour, alpha=0.3, linewidth=0)
        axes.plot(front.angle[~inner], k[~inner], "o", mfc=theme.PAPER, mec=colour, ms=6)
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    _mark_places(axes, front, run.case.flaw.kind)
    _mark_largest(axes, front, effective, " K$_{eff}$")
    axes.margins(y=0.14)
    every = [other.effective(modulus)[~other.vertex] for other in run.fronts.values()]
    _toughness_line(axes, run, "K$_{eff}$", every)
    axes.set_xlabel("front angle (degrees)")
    axes.set_ylabel("K (MPa·√m)")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.09), ncols=4)


def _mark_places(axes: Axes, front: Front, kind: str) -> None:
    """Vertex zones hatched, the front's ends and its deepest point named."""
    low, high = front.angle.min(), front.angle.max()
    inner = front.angle[~front.vertex]
    at_edge = kind in ("corner-crack", "edge-chip")
    whole, hidden = high > 91 and not at_edge, kind == "hidden-crack"
    start, end = min(low, 0.0), max(high, 180.0) if whole else max(high, 90.0) if at_edge else 90.0
    for left, right in ((start, inner.min()), (inner.max(), end)):
        if right - left > 1 and not hidden and (whole or left == start or at_edge):
            axes.axvspan(
                left, right, facecolor="none", edgecolor=theme.MUTED, hatch="////", alpha=0.45, linewidth=0
            )
    axes.axvline(90, color=theme.MUTED, linewidth=0.9, linestyle=":")
    axes.set_xlim(start - 1, end + 1)
    step = 30 if whole or hidden else 15
    axes.set_xticks(np.arange(step * np.ceil(start / step), end + 1, step))
    across = axes.get_xaxis_transform()
    first = (-90, "nearest the face", "center" if whole else "left") if hidden else (start, "surface", "left")
    last = {"corner-crack": "slit edge", "edge-chip": "wall of the chip"}.get(kind, "deepest point")
    pair = kind == "crack-pair"
    first = (start, "outer end", "left") if pair else first
    texts = [first, (90, last, "center" if whole else "right")]
    other = (end, "inner end" if pair else "surface", "right")
    for at, text, align in texts + ([other] if whole and not hidden else []):
        axes.text(
            at,
            0.015,
            f" {text} ",
            transform=across,
            ha=align,
            va="bottom",
            color=theme.MUTED,
            fontsize=10,
            bbox=theme.text_box(),
        )


def _mark_largest(axes: Axes, front: Front, k: np.ndarray, symbol: str = "") -> None:
    """A mark at the largest counted value of ``k`` (MPa m^0.5) along the front, with its number."""
    inner = np.flatnonzero(~front.vertex)
    i = inner[k[inner].argmax()]
    axes.plot(front.angle[i], k[i], "D", color=theme.INK, ms=7, zorder=5)
    middle = np.mean(axes.get_xlim())
    left = front.angle[i] < middle
    axes.annotate(
        f"largest{symbol}: {k[i]:.4g} MPa·√m at {front.angle[i]:.0f}°",
        (front.angle[i], k[i]),
        (10 if left else -10, 14),
        textcoords="offset points",
        ha="left" if left else "right",
        va="bottom",
        bbox=theme.text_box(),
    )


def _toughness_line(axes: Axes, run: RunData, symbol: str, counted: list[np.ndarray]) -> None:
    """K_Ic as a line if it is near the largest of the counted values (MPa m^0.5), else in words."""
    toughness, highest = run.toughness, max(float(k.max()) for k in counted)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.1 * (high - low))  # a row for the words
    if highest > 0 and toughness < _NEAR * highest:
        axes.set_ylim(min(low, 0.0), max(high, 1.08 * toughness))
        axes.axhline(toughness, color=theme.VERMILLION, linewidth=1.6)
        axes.text(
            0.99,
            toughness,
            f"K$_{{Ic}}$ = {toughness:.3g} MPa·√m",
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="bottom",
            color=theme.VERMILLION,
        )
        return
    where = (
        f"{toughness / highest:.3g} × the largest {symbol}"
        if highest > 0
        else f"{symbol} is negative everywhere"
    )
    axes.text(
        0.99,
        0.97,
        f"K$_{{Ic}}$ = {toughness:.3g} MPa·√m, off the chart: {where}",
        transform=axes.transAxes,
        ha="right",
        va="top",
        color=theme.VERMILLION,
        bbox=theme.text_box(),
    )


def _tip_bars(axes: Axes, run: RunData) -> None:
    names = list(run.fronts)
    k = np.array([front.k[0] for front in run.fronts.values()])
    error = [front.error[0] for front in run.fronts.values()]
    colours = [theme.BLUE if name == run.station else theme.SKY for name in names]
    axes.bar(
        range(len(names)),
        k,
        yerr=error,
        color=colours,
        width=0.55,
        error_kw={"capsize": 4, "ecolor": theme.INK},
    )
    for i, (value, whisker) in enumerate(zip(k, error, strict=True)):
        up = 1 if value >= 0 else -1
        axes.annotate(
            f"{value:.4g}".replace("-", "−"),
            (i, value + up * whisker),
            (0, 6 * up),
            textcoords="offset points",
            ha="center",
            va="bottom" if up > 0 else "top",
        )
    axes.set_xticks(range(len(names)), [f"{n}\n(governing)" if n == run.station else n for n in names])
    axes.set_xlim(-0.7, len(names) - 0.3)
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    axes.margins(y=0.15)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel("K$_I$ at the tip (MPa·√m)")
    _toughness_line(axes, run, "K$_I$", [k])
