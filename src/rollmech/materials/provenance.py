"""How a derived property says where it comes from: law, inputs, sources, doubts."""

from __future__ import annotations

from collections.abc import Iterable

from rollmech.materials.library import PROPERTIES, Material, Property, case_property
from rollmech.materials.mixture import Estimate
from rollmech.units import show


def derived(
    name: str,
    value: float,
    condition: str,
    source: str,
    inputs: Iterable[Property],
    span: Estimate | None = None,
    warning: str = "",
) -> Property:
    """A property that a law made of others; a placeholder if one of them is."""
    inputs = tuple(inputs)
    given = [prop.source for prop in inputs if prop.source and prop.source != "case file"]
    sources = dict.fromkeys(part for text in given for part in text.replace("; inputs: ", "; ").split("; "))
    return Property(
        name=name,
        value=_tidy(value),
        unit=case_property(name, value).unit,
        low=_tidy(span.low) if span else None,
        high=_tidy(span.high) if span else None,
        condition=condition,
        source="; inputs: ".join([source, "; ".join(sources)] if sources else [source]),
        confidence="derived",
        placeholder=any(prop.placeholder for prop in inputs),
        warning=warning,
    )


def joined(warning: str, items: Iterable[Material]) -> str:
    """A warning with those of the materials that went in."""
    inner = [
        f"{item.name}: {prop.warning}" for item in items for prop in item.properties.values() if prop.warning
    ]
    return "; ".join(filter(None, [warning, *inner]))


def inadmissible(law: str, span: Estimate) -> str:
    """Warning that a modulus (Pa) lies outside the bounds of isotropic mixtures."""
    low, high = (show(short(end), "stress") for end in (span.low, span.high))
    return f"{law} lies outside the Hashin-Shtrikman bounds, {low} to {high}: no isotropic mixture has this modulus"


def named(item: Material) -> str:
    """Name with E and nu."""
    values = (show(short(item.value(key)), PROPERTIES[key]) for key in ("youngs_modulus", "poisson_ratio"))
    return f"{item.name} (E {', nu '.join(values)})"


def short(value: float) -> float:
    """To four digits, for a text."""
    return float(f"{value:.4g}")


def _tidy(value: float) -> float:
    """Without the rounding noise of the law's arithmetic, so that a dump reads well."""
    return float(f"{value:.12g}")
