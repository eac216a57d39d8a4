"""From a checked mesh of the user's own to the levels that are solved: the mesh itself, then every cell divided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from rollmech.errors import NumericsError
from rollmech.mesh.build import spread
from rollmech.mesh.own import OwnMesh
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import PatchMesh
from rollmech.mesh.refine import refined
from rollmech.mesh.simplices import Simplices, quarter_points, straighten_inverted
from rollmech.mesh.snap import onto_front, onto_wall
from rollmech.mesh.topology import EDGES, outer_facets

# Unknowns of the divided mesh that fit into about 16 GB.
UNKNOWNS_LIMIT = 1_500_000


def own_patch(patch: Patch, own: OwnMesh) -> Patch:
    """The patch with the extents of the mesh."""
    width = own.half_width or patch.half_width
    return replace(patch, half_length=own.half_length, half_width=width, whole=own.whole)


def own_levels(patch: Patch, own: OwnMesh) -> list[Callable[[], PatchMesh]]:
    """Meshers of both levels: the mesh as given, then with every edge halved.

    Raises:
        NumericsError: The divided mesh would be too large to solve, so that no error could be estimated.
    """
    # Nodes of the divided mesh: one for each edge more; edges grow with the dimension's power of two.
    unknowns = 3 * 2**own.mesh.dimension * len(np.unique(own.mesh.cells))
    if unknowns > UNKNOWNS_LIMIT:
        raise NumericsError(
            f"{own.declared.given.file}: the error is estimated by dividing every cell, which takes about {unknowns} "
            f"unknowns, more than {UNKNOWNS_LIMIT}; a coarser mesh will do, its divided one is what K is taken from"
        )
    return [
        partial(spread, partial(own_simplices, patch, own)),
        partial(spread, partial(_divided, patch, own)),
    ]


def _divided(patch: Patch, own: OwnMesh) -> Simplices:
    return refined(own_simplices(patch, own), patch)


def own_simplices(patch: Patch, own: OwnMesh) -> Simplices:
    """The mesh as given, on the declared front and wall, with quarter points; nodes of no cell are dropped.

    Raises:
        NumericsError: Elements are inverted.
    """
    dim = own.mesh.dimension
    facets, _ = outer_facets(own.mesh.cells, dim)
    faces = {name: facets[rows] for name, rows in own.faces.items()}
    used, cells = np.unique(own.mesh.cells, return_inverse=True)
    number = np.full(len(own.mesh.points), -1)
    number[used] = np.arange(len(used))
    simplices = Simplices(
        own.mesh.points[used].copy(),
        cells.reshape(own.mesh.cells.shape),
        own.ply,
        {name: number[nodes] for name, nodes in faces.items()},
    )
    if own.mesh.linear:
        _curve_walls(simplices, patch)
    moved = np.zeros(len(used), dtype=bool)
    if patch.front is not None:
        simplices.statistics["front moved by (um)"] = _lay_front(simplices, patch, number[own.front])
        moved = quarter_points(simplices, patch.front.holds(simplices.places, patch.flaw.reach))
    straighten_inverted(simplices, moved)
    return simplices


def _curve_walls(simplices: Simplices, patch: Patch) -> None:
    """Put the mid-sides of a linear mesh's wall onto the wall, in place."""
    nodes = np.unique(simplices.faces["flaw"][:, simplices.dimension :])
    x = simplices.places[nodes]
    wall = ~_in_crack(patch, simplices)[nodes]
    simplices.points[nodes[wall]] = _flat(onto_wall(patch.flaw, x[wall]), simplices.dimension)


def _in_crack(patch: Patch, simplices: Simplices) -> np.ndarray:
    """Nodes of crack faces, which are no part of a wall: those in the crack's plane next to facets that lie in it."""
    found = np.zeros(len(simplices.points), dtype=bool)
    if patch.flaw.sharp:
        flaw = simplices.faces["flaw"]
        flat = (np.abs(simplices.points[flaw][:, :, 0]) < 1e-9 * patch.flaw.reach).all(axis=1)
        found[flaw[flat]] = True
    return found


def _lay_front(simplices: Simplices, patch: Patch, edges: np.ndarray) -> float:
    """Put the front's nodes, mid-sides too, exactly onto the declared front, in place; the largest move, um."""
    nodes = np.unique(np.concatenate([edges.ravel(), _mid_sides(simplices, edges)]))
    before = simplices.places[nodes]
    after = onto_front(patch.front, before)
    simplices.points[nodes] = _flat(after, simplices.dimension)
    corners = np.isin(nodes, edges)
    return float(np.linalg.norm(after - before, axis=1)[corners].max())


def _mid_sides(simplices: Simplices, edges: np.ndarray) -> np.ndarray:
    """Mid-side nodes of the given edges; none for the tip of a plane crack."""
    if edges.shape[1] == 1:
        return np.empty(0, dtype=int)
    wanted = {tuple(edge) for edge in np.sort(edges, axis=1).tolist()}
    found = []
    touching = simplices.cells[np.isin(simplices.cells[:, :4], edges).sum(axis=1) > 1]
    for k, (i, j) in enumerate(EDGES[3]):
        pairs = np.sort(touching[:, [i, j]], axis=1).tolist()
        found += [cell[4 + k] for cell, pair in zip(touching, pairs, strict=True) if tuple(pair) in wanted]
    return np.unique(found)


def _flat(points: np.ndarray, dimension: int) -> np.ndarray:
    """Coordinates that a mesh of the dimension has, of points in space."""
    return points if dimension == 3 else points[:, [0, 2]]
