"""Material tables of a case: plain values that override, or values with their provenance.

A user writes ``cte = "13 ppm/K"``. The dump of a resolved case writes library values with their source, so
that running it again gives the same numbers and still knows which of them are placeholders.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from rollmech import units
from rollmech.case.laws import Liquid, Mixture, Porosity, Relaxation
from rollmech.case.quantities import CaseValueError, quantity
from rollmech.materials.library import PROPERTIES, Material, Property, case_property

_LIMITS = {"poisson_ratio": {"low": "0", "high": "0.5", "open_high": True}, "cte": {}}
_TEXTS = ("condition", "source", "confidence", "warning")
_CONFIDENCES = ("sourced", "from-memory", "case", "derived")
_KEYS = ("value", "low", "high", *_TEXTS, "placeholder")


def _property_type(name: str) -> Any:
    """Field type of one property: text with a unit, or a table with value and provenance."""
    dimension = PROPERTIES[name]
    limits = _LIMITS.get(name, {"low": f"0 {units.DIMENSIONS[dimension].reference}".strip()})
    checked = quantity(dimension, **limits)
    check = next(item.func for item in checked.__metadata__ if isinstance(item, BeforeValidator))
    schema = next(item.json_schema for item in checked.__metadata__ if isinstance(item, WithJsonSchema))

    def read(value: object) -> Property:
        if isinstance(value, Property):
            return value
        return (
            _with_provenance(name, value, check)
            if isinstance(value, dict)
            else case_property(name, check(value))
        )

    table = {"type": "object", "required": ["value"], "properties": {key: {} for key in _KEYS}}
    return Annotated[Any, BeforeValidator(read), WithJsonSchema({"anyOf": [schema, table]})]


def _with_provenance(name: str, table: dict[str, Any], check: Any) -> Property:
    """A property from its table form, as `dump_case` writes it."""
    unknown = [key for key in table if key not in _KEYS]
    if unknown or "value" not in table:
        problem = f"has the unknown key '{unknown[0]}'" if unknown else "has no value"
        raise CaseValueError(problem, "a value with its unit, or a table of " + ", ".join(_KEYS))
    for key in _TEXTS:
        if not isinstance(table.get(key, ""), str):
            raise CaseValueError(f"has a {key} that is no text", "a text")
    if table.get("confidence", "case") not in _CONFIDENCES:
        raise CaseValueError("has an unknown confidence", ", ".join(_CONFIDENCES))
    if not isinstance(table.get("placeholder", False), bool):
        raise CaseValueError("has a placeholder that is neither true nor false", "true, false")
    plain = case_property(name, check(table["value"]))
    ends = {
        key: units.parse(table[key], PROPERTIES[name]) if key in table else None for key in ("low", "high")
    }
    given = {key: table[key] for key in (*_TEXTS, "placeholder") if key in table}
    return Property(plain.name, plain.value, plain.unit, **ends, **given)


class MaterialTable(BaseModel):
    """Properties of one material and the laws on them; None where neither the case nor the library gives one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    youngs_modulus: _property_type("youngs_modulus") = None
    poisson_ratio: _property_type("poisson_ratio") = None
    fracture_toughness: _property_type("fracture_toughness") = None
    flexural_strength: _property_type("flexural_strength") = None
    tensile_strength: _property_type("tensile_strength") = None
    yield_strength: _property_type("yield_strength") = None
    cte: _property_type("cte") = None
    density: _property_type("density") = None
    weibull_modulus: _property_type("weibull_modulus") = None
    grain_size: _property_type("grain_size") = None
    mixture: Mixture | None = None
    porosity: Porosity | None = None
    relaxation: Relaxation | None = None
    liquid: Liquid | None = None

    @property
    def has_law(self) -> bool:
        """Whether a law, which the resolved case replaces by its values, gives or changes properties."""
        return any((self.mixture, self.porosity, self.relaxation, self.liquid))

    def given(self) -> dict[str, Property]:
        """The properties that are there."""
        return {name: value for name in PROPERTIES if (value := getattr(self, name)) is not None}

    def material(self, name: str) -> Material:
        """The same as a `Material`."""
        return Material(name, self.given())


def property_table(prop: Property) -> str | dict[str, Any]:
    """The TOML form of a property that `MaterialTable` reads back."""
    dimension = PROPERTIES[prop.name]
    text = units.show(prop.value, dimension)
    if prop == case_property(prop.name, prop.value):
        return text
    ends = {
        key: units.show(end, dimension) for key in ("low", "high") if (end := getattr(prop, key)) is not None
    }
    words = {key: getattr(prop, key) for key in _TEXTS if getattr(prop, key)}
    return {"value": text, **ends, **words, "placeholder": prop.placeholder}
