"""Delaminations, channel cracks and deep scratches from a case to their patch, and what is checked of them."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from rollmech.case import dump_case, parse_case
from rollmech.case.load import read_toml
from rollmech.errors import InputError
from rollmech.flaws.from_case import flaw_geometry
from rollmech.patching import patch_of, pressure_of
from rollmech.risk.assumptions.delamination import (
    buckling_force,
    contact_zone,
    delamination_checks,
    plate_deflection,
)
from rollmech.risk.verdict import Loading
from rollmech.web import Laminate, Ply

UM = 1e-6


def case(flaw: dict, ceramic: dict | None = None):
    """PET 50 um, PEO 5 um, ceramic 30 um from bottom to top, with one flaw."""
    ceramic = ceramic or {"material": "LLZTO"}
    stack = [
        {"name": "carrier", "material": "PET", "thickness": "50 um"},
        {"name": "interlayer", "material": "PEO", "thickness": "5 um"},
        {"name": "ceramic", "thickness": "30 um", **ceramic},
    ]
    toughness = {"PET": {"fracture_toughness": "3 MPa*m^0.5"}}
    load = {"tension": "100 N/m"}
    return parse_case(
        {"format": 1, "title": "t", "stack": stack, "flaws": [flaw], "load": load, "materials": toughness}
    )


def delamination(layer="ceramic", face="top", **keys):
    keys = {"start": "cut", "length": "60 um", "interface_toughness": "2 J/m^2", **keys}
    return {"kind": "delamination", "layer": layer, "face": face, **keys}


@pytest.mark.parametrize(
    ("flaw", "index", "depth", "tip", "cut"),
    [
        (delamination(), 2, 30, "ceramic", 1),
        (delamination("interlayer"), 2, 35, "interlayer", 2),
        (delamination("interlayer", "bottom"), 0, 55, "interlayer", 2),
        ({"kind": "channel", "layer": "carrier", "face": "bottom"}, 0, 50, "carrier", 1),
        ({"kind": "scratch", "layer": "ceramic", "face": "top", "depth": "40 um"}, 2, 40, "carrier", 3),
    ],
)
def test_depth_tip_and_cut_plies_follow_from_layer_and_face(flaw, index, depth, tip, cut):
    read = case(flaw)
    patch = patch_of(read)
    assert (read.flawed_index, read.tip_layer, patch.cut) == (index, tip, cut)
    assert read.flaw_depth == pytest.approx(depth * UM) and patch.flaw.deepest == pytest.approx(depth)
    assert len(patch.front_plies) == (1 if flaw["kind"] == "scratch" else 2)


def test_a_resolved_case_reads_back_equal(tmp_path):
    read = case(delamination(start="spot", width="40 um", pressure="0.2 MPa"))
    path = tmp_path / "case.toml"
    path.write_text(dump_case(read))
    again = parse_case(read_toml(path))
    assert again.flaw == read.flaw
    assert pressure_of(again) == pytest.approx(2e5)
    spot = flaw_geometry(again)
    assert (spot.half_length, spot.half_width, spot.dimension) == (pytest.approx(30), pytest.approx(20), 3)


def test_under_a_graded_layer_the_last_sublayer_lies_at_the_interface():
    graded = {"graded": {"bottom": "Al2O3", "top": "LLZTO", "sublayers": 5}}
    assert case(delamination(), graded).flaw.layer == "ceramic/1"
    assert case(delamination("interlayer", "bottom"), graded).flaw.layer == "interlayer"
    assert patch_of(case(delamination(), graded)).cut == 5


def test_a_scratch_through_sublayers_keeps_off_their_interfaces():
    graded = {"graded": {"bottom": "Al2O3", "top": "LLZTO", "sublayers": 5}}
    scratch = {"kind": "scratch", "layer": "ceramic", "face": "top", "depth": "27 um"}
    assert case(scratch, graded).tip_layer == "ceramic/1"
    with pytest.raises(InputError, match="on or next to the interface"):
        case({**scratch, "depth": "24.1 um"}, graded)
    with pytest.raises(InputError, match="inner sublayers have no toughness"):
        case({**scratch, "depth": "9 um"}, graded)


# --- what is checked ---


@pytest.mark.parametrize(("phase", "eps"), [(0.3, 0.05), (-0.8, 0.08), (1.2, -0.1), (0.0, -0.02)])
def test_faces_first_touch_where_the_opening_vanishes(phase, eps):
    """delta_y + i delta_x goes as exp(i psi) (r/l)^(i eps) / (1 + 2 i eps) (Rice 1988)."""
    zone = contact_zone(phase, eps, 1.0)

    def opening(logarithm):
        return (np.exp(1j * phase + 1j * eps * logarithm) / (1 + 2j * eps)).real

    assert opening(math.log(zone)) == pytest.approx(0, abs=1e-12)
    assert np.all(opening(np.linspace(math.log(zone) + 1e-6, 0, 200)) > 0)


def test_no_oscillation_no_contact_zone():
    assert contact_zone(1.0, 0.0, 5.0) == 0.0


COVER = Laminate([Ply("skin", 10 * UM, 150e9, 0.25, 0.0)])


def test_buckling_and_deflection_of_clamped_plates():
    stiffness = 150e9 / (1 - 0.25**2) * (10 * UM) ** 3 / 12
    b, p = 100 * UM, 1e4
    assert buckling_force(COVER, 3 * b, b) == pytest.approx(math.pi**2 * stiffness / b**2)
    assert plate_deflection(COVER, b, b, p) == pytest.approx(p * b**4 / (64 * stiffness))  # round
    assert plate_deflection(COVER, b, None, p) == pytest.approx(p * b**4 / (24 * stiffness))  # strip


def stand_in(flaw, total: float, one=1.0, two=0.1, eps=-0.02, pressure=0.0):
    """A judge of a solved delamination, and a state with one stress (Pa) all over the skin."""
    plies = [
        SimpleNamespace(thickness=t, youngs_modulus=e, poisson_ratio=0.25)
        for t, e in ((10, 150e3), (50, 5e3))
    ]
    influence = SimpleNamespace(
        patch=SimpleNamespace(flaw=flaw, cut=1, plies=plies),
        solids=SimpleNamespace(oscillation_index=eps),
        reference_length=10.0,
    )
    web = Laminate([Ply("base", 50 * UM, 5e9, 0.25, 0.0), *COVER.plies])
    state = SimpleNamespace(laminate=web, total=np.full((2, 2, 2), total))
    judge = SimpleNamespace(
        influence=influence,
        ply=1,
        face="top",
        pressure=pressure,
        release_rate=lambda state: np.array([1.0]),
        mixed_mode=lambda state: np.array([[one], [two], [0.0]]),
    )
    return judge, [Loading("idler", state)]


def statuses(*args, **keys):
    judge, loadings = stand_in(*args, **keys)
    return {check.name: check.status for check in delamination_checks(judge, loadings, 0)}


STRIP = SimpleNamespace(kind="delamination", half_length=100.0, half_width=None)


def test_an_open_delamination_in_tension_holds():
    assert statuses(STRIP, 50e6) == {"contact zone": "holds", "layers stay flat": "holds"}


def test_compression_beyond_buckling_is_named():
    critical = buckling_force(COVER, 100 * UM, None) / (10 * UM)
    assert statuses(STRIP, -0.95 * critical)["layers stay flat"] == "holds"
    assert statuses(STRIP, -1.05 * critical)["layers stay flat"] == "broken"


def test_sliding_and_closing_fronts_touch():
    assert statuses(STRIP, 0.0, one=-0.1, two=1.0)["contact zone"] == "broken"
    assert statuses(STRIP, 0.0, one=0.01, two=1.0, eps=-0.17)["contact zone"] == "broken"


@pytest.mark.parametrize(("ratio", "status"), [(0.2, "holds"), (0.6, "stretched"), (1.5, "broken")])
def test_gas_that_lifts_too_far_is_named(ratio, status):
    pressure = ratio * COVER.thickness / plate_deflection(COVER, 100 * UM, None, 1.0)
    assert statuses(STRIP, 0.0, pressure=pressure)["small deflection"] == status


def test_other_flaws_have_no_such_checks():
    assert not statuses(SimpleNamespace(kind="crack"), -1e9)
