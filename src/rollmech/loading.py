"""From a case to its laminate and the web states to judge; closed form, no solver."""

from __future__ import annotations

import math

from rollmech.case import Case, StressLoad, WebLoad
from rollmech.case.schema import Layer
from rollmech.errors import Fault, InputError
from rollmech.materials.moduli import LARGEST_CONTRAST, LARGEST_POISSON
from rollmech.risk.limits import Bend
from rollmech.risk.verdict import Loading
from rollmech.web import (
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
    """The case's stack as a laminate."""
    plies = []
    for layer in case.stack:
        material = case.material_of(layer.name)
        cte = material.get("cte")
        plies.append(
            Ply(
                layer.name,
                layer.thickness,
                material.value("youngs_modulus"),
                material.value("poisson_ratio"),
                cte.value if cte else 0.0,
                layer.residual_stress,
                profile_of(layer),
            )
        )
    try:
        return Laminate(plies)
    except ValueError as error:
        raise InputError(source, [Fault("stack", "", str(error), "layers in equilibrium")]) from None


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
    line = stations(laminate, rollers, reference)
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
