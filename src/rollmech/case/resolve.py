"""Laws of a case carried out: every used material ends as plain values that say where they come from.

Order within one material: its own values (library, case), mixture, porosity, relaxation. A value that the case
states beside a mixture replaces the rule's; beside porosity it is that of the solid, beside relaxation the
instantaneous one. Liquids come last, since their floor depends on the stiffest other layer.
"""

from __future__ import annotations

from collections.abc import Iterator

from rollmech.case.checks import is_heated, needed_resistance
from rollmech.case.laws import Porosity, Relaxation
from rollmech.case.schema import Case
from rollmech.case.tables import MaterialTable
from rollmech.errors import Fault
from rollmech.materials import Material, canonical_name, derive, library
from rollmech.materials.library import unknown_material
from rollmech.materials.viscoelastic import PowerLaw, Prony
from rollmech.units import show

_ELASTIC = ("youngs_modulus", "poisson_ratio")


class Resolver:
    """Materials of one case by name; `faults` collects what stands in the way.

    Args:
        case: A case whose fields are right.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.faults: list[Fault] = []
        self._known: dict[str, Material | None] = {}
        self._open: list[str] = []

    def solid(self, name: str, key: str) -> Material | None:
        """A material with E and nu, asked for by `key`; None, with a fault, if there is none."""
        name = canonical_name(name)
        if name in self._open:
            loop = " -> ".join([*self._open[self._open.index(name) :], name])
            return self._fault(key, f'"{name}"', f"goes round in a circle: {loop}", "another material")
        if name not in self._known:
            self._open.append(name)
            self._known[name] = self._made(name, key)
            self._open.pop()
        return self._known[name]

    def liquid(self, name: str, stiffest: float) -> Material:
        """A liquid beside a stiffest other layer of modulus `stiffest` (Pa)."""
        table = self.case.materials[name]
        found = derive.liquid_properties(table.liquid.bulk_modulus, stiffest)
        return Material(name, {**table.given(), **found})

    def _made(self, name: str, key: str) -> Material | None:
        table = self.case.materials.get(name, MaterialTable())
        if table.liquid:
            accepted = "a solid; a liquid can only be a layer of its own"
            return self._fault(key, f'"{name}"', "is a liquid", accepted)
        item = self._stated(name, table, key)
        for law in (self._mixed, self._porous, self._relaxed):
            item = law(item, table) if item is not None else None
        return item

    def _stated(self, name: str, table: MaterialTable, key: str) -> Material | None:
        card = library().get(name)
        solid = table.porosity.solid if table.porosity else None
        if card and (table.mixture or solid):
            accepted = "a name of its own for the composite or porous material"
            return self._fault(f"materials.{name}", "", "is a material of the library", accepted)
        if card is None and name not in self.case.materials:
            self.faults.append(unknown_material(key, name, tuple(self.case.materials)))
            return None
        if table.mixture and table.porosity and solid:
            accepted = "pores in this mixture, without solid"
            return self._fault(
                f"materials.{name}.porosity.solid", f'"{solid}"', "besides a mixture", accepted
            )
        item = Material(name, {**(card.properties if card else {}), **table.given()})
        return item if table.mixture or solid else self._elastic(item)

    def _elastic(self, item: Material) -> Material | None:
        missing = [name for name in _ELASTIC if item.get(name) is None]
        for name in missing:
            accepted = f"a value in [materials.{item.name}]"
            self._fault(f"materials.{item.name}.{name}", "", "is missing, a law needs it", accepted)
        return None if missing else item

    def _mixed(self, item: Material, table: MaterialTable) -> Material | None:
        law = table.mixture
        if law is None:
            return item
        key = f"materials.{item.name}.mixture"
        phases = [self.solid(getattr(law, part), f"{key}.{part}") for part in ("matrix", "filler")]
        if None in phases:
            return None
        try:
            found = derive.mixture_properties(
                *phases, law.volume_fraction, law.rule, law.cte_rule, law.aspect_ratio or 1.0
            )
        except ValueError as error:
            return self._fault(f"{key}.rule", f'"{law.rule}"', str(error), "another rule")
        return self._in_range(Material(item.name, {**found, **item.properties}), f"{key}.rule", law.rule)

    def _porous(self, item: Material, table: MaterialTable) -> Material | None:
        law = table.porosity
        if law is None:
            return item
        key = f"materials.{item.name}.porosity"
        solid = self.solid(law.solid, f"{key}.solid") if law.solid else item
        if solid is None:
            return None
        if law.solid:
            solid = Material(solid.name, {**solid.properties, **item.properties})
        try:
            found = derive.porous_properties(solid, law.fraction, law.law, law.parameters, *_resistance(law))
        except ValueError as error:
            return self._fault(
                f"{key}.fraction", show(law.fraction, "fraction"), "is out of range", str(error)
            )
        return self._in_range(Material(item.name, found), f"{key}.law", law.law)

    def _relaxed(self, item: Material, table: MaterialTable) -> Material | None:
        law = table.relaxation
        if law is None:
            return item
        key = f"materials.{item.name}.relaxation"
        times = self._times(law, key)
        if times is None:
            return None
        try:
            found = derive.relaxed_properties(
                item, _series(law), *times, law.modulus == "secant", law.poisson == "elastic bulk"
            )
        except ValueError as error:
            return self._fault(
                f"{key}.times", "", str(error), "longer times, a higher speed, or liquid = {...}"
            )
        return Material(item.name, {**item.properties, **found})

    def _times(self, law: Relaxation, key: str) -> tuple[tuple[float, float], str] | None:
        """Shortest and longest time (s) on a roller of the line, R theta / v, and what they are in words."""
        if law.time is not None:
            return (law.time, law.time), "time given by the case"
        if not self.case.rollers:
            return self._fault(
                f"{key}.time", "", "is missing, a [load] has no roller to take a time from", "a time"
            )
        if self.case.web.speed is None:
            problem = f"is missing, {key} is evaluated at the time on the roller"
            return self._fault("web.speed", "", problem, f'a speed, e.g. "10 m/min", or {key}.time')
        spent = {r.name: r.radius * r.wrap / self.case.web.speed for r in self.case.rollers}
        longest = max(spent, key=spent.__getitem__)
        words = f"longest time on a roller, radius x wrap / speed at '{longest}'"
        return (min(spent.values()), spent[longest]), words

    def _in_range(self, item: Material, key: str, law: str) -> Material | None:
        young, poisson = (item.value(name) for name in _ELASTIC)
        if young > 0 and 0 < poisson < 0.5:
            return item
        problem = f"gives E = {young:.3g} Pa and a Poisson's ratio of {poisson:.3g}"
        return self._fault(key, f'"{law}"', problem, "a law that leaves E > 0 and nu from 0 to 0.5")

    def _fault(self, key: str, value: str, problem: str, accepted: str) -> None:
        self.faults.append(Fault(key, value, problem, accepted))


def missing_properties(case: Case, before: Case) -> Iterator[Fault]:
    """Faults of layers that a law leaves without a property that the run will read.

    Args:
        case: With its laws carried out.
        before: As it was written.
    """
    for layer in case.stack:
        wanted = {"cte": "a roller is not at the stress-free temperature"} if is_heated(case) else {}
        if layer.name == case.tip_layer and needed_resistance(case.flaw):
            name, reason = needed_resistance(case.flaw)
            wanted[name] = reason
        for name, reason in wanted.items():
            if name not in case.materials[layer.material].given():
                accepted = _remedy(layer.material, name, before)
                yield Fault(f"materials.{layer.material}.{name}", "", f"is missing, {reason}", accepted)


def _remedy(material: str, name: str, before: Case) -> str:
    table = before.materials.get(material)
    choice = {"fracture_toughness": "toughness_law", "flexural_strength": "strength_b"}.get(name)
    if table is not None and table.porosity and choice:
        return f"{choice} in [materials.{material}.porosity] and a value of the solid; see docs/materials.md"
    if table is not None:
        return f"a value in [materials.{material}]"
    return "a value for the materials that the layer is graded between"


def _resistance(law: Porosity) -> tuple[tuple[str, float] | None, float | None]:
    chosen = (law.toughness_law, law.toughness_b or 0.0) if law.toughness_law else None
    return chosen, law.strength_b


def _series(law: Relaxation) -> Prony | PowerLaw:
    if law.model == "power":
        return PowerLaw(law.exponent, law.times[0])
    return Prony((1.0,) if law.model == "maxwell" else law.fractions, law.times)
