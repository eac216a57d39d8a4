"""Contact of crack faces: complementarity, independence of the penalty, monotonicity in 3D."""

import numpy as np
import pytest

from rollmech.elastic.contact import FaceContact
from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.contact import contact_front
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import PatchPly, make_patch
from rollmech.verify.closure import closed_patch
from rollmech.verify.half_plane import closed_mouth_crack, closed_tip_depth

PROFILE = np.array([0.0, 0.0, 0.0, 0.0, 1.0])


def solved(influence, load, penalty):
    contact = FaceContact(influence.problem, penalty)
    contact.solve(influence.patch.turned(load), 0 * influence.solutions[0].x.array)
    return contact


@pytest.fixture(scope="module")
def mouth():
    return solve_influence(closed_patch(-1.2, 1.0, 200.0), 0.01)


def test_the_contact_zone_of_a_closed_mouth_is_where_the_integral_equation_puts_it(mouth):
    _, closed = closed_mouth_crack(lambda x: x - 1.2 * (1 - x))
    contact = solved(mouth, PROFILE, 1e4)
    assert contact.closed_share == pytest.approx(closed, abs=0.5 * contact.edge_share)


def test_overlap_falls_with_the_penalty_and_force_does_not(mouth):
    soft, hard = (solved(mouth, PROFILE, penalty) for penalty in (1e3, 1e4))
    overlap = soft.overlap, hard.overlap
    assert overlap[1] == pytest.approx(overlap[0] / 10, rel=0.01)
    assert hard.force == pytest.approx(soft.force, rel=2e-3)
    assert hard.force > 0


def test_an_open_crack_is_left_as_it_is(mouth):
    load = np.array([3.0, 0.0, 0.0, 0.0, 0.0])
    found = contact_front(mouth, load)
    assert (found.closed_share, found.steps) == (0.0, 1)
    assert found.k == pytest.approx(mouth.stress_intensity(load), rel=1e-4)


def test_a_closed_tip_has_no_k():
    influence = solve_influence(closed_patch(1.0, -1.0, 200.0), 0.01)
    found = contact_front(influence, PROFILE)
    assert influence.stress_intensity(PROFILE)[0] < 0
    assert found.k[0] <= found.error[0]
    open_to = closed_tip_depth(lambda x: 1 - 2 * x)
    assert found.closed_share == pytest.approx(1 - open_to, abs=0.02)


def test_a_deep_surface_crack_in_bending_closes_at_its_deepest_point():
    patch = make_patch((PatchPly(25.0, 150e3, 0.3),), SurfaceCrack(20.0, 20.0))
    influence = solve_influence(patch, 0.05)
    bending = np.array([0.0, 1.0, 0.0, 0.0])
    linear = influence.stress_intensity(bending)
    found = contact_front(influence, bending)
    inner = ~influence.front.vertex
    assert linear[inner].min() < 0 < found.closed_share
    error = found.error + influence.stress_intensity_error(bending)
    assert np.all(found.k - np.maximum(linear, 0) > -error)
    assert np.all(found.k[linear < 0] <= found.error[linear < 0])
    between = inner & (linear > 0.05 * linear.max()) & (linear < 0.25 * linear.max())
    assert np.all(found.k[between] > linear[between])
    assert found.penalty_change < 0.01
