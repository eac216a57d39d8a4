"""Residual stress over the depth of a ply: resultants, relief, what the flaw sees; no solve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rollmech.case import dump_case, load_case
from rollmech.case.profile import LARGEST
from rollmech.loading import loadings_of, make_laminate
from rollmech.verify.half_plane import edge_crack_k
from rollmech.web import Laminate, Ply, StressProfile, exponential_points, profile_from_depth
from rollmech.web.profile import POINTS

UM, MPA, GPA = 1e-6, 1e6, 1e9
CERAMIC = {"youngs_modulus": 150 * GPA, "poisson_ratio": 0.257}
SOFT = {"youngs_modulus": 5 * GPA, "poisson_ratio": 0.38}


def ribbon(profile: StressProfile, thickness: float = 30 * UM, **more) -> Ply:
    return Ply("ribbon", thickness, **CERAMIC, profile=profile, **more)


def skin(face: str = "top", held: str = "constrained", thickness: float = 30 * UM) -> StressProfile:
    return profile_from_depth([0.0, 1 * UM, 3 * UM], [-120 * MPA, -40 * MPA, 0.0], thickness, face, held)


def integrals(state, cause=None) -> np.ndarray:
    """N_x and M_x about the neutral axis by brute force."""
    found = np.zeros(2)
    for ply in range(len(state.laminate.plies)):
        low, high = state.laminate.interfaces[ply : ply + 2]
        z = low + (np.arange(200_000) + 0.5) / 200_000 * (high - low)
        stress = state.stress_at(ply, z, cause)[:, 0]
        arm = z - state.laminate.neutral_axis
        found += [stress.mean() * (high - low), (stress * arm).mean() * (high - low)]
    return found


# --- the profile itself -----------------------------------------------------------------------------------


def test_force_and_moment_are_the_integrals():
    profile = skin()
    z = (np.arange(300_000) + 0.5) / 300_000 * 30 * UM
    assert profile.force == pytest.approx(profile.at(z).mean() * 30 * UM, rel=1e-8)
    assert profile.moment == pytest.approx((profile.at(z) * (z - 15 * UM)).mean() * 30 * UM, rel=1e-8)
    assert profile.force == pytest.approx(-(80 + 40) * MPA * UM, rel=1e-12)


def test_turning_over_twice_is_nothing():
    assert skin().turned_over.turned_over.stress == skin().stress
    assert_allclose(skin().turned_over.height, skin("bottom").height, atol=1e-20)
    assert skin().turned_over.moment == pytest.approx(-skin().moment)


@pytest.mark.parametrize("ratio", [0.01, 0.3, 5.0])
def test_exponential_keeps_its_force_and_its_shape(ratio):
    thickness, decay = 30 * UM, ratio * 30 * UM
    depth, stress = exponential_points(-100 * MPA, decay, thickness)
    exact = -100 * MPA * decay * -np.expm1(-thickness / decay)
    assert np.trapezoid(stress, depth) == pytest.approx(exact, rel=1e-12)
    z = np.linspace(0, thickness, 5000)
    error = np.interp(z, depth, stress, right=0.0) + 100 * MPA * np.exp(-z / decay)
    assert np.abs(error).max() < 6e-4 * 100 * MPA
    assert len(profile_from_depth(depth, stress, thickness, "top").height) <= POINTS


def test_points_of_a_case_leave_room_for_the_other_face():
    assert LARGEST == POINTS - 1


@pytest.mark.parametrize(
    ("height", "stress"),
    [
        ((0.0,), (1.0,)),
        ((0.0, 1.0), (1.0,)),
        ((0.1, 1.0), (1.0, 0.0)),
        ((0.0, 1.0, 1.0), (1.0, 0.0, 0.0)),
        ((0.0, 1.0), (float("nan"), 0.0)),
        ((0.0, 1.0), (0.0, 0.0)),
        (tuple(range(POINTS + 1)), (1.0,) * (POINTS + 1)),
    ],
)
def test_profile_refuses_the_impossible(height, stress):
    with pytest.raises(ValueError, match="profile"):
        StressProfile(height, stress)


def test_profile_must_span_its_ply():
    with pytest.raises(ValueError, match="other face"):
        Ply("a", 20 * UM, **CERAMIC, profile=skin())


# --- what the web makes of it -----------------------------------------------------------------------------

stacks = st.tuples(
    st.floats(5, 80), st.floats(10, 60), st.sampled_from(["top", "bottom"]), st.booleans()
).map(
    lambda given: Laminate(
        [Ply("base", given[0] * UM, **SOFT), ribbon(skin(given[2], thickness=given[1] * UM), given[1] * UM)][
            :: 1 if given[3] else -1
        ]
    )
)


@given(stacks)
@settings(deadline=None, max_examples=20)
def test_the_web_releases_what_it_can(laminate):
    flat, free = laminate.web_state(0.0, 0.0), laminate.free_state()
    size = 240.0
    for state in (flat, free):
        assert_allclose(state.resultants("residual")[0::2], 0.0, atol=1e-10 * size)
        error = integrals(state, "residual") - state.resultants("residual")[:2]
        assert np.all(np.abs(error) < 1e-6 * size * np.array([1.0, laminate.thickness]))
    assert_allclose(free.resultants("residual"), 0.0, atol=1e-10 * size)
    assert flat.curvature_x == 0.0


def test_linear_temperature_leaves_a_free_strip_without_stress():
    # Held rigidly it would carry -E alpha dT/(1 - nu), linear over the thickness; free, it only bends.
    held = profile_from_depth([0.0, 30 * UM], [-80 * MPA, 80 * MPA], 30 * UM, "top")
    laminate = Laminate([ribbon(held)])
    assert_allclose(laminate.free_state().through(0)[1], 0.0, atol=1e-6)
    modulus = 150 * GPA / (1 - 0.257)
    assert laminate.free_state().curvature_x == pytest.approx(2 * 80 * MPA / modulus / (30 * UM))


def test_thin_skin_curls_the_ribbon_by_stoney():
    thickness, depth = 500 * UM, [0.0, 0.05 * UM, 0.0501 * UM]
    profile = profile_from_depth(depth, [-200 * MPA, -200 * MPA, 0.0], thickness, "top")
    state = Laminate([ribbon(profile, thickness)]).free_state()
    stoney = -6 * profile.force * (1 - 0.257) / (150 * GPA * thickness**2)
    assert state.curvature_x == pytest.approx(stoney, rel=1e-3)


def test_uniform_profile_is_a_uniform_residual_stress():
    uniform = profile_from_depth([0.0, 20 * UM], [-20 * MPA, -20 * MPA], 20 * UM, "top", "flat")
    base = Ply("base", 50 * UM, **SOFT)
    plain = Laminate([base, Ply("film", 20 * UM, **CERAMIC, residual_stress=-20 * MPA)])
    profiled = Laminate([base, Ply("film", 20 * UM, **CERAMIC, profile=uniform)])
    for make in (lambda s: s.web_state(100.0, 20.0), lambda s: s.free_state()):
        one, two = make(plain), make(profiled)
        for ply in (0, 1):
            assert_allclose(two.face_stress(ply, "top"), one.face_stress(ply, "top"), rtol=1e-10)
            assert_allclose(two.face_stress(ply, "bottom"), one.face_stress(ply, "bottom"), rtol=1e-10)
        assert two.curvature_x == pytest.approx(one.curvature_x, rel=1e-12)


def test_a_flat_profile_must_balance_and_then_is_what_the_flat_web_has():
    with pytest.raises(ValueError, match="do not balance"):
        Laminate([ribbon(skin(held="flat"))])
    depth, stress = [0.0, 2 * UM, 30 * UM], np.array([-140.0, 10.0, 10.0]) * MPA
    stress[1:] = 140 * MPA * 1 / 29  # -140 x + s x + 2 s 28 = 0 over 2 um of triangle
    laminate = Laminate([ribbon(profile_from_depth(depth, stress, 30 * UM, "top", "flat"))])
    _, found = laminate.web_state(0.0, 0.0).through(0)
    assert_allclose(found[:, 0], laminate.plies[0].profile.stress, atol=1e-3 * MPA)


def test_peak_may_lie_under_the_skin():
    peak = Laminate([ribbon(skin())]).web_state(40.0, 1 / 0.06).peak_stress()
    assert (peak.face, peak.depth) == ("top", pytest.approx(3 * UM))
    assert peak.place == "3 um below the top face of ribbon"


def test_modes_carry_the_profile_as_residual():
    laminate = Laminate([ribbon(skin())])
    modes = laminate.web_state(40.0, 1 / 0.06).ply_modes(0, "top")
    assert [modes[cause][4] for cause in ("tension", "bending", "thermal")] == [0.0, 0.0, 0.0]
    assert modes["residual"][4] == pytest.approx(120 * MPA)
    depth, unit = laminate.plies[0].profile.below("top")
    total = modes["residual"][0] + modes["residual"][4] * unit
    assert_allclose(total, laminate.web_state(0.0, 0.0).through(0)[1][::-1, 0])
    assert_allclose(depth, [0, 1 * UM, 3 * UM, 30 * UM], atol=1e-18)


def test_turned_over_web_has_the_same_stress():
    laminate = Laminate([Ply("base", 50 * UM, **SOFT), ribbon(skin())])
    one, two = laminate.web_state(50.0, 15.0), laminate.flipped().web_state(50.0, -15.0)
    assert_allclose(two.through(0)[1], one.through(1)[1][::-1], rtol=1e-10)


# --- from a case ------------------------------------------------------------------------------------------

CASE = """\
format = 1
title = "skin"
[[stack]]
name = "ceramic"
material = "LLZTO"
thickness = "30 um"
residual_profile = {{ {} }}
[load]
tension = "40 N/m"
"""
POINT_FORM = 'face = "top", depth = ["0 um", "1 um", "3 um"], stress = ["-120 MPa", "-40 MPa", "0 MPa"]'


def state_of(path):
    case = load_case(path)
    return loadings_of(case, make_laminate(case))[0].state


@pytest.mark.parametrize(
    "form",
    [
        POINT_FORM,
        'face = "top", shape = "exponential", surface = "-120 MPa", length = "1 um"',
        'face = "bottom", shape = "linear", surface = "-120 MPa", length = "30 um"',
    ],
)
def test_dump_of_a_profile_reads_back(form, tmp_path):
    (tmp_path / "case.toml").write_text(CASE.format(form))
    case = load_case(tmp_path / "case.toml")
    (tmp_path / "dump.toml").write_text(dump_case(case))
    assert load_case(tmp_path / "dump.toml") == case


def test_file_and_points_are_the_same(tmp_path):
    (tmp_path / "skin.csv").write_text("stress [MPa], depth [um]\n-120,0\n-40,1\n0,3\n")
    (tmp_path / "file.toml").write_text(CASE.format('face = "top", file = "skin.csv"'))
    (tmp_path / "points.toml").write_text(CASE.format(POINT_FORM))
    assert load_case(tmp_path / "file.toml") == load_case(tmp_path / "points.toml")
    state = state_of(tmp_path / "file.toml")
    relief = 120 / 30 * MPA
    assert_allclose(state.face_stress(0, "top")[1], -120 * MPA + relief, rtol=1e-12)


# --- the reference for K ----------------------------------------------------------------------------------


def test_integral_equation_gives_the_known_uniform_pressure():
    # Koiter 1956: 1.12152226 sqrt(pi a).
    assert edge_crack_k(lambda x: np.ones_like(x)) / np.sqrt(np.pi) == pytest.approx(1.12152226, rel=3e-8)


@pytest.mark.parametrize("shape", [lambda x: x, lambda x: x**2, lambda x: np.exp(-x / 0.3)])
def test_integral_equation_agrees_with_bueckner_s_weight_function(shape):
    # Bueckner 1970, good to 1 %: m = 2/sqrt(2 pi (1 - x)) (1 + 0.6147 (1 - x) + 0.2502 (1 - x)^2).
    root = np.linspace(0, 1, 20_001)  # root = sqrt(1 - x) takes the singularity out
    m = 2 / np.sqrt(2 * np.pi) * (1 + 0.6147 * root**2 + 0.2502 * root**4) * 2
    weighted = np.trapezoid(m * shape(1 - root**2), root)
    assert edge_crack_k(shape) == pytest.approx(weighted, rel=0.01)


def test_depth_scales_the_reference():
    assert edge_crack_k(lambda x: x / 4.0, depth=4.0) == pytest.approx(2 * edge_crack_k(lambda x: x))
