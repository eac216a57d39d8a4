"""Bridged cracks: limits of the law, a crack in space, order of filling and load, results and contributions."""

from dataclasses import replace

import numpy as np
import pytest

import rollmech
from rollmech.case import parse_case
from rollmech.errors import InputError
from rollmech.flaws.bridge import Bridge
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import PatchPly, make_patch

PLY = PatchPly(30.0, 150e3, 0.26)
MODULUS = 150e3 / (1 - 0.26**2)


@pytest.fixture(scope="module")
def scratch():
    return solve_influence(make_patch((PLY,), Scratch(5.0), bridge=Bridge(1.0)), 0.02)


@pytest.fixture(scope="module")
def crack():
    bridge = Bridge(1.0, intervals=6, angles=2)
    return solve_influence(make_patch((PLY,), SurfaceCrack(5.0, 6.0), bridge=bridge), 0.03)


def solved(influence, before=0.0, **law):
    """Influence with another law, K under tension of 10 MPa and what bridges it."""
    influence = replace(influence, patch=replace(influence.patch, bridge=replace(law.pop("bridge"), **law)))
    load, earlier = 10 * influence.patch.tension, before * influence.patch.tension
    found = influence.bridge.finest.solve(load, earlier)
    return influence.stress_intensity(load + found.coefficients), found, influence, load


def of(influence, **law):
    return solved(influence, bridge=replace(influence.patch.bridge, strength=None), **law)


@pytest.mark.parametrize("name", ["scratch", "crack"])
def test_a_tension_that_all_of_the_bridge_bears_takes_its_part_of_k(name, request):
    k, found, influence, load = of(request.getfixturevalue(name), strength=4.0)
    assert found.yielded_share == pytest.approx(1.0, abs=0.01)
    assert k == pytest.approx(0.6 * influence.stress_intensity(load), rel=2e-3)


@pytest.mark.parametrize("name", ["scratch", "crack"])
def test_stiffer_springs_leave_less_k(name, request):
    influence = request.getfixturevalue(name)
    k = [of(influence, stiffness=q * MODULUS / 5)[0] for q in (1e-6, 0.1, 1.0, 10.0)]
    assert k[0] == pytest.approx(influence.stress_intensity(10 * influence.patch.tension), rel=1e-4)
    assert np.all(np.diff(k, axis=0) < 0)
    assert np.all(k[-1] > 0)


def test_a_bridge_breaks_from_the_mouth_and_its_k_jumps_up(scratch):
    whole, found, *_ = of(scratch, strength=4.0)
    opening = 0.7 * found.stretch.max()
    k, broken, influence, load = of(scratch, strength=4.0, opening=opening)
    assert 0 < broken.broken_share < 1
    assert np.all(broken.stretch[broken.broken] > opening)
    assert np.all(broken.stretch[broken.bridged & ~broken.broken] <= opening)
    assert broken.root[broken.broken].min() > broken.root[~broken.broken].max()
    assert whole < k < influence.stress_intensity(load)
    assert influence.bridge.error(load, 0 * load) < 0.02 * k


def test_a_bridge_over_the_lower_part_leaves_the_mouth_free(scratch):
    _, found, *_ = of(scratch, strength=4.0, fraction=0.5)
    assert found.share[found.bridged].sum() == pytest.approx(0.5, abs=0.01)
    assert np.all(found.traction[found.root**2 > 0.51] == 0)


def test_a_filler_put_in_later_feels_only_what_came_later(scratch):
    springs = {"bridge": Bridge(stiffness=MODULUS / 5)}
    k, found, influence, load = solved(scratch, before=10.0, **springs)
    assert found.traction == pytest.approx(0.0, abs=1e-6)
    assert k == pytest.approx(influence.stress_intensity(load))
    half = solved(scratch, before=5.0, **springs)[0]
    assert half == pytest.approx((k + solved(scratch, **springs)[0]) / 2)


def bridged_case(kind="scratch", **flaw) -> dict:
    return {
        "format": 1,
        "title": "bridged",
        "stack": [{"name": "ceramic", "material": "LLZTO", "thickness": "30 um"}],
        "flaws": [
            {
                "kind": kind,
                "layer": "ceramic",
                "face": "top",
                "depth": "5 um",
                "bridging": {"strength": "20 MPa", "opening": "6 nm"},
                **flaw,
            }
        ],
        "load": {"membrane_stress": "60 MPa"},
    }


def test_contributions_switch_the_bridge_off():
    found = {row.effect: row for row in rollmech.contributions(parse_case(bridged_case())).rows}
    bridge = found["bridging"]
    assert bridge.solves == 0
    assert bridge.value < bridge.without
    result = rollmech.run(parse_case(bridged_case()))
    assert result.quantities["K_I_max"]["value"] == pytest.approx(bridge.value)
    assert result.quantities["K_I_max_unbridged"]["value"] == pytest.approx(bridge.without)
    (check,) = [check for check in result.assumptions if check.name == "bridge whole"]
    (station,) = result.record["stations"]
    assert (check.status == "stretched") == (station["bridging"]["broken_share"] > 0)
    assert sum(station["shares"].values()) == pytest.approx(bridge.value, rel=1e-6)


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (bridged_case(bridging={"opening": "1 um"}), "flaws[0].bridging"),
        (bridged_case(bridging={"modulus": "1 GPa"}), "flaws[0].bridging.gap"),
        (bridged_case(bridging={"gap": "1 um", "strength": "1 MPa"}), "flaws[0].bridging.modulus"),
        (bridged_case("crack", length="9 um", angle="60 deg"), "flaws[0].bridging"),
        (bridged_case("crack", length="9 um", tilt="20 deg"), "flaws[0].bridging"),
        (bridged_case("pit", width="9 um"), "flaws[0].bridging"),
        (bridged_case("corner-crack", length="9 um"), "flaws[0].bridging"),
    ],
)
def test_faults_of_a_bridge_are_named(case, key):
    with pytest.raises(InputError) as caught:
        parse_case(case)
    assert key in [fault.key for fault in caught.value.faults]
