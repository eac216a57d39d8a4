"""The skin of one ply inside a cut-out: its outer faces, and the cuts where the cut-out leaves the body.

Quadratic cells are split into flat triangles that keep the nodal values. Lengths in um, stresses in MPa.
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
_HAIR = 2e-4
"""How far inside its quadrant a cut along a symmetry plane lies, as a share of the crop: clear of a crack's faces."""

Quadrant = tuple[int, int]
"""Signs of x and y; 0 takes both sides, so that (-1, 0) is a half."""
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


@dataclass(frozen=True, eq=False)
class Ply:
    """One ply of the solved part and what every cut-out of it needs.

    Attributes:
        number: Counted from the flawed face.
        grid: Its quadratic cells, with `REST`.
        faces: Six-node faces of tetrahedra that bound it, shape (n, 6); none in a plane run.
        inside: Middle of the corners of the tetrahedron behind each face, shape (n, 3), um.
        skins: Skins that were made of it, by crop and quadrant: several pictures share them.
    """

    number: int
    grid: pv.UnstructuredGrid
    faces: np.ndarray
    inside: np.ndarray
    skins: dict[tuple[Crop, Quadrant], pv.PolyData] = field(default_factory=dict, repr=False)


def plies_of(grid: pv.UnstructuredGrid) -> list[Ply]:
    """The plies of a patch, each with the faces that bound it."""
    grid = grid.copy()
    grid.point_data[REST] = grid.points.copy()
    plies = []
    for number in np.unique(grid.cell_data["ply"]):
        body = grid.extract_cells(np.flatnonzero(grid.cell_data["ply"] == number))
        faces, inside = (np.empty((0, 6), int), np.empty((0, 3))) if is_plane(grid) else _bounding_faces(body)
        plies.append(Ply(int(number), body, faces, inside))
    return plies


def sectors(quadrants: list[Quadrant]) -> list[Quadrant]:
    """The quadrants with the two of the half x < 0 joined: a body without a seam in it."""
    half = [(-1, 1), (-1, -1)]
    if set(half) <= set(quadrants):
        return [q for q in quadrants if q not in half] + [(-1, 0)]
    return quadrants


def skins_of(ply: Ply, crop: Crop, shown: list[Quadrant]) -> dict[Quadrant, pv.PolyData]:
    """Skin of one ply in every part that is shown, or in the only one that was solved."""
    whole = is_whole(ply.grid)
    wanted = shown if whole else [SOLVED]
    for q in wanted:
        if (crop, q) not in ply.skins:
            ply.skins[crop, q] = _skin(ply, crop, q, whole)
    return {q: ply.skins[crop, q] for q in wanted}


def section_of(ply: pv.UnstructuredGrid, crop: Crop, width: float) -> pv.PolyData:
    """Half section of one ply of a plane run, drawn out across the web by ``width`` (um) if that is not 0."""
    flat = _polydata(ply, ply.cells_dict[pv.CellType.QUADRATIC_TRIANGLE])
    planes = [plane for plane in _planes(crop, SOLVED, False) if plane[0] != "y"]
    section = _clipped(flat, planes)
    return _extruded(section, width) if width and section.n_cells else section


def _skin(ply: Ply, crop: Crop, q: Quadrant, whole: bool) -> pv.PolyData:
    """Skin of one ply in one quadrant inside the crop: outer faces, and cuts where the crop leaves the body."""
    planes = _planes(crop, q, whole)
    # Outer faces reach the symmetry planes themselves, so that the faces of the crack stay in front of the cuts.
    grid = ply.grid
    outer = _clipped(_polydata(grid, _outer_faces(ply, crop, q)), _planes(crop, q, whole, hair=0.0))
    pieces = []
    for axis, at, _ in planes:
        low, high = grid.bounds["xyz".index(axis) * 2 : "xyz".index(axis) * 2 + 2]
        if low < at < high:
            cells = _cut_cells(grid, crop, axis, at)
            if cells.size:
                near = grid.extract_cells(cells)
                pieces.append(near.slice(axis, origin=tuple(at * (axis == name) for name in "xyz")))
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
        if sign == 0:
            sides += [(axis, -end, False), (axis, end, True)]
        else:
            sides += [(axis, sign * end, sign > 0)] + ([(axis, sign * hair, sign < 0)] if whole else [])
    return [*sides, ("z", crop.low, False), ("z", crop.high, True)]


def _extruded(section: pv.PolyData, width: float) -> pv.PolyData:
    """A section drawn out across the web (um); displacements do not depend on y."""
    block = section.extrude((0, width, 0), capping=True).triangulate()
    block.point_data[REST] = block.points.copy()
    return block


def _bounding_faces(ply: pv.UnstructuredGrid) -> tuple[np.ndarray, np.ndarray]:
    """Six-node faces that belong to one tetrahedron only, shape (n, 6), and its middle, shape (n, 3)."""
    cells = ply.cells_dict[pv.CellType.QUADRATIC_TETRA].astype(np.int64)
    faces = cells[:, _TET_FACES].reshape(-1, 6)
    low, middle, high = np.sort(faces[:, :3], axis=1).T
    key = (low * ply.n_points + middle) * ply.n_points + high
    _, index, count = np.unique(key, return_index=True, return_counts=True)
    index = index[count == 1]
    return faces[index], ply.points[cells[index // 4, :4]].mean(axis=1)


def _outer_faces(ply: Ply, crop: Crop, q: Quadrant) -> np.ndarray:
    """Bounding faces that reach into a part of the crop, shape (n, 6); of the crack only those of its side."""
    points = ply.grid.points
    # Neighbours that only touch the plane from the other side would be clipped to slivers that move with that side.
    x, tiny = q[0] * points[:, 0], 1e-9 * np.ptp(points[:, 0])
    corners = x[ply.faces[:, :3]]
    reaches_in = (corners > tiny).any(axis=1)
    own_side = (np.abs(corners) < tiny).all(axis=1) & (q[0] * ply.inside[:, 0] > 0)
    return ply.faces[(reaches_in | own_side) & _touches(points, ply.faces, crop)]


def _cut_cells(ply: pv.UnstructuredGrid, crop: Crop, axis: str, at: float) -> np.ndarray:
    """Indices of the cells that a plane cuts inside the crop: slicing all of them would take far longer."""
    cells = ply.cells_dict[pv.CellType.QUADRATIC_TETRA]
    along = ply.points[:, "xyz".index(axis)][cells]
    cut = (along.min(axis=1) <= at) & (along.max(axis=1) >= at)
    return np.flatnonzero(cut & _touches(ply.points, cells, crop))


def _touches(points: np.ndarray, cells: np.ndarray, crop: Crop) -> np.ndarray:
    """Whether the bounding box of each cell (rows of node numbers) meets the crop, shape (n,)."""
    meets = np.ones(len(cells), dtype=bool)
    ranges = ((-crop.x, crop.x), (-crop.y, crop.y), (crop.low, crop.high))
    for values, (low, high) in zip(points.T, ranges, strict=True):
        slack = 1e-6 * (high - low)
        meets &= (values[cells].min(axis=1) <= high + slack) & (values[cells].max(axis=1) >= low - slack)
    return meets


def _polydata(grid: pv.UnstructuredGrid, faces: np.ndarray) -> pv.PolyData:
    """Flat triangles from six-node ones, with the grid's point data."""
    if not len(faces):
        return pv.PolyData()
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
            values = mesh.points[:, "xyz".index(axis)]
            if (values <= at + slack).all() if below else (values >= at + slack).all():
                continue
            origin = tuple((at + slack) * (axis == name) for name in "xyz")
            mesh = mesh.clip(axis, origin=origin, invert=below)
    return mesh
