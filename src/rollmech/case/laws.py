"""Laws as a case writes them: mixture, porosity, relaxation and liquid of a material, grading and skin of a layer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from rollmech.case.quantities import CaseValueError, Length, Stress, quantity
from rollmech.materials import graded, porosity

Fraction = quantity("fraction", low="0", high="1", open_low=False)
Number = quantity("fraction")
Positive = quantity("fraction", low="0")
Share = quantity("fraction", low="0.01", high="10", open_low=False)
Time = quantity("time", low="0 s")
Bulk = quantity("stress", low="0 Pa")

MixtureRule = Literal[
    "voigt",
    "reuss",
    "hashin-shtrikman lower",
    "hashin-shtrikman upper",
    "mori-tanaka",
    "self-consistent",
    "halpin-tsai",
]


class _Law(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mixture(_Law):
    """Matrix with a volume fraction of filler; values that the material states itself win over the rule."""

    matrix: str
    filler: str
    volume_fraction: Fraction
    rule: MixtureRule
    cte_rule: Literal["levin", "turner", "volume"] = "levin"
    aspect_ratio: Positive | None = None

    @model_validator(mode="after")
    def _aspect_ratio_is_halpin_tsais(self) -> Mixture:
        if self.aspect_ratio is not None and self.rule != "halpin-tsai":
            message = f'is not read by the rule "{self.rule}"'
            raise CaseValueError(message, 'no aspect_ratio, or rule = "halpin-tsai"', "aspect_ratio")
        return self


class Porosity(_Law):
    """Pores in the material of that name, whose own values are those of the solid without (more) pores."""

    fraction: Fraction
    law: Literal[
        "spriggs", "coble-kingery", "phani-niyogi", "hashin-shtrikman", "self-consistent", "gibson-ashby"
    ]
    solid: str | None = Field(default=None, description="material of the solid; default: this material")
    a: Positive | None = None
    b: Number | None = None
    n: Positive | None = None
    C: Positive | None = None
    toughness_law: porosity.ToughnessLaw | None = None
    toughness_b: Number | None = None
    strength_b: Number | None = None

    @model_validator(mode="after")
    def _parameters_fit_the_law(self) -> Porosity:
        wanted = porosity.LAWS[self.law].parameters
        for key in ("a", "b", "n", "C"):
            given = getattr(self, key) is not None
            if given and key not in wanted:
                raise CaseValueError(f"is not read by {self.law}", ", ".join(wanted) or "no parameter", key)
            if not given and key in wanted and wanted[key] is None:
                raise CaseValueError("is missing", f"a number, {porosity.LAWS[self.law].source}", key)
        if (self.toughness_b is None) == (self.toughness_law == "exponential"):
            accepted = 'toughness_b together with toughness_law = "exponential", or neither'
            raise CaseValueError("does not fit toughness_law", accepted, "toughness_b")
        return self

    @property
    def parameters(self) -> dict[str, float]:
        """Every parameter of the law, defaults filled in."""
        defaults = porosity.LAWS[self.law].parameters
        return {
            key: default if (given := getattr(self, key)) is None else given
            for key, default in defaults.items()
        }


class Relaxation(_Law):
    """Relaxation of the material's Young's modulus, which is then the instantaneous one.

    `fractions` and `times` belong to the Prony series; Maxwell takes one time; the standard linear solid one
    fraction and one time; the power law one time and `exponent`. `time` replaces the time on the roller.
    """

    model: Literal["prony", "maxwell", "standard-linear-solid", "power"]
    times: Annotated[tuple[Time, ...], Field(description='relaxation times, e.g. ["0.1 s", "10 s"]')]
    fractions: Annotated[
        tuple[Fraction, ...], Field(description="part of the modulus lost with each time")
    ] = ()
    exponent: Positive | None = None
    modulus: Literal["relaxation", "secant"] = "relaxation"
    poisson: Literal["elastic bulk", "constant"] = "elastic bulk"
    time: Time | None = None

    @model_validator(mode="after")
    def _numbers_fit_the_model(self) -> Relaxation:
        if not self.times or (self.model != "prony" and len(self.times) != 1):
            wanted = "at least one time" if self.model == "prony" else "one time"
            raise CaseValueError(f"does not fit {self.model}", wanted, "times")
        count = {"prony": len(self.times), "standard-linear-solid": 1}.get(self.model, 0)
        if len(self.fractions) != count:
            wanted = "one fraction for each time" if count else f"no fractions with {self.model}"
            raise CaseValueError(f"does not fit {self.model}", wanted, "fractions")
        if sum(self.fractions) > 1 + 1e-12:
            raise CaseValueError(f"adds up to {sum(self.fractions):.6g}", "a sum of at most 1", "fractions")
        if (self.exponent is None) == (self.model == "power"):
            raise CaseValueError(f"does not fit {self.model}", "a number for power, else none", "exponent")
        return self


class Liquid(_Law):
    """A liquid: no shear stiffness, a bulk modulus (Pa)."""

    bulk_modulus: Bulk


def _count(value: object) -> int:
    if type(value) is not int or not 2 <= value <= graded.MOST_SUBLAYERS:
        raise CaseValueError(
            "is no number of sublayers", f"a whole number from 2 to {graded.MOST_SUBLAYERS}, or none: chosen"
        )
    return value


_COUNTS = {"type": "integer", "minimum": 2, "maximum": graded.MOST_SUBLAYERS}
Sublayers = Annotated[int, BeforeValidator(_count), WithJsonSchema(_COUNTS)]


class Grading(_Law):
    """Modulus through a layer from its bottom to its top face; ends are materials or moduli.

    A modulus as an end takes everything else from the layer's `material`.
    """

    bottom: str = Field(description='material or modulus at the bottom face, e.g. "LLZTO" or "150 GPa"')
    top: str = Field(description="material or modulus at the top face")
    law: Literal["linear", "power", "exponential"] = "linear"
    exponent: Positive | None = None
    sublayers: Sublayers | None = None

    @model_validator(mode="after")
    def _exponent_is_the_power_laws(self) -> Grading:
        if (self.exponent is None) == (self.law == "power"):
            raise CaseValueError(f"does not fit {self.law}", "a number for power, else none", "exponent")
        return self

    @property
    def ends(self) -> tuple[str | float, str | float]:
        """Bottom and top: the name of a material, or a modulus (Pa)."""
        return _end(self.bottom), _end(self.top)


_MODULUS = next(item.func for item in Stress.__metadata__ if hasattr(item, "func"))


class Skin(_Law):
    """A damaged skin of a layer: its thickness (m) and what it keeps of the layer's properties.

    `residual_stress` (Pa) is that of the skin in the flat, unloaded web; without one the skin has the layer's.
    """

    face: Literal["top", "bottom"]
    thickness: Length
    modulus_ratio: Share = 1.0
    toughness_ratio: Share = 1.0
    strength_ratio: Share = 1.0
    residual_stress: Stress | None = None


def _end(text: str) -> str | float:
    try:
        return _MODULUS(text)
    except CaseValueError:
        return text


def constituents(table: Any) -> tuple[str, ...]:
    """Names of the materials that a material table or a layer builds on; none without a law."""
    mixture, pores, grading = (getattr(table, key, None) for key in ("mixture", "porosity", "graded"))
    names = [mixture.matrix, mixture.filler] if mixture else []
    names += [pores.solid] if pores and pores.solid else []
    names += [end for end in grading.ends if isinstance(end, str)] if grading else []
    return tuple(names)
