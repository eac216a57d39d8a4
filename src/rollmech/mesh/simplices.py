"""Second-order simplices as plain arrays: what a mesher gives, edited before DOLFINx distributes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rollmech.backend import basix, dolfinx
from rollmech.errors import NumericsError
from rollmech.mesh.topology import EDGES, outer_facets

_CELLS = {2: basix.CellType.triangle, 3: basix.CellType.tetrahedron}
# A corner whose Jacobian is below this part of the cell's mean counts as folded.
_FOLDED = 0.2


@dataclass
class Simplices:
    """Cells, regions and named faces.

    Attributes:
        points: Nodes, um, shape (n_nodes, 2 or 3); plane meshes have coordinates x, z.
        cells: Nodes of every cell in DOLFINx's order, corners first, shape (n_cells, 6 or 10).
        ply: Index of the ply (0 = flawed) of every cell, shape (n_cells,).
        faces: Name of a boundary face to the nodes of its facets, corners first, shape (n_facets, 3 or 6).
        statistics: What to report of the mesh.
    """

    points: np.ndarray
    cells: np.ndarray
    ply: np.ndarray
    faces: Mapping[str, np.ndarray]
    statistics: dict = field(default_factory=dict)

    @property
    def dimension(self) -> int:
        """Space dimension."""
        return self.points.shape[1]

    @property
    def places(self) -> np.ndarray:
        """Nodes in three dimensions (x, y, z), um, shape (n_nodes, 3)."""
        return embedded(self.points)


def embedded(points: np.ndarray) -> np.ndarray:
    """Points of a plane (x, z) or of space as (x, y, z), shape (n, 3)."""
    if points.shape[1] == 3:
        return points
    return np.column_stack([points[:, 0], np.zeros(len(points)), points[:, 1]])


def from_gmsh(gmsh, dimension: int) -> Simplices:
    """The current gmsh model's second-order mesh.

    Regions must be physical groups ``ply0``, ``ply1`` ..., faces uniquely named groups one dimension lower.

    Raises:
        NumericsError: Cells are in no region, or in more than one.
    """
    tags, points, _ = gmsh.model.mesh.getNodes()
    places = np.empty((len(tags), 3))
    places[tags.astype(np.int64) - 1] = points.reshape(-1, 3)
    cells, ply, faces = [], [], {}
    for dim, group in gmsh.model.getPhysicalGroups():
        name, nodes = gmsh.model.getPhysicalName(dim, group), _group_nodes(gmsh, dim, group)
        if dim == dimension:
            cells.append(nodes)
            ply.append(np.full(len(nodes), int(name.removeprefix("ply")), dtype=np.int32))
        elif dim == dimension - 1:
            faces[name] = nodes
    permutation = dolfinx.cpp.io.perm_gmsh(
        dolfinx.mesh.to_type(_CELLS[dimension].name), (6, 10)[dimension - 2]
    )
    found = np.concatenate(cells)[:, permutation]
    total = sum(len(tags) for tags in gmsh.model.mesh.getElements(dimension)[1])
    if len(found) != total:
        raise NumericsError(f"{len(found)} of {total} cells of the mesh are in a ply's region")
    return Simplices(places[:, :dimension].copy(), found, np.concatenate(ply), faces)


def _group_nodes(gmsh, dimension: int, group: int) -> np.ndarray:
    """Nodes of the elements of a physical group in gmsh's order, counted from zero."""
    found = []
    for entity in gmsh.model.getEntitiesForPhysicalGroup(dimension, group):
        kinds, _, nodes = gmsh.model.mesh.getElements(dimension, entity)
        for kind, row in zip(kinds, nodes, strict=True):
            found.append(row.reshape(-1, gmsh.model.mesh.getElementProperties(kind)[3]).astype(np.int64) - 1)
    return np.concatenate(found)


def boundary_facets(simplices: Simplices) -> np.ndarray:
    """Nodes (corners, then mid-sides) of the facets that belong to one cell only, shape (n_facets, 3 or 6)."""
    return outer_facets(simplices.cells, simplices.dimension)[0]


def quarter_points(simplices: Simplices, on_front: np.ndarray) -> np.ndarray:
    """Move the mid-side nodes of edges leaving the front to their quarter points, in place.

    The isoparametric map then carries the square root of the distance that the displacement needs
    (Henshell & Shaw 1975, Barsoum 1976). Edges that touch the front with both ends are left alone.

    Args:
        simplices: Mesh to change.
        on_front: Mask over nodes, shape (n_nodes,).

    Returns:
        Mask over nodes of those that were moved.
    """
    x, cells, corners = simplices.points, simplices.cells, simplices.dimension + 1
    moved = np.zeros(len(x), dtype=bool)
    for k, (i, j) in enumerate(EDGES[simplices.dimension]):
        for tip, other in ((i, j), (j, i)):
            rows = on_front[cells[:, tip]] & ~on_front[cells[:, other]]
            a, b = x[cells[rows, tip]], x[cells[rows, other]]
            x[cells[rows, corners + k]] = a + 0.25 * (b - a)
            moved[cells[rows, corners + k]] = True
    return moved


def straighten_inverted(simplices: Simplices, fixed: np.ndarray) -> None:
    """Straighten the edges of cells whose map is inverted or nearly so, in place; counts them in the statistics.

    Curving an edge onto a pit's wall can turn a thin element inside out, or fold it at a corner only: then the solve
    succeeds and the stress at that corner is nonsense.

    Args:
        simplices: Mesh to mend.
        fixed: Mask over nodes that must stay (quarter points), shape (n_nodes,).

    Raises:
        NumericsError: Elements stay inverted with straight edges.
    """
    x, cells, corners = simplices.points, simplices.cells, simplices.dimension + 1
    mended = 0
    for _ in range(5):
        bad = np.flatnonzero((smallest_jacobian(simplices) <= 0) | _folded(simplices, fixed))
        if not bad.size:
            simplices.statistics["straightened elements"] = mended
            return
        mended += bad.size
        for k, (i, j) in enumerate(EDGES[simplices.dimension]):
            mid = cells[bad, corners + k]
            middle = 0.5 * (x[cells[bad, i]] + x[cells[bad, j]])
            movable = ~fixed[mid]
            x[mid[movable]] = middle[movable]
    raise NumericsError(f"{bad.size} elements of the mesh are inverted; the flaw is too thin for its size")


def _folded(simplices: Simplices, fixed: np.ndarray) -> np.ndarray:
    """Cells whose map nearly degenerates at a node; not those at a front, which do so on purpose."""
    determinant = _jacobians(simplices, _lattice(simplices.dimension))
    folded = determinant.min(axis=1) < _FOLDED * determinant.mean(axis=1)
    return folded & ~fixed[simplices.cells].any(axis=1)


def smallest_jacobian(simplices: Simplices) -> np.ndarray:
    """Smallest Jacobian determinant of each cell over interior sample points, shape (n_cells,).

    Taken in the cell's own orientation: positive for a valid cell.
    """
    points, _ = basix.make_quadrature(_CELLS[simplices.dimension], 5)
    return _jacobians(simplices, points).min(axis=1)


def _jacobians(simplices: Simplices, points: np.ndarray) -> np.ndarray:
    """Jacobian determinant of every cell at reference points, in the cell's own orientation."""
    cell = _CELLS[simplices.dimension]
    element = basix.create_element(basix.ElementFamily.P, cell, 2, basix.LagrangeVariant.equispaced)
    gradients = element.tabulate(1, points)[1:, :, :, 0]
    determinant = np.linalg.det(np.einsum("dqn,cni->cqid", gradients, simplices.points[simplices.cells]))
    # Orientation is a matter of numbering; a change of sign within a cell is a fault.
    return determinant * np.sign(determinant.mean(axis=1))[:, None]


def _lattice(dimension: int) -> np.ndarray:
    """Nodes of the quadratic reference cell."""
    cell = _CELLS[dimension]
    return basix.create_element(basix.ElementFamily.P, cell, 2, basix.LagrangeVariant.equispaced).points
