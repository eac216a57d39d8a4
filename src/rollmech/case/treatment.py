"""A treatment in a case: it supplies the keys of the flaw that the case itself does not give.

This works on tables, before any field is read, so that what a treatment supplies meets the same checks as what a
user writes. The dump of a resolved case has the whole flaw in it, and says under ``treatment.assumed`` which of its
values came from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rollmech import units
from rollmech.case.flaws import FLAW_KINDS, InterfaceFlaw
from rollmech.errors import Fault
from rollmech.materials import canonical_name, library
from rollmech.treatments import SEVERITIES, Surface, Treatment
from rollmech.treatments.library import REVIEW, find, unknown_treatment

_INTERFACE_KINDS = tuple(name for name, kind in FLAW_KINDS.items() if issubclass(kind, InterfaceFlaw))
_RESISTANCES = ("fracture_toughness", "flexural_strength")


def apply_treatment(mapping: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The case with its flaw completed by its treatment, and the faults of the treatment's name and state.

    A flaw's own keys win; a flaw of another kind keeps only place and depth. A treatment that leaves no flaw of
    a kind that is solved supplies nothing.
    """
    table, flaws = mapping.get("treatment"), mapping.get("flaws", [])
    if not isinstance(table, dict) or not isinstance(table.get("name"), str):
        return dict(mapping), []
    found = find(table["name"])
    if found is None:
        return dict(mapping), [unknown_treatment("treatment.name", table["name"])]
    if not isinstance(flaws, list) or len(flaws) > 1 or not all(isinstance(flaw, dict) for flaw in flaws):
        return dict(mapping), []  # the checks name this
    return _completed(mapping, table, found, flaws[0] if flaws else {})


def name_source(faults: list[Fault], case: Mapping[str, Any]) -> list[Fault]:
    """The same faults; one of a value that the treatment supplied says so, as no user ever wrote it."""
    table = case.get("treatment")
    assumed = table.get("assumed") if isinstance(table, dict) else None
    if not isinstance(assumed, dict):
        return faults
    keys = {f"flaws[0].{key}" for key in assumed}
    return [
        replace(fault, problem=f'given by treatment "{table["name"]}", {fault.problem}')
        if fault.key in keys
        else fault
        for fault in faults
    ]


def _completed(
    mapping: Mapping[str, Any], table: Mapping[str, Any], found: Treatment, given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Fault]]:
    """The case with the one flaw that `given` and the treatment make together."""
    severity = table.get("severity", "mid")
    severity = severity if severity in SEVERITIES else "mid"
    basis = _basis(found.name, severity, found.surface)
    treatment = {"basis": basis, **table, "name": found.name}
    case = {**mapping, "treatment": treatment}
    if table.get("assumed") and _choice(treatment["basis"]) != _choice(basis):
        return case, [_resolved_already(treatment)]
    if found.surface is None or not found.surface.kind:
        return case, []
    supplied = _supplied(mapping, given, found.surface, severity)
    if not {"layer", "face"} <= {*supplied, *given}:
        return case, [_no_face(found.name)]
    treatment["assumed"] = _assumed(table, given) | supplied
    return {**case, "flaws": [{**supplied, **given}]}, []


def _supplied(
    case: Mapping[str, Any], given: Mapping[str, Any], surface: Surface, severity: str
) -> dict[str, str]:
    """Keys of the flaw that are not given, as texts."""
    if given.get("kind") in _INTERFACE_KINDS:
        return {}  # no treatment of a face makes these
    depth = surface.depth[severity]
    offered = {"kind": surface.kind, "depth": units.show(depth, "length"), **_place(case, given)}
    if given.get("kind", surface.kind) == surface.kind:
        sizes = surface.shape(_length(given.get("depth"), depth))
        offered |= {key: units.show(size, "length") for key, size in sizes.items()}
    return {key: text for key, text in offered.items() if key not in given}


def _place(case: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """Layer and face: the free ceramic face that agrees with what is given, the top one first."""
    for layer, face in _free_faces(case):
        agrees = (
            given.get("layer", layer.get("name")) == layer.get("name") and given.get("face", face) == face
        )
        if agrees and ("layer" in given or _brittle(case, layer.get("material"))):
            return {"layer": str(layer.get("name")), "face": face}
    # A layer that is covered or unknown: let the checks say so.
    return {"face": "top"} if "layer" in given else {}


def _free_faces(case: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    stack = case.get("stack")
    layers = [layer for layer in stack if isinstance(layer, dict)] if isinstance(stack, list) else []
    if layers:
        yield layers[-1], "top"
        yield layers[0], "bottom"


def _brittle(case: Mapping[str, Any], material: object) -> bool:
    """Whether a toughness or a strength is known: the library gives them to ceramics and glasses only."""
    if not isinstance(material, str):
        return False
    tables, card = case.get("materials"), library().get(canonical_name(material))
    table = tables.get(material) if isinstance(tables, dict) else None
    known = {*(card.properties if card else ()), *(table if isinstance(table, dict) else ())}
    return bool(known & set(_RESISTANCES))


def _length(text: object, default: float) -> float:
    """A given length (m); a faulty one is named when the flaw itself is read."""
    try:
        return units.parse(text, "length") if text is not None else default
    except units.UnitError:
        return default


def _assumed(table: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """What an earlier resolution recorded, as far as the flaw still has it."""
    recorded = table.get("assumed")
    if not isinstance(recorded, dict):
        return {}
    return {key: text for key, text in recorded.items() if given.get(key) == text}


def _basis(name: str, severity: str, surface: Surface | None) -> str:
    """Where the flaw's numbers come from, with their range."""
    if surface is None or not surface.kind:
        return f"{name}: no flaw"
    low, high = (units.show(surface.depth[key], "length") for key in ("low", "high"))
    return f"{name}, {severity}: ASSUMPTION, depth {low} to {high}; {surface.basis} (sections of {REVIEW})"


def _choice(basis: object) -> str:
    """Name and severity that a basis begins with."""
    return str(basis).partition(":")[0]


def _resolved_already(table: Mapping[str, Any]) -> Fault:
    accepted = (
        "name and severity as they were, or no [treatment.assumed] and basis, and no [[flaws]] keys from it"
    )
    problem = f"differs from the resolved flaw of this case ({_choice(table['basis'])})"
    return Fault("treatment", f'"{table["name"]}"', problem, accepted)


def _no_face(name: str) -> Fault:
    accepted = "a ceramic as top or bottom layer, or [[flaws]] with layer and face"
    return Fault("treatment.name", f'"{name}"', "finds no free ceramic face to leave its flaw in", accepted)
