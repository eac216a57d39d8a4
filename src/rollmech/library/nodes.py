"""Where a library is solved, and one such solve. The only part of the room that starts the solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.influence import solve_influence
from rollmech.library.table import PHI, Grid, KTable, shape_of
from rollmech.mesh.patch import PatchPly, make_patch

# A long deep crack bends a wide part of a thin web. Patches wider than this many thicknesses of the stack make the
# solver give up, narrower ones than `_LEAST` reaches let the ends in; what they do is part of the error.
_WIDEST = 48.0
_LEAST = 8.0
_TARGET = 0.01
# Near the surface K of a long crack falls so steeply that no affordable mesh meets that: two meshes then.
_LONG, _LONG_TARGET = 0.15, 0.1

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Node:
    """One solve.

    Attributes:
        shape: K / (s sqrt(pi a)) at ``PHI`` for unit membrane and bending stress, shape (n, 2).
        error: Estimated error over the membrane's value, shape (n, 2).
    """

    shape: np.ndarray
    error: np.ndarray


def solve_node(
    plies: tuple[PatchPly, ...], depth_ratio: float, aspect: float, progress: Progress = lambda text: None
) -> Node:
    """Solve one crack.

    Args:
        plies: From the flawed one inwards, um and MPa.
        depth_ratio: Depth over the thickness of the flawed ply.
        aspect: Depth over half-length.
        progress: Called with a line of text before each stage.

    Raises:
        NumericsError: No number was earned.
    """
    depth = depth_ratio * plies[0].thickness
    flaw = SurfaceCrack(depth, depth / aspect)
    patch = make_patch(plies, flaw)
    half = max(min(patch.half_length, _WIDEST * patch.thickness), _LEAST * flaw.reach)
    patch = make_patch(plies, flaw, half, half)
    patch = type(patch)(**vars(patch) | {"real_ends": False})
    influence = solve_influence(patch, _LONG_TARGET if aspect < _LONG else _TARGET, progress)
    front = influence.front
    points = [int(np.abs(front.phi - phi).argmin()) for phi in PHI]
    unit = np.eye(len(patch.reference))[:2]
    scale = np.sqrt(np.pi * depth)
    shape = np.array([influence.stress_intensity(load)[points] for load in unit]).T / scale
    error = np.array([influence.stress_intensity_error(load)[points] for load in unit]).T / scale
    return Node(shape, error / shape[:, :1])


def build_table(plies: tuple[PatchPly, ...], grid: Grid, progress: Progress = lambda text: None) -> KTable:
    """Solve all nodes of a grid, and the points held out from it.

    Raises:
        NumericsError: One of the solves failed.
    """
    found = []
    places = [*grid.places(), *grid.held_out()]
    for number, (depth_ratio, aspect) in enumerate(places, 1):
        progress(f"library of K: crack {number} of {len(places)}")
        found.append(solve_node(plies, depth_ratio, aspect))
    count = len(grid.places())
    nodes = [np.array([getattr(node, key) for node in found[:count]]) for key in ("shape", "error")]
    shape, error = (values.reshape(*grid.size, len(PHI), 2) for values in nodes)
    table = KTable(grid, shape_of(plies), shape, error)
    return table.checked(np.array([node.shape for node in found[count:]]))
