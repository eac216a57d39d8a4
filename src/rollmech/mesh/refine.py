"""Every cell of a mesh divided into equal parts: four of a triangle, eight of a tetrahedron (Bey 1995).

A second-order mesh keeps its curved faces: new nodes come from the old cells' own maps. The front is laid onto the
declared one again and gets new quarter points.
"""

from __future__ import annotations

import numpy as np

from rollmech.mesh.patch import Patch
from rollmech.mesh.simplices import Simplices, boundary_facets, quarter_points, straighten_inverted
from rollmech.mesh.snap import onto_front
from rollmech.mesh.topology import EDGES, find_rows

_CORNERS = {2: ((0, 5, 4), (5, 1, 3), (4, 3, 2)), 3: ((0, 9, 8, 7), (9, 1, 6, 5), (8, 6, 2, 4), (7, 5, 4, 3))}
"""Children at the corners, in the parent's nodes (mid-sides in the order of EDGES)."""
_MIDDLE = {2: ((3, 4, 5),)}
# Diagonals of the octahedron in the middle of a tetrahedron, each with the ring of nodes around it.
_DIAGONALS = (((4, 9), (5, 7, 8, 6)), ((5, 8), (4, 7, 9, 6)), ((6, 7), (4, 5, 9, 8)))


def refined(simplices: Simplices, patch: Patch) -> Simplices:
    """The mesh with every edge halved.

    Args:
        simplices: Second-order mesh, with quarter points at the front if it has one.
        patch: What it is of.

    Raises:
        NumericsError: Elements are inverted.
    """
    dim = simplices.dimension
    on_front = np.zeros(len(simplices.points), dtype=bool)
    old = Simplices(simplices.points.copy(), simplices.cells, simplices.ply, simplices.faces)
    if patch.front is not None:
        on_front = patch.front.holds(old.places, patch.flaw.reach)
        _centre(old, on_front)
    children, parent = _children(old)
    pairs = np.concatenate([children[:, edge] for edge in EDGES[dim]])
    edges, first, number = np.unique(np.sort(pairs, axis=1), axis=0, return_index=True, return_inverse=True)
    middle = _mapped(old, edges, np.tile(parent, len(EDGES[dim]))[first])
    points = np.concatenate([old.points, middle])
    mids = len(old.points) + number.reshape(len(EDGES[dim]), len(children)).T
    fine = Simplices(points, np.column_stack([children, mids]), old.ply[parent], {})
    outer = boundary_facets(old)  # gmsh orders the mid-sides of its own facets otherwise
    rows = {name: find_rows(facets[:, :dim], outer[:, :dim]) for name, facets in old.faces.items()}
    fine.faces = {name: _facets(outer[found], edges, len(old.points), dim) for name, found in rows.items()}
    moved = np.zeros(len(points), dtype=bool)
    if patch.front is not None:
        along = len(old.points) + np.flatnonzero(_halves(old, edges, on_front))
        fine.points[along] = onto_front(patch.front, fine.places[along])[:, [0, 1, 2] if dim == 3 else [0, 2]]
        moved = quarter_points(fine, patch.front.holds(fine.places, patch.flaw.reach))
    straighten_inverted(fine, moved)
    return fine


def _centre(simplices: Simplices, on_front: np.ndarray) -> None:
    """Move quarter points back to the middle of their edges, in place."""
    x, cells = simplices.points, simplices.cells
    for k, (i, j) in enumerate(EDGES[simplices.dimension]):
        rows = on_front[cells[:, i]] != on_front[cells[:, j]]
        x[cells[rows, simplices.dimension + 1 + k]] = 0.5 * (x[cells[rows, i]] + x[cells[rows, j]])


def _children(simplices: Simplices) -> tuple[np.ndarray, np.ndarray]:
    """Corners of all children and the parent of each; octahedra are cut along their shortest diagonal."""
    dim, cells = simplices.dimension, simplices.cells
    parts = [cells[:, child] for child in (*_CORNERS[dim], *_MIDDLE.get(dim, ()))]
    parents = [np.arange(len(cells))] * len(parts)
    if dim == 3:
        x = simplices.points[cells]
        lengths = [np.linalg.norm(x[:, a] - x[:, b], axis=1) for (a, b), _ in _DIAGONALS]
        shortest = np.argmin(lengths, axis=0)
        for i, (diagonal, ring) in enumerate(_DIAGONALS):
            rows = np.flatnonzero(shortest == i)
            for k in range(4):
                parts.append(cells[rows][:, [*diagonal, ring[k], ring[(k + 1) % 4]]])
                parents.append(rows)
    return np.concatenate(parts), np.concatenate(parents)


def _mapped(simplices: Simplices, edges: np.ndarray, parent: np.ndarray) -> np.ndarray:
    """Image of the middle of new edges under a parent's second-order map, shape (n_edges, dimension)."""
    dim = simplices.dimension
    local = np.eye(dim + 1)
    local = np.concatenate([local, [0.5 * (local[i] + local[j]) for i, j in EDGES[dim]]])
    nodes = simplices.cells[parent]
    ends = [np.argmax(nodes == edges[:, [i]], axis=1) for i in (0, 1)]
    barycentric = 0.5 * (local[ends[0]] + local[ends[1]])
    shape = [barycentric * (2 * barycentric - 1)]
    shape += [4 * barycentric[:, [i]] * barycentric[:, [j]] for i, j in EDGES[dim]]
    return np.einsum("en,end->ed", np.column_stack(shape), simplices.points[nodes])


def _halves(simplices: Simplices, edges: np.ndarray, on_front: np.ndarray) -> np.ndarray:
    """Mask of the new edges that are halves of an edge along the front."""
    both = on_front[edges].all(axis=1)
    corner = np.zeros(len(simplices.points), dtype=bool)
    corner[simplices.cells[:, : simplices.dimension + 1]] = True
    return both & (corner[edges].sum(axis=1) == 1)


def _facets(facets: np.ndarray, edges: np.ndarray, offset: int, dim: int) -> np.ndarray:
    """Children of facets (corners, then mid-sides) with their own mid-side nodes looked up among the new edges."""
    if dim == 2:
        parts = facets[:, [[0, 2], [2, 1]]].reshape(-1, 2)
        pairs = [(0, 1)]
    else:
        # A facet's mid-sides follow the edges opposite to its corners.
        parts = facets[:, [[0, 5, 4], [5, 1, 3], [4, 3, 2], [3, 4, 5]]].reshape(-1, 3)
        pairs = list(EDGES[2])
    keys = edges[:, 0] * offset + edges[:, 1]
    mids = []
    for pair in pairs:
        wanted = np.sort(parts[:, pair], axis=1)
        mids.append(offset + np.searchsorted(keys, wanted[:, 0] * offset + wanted[:, 1]))
    return np.column_stack([parts, *mids])
