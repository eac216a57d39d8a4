"""Checks across the parts of a case. Each takes what could be read and yields faults; nothing is raised.

A part that already has a fault of its own is None here, and a check that needs it stays silent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import cos, isclose, sin

from rollmech.case.depths import DEEPEST, deepest, seen_from, tip_faults, tip_of
from rollmech.case.flaws import (
    Channel,
    CornerCrack,
    Crack,
    CrackPair,
    Delamination,
    Flaw,
    HiddenCrack,
    InterfaceFlaw,
    Pit,
    Pore,
    Scratch,
    largest_root_radius,
)
from rollmech.case.laws import constituents
from rollmech.case.line import Growth, Population, Storage, Strength
from rollmech.case.meshfile import NAMED_FACES, MeshFile, file_faults
from rollmech.case.schema import Case, Layer, Load, PatchEnds, Roller, StressLoad, Web, WebLoad
from rollmech.case.tables import MaterialTable
from rollmech.errors import Fault, nearest
from rollmech.materials import canonical_name, library
from rollmech.materials.library import unknown_material
from rollmech.units import show

_SLENDEREST_SPOT = 5.0  # axis of a delaminated spot over its other one
_THINNEST = 20.0  # size of a delaminated spot over the layers above it; larger ones take minutes
_LONGEST = 60.0  # length of a crack over its depth; longer ones take minutes and tend to the scratch
_NEAREST = 0.1  # gap between two cracks over the smaller semi-axis
_FLATTEST = 5.0  # extent of a pore over its height, or the height over it
_SLENDEREST = 10.0  # axis of a hidden, corner or paired crack over its other one
_OWN_MESH_FLAWS = ("crack", "pit", "scratch")
THINNEST_SKIN, THICKEST_SKIN = 1 / 200, 0.5  # thickness of a skin over that of its layer
_BALANCE = 1e-6  # relative force that residual stresses may leave over
_PROFILE_BALANCE = 0.01  # the same for measured points, which never balance exactly


@dataclass(frozen=True)
class Parts:
    """The readable parts of a case; `mapping` is what was given, for counting and for keys."""

    mapping: Mapping[str, object]
    stack: tuple[Layer | None, ...] = ()
    flaws: tuple[Flaw | None, ...] = ()
    rollers: tuple[Roller | None, ...] = ()
    materials: Mapping[str, MaterialTable | None] = field(default_factory=dict)
    web: Web | None = None
    load: Load | None = None
    patch: PatchEnds | None = None
    mesh: MeshFile | None = None
    storage: Storage | None = None
    growth: Growth | None = None
    strength: Strength | None = None
    population: Population | None = None

    @property
    def flaw(self) -> Flaw | None:
        """The flaw, if it is the only one."""
        return self.flaws[0] if len(self.flaws) == 1 else None

    @property
    def flawed(self) -> Layer | None:
        """The flaw's layer, if both could be read."""
        return next(
            (item for item in self.stack if item and self.flaw and item.name == self.flaw.layer), None
        )

    @property
    def inwards(self) -> tuple[Layer, ...]:
        """Layers from the flaw's face inwards; empty if one of them, the flaw or its layer could not be read."""
        if self.flaw is None or self.flawed is None or None in self.stack:
            return ()
        return seen_from(self.flaw.face, self.stack)

    @property
    def tip(self) -> Layer | None:
        """The layer of the flaw's deepest point, if all layers could be read."""
        return tip_of(self.flaw, self.inwards) if self.inwards else None


def cross_faults(parts: Parts) -> list[Fault]:
    """Every fault between the parts."""
    checks = (
        _some_layer,
        _names,
        _one_flaw,
        _layer_of_flaw,
        _free_face,
        _interface,
        _flaw_fits,
        _spot,
        _hidden,
        _crack_length,
        _pair,
        _notch,
        _patch_holds_flaw,
    )
    checks += (
        _residual_stress,
        _residual_profile,
        _skin,
        _one_load,
        _load_form,
        _known_materials,
        _needed_properties,
        _own_mesh,
    )
    from rollmech.case.line_checks import line_faults  # it reads the parts that are declared here

    return [fault for check in (*checks, line_faults) for fault in check(parts)]


def _rounded(value: float, dimension: str) -> str:
    """A derived value for a message, without rounding noise."""
    return show(float(f"{value:.5g}"), dimension)


def _some_layer(parts: Parts) -> Iterator[Fault]:
    if parts.mapping.get("stack") == []:
        yield Fault("stack", "[]", "is empty", "at least one [[stack]] entry")


def _names(parts: Parts) -> Iterator[Fault]:
    for section, items in (("stack", parts.stack), ("rollers", parts.rollers)):
        counts = Counter(item.name for item in items if item)
        for name, count in counts.items():
            if count > 1:
                yield Fault(
                    f"{section}.name",
                    f'"{name}"',
                    f"is used {count} times",
                    "a different name for each entry",
                )


def _one_flaw(parts: Parts) -> Iterator[Fault]:
    if len(parts.flaws) > 1:
        reason = "interacting flaws are not solved yet"
        yield Fault("flaws", f"{len(parts.flaws)} entries", reason, "none or one [[flaws]] entry")


def _layer_of_flaw(parts: Parts) -> Iterator[Fault]:
    names = [layer.name for layer in parts.stack if layer]
    if parts.flaw and parts.flawed is None and None not in parts.stack:
        wanted = parts.flaw.layer
        accepted = ", ".join(f'"{name}"' for name in names)
        yield Fault(
            "flaws[0].layer", f'"{wanted}"', "is no layer of the stack", accepted, nearest(wanted, names)
        )


def _interface(parts: Parts) -> Iterator[Fault]:
    """A channel crack and a delamination need a layer beyond theirs."""
    if isinstance(parts.flaw, InterfaceFlaw) and parts.inwards and parts.inwards[-1] is parts.flawed:
        others = ", ".join(f'"{layer.name}"' for layer in parts.inwards[:-1])
        problem = f"is the last layer seen from the {parts.flaw.face} face: there is no interface under it"
        accepted = others or "a stack of at least two layers"
        yield Fault("flaws[0].layer", f'"{parts.flaw.layer}"', problem, accepted)


def _spot(parts: Parts) -> Iterator[Fault]:
    """An elliptical delamination that the mesh can bear: neither too slender nor too large for its cover."""
    flaw = parts.flaw
    if not isinstance(flaw, Delamination) or flaw.width is None:
        return
    low, high = flaw.length / _SLENDEREST_SPOT, flaw.length * _SLENDEREST_SPOT
    if not low * (1 - 1e-12) <= flaw.width <= high * (1 + 1e-12):
        accepted = (
            f"between {_rounded(low, 'length')} and {_rounded(high, 'length')}, or no width: straight across"
        )
        problem = f"is {flaw.width / flaw.length:.3g} times the length"
        yield Fault("flaws[0].width", f'"{show(flaw.width, "length")}"', problem, accepted)
    if parts.inwards:
        limit = _THINNEST * deepest(flaw, parts.inwards)
        for key in ("length", "width"):
            if getattr(flaw, key) > limit * (1 + 1e-12):
                given = show(getattr(flaw, key), "length")
                problem = f"is more than {_THINNEST:g} times the thickness of the layers above"
                accepted = f"at most {_rounded(limit, 'length')}, or no width: straight across"
                yield Fault(f"flaws[0].{key}", f'"{given}"', problem, accepted)


def _free_face(parts: Parts) -> Iterator[Fault]:
    if parts.flaw is None or parts.flawed is None or isinstance(parts.flaw, InterfaceFlaw):
        return
    index = parts.stack.index(parts.flawed)
    free = {"bottom": index == 0, "top": index == len(parts.stack) - 1}
    if not free[parts.flaw.face]:
        faces = [f'"{face}"' for face, is_free in free.items() if is_free]
        bottom, top = (item.name if item else "?" for item in (parts.stack[0], parts.stack[-1]))
        accepted = ", ".join(faces) or f'a free face: the bottom of "{bottom}" or the top of "{top}"'
        yield Fault(
            "flaws[0].face",
            f'"{parts.flaw.face}"',
            f'of "{parts.flawed.name}" is covered by another layer',
            accepted,
        )


def _flaw_fits(parts: Parts) -> Iterator[Fault]:
    if parts.flaw is None or parts.flawed is None or isinstance(parts.flaw, InterfaceFlaw):
        return
    if isinstance(parts.flaw, Scratch) and parts.flaw.sharp:
        if parts.inwards and not any(layer.graded for layer in parts.inwards):
            yield from tip_faults(parts.flaw, parts.inwards)
        return
    limit = DEEPEST * parts.flawed.thickness
    if parts.flaw.reach > limit * (1 + 1e-12):
        root = getattr(parts.flaw, "root_crack", None)
        what = "with its root_crack reaches" if root else "reaches"
        depth, thickness = (_rounded(value, "length") for value in (parts.flaw.reach, parts.flawed.thickness))
        problem = f'{what} {depth} into the {thickness} of "{parts.flawed.name}"'
        accepted = f"at most {DEEPEST:g} of the thickness, {_rounded(limit, 'length')}"
        yield Fault("flaws[0].depth", f'"{show(parts.flaw.depth, "length")}"', problem, accepted)


def _hidden(parts: Parts) -> Iterator[Fault]:
    """A flaw below the face keeps as much clear of it as any flaw does of the other one."""
    flaw = parts.flaw
    if not isinstance(flaw, HiddenCrack | Pore) or parts.flawed is None:
        return
    room = flaw.depth - (1 - DEEPEST) * parts.flawed.thickness
    if flaw.height / 2 > room * (1 + 1e-12):
        depth = show(flaw.depth, "length")
        problem = f"reaches too near to the face with its centre {depth} below it"
        limit = f"at most {_rounded(2 * room, 'length')}" if room > 0 else "a deeper centre"
        kind = "crack" if flaw.sharp else "pit"
        accepted = f'{limit}, or kind = "{kind}" for one that is open to the face'
        yield Fault("flaws[0].height", f'"{show(flaw.height, "length")}"', problem, accepted)


def _crack_length(parts: Parts) -> Iterator[Fault]:
    flaw = parts.flaw
    if isinstance(flaw, HiddenCrack | CornerCrack | CrackPair):
        yield from _slenderness(flaw)
    if isinstance(flaw, Pore):
        yield from _pore_shape(flaw)
    if isinstance(flaw, Crack) and flaw.length > _LONGEST * flaw.depth * (1 + 1e-12):
        limit = _rounded(_LONGEST * flaw.depth, "length")
        problem = f"is {flaw.length / flaw.depth:.3g} times the depth"
        accepted = (
            f'at most {_LONGEST:g} times the depth, {limit}, or kind = "scratch" without a length: '
            "a crack across the whole web, whose K is the upper limit"
        )
        yield Fault("flaws[0].length", f'"{show(flaw.length, "length")}"', problem, accepted)


def _slenderness(flaw: HiddenCrack | CornerCrack | CrackPair) -> Iterator[Fault]:
    key = "height" if isinstance(flaw, HiddenCrack) else "depth"
    extent = getattr(flaw, key)
    if not extent / _SLENDEREST <= flaw.length <= _SLENDEREST * extent:
        low, high = _rounded(extent / _SLENDEREST, "length"), _rounded(_SLENDEREST * extent, "length")
        problem = f"is {flaw.length / extent:.3g} times the {key}"
        accepted = f"between {low} and {high}: an axis of at most {_SLENDEREST:g} times the other"
        yield Fault("flaws[0].length", f'"{show(flaw.length, "length")}"', problem, accepted)


def _pore_shape(pore: Pore) -> Iterator[Fault]:
    """Curvature that elements can follow: a flatter pore is a crack."""
    for key in ("length", "width"):
        extent = getattr(pore, key)
        if extent and not pore.height / _FLATTEST <= extent <= pore.height * _FLATTEST:
            low, high = (_rounded(x, "length") for x in (pore.height / _FLATTEST, pore.height * _FLATTEST))
            problem = f"is {extent / pore.height:.3g} times the height"
            accepted = f'between {low} and {high}, or kind = "hidden-crack" for a slit across the web'
            yield Fault(f"flaws[0].{key}", f'"{show(extent, "length")}"', problem, accepted)


def _pair(parts: Parts) -> Iterator[Fault]:
    """Room between two cracks that elements can fill; nearer ones are better taken as one."""
    pair = parts.flaw
    if not isinstance(pair, CrackPair):
        return
    least = pair.length + _NEAREST * min(pair.depth, pair.length / 2)
    if pair.spacing < least * (1 - 1e-12):
        length = show(pair.length, "length")
        problem = f"leaves less than {_NEAREST:g} of the smaller semi-axis between two cracks {length} long"
        both = _rounded(max(pair.spacing, 0.0) + pair.length, "length")
        accepted = (
            f'at least {_rounded(least, "length")}, or kind = "crack" with length = "{both}": both as one'
        )
        yield Fault("flaws[0].spacing", f'"{show(pair.spacing, "length")}"', problem, accepted)


def _notch(parts: Parts) -> Iterator[Fault]:
    flaw = parts.flaw
    if isinstance(flaw, Scratch) and flaw.width and flaw.root_radius:
        limit = largest_root_radius(flaw.depth, flaw.width)
        if flaw.root_radius > limit * (1 + 1e-12):
            depth, width = show(flaw.depth, "length"), show(flaw.width, "length")
            problem = f"does not fit a V groove {depth} deep and {width} wide"
            value = f'"{show(flaw.root_radius, "length")}"'
            yield Fault("flaws[0].root_radius", value, problem, f"at most {_rounded(limit, 'length')}")


def _patch_holds_flaw(parts: Parts) -> Iterator[Fault]:
    if parts.flaw is None or parts.patch is None:
        return
    for key, half, reach in (
        ("half_length", parts.patch.half_length, _half_extents(parts.flaw)[0]),
        ("half_width", parts.patch.half_width, _half_extents(parts.flaw)[1]),
    ):
        if half is not None and reach >= half:
            problem = f"does not hold the flaw, which reaches {_rounded(reach, 'length')} from its centre"
            yield Fault(f"patch.{key}", f'"{show(half, "length")}"', problem, "more than the flaw's reach")


def _half_extents(flaw: Flaw) -> tuple[float, float]:
    """Half-extents (m) of the flaw along and across the web; a scratch has no ends across the web."""
    if isinstance(flaw, CornerCrack):
        return 0.0, flaw.length
    if isinstance(flaw, CrackPair):
        return 0.0, (flaw.spacing + flaw.length) / 2
    if isinstance(flaw, Crack | HiddenCrack):
        return abs(flaw.length / 2 * cos(flaw.angle)), abs(flaw.length / 2 * sin(flaw.angle))
    if isinstance(flaw, Pit | Pore | Delamination):
        return flaw.length / 2, (flaw.width or 0.0) / 2
    if isinstance(flaw, Channel):
        return 0.0, 0.0
    return (flaw.width or 0.0) / 2, 0.0


def _own_mesh(parts: Parts) -> Iterator[Fault]:
    if parts.mesh is None:
        return
    if "flaws" not in parts.mapping:
        yield Fault("mesh", "", "is given, but no flaw", "a [[flaws]] entry that says what the mesh holds")
    if parts.flaw and parts.flaw.kind not in _OWN_MESH_FLAWS:
        accepted = "no [mesh], or a flaw of kind " + ", ".join(_OWN_MESH_FLAWS)
        yield Fault("mesh", "", f"is not read for a flaw of kind {parts.flaw.kind}", accepted)
    if isinstance(parts.flaw, Scratch) and parts.flaw.profile == "measured":
        yield Fault("mesh", "", "is not read for a measured groove", "no [mesh], or profile V or U")
    if parts.flaw and parts.flaw.filler is not None:
        yield Fault("mesh", "", "is not read for a filled flaw", "no [mesh], or no fill of the flaw")
    yield from file_faults(parts.mesh)
    layers = [layer.name for layer in parts.stack if layer]
    known = {"regions": layers if len(layers) == len(parts.stack) else None, "faces": list(NAMED_FACES)}
    for table, names in known.items():
        for name in getattr(parts.mesh, table):
            if names is not None and name not in names:
                problem = "is no layer of the stack" if table == "regions" else "is no face to name"
                yield Fault(f"mesh.{table}.{name}", "", problem, ", ".join(names), nearest(name, names))


def _residual_stress(parts: Parts) -> Iterator[Fault]:
    layers = [layer for layer in parts.stack if layer]
    stated = [_stated_force(layer) for layer in layers]
    if len(layers) < len(parts.stack) or None in stated or not layers:
        return
    force = sum(force for force, _ in stated)
    if abs(force) <= sum(room for _, room in stated):
        return
    first, left = layers[0], _rounded(force, "force_per_width")
    if any(layer.residual_profile and layer.residual_profile.held == "flat" for layer in layers):
        accepted = 'stresses that balance, or held = "constrained": the web then relieves what is left over'
        yield Fault("stack.residual_profile", "", f"of a flat web leaves a net force of {left}", accepted)
    elif len(layers) == 1:
        key, value = f"stack.{first.name}.residual_stress", f'"{show(first.residual_stress, "stress")}"'
        yield Fault(key, value, "cannot balance in a single layer", '"0 MPa", or leave it out')
    else:
        accepted = "a sum of stress times thickness of zero"
        yield Fault("stack.residual_stress", "", f"leaves a net force of {left}", accepted)


def _stated_force(layer: Layer) -> tuple[float, float] | None:
    """Residual force of a layer in the flat web and how much of it may be left over (N/m); None if not stated."""
    profile = layer.residual_profile
    flat = profile is not None and profile.held == "flat"
    if layer.residual_stress is None and not flat:
        return None
    uniform = (layer.residual_stress or 0.0) * layer.thickness
    if layer.skin and layer.skin.residual_stress is not None:
        uniform += (layer.skin.residual_stress - (layer.residual_stress or 0.0)) * layer.skin.thickness
    force, size = profile.forces(layer.thickness) if flat else (0.0, 0.0)
    return uniform + force, _BALANCE * abs(uniform) + _PROFILE_BALANCE * size


def _residual_profile(parts: Parts) -> Iterator[Fault]:
    for layer in filter(None, parts.stack):
        profile, key = layer.residual_profile, f"stack.{layer.name}.residual_profile"
        if profile is None:
            continue
        if layer.graded is not None:
            yield Fault(key, "", "is given for a graded layer", "a layer of one material")
        if isinstance(parts.load, StressLoad):
            accepted = "rollers, or a load by tension and bend_radius: the stresses of [load] leave no room for others"
            yield Fault(key, "", "is given beside a load by stresses", accepted)
        thickness = _rounded(layer.thickness, "length")
        if profile.shape == "linear" and profile.length > layer.thickness * (1 + 1e-9):
            problem = f"is deeper than the {thickness} of the layer"
            yield Fault(
                f"{key}.length", f'"{show(profile.length, "length")}"', problem, f"at most {thickness}"
            )
        if profile.depth is None:
            continue
        last = f'"{show(profile.depth[-1], "length")}"'
        if profile.depth[-1] > layer.thickness * (1 + 1e-9):
            yield Fault(
                f"{key}.depth", last, f"is deeper than the {thickness} of the layer", f"at most {thickness}"
            )
        elif profile.stress[-1] and profile.depth[-1] < layer.thickness * (1 - 1e-9):
            problem = f"ends at {last} with a stress and does not say what follows"
            accepted = f'a last point of "0 MPa", or one at the other face, "{thickness}"'
            yield Fault(f"{key}.stress", f'"{show(profile.stress[-1], "stress")}"', problem, accepted)


def _skin(parts: Parts) -> Iterator[Fault]:
    """A skin is a thin ply of a layer of one solid material."""
    for layer in parts.stack:
        if layer is None or layer.skin is None:
            continue
        key, skin = f"stack.{layer.name}.skin", layer.skin
        for other in ("graded", "residual_profile"):
            if getattr(layer, other) is not None:
                yield Fault(key, "", f"is given beside {other}", "one of them")
        low, high = THINNEST_SKIN * layer.thickness, THICKEST_SKIN * layer.thickness
        if not low * (1 - 1e-12) <= skin.thickness <= high * (1 + 1e-12):
            problem = f"is {skin.thickness / layer.thickness:.2g} of the thickness of its layer"
            accepted = f"between {_rounded(low, 'length')} and {_rounded(high, 'length')}"
            if skin.thickness < low:
                accepted += "; a thinner skin acts by its force alone: a residual_profile of the layer that ends there"
            yield Fault(f"{key}.thickness", f'"{show(skin.thickness, "length")}"', problem, accepted)


def _one_load(parts: Parts) -> Iterator[Fault]:
    has_rollers, has_load = bool(parts.mapping.get("rollers")), "load" in parts.mapping
    if has_rollers == has_load:
        problem = "both are given" if has_rollers else "neither is given"
        yield Fault("rollers, load", "", problem, "either [[rollers]] or [load]")


def _load_form(parts: Parts) -> Iterator[Fault]:
    table = parts.mapping.get("load")
    if not isinstance(table, dict):
        return
    stress, web = list(StressLoad.model_fields), list(WebLoad.model_fields)
    both = f"either stresses ({', '.join(stress)}) or the web form ({', '.join(web)})"
    given = [key for key in table if key in (*stress, *web)]
    if set(given) & set(stress) and set(given) & set(web):
        yield Fault("load", "{ " + ", ".join(given) + " }", "mixes stresses with the web form", both)
    elif not set(given) - {"stretches"}:
        yield Fault("load", "", "gives no load", both)


def _known_materials(parts: Parts) -> Iterator[Fault]:
    used = _used_names(parts)
    defined = tuple(parts.materials)
    for layer in filter(None, parts.stack):
        name = canonical_name(layer.material) if layer.material else ""
        if name and name not in library() and name not in defined:
            yield unknown_material(f"stack.{layer.name}.material", layer.material, defined)
    filler = parts.flaw.filler.material if parts.flaw and parts.flaw.filler else ""
    if filler and canonical_name(filler) not in library() and canonical_name(filler) not in defined:
        yield unknown_material("flaws[0].fill.material", filler, defined)
    for name in defined:
        if name not in used and None not in (*parts.stack, *parts.flaws):
            accepted = ", ".join(sorted(used))
            yield Fault(f"materials.{name}", "", "is used by no layer", accepted, nearest(name, sorted(used)))


def _used_names(parts: Parts) -> set[str]:
    """Materials of the layers and all that these are made of."""
    used: set[str] = set()
    layers = [layer for layer in parts.stack if layer]
    found = {layer.material for layer in layers if layer.material}
    found |= {name for layer in layers for name in constituents(layer)}
    found |= {flaw.filler.material for flaw in parts.flaws if flaw and flaw.filler}
    while found := {canonical_name(name) for name in found} - used:
        used |= found
        found = {part for name in found for part in constituents(parts.materials.get(name))}
    return used


def _needed_properties(parts: Parts) -> Iterator[Fault]:
    for name, wanted in _wanted(parts).items():
        if name in parts.materials and parts.materials[name] is None:
            continue
        card = library().get(name)
        table = parts.materials.get(name)
        known = {*(card.properties if card else ()), *(table.given() if table else ())}
        if (card is None and table is None) or (table and table.has_law):  # a law is carried out later
            continue
        for key, reason in wanted.items():
            if key not in known:
                yield Fault(
                    f"materials.{name}.{key}", "", f"is missing, {reason}", f"a value in [materials.{name}]"
                )


def _wanted(parts: Parts) -> dict[str, dict[str, str]]:
    """Properties that the run will ask each material for, with the reason."""
    always = {key: "every layer and filler needs it" for key in ("youngs_modulus", "poisson_ratio")}
    if is_heated(parts):
        always["cte"] = "a roller is not at the stress-free temperature"
    names = [layer.material for layer in parts.stack if layer and layer.material]
    names += [parts.flaw.filler.material] if parts.flaw and parts.flaw.filler else []
    wanted = {canonical_name(name): dict(always) for name in names}
    if parts.tip and parts.tip.graded is None and needed_resistance(parts.flaw):
        key, reason = needed_resistance(parts.flaw)
        wanted[canonical_name(parts.tip.material)][key] = reason
    return wanted


def needed_resistance(flaw: Flaw) -> tuple[str, str] | None:
    """Property of the layer at the tip that a flaw is compared with, and why; None if the flaw brings its own."""
    if isinstance(flaw, Delamination):
        return None
    if isinstance(flaw, Channel):
        return "fracture_toughness", "a channel crack runs through this layer"
    kind, key = ("sharp", "fracture_toughness") if flaw.sharp else ("blunt", "flexural_strength")
    return key, f"the flaw in this layer is {kind}"


def is_heated(parts: Parts | Case) -> bool:
    """Whether a roller is not at the stress-free temperature."""
    free = parts.web.stress_free_temperature if parts.web else None
    return any(roller and free and not isclose(roller.temperature, free) for roller in parts.rollers)
