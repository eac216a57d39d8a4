"""How finely a front is meshed, measured on the nodes of its mesh."""

from __future__ import annotations

import numpy as np

from rollmech.flaws.front import EllipticFront, TipFront
from rollmech.mesh.patch import Patch

# Distance from the front over its local size below which a node lies on it.
_ON_FRONT = 1e-4


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
