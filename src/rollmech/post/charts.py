"""Charts of a run: K along the front, the stations of the line, stress through the thickness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from rollmech.post import theme
from rollmech.post.rundata import Front, RunData

K_CHART, STATIONS, THICKNESS = "k_along_front.png", "stations.png", "through_thickness.png"
_PLOT = (0.09, 0.17, 0.86, 0.68)
_NEAR = 4.0
"""A limit is drawn to scale if it is at most this many times what it is compared with."""


def k_along_front(run: RunData, path: Path) -> Path:
    """K_I against the front angle for every station; bars for a front that is one point."""
    made = theme.figure(run.frame(*_k_words(run)))
    axes = made.add_axes(_PLOT)
    if next(iter(run.fronts.values())).k.size == 1:
        _tip_bars(axes, run)
    else:
        _front_lines(axes, run)
    return theme.save(made, path)


def _k_words(run: RunData) -> tuple[str, ...]:
    notes = ["Bands and whiskers: estimated numerical error."]
    fronts = run.fronts.values()
    if any(front.vertex.any() for front in fronts):
        notes.append("Hatched: vertex zone at the free surface; its mean K (hollow marks) is not counted.")
    if any((front.k < 0).any() for front in fronts):
        notes.append("K$_I$ < 0: linear value of a closed crack, contact is not modelled.")
    return (
        f"K$_I$ along the crack front, all stations; governing: '{run.station}' ({run.verdict_text()})",
        " ".join(notes),
    )


def _toughness(run: RunData) -> float:
    """K_Ic of the flawed layer, MPa m^0.5."""
    return run.case.material_of(run.case.flaw.layer).value("fracture_toughness") / 1e6


def _front_lines(axes: Axes, run: RunData) -> None:
    for i, (name, front) in enumerate(run.fronts.items()):
        colour, dash = theme.LINES[i % len(theme.LINES)], theme.DASHES[i % len(theme.DASHES)]
        inner, governs = ~front.vertex, name == run.station
        angle, k, error = front.angle[inner], front.k[inner], front.error[inner]
        label = f"{name} (governing)" if governs else name
        axes.plot(angle, k, dash, color=colour, linewidth=2.8 if governs else 1.6, label=label)
        axes.fill_between(angle, k - error, k + error, color=colour, alpha=0.3, linewidth=0)
        axes.plot(front.angle[front.vertex], front.k[front.vertex], "o", mfc=theme.PAPER, mec=colour, ms=6)
    governing = run.fronts[run.station]
    _mark_places(axes, governing)
    _mark_largest(axes, governing)
    axes.margins(y=0.14)
    _toughness_line(axes, run)
    axes.set_xlabel("front angle (degrees)")
    axes.set_ylabel("K$_I$ (MPa·√m)")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.09), ncols=min(len(run.fronts), 4))


def _mark_places(axes: Axes, front: Front) -> None:
    """Vertex zones hatched, surface and deepest point named."""
    low, high = front.angle.min(), front.angle.max()
    inner = front.angle[~front.vertex]
    whole = high > 91
    start, end = min(low, 0.0), max(high, 180.0) if whole else 90.0
    for left, right in ((start, inner.min()), (inner.max(), end)):
        if right - left > 1 and (whole or left == start):
            axes.axvspan(
                left, right, facecolor="none", edgecolor=theme.MUTED, hatch="////", alpha=0.45, linewidth=0
            )
    axes.axvline(90, color=theme.MUTED, linewidth=0.9, linestyle=":")
    axes.set_xlim(start - 1, end + 1)
    axes.set_xticks(np.arange(0, end + 1, 30 if whole else 15))
    across = axes.get_xaxis_transform()
    texts = [(start, "surface", "left"), (90, "deepest point", "center" if whole else "right")]
    for at, text, align in texts + ([(end, "surface", "right")] if whole else []):
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


def _mark_largest(axes: Axes, front: Front) -> None:
    inner = np.flatnonzero(~front.vertex)
    i = inner[front.k[inner].argmax()]
    axes.plot(front.angle[i], front.k[i], "D", color=theme.INK, ms=7, zorder=5)
    middle = np.mean(axes.get_xlim())
    left = front.angle[i] < middle
    axes.annotate(
        f"largest: {front.k[i]:.4g} MPa·√m at {front.angle[i]:.0f}°",
        (front.angle[i], front.k[i]),
        (10 if left else -10, 14),
        textcoords="offset points",
        ha="left" if left else "right",
        va="bottom",
        bbox=theme.text_box(),
    )


def _toughness_line(axes: Axes, run: RunData) -> None:
    """K_Ic as a line if it is near, else in words."""
    toughness, highest = _toughness(run), max(front.k[~front.vertex].max() for front in run.fronts.values())
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.1 * (high - low))  # a row for the words
    if highest > 0 and toughness < _NEAR * highest:
        axes.set_ylim(low, max(high, 1.08 * toughness))
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
        f"{toughness / highest:.3g} × the largest K$_I$" if highest > 0 else "K$_I$ is negative everywhere"
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
    for i, value in enumerate(k):
        axes.text(i, value, f"{value:.4g}", ha="center", va="bottom" if value >= 0 else "top")
    axes.set_xticks(range(len(names)), [f"{n}\n(governing)" if n == run.station else n for n in names])
    axes.set_xlim(-0.7, len(names) - 0.3)
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    axes.margins(y=0.15)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel("K$_I$ at the tip (MPa·√m)")
    _toughness_line(axes, run)


# --- stations ---------------------------------------------------------------------------------------


def stations(run: RunData, path: Path) -> Path:
    """What each cause adds to the ratio at every station, their sum, and what is allowed."""
    notes = "Shares of the causes may be negative; the diamond is their sum, its whisker the numerical error."
    closed = any(row["closed"] for row in run.stations)
    if closed:
        notes += " Closed: part of the front is in compression (linear K$_I$ < 0), contact is not modelled."
    made = theme.figure(
        run.frame(f"Stations of the line; governing: '{run.station}' ({run.verdict_text()})", notes)
    )
    names = [_station_label(row, row["name"] == run.station) for row in run.stations]
    axes = made.add_axes((0.2, 0.17, 0.75, 0.66))
    for i, row in enumerate(run.stations):
        _station_bar(axes, i, row)
    _allowed(axes, run)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.axvline(0, color=theme.INK, linewidth=0.8)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"{run.ratio_name} (-)")
    used = [c for c in theme.CAUSES if any(row["shares"][c] for row in run.stations)]
    handles = [
        Patch(facecolor=theme.CAUSES[c], hatch=theme.HATCHES[c], edgecolor=theme.PAPER, label=c, linewidth=0)
        for c in used
    ]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 1.1), ncols=4)
    return theme.save(made, path)


def _station_label(row: dict, governs: bool) -> str:
    extra = ["governing"] if governs else []
    extra += ["closed"] if row["closed"] else []
    return row["name"] + (f"\n({', '.join(extra)})" if extra else "")


def _station_bar(axes: Axes, at: int, row: dict) -> None:
    """Stacked shares scaled to the ratio: positive ones to the right, negative ones to the left."""
    total = sum(row["shares"].values())
    scale = row["ratio"] / total if total else 0.0
    ends = {True: 0.0, False: 0.0}
    for cause, share in row["shares"].items():
        value = share * scale
        if value:
            axes.barh(
                at,
                value,
                left=ends[value > 0],
                height=0.5,
                color=theme.CAUSES[cause],
                hatch=theme.HATCHES[cause],
                edgecolor=theme.PAPER,
                linewidth=0,
                alpha=0.45 if row["closed"] else 1.0,
            )
            ends[value > 0] += value
    axes.errorbar(
        row["ratio"],
        at,
        xerr=row["ratio_error"],
        fmt="D",
        ms=8,
        color=theme.INK,
        mec=theme.PAPER,
        capsize=4,
        zorder=5,
    )
    closed = row["ratio"] < 0
    end = min(row["ratio"], ends[False]) if closed else max(row["ratio"], ends[True])
    axes.annotate(
        f"{row['ratio']:.3g}".replace("-", "−"),
        (end, at),
        (-9 if closed else 9, 0),
        textcoords="offset points",
        va="center",
        ha="right" if closed else "left",
    )


def _allowed(axes: Axes, run: RunData) -> None:
    """The allowed ratio as a line if it is near, else an arrow at the edge that says how far away it is."""
    allowed = run.record["verdict"]["allowed"]
    highest = max(row["ratio"] for row in run.stations)
    axes.margins(x=0.16)
    if highest > 0 and allowed < _NEAR * highest:
        low, high = axes.get_xlim()
        axes.set_xlim(low, max(high, 1.08 * allowed))
        axes.axvline(allowed, color=theme.VERMILLION, linewidth=2)
        axes.annotate(
            f"allowed {allowed:g} ",
            (allowed, 0.02),
            xycoords=axes.get_xaxis_transform(),
            ha="right",
            color=theme.VERMILLION,
            bbox=theme.text_box(),
        )
        return
    times = f", {allowed / highest:.3g} × the governing ratio" if highest > 0 else ""
    axes.annotate(
        f"allowed {allowed:g} is off the chart{times}",
        (1.0, 0.04),
        (0.93, 0.04),
        xycoords="axes fraction",
        ha="right",
        va="center",
        color=theme.VERMILLION,
        bbox=theme.text_box(),
        arrowprops={"arrowstyle": "-|>", "color": theme.VERMILLION, "lw": 1.8},
    )


# --- through the thickness --------------------------------------------------------------------------


def through_thickness(run: RunData, path: Path) -> Path:
    """Stress of the unflawed web against height at the governing station, by cause."""
    laminate, state = run.web
    made = theme.figure(
        run.frame(
            f"Stress through the unflawed web at station '{run.station}' (laminate theory{', flaw left out' if run.case.flaw else ''})",
            "Stress along the web unless said otherwise; stress jumps where the stiffness of the layers differs.",
        )
    )
    axes = made.add_axes((0.09, 0.165, 0.68, 0.67))
    heights = np.repeat(laminate.interfaces, 2)[1:-1] * 1e6
    for i in range(len(run.case.stack)):
        low, high = laminate.interfaces[i : i + 2] * 1e6
        axes.axhspan(low, high, color=theme.LAYERS[i % len(theme.LAYERS)], alpha=0.75, linewidth=0)
        axes.axhline(high, color=theme.MUTED, linewidth=0.6)
    for dash, cause in zip(theme.DASHES[1:], state.stress, strict=False):
        stress = state.stress[cause][:, :, 0].ravel() / 1e6
        if np.abs(stress).max() > 1e-9:
            axes.plot(stress, heights, linestyle=dash, color=theme.CAUSES[cause], label=cause)
    axes.plot(
        state.total[:, :, 1].ravel() / 1e6,
        heights,
        color=theme.MUTED,
        linewidth=1.2,
        label="total across the web",
    )
    axes.plot(
        state.total[:, :, 0].ravel() / 1e6, heights, color=theme.INK, linewidth=3, label="total along the web"
    )
    axes.axvline(0, color=theme.INK, linewidth=0.7)
    axes.set_ylim(0, heights[-1])
    axes.margins(x=0.08)
    _name_layers(axes, run, laminate.interfaces * 1e6)
    _mark_flaw(axes, run, laminate.interfaces * 1e6)
    axes.set_xlabel("stress (MPa)")
    axes.set_ylabel("height above the bottom face (µm)")
    axes.legend(loc="upper center", bbox_to_anchor=(0.55, 1.1), ncols=5, fontsize=10, columnspacing=1.2)
    return theme.save(made, path)


def _name_layers(axes: Axes, run: RunData, heights: np.ndarray) -> None:
    """Names beside the layers, kept apart."""
    room = 0.055 * heights[-1]
    previous = -room
    for layer, low, high in zip(run.case.stack, heights[:-1], heights[1:], strict=True):
        at = max((low + high) / 2, previous + room)
        previous = at
        axes.annotate(
            f"{layer.name}\n{layer.material}, {layer.thickness * 1e6:g} µm",
            (1.0, (low + high) / 2),
            (1.025, at),
            xycoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=9.5,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "lw": 0.8, "color": theme.MUTED},
        )


def _mark_flaw(axes: Axes, run: RunData, heights: np.ndarray) -> None:
    """A wedge of the flaw's depth at its face."""
    flaw = run.case.flaw
    if flaw is None:
        return
    face = heights[run.case.flawed_index + (1 if flaw.face == "top" else 0)]
    tip = face + (-1 if flaw.face == "top" else 1) * flaw.reach * 1e6
    low, high = axes.get_xlim()
    middle, half = low + 0.07 * (high - low), 0.012 * (high - low)
    axes.fill(
        [middle - half, middle + half, middle],
        [face, face, tip],
        facecolor=theme.PAPER,
        edgecolor=theme.INK,
        zorder=4,
    )
    axes.annotate(
        f"{flaw.kind}, {flaw.reach * 1e6:g} µm deep",
        (middle, (face + tip) / 2),
        (14, 0),
        textcoords="offset points",
        va="center",
        fontsize=9.5,
        bbox=theme.text_box(),
    )
    axes.set_xlim(low, high)
