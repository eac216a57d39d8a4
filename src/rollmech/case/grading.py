"""Layers cut into plies of one material each: graded ones ``name/1`` (bottom) to ``name/n`` (top), skins off."""

from __future__ import annotations

from dataclasses import replace

from rollmech.case.depths import DEEPEST, seen_from, tip_faults, tip_of
from rollmech.case.flaws import InterfaceFlaw, Scratch
from rollmech.case.resolve import Resolver, missing_properties
from rollmech.case.schema import Case, Layer
from rollmech.case.skin import NO_INTERFACE, out_of_skin, skinned
from rollmech.case.tables import MaterialTable
from rollmech.errors import Fault, InputError
from rollmech.materials import Material, graded
from rollmech.materials.library import case_property
from rollmech.materials.provenance import derived, joined
from rollmech.units import show

_BLENDED = ("youngs_modulus", "poisson_ratio", "cte", "density")
_OF_THE_FACE = ("fracture_toughness", "flexural_strength", "tensile_strength", "yield_strength")


def without_laws(case: Case, source: str) -> Case:
    """The case with plies of one material each and plain values for every material that a layer uses.

    Raises:
        InputError: What a law lacks or contradicts.
    """
    resolver = Resolver(case)
    plies, materials = _plies(case, resolver)
    if case.flaw and case.flaw.filler:
        name = case.flaw.filler.material
        materials |= {name: resolver.solid(name, case.flaw.filler_key)}
    faults = list(resolver.faults) or _liquids(plies, materials, resolver) or _out_of_reach(case, plies)
    if not faults:
        stack = tuple(ply for group in plies for ply in group)
        # By first use, so that a dump reads back to the same dump.
        used = dict.fromkeys([*(ply.material for ply in stack), *materials])
        tables = {name: MaterialTable(**materials[name].properties) for name in used}
        updates = {"stack": stack, "materials": tables, "flaws": _moved_flaws(case, plies)}
        resolved = case.model_copy(update=updates)
        faults = list(missing_properties(resolved, case))
    if faults:
        raise InputError(source, faults)
    return resolved


def _plies(case: Case, resolver: Resolver) -> tuple[list[list[Layer]], dict[str, Material]]:
    """Plies by layer, and their materials but for liquids; layers that cannot be made have a fault instead."""
    plies: list[list[Layer]] = []
    materials: dict[str, Material] = {}
    for layer in case.stack:
        made = (
            _graded(layer, resolver) if layer.graded else skinned(layer, _uniform(layer, resolver), resolver)
        )
        plies.append([ply for ply, _ in made])
        materials |= {ply.material: item for ply, item in made if item is not None}
    return plies, materials


def _uniform(layer: Layer, resolver: Resolver) -> list[tuple[Layer, Material | None]]:
    table = resolver.case.materials.get(layer.material)
    if table is not None and table.liquid:
        others = [key for key in ("mixture", "porosity", "relaxation") if getattr(table, key)]
        others += [key for key in ("youngs_modulus", "poisson_ratio") if getattr(table, key) is not None]
        for key in others:
            fault = Fault(f"materials.{layer.material}.{key}", "", "is given besides liquid", "one of them")
            resolver.faults.append(fault)
        if resolver.case.flaw and resolver.case.flaw.layer == layer.name:
            fault = Fault(
                "flaws[0].layer", f'"{layer.name}"', "is a liquid, which no flaw opens in", "a solid layer"
            )
            resolver.faults.append(fault)
        return [(layer, None)]
    return [(layer, resolver.solid(layer.material, f"stack.{layer.name}.material"))]


def _graded(layer: Layer, resolver: Resolver) -> list[tuple[Layer, Material]]:
    ends = [
        _end(layer, end, part, resolver)
        for end, part in zip(layer.graded.ends, ("bottom", "top"), strict=True)
    ]
    if None in ends:
        return []
    ratio = ends[1].value("youngs_modulus") / ends[0].value("youngs_modulus")
    law, exponent = layer.graded.law, layer.graded.exponent or 1.0
    count = layer.graded.sublayers or graded.sublayers_needed(law, ratio, exponent)
    if count is None:
        problem = f"needs more than {graded.MOST_SUBLAYERS} sublayers for stresses to 0.1 %"
        accepted = f"a number of sublayers up to {graded.MOST_SUBLAYERS}, or a milder law"
        resolver.faults.append(Fault(f"stack.{layer.name}.graded", "", problem, accepted))
        return []
    names = [f"{layer.name}/{i + 1}" for i in range(count)]
    resolver.faults += _taken(layer, names, resolver.case)
    made = []
    for i, share in enumerate(graded.shares(law, count, ratio, exponent)):
        update = {
            "name": names[i],
            "material": names[i],
            "thickness": layer.thickness / count,
            "graded": None,
        }
        if i:
            update |= NO_INTERFACE
        face = {0: 0, count - 1: 1}.get(i)
        made.append((layer.model_copy(update=update), _sublayer(names[i], layer, ends, share, face)))
    return made


def _taken(layer: Layer, names: list[str], case: Case) -> list[Fault]:
    """Faults of sublayers whose name a layer or a material of the case has."""
    taken = {other.name for other in case.stack} | set(case.materials)
    accepted = f"a name other than {names[0]} to {names[-1]}, which the graded layer needs"
    return [
        Fault("stack.name, materials", f'"{name}"', f'is a sublayer of "{layer.name}"', accepted)
        for name in names
        if name in taken
    ]


def _end(layer: Layer, end: str | float, part: str, resolver: Resolver) -> Material | None:
    key = f"stack.{layer.name}.graded.{part}"
    if isinstance(end, str):
        return resolver.solid(end, key)
    if end <= 0:
        fault = Fault(
            key, f'"{show(end, "stress")}"', "is too small", "a modulus greater than 0 Pa, or a material"
        )
        resolver.faults.append(fault)
        return None
    base = resolver.solid(layer.material, f"stack.{layer.name}.material")
    modulus = {"youngs_modulus": case_property("youngs_modulus", end)}
    return base and Material(base.name, {**base.properties, **modulus})


def _sublayer(name: str, layer: Layer, ends: list[Material], share: float, face: int | None) -> Material:
    """One sublayer; the outermost two (`face` 0 or 1) have the toughness and strength of their end."""
    grading = layer.graded
    power = f" p = {grading.exponent:g}" if grading.exponent else ""
    text = f"{grading.law}{power} from {grading.bottom} (bottom) to {grading.top} (top), mean share of top {share:.4g}"
    properties = {}
    for key in _BLENDED:
        pair = [prop for item in ends if (prop := item.get(key)) is not None]
        if len(pair) == 2:
            value = (1 - share) * pair[0].value + share * pair[1].value
            blend = derived(key, value, text, graded.SOURCE, pair)
            inner = replace(blend, source=f"{graded.SOURCE}; inputs as of {layer.name}/1")
            properties[key] = inner if face is None else blend
    if face is None:
        return Material(name, properties)
    young = properties["youngs_modulus"]
    warning = joined(_face_warning(young.value, ends[face], face), (ends[face],))
    properties["youngs_modulus"] = replace(young, warning=warning)
    for key in _OF_THE_FACE:
        if (prop := ends[face].get(key)) is not None:
            text = f"of {(grading.bottom, grading.top)[face]}, the end of the grading at that face"
            properties[key] = derived(key, prop.value, text, prop.source, (prop,))
    return Material(name, properties)


def _face_warning(mean: float, end: Material, face: int) -> str:
    """What the stress at a face misses, which has the mean modulus (Pa) of its sublayer; empty below 0.1 %."""
    off = mean / end.value("youngs_modulus") - 1
    if abs(off) <= graded.CONVERGENCE:
        return ""
    side, way = ("bottom", "top")[face], "low" if off < 0 else "high"
    return (
        f"the {side} face has the mean modulus of its sublayer, so that the graded layer's stress at that very face "
        f"is {way} by {abs(off):.2g} of its value"
    )


def _liquids(plies: list[list[Layer]], materials: dict[str, Material], resolver: Resolver) -> list[Fault]:
    """Adds the liquids to `materials`."""
    names = {ply.material for group in plies for ply in group} - set(materials)
    if names and not materials:
        return [Fault("stack", "", "is all liquid", "at least one solid layer")]
    if names:
        stiffest = max(item.value("youngs_modulus") for item in materials.values())
        materials |= {name: resolver.liquid(name, stiffest) for name in names}
    return []


def _flawed_sublayer(case: Case, plies: list[list[Layer]]) -> Layer | None:
    """The ply that stands for a cut flawed layer: the one next to the face, or next to the interface that the flaw
    ends on; None if the flawed layer is not cut."""
    if case.flaw is None or len(plies[[layer.name for layer in case.stack].index(case.flaw.layer)]) == 1:
        return None
    names = [layer.name for layer in case.stack]
    inwards = seen_from(case.flaw.face, plies[names.index(case.flaw.layer)])
    return inwards[-1 if isinstance(case.flaw, InterfaceFlaw) else 0]


def _deep_scratch(case: Case, plies: list[list[Layer]]) -> list[Fault]:
    """Faults of a sharp scratch through plies: its tip near an interface, or where no toughness is known."""
    flaw, names = case.flaw, [layer.name for layer in case.stack]
    flawed = plies[names.index(case.flaw.layer)]
    inwards = seen_from(flaw.face, [ply for group in plies for ply in group])
    inwards = inwards[inwards.index(seen_from(flaw.face, flawed)[0]) :]
    tip = tip_of(flaw, inwards)
    faults = list(tip_faults(flaw, inwards))
    for layer, group in zip(case.stack, plies, strict=True):
        if tip in group[1:-1] and not faults:
            problem = f'ends inside the graded layer "{layer.name}", whose inner sublayers have no toughness'
            accepted = "a depth in its outermost or innermost sublayer, or fewer sublayers"
            faults.append(Fault("flaws[0].depth", f'"{show(flaw.depth, "length")}"', problem, accepted))
    return faults


def _out_of_reach(case: Case, plies: list[list[Layer]]) -> list[Fault]:
    """The fault of a flaw that leaves the outermost sublayer: K is only solved inside one modulus."""
    if isinstance(case.flaw, InterfaceFlaw):
        return []
    if isinstance(case.flaw, Scratch) and case.flaw.sharp:
        return _deep_scratch(case, plies)
    outer = _flawed_sublayer(case, plies)
    if outer is None or case.flaw.reach <= DEEPEST * outer.thickness * (1 + 1e-12):
        return []
    if case.layer(case.flaw.layer).skin:
        return [out_of_skin(case.flaw, outer)]
    reach, limit = (show(float(f"{x:.5g}"), "length") for x in (case.flaw.reach, DEEPEST * outer.thickness))
    problem = f'reaches {reach}, out of the outermost sublayer of the graded layer "{case.flaw.layer}"'
    accepted = (
        f"at most {limit}, {DEEPEST:g} of that sublayer, or fewer sublayers: K is solved inside one modulus"
    )
    return [Fault("flaws[0].depth", f'"{show(case.flaw.depth, "length")}"', problem, accepted)]


def _moved_flaws(case: Case, plies: list[list[Layer]]) -> tuple:
    flawed = _flawed_sublayer(case, plies)
    if flawed is None:
        return case.flaws
    return (case.flaw.model_copy(update={"layer": flawed.name}),)
