"""K and J: symmetries and scalings that hold exactly, whatever the reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from patches import CRACK, FILM, SUPPORT, laminated, solve

from rollmech.backend import jit_cache
from rollmech.elastic.solver import boundary_effect
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.domain_integral import ConfigurationalForces, smooth_ramp
from rollmech.fracture.front_integral import RINGS, front_basis, ring_cells
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.patching import patch_of
from rollmech.pipeline import run

TENSION = np.eye(4)[0]
STACKS = """
format = 1
title = "mirror"
[[stack]]
name = "{0}"
material = "{1}"
thickness = "{2} um"
[[stack]]
name = "{3}"
material = "{4}"
thickness = "{5} um"
[[flaws]]
kind = "crack"
layer = "film"
face = "{6}"
depth = "6 um"
length = "18 um"
[web]
width = "300 mm"
speed = "10 m/min"
[[rollers]]
name = "one"
radius = "50 mm"
wrap = "90 deg"
touches = "{7}"
tension = "40 N/m"
[output]
pictures = false
"""


def test_k_of_a_combined_load_is_the_sum(base):
    # J of the sum of two solutions, extracted on its own, against the sum of the two K.
    problem = base.problem
    arc = front_basis(problem, vertex_means=True)
    forces = ConfigurationalForces(problem, base.solutions, ring_cells(problem, arc.relative_radius))
    total = forces.pair(0, 0) + 2 * forces.pair(0, 1) + forces.pair(1, 1)
    ramp = smooth_ramp(arc.relative_radius / RINGS[1])[:, None]
    combined = np.sqrt(FILM.youngs_modulus / (1 - FILM.poisson_ratio**2) * arc.release_rate(total * ramp))
    inner = ~arc.vertex
    assert_allclose(combined[inner], base.front.k_unit[0, :2].sum(axis=0)[inner], rtol=2e-3)


def test_rings_agree(base):
    assert base.front.path_spread[~base.front.vertex].max() < 4e-3
    assert base.front.path_spread.max() > 0  # three rings, not one three times


def test_rings_agree_in_the_plane():
    assert solve(make_patch((FILM,), Scratch(8.0))).front.path_spread[0] < 1e-4


def test_ten_times_the_size_is_root_ten_times_k(base):
    large = solve(laminated(scale=10.0))
    assert_allclose(large.front.k_unit, np.sqrt(10) * base.front.k_unit, rtol=1e-4)


def test_seven_times_the_moduli_change_j_only(base):
    stiff = solve(laminated(stiffness=7.0))
    assert_allclose(stiff.front.k_unit, base.front.k_unit, rtol=1e-6)
    one, seven = (
        solve_influence(make_patch((PatchPly(20.0, modulus, 0.26),), Scratch(8.0)), 0.01)
        for modulus in (150e3, 7 * 150e3)
    )
    assert_allclose(seven.release_rate(TENSION), one.release_rate(TENSION) / 7, rtol=1e-9)


def test_a_stack_turned_over_gives_the_same_k(tmp_path):
    film, support = ("film", "LLZTO", 20), ("support", "PET", 50)
    texts = (STACKS.format(*support, *film, "top", "bottom"), STACKS.format(*film, *support, "bottom", "top"))
    results = []
    for name, text in zip(("up.toml", "down.toml"), texts, strict=True):
        (tmp_path / name).write_text(text)
        results.append(run(tmp_path / name))
    up, down = results
    assert patch_of(up.case) == patch_of(down.case)
    for name, entry in up.quantities.items():
        value = down.quantities[name]["value"]
        if isinstance(entry["value"], float):
            assert value == pytest.approx(entry["value"], rel=1e-9), name


def test_another_modulus_thickness_or_load_compiles_nothing(base):
    solve(make_patch((FILM,), Scratch(8.0)))
    before = sorted(path.name for path in jit_cache().iterdir())
    assert len(before) > 3
    film = replace(FILM, thickness=23.0, youngs_modulus=111e3, poisson_ratio=0.31)
    solve(laminated(film=film, support=replace(SUPPORT, thickness=31.0, youngs_modulus=1e3)))
    solve(make_patch((film,), Scratch(9.0)))
    assert sorted(path.name for path in jit_cache().iterdir()) == before


# K^2 goes with the derivative of the flaw's energy by its size and so changes, relatively, more than the energy.
@pytest.mark.parametrize("reach", [2.0, 4.0])
def test_doubling_the_patch_changes_k_by_less_than_the_boundary_effect(reach):
    size = reach * CRACK.half_length
    small, large = (
        solve(Patch((FILM, SUPPORT), CRACK, half_length=extent, half_width=extent), level=1)
        for extent in (size, 2 * size)
    )
    change = np.abs(large.front.k_unit[0, 0] / small.front.k_unit[0, 0] - 1)[~small.front.vertex].max()
    bound = boundary_effect(small.problem)
    assert 1e-4 < change < bound
    assert boundary_effect(large.problem) < bound


def test_the_automatic_patch_is_large_enough(base):
    # A quarter of the default accuracy.
    assert 0 < boundary_effect(base.problem) < 2.5e-3


def test_a_film_alone_and_on_itself_are_the_same():
    whole = make_patch((replace(FILM, thickness=40.0),), CRACK)
    split = make_patch((FILM, FILM), CRACK)
    k = [solve(patch, 1).front.k_unit[0, 0] for patch in (whole, split)]
    assert_allclose(k[0], k[1], rtol=4e-3)


@pytest.mark.parametrize(
    ("depth_ratio", "tension", "bending"),
    [
        (0.1, -0.55019, -0.37786),
        (0.2, -0.58900, -0.23822),
        (0.4, -0.57825, 0.12084),
        (0.5, -0.42168, 0.39750),
        (0.7, 1.36139, 1.67525),
        (0.8, 6.00738, 3.92688),
    ],
)
def test_t_stress_of_the_edge_cracked_strip(depth_ratio, tension, bending):
    """Converged T / sigma at H / W = 3, quartic and quintic elements; error below its estimate
    or 0.2 % of the stress."""
    width = 10.0
    ply = PatchPly(width, 150e3, 0.3)
    patch = make_patch((ply,), Scratch(depth_ratio * width), half_length=3 * width)
    influence = solve_influence(patch, 0.01)
    for coefficients, reference in (([1.0, 0, 0, 0], tension), ([0, 1.0, 0, 0], bending)):
        value, error = influence.t_stress(np.array(coefficients))
        assert value == pytest.approx(reference, abs=max(error, 2e-3 * abs(reference)))
