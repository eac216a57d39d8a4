"""Shear of a crack on a quarter of its patch, and what the library makes of slanted cracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_modes
from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.influence import LEVELS
from rollmech.fracture.interaction_integral import mixed_front_k
from rollmech.library.store import library_for
from rollmech.library.table import DEEPEST, PHI, size_of
from rollmech.mesh.build import build_mesh
from rollmech.mesh.patch import PatchPly, make_patch

PLY = PatchPly(30.0, 1.5e5, 0.3)


def front(angle: float, sheared: bool, level: int = 0):
    patch = make_patch((PLY,), SurfaceCrack(12.0, 15.0))
    patch = replace(patch, angle=angle, sheared=sheared)
    problem = PatchProblem(patch, build_mesh(patch, LEVELS[3][level]))
    solutions, _ = solve_modes(problem)
    return patch, mixed_front_k(problem, solutions)


def shear_of(patch, found) -> np.ndarray:
    """K_II and K_III over s sqrt(pi a) for membrane and bending shear at the library's angles, (angles, 2, 2)."""
    modes = [patch.modes.index(name) for name in ("xy_membrane", "xy_bending")]
    points = [int(np.abs(found.phi - phi).argmin()) for phi in PHI]
    return found.k_unit[1:, modes][:, :, points].transpose(2, 0, 1) / np.sqrt(np.pi * patch.flaw.depth)


@pytest.fixture(scope="module")
def quarter():
    return shear_of(*front(np.pi / 4, True))


def test_quarter_under_odd_load_gives_what_the_whole_patch_gives(quarter):
    whole = shear_of(*front(np.pi / 4, False))
    gap = size_of(quarter - whole, PLY.poisson_ratio) / size_of(whole, PLY.poisson_ratio)[:, :1]
    assert gap[1:].max() < 0.015 and gap[0].max() < 0.03


def test_both_routes_agree_under_shear():
    patch, found = front(np.pi / 4, True, 1)
    mode = patch.modes.index("xy_membrane")
    inner = found.phi > np.radians(20)
    gap = np.abs(found.k_opening - found.k_unit)[1:, mode][:, inner]
    assert gap.max() < 0.03 * np.abs(found.k_unit[1:, mode]).max()


def test_library_of_another_poisson_ratio_meets_the_solve(quarter):
    table = library_for((PLY,)).table
    gap = size_of(table.shear_factors(0.4, 0.8) - quarter, 0.3) / size_of(quarter, 0.3)[:, :1]
    assert gap.max() < 0.025


def test_long_crack_tends_to_antiplane_shear_of_a_strip():
    """K_III of an edge crack in a strip of thickness t: sqrt(2t/(pi a) tan(pi a/2t)) (Tada, Paris & Irwin 2000)."""
    table = library_for((PatchPly(30.0, 1.5e5, 0.257),)).table
    for depth_ratio in (0.05, 0.3):
        strip = np.sqrt(2 / (np.pi * depth_ratio) * np.tan(np.pi * depth_ratio / 2))
        found = abs(table.shear_factors(depth_ratio, 0.1)[DEEPEST, 1, 0])
        assert 0.95 * strip < found < strip
