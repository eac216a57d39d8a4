"""What stands in a scene: coloured bodies, plain bodies with their crack, edges, the crack front as a tube."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyvista as pv
from scipy.spatial import cKDTree

from rollmech.post import surface, theme
from rollmech.post.canvas import Scale
from rollmech.post.rundata import RunData
from rollmech.post.surface import Body
from rollmech.post.view import Actor, body_look, field_look


def field_actors(body: Body, name: str, scale: Scale) -> list[Actor]:
    """The body coloured by a point field."""
    options = {"scalars": name, "cmap": theme.STRESS_MAP, "clim": (scale.low, scale.high)}
    options |= {"above_color": theme.OVER_RANGE} if scale.over else {}
    options |= {"below_color": theme.UNDER_RANGE} if scale.under else {}
    return [Actor(part.skin, options | field_look()) for part in body.parts]


def plain_actors(body: Body, whole: bool, spot: np.ndarray | None = None) -> list[Actor]:
    """The body in one colour and the faces of the crack in another.

    Args:
        body: What to draw.
        whole: Whether no symmetry was used.
        spot: Half-axes along x and y and depth of an elliptical delamination, um; None for a crack across x = 0.
    """
    actors = []
    for part in body.parts:
        face = crack_cells(part.skin, whole) if spot is None else _spot_cells(part.skin, spot)
        for cells, colour in ((~face, theme.BODY), (face, theme.CRACK_FACE)):
            if cells.any():
                skin = part.skin.extract_cells(np.flatnonzero(cells)).extract_surface(algorithm=None)
                actors.append(Actor(skin, {"color": colour} | body_look()))
    return actors


def edge_actors(body: Body) -> list[Actor]:
    """Sharp edges and interfaces as thin lines."""
    look = {"color": theme.INK, "line_width": 1.6, "lighting": False}
    return [Actor(part.edges, look) for part in body.parts]


@dataclass(frozen=True)
class DrawnFront:
    """The whole front where it is drawn.

    Attributes:
        points: Shape (n, 3), um, in order from one end to the other.
        k: K_I, MPa m^0.5, or on an interface G, J/m^2, shape (n,).
        angle: Degrees as in ``front.csv``, shape (n,).
        vertex: Whether a point belongs to the vertex zone, shape (n,).
    """

    points: np.ndarray
    k: np.ndarray
    angle: np.ndarray
    vertex: np.ndarray
    twin: bool = False

    @property
    def counted(self) -> slice:
        """The part between the vertex zones."""
        inner = np.flatnonzero(~self.vertex)
        return slice(int(inner[0]), int(inner[-1]) + 1)


def drawn_front(run: RunData, body: Body, factor: float, name: str = surface.FLAW) -> DrawnFront:
    """The governing station's front, mirrored if only a half was solved, moved with the body.

    Args:
        run: The run.
        body: What it lies in.
        factor: Exaggeration.
        name: `TOTAL`, or `FLAW` for the flaw's own displacement, of which only that in z is taken: walls part.
    """
    front = run.fronts[run.station]
    order = np.argsort(front.angle)
    shown = front.release if run.by_energy else front.k
    points, k, angle, vertex = front.position[order], shown[order], front.angle[order], front.vertex[order]
    if run.by_energy and len(k) > 1:
        points, k, angle = _closed_front(points, k, angle)
        vertex = np.zeros(len(k), dtype=bool)
    elif angle.max() < 91 and run.case.flaw.kind not in ("corner-crack", "edge-chip"):
        fold = slice(-2, None, -1)
        points = np.vstack([points, points[fold] * [1, -1, 1]])
        k, angle, vertex = (np.concatenate([a, a[fold]]) for a in (k, angle, vertex))
    skins = [part.skin for part in body.parts if part.ply == 0] or [part.skin for part in body.parts]
    rest = np.vstack([skin.point_data[surface.REST] for skin in skins])
    moved = np.vstack([skin.point_data[name] for skin in skins]) * ([0, 0, 1] if name == surface.FLAW else 1)
    nearest = cKDTree(rest).query(points)[1]
    twin = run.case.flaw.kind == "crack-pair"
    return DrawnFront(points + factor * moved[nearest], k, angle, vertex, twin)


def _closed_front(points: np.ndarray, k: np.ndarray, angle: np.ndarray) -> tuple[np.ndarray, ...]:
    """Points, values and angles of a whole ellipse from those of its quarter, from 0 to 90 degrees."""
    back = slice(-2, None, -1)
    half = np.vstack([points, points[back] * [1, -1, 1]])
    whole = np.vstack([half, half[back] * [-1, 1, 1]])
    for _ in range(2):
        k, angle = (np.concatenate([a, a[back]]) for a in (k, angle))
    return whole, k, angle


def front_actors(front: DrawnFront, scale: Scale, radius: float) -> list[Actor]:
    """The front as a tube (radius in um) coloured by K_I, its vertex zones in grey; a twin front, too."""
    if front.twin:
        other = replace(front, points=front.points * [1, -1, 1], twin=False)
        return [
            actor for one in (replace(front, twin=False), other) for actor in front_actors(one, scale, radius)
        ]
    counted = pv.MultipleLines(front.points[front.counted])
    counted.point_data["K_I"] = front.k[front.counted]
    colours = {"scalars": "K_I", "cmap": theme.K_MAP, "clim": (scale.low, scale.high), "smooth_shading": True}
    actors = [Actor(counted.tube(radius=radius, n_sides=24), colours | field_look())]
    for zone in (front.points[: front.counted.start + 1], front.points[front.counted.stop - 1 :]):
        if len(zone) > 1:
            tube = pv.MultipleLines(zone).tube(radius=0.85 * radius, n_sides=16)
            actors.append(Actor(tube, {"color": theme.MUTED} | body_look()))
    return actors


def _spot_cells(skin: pv.PolyData, spot: np.ndarray) -> np.ndarray:
    """Which triangles of a skin lie on a face of an elliptical delamination."""
    x, y, z = skin.point_data[surface.REST][skin.regular_faces].mean(axis=1).T
    a, b, depth = spot
    return (np.abs(z + depth) < 1e-6 * depth) & ((x / a) ** 2 + (y / b) ** 2 < 1)


def crack_cells(skin: pv.PolyData, whole: bool) -> np.ndarray:
    """Which triangles of a skin lie on a face of the crack: in the plane x = 0 and parted from it."""
    triangles = skin.regular_faces
    rest, opening = skin.point_data[surface.REST], np.abs(skin.point_data[surface.FLAW][:, 0])
    in_plane = surface.on_crack(rest)
    if whole or not in_plane.any():
        return in_plane[triangles].all(axis=1)
    parted = opening > 1e-3 * opening[in_plane].max()
    return in_plane[triangles].all(axis=1) & parted[triangles].any(axis=1)
