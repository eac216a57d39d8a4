"""Inputs of a case that a tornado moves: their ranges, where the ranges come from, and the case with them changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rollmech.case import Case, StressLoad, WebLoad
from rollmech.case.checks import needed_resistance
from rollmech.case.line import Population, StrengthData
from rollmech.materials.library import PROPERTIES, Property
from rollmech.risk.weibull.fits import fit

Change = Callable[[Case, float], Case]
Route = Literal["web", "flaw", "statistics"]

DEFAULT = 0.1
"""Half-range, as a part of the value, of inputs of which nothing is known."""
DEFAULT_SWING = 10.0
"""Half-range of temperatures, K."""


@dataclass(frozen=True)
class Input:
    """One input with its range.

    Attributes:
        key: As a case names it; all rollers together as ``rollers.radius``.
        dimension: Of ``units``; ``fraction`` for a factor on several values.
        base, low, high: SI.
        basis: Where the range comes from, in words.
        change: The case with another value.
        route: ``web`` changes stress or resistance only, ``flaw`` what the solved patch looks like, ``statistics``
            failure probabilities only.
    """

    key: str
    dimension: str
    base: float
    low: float
    high: float
    basis: str
    change: Change
    route: Route = "web"


def inputs_of(case: Case) -> Iterator[Input]:
    """Every input of a case that can matter to its verdict or its failure probability."""
    yield from _resistance(case)
    yield from _layers(case)
    yield from _flaw(case)
    yield from _line(case)
    yield from _load(case)
    yield from _strength(case)
    yield from _population(case)


def _about(
    key: str, dimension: str, base: float, change: Change, route: Route = "web", top: float = float("inf")
) -> Input:
    """An input with the default range."""
    ends = sorted(((1 - DEFAULT) * base, min((1 + DEFAULT) * base, top)))
    return Input(key, dimension, base, *ends, f"default, +-{100 * DEFAULT:g} %", change, route)


def _property(case: Case, layer: str, name: str, route: Route) -> Input | None:
    """A property of a layer's material over its reported range, or the default one."""
    material = case.layer(layer).material
    prop = case.material_of(layer).get(name)
    if prop is None:
        return None

    def change(other: Case, value: float) -> Case:
        table = other.materials[material].model_copy(update={name: replace(prop, value=value)})
        return other.model_copy(update={"materials": {**other.materials, material: table}})

    key = f"materials.{material}.{name}"
    if not _has_range(prop):
        return _about(key, PROPERTIES[name], prop.value, change, route)
    state = "placeholder, range" if prop.placeholder else "range"
    return Input(
        key, PROPERTIES[name], prop.value, prop.low, prop.high, f"{state} of the library", change, route
    )


def _has_range(prop: Property) -> bool:
    """Whether a range around the value is known."""
    return None not in (prop.low, prop.high) and prop.low <= prop.value <= prop.high and prop.low < prop.high


def _resistance(case: Case) -> Iterator[Input]:
    """What the flaw, or without one every layer, is compared with."""
    if case.flaw is None:
        for layer in case.stack:
            found = _property(case, layer.name, "flexural_strength", "web")
            if found:
                yield found
        return
    needed = needed_resistance(case.flaw)
    if needed is None:
        yield _flaw_key(case, "interface_toughness", "energy_per_area", "web")
        return
    yield _property(case, case.tip_layer, needed[0], "web")


def _layers(case: Case) -> Iterator[Input]:
    several = len(case.stack) > 1
    seen = set()
    for at, layer in enumerate(case.stack):
        near = case.flaw is not None
        yield _about(
            f"stack.{layer.name}.thickness",
            "length",
            layer.thickness,
            _on_layer(at, "thickness"),
            "flaw" if near else "web",
        )
        if layer.material not in seen:
            seen.add(layer.material)
            yield _property(case, layer.name, "youngs_modulus", "flaw" if near and several else "web")
            heated = any(r.temperature != case.web.stress_free_temperature for r in case.rollers)
            if several and heated and case.material_of(layer.name).get("cte"):
                yield _property(case, layer.name, "cte", "web")
        balanced = any(other.residual_stress is None for other in case.stack)
        if layer.residual_stress and balanced:
            yield _about(
                f"stack.{layer.name}.residual_stress",
                "stress",
                layer.residual_stress,
                _on_layer(at, "residual_stress"),
            )


def _on_layer(at: int, key: str) -> Change:
    def change(case: Case, value: float) -> Case:
        stack = list(case.stack)
        stack[at] = stack[at].model_copy(update={key: value})
        return case.model_copy(update={"stack": tuple(stack)})

    return change


_FLAW_KEYS = {
    "depth": "length",
    "length": "length",
    "width": "length",
    "height": "length",
    "root_radius": "length",
    "root_crack": "length",
    "spacing": "length",
    "angle": "angle",
    "pressure": "stress",
}


def _flaw(case: Case) -> Iterator[Input]:
    """Sizes of the flaw; a depth that a treatment supplied has the treatment's range."""
    if case.flaw is None:
        return
    measured = getattr(case.flaw, "profile", "") == "measured"
    for key, dimension in _FLAW_KEYS.items():
        value = getattr(case.flaw, key, None)
        if not value or (measured and key in ("depth", "width")) or (key == "angle" and _is_limit(value)):
            continue
        yield _flaw_key(case, key, dimension, "web" if key == "pressure" else "flaw")


def _is_limit(angle: float) -> bool:
    """Across or along the web: an extreme, about which a range both ways says little."""
    return abs(abs(angle) - 1.5707963267948966) < 1e-9


def _flaw_key(case: Case, key: str, dimension: str, route: Route) -> Input:
    def change(other: Case, value: float) -> Case:
        flaw = other.flaw.model_copy(update={key: value})
        return other.model_copy(update={"flaws": (flaw,)})

    value = getattr(case.flaw, key)
    found = _about(f"flaws[0].{key}", dimension, value, change, route)
    if key == "depth" and case.treatment is not None and "depth" in case.treatment.assumed:
        from rollmech.treatments import treatment

        depth = treatment(case.treatment.name).surface.depth
        text = f"assumed for '{case.treatment.name}', low to high severity"
        return replace(found, low=depth["low"], high=depth["high"], basis=text)
    return found


def _line(case: Case) -> Iterator[Input]:
    """Settings of all rollers together."""
    if not case.rollers:
        return
    for key, top in (("radius", None), ("tension", None), ("wrap", 6.283185307179586)):
        largest = max(getattr(roller, key) for roller in case.rollers)
        yield _about(
            f"rollers.{key}", "fraction", 1.0, _scaled(key), top=top / largest if top else float("inf")
        )
    for key in ("misalignment", "tension_ripple"):
        if any(getattr(roller, key) for roller in case.rollers):
            yield _about(f"rollers.{key}", "fraction", 1.0, _scaled(key), "statistics")
    if len(case.stack) > 1:

        def heat(other: Case, by: float) -> Case:
            rollers = (r.model_copy(update={"temperature": r.temperature + by}) for r in other.rollers)
            return other.model_copy(update={"rollers": tuple(rollers)})

        basis = f"default, +-{DEFAULT_SWING:g} K"
        yield Input(
            "rollers.temperature", "temperature_difference", 0.0, -DEFAULT_SWING, DEFAULT_SWING, basis, heat
        )


def _scaled(key: str) -> Change:
    def change(case: Case, factor: float) -> Case:
        rollers = (r.model_copy(update={key: factor * getattr(r, key)}) for r in case.rollers)
        return case.model_copy(update={"rollers": tuple(rollers)})

    return change


def _load(case: Case) -> Iterator[Input]:
    if case.load is None:
        return
    keys = {"tension": "force_per_width", "bend_radius": "length"}
    if isinstance(case.load, StressLoad):
        keys = dict.fromkeys(StressLoad.model_fields, "stress")
    assert isinstance(case.load, StressLoad | WebLoad)
    for key, dimension in keys.items():
        value = getattr(case.load, key)
        if value:

            def change(other: Case, new: float, key: str = key) -> Case:
                return other.model_copy(update={"load": other.load.model_copy(update={key: new})})

            yield _about(f"load.{key}", dimension, value, change)


def _strength(case: Case) -> Iterator[Input]:
    """Weibull modulus and characteristic strength: the interval of the sample, or the default range."""
    if case.strength is None:
        return
    for name in ("surface", "edge"):
        data: StrengthData | None = getattr(case.strength, name)
        if data is None:
            continue
        found = fit(np.array(data.values)) if data.values is not None else None
        for key, dimension in (("modulus", "number"), ("characteristic", "stress")):
            base = getattr(found or data, key)
            entry = _about(
                f"strength.{name}.{key}", dimension, base, _on_strength(name, key, found), "statistics"
            )
            if found is not None:
                ends = getattr(found, f"{key}_interval")
                basis = f"95 % interval of {found.specimens} specimens"
                entry = replace(entry, low=ends.low, high=ends.high, basis=basis)
            yield entry


def _on_strength(name: str, key: str, found) -> Change:
    """Parameters in place of the sample, one of them changed."""

    def change(case: Case, value: float) -> Case:
        data = getattr(case.strength, name)
        given = {k: getattr(found or data, k) for k in ("modulus", "characteristic")} | {key: value}
        table = case.strength.model_copy(update={name: data.model_copy(update={"values": None, **given})})
        return case.model_copy(update={"strength": table})

    return change


def _population(case: Case) -> Iterator[Input]:
    table: Population | None = case.population
    if table is None:
        return
    toughness = _property(case, table.layer, "fracture_toughness", "statistics")
    if toughness and case.tip_layer != table.layer:
        yield toughness
    yield _about("population.depth", "fraction", 1.0, _deeper, "statistics")
    yield _density(case, table)


_LENGTHS = ("median", "scale", "mean", "smallest", "low", "high", "value", "threshold")


def _deeper(case: Case, factor: float) -> Case:
    """All depths times a factor."""
    law = case.population.depth
    update = {key: factor * getattr(law, key) for key in _LENGTHS if getattr(law, key) is not None}
    if law.values is not None:
        update["values"] = tuple(factor * value for value in law.values)
    table = case.population.model_copy(update={"depth": law.model_copy(update=update)})
    return case.model_copy(update={"population": table})


def _density(case: Case, table: Population) -> Input:
    """Flaws per area or length: the interval of the count, or the default range."""
    from rollmech.risk.population.inspection import density_interval

    basis, low, high = f"default, +-{100 * DEFAULT:g} %", 1 - DEFAULT, 1 + DEFAULT
    if table.inspected is not None:
        size = table.inspected.length or table.inspected.area
        value, *ends = density_interval(table.inspected.count, size, table.confidence)
        low, high = (end / value for end in ends)
        basis = f"{100 * table.confidence:g} % interval of {table.inspected.count} counted"

    def change(other: Case, factor: float) -> Case:
        given = other.population
        if given.inspected is None:
            key = "density" if given.density is not None else "edge_density"
            update = {key: factor * getattr(given, key)}
        else:
            key = "length" if given.inspected.length is not None else "area"
            size = getattr(given.inspected, key) / factor
            update = {"inspected": given.inspected.model_copy(update={key: size})}
        return other.model_copy(update={"population": given.model_copy(update=update)})

    return Input("population.density", "fraction", 1.0, low, high, basis, change, "statistics")
