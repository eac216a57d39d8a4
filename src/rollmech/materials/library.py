"""Material cards resolved against the table of sourced facts.

``data/materials.csv`` holds facts with range, condition, source and confidence. ``data/cards.toml`` says, for
each named material and property, which fact it takes. Nothing is interpolated or corrected on the way.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from rollmech import units
from rollmech.errors import Fault, InputError, nearest

#: Properties that a card or a case may give, with the dimension of each ("fraction" is a plain number).
PROPERTIES: dict[str, str] = {
    "youngs_modulus": "stress",
    "poisson_ratio": "fraction",
    "fracture_toughness": "toughness",
    "flexural_strength": "stress",
    "tensile_strength": "stress",
    "yield_strength": "stress",
    "cte": "expansion",
    "density": "density",
    "weibull_modulus": "fraction",
    "grain_size": "length",
}
_CSV_UNITS = {"-": "", "1e-6/K": "ppm/K"}


@dataclass(frozen=True)
class Property:
    """One property of one material, with where it comes from.

    Attributes:
        name: Key of `PROPERTIES`.
        value: SI value.
        unit: SI unit of value, low and high; empty for a plain number.
        low: Lower end of the reported range; None if none is reported.
        high: Upper end.
        condition: State of the material, method, and for a placeholder what it stands in for.
        source: Citation, or ``case file``.
        confidence: ``sourced``, ``from-memory``, ``case``, or ``derived`` by a law from others.
        placeholder: True unless the value is sourced for this very material or given by the case.
        warning: What a law leaves doubtful about it, to be said with every result.
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    condition: str = ""
    source: str = "case file"
    confidence: str = "case"
    placeholder: bool = False
    warning: str = ""

    def __str__(self) -> str:
        return units.show(float(f"{self.value:.6g}"), PROPERTIES[self.name])


@dataclass(frozen=True)
class Material:
    """A named set of properties."""

    name: str
    properties: Mapping[str, Property] = field(default_factory=dict)

    def get(self, name: str) -> Property | None:
        """The property, or None if the material has none of that name."""
        return self.properties.get(name)

    def value(self, name: str) -> float:
        """SI value of a property.

        Raises:
            KeyError: The material has no such property; a validated case never gets here.
        """
        if name not in self.properties:
            raise KeyError(f"material '{self.name}' has no {name}")
        return self.properties[name].value

    def placeholders(self) -> tuple[Property, ...]:
        """Properties that are assumptions rather than facts about this material."""
        return tuple(p for p in self.properties.values() if p.placeholder)


def rows() -> list[dict[str, str]]:
    """The fact table as written: name, property, value, unit, low, high, condition, source, confidence."""
    return csv_rows("rollmech.materials", "materials.csv")


def csv_rows(room: str, name: str) -> list[dict[str, str]]:
    """Rows of a table in the data folder of a room such as ``rollmech.materials``."""
    return list(csv.DictReader(data_text(room, name).splitlines()))


def data_text(room: str, name: str) -> str:
    """Text of a file in the data folder of a room."""
    return files(room).joinpath("data", name).read_text(encoding="utf-8")


@cache
def library() -> dict[str, Material]:
    """Every shipped card by its name; aliases are not keys (see `canonical_name`)."""
    facts = {(row["name"], row["property"], row["value"]): row for row in rows()}
    return {
        name: Material(
            name, {key: _resolve(key, entry, facts) for key, entry in card.items() if key in PROPERTIES}
        )
        for name, card in _cards().items()
    }


def canonical_name(name: str) -> str:
    """The card's name for an alias such as ``Al-LLZO``; any other name is returned as it is."""
    return _aliases().get(name, name)


def nearest_name(name: str, others: tuple[str, ...] = ()) -> str:
    """The known material name or alias most like `name`, or an empty text."""
    return nearest(name, (*_cards(), *_aliases(), *others), cutoff=0.5)


def case_property(name: str, value: float) -> Property:
    """A property given by a case: a fact for the run, not a placeholder."""
    return Property(name, value, units.DIMENSIONS[PROPERTIES[name]].reference)


def material(name: str, overrides: Mapping[str, float | Property] | None = None) -> Material:
    """A material by name or alias, with a case's own values in place of the library's.

    Args:
        name: Card, alias, or a new name that `overrides` defines.
        overrides: SI values, or properties with their provenance, by property name.

    Raises:
        InputError: Unknown name that is not defined by at least youngs_modulus and poisson_ratio.
    """
    given = {
        key: value if isinstance(value, Property) else case_property(key, value)
        for key, value in (overrides or {}).items()
    }
    card = library().get(canonical_name(name))
    if card is None and not {"youngs_modulus", "poisson_ratio"} <= set(given):
        raise InputError("material library", [unknown_material("material", name)])
    return Material(canonical_name(name), {**(card.properties if card else {}), **given})


def unknown_material(key: str, name: str, others: tuple[str, ...] = ()) -> Fault:
    """The fault of a name that is neither in the library nor defined by the case."""
    accepted = "a name that `rollmech materials` lists, or one that [materials.NAME] defines"
    return Fault(key, f'"{name}"', "is not a known material", accepted, nearest_name(name, others))


@cache
def _cards() -> dict[str, dict[str, Any]]:
    return tomllib.loads(data_text("rollmech.materials", "cards.toml"))


@cache
def _aliases() -> dict[str, str]:
    return {alias: name for name, card in _cards().items() for alias in card.get("aliases", ())}


def aliases_of(name: str) -> tuple[str, ...]:
    """Other names that a case may use for a card."""
    return tuple(alias for alias, card in _aliases().items() if card == name)


def _resolve(
    key: str, entry: dict[str, Any], facts: Mapping[tuple[str, str, str], dict[str, str]]
) -> Property:
    """A card's entry as a property; raises KeyError if its row is not in the table."""
    row = facts[entry["row"], entry.get("of", key), entry["value"]]
    unit = entry.get("unit", row["unit"])
    analogy = entry.get("analogy", "")
    condition = row["condition"]
    if analogy:
        condition = (
            f"by analogy with {row['name']} ({condition}): {analogy}"
            if condition
            else f"by analogy with {row['name']}: {analogy}"
        )
    return Property(
        name=key,
        value=_si(key, entry.get("quoted", row["value"]), unit),
        unit=units.DIMENSIONS[PROPERTIES[key]].reference,
        low=_si_or_none(key, entry.get("low", row["low"]), unit),
        high=_si_or_none(key, entry.get("high", row["high"]), unit),
        condition=condition,
        source=row["source"],
        confidence=row["confidence"],
        placeholder=bool(analogy) or row["confidence"] != "sourced",
    )


def _si(key: str, number: object, unit: str) -> float:
    return units.parse(f"{number} {_CSV_UNITS.get(unit, unit)}", PROPERTIES[key])


def _si_or_none(key: str, number: object, unit: str) -> float | None:
    return None if number == "" else _si(key, number, unit)
