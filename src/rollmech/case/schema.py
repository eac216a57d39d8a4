"""The case: frozen pydantic models, SI floats inside, unknown keys refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from rollmech.case.depths import deepest, from_flaw, seen_from, tip_of
from rollmech.case.flaws import Face, Flaw
from rollmech.case.laws import Grading, Skin
from rollmech.case.line import Duration, Growth, Population, Storage, Strength
from rollmech.case.meshfile import MeshFile
from rollmech.case.profile import ResidualProfile
from rollmech.case.quantities import (
    CaseValueError,
    CoverPoisson,
    EnergyPerArea,
    Length,
    Misalignment,
    Pressure,
    Ratio,
    Ripple,
    Sensitivity,
    Speed,
    Stress,
    Target,
    Temperature,
    Tension,
    TensionOrZero,
    Wrap,
)
from rollmech.case.ranking import Ranking
from rollmech.case.surrogate import LibraryFile
from rollmech.case.tables import MaterialTable
from rollmech.materials import Material
from rollmech.units import parse

_ROOM = parse("25 degC", "temperature")
FORMAT = 1


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CaseValueError("is not a name", "a text that is not empty")
    return value


def _format(value: object) -> int:
    if type(value) is not int or value != FORMAT:
        raise CaseValueError("is not a format that this version reads", f"{FORMAT}")
    return value


Name = Annotated[str, BeforeValidator(_name)]


class Layer(_Model):
    """One layer of the stack: thickness (m), equibiaxial residual stress (Pa) in the flat unloaded web.

    A layer is of one material, or graded; the resolved case has plies of one material only.
    A `residual_profile` varies over the depth and comes on top. A damaged `skin` becomes a ply of its own.
    `work_of_adhesion`, `interface_toughness` (J/m^2) and `mode_sensitivity` are those of the interface to the layer
    listed before it; `rollmech films` holds what drives its parting against them.
    `laminated_at` and `removed_at` name the rollers from which on the layer is there, and gone (`case.changes`);
    `film_tension` (N/m) is what a laminated film brings of the tension there.
    """

    name: Name
    material: Name | None = None
    thickness: Length
    residual_stress: Stress | None = None
    graded: Grading | None = None
    residual_profile: ResidualProfile | None = None
    skin: Skin | None = None
    work_of_adhesion: EnergyPerArea | None = None
    interface_toughness: EnergyPerArea | None = None
    mode_sensitivity: Sensitivity | None = None
    laminated_at: Name | None = None
    removed_at: Name | None = None
    film_tension: Tension | None = None

    @model_validator(mode="after")
    def _is_of_something(self) -> Layer:
        moduli = self.graded is not None and any(isinstance(end, float) for end in self.graded.ends)
        if self.material is None and (self.graded is None or moduli):
            problem = "is missing" + (", an end of the grading is a bare modulus" if moduli else "")
            raise CaseValueError(problem, "a material, or graded between two materials", "material")
        if self.material is not None and self.graded is not None and not moduli:
            raise CaseValueError("is given besides a grading between materials", "one of them", "material")
        return self


class Web(_Model):
    """The web as a whole: width (m), speed (m/s), temperature (K) at which layers have no thermal stress."""

    width: Length | None = None
    speed: Speed | None = None
    stress_free_temperature: Temperature = _ROOM


class Nip(_Model):
    """A roller pressed against another: line force (N/m), radius (m), modulus (Pa) and Poisson's ratio of its cover."""

    force: Tension
    radius: Length
    modulus: Pressure
    poisson_ratio: CoverPoisson = 0.48


class Roller(_Model):
    """One roller: radius (m), wrap (rad), the face it touches, tension (N/m), temperature (K).

    `span` is the free length of web (m) before it, `misalignment` the angle (rad) between its axis and the one before
    in the plane of that span, `tension_ripple` the amplitude of the tension over its mean, `driven` says whether it can
    change the tension.
    """

    name: Name
    radius: Length
    wrap: Wrap
    touches: Face
    tension: Tension
    temperature: Temperature = _ROOM
    span: Length | None = None
    misalignment: Misalignment = 0.0
    tension_ripple: Ripple = 0.0
    driven: Annotated[bool, Field(strict=True)] = False
    nip: Nip | None = None


class StressLoad(_Model):
    """Far stresses (Pa) of the flawed layer; bending ones are the values at its flawed face."""

    membrane_stress: Stress = 0.0
    bending_stress: Stress = 0.0
    cross_membrane_stress: Stress = 0.0
    cross_bending_stress: Stress = 0.0


class WebLoad(_Model):
    """A web under tension (N/m), bent to a radius (m; None is flat) that stretches one face."""

    tension: TensionOrZero = 0.0
    bend_radius: Length | None = None
    stretches: Face | None = None


def _load_form(data: Any) -> str:
    """Which form of load a table has; `checks` refuses a mixture and an empty table."""
    if isinstance(data, BaseModel):
        return "stress" if isinstance(data, StressLoad) else "web"
    return "web" if isinstance(data, dict) and set(data) & set(WebLoad.model_fields) else "stress"


Load = Annotated[
    Annotated[StressLoad, Tag("stress")] | Annotated[WebLoad, Tag("web")], Discriminator(_load_form)
]


class PatchEnds(_Model):
    """Real ends of a finite plate: half-length along and half-width across the web (m); None is far away."""

    half_length: Length | None = None
    half_width: Length | None = None


class Treatment(_Model):
    """A surface treatment that supplies the flaw keys which the case does not give.

    The dump of a resolved case also writes `basis` (where the flaw's numbers come from) and `assumed` (flaw keys
    that the treatment supplied, with their values).
    """

    name: Name
    severity: Literal["low", "mid", "high"] = "mid"
    basis: str = ""
    assumed: dict[str, str] = {}


class Accuracy(_Model):
    """Relative error aimed at, on K and on the stress concentration."""

    target: Target = 0.01


def _count(value: object) -> int:
    if type(value) is not int or value < 1:
        raise CaseValueError("is not a number of elements", "a whole number of at least 1")
    return value


class Limits(_Model):
    """What a solve may cost: expected elements of the second mesh, which is always solved; time (s) for one mesh."""

    elements: Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1})] = (
        150_000
    )
    meshing_time: Duration = 600.0


class Verdict(_Model):
    """Allowed part of the toughness or of the strength."""

    allowable_ratio: Ratio = 1.0


class Output(_Model):
    """What a run writes besides its numbers."""

    pictures: Annotated[bool, Field(strict=True)] = True


class Case(_Model):
    """A whole case. `load_case` and `parse_case` also check it across its parts and resolve its materials."""

    format: Annotated[int, BeforeValidator(_format), WithJsonSchema({"const": FORMAT})]
    title: Name
    stack: Annotated[tuple[Layer, ...], Field(description="at least one [[stack]] entry, bottom to top")]
    materials: dict[str, MaterialTable] = {}
    flaws: Annotated[tuple[Flaw, ...], Field(description="none or one for now")] = ()
    treatment: Treatment | None = None
    web: Web = Web()
    rollers: tuple[Roller, ...] = ()
    storage: Storage | None = None
    growth: Growth | None = None
    strength: Strength | None = None
    population: Population | None = None
    ranking: Ranking | None = None
    load: Load | None = None
    patch: PatchEnds = PatchEnds()
    mesh: MeshFile | None = None
    library: LibraryFile | None = None
    accuracy: Accuracy = Accuracy()
    limits: Limits = Limits()
    verdict: Verdict = Verdict()
    output: Output = Output()

    def __repr__(self) -> str:
        layers = ", ".join(layer.name for layer in self.stack)
        flaw = f"{self.flaw.kind} in {self.flaw.layer}" if self.flaw else "no flaw"
        line = f"{len(self.rollers)} rollers" if self.rollers else "a load"
        return f"<Case '{self.title}': {layers}; {flaw}; {line}>"

    __str__ = __repr__

    @property
    def flaw(self) -> Flaw | None:
        """The one flaw, if any."""
        return self.flaws[0] if self.flaws else None

    @property
    def flawed_index(self) -> int | None:
        """Index in `stack` (from the bottom) of the outermost layer at the flaw's face, thin covers apart, or None."""
        if self.flaw is None:
            return None
        covers = len(self.covers)
        return len(self.stack) - 1 - covers if self.flaw.face == "top" else covers

    @property
    def inwards(self) -> tuple[Layer, ...]:
        """Layers from the flaw's face inwards, thin covers left out; bottom to top without a flaw."""
        layers = seen_from(self.flaw.face if self.flaw else "bottom", self.stack)
        return from_flaw(self.flaw, layers) if self.flaw else layers

    @property
    def covers(self) -> tuple[Layer, ...]:
        """Layers on the one that a crack opens in, the next one first: too thin to count in its depth."""
        if self.flaw is None:
            return ()
        outer = len(self.stack) - len(self.inwards)
        return seen_from(self.flaw.face, self.stack)[:outer][::-1]

    @property
    def flaw_depth(self) -> float:
        """Depth (m) of the flaw's deepest point below its face; 0 without one."""
        return deepest(self.flaw, self.inwards) if self.flaw else 0.0

    @property
    def tip_layer(self) -> str | None:
        """Name of the layer that the flaw's deepest point lies in, whose resistance decides; of an interface the
        layer on the near side. None without a flaw."""
        return tip_of(self.flaw, self.inwards).name if self.flaw else None

    def layer(self, name: str) -> Layer:
        """The layer of that name; raises KeyError if there is none."""
        for layer in self.stack:
            if layer.name == name:
                return layer
        raise KeyError(name)

    def material_of(self, layer_name: str) -> Material:
        """Resolved material of a layer, each property with its source."""
        name = self.layer(layer_name).material
        return self.materials[name].material(name)


SECTIONS: dict[str, Literal["list", "table"]] = {
    "stack": "list",
    "flaws": "list",
    "rollers": "list",
    "treatment": "table",
    "web": "table",
    "storage": "table",
    "growth": "table",
    "strength": "table",
    "population": "table",
    "ranking": "table",
    "load": "table",
    "patch": "table",
    "mesh": "table",
    "library": "table",
    "accuracy": "table",
    "limits": "table",
    "verdict": "table",
    "output": "table",
}
