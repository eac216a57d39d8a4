"""Layers that are laminated, coated or taken off on the way: which are there at a roller, and what of it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rollmech.case.depths import deepest, interfaces
from rollmech.case.flaw_checks import flaw_faults
from rollmech.case.flaws import InterfaceFlaw
from rollmech.case.parts import Parts, rounded
from rollmech.case.schema import Case, Layer
from rollmech.errors import Fault, InputError, nearest
from rollmech.units import show

_KEYS = ("laminated_at", "removed_at")
_ONE_PART = "the same stack at every roller; one case for each part of the line"
_SECTIONS = {
    "growth": "the library of K holds one stack",
    "storage": "the core's state is only known for a stack that does not change",
    "strength": "stresses on the way are only known for a stack that does not change",
    "population": "the library of K holds one stack",
    "ranking": "treatments are compared in one stack",
    "mesh": "it holds one stack",
}


def changes(layers: Sequence[Layer | None]) -> bool:
    """Whether a layer comes or goes on the way."""
    return any(layer and (layer.laminated_at or layer.removed_at) for layer in layers)


def present(layers: Sequence[Layer], rollers: Sequence[str], at: int) -> tuple[Layer, ...]:
    """Layers at a roller, bottom to top: from the one where they are bonded to the one before they come off.

    Args:
        layers: All that the web has somewhere, bottom to top.
        rollers: Names in the order of the line.
        at: Position of the roller; -1 is the web as it enters the line.
    """

    def there(layer: Layer) -> bool:
        since = rollers.index(layer.laminated_at) if layer.laminated_at else -1
        until = rollers.index(layer.removed_at) if layer.removed_at else len(rollers)
        return since <= at < until

    return tuple(filter(there, layers))


def present_at(case: Case, roller: int) -> tuple[Layer, ...]:
    """Layers of a case at one of its rollers; -1 is the web as it enters the line."""
    return present(case.stack, [roller.name for roller in case.rollers], roller)


def parts_of(case: Case) -> list[Case]:
    """One case for each different stack, in the order in which the line meets them, with the rollers that see it."""
    found: dict[tuple[Layer, ...], list] = {}
    for i, roller in enumerate(case.rollers):
        found.setdefault(present_at(case, i), []).append(roller)
    return [
        case.model_copy(update={"stack": stack, "rollers": tuple(rollers)})
        for stack, rollers in found.items()
    ]


def part_at(case: Case, roller: int) -> Case:
    """The case with the layers that it has at one of its rollers."""
    return case.model_copy(update={"stack": present_at(case, roller)}) if changes(case.stack) else case


def bonded_below(layers: Sequence[Layer]) -> tuple[int, ...]:
    """Numbers of layers that were there at each earlier bonding, counted inwards from the flawed one.

    Args:
        layers: Those at hand, from the flaw's inwards; what is bonded later lies further inwards.
    """
    groups = [(station, len(list(members))) for station, members in groupby(layers, lambda x: x.laminated_at)]
    ends = [sum(size for _, size in groups[:i]) for i in range(len(groups))]
    return tuple(end for end, (station, _) in zip(ends, groups, strict=True) if station)


def refuse_changes(case: Case, command: str, reason: str) -> None:
    """Refuse a case whose stack changes along the line.

    Raises:
        InputError: A layer comes or goes on the way.
    """
    for layer in case.stack:
        for key in _KEYS:
            if getattr(layer, key):
                fault = Fault(f"stack.{layer.name}.{key}", f'"{getattr(layer, key)}"', reason, _ONE_PART)
                raise InputError(command, [fault])


def change_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault of layers that come and go."""
    yield from _unlaminated(parts)
    if not changes(parts.stack):
        return
    named = list(_rollers(parts))
    yield from named
    yield from _not_handled(parts)
    yield from _plain_layers(parts)
    if named or None in parts.stack or None in parts.rollers:
        return
    yield from _film_tensions(parts)
    ordered = [*_order(parts), *_at_a_face(parts)]
    yield from ordered
    if not ordered:
        yield from _flaw(parts)


def _rollers(parts: Parts) -> Iterator[Fault]:
    names = [roller.name for roller in parts.rollers if roller]
    for layer in filter(None, parts.stack):
        for key in _KEYS:
            given = getattr(layer, key)
            where, value = f"stack.{layer.name}.{key}", f'"{given}"'
            if given and "rollers" not in parts.mapping:
                yield Fault(where, value, "is given without a line", "[[rollers]] entries")
            elif given and given not in names and None not in parts.rollers:
                accepted = ", ".join(f'"{name}"' for name in names)
                yield Fault(where, value, "is no roller of the line", accepted, nearest(given, names))


def _unlaminated(parts: Parts) -> Iterator[Fault]:
    for layer in filter(None, parts.stack):
        if layer.film_tension is not None and layer.laminated_at is None:
            key, value = (
                f"stack.{layer.name}.film_tension",
                f'"{show(layer.film_tension, "force_per_width")}"',
            )
            yield Fault(key, value, "is given for a layer that is not laminated", "laminated_at beside it")


def _film_tensions(parts: Parts) -> Iterator[Fault]:
    """The films cannot bring all of the tension: the web that they meet would be slack."""
    for roller in parts.rollers:
        films = [layer for layer in parts.stack if layer.laminated_at == roller.name and layer.film_tension]
        brought = sum(layer.film_tension for layer in films)
        if films and brought >= roller.tension:
            whole = rounded(roller.tension, "force_per_width")
            problem = f"leaves nothing of the {whole} at '{roller.name}' to the web"
            value = f'"{rounded(brought, "force_per_width")}"'
            yield Fault(
                f"stack.{films[0].name}.film_tension", value, problem, "less than the tension there, in all"
            )


def _not_handled(parts: Parts) -> Iterator[Fault]:
    """Whatever rests on one stack along the whole line."""
    for section, reason in _SECTIONS.items():
        if section in parts.mapping:
            problem = f"is given, but layers come or go on the way: {reason}"
            yield Fault(section, "", problem, f"no [{section}], or {_ONE_PART}")
    for roller in filter(None, parts.rollers):
        for key in ("misalignment", "tension_ripple", "nip"):
            if getattr(roller, key):
                problem = "is given, but layers come or go on the way: its stress is only known for one stack"
                yield Fault(f"rollers.{roller.name}.{key}", "", problem, f"no {key}, or {_ONE_PART}")


def _plain_layers(parts: Parts) -> Iterator[Fault]:
    for layer in filter(None, parts.stack):
        if layer.residual_profile is not None:
            problem = (
                "is given, but layers come or go on the way: how it is relieved is only known for one stack"
            )
            yield Fault(f"stack.{layer.name}.residual_profile", "", problem, "a uniform residual_stress")
        for key in ("graded", "skin"):
            if getattr(layer, key) is not None and (layer.laminated_at or layer.removed_at):
                problem = "is given for a layer that comes or goes on the way"
                yield Fault(f"stack.{layer.name}.{key}", "", problem, "a layer of one material")


def _order(parts: Parts) -> Iterator[Fault]:
    names = [roller.name for roller in parts.rollers]
    for layer in parts.stack:
        if layer.laminated_at and layer.removed_at:
            since, until = names.index(layer.laminated_at), names.index(layer.removed_at)
            if until <= since:
                accepted = ", ".join(f'"{name}"' for name in names[since + 1 :]) or "a roller further on"
                problem = f'is not behind "{layer.laminated_at}", where the layer is laminated'
                yield Fault(f"stack.{layer.name}.removed_at", f'"{layer.removed_at}"', problem, accepted)
    if all(layer.laminated_at or layer.removed_at for layer in parts.stack):
        accepted = "at least one layer without laminated_at and removed_at"
        yield Fault("stack", "", "has no layer that is there all along the line", accepted)


def _at_a_face(parts: Parts) -> Iterator[Fault]:
    """Layers come and go at the faces of the web: nothing slips in between, and nothing falls apart."""
    names = [roller.name for roller in parts.rollers]
    for i in range(len(names)):
        before, after = (present(parts.stack, names, j) for j in (i - 1, i))
        for key, stack, other in (("removed_at", before, after), ("laminated_at", after, before)):
            kept = [stack.index(layer) for layer in stack if layer in other]
            for layer in stack:
                if layer not in other and kept and kept[0] < stack.index(layer) < kept[-1]:
                    problem = (
                        "lies between layers that stay"
                        if key == "removed_at"
                        else "would slip in between others"
                    )
                    accepted = "a layer at a face of the web there"
                    yield Fault(f"stack.{layer.name}.{key}", f'"{names[i]}"', problem, accepted)


def _flaw(parts: Parts) -> Iterator[Fault]:
    """What the flaw saw of layers that come or go must be solved, and it must fit the stack at every roller."""
    if parts.flaw is None or not parts.inwards:
        return
    for key in ("filler", "bridging", "pressure"):
        if getattr(parts.flaw, key, None):
            problem = "is given, but layers come or go on the way: what it saw of them is not solved"
            yield Fault(f"flaws[0].{'fill' if key == 'filler' else key}", "", problem, _ONE_PART)
    if isinstance(parts.flaw, InterfaceFlaw):
        kind = f'"{parts.flaw.kind}"'
        problem = (
            "is given, but layers come or go on the way: G is not linear in the stress from before and after"
        )
        yield Fault("flaws[0].kind", kind, problem, f"another kind, or {_ONE_PART}")
        return
    yield from _beside_flaw(parts)
    yield from _flaw_at_rollers(parts)


def _beside_flaw(parts: Parts) -> Iterator[Fault]:
    """Layers may come and go on the side away from the flaw only."""
    accepted = f'the side of "{parts.flaw.layer}" away from the flaw, or {_ONE_PART}'
    reached = _reached(parts)
    for layer in (*parts.covers, *reached):
        where = "is cut by the flaw" if layer in reached else "lies on the flaw"
        problem = f"{where}: its edges there are not solved for a layer that comes or goes"
        for key in _KEYS:
            if getattr(layer, key):
                yield Fault(f"stack.{layer.name}.{key}", f'"{getattr(layer, key)}"', problem, accepted)
    if parts.covers and any(layer.laminated_at for layer in parts.stack):
        problem = "has a thin layer on it, whose force from before a lamination is not solved"
        yield Fault("flaws[0].layer", f'"{parts.flaw.layer}"', problem, "an outermost layer")


def _flaw_at_rollers(parts: Parts) -> Iterator[Fault]:
    """Faults that the flaw has only where some layers are not there."""
    names = [roller.name for roller in parts.rollers]
    told = set(flaw_faults(parts))
    for i, name in enumerate(names):
        for fault in flaw_faults(replace(parts, stack=present(parts.stack, names, i))):
            if fault not in told:
                told.add(fault)
                yield replace(fault, problem=f"{fault.problem}, with the layers at '{name}'")


def _reached(parts: Parts) -> tuple[Layer, ...]:
    """Layers that the flaw reaches into."""
    depth = deepest(parts.flaw, parts.inwards)
    starts = [0.0, *interfaces(parts.inwards)[:-1]]
    return tuple(
        layer for layer, start in zip(parts.inwards, starts, strict=True) if depth > start * (1 + 1e-9)
    )
