"""Field types of the case models: text with a unit in, a checked SI float inside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from rollmech import units


class CaseValueError(ValueError):
    """A value that a case cannot have; carries the wording for a `Fault`."""

    def __init__(self, problem: str, accepted: str, key: str = "") -> None:
        self.problem = problem
        self.accepted = accepted
        self.key = key
        super().__init__(f"{problem}; accepted: {accepted}")


@dataclass(frozen=True)
class Quantity:
    """Metadata of a physical field, kept so that the dump writes the same dimension that the loader reads."""

    dimension: str


def quantity(
    dimension: str, low: str = "", high: str = "", open_low: bool = True, open_high: bool = False
) -> Any:
    """A pydantic field type for a physical value.

    Args:
        dimension: Key of `units.DIMENSIONS`.
        low: Lower limit as text with its unit; empty for none.
        high: Upper limit.
        open_low: Whether the lower limit itself is refused.
        open_high: Whether the upper limit itself is refused.
    """
    bottom = units.parse(low, dimension) if low else -math.inf
    top = units.parse(high, dimension) if high else math.inf
    bounds = _bounds_text(low, high, open_low, open_high)

    def check(value: object) -> float:
        try:
            number = units.parse(value, dimension)
        except units.UnitError as error:
            raise CaseValueError(error.problem, error.accepted + bounds) from None
        if number < bottom or (open_low and number == bottom):
            raise CaseValueError("is too small", units.accepted(dimension) + bounds)
        if number > top or (open_high and number == top):
            raise CaseValueError("is too large", units.accepted(dimension) + bounds)
        return number

    return Annotated[
        float, BeforeValidator(check), WithJsonSchema(_json_schema(dimension, bounds)), Quantity(dimension)
    ]


def _bounds_text(low: str, high: str, open_low: bool, open_high: bool) -> str:
    parts = []
    if low:
        parts.append(f"{'greater than' if open_low else 'at least'} {low}")
    if high:
        parts.append(f"{'less than' if open_high else 'at most'} {high}")
    return ", " + " and ".join(parts) if parts else ""


def _json_schema(dimension: str, bounds: str) -> dict[str, Any]:
    """JSON schema of the text form, for editors."""
    kind = units.DIMENSIONS[dimension]
    number = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
    described = {
        "x-dimension": dimension,
        "description": units.accepted(dimension) + bounds,
        "examples": [kind.example],
    }
    if kind.reference:
        return {"type": "string", "pattern": number + r"\s*[^\d\s].*$", **described}
    return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": number + r"\s*%?\s*$"}], **described}


Length = quantity("length", low="0 m")
Stress = quantity("stress")
Tension = quantity("force_per_width", low="0 N/m")
TensionOrZero = quantity("force_per_width", low="0 N/m", open_low=False)
Temperature = quantity("temperature", low="0 K")
Speed = quantity("speed", low="0 m/s")
Wrap = quantity("angle", low="0 deg", high="360 deg")
Misalignment = quantity("angle", low="0 deg", high="5 deg", open_low=False)
Ripple = quantity("fraction", low="0", high="1", open_low=False, open_high=True)
SurfaceAngle = quantity("angle", low="0 deg", high="180 deg", open_low=False)
Tilt = quantity("angle", low="-60 deg", high="60 deg", open_low=False)
Target = quantity("fraction", low="0.001", high="0.1")
Ratio = quantity("fraction", low="0", high="1")
Pressure = quantity("stress", low="0 Pa")
Sensitivity = quantity("fraction", low="0", high="1", open_low=False)
EnergyPerArea = quantity("energy_per_area", low="0 J/m^2")
CoverPoisson = quantity("fraction", low="0", high="0.5", open_low=False)
