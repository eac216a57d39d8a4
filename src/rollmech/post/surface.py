"""From the solved part of the patch to the visible surface of a cut-out of the whole body.

A symmetric 3D run solves the quarter x >= 0, y >= 0, a plane run the half section x >= 0 (at y = 0), a flaw at an
angle to the web the whole. Every ply is cut out and skinned by itself, so that jumps of the stress at interfaces stay
jumps. Lengths in um, stresses in MPa.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyvista as pv
from scipy.spatial import cKDTree

from rollmech.post.skin import (
    FLAW,
    PRINCIPAL,
    REST,
    SOLVED,
    STRESS,
    TOTAL,
    Crop,
    Ply,
    Quadrant,
    is_plane,
    is_whole,
    on_crack,
    plies_of,
    section_of,
    sectors,
    skins_of,
)

__all__ = [
    "FLAW",
    "PRINCIPAL",
    "REST",
    "STRESS",
    "TOTAL",
    "Body",
    "Crop",
    "Part",
    "Ply",
    "Quadrant",
    "cut_out",
    "deform",
    "is_plane",
    "is_whole",
    "normal_stress",
    "on_crack",
    "plies_of",
]

_EDGE_ANGLE = 50.0
SEAM = 6e-4
"""Points closer to a symmetry plane, as a share of the cut-out, count as lying on it."""


@dataclass
class Part:
    """The visible surface of one ply in one quadrant, and its edges; both carry `REST` and the fields."""

    ply: int
    skin: pv.PolyData
    edges: pv.PolyData


@dataclass
class Body:
    """All parts of a picture and what is needed to place things on them."""

    parts: list[Part] = field(default_factory=list)

    def points(self) -> np.ndarray:
        """All points where they are drawn, shape (n, 3)."""
        return np.vstack([part.skin.points for part in self.parts])


def cut_out(plies: list[Ply], crop: Crop, quadrants: list[Quadrant], width: float = 0.0) -> list[Part]:
    """The undeformed surface of a cut-out, ply by ply and quadrant by quadrant.

    Args:
        plies: From `plies_of`.
        crop: What to keep.
        quadrants: Which quadrants to show; a plane run knows (1, 1) and (-1, 1) only.
        width: How far to extrude a plane section across the web, um; 0 leaves it flat.
    """
    plane, whole = is_plane(plies[0].grid), is_whole(plies[0].grid)
    shown = sectors(quadrants) if whole else quadrants
    parts = []
    for ply in plies:
        skins = {SOLVED: section_of(ply.grid, crop, width)} if plane else skins_of(ply, crop, shown)
        edges = {q: _edges(skin) for q, skin in skins.items() if skin.n_cells}
        for q in shown:
            source = q if q in skins else SOLVED
            if skins[source].n_cells:
                mirror = (1, 1) if q == source else (q[0] * source[0], q[1] * source[1])
                seen = _without_seams(edges[source], q, quadrants, whole)
                parts.append(Part(ply.number, _reflect(skins[source], mirror), _reflect(seen, mirror)))
    return _anchored(parts)


def _anchored(parts: list[Part]) -> list[Part]:
    """Take away how far the place under the flaw has moved in z: a hinge far from a patch's ends moves a long way."""
    places = np.vstack([part.skin.point_data[REST] for part in parts])
    lowest = int((np.linalg.norm(places[:, :2], axis=1) + places[:, 2]).argmin())
    for name in (TOTAL, FLAW):
        rise = np.vstack([part.skin.point_data[name] for part in parts])[lowest, 2]
        for part in parts:
            for mesh in (part.skin, part.edges):
                if mesh.n_points:
                    mesh.point_data[name] = mesh.point_data[name] - [0.0, 0.0, rise]
    return parts


def deform(parts: list[Part], name: str, factor: float) -> Body:
    """Move every point by ``factor`` times its displacement.

    Args:
        parts: From `cut_out`.
        name: `TOTAL` or `FLAW`.
        factor: Exaggeration.
    """
    for part in parts:
        for mesh in (part.skin, part.edges):
            if mesh.n_points:
                mesh.points = mesh.point_data[REST] + factor * mesh.point_data[name]
    return Body(parts)


def largest_gap(parts: list[Part], cover: int, depth: float) -> float:
    """Largest distance between the faces of a delamination after deformation, um.

    Args:
        parts: From `cut_out`, before or after `deform`.
        cover: Number of plies above it.
        depth: Depth of its interface, um.
    """
    sides = []
    for ply in (cover - 1, cover):
        points = [(p.skin.point_data[REST], p.skin.point_data[FLAW]) for p in parts if p.ply == ply]
        rest, moved = (np.vstack(arrays) for arrays in zip(*points, strict=True))
        on_face = np.abs(rest[:, 2] + depth) < 1e-6 * depth
        sides.append((rest[on_face], moved[on_face]))
    (above, lifted), (below, left) = sides
    distance, nearest = cKDTree(below).query(above)
    same = distance < 1e-6 * depth
    return float(np.linalg.norm(lifted[same] - left[nearest[same]], axis=1).max(initial=0.0))


def normal_stress(mesh: pv.PolyData, direction: np.ndarray) -> np.ndarray:
    """Stress (MPa) across planes normal to an in-plane unit vector, shape (n,).

    Mirror images keep their xy component unsigned, so on them only an axis is a meaningful direction.
    """
    xx, yy, _, xy, _, _ = mesh.point_data[STRESS].T
    x, y, _ = direction
    return x * x * xx + y * y * yy + (2 * x * y * xy if x * y else 0.0)


def _edges(skin: pv.PolyData) -> pv.PolyData:
    """Sharp edges of a skin, and the outline of a flat one."""
    # Faces come with either sense of rotation; without one sense, flat neighbours would look folded.
    welded = skin.clean(tolerance=1e-7).compute_normals(
        point_normals=False, consistent_normals=True, split_vertices=False
    )
    return welded.extract_feature_edges(
        feature_angle=_EDGE_ANGLE,
        boundary_edges=True,
        feature_edges=True,
        manifold_edges=False,
        non_manifold_edges=False,
    )


def _without_seams(edges: pv.PolyData, q: Quadrant, shown: list[Quadrant], whole: bool) -> pv.PolyData:
    """Leave out edges on a symmetry plane beyond which the body goes on; the lips of a crack part and stay."""
    if not edges.n_cells:
        return edges
    rest, opening = edges.point_data[REST], np.abs(edges.point_data[FLAW][:, 0])
    length = np.ptp(rest, axis=0).max()
    drop = np.zeros(len(rest), dtype=bool)
    lip = on_crack(rest) if whole else opening > 1e-6 * max(opening.max(), 1e-12)
    for side in (1, -1) if q[1] == 0 else (q[1],):
        if (-q[0], side) in shown:
            # A half has a neighbour on one side of y = 0 only; a mirrored quadrant was solved at y >= 0.
            beside = side * rest[:, 1] > -SEAM * length if q[1] == 0 else True
            drop |= (np.abs(rest[:, 0]) < SEAM * length) & ~lip & beside
    if q[1] and (q[0], -q[1]) in shown:
        drop |= np.abs(rest[:, 1]) < SEAM * length
    lines = edges.lines.reshape(-1, 3)[:, 1:]
    kept = lines[~drop[lines].all(axis=1)]
    result = pv.PolyData(edges.points, lines=np.column_stack([np.full(len(kept), 2), kept]).ravel())
    for name in (REST, TOTAL, FLAW):
        result.point_data[name] = edges.point_data[name]
    return result


def _reflect(mesh: pv.PolyData, q: Quadrant) -> pv.PolyData:
    """Mirror image: positions and displacements change sign, normal stresses do not."""
    image = mesh.copy()
    signs = np.array([*q, 1.0])
    image.points = image.points * signs
    for name in (REST, TOTAL, FLAW):
        if name in image.point_data:
            image.point_data[name] = image.point_data[name] * signs
    return image
