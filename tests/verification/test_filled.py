"""Filled flaws: limits of the filler's modulus, order of filling and load, and what each effect is worth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import rollmech
from rollmech.case import parse_case
from rollmech.errors import InputError
from rollmech.flaws.pit import Pit
from rollmech.flaws.pore import Pore
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import solve_influence
from rollmech.loading import loadings_of, make_laminate
from rollmech.mesh.patch import Fill, PatchPly, make_patch
from rollmech.patching import patch_of
from rollmech.risk.judge import far_coefficients
from rollmech.verify.inclusion import eshelby_tensor, inside

CERAMIC = PatchPly(200.0, 150e3, 0.3)
GROOVES = [Scratch(10, 10, profile="U"), Scratch(10, 8, 3, profile="V")]


def unit(patch, mode="x_membrane"):
    load = np.zeros(len(patch.tension))
    load[0 if mode == "x_membrane" else patch.place(mode)] = 1.0
    return load


@pytest.mark.parametrize("flaw", GROOVES)
@pytest.mark.parametrize("fraction", [1.0, 0.4])
def test_a_filler_without_stiffness_is_no_filler(flaw, fraction):
    empty = solve_influence(make_patch((CERAMIC,), flaw), 0.01)
    filled = solve_influence(make_patch((CERAMIC,), flaw, fill=Fill(1.0, 0.3, fraction)), 0.01)
    expected = empty.peak_stress(unit(empty.patch))[0]
    assert filled.peak_stress(unit(filled.patch))[0] == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize("flaw", GROOVES)
def test_a_filler_of_the_plys_own_kind_heals_the_groove(flaw):
    influence = solve_influence(make_patch((CERAMIC,), flaw, fill=Fill(150e3, 0.3)), 0.01)
    assert influence.peak_stress(unit(influence.patch))[0] == pytest.approx(1.0, rel=1e-9)
    assert influence.filler_stress(unit(influence.patch))[0] == pytest.approx(1.0, rel=1e-9)


def test_stress_from_before_filling_sees_an_empty_groove():
    flaw = GROOVES[0]
    empty = solve_influence(make_patch((CERAMIC,), flaw), 0.01)
    filled = solve_influence(make_patch((CERAMIC,), flaw, fill=Fill(150e3, 0.3, prestressed=True)), 0.01)
    before = unit(filled.patch, "x_membrane before filling")
    assert filled.peak_stress(before)[0] == pytest.approx(empty.peak_stress(unit(empty.patch))[0], rel=5e-4)
    assert filled.filler_stress(before)[0] == 0.0


def test_a_long_particle_of_the_plys_own_kind_is_seen_by_its_misfit_only():
    ply, fill = PatchPly(400.0, 150e3, 0.3), Fill(150e3, 0.3, misfit=1e-3, enclosed=True)
    influence = solve_influence(make_patch((ply,), Pore(100.0, 10.0, 10.0), fill=fill), 0.01)
    assert influence.peak_stress(unit(influence.patch))[0] == pytest.approx(1.0, rel=1e-9)
    # Cylinder that grows: Eshelby's stress inside, and as much pull beside it as there is push across the bond.
    stress = inside(eshelby_tensor(1.0, 1.0, 0.3), (150e3, 0.3), (150e3, 0.3), np.zeros(3), -1.0)[0]
    growth = -unit(influence.patch, "misfit")
    peak, error, _ = influence.peak_stress(growth)
    assert influence.bond_tension(growth)[0] == pytest.approx(stress[0], rel=0.01)
    assert peak == pytest.approx(-stress[0], abs=error + 0.01)


def test_a_particle_shares_the_residual_stress_of_its_layer_and_a_filler_does_not():
    particle = {"kind": "particle", "material": "polymer", "height": "4 um", "length": "4 um"}
    place = {"layer": "ceramic", "face": "top"}
    shares = {}
    for name, flaw in (("particle", {**place, **particle}), ("filler", groove()["flaws"][0])):
        case = parse_case({**groove(), "flaws": [flaw]})
        patch, laminate = patch_of(case), make_laminate(case)
        state = loadings_of(case, laminate)[0].state
        found = far_coefficients(patch, state, len(laminate.plies) - 1, "top")["residual"]
        shares[name] = found[:4], found[4 * patch.cut :]
    after, before = shares["filler"]
    assert not after.any()
    np.testing.assert_allclose(shares["particle"][0], before[:4])
    assert before[0] < 0 and not shares["particle"][1].any()


def test_soft_filler_leaves_k_of_a_root_crack_and_a_stiffer_one_lowers_it():
    ply, pit = PatchPly(30.0, 150e3, 0.3), Pit(4.0, 3.0, 3.0, root_crack=0.5)
    fills = (None, Fill(0.1, 0.3), Fill(4e3, 0.35))
    solved = [solve_influence(make_patch((ply,), pit, fill=fill), 0.05) for fill in fills]
    deepest, errors = zip(
        *(
            (f.stress_intensity(load := unit(f.patch))[-1], f.stress_intensity_error(load)[-1])
            for f in solved
        ),
        strict=True,
    )
    assert abs(deepest[1] - deepest[0]) < errors[0] + errors[1]
    assert deepest[2] < deepest[0] - errors[0] - errors[2]


def groove(**flaw) -> dict:
    """A case with a filled groove, heated by 40 K, under residual stress."""
    return {
        "format": 1,
        "title": "filled groove",
        "stack": [
            {"name": "film", "material": "film", "thickness": "20 um"},
            {"name": "ceramic", "material": "ceramic", "thickness": "30 um", "residual_stress": "-10 MPa"},
        ],
        "materials": {
            "ceramic": {
                "youngs_modulus": "150 GPa",
                "poisson_ratio": 0.26,
                "cte": "12 ppm/K",
                "flexural_strength": "100 MPa",
            },
            "film": {"youngs_modulus": "4 GPa", "poisson_ratio": 0.38, "cte": "20 ppm/K"},
            "polymer": {"youngs_modulus": "3 GPa", "poisson_ratio": 0.38, "cte": "80 ppm/K"},
        },
        "flaws": [
            {
                "kind": "scratch",
                "layer": "ceramic",
                "face": "top",
                "depth": "4 um",
                "width": "4 um",
                "profile": "U",
                "fill": {"material": "polymer", "bond_strength": "5 MPa"},
                **flaw,
            }
        ],
        "rollers": [
            {
                "name": "oven",
                "radius": "75 mm",
                "wrap": "90 deg",
                "touches": "bottom",
                "tension": "40 N/m",
                "temperature": "65 degC",
            }
        ],
    }


@pytest.fixture(scope="module")
def effects():
    return {row.effect: row for row in rollmech.contributions(parse_case(groove())).rows}


def test_every_effect_is_switched_off(effects):
    assert sum(row.solves for row in effects.values()) == 2
    assert [name for name, row in effects.items() if row.note] == ["bridging"]


def test_a_filler_shields_the_groove_and_pries_it_open_when_heated(effects):
    cold = groove()
    cold["rollers"][0]["temperature"] = "25 degC"
    shield = {row.effect: row for row in rollmech.contributions(parse_case(cold)).rows}
    assert shield["thermal stress"].note
    assert shield["filling"].value < shield["filling"].without - shield["filling"].error
    assert shield["filling"].radius < shield["filling"].radius_without
    # It expands by 80 ppm/K against the 12 of the wall.
    assert effects["filling"].value > effects["filling"].without + effects["filling"].error


def test_residual_compression_lowers_the_peak_by_kt_of_the_empty_groove(effects):
    empty = groove()
    del empty["flaws"][0]["fill"]
    del empty["materials"]["polymer"]
    without = {row.effect: row for row in rollmech.contributions(parse_case(empty)).rows}
    gain = effects["residual stress"].value - effects["residual stress"].without
    reference = without["residual stress"].value - without["residual stress"].without
    assert gain < 0
    assert gain == pytest.approx(reference, rel=0.02)


def test_results_tell_of_a_bond_that_breaks_and_a_filler_without_strength():
    result = rollmech.run(parse_case(groove()))
    bond = result.quantities["bond_stress"]
    assert bond["value"] < 5.0  # under heat the polymer presses on its wall
    checks = {check.name: check.status for check in result.assumptions}
    assert (checks["bond of the filler"], checks["filler"]) == ("holds", "not checked")
    weak = groove(fill={"material": "polymer", "bond_strength": "0.1 MPa"})
    weak["rollers"][0]["temperature"] = "-15 degC"
    broken = rollmech.run(parse_case(weak)).quantities
    assert broken["bond_stress"]["value"] > 0.1
    assert "bond of the filler" in broken["stress_max"]["flags"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"fill": {"material": "polymre"}}, "flaws[0].fill.material"),
        ({"fill": {"material": "polymer", "fraction": "5 %"}}, "flaws[0].fill.fraction"),
        ({"fill": {"material": "polymer", "bond": "5 MPa"}}, "flaws[0].fill.bond"),
        ({"width": None}, "flaws[0].fill"),
    ],
)
def test_faults_of_a_fill_are_named(change, key):
    case = groove(**change)
    flaw = case["flaws"][0]
    if flaw["width"] is None:
        del flaw["width"], flaw["profile"]
    with pytest.raises(InputError) as caught:
        parse_case(case)
    assert key in [fault.key for fault in caught.value.faults]


def test_shipped_case_is_valid():
    rollmech.load_case(Path(__file__).parents[2] / "cases" / "filled_pit.toml")


@pytest.mark.parametrize(
    ("thickness", "radius", "tension", "k"),
    [
        ("20 um", "50 mm", "100 N/m", 0.167),
        ("50 um", "25 mm", "100 N/m", 0.676),
        ("50 um", "25 mm", "0 N/m", 0.667),
    ],
)
def test_k_of_a_scratch_of_five_micrometres(thickness, radius, tension, k):
    case = parse_case(
        {
            "format": 1,
            "title": "scratch",
            "stack": [{"name": "ceramic", "material": "ceramic", "thickness": thickness}],
            "materials": {
                "ceramic": {
                    "youngs_modulus": "150 GPa",
                    "poisson_ratio": 0.257,
                    "fracture_toughness": "1 MPa*m^0.5",
                }
            },
            "flaws": [{"kind": "scratch", "layer": "ceramic", "face": "top", "depth": "5 um"}],
            "load": {"tension": tension, "bend_radius": radius},
        }
    )
    assert rollmech.run(case).quantities["K_I_max"]["value"] == pytest.approx(k, abs=5e-4)
