"""Flaws as a case writes them: one model a kind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from rollmech.case.bridging import Bridging
from rollmech.case.groove import Points, check_points, sized_by_points
from rollmech.case.quantities import (
    CaseValueError,
    EnergyPerArea,
    Length,
    Pressure,
    Ratio,
    Sensitivity,
    SurfaceAngle,
    Tilt,
    quantity,
)
from rollmech.units import parse

Face = Literal["top", "bottom"]
StrainLimit = quantity("fraction", low="0", high="10")
FilledPart = quantity("fraction", low="0.1", high="1", open_low=False)
BondStrength = quantity("stress", low="0 Pa")
Misfit = quantity("fraction", low="-10 %", high="10 %", open_low=False)


class Fill(BaseModel):
    """Solid that fills a blunt flaw from its bottom and is bonded to its wall; it was put in after the web was made.

    `misfit` is the strain in every direction by which it would outgrow its cavity if it were free (negative: shrink).
    `bond_strength` (Pa) is the tension across the bond that it bears; None where it is not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    material: str = Field(description="name of a material")
    fraction: FilledPart = 1.0
    misfit: Misfit = 0.0
    bond_strength: BondStrength | None = None


class _Flaw(BaseModel):
    """What every flaw has: a layer, and the free face from which its depth counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bridging: Bridging | None = None

    @property
    def sharp(self) -> bool:
        """Whether a crack front exists, so that K decides; otherwise the peak stress does."""
        return True

    @property
    def filler(self) -> Fill | None:
        """What fills the flaw; None where nothing does."""
        return getattr(self, "fill", None)

    @property
    def filler_key(self) -> str:
        """Where the case names the filler's material."""
        return "flaws[0].fill.material"


class _FaceFlaw(_Flaw):
    """A flaw in the outermost layer at a face, with its depth (m)."""

    layer: str = Field(description="name of the layer that the flaw is in")
    face: Face = Field(description="free face of that layer that the flaw opens to")
    depth: Length

    @property
    def reach(self) -> float:
        """Depth (m) of the flaw's deepest point below the face."""
        return self.depth


class _WeakPlane(BaseModel):
    """What the plane of a sharp flaw keeps of the material's toughness, as along a grain boundary.

    `toughness_factor` multiplies the toughness; `toughness_source` says where it comes from.
    """

    toughness_factor: Ratio = 1.0
    toughness_source: str = ""

    @model_validator(mode="after")
    def _is_of_a_crack(self) -> _WeakPlane:
        if self.toughness_factor != 1.0 and not self.sharp:
            accepted = "no such key: a blunt flaw is compared with the strength"
            raise CaseValueError("is given for a flaw without a crack", accepted, "toughness_factor")
        return self


class Crack(_WeakPlane, _FaceFlaw):
    """Semi-elliptical surface crack.

    `length` is the full surface length 2c (m); `angle` (rad) lies between the surface trace and the web
    direction, so that 90 deg runs straight across the web; `tilt` (rad) between the crack's plane and the normal
    of the face. `depth` is that of the deepest point below the face, whatever the tilt.
    """

    kind: Literal["crack"]
    length: Length
    angle: SurfaceAngle = parse("90 deg", "angle")
    tilt: Tilt = 0.0


class HiddenCrack(_WeakPlane, _FaceFlaw):
    """Elliptical crack inside a layer, open to no face.

    `depth` is that of its centre below the face, `height` its full extent normal to the face and `length` its full
    length (m); `angle` and `tilt` (rad) as for a surface crack.
    """

    kind: Literal["hidden-crack"]
    height: Length
    length: Length
    angle: SurfaceAngle = parse("90 deg", "angle")
    tilt: Tilt = 0.0

    @property
    def reach(self) -> float:
        """Depth (m) of the deepest point."""
        return self.depth + self.height / 2


class CornerCrack(_WeakPlane, _FaceFlaw):
    """Quarter-elliptical crack straight across the web where the face meets the slit edge.

    `depth` is its extent along the edge, `length` the one along the face (m), from the edge to its tip.
    """

    kind: Literal["corner-crack"]
    length: Length


class EdgeChip(_WeakPlane, _FaceFlaw):
    """Chip out of the slit edge: quarter of an ellipsoid, or without a depth half an ellipse through the stack.

    `length` is the full extent (m) along the edge, `width` the one from the edge into the web, `depth` the one below
    the face; `root_crack` is the radius (m) of a quarter-circular crack where its root meets the face.
    """

    kind: Literal["edge-chip"]
    depth: Length | None = None
    length: Length
    width: Length
    root_crack: Length | None = None

    @property
    def sharp(self) -> bool:
        """A chip is sharp only with a crack at its root."""
        return self.root_crack is not None

    @property
    def reach(self) -> float:
        """Depth (m) of the deepest point that must stay in the layer: that of the crack where the chip goes on."""
        return max(self.depth or 0.0, self.root_crack or 0.0)


class CrackPair(_WeakPlane, _FaceFlaw):
    """Two equal semi-elliptical surface cracks straight across the web, side by side in one plane.

    `length` is the full surface length of each and `spacing` the distance between their centres (m).
    """

    kind: Literal["crack-pair"]
    length: Length
    spacing: Length


class Pit(_WeakPlane, _FaceFlaw):
    """Semi-ellipsoidal etch pit.

    `width` is the full surface diameter (m) across the web, `length` (default: the width) the one along it;
    `root_crack` is the radius (m) of a semicircular crack at the bottom.
    """

    kind: Literal["pit"]
    width: Length
    length: Length = Field(default=0.0, json_schema_extra=lambda schema: schema.pop("default"))
    root_crack: Length | None = None
    fill: Fill | None = None

    @model_validator(mode="before")
    @classmethod
    def _round_by_default(cls, data: Any) -> Any:
        """The length along the web is the width unless it is given."""
        if isinstance(data, dict) and "length" not in data and "width" in data:
            return {**data, "length": data["width"]}
        return data

    @property
    def sharp(self) -> bool:
        """A pit is sharp only with a crack at its root."""
        return self.root_crack is not None

    @property
    def reach(self) -> float:
        """Depth (m) of the root crack's tip, or of the pit without one."""
        return self.depth + (self.root_crack or 0.0)


class Pore(_FaceFlaw):
    """Ellipsoidal pore inside a layer, open to no face.

    `depth` is that of its centre below the face; `height`, `length` and `width` are its full extents (m) normal to the
    face, along and across the web; without a width it is long across the web. `pressure` (Pa) is that of gas in it.
    """

    kind: Literal["pore"]
    height: Length
    length: Length
    width: Length | None = None
    pressure: Pressure | None = None

    @property
    def sharp(self) -> bool:
        """A pore has a wall and no front."""
        return False

    @property
    def reach(self) -> float:
        """Depth (m) of the deepest point."""
        return self.depth + self.height / 2


class Particle(_FaceFlaw):
    """Ellipsoidal grain or inclusion of another material, bonded all round, that was there when the web was made.

    `height`, `length` and `width` are its full extents (m) normal to the face, along and across the web; without a
    width it is long across the web. `depth` is that of its centre below the face; without a depth it is the lower half
    of an ellipsoid, `height` deep and flush with the face. `misfit` is the strain in every direction by which it
    would outgrow its place if it were free, `bond_strength` (Pa) the tension across the bond that it bears.
    """

    kind: Literal["particle"]
    depth: Length | None = None
    height: Length
    length: Length
    width: Length | None = None
    material: str = Field(description="name of a material")
    misfit: Misfit = 0.0
    bond_strength: BondStrength | None = None

    @property
    def sharp(self) -> bool:
        """A particle has a wall and no front."""
        return False

    @property
    def reach(self) -> float:
        """Depth (m) of the deepest point."""
        return self.height if self.depth is None else self.depth + self.height / 2

    @property
    def filler(self) -> Fill:
        """The particle as the solid in a cavity of its own shape."""
        given = {key: getattr(self, key) for key in ("material", "misfit", "bond_strength")}
        return Fill.model_construct(**given)  # read already

    @property
    def filler_key(self) -> str:
        """Where the case names the particle's material."""
        return "flaws[0].material"


class Scratch(_WeakPlane, _FaceFlaw):
    """Scratch that is long across the web.

    Without `width` and `root_radius` it is a sharp, crack-like edge flaw, which may go on into deeper layers.
    Profile V with both is a groove whose straight flanks touch the root circle; profile U is semi-elliptical with
    half-width ``width / 2``.
    Profile "measured" goes through points of half a section (`file`, or the lists `across` and `below`), from the
    root to the face; they set `depth` and `width`.
    """

    kind: Literal["scratch"]
    profile: Literal["V", "U", "measured"] = "V"
    width: Length | None = None
    root_radius: Length | None = None
    across: Points | None = None
    below: Points | None = None
    file: str | None = None
    fill: Fill | None = None

    @model_validator(mode="before")
    @classmethod
    def _sized_by_points(cls, data: Any) -> Any:
        return sized_by_points(data) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _profile_is_complete(self) -> Scratch:
        check_points(self)
        if self.profile == "U" and self.root_radius is not None:
            message = "a U profile is semi-elliptical and has no free root radius"
            raise CaseValueError(message, 'width alone, or profile = "V"', "root_radius")
        if self.profile == "U" and self.width is None:
            raise CaseValueError("a U profile needs its opening width", 'a length, e.g. "3 um"', "width")
        if self.profile == "V" and (self.width is None) != (self.root_radius is None):
            missing = "width" if self.width is None else "root_radius"
            accepted = "both width and root_radius (blunt groove), or neither (sharp scratch)"
            raise CaseValueError("is missing for a blunt V groove", accepted, missing)
        if self.fill is not None and self.sharp:
            problem = "is given for a sharp scratch, whose faces touch"
            raise CaseValueError(problem, "a width of the scratch, or bridging in place of fill", "fill")
        if self.fill is not None and self.profile == "measured":
            raise CaseValueError("is not solved in a measured groove", "profile V or U", "fill")
        return self

    @property
    def sharp(self) -> bool:
        """A scratch without an opening is a crack."""
        return self.width is None


class InterfaceFlaw(_Flaw):
    """A flaw that ends on the far side of a layer, where the next one begins."""

    layer: str = Field(description="name of the layer on the near side of the interface, seen from `face`")
    face: Face = Field(description="free face of the stack from which the interface's depth counts")


class Channel(InterfaceFlaw):
    """Crack through all layers down to the interface that runs across the web in a steady state."""

    kind: Literal["channel"]


class Delamination(InterfaceFlaw):
    """Crack along the interface.

    `length` is the full length along the web, `width` the full width across it of an elliptical one (m; without it
    it goes straight across). `start` is "cut" where it spreads both ways from a crack through the layers above, which
    the web's stress opens, "spot" where these layers are whole, so that only the `pressure` (Pa) of gas opens it.
    `interface_toughness` (J/m^2) is that in pure opening; shear raises it by 1 + tan^2(`mode_sensitivity` psi), psi
    the phase of K l^(i eps) for the thickness l of the layers above.
    """

    kind: Literal["delamination"]
    start: Literal["cut", "spot"]
    length: Length
    width: Length | None = None
    pressure: Pressure | None = None
    interface_toughness: EnergyPerArea
    mode_sensitivity: Sensitivity = 0.0

    @model_validator(mode="after")
    def _is_driven(self) -> Delamination:
        if self.start == "cut":
            for key, why in (
                ("width", "a cut goes straight across the web"),
                ("pressure", "a cut lets gas out"),
            ):
                if getattr(self, key) is not None:
                    raise CaseValueError(f"is not read: {why}", 'no such key, or start = "spot"', key)
        elif self.pressure is None:
            problem = (
                "is missing: the layers above are whole, and tension or bending, which run along the interface, "
                "do not open it"
            )
            raise CaseValueError(problem, 'a stress, e.g. "0.1 MPa", or start = "cut"', "pressure")
        return self


class TileJoint(_Flaw):
    """Joint between tiles that lie on the layers below: a gap through the whole outer layer, straight across the web.

    `gap` is its width and `tile_length` the length of a tile along the web (m); `fill` what is in it, bonded to tiles
    and layer below. `strain_limit` is the strain along the web that the filler bears, `interface_toughness` (J/m^2)
    what parting a tile from the layer below takes.
    """

    kind: Literal["tile-joint"]
    layer: str = Field(description="name of the layer of tiles, outermost at `face`")
    face: Face = Field(description="free face of the tiles")
    gap: Length
    tile_length: Length
    fill: Fill | None = None
    strain_limit: StrainLimit | None = None
    interface_toughness: EnergyPerArea | None = None

    @model_validator(mode="after")
    def _suits_its_filler(self) -> TileJoint:
        if self.fill is None and self.strain_limit is not None:
            raise CaseValueError("is given for an empty gap", "a fill, or no strain_limit", "strain_limit")
        if self.fill is not None and self.fill.bond_strength is not None:
            problem = "is not read: the bond of a joint ends in corners, where no stress is claimed"
            raise CaseValueError(problem, "strain_limit of the joint", "fill.bond_strength")
        return self

    @property
    def sharp(self) -> bool:
        """It is judged by strain and mean stress."""
        return False


def largest_root_radius(depth: float, width: float) -> float:
    """Largest root radius (m) of a V groove of given depth and opening width (m).

    Flanks at half-angle b from the vertical run from (w/2, 0) tangentially to the root circle of centre depth
    d - r, so (w/2) cos b - (d - r) sin b = r, and the tangent point must lie below the surface:
    d >= r (1 - sin b). For w/2 <= d the flanks become vertical (b = 0) at r = w/2; for a groove wider than
    deep the flanks vanish when the circle itself passes through (w/2, 0): r = ((w/2)^2 + d^2) / (2 d).
    """
    half = width / 2
    return half if half <= depth else (half**2 + depth**2) / (2 * depth)


def _kind(data: Any) -> Any:
    """The `kind` of a flaw table or model."""
    return data.get("kind") if isinstance(data, dict) else getattr(data, "kind", None)


Flaw = Annotated[
    Annotated[Crack, Tag("crack")]
    | Annotated[HiddenCrack, Tag("hidden-crack")]
    | Annotated[CornerCrack, Tag("corner-crack")]
    | Annotated[EdgeChip, Tag("edge-chip")]
    | Annotated[CrackPair, Tag("crack-pair")]
    | Annotated[Pit, Tag("pit")]
    | Annotated[Pore, Tag("pore")]
    | Annotated[Particle, Tag("particle")]
    | Annotated[Scratch, Tag("scratch")]
    | Annotated[Channel, Tag("channel")]
    | Annotated[Delamination, Tag("delamination")]
    | Annotated[TileJoint, Tag("tile-joint")],
    Discriminator(_kind),
]
FLAW_KINDS: dict[str, type[_Flaw]] = {
    "crack": Crack,
    "hidden-crack": HiddenCrack,
    "corner-crack": CornerCrack,
    "edge-chip": EdgeChip,
    "crack-pair": CrackPair,
    "pit": Pit,
    "pore": Pore,
    "particle": Particle,
    "scratch": Scratch,
    "channel": Channel,
    "delamination": Delamination,
    "tile-joint": TileJoint,
}
