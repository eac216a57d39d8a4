"""What a case asks of a ranking of surface treatments: the user's own knowledge for the selection principles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from rollmech import units
from rollmech.case.quantities import CaseValueError, EnergyPerArea, Length, Quantity, Ratio, quantity
from rollmech.errors import nearest
from rollmech.treatments.library import find, library

AreaResistance = quantity("area_resistance", low="0 ohm*cm^2")
Swing = quantity("temperature_difference", low="0 K")
Cost = Literal["low", "medium", "high"]
Application = Literal["flexible", "hot", "humid"]
_NAMES = "names that `rollmech treatments` lists"


def _known(name: object, key: str) -> str:
    """The library's own spelling of a treatment's name."""
    found = find(name) if isinstance(name, str) else None
    if found is None:
        hint = nearest(str(name), library(), cutoff=0.5)
        problem = f'names "{name}", which is no known treatment' + (
            f"; did you mean '{hint}'?" if hint else ""
        )
        raise CaseValueError(problem, _NAMES, key)
    return found.name


class Ranking(BaseModel):
    """What `rollmech rank` takes for granted besides the case; every key may be left out.

    Attributes:
        treatments: Rows or classes to compare, all rows of the tables if left out.
        untreated_resistance: Interface before any treatment, ohm m^2, where the review's text gives none.
        reduction: Least part by which a treatment must lower the resistance.
        temperature_swing: K, which strains a deposited layer by its mismatch of expansion.
        layer_thickness: Of a deposited layer, m.
        adhesion: Work of adhesion of a deposited layer, J/m^2.
        application: What the device meets.
        cost: Treatment to the user's class of cost.
        allowed_cost: Highest class that will do.
        contact_angle: Treatment to its measured contact angle of water, rad.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    treatments: tuple[str, ...] = ()
    untreated_resistance: AreaResistance | None = None
    reduction: Ratio = 0.5
    temperature_swing: Swing | None = None
    layer_thickness: Length = 50e-9
    adhesion: EnergyPerArea = 0.1
    application: tuple[Application, ...] = ()
    cost: dict[str, Cost] = {}
    allowed_cost: Cost = "high"
    contact_angle: Annotated[
        dict[str, float], BeforeValidator(lambda value: _angles(value)), Quantity("angle")
    ] = {}

    @model_validator(mode="after")
    def _names_are_known(self) -> Ranking:
        names = tuple(_known(name, "treatments") for name in self.treatments)
        if len(set(names)) < len(names):
            raise CaseValueError("names a treatment twice", "every treatment once", "treatments")
        object.__setattr__(self, "treatments", names)
        for key in ("cost", "contact_angle"):
            given = getattr(self, key)
            object.__setattr__(self, key, {_known(name, key): value for name, value in given.items()})
        return self


def _angles(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise CaseValueError(
            "is not a table", 'treatment = angle, e.g. { "SPE" = "112 deg" }', "contact_angle"
        )
    try:
        return {name: units.parse(angle, "angle") for name, angle in value.items()}
    except units.UnitError as error:
        raise CaseValueError(error.problem, f"each {error.accepted}", "contact_angle") from None
