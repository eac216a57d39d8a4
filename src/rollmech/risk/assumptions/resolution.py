"""Whether the finest mesh resolves what the fields scale with, measured on its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from rollmech.flaws.front import EllipticFront, TipFront
from rollmech.risk.assumptions.check import FRONT, NOTCH, Check, graded, not_checked

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence
    from rollmech.mesh.patch import Patch

_GROUP = "resolution"
# The innermost integration domain (0.4 of the local size) then holds three elements from the front outwards.
FRONT_ELEMENTS = 8.0
# A quadratic element then turns through 11 degrees of the root's arc.
ROOT_ELEMENTS = 5.0
# Part of the elements that may have lost their curved edges.
STRAIGHTENED = 0.01
# Distance from the front over its local size below which a node lies on it.
_ON_FRONT = 1e-4


def resolution_checks(influence: Influence) -> Iterator[Check]:
    """Elements per local size of the front or per root radius, and elements that lost their curvature."""
    if influence.energy is None:  # a channel's root is resolved by extrapolation
        yield _front(influence) if influence.front is not None else _root(influence)
    yield _straightened(influence)


def _front(influence: Influence) -> Check:
    name = "elements at the front"
    if influence.problem is None:
        return not_checked(_GROUP, name, "elements at the front: the mesh was not kept")
    value = front_elements(influence.problem.patch_mesh.all_nodes, influence.patch)
    return graded(
        _GROUP,
        name,
        value,
        FRONT_ELEMENTS,
        FRONT_ELEMENTS / 2,
        holds=f"{value:.3g} elements on the local size of the front, at least {FRONT_ELEMENTS:.0f}",
        fails=f"resolution: only {value:.2g} elements on the local size of the front, below {FRONT_ELEMENTS:.0f}",
        bears_on=FRONT,
    )


def front_elements(nodes: np.ndarray, patch: Patch) -> float:
    """Elements per local size where a front is meshed coarsest, from the geometry nodes.

    On a curved front neighbouring nodes lie half an edge apart; at a plane tip the quarter-point nodes do by a
    quarter of it.

    Args:
        nodes: Geometry nodes of the mesh (x, y, z), um, shape (n, 3).
        patch: The meshed patch.
    """
    front = patch.front
    if isinstance(front, TipFront):
        relative = front.project(nodes)[0] / front.size
        return float(1 / (4 * relative[relative > _ON_FRONT].min()))
    phi = _front_nodes(nodes, front)
    gaps = np.linalg.norm(np.diff(front.point(phi), axis=0), axis=1)
    return float(np.min(front.local_size((phi[1:] + phi[:-1]) / 2) / (2 * gaps)))


def _front_nodes(nodes: np.ndarray, front: EllipticFront) -> np.ndarray:
    """Angles of the nodes on a front, ascending."""
    distance, phi = front.project(nodes)
    near = distance < 0.1 * front.local_size(phi)
    nodes, phi = nodes[near], front.refine(nodes[near], phi[near])
    distance = np.linalg.norm(nodes - front.point(phi), axis=1)
    return np.unique(np.round(phi[distance < _ON_FRONT * front.local_size(phi)], 9))


def _root(influence: Influence) -> Check:
    size = root_element(influence)
    radius = influence.patch.flaw.local_size
    value = radius / size
    text = f"elements of {size:.2g} um where the stress peaks on a local size (root radius, depth) of {radius:.3g} um"
    return graded(
        _GROUP,
        "elements at the root",
        value,
        ROOT_ELEMENTS,
        ROOT_ELEMENTS / 2,
        holds=f"{text}: {value:.3g}, at least {ROOT_ELEMENTS:.0f}",
        fails=f"resolution: {text}: {value:.2g}, below {ROOT_ELEMENTS:.0f}",
        bears_on=NOTCH,
    )


def root_element(influence: Influence) -> float:
    """Edge (um) of the elements where tension peaks: twice the distance to the nearest nodes of the surface."""
    nodes = influence.surface.position
    peak = nodes[influence.surface_stress(influence.patch.reference).argmax()]
    neighbours = influence.patch.flaw.dimension
    distance = cKDTree(nodes).query(peak, k=neighbours + 1)[0][1:]
    return 2 * float(distance.mean())


def _straightened(influence: Influence) -> Check:
    last = influence.levels[-1]
    count = last.get("straightened elements", 0)
    value = count / last["elements"]
    text = f"{count} of {last['elements']} elements were straightened to stay valid"
    return graded(
        _GROUP,
        "curved elements",
        value,
        STRAIGHTENED,
        10 * STRAIGHTENED,
        holds=text,
        fails=f"resolution: {text}, more than {STRAIGHTENED:.0%}: the flaw's surface is met less exactly",
        bears_on=NOTCH if influence.front is None else FRONT,
    )
