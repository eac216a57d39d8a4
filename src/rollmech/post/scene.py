"""The flaw and its surroundings as one HTML page to turn and zoom: surfaces only, all data in the page."""

from __future__ import annotations

import base64
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyvista as pv
from jinja2 import Environment, PackageLoader
from matplotlib import colormaps
from scipy.spatial import cKDTree

from rollmech import __version__
from rollmech.post import framing, surface, theme
from rollmech.post.actors import drawn_front
from rollmech.post.canvas import Scale
from rollmech.post.fields import FIELDS, add_fields, scale_for
from rollmech.post.framing import Subject
from rollmech.post.rundata import SCENE, RunData
from rollmech.post.surface import REST, TOTAL, Body, Part, Quadrant

_BEYOND = 0.05
"""Share of a colour scale by which values may exceed it in the page."""
_QUARTER: Quadrant = (1, -1)
"""The quadrant that can be cut away to show the section through the flaw."""


def write_scene(run: RunData) -> Path:
    """Write ``scene.html`` of a run that has a flaw.

    Raises:
        OSError: The page cannot be written.
    """
    environment = Environment(loader=PackageLoader("rollmech.post", "data"), autoescape=True)
    script = (files("rollmech.post") / "data" / "scene.js").read_text(encoding="utf-8")
    # A title with markup must not end the element that holds the data.
    data = json.dumps(content_of(run), ensure_ascii=False).replace("<", "\\u003c")
    page = environment.get_template("scene.html").render(
        title=run.record["title"], version=__version__, script=script, data=data
    )
    path = run.folder / SCENE
    path.write_text(page, encoding="utf-8")
    return path


def content_of(run: RunData) -> dict[str, Any]:
    """What the page shows, as plain data; arrays in base64."""
    subject = Subject.of(run)
    crop = framing.overview_crop(run, subject)
    width = 1.5 * crop.x if subject.plane else 0.0
    groups = {cut: surface.cut_out(run.plies, crop, shown, width) for cut, shown in _sectors(subject).items()}
    parts = [part for group in groups.values() for part in group]
    body = Body(parts)
    for part in parts:
        add_fields(run, subject, part)
    whole = surface.cut_out(run.plies, crop, [q for qs in _sectors(subject).values() for q in qs], width)
    scales = {name: scale_for(run, body, name) for name in FIELDS}
    bodies = [_body(part, cut, subject, scales) for cut, group in groups.items() for part in group]
    lines = [_edges(p, "whole", subject) for p in whole] + [_edges(p, "cut", subject) for p in groups[False]]
    return {
        "title": run.record["title"],
        "subtitle": f"Station '{run.station}': {_plain(run.verdict_text())}",
        "notes": _notes(run, subject),
        "web": subject.along.tolist(),
        "factor": framing.overview_factor(parts, crop, subject),
        "fields": [_field(name, scale) for name, scale in scales.items()],
        "maps": {name: _colours(name) for name in (theme.STRESS_MAP, theme.K_MAP)},
        "over": theme.OVER_RANGE,
        "under": theme.UNDER_RANGE,
        "bodies": bodies,
        "lines": [line for line in lines if line],
        "front": _front(run, subject, body, width) if run.sharp else None,
    }


def kept_sectors(subject: Subject) -> list[Quadrant]:
    """Quadrants that are shown with the section open."""
    return _sectors(subject)[False]


def _sectors(subject: Subject) -> dict[bool, list[Quadrant]]:
    """Quadrants that stay (False) and that can be cut away (True)."""
    if subject.plane:
        return {False: [(1, 1), (-1, 1)]}
    if subject.at_edge:
        return {False: [(-1, 1)], True: [(1, 1)]}
    return {False: [(1, 1), (-1, 1), (-1, -1)], True: [_QUARTER]}


def _body(part: Part, cut: bool, subject: Subject, scales: dict[str, Scale]) -> dict[str, Any]:
    data = part.skin.point_data
    # A singular peak would leave few steps for the rest; a little beyond the end still counts as beyond.
    spans = {name: _BEYOND * (scale.high - scale.low) for name, scale in scales.items()}
    limits = {name: (s.low - spans[name], s.high + spans[name]) for name, s in scales.items()}
    return {
        "cut": cut,
        "above": part.ply < subject.cover,
        "rest": _packed(data[REST]),
        "moved": _packed(data[TOTAL]),
        "values": [_packed(np.clip(data[name], *limits[name])) for name in FIELDS],
        "faces": _numbered(part.skin.regular_faces),
    }


def _edges(part: Part, shown: str, subject: Subject) -> dict[str, Any] | None:
    """Lines of a part; ``shown``: with the body whole or with its quarter cut away."""
    if not part.edges.n_cells:
        return None
    data = part.edges.point_data
    return {
        "shown": shown,
        "above": part.ply < subject.cover,
        "rest": _packed(data[REST]),
        "moved": _packed(data[TOTAL]),
        "pairs": _numbered(part.edges.lines.reshape(-1, 3)[:, 1:]),
    }


def _front(run: RunData, subject: Subject, body: Body, width: float) -> dict[str, Any] | None:
    """The front as a tube with K (or G) at its points, moved as the body next to it."""
    front = drawn_front(run, body, 0.0)
    points, values = front.points[front.counted], front.k[front.counted]
    if subject.plane:
        points, values = points[[0, 0]] + [[0, 0, 0], [0, width, 0]], values[[0, 0]]
    if len(points) < 2:
        return None
    line = pv.MultipleLines(points)
    line.point_data["value"] = values
    tube = line.tube(radius=0.03 * subject.size, n_sides=12).triangulate()
    rest = np.vstack([part.skin.point_data[REST] for part in body.parts])
    moved = np.vstack([part.skin.point_data[TOTAL] for part in body.parts])
    near = moved[cKDTree(rest).query(points)[1]]
    name, unit = ("G", "J/m²") if run.by_energy else ("K_I", "MPa·√m")
    scale = framing.front_scale(run)
    return {
        "name": f"{name} along the front",
        "unit": unit,
        "low": scale.low,
        "high": scale.high,
        "rest": _packed(tube.points),
        "moved": _packed(near[cKDTree(points).query(tube.points)[1]]),
        "values": [_packed(tube.point_data["value"])],
        "faces": _numbered(tube.regular_faces),
    }


def _field(name: str, scale: Scale) -> dict[str, Any]:
    return {
        "name": name.replace(" [MPa]", ""),
        "unit": FIELDS[name],
        "low": scale.low,
        "high": scale.high,
        "over": scale.over,
        "under": scale.under,
        "why": scale.why.replace("\n", " "),
    }


def _notes(run: RunData, subject: Subject) -> list[str]:
    notes = list(run.frame("").notes)
    if subject.plane:
        notes.insert(0, "Plane solution, drawn out across the web.")
    if run.case.flaw.face == "bottom":
        notes.insert(0, "Shown upside down: the flawed face, here on top, is the bottom face of the stack.")
    return [note for note in notes if note]


def _plain(text: str) -> str:
    """A label of a chart without the marks of mathematical type."""
    return text.replace("$_", "_").replace("$", "").replace("{", "").replace("}", "")


def _colours(name: str) -> str:
    """256 colours as base64 of RGB bytes."""
    table = (colormaps[name](np.linspace(0, 1, 256))[:, :3] * 255).round().astype(np.uint8)
    return _text(table)


def _packed(array: np.ndarray) -> dict[str, Any]:
    """Numbers in steps of 1/65535 of their range: finer than a pixel and than a shade of colour."""
    low, high = float(array.min()), float(array.max())
    codes = np.round((np.asarray(array, dtype=float) - low) * (65535 / max(high - low, 1e-300)))
    return {"low": low, "high": high, "codes": _text(codes.astype("<u2"))}


def _numbered(corners: np.ndarray) -> dict[str, Any]:
    wide = bool(corners.max() > 65535)
    return {"wide": wide, "codes": _text(corners.astype("<u4" if wide else "<u2"))}


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array)).decode("ascii")
