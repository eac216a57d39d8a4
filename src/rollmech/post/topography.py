"""Pictures of a measured surface: the map with its flaws outlined, and the distribution of depths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import OffsetFrom

from rollmech.post import theme
from rollmech.post.numbers import plain_number
from rollmech.topography.survey import Survey

MAP, DEPTHS = "height_map.png", "depth_distribution.png"
_NUMBERED = 12
_COLOURS = {"pit": theme.PAPER, "scratch": theme.ORANGE, "irregular": theme.SKY}


def height_map(survey: Survey, source: str, path: Path) -> Path:
    """Levelled heights from above, every flaw outlined in the colour of its kind, the deepest ones numbered."""
    surface, limits = survey.surface, survey.limits
    counts = ", ".join(f"{kind} {len(survey.of_kind(kind))}" for kind in _COLOURS if survey.of_kind(kind))
    with theme.style():
        made = theme.figure(
            theme.Frame(
                source,
                f"Levelled height map ({survey.method}); flaws: {counts or 'none'}",
                (
                    f"Outlined where the surface lies {limits.rim * 1e9:.3g} nm below its reference; counted from a "
                    f"depth of {limits.depth * 1e9:.3g} nm. The {_NUMBERED} deepest are numbered as in flaws.csv. "
                    f"Grey: {surface.missing} missing pixels and {surface.spikes} spikes.",
                ),
            )
        )
        axes = made.add_axes((0.07, 0.15, 0.8, 0.71))
        bar = made.add_axes((0.89, 0.15, 0.018, 0.71))
        _draw_map(axes, bar, survey)
        return theme.save(made, path)


def _draw_map(axes: Axes, bar: Axes, survey: Survey) -> None:
    surface = survey.surface
    extent = (
        np.array([0, surface.height.shape[1], 0, surface.height.shape[0]]) * np.repeat(surface.pixel, 2) * 1e6
    )
    high = float(np.nanquantile(surface.height, 0.999)) * 1e9
    low = -max((flaw.depth for flaw in survey.flaws), default=float(-np.nanmin(surface.height))) * 1e9
    axes.set_facecolor(theme.MUTED)
    picture = axes.imshow(
        surface.height * 1e9,
        extent=extent,
        cmap=theme.STRESS_MAP,
        vmin=low,
        vmax=high,
        interpolation="nearest",
    )
    axes.grid(False)
    x, y = (place * 1e6 for place in surface.places)
    for flaw in survey.flaws:
        mask = (survey.labels == flaw.number).astype(float)
        axes.contour(x, y, mask, levels=[0.5], colors=_COLOURS[flaw.kind], linewidths=1.1)
        if flaw.number <= _NUMBERED:
            right = flaw.outline.centre[0] * 1e6 < 0.9 * extent[1]
            axes.annotate(
                f"{flaw.number}",
                flaw.outline.centre * 1e6,
                (11 if right else -11, 8),
                textcoords="offset points",
                fontsize=9,
                ha="left" if right else "right",
                bbox=theme.text_box(),
            )
    axes.set_xlabel("x (µm)")
    axes.set_ylabel("y (µm)")
    axes.figure.colorbar(picture, cax=bar, label="height (nm)")
    _web_arrow(axes, survey.web)


def _web_arrow(axes: Axes, web: float) -> None:
    """The web direction above the map."""
    axes.annotate(
        "",
        (26 * np.cos(web), 26 * np.sin(web)),
        (0.92, 1.04),
        xycoords=OffsetFrom(axes, (0.92, 1.04), "points"),
        textcoords="axes fraction",
        arrowprops={"arrowstyle": "-|>", "lw": 1.6, "color": theme.INK, "shrinkA": 0, "shrinkB": 0},
        annotation_clip=False,
    )
    axes.text(0.87, 1.04, "web", transform=axes.transAxes, ha="right", va="center", fontsize=10)


def depth_distribution(survey: Survey, source: str, path: Path) -> Path:
    """Density of flaws deeper than a depth: as counted, and by the laws fitted."""
    area, depths = survey.surface.area * 1e6, np.sort(survey.depths)[::-1]
    item = survey.densities["pits"]
    value, low, high = (plain_number(item[key] / 1e6, 3) for key in ("value", "low", "high"))
    threshold = survey.limits.depth
    with theme.style():
        made = theme.figure(
            theme.Frame(
                source,
                f"Pits deeper than a given depth, per area: {depths.size} on {area:.3g} mm²",
                (
                    f"{item['count']} pits counted: {value} per mm², 95 % interval {low} to {high} (exact, Poisson). "
                    "Pits cut off by the edge are not drawn. Laws are fitted beyond the detection threshold; nothing "
                    "was seen beyond the deepest mark.",
                ),
            )
        )
        axes = made.add_axes((0.1, 0.15, 0.85, 0.7))
        steps = np.arange(1, depths.size + 1) / area
        axes.plot(depths * 1e6, steps, "o", color=theme.INK, ms=5, label="counted")
        deepest = depths[0] if depths.size else 2 * threshold
        x = np.linspace(threshold, 1.3 * deepest, 300)
        share = (depths > threshold).sum() / area
        for law, colour, dash in zip(survey.laws, theme.LINES, theme.DASHES, strict=False):
            label = f"{law.name}, AIC {law.information:.1f}"
            axes.plot(x * 1e6, share * law.beyond(x, threshold), color=colour, linestyle=dash, label=label)
        axes.axvline(threshold * 1e6, color=theme.MUTED, linewidth=1, linestyle=":")
        axes.text(
            threshold * 1e6, 1.01, "detection threshold", transform=axes.get_xaxis_transform(), fontsize=9
        )
        axes.set_yscale("log")
        axes.set_ylim(0.3 / area, 2 * max(depths.size, 1) / area)
        axes.set_xlim(0, 1.3 * deepest * 1e6)
        axes.set_xlabel("depth (µm)")
        axes.set_ylabel("pits deeper than this (1/mm²)")
        axes.legend(loc="upper right")
        return theme.save(made, path)
