"""Checks of what a line does to flaws, across the parts of a case. See ``checks``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.errors import Fault, nearest
from rollmech.units import show

if TYPE_CHECKING:
    from rollmech.case.parts import Parts

_SPEED = 'a speed, e.g. "10 m/min"'


def line_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault of rollers' histories, storage, growth, strength and population."""
    for check in (_misalignment, _needs_line, _growing_flaw, _layers, _population_face, _widths, _no_profile):
        yield from check(parts)


def _misalignment(parts: Parts) -> Iterator[Fault]:
    for roller in parts.rollers:
        if roller and roller.misalignment:
            reason = "is missing, the misalignment bends the web in its plane over it"
            if roller.span is None:
                yield Fault(f"rollers.{roller.name}.span", "", reason, 'a length, e.g. "0.8 m"')
            if parts.web and parts.web.width is None:
                yield Fault("web.width", "", f"is missing, '{roller.name}' is misaligned", 'e.g. "300 mm"')


def _needs_line(parts: Parts) -> Iterator[Fault]:
    for name in ("storage", "growth", "strength", "population"):
        if getattr(parts, name) is not None and "rollers" not in parts.mapping:
            yield Fault(name, "", "is given without a line", "[[rollers]] entries")


def _growing_flaw(parts: Parts) -> Iterator[Fault]:
    if parts.growth is None:
        return
    accepted = 'kind = "crack", or a pit with a root_crack'
    if "flaws" not in parts.mapping:
        yield Fault("growth", "", "is given, but no flaw that could grow", f"a [[flaws]] entry of {accepted}")
    flaw = parts.flaw
    if flaw and not (flaw.kind == "crack" or (flaw.kind == "pit" and flaw.sharp)):
        yield Fault(
            "flaws[0].kind", f'"{flaw.kind}"', "is not grown: it has no semi-elliptical crack", accepted
        )
    if flaw and getattr(flaw, "tilt", 0.0):
        problem = "is not grown: the library holds cracks normal to the face"
        yield Fault("flaws[0].tilt", f'"{show(flaw.tilt, "angle")}"', problem, "no tilt, or no [growth]")
    if parts.rollers and parts.web and parts.web.speed is None:
        yield Fault("web.speed", "", "is missing, growth takes time on a roller", _SPEED)
    growth = parts.growth
    if (growth.humidity is None) != (growth.reference_humidity is None):
        missing = "humidity" if growth.humidity is None else "reference_humidity"
        yield Fault(f"growth.{missing}", "", "is missing", "both humidities, or none")


def _layers(parts: Parts) -> Iterator[Fault]:
    names = [layer.name for layer in parts.stack if layer]
    for section in ("strength", "population"):
        table = getattr(parts, section)
        if table is not None and table.layer not in names and None not in parts.stack:
            accepted = ", ".join(f'"{name}"' for name in names)
            hint = nearest(table.layer, names)
            yield Fault(f"{section}.layer", f'"{table.layer}"', "is no layer of the stack", accepted, hint)


def _population_face(parts: Parts) -> Iterator[Fault]:
    table = parts.population
    names = [layer.name if layer else None for layer in parts.stack]
    if table is None or table.layer not in names:
        return
    index = names.index(table.layer)
    free = {"bottom": index == 0, "top": index == len(names) - 1}
    if not free[table.face]:
        accepted = ", ".join(f'"{face}"' for face in free if free[face]) or "an outer layer"
        yield Fault("population.face", f'"{table.face}"', f'of "{table.layer}" is covered', accepted)


def _widths(parts: Parts) -> Iterator[Fault]:
    if parts.web is None or parts.web.width is not None:
        return
    table = parts.population
    if table and table.edge_density is None and not (table.inspected and table.inspected.length):
        yield Fault("web.width", "", "is missing, flaws are counted per area", 'a length, e.g. "300 mm"')
    if parts.strength and parts.strength.surface:
        yield Fault("web.width", "", "is missing, the face's strength depends on its area", 'e.g. "300 mm"')


def _no_profile(parts: Parts) -> Iterator[Fault]:
    for name, layer in (
        ("growth", parts.flawed),
        ("population", next((x for x in parts.stack if x and x.name == parts.population.layer), None))
        if parts.population
        else ("population", None),
    ):
        if getattr(parts, name) is not None and layer and layer.residual_profile is not None:
            problem = f'is given, but "{layer.name}" has a residual_profile, of which no library of K is kept'
            yield Fault(name, "", problem, "a uniform residual_stress")
