"""Two looks at the solved patch: the whole neighbourhood of the flaw, and the flaw itself.

Run as a program with a run folder it draws both: `draw` does so in a process of its own, because a machine
without any working OpenGL makes VTK crash instead of raising.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyvista as pv
from matplotlib import colormaps
from matplotlib.colors import ListedColormap
from scipy.spatial import cKDTree

from rollmech.flaws.from_case import flaw_geometry
from rollmech.post import surface, theme
from rollmech.post.canvas import PICTURE_SIZE, Canvas, round_down
from rollmech.post.rundata import PICTURES, RunData, read_run
from rollmech.post.surface import Body, Crop
from rollmech.post.view import Actor, look_at, render, surface_look

DEFORMED, CLOSEUP = "deformed_patch.png", "flaw_closeup.png"
_XX = "stress along the web"
_NOTCH_CUT = [(1, 1), (-1, 1), (-1, -1)]
"""Three quadrants: the fourth is cut away to show the section through the flaw."""
_HALF = [(-1, 1), (-1, -1)]
_SECTION = [(1, 1), (-1, 1)]
_SINGULAR_SPAN = 3.0
"""Where a crack's stress grows without bound, the colours end at this many times the web's own stress."""


def draw_scenes(run: RunData) -> list[Path]:
    """Draw both pictures into the run's ``pictures`` folder."""
    pictures = run.folder / PICTURES
    with theme.style():
        return [deformed_patch(run, pictures / DEFORMED), flaw_closeup(run, pictures / CLOSEUP)]


def deformed_patch(run: RunData, path: Path) -> Path:
    """The neighbourhood of the flaw, deformed, coloured by the stress along the web."""
    plane = surface.is_plane(run.fields)
    crop = _overview_crop(run)
    width = 1.5 * crop.x if plane else 0.0
    parts = surface.cut_out(run.fields, crop, _SECTION if plane else _NOTCH_CUT, width)
    factor = _overview_factor(run, parts, crop)
    body = surface.deform(parts, surface.TOTAL, factor)
    for part in body.parts:
        part.skin.point_data[_XX] = part.skin.point_data[surface.STRESS][:, 0]
    limits, clipped = _range(run, body, _XX)
    view = look_at(_with_margin(body.points(), crop), (0.42, -1.0, 0.42) if plane else (0.80, -1.0, 0.62), PICTURE_SIZE)
    image = render([*_field_actors(body, _XX, limits), *_edge_actors(body)], view)
    frame = run.frame(
        f"Stress along the web around the flaw, station '{run.station}' ({run.verdict_text()})",
        f"Displacements drawn {factor:g} times larger than they are.",
        "Plane solution, extruded across the web for the picture." if plane else
        "One quadrant is cut away; the section shows the plane of the flaw.",
        _orientation(run),
    )
    canvas = Canvas(frame, view, image)
    canvas.colour_bar(_stress_colours(), limits, "stress along the web (MPa)", clipped)
    canvas.corner(f"deformation × {factor:g}")
    _furnish_overview(canvas, run, body, crop, width)
    return canvas.save(path)


def flaw_closeup(run: RunData, path: Path) -> Path:
    """The flaw: K_I along its front, or the principal stress on a blunt flaw and around a plane one."""
    plane = surface.is_plane(run.fields)
    crop = _closeup_crop(run)
    parts = surface.cut_out(run.fields, crop, _SECTION if plane else _HALF)
    opening = _largest_opening(parts)
    factor = round_down(0.22 * _flaw_size(run) / opening) if opening > 0 else 1.0
    body = surface.deform(parts, surface.FLAW, factor)
    view = look_at(_closeup_bounds(body, crop, plane), (0.0, -1.0, 0.0) if plane else (1.0, -0.38, 0.42), PICTURE_SIZE)
    front_coloured = run.sharp and not plane
    name = surface.PRINCIPAL
    actors = _edge_actors(body)
    if front_coloured:
        limits, clipped = _front_range(run), ""
        actors += _plain_actors(body) + _front_actors(run, body, factor, limits, crop)
        what, label, colours = "K$_I$ along the crack front", "K$_I$ (MPa·√m)", colormaps[theme.K_MAP]
    else:
        limits, clipped = _range(run, body, name)
        actors += _field_actors(body, name, limits)
        what, label, colours = "Largest principal stress at the flaw", "largest principal stress (MPa)", _stress_colours()
    frame = run.frame(
        f"{what}, station '{run.station}' ({run.verdict_text()})",
        f"Only the flaw's own displacement is drawn, {factor:g} times larger than it is.",
        "" if plane else "The half of the web in front of the section is left out.",
        "Grey part of the front: mean over the vertex zone at the free surface, not counted." if front_coloured else "",
        _orientation(run),
    )
    canvas = Canvas(frame, view, render(actors, view))
    canvas.colour_bar(colours, limits, label, clipped)
    canvas.corner(_opening_text(run, opening, factor))
    _furnish_closeup(canvas, run, body, crop, plane)
    return canvas.save(path)


# --- what to show ---------------------------------------------------------------------------------


def _thickness(run: RunData) -> float:
    return -run.fields.bounds.z_min


def _flaw_size(run: RunData) -> float:
    """Length of the part of the flaw that the close-up is about, um."""
    flaw = flaw_geometry(run.case.flaw)
    return getattr(flaw, "root_crack", 0.0) or flaw.depth


def _overview_crop(run: RunData) -> Crop:
    """A few flaw sizes along and across, and the whole thickness unless the web is thick against that."""
    reach, thickness = flaw_geometry(run.case.flaw).reach, _thickness(run)
    whole = thickness <= 12 * reach
    half = min(max(3 * reach, 0.4 * thickness) if whole else 3 * reach, run.fields.bounds.x_max)
    across = half if surface.is_plane(run.fields) else min(half, run.fields.bounds.y_max)
    return Crop(half, across, -thickness if whole else -4 * reach)


def _closeup_crop(run: RunData) -> Crop:
    flaw = flaw_geometry(run.case.flaw)
    root = getattr(flaw, "root_crack", 0.0)
    if root:
        return Crop(4 * root, 4 * root, -min(flaw.depth + 3 * root, _thickness(run)), -max(flaw.depth - 3.2 * root, 0.0))
    across = 1.45 * flaw.reach
    low = -min(max(2 * flaw.depth, 0.9 * flaw.reach), _thickness(run))
    return Crop(min(across, run.fields.bounds.x_max), across, low)


def _overview_factor(run: RunData, parts: list[surface.Part], crop: Crop) -> float:
    """Exaggeration that opens the flaw visibly without bending the cut-out out of shape."""
    moved = max(float(np.abs(part.skin.point_data[surface.TOTAL]).max()) for part in parts)
    opening = max(_largest_opening(parts), 1e-12)
    return round_down(min(0.35 * _flaw_size(run) / opening, 0.14 * crop.x / max(moved, 1e-12)))


def _largest_opening(parts: list[surface.Part]) -> float:
    """Largest distance between the walls that the flaw's own displacement adds, um."""
    return 2 * max(float(np.abs(part.skin.point_data[surface.FLAW][:, 0]).max()) for part in parts)


def _range(run: RunData, body: Body, name: str) -> tuple[tuple[float, float], str]:
    """Colour limits (MPa) and, if the top is clipped, the words that say so."""
    values = np.concatenate([part.skin.point_data[name] for part in body.parts])
    low, high = float(values.min()), float(values.max())
    web = abs(run.stations[run.governing].get("face_stress", {}).get("value", high)) or high
    if not run.sharp or high <= _SINGULAR_SPAN * web:
        return (low, high), ""
    top = round_down(_SINGULAR_SPAN * web)
    bottom = max(low, -top)
    return (bottom, top), "above: clipped\n(singular at\nthe crack front)"


def _front_range(run: RunData) -> tuple[float, float]:
    """Limits of K_I along the counted part of the front, at least a tenth of its size apart."""
    front = run.fronts[run.station]
    k = front.k[~front.vertex]
    spread = max(np.ptp(k), 0.1 * np.abs(k).max())
    return float(k.max() - spread), float(k.max())


# --- actors ---------------------------------------------------------------------------------------


def _stress_colours() -> ListedColormap:
    return colormaps[theme.STRESS_MAP].with_extremes(over=theme.OVER_RANGE)


def _field_actors(body: Body, name: str, limits: tuple[float, float]) -> list[Actor]:
    options = {"scalars": name, "cmap": theme.STRESS_MAP, "clim": limits, "above_color": theme.OVER_RANGE}
    return [Actor(part.skin, options | surface_look()) for part in body.parts]


def _plain_actors(body: Body) -> list[Actor]:
    """Bodies in one colour and the faces of the crack in another."""
    actors = []
    for part in body.parts:
        face = _crack_cells(part.skin)
        for cells, colour in ((~face, theme.BODY), (face, theme.CRACK_FACE)):
            if cells.any():
                skin = part.skin.extract_cells(np.flatnonzero(cells)).extract_surface(algorithm=None)
                actors.append(Actor(skin, {"color": colour} | surface_look()))
    return actors


def _crack_cells(skin: pv.PolyData) -> np.ndarray:
    """Which triangles of a skin lie on a face of the crack: in the plane x = 0 and parted from it."""
    triangles = skin.regular_faces
    rest, opening = skin.point_data[surface.REST], np.abs(skin.point_data[surface.FLAW][:, 0])
    size = np.ptp(rest, axis=0).max()
    in_plane = (np.abs(rest[:, 0]) < 1e-6 * size)[triangles].all(axis=1)
    return in_plane & (opening[triangles].max(axis=1) > 1e-4 * opening.max())


def _edge_actors(body: Body) -> list[Actor]:
    return [Actor(part.edges, {"color": theme.INK, "line_width": 2.0, "lighting": False}) for part in body.parts]


def _front_points(run: RunData, body: Body, factor: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The whole front where it is drawn, its K_I and whether a point belongs to the vertex zone."""
    front = run.fronts[run.station]
    skin = body.parts[0].skin
    nearest = cKDTree(np.abs(skin.point_data[surface.REST])).query(np.abs(front.position))[1]
    points = front.position + factor * skin.point_data[surface.FLAW][nearest] * [0, 0, 1]
    order = np.argsort(front.angle)
    half, k, vertex = points[order], front.k[order], front.vertex[order]
    mirror = half[:-1][::-1] * [1, -1, 1]
    return (np.vstack([half, mirror]), np.concatenate([k, k[:-1][::-1]]), np.concatenate([vertex, vertex[:-1][::-1]]))


def _front_actors(run: RunData, body: Body, factor: float, limits: tuple[float, float], crop: Crop) -> list[Actor]:
    points, k, vertex = _front_points(run, body, factor)
    radius = 0.011 * 2 * crop.y
    actors = []
    for i, j in ((int(np.argmin(vertex)), len(k) - int(np.argmin(vertex[::-1]))),):
        counted = pv.MultipleLines(points[i:j])
        counted.point_data["K_I"] = k[i:j]
        look = surface_look() | {"smooth_shading": True}
        actors.append(Actor(counted.tube(radius=radius, n_sides=20), {"scalars": "K_I", "cmap": theme.K_MAP, "clim": limits} | look))
        for zone in (points[: i + 1], points[j - 1 :]):
            if len(zone) > 1:
                actors.append(Actor(pv.MultipleLines(zone).tube(radius=0.8 * radius, n_sides=16), {"color": theme.MUTED} | look))
    return actors


# --- words and marks ------------------------------------------------------------------------------


def _orientation(run: RunData) -> str:
    if run.case.flaw.face == "bottom":
        return "Shown upside down: the flawed face, here on top, is the bottom face of the stack."
    return ""


def _opening_text(run: RunData, opening: float, factor: float) -> str:
    if run.sharp:
        front = run.fronts[run.station]
        if front.k[~front.vertex].max() <= 0:
            return f"pressed shut; linear solution, walls overlap by up to {1000 * opening:.3g} nm, drawn × {factor:g}"
        return f"opening (shown part): up to {1000 * opening:.3g} nm, drawn × {factor:g}"
    return f"flaw's own displacement × {factor:g}"


def _layer_text(run: RunData, inwards: int) -> str:
    index, up = run.case.flawed_index, run.case.flaw.face == "top"
    layer = run.case.stack[index - inwards if up else index + inwards]
    return f"{layer.name}: {layer.material}, {layer.thickness * 1e6:g} µm"


def _with_margin(points: np.ndarray, crop: Crop) -> np.ndarray:
    """Points of the body and of the room that arrow, scale bar and labels need."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.22 * crop.x
    return np.vstack([points, low - [0, 0, room], [high[0] + 2 * room, low[1], low[2]], high + [0, 0, 0.3 * room]])


def _closeup_bounds(body: Body, crop: Crop, plane: bool) -> np.ndarray:
    points = body.points()
    foot = points[points[:, 2].argmin()] - [0, 0, 0.12 * crop.y]
    return np.vstack([points, foot])


def _furnish_overview(canvas: Canvas, run: RunData, body: Body, crop: Crop, width: float) -> None:
    """Scale bar and web direction along the foot of the front face, layer names at its left edge."""
    points = body.points()
    low = points[:, 2].min()
    front = 0.0 if width else -crop.y
    start = np.array([-crop.x, front, low - 0.10 * crop.x])
    canvas.scale_bar(start, (1, 0, 0), 0.45 * crop.x)
    canvas.arrow(np.array([0.1 * crop.x, 0.0, low - 0.10 * crop.x]) + [0, front * 0.0, 0], np.array([0.9 * crop.x, 0.0, low - 0.10 * crop.x]), "web direction")
    for inwards in np.unique([part.ply for part in body.parts]):
        skins = [part.skin for part in body.parts if part.ply == inwards]
        z = np.concatenate([skin.points[:, 2] for skin in skins])
        x = min(skin.points[:, 0].min() for skin in skins)
        canvas.label(np.array([x * 0.97, front, (z.min() + z.max()) / 2]), _layer_text(run, int(inwards)), (-20, 0), "right")


def _furnish_closeup(canvas: Canvas, run: RunData, body: Body, crop: Crop, plane: bool) -> None:
    points = body.points()
    low = points[:, 2].min()
    axis = (1, 0, 0) if plane else (0, 1, 0)
    start = np.array([-crop.x, 0, 0] if plane else [0, -crop.y, 0]) + [0, 0, low - 0.05 * crop.y]
    canvas.scale_bar(start, axis, 0.5 * crop.y)


def main(arguments: list[str]) -> int:
    """Draw the scenes of the run folder given as the only argument."""
    draw_scenes(read_run(Path(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
