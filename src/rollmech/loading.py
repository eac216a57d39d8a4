"""From a case to its laminate and the web states to judge; closed form, no solver."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from rollmech.case import Case, StressLoad, WebLoad
from rollmech.case.changes import changes, present_at
from rollmech.case.schema import Layer
from rollmech.errors import Fault, InputError
from rollmech.materials.moduli import LARGEST_CONTRAST, LARGEST_POISSON
from rollmech.results.treated import treatment_warnings
from rollmech.risk.limits import Bend
from rollmech.risk.verdict import Loading
from rollmech.web import (
    Assembly,
    Bonding,
    Laminate,
    Ply,
    Roller,
    StressProfile,
    direct_state,
    exponential_points,
    profile_from_depth,
    stations,
)


def make_laminate(case: Case, source: str = "case") -> Laminate:
    """The case's stack as a laminate: the one that enters the line, if layers come or go on the way."""
    try:
        return Laminate([_ply(case, layer) for layer in present_at(case, -1)])
    except ValueError as error:
        raise InputError(source, [Fault("stack", "", str(error), "layers in equilibrium")]) from None


def _ply(case: Case, layer: Layer) -> Ply:
    material = case.material_of(layer.name)
    cte = material.get("cte")
    return Ply(
        layer.name,
        layer.thickness,
        material.value("youngs_modulus"),
        material.value("poisson_ratio"),
        cte.value if cte else 0.0,
        layer.residual_stress,
        profile_of(layer),
    )


def laminates_of(case: Case, entering: Laminate) -> list[Laminate]:
    """The web at every roller: the one that enters the line until a layer comes or goes.

    Args:
        case: With rollers.
        entering: From ``make_laminate``.
    """
    if not changes(case.stack):
        return [entering] * len(case.rollers)
    found: list[Laminate] = []
    locked = {ply.name: s for ply, s in zip(entering.plies, entering.residual_stress, strict=True)}
    bondings: dict[str, Bonding] = {}
    for i, roller in enumerate(case.rollers):
        layers = present_at(case, i)
        new = [layer for layer in layers if layer.laminated_at == roller.name]
        if new:
            before = _assembled(case, [layer for layer in layers if layer not in new], locked, bondings)
            bondings[roller.name] = Bonding(before, film=sum(layer.film_tension or 0.0 for layer in new))
        unchanged = layers == present_at(case, -1)
        found.append(entering if unchanged else _assembled(case, layers, locked, bondings))
        if new:  # further on it is what it was here
            change = roller.temperature - case.web.stress_free_temperature
            then = replace(bondings[roller.name], tension=roller.tension, temperature_change=change)
            bondings[roller.name] = then
    return found


def _assembled(
    case: Case, layers: Sequence[Layer], locked: dict[str, float], bondings: dict[str, Bonding]
) -> Assembly:
    """Layers at hand, with the bondings (by roller) of those that were laminated on."""
    names = [name for name in bondings if any(layer.laminated_at == name for layer in layers)]
    return Assembly(
        [_ply(case, layer) for layer in layers],
        [locked.get(layer.name, layer.residual_stress or 0.0) for layer in layers],
        [bondings[name] for name in names],
        [names.index(layer.laminated_at) if layer.laminated_at else None for layer in layers],
        [layer.film_tension or 0.0 for layer in layers],
    )


def profile_of(layer: Layer) -> StressProfile | None:
    """The layer's residual-stress profile over its height."""
    given, thickness = layer.residual_profile, layer.thickness
    if given is None:
        return None
    if given.shape == "exponential":
        depth, stress = exponential_points(given.surface, given.length, thickness)
    elif given.shape == "linear":
        depth, stress = [0.0, given.length], [given.surface, 0.0]
    else:
        depth, stress = given.depth, given.stress
    return profile_from_depth(depth, stress, thickness, given.face, given.held)


def case_warnings(case: Case) -> list[str]:
    """What of a case is left out or doubtful whatever is computed of it."""
    return treatment_warnings(case) + material_warnings(case)


def material_warnings(case: Case) -> list[str]:
    """What the laws behind the layers' materials leave doubtful, and what the elements are not tested for."""
    materials = {layer.material: case.material_of(layer.name) for layer in case.stack}
    found = [
        f"{name}: {prop.warning}"
        for name, item in materials.items()
        for prop in item.properties.values()
        if prop.warning
    ]
    moduli = {name: item.value("youngs_modulus") for name, item in materials.items()}
    soft, stiff = min(moduli, key=moduli.__getitem__), max(moduli, key=moduli.__getitem__)
    if moduli[stiff] > LARGEST_CONTRAST * moduli[soft] * (1 + 1e-9):
        found.append(
            f"{stiff} is {moduli[stiff] / moduli[soft]:.2g} times as stiff as {soft}, more than the "
            f"{LARGEST_CONTRAST:.0e} that the solver is tested for"
        )
    found += [
        f"{name}: Poisson's ratio {item.value('poisson_ratio'):.4g} is above {LARGEST_POISSON}, up to which the "
        "elements are tested; they stiffen towards 0.5"
        for name, item in materials.items()
        if item.value("poisson_ratio") > LARGEST_POISSON
    ]
    return found


def loadings_of(case: Case, laminate: Laminate) -> list[Loading]:
    """States to judge, in the order of the line."""
    if case.rollers:
        return _line(case, laminate)
    if isinstance(case.load, WebLoad):
        return _bent_web(case.load, laminate)
    return _direct(case, case.load, laminate)


def _line(case: Case, laminate: Laminate) -> list[Loading]:
    reference = case.web.stress_free_temperature
    rollers = [Roller(r.name, r.radius, r.wrap, r.touches, r.tension, r.temperature) for r in case.rollers]
    line = stations(laminates_of(case, laminate), rollers, reference)
    return [
        Loading(
            station.name,
            station.state,
            Bend(
                sign=1.0 if station.roller.touches == "bottom" else -1.0,
                radius=station.roller.radius,
                wrap=station.roller.wrap,
                tension=station.roller.tension,
                temperature_change=station.roller.temperature - reference,
            ),
        )
        for station in line
    ]


def _bent_web(load: WebLoad, laminate: Laminate) -> list[Loading]:
    bend = Bend(
        sign=1.0 if load.stretches == "top" else -1.0,
        radius=math.inf if load.bend_radius is None else load.bend_radius,
        wrap=None,
        tension=load.tension,
        temperature_change=0.0,
    )
    return [Loading("load", bend.state(laminate), bend)]


def _direct(case: Case, load: StressLoad, laminate: Laminate) -> list[Loading]:
    ply = case.flawed_index if case.flaw else 0
    face = case.flaw.face if case.flaw else "top"
    state = direct_state(laminate, ply, face, **load.model_dump())
    return [Loading("load", state)]
