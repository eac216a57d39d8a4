"""Limits that need no published number: cracks far apart, skins that differ in nothing, gas against tension."""

from __future__ import annotations

import numpy as np
import pytest

import rollmech
from rollmech.case import parse_case
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.crack_pair import CrackPair
from rollmech.flaws.pore import Pore
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import PatchPly, make_patch

A = 10.0
PLY = PatchPly(20 * A, 150e3, 0.3)
TENSION = np.array([1.0, 0.0, 0.0, 0.0])


def solved(flaw):
    return solve_influence(make_patch((PLY,), flaw), 0.02)


def along(influence, degrees):
    """K_I and its estimate at some angles of the front."""
    phi, inner = np.degrees(influence.front.phi), ~influence.front.vertex
    values = influence.stress_intensity(TENSION), influence.stress_intensity_error(TENSION)
    return (np.interp(degrees, phi[inner], value[inner]) for value in values)


@pytest.fixture(scope="module")
def single():
    return solved(SurfaceCrack(A, A))


def test_cracks_far_apart_are_single_ones(single):
    pair, degrees = solved(CrackPair(A, A, 10 * A)), np.array([10.0, 45.0, 85.0])
    k, error = along(single, degrees)
    for angle in (degrees, 180 - degrees):
        found, estimate = along(pair, angle)
        assert np.all(np.abs(found - k) < error + estimate)


def test_cracks_side_by_side_feel_each_other_at_their_inner_ends(single):
    pair, k = solved(CrackPair(A, A, 2.2 * A)), next(along(single, np.array([10.0])))[0]
    outer, inner = next(along(pair, np.array([10.0, 170.0]))) / k
    # Noda, Kobayashi & Oohashi (2001): the outer part hardly feels the other crack even if it is very close.
    assert 1.0 < outer < 1.03
    assert 1.1 < inner < 1.3


def ribbon(flaw, **skin):
    layer = {"name": "ceramic", "material": "LLZTO", "thickness": "30 um", **({"skin": skin} if skin else {})}
    flaw = {"layer": "ceramic", "face": "top", **flaw}
    load = {"tension": "40 N/m", "bend_radius": "50 mm"}
    case = {"format": 1, "title": "t", "stack": [layer], "flaws": [flaw], "load": load}
    entry = rollmech.run(parse_case(case)).quantities["K_I_max"]
    return entry["value"], entry["error"]


@pytest.mark.parametrize(("face", "thickness"), [("top", "5 um"), ("top", "2 um"), ("bottom", "0.15 um")])
def test_a_skin_of_equal_stiffness_changes_nothing(face, thickness):
    scratch = {"kind": "scratch", "depth": "3 um"}
    (k, error), (skinned, estimate) = ribbon(scratch), ribbon(scratch, face=face, thickness=thickness)
    assert abs(skinned - k) < error + estimate


def test_gas_in_a_deep_long_pore_pulls_its_wall_as_lame_says():
    # A thick tube of infinite wall under inner pressure: hoop stress equal to the pressure (Lame 1852).
    influence = solved(Pore(10 * A, A, A, pressurised=True))
    value, error = influence.stress_at(np.array([0.0, 0, 0, 0, 1.0]), influence.patch.flaw.places["far side"])
    assert value == pytest.approx(1.0, abs=0.02 + error)
