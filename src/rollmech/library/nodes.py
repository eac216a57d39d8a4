"""Where a library is solved, and one such solve. The only part of the room that starts the solver."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.influence import LEVELS, solve_influence
from rollmech.library.influences import influence_key, keep_influence, load_influence, stored
from rollmech.library.table import PHI, Grid, KTable, shape_of
from rollmech.mesh.forecast import expected_elements
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.notice import Notice, duration
from rollmech.ranks import on_root

# A long deep crack bends a wide part of a thin web. Patches wider than this many thicknesses of the stack make the
# solver give up, narrower ones than `_LEAST` reaches let the ends in; what they do is part of the error.
_WIDEST = 48.0
_LEAST = 8.0
_TARGET = 0.01
# Near the surface K of a long crack falls so steeply that no affordable mesh meets that: two meshes then.
_LONG, _LONG_TARGET = 0.15, 0.1
# Time of a solve on one core of 2026 and the elements of its first two meshes; it grows as their square, for slender
# cracks take more meshes.
_SECONDS, _ELEMENTS = 190.0, 81_000
_PRIOR = 20.0
"""Seconds for which the forecast counts against what was measured."""

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
    """Solve one crack, or take it from the store.

    Args:
        plies: From the flawed one inwards, um and MPa.
        depth_ratio: Depth over the thickness of the flawed ply.
        aspect: Depth over half-length.
        progress: Called with a line of text before each stage.

    Raises:
        NumericsError: No number was earned.
    """
    patch, target = node_patch(plies, depth_ratio, aspect), _target(aspect)
    key = influence_key(patch, target)
    influence = on_root(lambda: load_influence(key, patch))
    if influence is None:
        influence = solve_influence(patch, target, progress)
        _ = influence.opening, influence.front_elements  # these take all ranks
        on_root(lambda: keep_influence(key, influence))
    front = influence.front
    points = [int(np.abs(front.phi - phi).argmin()) for phi in PHI]
    unit = np.eye(len(patch.reference))[:2]
    scale = np.sqrt(np.pi * patch.flaw.depth)
    shape = np.array([influence.stress_intensity(load)[points] for load in unit]).T / scale
    error = np.array([influence.stress_intensity_error(load)[points] for load in unit]).T / scale
    return Node(shape, error / shape[:, :1])


def node_patch(plies: tuple[PatchPly, ...], depth_ratio: float, aspect: float) -> Patch:
    """Patch of one crack of a library, as wide as its solve needs."""
    depth = depth_ratio * plies[0].thickness
    flaw = SurfaceCrack(depth, depth / aspect)
    patch = make_patch(plies, flaw)
    half = max(min(patch.half_length, _WIDEST * patch.thickness), _LEAST * flaw.reach)
    patch = make_patch(plies, flaw, half, half)
    return type(patch)(**vars(patch) | {"real_ends": False})


def expected_seconds(patch: Patch) -> float:
    """What a solve will take, by the elements of the two meshes that it takes at least; right to a factor of two."""
    elements = sum(expected_elements(patch, grading) for grading in LEVELS[3][:2])
    return _SECONDS * (elements / _ELEMENTS) ** 2


def _target(aspect: float) -> float:
    return _LONG_TARGET if aspect < _LONG else _TARGET


def build_table(plies: tuple[PatchPly, ...], grid: Grid, progress: Progress = lambda text: None) -> KTable:
    """Solve all nodes of a grid, and the points held out from it.

    Raises:
        NumericsError: One of the solves failed.
    """
    places = [*grid.places(), *grid.held_out()]
    found = _solved(plies, places, progress)
    count = len(grid.places())
    nodes = [np.array([getattr(node, key) for node in found[:count]]) for key in ("shape", "error")]
    shape, error = (values.reshape(*grid.size, len(PHI), 2) for values in nodes)
    table = KTable(grid, shape_of(plies), shape, error)
    return table.checked(np.array([node.shape for node in found[count:]]))


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
    patch = node_patch(plies, depth_ratio, aspect)
    return 0.0 if stored(influence_key(patch, _target(aspect))) else expected_seconds(patch)


def _plan(wanted: list[float]) -> Notice:
    left = sum(seconds > 0 for seconds in wanted)
    return Notice(
        f"no library of K for this stack yet: {left} of {len(wanted)} cracks to solve, {duration(sum(wanted))}; "
        "each is kept, so that a stopped command goes on where it was, and later ones need none"
    )
