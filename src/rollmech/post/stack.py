"""The stack as a block, layers to scale, with the flaw where it is; needs no fields and no OpenGL.

Drawn in cabinet projection: the front face is the section along the web (x to the right, z up), the cross
direction y recedes to the upper right at half length. The section runs through the middle of the flaw.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rollmech.flaws.from_case import flaw_geometry
from rollmech.materials import Material
from rollmech.post import theme
from rollmech.post.canvas import round_down
from rollmech.post.layers import labelled_layers
from rollmech.post.rundata import RunData

STACK = "stack.png"
_RECEDE = 0.5 * np.array([np.cos(np.radians(35)), np.sin(np.radians(35))])
_LINE = 26
"""Characters in a line to the right of the block."""
_THINNEST = 0.03
"""Layers below this share of the thickness are drawn thicker, and said so."""


@dataclass(frozen=True)
class Block:
    """Sizes of the drawing, um: half length along the web, width across it, heights of the layers' faces."""

    half: float
    width: float
    heights: np.ndarray

    def place(self, x, y, z) -> np.ndarray:
        """World (um) to paper, shape (n, 2)."""
        x, y, z = np.broadcast_arrays(np.asarray(x, float), y, z)
        return np.column_stack([x.ravel(), z.ravel()]) + np.outer(y.ravel(), _RECEDE)


def stack_picture(run: RunData, path: Path) -> Path:
    """Layers with names and sizes, neutral axis, web direction, flaw, and the roller of the governing station."""
    laminate, _ = run.web
    true = laminate.interfaces * 1e6
    drawn = _heights(np.diff(true))
    thicker = np.diff(drawn) > 1.001 * np.diff(true)
    exaggerated = [name for i, (name, _, _) in labelled_layers(run.case).items() if thicker[i]]
    block = Block(*_extent(run, drawn[-1]), drawn)
    notes = ["Thickness to scale; length and width are a cut-out."]
    if exaggerated:
        notes.append(f"Drawn thicker than to scale: {', '.join(exaggerated)}.")
    if run.case.flaw:
        notes.append(
            "Flaw to scale" + (", cut through its middle." if flaw_geometry(run.case).dimension == 3 else ".")
        )
    made = theme.figure(run.frame(_subtitle(run), " ".join(notes)))
    axes = made.add_axes((0.02, 0.1, 0.96, 0.78))
    axes.set_axis_off()
    axes.set_aspect("equal")
    _layers(axes, run, block)
    _neutral_axis(axes, laminate.neutral_axis * 1e6, true, block)
    if run.case.flaw:
        _flaw(axes, run, block, true)
    _marks(axes, run, block)
    axes.autoscale_view()
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + 0.32 * (high - low))
    return theme.save(made, path)


def _subtitle(run: RunData) -> str:
    total = sum(layer.thickness for layer in run.case.stack) * 1e6
    return f"Stack of {total:g} µm; governing station '{run.station}' ({run.verdict_text()})"


def _heights(thicknesses: np.ndarray) -> np.ndarray:
    """Heights of the drawn faces, shape (n + 1,), um."""
    return np.concatenate([[0.0], np.cumsum(np.maximum(thicknesses, _THINNEST * thicknesses.sum()))])


def _extent(run: RunData, thickness: float) -> tuple[float, float]:
    """Half length and width of the block: wide enough for the flaw."""
    reach = flaw_geometry(run.case).reach if run.case.flaw else 0.0
    half = max(0.9 * thickness, 2.2 * reach)
    return half, max(1.3 * thickness, 2.2 * reach)


def _polygon(axes: Axes, points: np.ndarray, shade: float, colour: str, **options) -> None:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 * shade for i in (1, 3, 5))
    axes.fill(*points.T, facecolor=(red, green, blue), edgecolor=theme.INK, linewidth=0.9, **options)


def _layers(axes: Axes, run: RunData, block: Block) -> None:
    h, w = block.half, block.width
    room = 0.17 * max(block.heights[-1], 0.9 * h)
    previous = -np.inf
    labels = labelled_layers(run.case)
    for i, layer in enumerate(run.case.stack):
        low, high = block.heights[i : i + 2]
        colour = theme.LAYERS[i % len(theme.LAYERS)]
        _polygon(axes, block.place([-h, h, h, -h], 0, [low, low, high, high]), 1.0, colour)
        _polygon(axes, block.place(h, [0, w, w, 0], [low, low, high, high]), 0.86, colour)
        if i not in labels:
            continue
        name, material, thickness = labels[i]
        text = f"{theme.folded(f'{name}: {material}', _LINE)}\n{thickness:.6g} µm, "
        text += f"E = {_modulus(run.case.material_of(layer.name))}" + (" amid" if name != layer.name else "")
        side = block.place(h, w, (low + high) / 2)[0]
        own = room * (text.count("\n") + 1) / 2  # two lines fill one room
        at = max(side[1], previous + own / 2)
        previous = at + own / 2
        axes.annotate(
            text,
            side,
            (side[0] + 0.12 * h, at),
            va="center",
            arrowprops={"arrowstyle": "-", "lw": 0.9, "color": theme.MUTED},
        )
    top = theme.LAYERS[(len(run.case.stack) - 1) % len(theme.LAYERS)]
    _polygon(axes, block.place([-h, h, h, -h], [0, 0, w, w], block.heights[-1]), 1.0, top)


def _modulus(material: Material) -> str:
    """Young's modulus with a unit that suits it."""
    value = material.value("youngs_modulus")
    return f"{value / 1e9:.3g} GPa" if value >= 1e9 else f"{value / 1e6:.3g} MPa"


def _neutral_axis(axes: Axes, height: float, true: np.ndarray, block: Block) -> None:
    at = np.interp(height, true, block.heights)
    line = block.place([-block.half, block.half], 0, at)
    axes.plot(*line.T, color=theme.MUTED, linestyle="-.", linewidth=1.2)
    axes.annotate(
        "neutral axis",
        line[1],
        (-6, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=theme.MUTED,
        fontsize=10,
    )


def _flaw(axes: Axes, run: RunData, block: Block, true: np.ndarray) -> None:
    """Profile of the flaw on the section, and its opening on the top face if it opens there."""
    flaw, up = run.case.flaw, run.case.flaw.face == "top"
    side = run.case.flawed_index + (1 if up else 0)
    face, sign = block.heights[side], -1.0 if up else 1.0
    x, depth, trace = _profile(flaw_geometry(run.case), block.width)
    angle = getattr(flaw, "angle", np.pi / 2)
    profile = block.place(x, 0, np.interp(true[side] + sign * depth, true, block.heights))
    inside = theme.LAYERS[len(run.case.stack) % len(theme.LAYERS)] if flaw.filler else theme.PAPER
    if up:
        along, across = np.cos(angle), np.sin(angle)  # a crack's trace leaves the section at its own angle
        for part in _outlines(trace):
            turned = block.place(part[:, 0] + along * part[:, 1], across * part[:, 1], face)
            shade = inside if flaw.filler else theme.INK
            axes.fill(*turned.T, facecolor=shade, edgecolor=theme.INK, linewidth=1.6, alpha=0.85)
    if flaw.kind == "delamination" and flaw.width:
        _hidden_outline(axes, run, block, profile[0, 1])
    axes.fill(*profile.T, facecolor=inside, edgecolor=inside, linewidth=1.2)
    axes.plot(*profile.T, color=theme.VERMILLION, linewidth=2.2, solid_capstyle="round")
    named = profile[np.lexsort((x, depth))[0]] if up else profile[np.argmax(depth)]
    if up:  # the corner above the receding face is free
        place = (-block.half, block.place(0, block.width, block.heights[-1])[0, 1] + 0.12 * block.half)
        axes.plot(*place, alpha=0)
    else:
        place = (-0.95 * block.half, 0.4 * block.heights[-1])
    axes.annotate(
        _flaw_text(run),
        named,
        place,
        ha="left",
        va="center",
        color=theme.VERMILLION,
        bbox=theme.text_box(),
        arrowprops={"arrowstyle": "-", "lw": 1, "color": theme.VERMILLION},
    )


def _outlines(trace: np.ndarray) -> list[np.ndarray]:
    """Outlines on the face that rows of NaN keep apart."""
    breaks = np.flatnonzero(np.isnan(trace[:, 0]))
    return [part[~np.isnan(part[:, 0])] for part in np.split(trace, breaks)]


def _hidden_outline(axes: Axes, run: RunData, block: Block, height: float) -> None:
    """The part of a delaminated spot behind the section, dashed as it is covered."""
    spot, t = flaw_geometry(run.case), np.linspace(0, np.pi, 61)
    outline = block.place(spot.half_length * np.cos(t), spot.half_width * np.sin(t), height)
    axes.plot(*outline.T, color=theme.VERMILLION, linewidth=1.4, linestyle="--")


def _profile(flaw, width: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Section of a flaw: x and depth (n,), and its outline on the face (m, 2) for y >= 0; um."""
    t = np.linspace(0, np.pi, 61)
    if "crack" in flaw.kind:
        ends = (
            np.array([-flaw.depth, flaw.depth])
            if flaw.kind == "hidden-crack"
            else np.array([0.0, flaw.depth])
        )
        trace = 0.0 if flaw.kind == "hidden-crack" else flaw.half_length
        depth = ends + getattr(flaw, "centre", 0.0)
        if flaw.kind == "crack-pair":  # cut through the middle of one
            other = flaw.spacing + np.array([-trace, trace])
            return ends * 0, depth, np.array([[0, 0], [0, trace], [np.nan] * 2, *([0, y] for y in other)])
        return ends * np.tan(flaw.tilt), depth, np.array([[0, 0], [0, trace]])
    if flaw.kind == "edge-chip":
        x, depth = flaw.half_length * np.cos(t), flaw.depth * np.sin(t)
        trace = np.column_stack([x, flaw.half_width * np.sin(t)])
        if flaw.through:
            x, depth = flaw.half_length * np.array([1, 1, -1, -1]), flaw.depth * np.array([0, 1, 1, 0])
        return x, depth, trace
    if flaw.kind == "pore":
        turn = 2 * t
        wall = flaw.half_length * np.cos(turn), flaw.centre + flaw.depth * np.sin(turn)
        return *wall, np.array([[0.0, 0.0]] * 2)
    if flaw.kind == "pit":
        x, depth = flaw.half_length * np.cos(t), flaw.depth * np.sin(t)
        if flaw.root_crack:
            x = np.concatenate([x[:31], [0, 0], x[31:]])
            depth = np.concatenate([depth[:31], [flaw.depth + flaw.root_crack, flaw.depth], depth[31:]])
        return x, depth, np.column_stack([flaw.half_length * np.cos(t), flaw.half_width * np.sin(t)])
    if flaw.kind == "delamination":
        cut = flaw.from_cut
        x = np.array([-flaw.half_length, *([0.0, 0.0, 0.0] if cut else []), flaw.half_length])
        depth = np.full(len(x), flaw.depth)
        depth[2:3] = 0.0 if cut else flaw.depth
        return x, depth, np.array([[0, 0], [0, width]]) if cut else np.empty((0, 2))
    half = flaw.half_width
    if flaw.kind == "tile-joint":
        outline = np.array([[-half, 0], [half, 0], [half, width], [-half, width]])
        return half * np.array([1, 1, -1, -1]), flaw.depth * np.array([0, 1, 1, 0]), outline
    outline = np.array([[-half, 0], [half, 0], [half, width], [-half, width]])
    if flaw.profile == "sharp":
        return np.zeros(2), np.array([0.0, flaw.depth]), outline
    if flaw.profile == "U":
        return half * np.cos(t), flaw.depth * np.sin(t), outline
    if flaw.profile == "measured":
        x, z = flaw.wall(61).T
        return np.concatenate([x[::-1], -x[1:]]), np.concatenate([-z[::-1], -z[1:]]), outline
    x, z = flaw.tangent_point()
    low = np.arctan2(z + flaw.depth - flaw.root_radius, x)
    arc = np.linspace(low, -np.pi - low, 31)
    xs = np.concatenate([[half], flaw.root_radius * np.cos(arc), [-half]])
    depths = np.concatenate([[0], flaw.depth - flaw.root_radius - flaw.root_radius * np.sin(arc), [0]])
    return xs, depths, outline


def _flaw_text(run: RunData) -> str:
    flaw = run.case.flaw
    hidden = flaw.kind in ("hidden-crack", "pore") or (flaw.kind == "particle" and flaw.depth is not None)
    depth = flaw.depth if hidden else run.case.flaw_depth
    sizes = [f"{'centre ' if hidden else ''}{depth * 1e6:g} µm deep"]
    for name, word in (("height", "high"), ("width", "wide"), ("length", "long"), ("spacing", "apart")):
        value = getattr(flaw, name, None)
        if value and (hidden or name != "height"):
            sizes.append(f"{value * 1e6:g} µm {word}")
    angle = np.degrees(getattr(flaw, "angle", np.pi / 2))
    sizes += [f"at {angle:.3g}° to the web direction"] if abs(angle - 90) > 1e-6 else []
    tilt = np.degrees(getattr(flaw, "tilt", 0.0))
    sizes += [f"leaning by {tilt:.3g}°"] if tilt else []
    root, radius = getattr(flaw, "root_crack", None), getattr(flaw, "root_radius", None)
    sizes += [f"root crack {root * 1e6:g} µm"] if root else []
    sizes += [f"root radius {radius * 1e6:g} µm"] if radius else []
    gas = getattr(flaw, "pressure", None)
    sizes += [f"gas at {gas / 1e6:g} MPa"] if gas else []
    misfit = flaw.filler.misfit if flaw.filler else 0.0
    sizes += [f"misfit {100 * misfit:+.3g} %"] if misfit else []
    if flaw.kind == "delamination":
        sizes += ["from a cut"] if flaw.start == "cut" else []
        return f"delamination under {flaw.layer!r}\n{', '.join(sizes)}"
    if flaw.kind == "tile-joint":
        inside = f"filled with {flaw.fill.material}" if flaw.fill else "empty"
        tiles = f"joint between tiles {flaw.tile_length * 1e3:g} mm long"
        return f"{tiles}\n{flaw.gap * 1e6:g} µm wide, {sizes[0]}, {inside}"
    if flaw.kind == "channel":
        return f"channel crack from the {flaw.face} face\n{sizes[0]}, running across the web"
    sharp = "sharp " if flaw.kind == "scratch" and flaw.sharp else ""
    at_edge = flaw.kind in ("corner-crack", "edge-chip")
    where = (
        "below" if hidden else "at the slit edge of" if at_edge else "in" if flaw.kind == "particle" else "on"
    )
    of = f" of {flaw.material}" if flaw.kind == "particle" else ""
    return f"{sharp}{flaw.kind.replace('-', ' ')}{of} {where} the {flaw.face} face\n{', '.join(sizes)}"


def _marks(axes: Axes, run: RunData, block: Block) -> None:
    """Web direction, scale bar, and the roller of the governing station at the face that it touches."""
    h, top = block.half, block.heights[-1]
    foot = -0.16 * max(h, 0.5 * top)
    axes.annotate(
        "", (h, foot), (0.35 * h, foot), arrowprops={"arrowstyle": "-|>", "lw": 2, "color": theme.INK}
    )
    axes.text(0.675 * h, foot * 1.35, "web direction", ha="center", va="top")
    length = round_down(0.5 * h)
    axes.plot([-h, -h + length], [foot, foot], color=theme.INK, linewidth=4, solid_capstyle="butt")
    axes.text(-h + length / 2, foot * 1.35, f"{length:g} µm", ha="center", va="top")
    axes.plot([-h], [foot * 2.1], alpha=0)
    roller = next((r for r in run.case.rollers if r.name == run.station), None)
    if roller:
        sizes = f"R = {roller.radius * 1e3:g} mm, {roller.tension:g} N/m"
        text = f"{theme.folded(f'roller {roller.name!r}', _LINE)}\n{sizes}\ntouches the {roller.touches} face"
        end = block.place(h, block.width, top)[0]
        axes.text(
            end[0] + 0.12 * h,
            end[1] + 0.1 * h if roller.touches == "top" else foot,
            text,
            va="bottom" if roller.touches == "top" else "center",
            color=theme.BLUE,
        )
