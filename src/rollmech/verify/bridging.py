"""Benchmarks of bridged cracks: springs, yielding and breaking strips in an edge crack of a half-plane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from rollmech.flaws.bridge import Bridge
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.bridging import Bridged
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.mesh.patch import PatchPly, make_patch
from rollmech.verify.bridged_crack import HalfPlaneCrack
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

_DEPTH = 20.0
_PLY = PatchPly(0.0, 150e3, 0.3)
_MODULUS = 150e3 / (1 - 0.3**2)
_SHARP = 1.1215222552
_FAMILY = "bridging, edge crack in a half-plane"
_POINTS = 1200


def bridgings(data: dict[str, Any]) -> Iterator[Benchmark]:
    """All laws on one solved crack."""
    crack = HalfPlaneCrack(_POINTS)
    rows = [*_springs(data, crack), *_strips(data, crack), *_broken(data, crack)]
    targets = tuple(target for target, *_ in rows)
    yield Benchmark(targets, lambda: list(_answers(data, [rest for _, *rest in rows])), quick=True)


def _target(data: dict[str, Any], name: str, quantity: str, reference: float, **changes: Any) -> Target:
    common = {key: data[key] for key in ("tolerance", "source", "uncertainty")}
    return Target(
        family=_FAMILY,
        name=name,
        quantity=quantity,
        reference=reference,
        **({"kind": "2D K"} | common | changes),
    )


def _springs(data: dict[str, Any], crack: HalfPlaneCrack) -> Iterator[tuple]:
    table = data["springs"]
    for stiffness in table["stiffness"]:
        law, name = _law(stiffness=stiffness), f"springs of {stiffness:g}"
        yield _target(data, name, "F", crack.springs(stiffness) / np.sqrt(np.pi)), law, 1.0, "F"
    # Stiff springs: what is left of the crack's depth is Rose's interpolation.
    between = (1 / _SHARP**2 + 2 * np.pi * stiffness) ** -0.5
    changes = {"source": table["rose"], "tolerance": 0.01, "uncertainty": 0.005}
    yield _target(data, f"{name}, long crack", "F", between, **changes), law, 1.0, "F"


def _strips(data: dict[str, Any], crack: HalfPlaneCrack) -> Iterator[tuple]:
    """Above what the strip bears K is left; below it the zone ends before the tip, whose K is zero."""
    table = data["strip"]
    law, notch = _law(strength=1.0, fraction=1 - table["part"]), table["part"]
    high, low = table["above"], table["stress"]
    left = (high * crack.whole(notch)[0] - crack.strip(notch)[0]) / (high * np.sqrt(np.pi))
    yield _target(data, f"strip, stress {high:g}", "F", left), law, high, "F"
    changes = {"source": table["dugdale"], "tolerance": table["tolerance"]}
    name = f"strip, stress {low:g}"
    zone, opening = crack.yield_zone(low, notch)
    yield _target(data, name, "F at the tip", 0.0, **changes, absolute=True), law, low, "F"
    changes |= {"kind": "opening"}
    yield _target(data, name, "opening at the notch", opening, **changes), law, low, "notch"
    changes |= {"absolute": True}
    yield _target(data, name, "depth of the zone's end", zone, **changes), law, low, "zone"


def _broken(data: dict[str, Any], crack: HalfPlaneCrack) -> Iterator[tuple]:
    table = data["broken"]
    stress = table["stress"]
    for depth in table["down_to"]:
        (sharp, opened), (held, closed) = crack.whole(depth), crack.strip(depth)
        opening, unit = stress * opened - closed, stress * np.sqrt(np.pi)
        law, name = _law(strength=1.0, opening=opening), f"broken down to {depth:g}"
        yield _target(data, name, "F", (stress * sharp - held) / unit), law, stress, "F"
        changes = {"kind": "opening", "absolute": True}
        yield _target(data, name, "share of the faces", depth, **changes), law, stress, "broken"
    balance = np.sqrt((stress * sharp) ** 2 - opening) / unit
    changes = {"source": table["balance"], "tolerance": 0.01, "uncertainty": 0.006}
    yield _target(data, f"{name}, short bridge", "F", balance, **changes), law, stress, "F"


def _law(stiffness: float | None = None, strength: float | None = None, **others: float) -> Bridge:
    """A bridge in the units of the data file."""
    if "opening" in others:
        others["opening"] *= _DEPTH / _MODULUS
    stiffness = None if stiffness is None else stiffness * _MODULUS / _DEPTH
    return Bridge(strength, stiffness=stiffness, **others)


def _answers(data: dict[str, Any], rows: list[list]) -> Iterator[Answer]:
    width = data["width_over_depth"] * _DEPTH
    plies = (replace(_PLY, thickness=width),)
    solved = solve_influence(make_patch(plies, Scratch(_DEPTH), width, bridge=Bridge(1.0)), TARGET)
    for law, stress, quantity in rows:
        # The hats are the same for every law.
        influence = replace(solved, patch=replace(solved.patch, bridge=law))
        load = stress * influence.patch.tension
        found = influence.bridge.finest.solve(load, 0 * load)
        if quantity == "F":
            yield _k_answer(influence, load, found, stress)
        else:
            yield Answer(_length(found, quantity))


def _k_answer(influence: Influence, load: np.ndarray, found: Bridged, stress: float) -> Answer:
    unit = stress * np.sqrt(np.pi * _DEPTH)
    k, error = influence.stress_intensity(load + found.coefficients), influence.bridge.error(load, 0 * load)
    return Answer(float(k[0] / unit), float(error[0] / unit))


def _length(found: Bridged, quantity: str) -> float:
    """A length of the solution over the depth, or the opening at the notch in the units of the data file."""
    if quantity == "broken":
        return found.broken_share
    if quantity == "zone":
        return float(1 - found.root[found.bridged].max() ** 2 + found.yielded_share)
    notch = found.root[found.bridged].max()
    return float(np.interp(notch, found.root, found.opening) * _MODULUS / _DEPTH)
