"""Laws as a case gives them: what the resolved case holds, says and refuses to keep."""

from __future__ import annotations

import math
import tomllib

import pytest

import rollmech
from rollmech.case import dump_case, json_schema, parse_case
from rollmech.loading import make_laminate, material_warnings
from rollmech.materials import library
from rollmech.materials.mixture import elastic_mixture
from rollmech.materials.moduli import Elastic

ROLLERS = [
    {"name": name, "radius": radius, "wrap": wrap, "touches": "bottom", "tension": "100 N/m"}
    for name, radius, wrap in (("small", "25 mm", "90 deg"), ("large", "100 mm", "180 deg"))
]
LONGEST = 0.1 * math.pi / (10 / 60)
SHORTEST = 0.025 * math.pi / 2 / (10 / 60)


def case_of(layer: dict, materials: dict | None = None, **more):
    """A 30 um LLZTO ribbon on a 5 um layer `base`, on two rollers at 10 m/min."""
    ribbon = {"name": "ceramic", "material": "LLZTO", "thickness": "30 um"}
    return parse_case(
        {
            "format": 1,
            "title": "laws",
            "stack": [{"name": "base", "thickness": "5 um", **layer}, ribbon],
            "materials": materials or {},
            "web": {"speed": "10 m/min"},
            "rollers": ROLLERS,
            **more,
        }
    )


def mixture(**more):
    return {"matrix": "PEO", "filler": "Al-LLZO", "volume_fraction": "20 %", "rule": "mori-tanaka", **more}


def elastic(name: str) -> Elastic:
    card = library()[name]
    return Elastic.of(card.value("youngs_modulus"), card.value("poisson_ratio"))


def test_mixture_has_value_bounds_and_sources():
    case = case_of({"material": "gel"}, {"gel": {"mixture": mixture()}})
    young = case.material_of("base").get("youngs_modulus")
    expected, _ = elastic_mixture("mori-tanaka", elastic("PEO"), elastic("LLZO"), 0.2)
    assert (young.value, young.low, young.high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
    assert "Benveniste" in young.source
    assert library()["PEO"].get("youngs_modulus").source.split("; ")[0] in young.source
    assert young.confidence == "derived"
    assert young.placeholder  # an input is
    assert {"cte", "density"} <= set(case.material_of("base").properties)


def test_stated_value_wins_over_the_rule():
    case = case_of({"material": "gel"}, {"gel": {"mixture": mixture(), "youngs_modulus": "7 MPa"}})
    assert case.material_of("base").value("youngs_modulus") == 7e6
    assert case.material_of("base").get("poisson_ratio").confidence == "derived"


def test_constituent_may_be_overridden_and_have_a_law_of_its_own():
    slack = {"model": "maxwell", "times": ["1 s"], "poisson": "constant"}
    materials = {"gel": {"mixture": mixture(rule="reuss")}, "PEO": {"relaxation": slack}}
    case = case_of({"material": "gel"}, materials)
    peo = elastic("PEO")
    relaxed = Elastic(*(value * math.exp(-LONGEST) for value in peo))
    expected, _ = elastic_mixture("reuss", relaxed, elastic("LLZO"), 0.2)
    assert case.material_of("base").value("youngs_modulus") == pytest.approx(expected.value)
    assert any("PEO: modulus" in text and "'large'" in text for text in material_warnings(case))
    assert set(case.materials) == {"gel", "LLZTO"}


@pytest.mark.parametrize(
    ("more", "factor"),
    [
        ({}, 0.5 + 0.5 * math.exp(-LONGEST / 2)),
        ({"time": "2 s"}, 0.5 + 0.5 * math.exp(-1)),
        ({"modulus": "secant", "time": "2 s"}, 0.5 + 0.5 * (1 - math.exp(-1))),
    ],
)
def test_relaxation_at_the_time_of_the_line(more, factor):
    law = {"model": "standard-linear-solid", "times": ["2 s"], "fractions": ["50 %"], **more}
    case = case_of({"material": "PEO"}, {"PEO": {"relaxation": law}})
    young = case.material_of("base").get("youngs_modulus")
    instant = library()["PEO"].value("youngs_modulus")
    assert young.value == pytest.approx(instant * factor)
    assert (young.low, young.high) == pytest.approx((instant * factor, instant))
    nu = 0.5 - (0.5 - library()["PEO"].value("poisson_ratio")) * factor
    assert case.material_of("base").value("poisson_ratio") == pytest.approx(nu)
    if not more:
        early = 0.5 + 0.5 * math.exp(-SHORTEST / 2)
        assert f"{instant * early / 1e6:.4g} MPa at the shortest" in young.warning


def test_nearly_incompressible_polymer_is_held():
    law = {"model": "power", "times": ["1e-6 s"], "exponent": 0.3}
    case = case_of({"material": "PEO"}, {"PEO": {"relaxation": law}})
    assert case.material_of("base").value("poisson_ratio") == 0.49
    assert "held at 0.49" in case.material_of("base").get("poisson_ratio").condition


def test_pores_keep_toughness_only_by_choice():
    law = {"solid": "LLZTO", "fraction": "10 %", "law": "spriggs", "b": 4.07}
    plain = case_of({"material": "porous"}, {"porous": {"porosity": law}}).material_of("base")
    chosen = case_of(
        {"material": "porous"}, {"porous": {"porosity": {**law, "toughness_law": "constant energy"}}}
    ).material_of("base")
    dense = library()["LLZTO"]
    assert plain.value("youngs_modulus") == pytest.approx(dense.value("youngs_modulus") * math.exp(-0.407))
    assert plain.value("density") == pytest.approx(0.9 * dense.value("density"))
    assert plain.value("cte") == dense.value("cte")
    assert plain.get("fracture_toughness") is plain.get("flexural_strength") is None
    toughness = dense.value("fracture_toughness") * math.exp(-0.407 / 2)
    assert chosen.value("fracture_toughness") == pytest.approx(toughness)


def test_gel_passes_and_its_contrast_is_flagged():
    gel = {"youngs_modulus": "0.1 MPa", "poisson_ratio": 0.49}
    case = case_of({"material": "gel"}, {"gel": gel})
    assert any("1.6e+06 times as stiff as gel" in text for text in material_warnings(case))


def test_liquid_is_a_flagged_floor():
    case = case_of({"material": "EGaIn"}, {"EGaIn": {"liquid": {"bulk_modulus": "50 GPa"}}})
    young = case.material_of("base").get("youngs_modulus")
    assert young.value == pytest.approx(library()["LLZTO"].value("youngs_modulus") / 1e5)
    assert case.material_of("base").value("poisson_ratio") == 0.49
    assert dump_case(parse_case(tomllib.loads(dump_case(case)))) == dump_case(case)
    assert [text[:19] for text in material_warnings(case)] == ["EGaIn: a liquid wit"]


def test_graded_layer_becomes_plies():
    law = {"bottom": "2 GPa", "top": "6 GPa", "law": "linear", "sublayers": 4}
    case = case_of({"material": "PEO", "graded": law, "residual_stress": "1 MPa"})
    assert [layer.name for layer in case.stack] == ["base/1", "base/2", "base/3", "base/4", "ceramic"]
    moduli = [ply.youngs_modulus / 1e9 for ply in make_laminate(case).plies[:4]]
    assert moduli == pytest.approx([2.5, 3.5, 4.5, 5.5])
    assert sum(layer.thickness for layer in case.stack[:4]) == pytest.approx(5e-6)
    assert {layer.residual_stress for layer in case.stack[:4]} == {1e6}
    assert "high by 0.25" in case.material_of("base/1").get("youngs_modulus").warning
    assert "low by 0.083" in case.material_of("base/4").get("youngs_modulus").warning


def test_flaw_in_the_outermost_sublayer():
    """It moves to that ply, which has the toughness of the end at its face."""
    flaw = {"kind": "scratch", "layer": "base", "face": "bottom", "depth": "0.1 um"}
    graded = {"bottom": "Al2O3", "top": "LLZTO", "law": "power", "exponent": 2, "sublayers": 8}
    case = case_of({"graded": graded}, flaws=[flaw])
    assert case.flaw.layer == "base/1"
    assert case.flawed_index == 0
    toughness = library()["Al2O3"].value("fracture_toughness")
    assert case.material_of("base/1").value("fracture_toughness") == toughness
    assert case.material_of("base/2").get("fracture_toughness") is None


def test_resolved_case_stands_alone():
    law = {"model": "maxwell", "times": ["9 s"]}
    materials = {"gel": {"mixture": mixture()}, "PEO": {"relaxation": law}}
    case = case_of({"graded": {"bottom": "gel", "top": "LLZTO", "law": "exponential"}}, materials)
    again = parse_case(tomllib.loads(dump_case(case)))
    assert again == case
    assert material_warnings(again) == material_warnings(case)


def test_editors_see_the_laws():
    models = json_schema()["$defs"]
    assert {"Mixture", "Porosity", "Relaxation", "Liquid", "Grading"} <= set(models)
    assert "hashin-shtrikman lower" in models["Mixture"]["properties"]["rule"]["enum"]


def test_results_tell_properties_and_warnings():
    result = rollmech.run(case_of({"material": "gel"}, {"gel": {"mixture": mixture(rule="voigt")}}))
    young = result.record["materials"]["gel"]["youngs_modulus"]
    assert young["value"] > young["high"]
    assert young["unit"] == "Pa"
    assert "Voigt" in young["source"]
    assert any("gel: voigt lies outside" in text for text in result.warnings)
    assert len({(p["layer"], p["property"]) for p in result.placeholders}) == len(result.placeholders)


def test_pictures_name_a_graded_layer_once():
    from rollmech.post.layers import labelled_layers

    case = case_of({"graded": {"bottom": "PEO", "top": "LLZTO", "sublayers": 5}})
    labels = labelled_layers(case)
    assert list(labels) == [2, 5]
    assert labels[2] == ("base", "graded, 5 plies", pytest.approx(5))
    assert labels[5] == ("ceramic", "LLZTO", pytest.approx(30))
