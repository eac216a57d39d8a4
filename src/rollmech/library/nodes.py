"""Where a library is solved, and one such solve. The only part of the room that starts the solver."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.influence import LEVELS, Influence, solve_influence
from rollmech.library.influences import influence_key, keep_influence, load_influence, stored
from rollmech.library.table import PHI, Grid, KTable, shape_of, size_of
from rollmech.mesh.forecast import expected_elements
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.notice import Notice, duration
from rollmech.ranks import on_root

# A long deep crack bends a wide part of a thin web. Patches wider than this many thicknesses of the stack make the
# solver give up, narrower ones than `_LEAST` reaches let the ends in; what they do is part of the error.
_WIDEST = 48.0
_LEAST = 8.0
_TARGET, _SHEAR_TARGET = 0.01, 0.02
# Near the surface K of a long crack falls so steeply that no affordable mesh meets that: two meshes then.
_LONG, _LONG_TARGET = 0.15, 0.1
# Time of a solve on one core of 2026 and the elements of its first two meshes; it grows faster than they do, for
# slender cracks take more meshes.
_SECONDS, _ELEMENTS = 95.0, 81_000
_PRIOR = 20.0
"""Seconds for which the forecast counts against what was measured."""

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
    """Solve one crack, or take it from the store.

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
        kept_influence(patch, target, progress)
        for patch, target in zip(patches, node_targets(aspect), strict=True)
    )
    return node_of(opened, sheared)


def kept_influence(patch: Patch, target: float, progress: Progress = lambda text: None) -> Influence:
    """An influence from the store, else solved and kept there.

    Raises:
        NumericsError: No number was earned.
    """
    key = influence_key(patch, target)
    found = on_root(lambda: load_influence(key, patch))
    if found is None:
        found = solve_influence(patch, target, progress)
        if not patch.sheared:
            _ = found.opening, found.front_elements  # which runs read; these take all ranks
        on_root(lambda: keep_influence(key, found))
    return found


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


def expected_seconds(patch: Patch) -> float:
    """What a solve will take, by the elements of its first two meshes; right to a factor of 2.3 (six cracks)."""
    elements = sum(expected_elements(patch, grading) for grading in LEVELS[3][:2])
    return _SECONDS * (elements / _ELEMENTS) ** 1.5


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
    places = [*grid.places(), *grid.held_out()]
    found = _solved(plies, places, progress)
    count = len(grid.places())

    def of(key: str, nodes: list[Node]) -> np.ndarray:
        return np.array([getattr(node, key) for node in nodes])

    nodes = [of(key, found[:count]) for key in ("shape", "error", "shear", "shear_error")]
    table = KTable(grid, shape_of(plies), *(v.reshape(*grid.size, *v.shape[1:]) for v in nodes))
    return table.checked((of("shape", found[count:]), of("shear", found[count:])))


def _solved(plies: tuple[PatchPly, ...], places: list[tuple[float, float]], progress: Progress) -> list[Node]:
    """All nodes, one after the other; says beforehand what is left and about how long it takes."""
    wanted = on_root(lambda: [_left(plies, *place) for place in places])
    progress(_plan(wanted))
    spent = expected = _PRIOR
    found = []
    for number, place in enumerate(places):
        left = sum(wanted[number:]) * spent / expected
        progress(f"library of K: crack {number + 1} of {len(places)}, {duration(left)} left")
        start = time.perf_counter()
        found.append(solve_node(plies, *place))
        if wanted[number]:
            spent, expected = spent + time.perf_counter() - start, expected + wanted[number]
    return found


def _left(plies: tuple[PatchPly, ...], depth_ratio: float, aspect: float) -> float:
    """Seconds that a place will take; 0 if it is in the store."""
    pairs = zip(node_patches(plies, depth_ratio, aspect), node_targets(aspect), strict=True)
    return sum(expected_seconds(patch) for patch, target in pairs if not stored(influence_key(patch, target)))


def _plan(wanted: list[float]) -> Notice:
    left = sum(seconds > 0 for seconds in wanted)
    return Notice(
        f"no library of K for this stack yet: {left} of {len(wanted)} cracks to solve, {duration(sum(wanted))}; "
        "each is kept, so that a stopped command goes on where it was, and later ones need none"
    )
