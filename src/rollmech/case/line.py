"""What a line does to flaws: storage, growth, strength, flaw populations, as a case writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    create_model,
    model_validator,
)

from rollmech import units
from rollmech.case.flaws import Face
from rollmech.case.quantities import (
    CaseValueError,
    Length,
    Quantity,
    Ratio,
    Temperature,
    TensionOrZero,
    quantity,
)

Duration = quantity("time", low="0 s")
CrackSpeed = quantity("crack_speed", low="0 m/s")
Share = quantity("fraction", low="0", high="1", open_low=False, open_high=True)
Number = quantity("number", low="0")
Exponent = quantity("number", low="1")
AreaDensity = quantity("per_area", low="0 1/m^2")
LineDensity = quantity("per_length", low="0 1/m")
Area = quantity("area", low="0 m^2")
Angle = quantity("angle", low="-90 deg", high="90 deg", open_low=False)
PositiveStress = quantity("stress", low="0 Pa")
_MOST = 100_000


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _count(value: object) -> int:
    if type(value) is not int or value < 1:
        raise CaseValueError("is not a whole number from 1 on", "a whole number, e.g. 3")
    return value


Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1})]


def _list_of(dimension: str, positive: bool = True) -> Any:
    """A field type: values with their units; floats in SI inside."""

    def check(value: object) -> tuple[float, ...]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= _MOST:
            raise CaseValueError(
                f"is not a list of 1 to {_MOST}", f"a list, each {units.accepted(dimension)}"
            )
        try:
            found = tuple(units.parse(item, dimension) for item in value)
        except units.UnitError as error:
            raise CaseValueError(error.problem, f"a list, each {error.accepted}") from None
        if positive and min(found) <= 0:
            raise CaseValueError("holds a value that is not positive", "positive values")
        return found

    items = {"type": ["string", "number"], "x-dimension": dimension}
    schema = {"type": "array", "minItems": 1, "items": items}
    return Annotated[tuple[float, ...], BeforeValidator(check), WithJsonSchema(schema), Quantity(dimension)]


class Storage(_Table):
    """The web wound on a core after the line: radius (m) of the innermost turn, duration (s), temperature (K)."""

    radius: Length
    duration: Duration
    stretches: Face = Field(description="face of the stack that lies outwards")
    tension: TensionOrZero = 0.0
    temperature: Temperature = units.parse("25 degC", "temperature")


class Cyclic(_Table):
    """Growth per load cycle: da/dN = advance_at_toughness (K_max (1 - R)^walker / K_Ic)^exponent."""

    advance_at_toughness: Length | None = None
    exponent: Exponent | None = None
    walker: Share | None = None
    threshold: Share = 0.0


class Growth(_Table):
    """Growth below the toughness; what is left out is a placeholder, named beside every number.

    Thresholds are parts of K_Ic, humidities relative.
    """

    speed_at_toughness: CrackSpeed | None = None
    exponent: Exponent | None = None
    threshold: Share = 0.0
    humidity: Ratio | None = None
    reference_humidity: Ratio | None = None
    humidity_exponent: Number = 1.0
    cyclic: Cyclic | None = None
    passes: Count = 1
    load_levels: Annotated[
        _list_of("number"), Field(description="factors on all stresses at which lives are compared")
    ] = ()


class Specimen(_Table):
    """What was broken: a ring-on-ring plate, a bar in bending, or a size (m^2 of face, m of edge) in tension."""

    kind: Literal["ring on ring", "bar", "size"]
    load_radius: Length | None = None
    support_radius: Length | None = None
    plate_radius: Length | None = None
    width: Length | None = None
    height: Length | None = None
    outer_span: Length | None = None
    inner_span: Length | None = None
    area: Area | None = None
    length: Length | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Specimen:
        wanted = {
            "ring on ring": ("load_radius", "support_radius", "plate_radius"),
            "bar": ("width", "height", "outer_span"),
            "size": (),
        }[self.kind]
        for key in wanted:
            if getattr(self, key) is None:
                raise CaseValueError(f"is missing for a {self.kind}", 'a length, e.g. "10 mm"', key)
        if self.kind == "size" and (self.area is None) == (self.length is None):
            raise CaseValueError("needs one size", 'an area, e.g. "1 cm^2", or a length of edge', "area")
        if self.kind == "ring on ring" and not self.load_radius < self.support_radius <= self.plate_radius:
            raise CaseValueError(
                "is out of order", "load_radius < support_radius <= plate_radius", "load_radius"
            )
        return self


class StrengthData(_Table):
    """Strength of one flaw population: measured values (Pa), or modulus and characteristic strength of the specimen."""

    specimen: Specimen
    values: _list_of("stress") | None = None
    modulus: Number | None = None
    characteristic: PositiveStress | None = None

    @model_validator(mode="after")
    def _one_form(self) -> StrengthData:
        parameters = (self.modulus is not None, self.characteristic is not None)
        if (self.values is not None) == any(parameters) or any(parameters) != all(parameters):
            raise CaseValueError("is not given in one whole form", "values, or modulus and characteristic")
        if self.values is not None and len(set(self.values)) < 3:
            raise CaseValueError("has too few different strengths", "at least three", "values")
        return self


class Strength(_Table):
    """Measured strength of one layer: of its faces, of its slit edges, or both."""

    layer: str
    surface: StrengthData | None = None
    edge: StrengthData | None = None

    @model_validator(mode="after")
    def _something(self) -> Strength:
        if self.surface is None and self.edge is None:
            raise CaseValueError("is missing", "[strength.surface], [strength.edge] or both", "surface")
        if self.surface is not None and self.surface.specimen.length is not None:
            raise CaseValueError("is a length of edge", "a specimen with an area", "surface")
        if self.edge is not None and (self.edge.specimen.kind == "ring on ring" or self.edge.specimen.area):
            raise CaseValueError("tests no edge", 'kind = "bar", or a size with a length', "edge")
        return self


_LAWS = {
    "lognormal": ("median", "spread"),
    "weibull": ("scale", "shape"),
    "exponential": ("mean",),
    "pareto": ("smallest", "exponent"),
    "uniform": ("low", "high"),
    "fixed": ("value",),
    "measured": ("values",),
    "exponential tail": ("values", "threshold"),
    "pareto tail": ("values", "threshold"),
}


class _Law(_Table):
    """A distribution: its law and the law's parameters."""

    law: Literal[
        "lognormal",
        "weibull",
        "exponential",
        "pareto",
        "uniform",
        "fixed",
        "measured",
        "exponential tail",
        "pareto tail",
    ]
    spread: Number | None = None
    shape: Number | None = None
    exponent: Number | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> _Law:
        wanted = _LAWS[self.law]
        given = [key for key in type(self).model_fields if key != "law" and getattr(self, key) is not None]
        for key in wanted:
            if key not in given:
                raise CaseValueError(f'is missing for law = "{self.law}"', ", ".join(wanted), key)
        extra = [key for key in given if key not in wanted]
        if extra:
            raise CaseValueError(f'is no parameter of law = "{self.law}"', ", ".join(wanted), extra[0])
        if self.law == "uniform" and not self.low < self.high:
            raise CaseValueError("is not above low", "a value above low", "high")
        return self


def _law(name: str, value: Any, dimension: str, positive: bool = True) -> type[_Law]:
    keys = ("median", "scale", "mean", "smallest", "low", "high", "value", "threshold")
    fields = {key: (value | None, None) for key in keys}
    fields["values"] = (_list_of(dimension, positive) | None, None)
    return create_model(name, __base__=_Law, __doc__=_Law.__doc__, **fields)


DepthLaw = _law("DepthLaw", Length, "length")
AspectLaw = _law("AspectLaw", Number, "number")
AngleLaw = _law("AngleLaw", Angle, "angle", positive=False)


class Inspected(_Table):
    """What was looked at: an area (m^2) or a length of edge (m), and the flaws counted there."""

    count: Count
    area: Area | None = None
    length: Length | None = None

    @model_validator(mode="after")
    def _one_size(self) -> Inspected:
        if (self.area is None) == (self.length is None):
            raise CaseValueError("needs one size", 'an area, e.g. "25 mm^2", or a length of edge', "area")
        return self


class Population(_Table):
    """Flaws scattered over a face of a layer, or along its slit edges if the size inspected is a length.

    Aspect is depth over half-length, the angle that between the surface trace and the cross direction (rad).
    """

    layer: str
    face: Face
    depth: DepthLaw
    aspect: AspectLaw
    angle: AngleLaw = AngleLaw(law="fixed", value="0 deg")
    density: AreaDensity | None = None
    edge_density: LineDensity | None = None
    inspected: Inspected | None = None
    target_failure: Ratio = 1e-3
    length: Length = 1.0
    confidence: Ratio = 0.95
    depth_over_roughness: Number | None = Field(
        None, description="deepest flaw over the roughness that inspection reads, from measured pairs"
    )

    @model_validator(mode="after")
    def _one_density(self) -> Population:
        if sum(item is not None for item in (self.density, self.edge_density, self.inspected)) != 1:
            accepted = "one of density, edge_density, [population.inspected] with count and area or length"
            raise CaseValueError("is not given once", accepted, "density")
        for key in ("aspect", "angle"):
            if getattr(self, key).law.endswith("tail"):
                raise CaseValueError("is a law of depths only", "another law", f"{key}.law")
        if self.depth.law.endswith("tail"):
            beyond = sum(value > self.depth.threshold for value in self.depth.values)
            if self.inspected is None:
                raise CaseValueError("needs the size on which its flaws were found", "inspected", "depth.law")
            if beyond < 3:
                raise CaseValueError(f"leaves {beyond} flaws beyond it", "at least three", "depth.threshold")
        return self
