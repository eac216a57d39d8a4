"""Roller conformance and stations against printed examples and the elastica."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rollmech.web import (
    Laminate,
    Ply,
    Roller,
    bending_length,
    contact,
    critical_wrap,
    line_contact_curvature,
    shear_transfer_length,
    stations,
)

UM, MM, GPA, MPA = 1e-6, 1e-3, 1e9, 1e6


def ribbon(thickness_um: float, poisson_ratio: float = 0.26) -> Laminate:
    return Laminate([Ply("LLZO", thickness_um * UM, 150 * GPA, poisson_ratio, 11e-6)])


def carried() -> Laminate:
    return Laminate([Ply("PET", 50 * UM, 5 * GPA, 0.38, 20e-6), Ply("LLZO", 20 * UM, 150 * GPA, 0.26, 11e-6)])


# --- printed examples ---


@pytest.mark.parametrize(
    ("thickness", "tension", "radius", "length", "wrap", "bending", "membrane"),
    [
        (20, 100, 50, 1.0356, 2.374, 32.18, 5.0),
        (50, 100, 50, 4.094, 9.385, 80.44, 2.0),
        (50, 50, 25, None, 26.60, 160.88, 1.0),
    ],
)
def test_printed_examples_of_the_elastica(thickness, tension, radius, length, wrap, bending, membrane):
    web = ribbon(thickness)
    bend = bending_length(web.bending_stiffness, tension)
    if length is not None:
        assert bend / MM == pytest.approx(length, rel=2e-4)
    assert math.degrees(critical_wrap(bend, radius * MM)) == pytest.approx(wrap, abs=0.006)
    state = web.web_state(tension, 1 / (radius * MM))
    assert state.stress["bending"][0, 1, 0] / MPA == pytest.approx(bending, abs=0.006)
    assert state.stress["tension"][0, 1, 0] / MPA == pytest.approx(membrane, rel=1e-9)


def test_examples_of_r2r_section_3():
    # nu = 0.257 there; "needs 59 deg" is the small-angle 2 lambda / R; the arcsine gives 60.
    thin = bending_length(ribbon(20, 0.257).bending_stiffness, 100)
    assert (thin / MM, math.degrees(2 * thin / 0.05)) == pytest.approx((1.0, 2.4), abs=0.05)
    thick = bending_length(ribbon(100, 0.257).bending_stiffness, 20)
    assert thick / MM == pytest.approx(26, abs=0.5)
    assert math.degrees(2 * thick / 0.05) == pytest.approx(59, abs=0.5)
    assert math.degrees(critical_wrap(thick, 0.05)) == pytest.approx(60.0, abs=0.1)


# --- the elastica ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap_degrees", [5, 60, 180, 350])
def test_line_contact_curvature_solves_the_elastica(wrap_degrees):
    # The separatrix tan(phi/4) = tan(phi_0/4) exp(-s/lambda) is the exact shape of a long span. It must obey
    # D phi'' = T sin(phi), die out, and have the curvature of the formula where it leaves the roller.
    stiffness, tension = 3e-6, 40.0
    length, wrap = math.sqrt(stiffness / tension), math.radians(wrap_degrees)
    s = np.linspace(0, 15 * length, 60001)
    phi = 4 * np.arctan(np.tan(wrap / 8) * np.exp(-s / length))
    curvature = -np.gradient(phi, s, edge_order=2)
    moment_slope = -stiffness * np.gradient(curvature, s)[2:-2]
    assert_allclose(moment_slope, (tension * np.sin(phi))[2:-2], rtol=0, atol=1e-5 * tension)
    assert phi[-1] < 1e-4
    assert curvature[0] == pytest.approx(line_contact_curvature(length, wrap), rel=1e-6)


@given(st.floats(5, 200), st.floats(1, 500), st.floats(5e-3, 0.2), st.floats(0, 2 * math.pi))
def test_curvature_never_exceeds_the_rollers(thickness, tension, radius, wrap):
    met = contact(ribbon(thickness), radius, wrap, tension)
    largest = 1 / (radius + thickness * UM / 2)
    assert 0 <= met.curvature <= largest * (1 + 1e-12)
    assert met.conforms == (wrap > met.critical_wrap)
    assert met.conformal_arc == (wrap - met.critical_wrap if met.conforms else 0.0)


def test_curvature_is_continuous_at_the_critical_wrap():
    for touches in ("bottom", "top"):
        critical = contact(carried(), 0.025, 1.0, 20.0, touches).critical_wrap
        below = contact(carried(), 0.025, critical * (1 - 1e-9), 20.0, touches)
        above = contact(carried(), 0.025, critical * (1 + 1e-9), 20.0, touches)
        assert (below.conforms, above.conforms) == (False, True)
        assert below.curvature == pytest.approx(above.curvature, rel=1e-8)


def test_radius_is_taken_to_the_neutral_axis_of_the_touched_side():
    web = carried()
    down, up = (contact(web, 0.05, 1.0, 100.0, face) for face in ("bottom", "top"))
    assert 1 / down.curvature == pytest.approx(0.05 + web.neutral_axis)
    assert 1 / up.curvature == pytest.approx(0.05 + 70 * UM - web.neutral_axis)


def test_one_ply_on_a_roller_has_the_wide_sheet_formula():
    # The handbook form: E' t / (2 R + t)
    web = ribbon(100)
    state = web.web_state(0.0, contact(web, 0.05, 3.0, 200.0).curvature)
    expected = web.plies[0].plane_strain_modulus * 100 * UM / (2 * 0.05 + 100 * UM)
    assert state.peak_stress().stress == pytest.approx(expected, rel=1e-12)


def test_a_web_too_stiff_for_the_roller_never_conforms():
    length = bending_length(ribbon(200).bending_stiffness, 1.0)
    assert length > 2 * 0.01
    met = contact(ribbon(200), 0.01, 2 * math.pi, 1.0)
    assert not met.conforms
    assert met.critical_wrap == math.inf
    assert met.curvature == pytest.approx(2 / length)
    assert critical_wrap(2.0, 1.0) == math.inf


def test_a_slack_web_stays_flat():
    met = contact(ribbon(20), 0.05, 3.0, 0.0)
    assert (met.conforms, met.curvature, met.critical_wrap, met.conformal_arc) == (False, 0.0, math.inf, 0.0)
    nearly = contact(ribbon(20), 0.05, 3.0, 1e-12)
    assert nearly.curvature == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 1.0, 100.0), "radius"),
        ((0.05, -0.1, 100.0), "wrap"),
        ((0.05, 7.0, 100.0), "wrap"),
        ((0.05, 1.0, -5.0), "tension"),
        ((0.05, 1.0, 100.0, "left"), "touches"),
    ],
)
def test_contact_refuses_the_impossible(arguments, message):
    with pytest.raises(ValueError, match=message):
        contact(ribbon(20), *arguments)


# --- stations ----------------------------------------------------------------------------------------------


def roller(name="idler", radius=0.05, wrap=math.pi / 2, touches="bottom", tension=100.0, temperature=298.15):
    return Roller(name, radius, wrap, touches, tension, temperature)


def test_touching_the_bottom_stretches_the_top():
    first, second = stations(carried(), [roller(touches="bottom"), roller(touches="top")], 298.15)
    assert first.state.curvature_x > 0 > second.state.curvature_x
    assert first.state.stress["bending"][1, 1, 0] > 0 > second.state.stress["bending"][1, 1, 0]


def test_station_carries_tension_and_temperature():
    (station,) = stations(carried(), [roller(tension=80.0, temperature=353.15)], 298.15)
    expected = carried().web_state(80.0, station.contact.curvature, 55.0)
    assert_allclose(station.state.total, expected.total)
    assert station.name == station.roller.name == "idler"


def test_bad_roller_is_named():
    with pytest.raises(ValueError, match="nip 3"):
        stations(ribbon(20), [roller(), roller("nip 3", radius=-1.0)], 298.15)


def test_shear_transfer_length_is_volkersen_s():
    """sqrt(h/G A1 A2/(A1+A2)): 0.1 MPa, 50 um between 30 um of LLZO and 50 um of PET needs about 20 mm."""
    stack = [
        Ply("PET", 50e-6, 4.81e9, 0.38),
        Ply("gel", 50e-6, 0.1e6, 0.46),
        Ply("LLZO", 30e-6, 158e9, 0.257),
    ]
    below, above = 4.81e9 / (1 - 0.38**2) * 50e-6, 158e9 / (1 - 0.257**2) * 30e-6
    shear = 0.1e6 / (2 * 1.46)
    expected = (50e-6 / shear * below * above / (below + above)) ** 0.5
    assert shear_transfer_length(Laminate(stack)) == pytest.approx(expected, rel=1e-12)
    assert expected == pytest.approx(20e-3, rel=0.02)
    assert shear_transfer_length(Laminate(stack[:1])) == 0.0
