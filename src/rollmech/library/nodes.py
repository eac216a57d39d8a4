"""Where a library is solved, and one such solve. The only part of the room that starts the solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.library.table import PHI, Grid, KTable, shape_of, size_of
from rollmech.mesh.patch import Patch, PatchPly, make_patch

# A long deep crack bends a wide part of a thin web. Patches wider than this many thicknesses of the stack make the
# solver give up, narrower ones than `_LEAST` reaches let the ends in; what they do is part of the error.
_WIDEST = 48.0
_LEAST = 8.0
_TARGET, _SHEAR_TARGET = 0.01, 0.02
# Near the surface K of a long crack falls so steeply that no affordable mesh meets that: two meshes then.
_LONG, _LONG_TARGET = 0.15, 0.1

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Node:
    """One crack, solved twice: under what opens it and under what shears it.

    Attributes:
        shape: K_I / (s sqrt(pi a)) at ``PHI`` for unit membrane and bending stress, shape (n, 2).
        error: Estimated error over the membrane's value, shape (n, 2).
        shear: K_II and K_III for unit membrane and bending shear, shape (n, 2: II and III, 2).
        shear_error: Estimated error over the size of both under the membrane's shear, shape (n, 2).
    """

    shape: np.ndarray
    error: np.ndarray
    shear: np.ndarray | None = None
    shear_error: np.ndarray | None = None


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
    patches = node_patches(plies, depth_ratio, aspect)
    opened, sheared = (
        solve_influence(patch, target, progress)
        for patch, target in zip(patches, node_targets(aspect), strict=True)
    )
    return node_of(opened, sheared)


def node_patches(plies: tuple[PatchPly, ...], depth_ratio: float, aspect: float) -> tuple[Patch, Patch]:
    """What is solved for one crack: its patch under what opens it, and under what shears it."""
    depth = depth_ratio * plies[0].thickness
    flaw = SurfaceCrack(depth, depth / aspect)
    patch = make_patch(plies, flaw)
    half = max(min(patch.half_length, _WIDEST * patch.thickness), _LEAST * flaw.reach)
    patch = replace(make_patch(plies, flaw, half, half), real_ends=False)
    return patch, replace(patch, angle=np.pi / 4, sheared=True)


def node_targets(aspect: float) -> tuple[float, float]:
    """Relative errors aimed at by the two solves."""
    return (_LONG_TARGET, _LONG_TARGET) if aspect < _LONG else (_TARGET, _SHEAR_TARGET)


def node_of(opened: Influence, sheared: Influence | None = None) -> Node:
    """F of a crack from its two solves, or from the first alone."""
    depth, poisson = opened.patch.flaw.depth, opened.patch.plies[0].poisson_ratio
    points = [int(np.abs(opened.front.phi - phi).argmin()) for phi in PHI]
    scale = np.sqrt(np.pi * depth)
    unit = np.eye(len(opened.patch.reference))[:2]
    shape = np.array([opened.stress_intensity(load)[points] for load in unit]).T / scale
    error = np.array([opened.stress_intensity_error(load)[points] for load in unit]).T / scale
    if sheared is None:
        return Node(shape, error / shape[:, :1])
    # Tension along the web and pressure across it shear a crack at 45 degrees.
    points = [int(np.abs(sheared.front.phi - phi).argmin()) for phi in PHI]
    loads = [load - np.roll(load, 2) for load in unit]
    k = np.array([sheared.mixed_mode(load)[1:, points] for load in loads]) / scale
    wrong = np.array([sheared.stress_intensity_error(load)[points] for load in loads]).T / scale
    shear = np.moveaxis(k, (0, 1, 2), (2, 1, 0))
    return Node(shape, error / shape[:, :1], shear, wrong / size_of(shear, poisson)[:, :1])


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

    def of(key: str, nodes: list[Node]) -> np.ndarray:
        return np.array([getattr(node, key) for node in nodes])

    nodes = [of(key, found[:count]) for key in ("shape", "error", "shear", "shear_error")]
    table = KTable(grid, shape_of(plies), *(v.reshape(*grid.size, *v.shape[1:]) for v in nodes))
    return table.checked((of("shape", found[count:]), of("shear", found[count:])))
