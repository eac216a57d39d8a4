"""The skin of one ply inside a cut-out: its outer faces, and the cuts where the cut-out leaves the body.

Quadratic cells are split into flat triangles that keep the nodal values. Lengths in um, stresses in MPa.
"""

from __future__ import annotations

from dataclasses import dataclass

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
_HAIR = 2e-4
"""How far inside its quadrant a cut along a symmetry plane lies, as a share of the crop: clear of a crack's faces."""

Quadrant = tuple[int, int]
"""Signs of x and y."""
SOLVED: Quadrant = (1, 1)
"""The quadrant that a symmetric run solves."""


@dataclass(frozen=True)
class Crop:
    """Box around the flaw, um: |x| <= x, |y| <= y, low <= z <= high (z = 0 on the flawed face)."""

    x: float
    y: float
    low: float
    high: float = 0.0


def on_crack(rest: np.ndarray) -> np.ndarray:
    """In a whole body only the faces of the crack lie in the plane x = 0 itself; shape (n,)."""
    return np.abs(rest[:, 0]) < 1e-8 * np.ptp(rest, axis=0).max()


def is_plane(grid: pv.UnstructuredGrid) -> bool:
    """Whether the run was solved in the section."""
    return pv.CellType.QUADRATIC_TRIANGLE in grid.cells_dict


def is_whole(grid: pv.UnstructuredGrid) -> bool:
    """Whether all four quadrants were solved, as for a flaw at an angle to the web."""
    return grid.bounds.x_min < -1e-6 * grid.bounds.x_max


def skins_of(ply: pv.UnstructuredGrid, crop: Crop, quadrants: list[Quadrant]) -> dict[Quadrant, pv.PolyData]:
    """Skin of one ply in every solved quadrant that is shown, or in the only one that was solved."""
    whole = is_whole(ply)
    return {q: _skin(ply, crop, q, whole) for q in (quadrants if whole else [SOLVED])}


def section_of(ply: pv.UnstructuredGrid, crop: Crop, width: float) -> pv.PolyData:
    """Half section of one ply of a plane run, drawn out across the web by ``width`` (um) if that is not 0."""
    flat = _polydata(ply, ply.cells_dict[pv.CellType.QUADRATIC_TRIANGLE])
    planes = [plane for plane in _planes(crop, SOLVED, False) if plane[0] != "y"]
    section = _clipped(flat, planes)
    return _extruded(section, width) if width and section.n_cells else section


def _skin(ply: pv.UnstructuredGrid, crop: Crop, q: Quadrant, whole: bool) -> pv.PolyData:
    """Skin of one ply in one quadrant inside the crop: outer faces, and cuts where the crop leaves the body."""
    planes = _planes(crop, q, whole)
    # Outer faces reach the symmetry planes themselves, so that the faces of the crack stay in front of the cuts.
    outer = _clipped(_polydata(ply, _outer_faces(ply, q)), _planes(crop, q, whole, hair=0.0))
    pieces = []
    for axis, at, _ in planes:
        low, high = ply.bounds["xyz".index(axis) * 2 : "xyz".index(axis) * 2 + 2]
        if low < at < high:
            pieces.append(ply.slice(axis, origin=tuple(at * (axis == name) for name in "xyz")))
    clipped = [_clipped(piece, planes) for piece in pieces if piece.n_cells]
    kept = [piece for piece in (outer, *clipped) if piece.n_cells]
    skin = pv.merge(kept).triangulate() if kept else pv.PolyData()
    return skin if skin.GetNumberOfPolys() else pv.PolyData()


def _planes(crop: Crop, q: Quadrant, whole: bool, hair: float = _HAIR) -> list[tuple[str, float, bool]]:
    """Axis, place (um) and whether to keep what lies below, for every plane that bounds a quadrant of the crop.

    The planes between solved quadrants lie a hair (share of the crop) inside, clear of the faces of a crack.
    """
    hair *= max(crop.x, crop.y)
    sides = []
    for axis, sign, end in (("x", q[0], crop.x), ("y", q[1], crop.y)):
        sides += [(axis, sign * end, sign > 0)] + ([(axis, sign * hair, sign < 0)] if whole else [])
    return [*sides, ("z", crop.low, False), ("z", crop.high, True)]


def _extruded(section: pv.PolyData, width: float) -> pv.PolyData:
    """A section drawn out across the web (um); displacements do not depend on y."""
    block = section.extrude((0, width, 0), capping=True).triangulate()
    block.point_data[REST] = block.points.copy()
    return block


def _outer_faces(ply: pv.UnstructuredGrid, q: Quadrant) -> np.ndarray:
    """Six-node faces that belong to one tetrahedron only, shape (n, 6); of the crack only those of the quadrant."""
    cells = ply.cells_dict[pv.CellType.QUADRATIC_TETRA]
    faces = cells[:, _TET_FACES].reshape(-1, 6)
    _, index, count = np.unique(np.sort(faces[:, :3], axis=1), axis=0, return_index=True, return_counts=True)
    index = index[count == 1]
    # Neighbours that only touch the plane from the other side would be clipped to slivers that move with that side.
    x, tiny = q[0] * ply.points[:, 0], 1e-9 * np.ptp(ply.points[:, 0])
    reaches_in = (x[faces[index, :3]] > tiny).any(axis=1)
    in_plane = (np.abs(x[faces[index, :3]]) < tiny).all(axis=1)
    own_side = x[cells[index // 4, :4]].mean(axis=1) > 0
    return faces[index[reaches_in | (in_plane & own_side)]]


def _polydata(grid: pv.UnstructuredGrid, faces: np.ndarray) -> pv.PolyData:
    """Flat triangles from six-node ones, with the grid's point data."""
    nodes, renumbered = np.unique(faces[:, _SPLIT].reshape(-1, 3), return_inverse=True)
    mesh = pv.PolyData.from_regular_faces(grid.points[nodes], renumbered.reshape(-1, 3))
    for name in (REST, TOTAL, FLAW, STRESS, PRINCIPAL):
        mesh.point_data[name] = grid.point_data[name][nodes]
    return mesh


def _clipped(mesh: pv.PolyData, planes: list[tuple[str, float, bool]]) -> pv.PolyData:
    """What lies within all planes, with a little slack for cuts that lie on one of them."""
    for axis, at, below in planes:
        if mesh.n_cells:
            slack = 1e-8 * np.ptp(mesh.points, axis=0).max() * (1 if below else -1)
            origin = tuple((at + slack) * (axis == name) for name in "xyz")
            mesh = mesh.clip(axis, origin=origin, invert=below)
    return mesh
