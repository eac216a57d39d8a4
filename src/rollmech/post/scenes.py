"""Two looks at the solved patch: the whole neighbourhood of the flaw, and the flaw itself.

Each is a `Shot`: what to render (`renderer` does so in a process of its own), and how to put the rendered picture on
paper afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap

from rollmech.flaws.from_case import flaw_geometry
from rollmech.post import fields, framing, surface, theme
from rollmech.post.actors import (
    DrawnFront,
    drawn_front,
    edge_actors,
    field_actors,
    front_actors,
    plain_actors,
)
from rollmech.post.canvas import PICTURE_SIZE, Canvas
from rollmech.post.framing import Subject
from rollmech.post.layers import labelled_layers
from rollmech.post.rundata import RunData
from rollmech.post.surface import Body, Crop
from rollmech.post.view import Actor, View, look_at

DEFORMED, CLOSEUP, ENERGY_PICTURE = "deformed_patch.png", "flaw_closeup.png", "energy_density.png"
_LINE = 24
"""Characters in a line beside the picture."""
_NOTCHED = [(1, 1), (-1, 1), (-1, -1)]
"""Three quadrants: the fourth is cut away to show the section through the flaw."""
_HALF = [(-1, 1), (-1, -1)]
_SECTION = [(1, 1), (-1, 1)]
_WHOLE = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
_EDGE_HALF = [(-1, 1)]


@dataclass(frozen=True)
class Shot:
    """A picture before it is rendered.

    Attributes:
        view: The camera.
        actors: What it sees.
        finish: Puts the rendered image (height, width, 3) on paper and returns the PNG's path; call inside the style.
    """

    view: View
    actors: list[Actor]
    finish: Callable[[np.ndarray], Path]


# --- the neighbourhood of the flaw ----------------------------------------------------------------


def deformed_patch(run: RunData, path: Path) -> Shot:
    """The neighbourhood of the flaw, deformed, coloured by the stress along the web."""
    return _neighbourhood(run, path, fields.ALONG, "Stress along the web")


def energy_picture(run: RunData, path: Path) -> Shot:
    """The same, coloured by the energy that the stress stores."""
    return _neighbourhood(run, path, fields.ENERGY, "Elastic energy density")


def _neighbourhood(run: RunData, path: Path, name: str, words: str) -> Shot:
    subject = Subject.of(run)
    crop = framing.overview_crop(run, subject)
    width = 1.5 * crop.x if subject.plane else 0.0
    both_halves = subject.plane or subject.at_edge
    parts = surface.cut_out(run.plies, crop, _SECTION if both_halves else _NOTCHED, width)
    factor = framing.overview_factor(parts, crop, subject)
    body = surface.deform(parts, surface.TOTAL, factor)
    for part in body.parts:
        fields.add_fields(run, subject, part)
    scale = fields.scale_for(run, body, name)
    marks = _overview_marks(body, crop, subject)
    eye = (0.45, -1.0, 0.5) if subject.plane else (0.80, -1.0, 0.62)
    view = look_at(np.vstack([body.points(), *marks.values()]), eye, PICTURE_SIZE, left=0.235)
    frame = run.frame(
        f"{words} around the flaw, station '{run.station}' ({run.verdict_text()})",
        f"Displacements drawn {_enlarged(factor, 'they are')}. " + _cut_words(subject),
        _depth_note(crop, subject),
        _orientation(run),
    )

    def finish(image: np.ndarray) -> Path:
        canvas = Canvas(frame, view, image)
        canvas.colour_bar(_stress_colours(), scale, f"{words[0].lower()}{words[1:]} ({fields.FIELDS[name]})")
        canvas.corner(f"deformation × {factor:g}")
        canvas.scale_bar(marks["bar"][0], (1, 0, 0), 0.5 * crop.x)
        canvas.arrow(*marks["arrow"], "web direction")
        _name_layers(canvas, run, body, marks["labels"])
        return canvas.save(path)

    return Shot(view, [*field_actors(body, name, scale), *edge_actors(body)], finish)


def _enlarged(factor: float, real: str) -> str:
    return "to scale" if factor == 1 else f"{factor:g} times larger than {real}"


def _cut_words(subject: Subject) -> str:
    if subject.plane:
        return "Plane solution, extruded across the web for the picture."
    if subject.at_edge:
        return "The face in front is the slit edge."
    crosses = "crosses the delamination." if subject.cover else "shows the plane of the flaw."
    return f"One quadrant is cut away; the section {crosses}"


def _overview_marks(body: Body, crop: Crop, subject: Subject) -> dict[str, np.ndarray]:
    """Where scale bar (its two ends at most), arrow and layer labels go, um."""
    points = body.points()
    front = 0.0 if subject.plane or subject.at_edge else -crop.y
    low = points[:, 2].min() - 0.12 * crop.x
    left = points[:, 0].min()
    start = np.array([0.2 * crop.x, 0.0 if subject.plane else -0.45 * crop.y, low])
    bar = np.array([[left, front, low], [left + 0.5 * crop.x, front, low]])
    labels = np.array([[left, front, 0.0]])
    return {"bar": bar, "arrow": np.array([start, start + 0.75 * crop.x * subject.along]), "labels": labels}


def _name_layers(canvas: Canvas, run: RunData, body: Body, place: np.ndarray) -> None:
    """Layer names at the left front edge, spread where thin layers would make them collide."""
    plies = sorted({part.ply for part in body.parts})
    previous = -np.inf
    for inwards in plies:
        text = _layer_text(run, inwards)
        if not text:
            continue
        z = np.concatenate([part.skin.points[:, 2] for part in body.parts if part.ply == inwards])
        point = place[0] * [0.985, 1, 0] + [0, 0, (z.min() + z.max()) / 2]
        row, room = canvas.row(point), 13 * (text.count("\n") + 1)
        shift = max(0.0, previous + room - row)
        previous = row + shift + room
        canvas.label(point, text, (-28, shift), "right")


# --- the flaw itself ------------------------------------------------------------------------------


def flaw_closeup(run: RunData, path: Path) -> Shot:
    """The flaw: K_I along its front, or the principal stress on a blunt flaw and around a plane one."""
    subject = Subject.of(run)
    crop = framing.closeup_crop(run, subject)
    spot = subject.cover and not subject.plane
    shown = _SECTION if subject.plane else _WHOLE if spot else _EDGE_HALF if subject.at_edge else _HALF
    parts = surface.cut_out(run.plies, crop, shown)
    opening = framing.largest_opening(parts, subject)
    if spot:
        parts = [part for part in parts if part.ply >= subject.cover]
    factor = framing.closeup_factor(opening, subject)
    body = surface.deform(parts, surface.FLAW, factor)
    marks = _closeup_marks(body, crop, subject)
    eye = (0.0, -1.0, 0.0) if subject.plane else (1.0, -0.38, 0.42)
    view = look_at(np.vstack([body.points(), *marks.values()]), eye, PICTURE_SIZE)
    front = drawn_front(run, body, factor) if run.sharp else None
    tube = front is not None and not subject.plane
    look = _front_look(run, body, front, crop) if tube else _stress_look(run, body)
    frame = run.frame(
        f"{look.title}, station '{run.station}' ({run.verdict_text()})",
        f"Only the flaw's own displacement is drawn, {_enlarged(factor, 'it is')}." + _left_out(subject),
        "Grey ends of the front: mean over the vertex zone at the free surface, not counted."
        if tube and front.vertex.any()
        else "",
        _orientation(run),
    )

    def finish(image: np.ndarray) -> Path:
        canvas = Canvas(frame, view, image)
        canvas.colour_bar(look.colours, look.scale, look.label)
        canvas.corner(_opening_text(run, opening, factor))
        canvas.scale_bar(marks["bar"][0], (1, 0, 0) if subject.plane else (0, 1, 0), 0.5 * crop.y)
        canvas.arrow(*marks["arrow"], "web direction")
        _name_peak(canvas, run, body, front)
        return canvas.save(path)

    return Shot(view, [*look.actors, *edge_actors(body)], finish)


class _Look:
    """How a close-up is coloured: its actors, colours, scale, and the words for them."""

    def __init__(self, title: str, label: str, colours: Colormap, scale: framing.Scale, actors: list[Actor]):
        self.title, self.label, self.colours, self.scale, self.actors = title, label, colours, scale, actors


def _front_look(run: RunData, body: Body, front: DrawnFront, crop: Crop) -> _Look:
    scale = framing.front_scale(run)
    spot = flaw_geometry(run.case) if run.by_energy else None
    axes = None if spot is None else np.array([spot.half_length, spot.half_width, spot.depth])
    actors = [
        *plain_actors(body, surface.is_whole(run.fields), axes),
        *front_actors(front, scale, 0.022 * crop.y),
    ]
    words = ("K$_I$ along the crack front", "K$_I$ (MPa·√m)")
    if run.by_energy:
        words = ("Energy release rate along the front", "G (J/m²)")
    return _Look(*words, colormaps[theme.K_MAP], scale, actors)


def _stress_look(run: RunData, body: Body) -> _Look:
    name = surface.PRINCIPAL
    scale = framing.scale_of(run, body, name)
    title, label = "Largest principal stress at the flaw", "largest principal stress (MPa)"
    return _Look(title, label, _stress_colours(), scale, field_actors(body, name, scale))


def _closeup_marks(body: Body, crop: Crop, subject: Subject) -> dict[str, np.ndarray]:
    points = body.points()
    low = points[:, 2].min() - 0.08 * crop.y
    if subject.plane:
        bar = np.array([[-crop.x, 0, low], [-0.5 * crop.x, 0, low - 0.12 * crop.y]])
        arrow = np.array([[0.35 * crop.x, 0, low], [0.75 * crop.x, 0, low]])
    else:
        at = points[:, 0].max()  # 0, or where a body that was not halved ends
        bar = np.array([[at, -crop.y, low], [at, -0.5 * crop.y, low - 0.1 * crop.y]])
        start = np.array([at, 0.62 * crop.y, low])
        arrow = np.array([start, start + 0.7 * crop.y * subject.along])
    return {"bar": bar, "arrow": arrow}


def _name_peak(canvas: Canvas, run: RunData, body: Body, front: DrawnFront | None) -> None:
    """A label at the place that decides, with the number from ``results.json``."""
    quantities = run.record["quantities"]
    if run.case.flaw.kind == "tile-joint":  # its stress peaks in corners, where none is claimed
        half = run.case.flaw.gap * 1e6 / 2
        points = np.concatenate([part.skin.points for part in body.parts if part.ply == 0])
        rest = np.concatenate([part.skin.point_data[surface.REST] for part in body.parts if part.ply == 0])
        point = points[np.linalg.norm(rest - [half, 0.0, 0.0], axis=1).argmin()]
        text = f"joint strained by {quantities['joint_strain_face']['value']:.3g} % here"
    elif front is None:
        entry = quantities["stress_max"]
        skins = [part.skin for part in body.parts if part.ply == 0]
        best = max(skins, key=lambda skin: skin.point_data[surface.PRINCIPAL].max())
        point = best.points[best.point_data[surface.PRINCIPAL].argmax()]
        text = f"largest: {entry['value']:.4g} MPa"
    else:
        name, symbol, unit = _peak_words(run)
        entry = quantities[name]
        inner = np.arange(len(front.k))[front.counted]
        best = inner[front.k[front.counted].argmax()]
        point = front.points[best]
        place = "tip" if len(front.k) == 1 else f"{front.angle[best]:.0f}°"
        text = f"largest {symbol}: {entry['value']:.4g} {unit} ({place})"
        if len(front.k) > 1:
            canvas.name_below(point, text, front.points)
            return
    canvas.name(point, text)


def _peak_words(run: RunData) -> tuple[str, str, str]:
    """Name in ``results.json``, symbol and unit of what a crack front is labelled with."""
    energy = {"delamination": ("G_max", "G", "J/m²"), "channel": ("G_ss", "G", "J/m²")}
    return energy.get(run.case.flaw.kind, ("K_I_max", "K$_I$", "MPa·√m"))


# --- words and colours ----------------------------------------------------------------------------


def _stress_colours() -> Colormap:
    return colormaps[theme.STRESS_MAP].with_extremes(over=theme.OVER_RANGE, under=theme.UNDER_RANGE)


def _orientation(run: RunData) -> str:
    if run.case.flaw.face == "bottom":
        return "Shown upside down: the flawed face, here on top, is the bottom face of the stack."
    return ""


def _left_out(subject: Subject) -> str:
    if subject.plane:
        return ""
    if subject.cover:
        return " The layers above the delamination are left out."
    return " The half of the web in front of the section is left out."


def _depth_note(crop: Crop, subject: Subject) -> str:
    if -crop.low < subject.thickness * (1 - 1e-9):
        return f"Only the upper {-crop.low:.3g} µm of {subject.thickness:.3g} µm are shown."
    return ""


def _opening_text(run: RunData, opening: float, factor: float) -> str:
    if not run.sharp:
        return f"flaw's own displacement × {factor:g}"
    front = run.fronts[run.station]
    gap = f"{1000 * opening:.3g} nm" if opening < 1 else f"{opening:.3g} µm"
    if front.k[~front.vertex].max() <= 0:
        return f"pressed shut: walls overlap by up to {gap}\n(linear, no contact), drawn × {factor:g}"
    return f"crack opening up to {gap}, drawn × {factor:g}"


def _layer_text(run: RunData, inwards: int) -> str:
    """Label of a ply counted from the flawed one; empty if another ply of its graded layer has it."""
    index, up = run.case.flawed_index, run.case.flaw.face == "top"
    name, material, thickness = labelled_layers(run.case).get(
        index - inwards if up else index + inwards, ("", "", 0)
    )
    text = f"{name}: {material}, {thickness:.6g} µm" if name else ""
    return text if len(text) <= _LINE else text.replace(": ", ":\n", 1)
