"""Checks across the parts of a case. Each takes what could be read and yields faults; nothing is raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isclose

from rollmech.case.changes import change_faults
from rollmech.case.flaw_checks import flaw_faults
from rollmech.case.flaws import (
    Channel,
    Delamination,
    Flaw,
    Scratch,
    TileJoint,
)
from rollmech.case.joint_checks import joint_faults
from rollmech.case.laws import constituents
from rollmech.case.layer_checks import layer_faults
from rollmech.case.line_checks import line_faults
from rollmech.case.meshfile import NAMED_FACES, file_faults
from rollmech.case.parts import Parts
from rollmech.case.schema import Case, StressLoad, WebLoad
from rollmech.case.surrogate import surrogate_faults
from rollmech.errors import Fault, nearest
from rollmech.materials import canonical_name, library
from rollmech.materials.library import unknown_material

_OWN_MESH_FLAWS = ("crack", "pit", "scratch")


def cross_faults(parts: Parts) -> list[Fault]:
    """Every fault between the parts."""
    checks = (
        _some_layer,
        _names,
        flaw_faults,
        joint_faults,
        layer_faults,
        _one_load,
        _load_form,
        _known_materials,
        _needed_properties,
        _own_mesh,
        _surrogate,
        line_faults,
        change_faults,
    )
    return [fault for check in checks for fault in check(parts)]


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


def _surrogate(parts: Parts) -> Iterator[Fault]:
    if parts.library is not None:
        yield from surrogate_faults(parts.library)


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
        yield unknown_material(parts.flaw.filler_key, filler, defined)
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
    if isinstance(flaw, Delamination | TileJoint):
        return None
    if isinstance(flaw, Channel):
        return "fracture_toughness", "a channel crack runs through this layer"
    kind, key = ("sharp", "fracture_toughness") if flaw.sharp else ("blunt", "flexural_strength")
    return key, f"the flaw in this layer is {kind}"


def is_heated(parts: Parts | Case) -> bool:
    """Whether a roller is not at the stress-free temperature."""
    free = parts.web.stress_free_temperature if parts.web else None
    return any(roller and free and not isclose(roller.temperature, free) for roller in parts.rollers)
