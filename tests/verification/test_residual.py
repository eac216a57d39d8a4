"""Residual profiles in solved cracks and pits: identities with far stress, path independence, free ends."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_modes
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.pit import Pit
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.front_integral import front_k
from rollmech.fracture.influence import LEVELS
from rollmech.fracture.interaction_integral import mixed_front_k
from rollmech.fracture.stress_concentration import surface_stress
from rollmech.mesh.build import build_mesh
from rollmech.mesh.patch import PatchPly, make_patch

FILM = PatchPly(20.0, 150e3, 0.26)
SUPPORT = PatchPly(50.0, 5e3, 0.38)
UNIFORM = ((0.0, 1.0), (20.0, 1.0))
LINEAR = ((0.0, 1.0), (20.0, -1.0))
SKIN = ((0.0, -1.0), (0.5, -0.6), (1.0, -0.3), (3.0, 0.05), (20.0, 0.05))


def solved(flaw, profile, level=0, **more):
    patch = make_patch((FILM, SUPPORT), flaw, profile=profile, **more)
    problem = PatchProblem(patch, build_mesh(patch, LEVELS[flaw.dimension][level]))
    return problem, solve_modes(problem)[0]


def unit(front, patch, mode):
    return front.k_unit[0, patch.modes.index(mode)]


@pytest.mark.parametrize(("profile", "mode"), [(UNIFORM, "x_membrane"), (LINEAR, "x_bending")])
def test_profile_of_a_film_is_the_far_stress_it_looks_like(profile, mode):
    problem, solutions = solved(Scratch(6.0), profile)
    front = mixed_front_k(problem, solutions)
    assert_allclose(unit(front, problem.patch, "profile"), unit(front, problem.patch, mode), rtol=1e-9)


def test_profile_around_a_curved_front_is_the_far_stress_it_looks_like():
    problem, solutions = solved(SurfaceCrack(6.0, 9.0), LINEAR)
    front = front_k(problem, solutions)
    same, far = unit(front, problem.patch, "profile"), unit(front, problem.patch, "x_bending")
    assert_allclose(same, far, atol=1e-4 * np.abs(far).max())


def test_uniform_profile_at_a_pit_is_equibiaxial_tension():
    problem, solutions = solved(Pit(4.0, 4.0, 4.0), UNIFORM)
    stress = surface_stress(problem, solutions)
    x, y, profile = (
        stress.unit[problem.patch.modes.index(m)] for m in ("x_membrane", "y_membrane", "profile")
    )
    assert_allclose(profile, x + y, atol=2e-3 * np.abs(x + y).max())


def test_rings_agree_under_a_steep_skin():
    problem, solutions = solved(SurfaceCrack(4.0, 8.0), SKIN, level=1)
    front = front_k(problem, solutions)
    inner = ~front.vertex
    assert unit(front, problem.patch, "profile")[inner].max() < 0
    assert front.path_spread[inner].max() < 3e-3


def test_rings_agree_under_a_steep_skin_in_the_plane():
    problem, solutions = solved(Scratch(4.0), SKIN, level=1)
    assert mixed_front_k(problem, solutions).path_spread.max() < 1e-4


def test_turned_crack_sees_the_same_equibiaxial_skin():
    flaw = SurfaceCrack(4.0, 8.0)
    problem, solutions = solved(flaw, SKIN)
    quarter = front_k(problem, solutions)
    turned, whole = solved(flaw, SKIN, angle=np.radians(60))
    other = mixed_front_k(turned, whole)
    angles = np.radians([45.0, 67.5, 90.0])
    size = np.abs(unit(quarter, problem.patch, "profile")).max()
    one = np.interp(angles, quarter.phi, unit(quarter, problem.patch, "profile"))
    two = np.interp(angles, other.phi, unit(other, turned.patch, "profile"))
    assert_allclose(two, one, atol=0.01 * size)
    shear = other.k_unit[1:, turned.patch.modes.index("profile")]
    assert np.abs(shear).max() < 0.02 * size


def test_elements_at_the_mouth_follow_the_profile():
    plain, steep = (
        build_mesh(make_patch((FILM,), Scratch(6.0), profile=profile), LEVELS[2][0])
        for profile in (LINEAR, ((0.0, 1.0), (0.2, 0.0), (20.0, 0.0)))
    )

    def near(mesh):
        return np.count_nonzero((np.abs(mesh.nodes[:, 2]) < 0.2) & (mesh.nodes[:, 0] < 0.2))

    assert near(steep) > 5 * near(plain)
