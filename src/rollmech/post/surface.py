"""From the solved part of the patch to the visible surface of a cut-out of the whole body.

A 3D run solves the quarter x >= 0, y >= 0, a plane run the half section x >= 0 (at y = 0). Every ply is cut out
and skinned by itself, so that jumps of the stress at interfaces stay jumps. Lengths in um, stresses in MPa.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyvista as pv

REST = "rest"
"""Point data: position before deformation."""
TOTAL = "displacement [um]"
FLAW = "flaw displacement [um]"
STRESS = "stress [MPa]"
PRINCIPAL = "largest principal stress [MPa]"

_TET_FACES = np.array([[0, 1, 2, 4, 5, 6], [0, 1, 3, 4, 8, 7], [1, 2, 3, 5, 9, 8], [0, 2, 3, 6, 9, 7]])
"""Corners, then mid-side nodes, of the faces of VTK's quadratic tetrahedron."""
_SPLIT = np.array([[0, 3, 5], [3, 1, 4], [5, 4, 2], [3, 4, 5]])
"""A six-node triangle as four flat ones."""
_EDGE_ANGLE = 50.0

Quadrant = tuple[int, int]
"""Signs of x and y."""


@dataclass(frozen=True)
class Crop:
    """Box around the flaw, um: |x| <= x, |y| <= y, low <= z <= high (z = 0 on the flawed face)."""

    x: float
    y: float
    low: float
    high: float = 0.0


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


def cut_out(grid: pv.UnstructuredGrid, crop: Crop, quadrants: list[Quadrant], width: float = 0.0) -> list[Part]:
    """The undeformed surface of a cut-out, ply by ply and quadrant by quadrant.

    Args:
        grid: Content of ``patch.vtu``.
        crop: What to keep.
        quadrants: Which mirror images to show; a plane run knows (1, 1) and (-1, 1) only.
        width: How far to extrude a plane section across the web, um; 0 leaves it flat.
    """
    grid = grid.copy()
    grid.point_data[REST] = grid.points.copy()
    parts = []
    for ply in np.unique(grid.cell_data["ply"]):
        quarter = _quarter(grid.extract_cells(np.flatnonzero(grid.cell_data["ply"] == ply)), crop, width)
        if quarter.n_cells:
            edges = _edges(quarter)
            parts += [_mirrored(int(ply), quarter, edges, q, quadrants) for q in quadrants]
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


def is_plane(grid: pv.UnstructuredGrid) -> bool:
    """Whether the run was solved in the section."""
    return pv.CellType.QUADRATIC_TRIANGLE in grid.cells_dict


def _quarter(ply: pv.UnstructuredGrid, crop: Crop, width: float) -> pv.PolyData:
    """Skin of the solved part of one ply inside the crop."""
    if is_plane(ply):
        section = _clipped(_polydata(ply, ply.cells_dict[pv.CellType.QUADRATIC_TRIANGLE]), crop, across=False)
        return section.extrude((0, width, 0), capping=True).triangulate() if width and section.n_cells else section
    pieces = [_polydata(ply, _outer_faces(ply.cells_dict[pv.CellType.QUADRATIC_TETRA]))]
    box = ply.bounds
    for normal, at, inside in (
        ("x", (crop.x, 0, 0), crop.x < box.x_max),
        ("y", (0, crop.y, 0), crop.y < box.y_max),
        ("z", (0, 0, crop.low), box.z_min < crop.low < box.z_max),
        ("z", (0, 0, crop.high), box.z_min < crop.high < box.z_max),
    ):
        if inside:
            pieces.append(ply.slice(normal, origin=at))
    clipped = [_clipped(piece, crop) for piece in pieces if piece.n_cells]
    kept = [piece for piece in clipped if piece.n_cells]
    return pv.merge(kept).triangulate() if kept else pv.PolyData()


def _outer_faces(cells: np.ndarray) -> np.ndarray:
    """Six-node faces that belong to one tetrahedron only, shape (n, 6)."""
    faces = cells[:, _TET_FACES].reshape(-1, 6)
    _, index, count = np.unique(np.sort(faces[:, :3], axis=1), axis=0, return_index=True, return_counts=True)
    return faces[index[count == 1]]


def _polydata(grid: pv.UnstructuredGrid, faces: np.ndarray) -> pv.PolyData:
    """Flat triangles from six-node ones, with the grid's point data."""
    nodes, renumbered = np.unique(faces[:, _SPLIT].reshape(-1, 3), return_inverse=True)
    mesh = pv.PolyData.from_regular_faces(grid.points[nodes], renumbered.reshape(-1, 3))
    for name in (REST, TOTAL, FLAW, STRESS, PRINCIPAL):
        mesh.point_data[name] = grid.point_data[name][nodes]
    return mesh


def _clipped(mesh: pv.PolyData, crop: Crop, across: bool = True) -> pv.PolyData:
    planes = [("x", (crop.x, 0, 0), True), ("z", (0, 0, crop.low), False), ("z", (0, 0, crop.high), True)]
    planes += [("y", (0, crop.y, 0), True)] if across else []
    slack = 1e-9 * max(crop.x, crop.y)
    for axis, origin, below in planes:
        shift = slack if below else -slack
        if mesh.n_cells:
            mesh = mesh.clip(axis, origin=tuple(v + shift * (axis == n) for v, n in zip(origin, "xyz")), invert=below)
    return mesh


def _edges(skin: pv.PolyData) -> pv.PolyData:
    """Sharp edges of a skin, and the outline of a flat one."""
    return skin.clean(tolerance=1e-7).extract_feature_edges(
        feature_angle=_EDGE_ANGLE, boundary_edges=True, feature_edges=True, manifold_edges=False,
        non_manifold_edges=False,
    )


def _mirrored(ply: int, skin: pv.PolyData, edges: pv.PolyData, q: Quadrant, shown: list[Quadrant]) -> Part:
    return Part(ply, _reflect(skin, q), _reflect(_without_seams(edges, q, shown), q))


def _without_seams(edges: pv.PolyData, q: Quadrant, shown: list[Quadrant]) -> pv.PolyData:
    """Leave out edges on a symmetry plane beyond which the body goes on; the lips of a crack part and stay."""
    if not edges.n_cells:
        return edges
    rest, opening = edges.point_data[REST], np.abs(edges.point_data[FLAW][:, 0])
    length = np.ptp(rest, axis=0).max()
    drop = np.zeros(len(rest), dtype=bool)
    if (-q[0], q[1]) in shown:
        drop |= (np.abs(rest[:, 0]) < 1e-6 * length) & (opening < 1e-6 * max(opening.max(), 1e-12))
    if (q[0], -q[1]) in shown:
        drop |= np.abs(rest[:, 1]) < 1e-6 * length
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
