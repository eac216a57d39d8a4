"""The fact table, the cards that choose from it, and overrides."""

from __future__ import annotations

import pytest

from rollmech.errors import InputError
from rollmech.materials import canonical_name, library, material
from rollmech.materials.library import rows

ASKED = [
    "LLZTO",
    "LLZO",
    "LLCZN",
    "LATP",
    "LiPON",
    "LiF",
    "Li2CO3",
    "Li3PO4",
    "La2Zr2O7",
    "Al2O3",
    "ZnO",
    "Ag",
    "PEO",
    "PEO-LiTFSI",
    "PVDF-HFP",
    "PMMA",
    "PAN",
    "PDA",
    "PET",
    "Kapton",
    "Ni",
    "316L",
    "3YSZ",
    "SiO2",
    "Bi2Te3",
    "Li2O",
    "Li3N",
    "SnO2",
]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['name']}-{row['property']}"[:50])
def test_row_is_well_formed(row):
    assert row["name"]
    assert row["property"]
    assert row["source"]
    assert row["confidence"] in {"sourced", "from-memory"}
    if row["value"] and not row["value"].startswith(">"):
        float(row["value"])
    ends = [float(row[key]) for key in ("low", "high") if row[key]]
    assert ends == sorted(ends)


@pytest.mark.parametrize("name", sorted(library()))
def test_card(name):
    card = library()[name]
    assert card.value("youngs_modulus") > 0
    assert 0 < card.value("poisson_ratio") < 0.5
    assert card.value("cte") > 0
    for prop in card.properties.values():
        assert prop.source
        assert prop.low is None or prop.low <= prop.value * (1 + 1e-12)
        assert prop.high is None or prop.value <= prop.high * (1 + 1e-12)
        assert prop.placeholder or prop.confidence == "sourced"


def test_asked_materials_are_there():
    assert set(ASKED) | {"Li metal", "ETPTA gel", "Cu foil", "Al foil"} <= set(library())


def test_llzto_says_what_is_assumed():
    card = material("LLZTO")
    assert card.value("youngs_modulus") == 158.47e9
    assert not card.get("youngs_modulus").placeholder
    toughness = card.get("fracture_toughness")
    assert (toughness.value, toughness.low, toughness.high) == (1e6, 0.6e6, 1.5e6)
    assert toughness.placeholder
    assert "contradictory" in toughness.condition


def test_alias():
    assert canonical_name("Al-LLZO") == "LLZO"
    assert material("Al-LLZO") == material("LLZO")


def test_override_is_a_fact_of_the_case():
    prop = material("LLZTO", {"fracture_toughness": 1.2e6}).get("fracture_toughness")
    assert (prop.value, prop.confidence, prop.source, prop.placeholder) == (1.2e6, "case", "case file", False)


def test_definition_and_unknown_name():
    assert material("glue", {"youngs_modulus": 1e6, "poisson_ratio": 0.4}).get("cte") is None
    with pytest.raises(InputError, match="Did you mean 'LLZTO'"):
        material("LLZT0")
    with pytest.raises(KeyError, match="no density"):
        material("glue", {"youngs_modulus": 1e6, "poisson_ratio": 0.4}).value("density")
