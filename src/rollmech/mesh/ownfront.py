"""The front of a mesh of the user's own: found as the edge of the flaw's faces, held against the declared one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rollmech.errors import Fault
from rollmech.flaws.front import EllipticFront
from rollmech.mesh.declared import Declared
from rollmech.mesh.meshfile import NamedMesh
from rollmech.mesh.snap import onto_front
from rollmech.mesh.topology import EDGES, find_rows, ridges

# Distance from the declared front over the flaw's reach up to which a node is put onto it: 0.05 % of K.
_OFF = 1e-3
# Edges leaving the front over its local size: the smallest domain (0.4) then holds two rows of elements.
_COARSEST = 0.2


def front_ridges(
    mesh: NamedMesh, facets: np.ndarray, owner: np.ndarray, faces: Mapping[str, np.ndarray], whole: bool
) -> np.ndarray:
    """Edges of the front (its tip in the plane) as sorted corner nodes, shape (n, dimension - 1).

    In a part of the patch the flaw meets the plane x = 0 ahead of it there; in a whole mesh facets of both of the
    crack's sides meet.
    """
    flat = (np.abs(mesh.points[facets][:, :, 0]) < 1e-9 * np.ptp(mesh.points)).all(axis=1)
    crack = faces["flaw"]
    if mesh.dimension == 3:
        crack = crack[flat[crack]]
    edges, number = ridges(facets[crack])
    if not whole:
        ahead, _ = ridges(facets[faces.get("symmetry_x", np.empty(0, dtype=int))])
        return np.unique(edges[find_rows(edges, ahead) >= 0], axis=0)
    side = np.sign(mesh.points[mesh.corners[owner[crack]]].mean(axis=1)[:, 0])[number]
    unique, key = np.unique(edges, axis=0, return_inverse=True)
    right = np.bincount(key, side > 0, len(unique)) > 0
    left = np.bincount(key, side < 0, len(unique)) > 0
    return unique[right & left]


def front_faults(
    told: Declared, mesh: NamedMesh, edges: np.ndarray, named: np.ndarray | None, whole: bool
) -> Iterator[Fault]:
    """What is wrong with the front: absent, elsewhere than declared, not the named one, too coarse."""
    if not len(edges):
        problem = "the flaw's faces have no edge inside the body"
        accepted = "crack faces named 'flaw' that end within the layer, at the declared front"
        yield Fault("front", "", problem, accepted)
        return
    nodes = np.unique(edges)
    x = _places(mesh)
    front = told.flaw.front(told.depths, whole=whole)
    if named is not None:
        corners = np.intersect1d(named, mesh.corners)
        differing = np.setxor1d(corners, nodes)
        if len(differing):
            problem = f"{len(differing)} nodes are in one only of it and the edge of the flaw's faces"
            yield Fault("mesh.faces.front", "", problem, "all corner nodes of that edge, or no such name")
    distance = np.linalg.norm(x[nodes] - onto_front(front, x[nodes]), axis=1)
    if distance.max() > _OFF * told.flaw.reach:
        problem = (
            f"{_count(distance > _OFF * told.flaw.reach)} lie up to {distance.max():.4g} um off the declared"
        )
        accepted = f"within {_OFF * told.flaw.reach:.2g} um of the declared front{_fitted(front, x[nodes])}"
        yield Fault("front", f"{len(nodes)} nodes", problem, accepted)
        return
    if isinstance(front, EllipticFront):
        ends = front.point(np.array([front.phi_min, front.phi_max]))
        gap = np.linalg.norm(x[nodes][:, None] - ends, axis=2).min(axis=0).max()
        if gap > _OFF * told.flaw.reach:
            yield Fault(
                "front", "", f"ends {gap:.4g} um short of the declared one", "a front over its full length"
            )
    coarse = _relative_size(mesh, x, front, nodes)
    if coarse > _COARSEST:
        problem = f"edges that leave the front are up to {coarse:.2g} of its local size"
        yield Fault("front", "", problem, f"at most {_COARSEST:g}, so that K has elements to be taken from")


def _places(mesh: NamedMesh) -> np.ndarray:
    if mesh.dimension == 3:
        return mesh.points
    return np.column_stack([mesh.points[:, 0], np.zeros(len(mesh.points)), mesh.points[:, 1]])


def _count(mask: np.ndarray) -> str:
    return f"{np.count_nonzero(mask)} of {len(mask)}"


def _relative_size(mesh: NamedMesh, x: np.ndarray, front, nodes: np.ndarray) -> float:
    """Mean length of the edges that leave a front node over the front's local size, at its worst node."""
    pairs = np.unique(
        np.sort(np.concatenate([mesh.cells[:, e] for e in EDGES[mesh.dimension]]), axis=1), axis=0
    )
    on = np.isin(pairs, nodes)
    pairs, on = pairs[on.sum(axis=1) == 1], on[on.sum(axis=1) == 1]
    tips = pairs[on]
    length = np.linalg.norm(x[pairs[:, 0]] - x[pairs[:, 1]], axis=1)
    place = np.searchsorted(nodes, tips)
    mean = np.bincount(place, length) / np.bincount(place)
    return float((mean / front.local_size(front.project(x[nodes])[1])).max())


def _fitted(front, x: np.ndarray) -> str:
    """The ellipse about the declared centre that fits the nodes best, with what is left over, in words."""
    if not isinstance(front, EllipticFront):
        return f"; the mesh's tip is at depth {-x[0, 2]:.6g} um"
    if len(x) < 3:
        return ""
    local = (x - np.array(front.centre)) @ np.array([front.first, front.second]).T
    squares, *_ = np.linalg.lstsq(local**2, np.ones(len(x)), rcond=None)
    if np.any(squares <= 0):
        return "; its nodes lie on no ellipse about the flaw's centre"
    half_width, depth = 1 / np.sqrt(squares)
    left = np.abs(np.linalg.norm(local / [half_width, depth], axis=1) - 1).max() * min(half_width, depth)
    return (
        f"; its nodes fit an ellipse {depth:.6g} um deep and {2 * half_width:.6g} um long to {left:.2g} um: "
        "if that is the flaw, declare it"
    )
