"""Benchmarks of stress concentration: notches, edge chips, pits and pores."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rollmech.flaws.edge_chip import EdgeChip
from rollmech.flaws.pit import Pit
from rollmech.flaws.pore import Pore
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import SAFETY, Influence, solve_influence
from rollmech.fracture.stress_concentration import SurfaceStress
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.verify.fronts import LOADS
from rollmech.verify.hole import hole_under_edge
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

_SIZE = 10.0
_MODULUS = 150e3
# Far-stress coefficients of the web (MPa).
_DIRECTIONS = {
    "equibiaxial": np.array([1.0, 0.0, 1.0, 0.0]),
    "uniaxial": np.array([1.0, 0.0, 0.0, 0.0]),
}


def notches(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a geometry, for tension and bending of a strip with real ends."""
    for notch in data["notch"]:
        width = _SIZE / notch["d_over_w"]
        flaw = Scratch(_SIZE, _SIZE / notch["d_over_c"], profile="U")
        patch = make_patch((PatchPly(width, _MODULUS, 0.3),), flaw, data["half_length_over_width"] * width)
        loads = [load for load in LOADS if load in notch]
        where = notch.get("name", f"d/W = {notch['d_over_w']:g}")
        targets = tuple(
            Target(
                family="notch",
                kind="Kt",
                name=f"d/c = {notch['d_over_c']:g}, {where}, {load}",
                quantity="Kt, gross",
                reference=notch[load],
                tolerance=data["tolerance"],
                source=data["source"],
                uncertainty=data["uncertainty"],
            )
            for load in loads
        )
        yield Benchmark(
            targets, lambda p=patch, names=loads: _notch_answers(p, names), notch.get("quick", False)
        )


def _notch_answers(patch: Patch, loads: list[str]) -> list[Answer]:
    influence = solve_influence(patch, TARGET)
    return [Answer(*influence.peak_stress(LOADS[load])[:2]) for load in loads]


def chips(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a chip through a plate under tension, against the plane notch."""
    for chip in data["chip"]:
        length = _SIZE / chip["d_over_c"]
        thickness = data["thickness_over_depth"] * _SIZE
        target = Target(
            family="edge chip",
            kind="Kt",
            name=f"through, d/c = {chip['d_over_c']:g}, tension",
            quantity="Kt",
            reference=chip["tension"],
            tolerance=data["tolerance"],
            source=data["source"],
            uncertainty=data["uncertainty"],
            note="nu = 0",
        )
        patch = make_patch(
            (PatchPly(thickness, _MODULUS, 0.0),), EdgeChip(thickness, _SIZE, length, through=True)
        )
        yield Benchmark((target,), partial(_chip_answers, patch, data["target"]), chip.get("quick", False))


def _chip_answers(patch: Patch, target: float) -> list[Answer]:
    return [Answer(*solve_influence(patch, target).peak_stress(patch.tension)[:2])]


def pits(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a shape and Poisson's ratio, for both directions of stress."""
    for pit in data["pit"]:
        wanted = [(load, place) for load in _DIRECTIONS for place in pit.get(load, {})]
        targets = tuple(
            Target(
                family="pit",
                kind="Kt",
                name=f"d/w = {pit['d_over_w']:g}, nu = {pit['poisson_ratio']:g}, {load}",
                quantity=f"Kt, {place}",
                reference=pit[load][place],
                tolerance=data["tolerance"],
                source=data["source"],
                uncertainty=data["uncertainty"],
            )
            for load, place in wanted
        )
        patch = _pitted_plate(pit["d_over_w"], pit["poisson_ratio"], data["thickness_over_reach"])
        yield Benchmark(
            targets, lambda p=patch, pairs=wanted: _pit_answers(p, pairs), pit.get("quick", False)
        )


def _pitted_plate(slenderness: float, poisson: float, thickness: float) -> Patch:
    pit = Pit(depth=slenderness * _SIZE, half_width=_SIZE, half_length=_SIZE)
    return make_patch((PatchPly(thickness * pit.reach, _MODULUS, poisson),), pit)


def _pit_answers(patch: Patch, wanted: list[tuple[str, str]]) -> Iterator[Answer]:
    influence = solve_influence(patch, TARGET)
    for load, place in wanted:
        far = _DIRECTIONS[load]
        if place == "bottom":
            yield _bottom(influence, far)
        else:
            peak, error, position = influence.peak_stress(far)
            yield Answer(peak, error, f"{_from_bottom(position, patch.flaw):.0f} deg from the bottom")


def _bottom(influence: Influence, far: np.ndarray) -> Answer:
    """Stress at the deepest point, with the estimate that the peak stress carries."""
    local = influence.patch.turned(far)
    now, before = (_at_bottom(s, local) for s in (influence.surface, influence.surface_before))
    return Answer(now, SAFETY * abs(now - before) + influence.boundary * abs(now))


def _at_bottom(surface: SurfaceStress, far: np.ndarray) -> float:
    return float(surface.largest_principal(far)[surface.position[:, 2].argmin()])


def _from_bottom(position: np.ndarray, pit: Pit) -> float:
    """Parametric angle (degrees) of a point of the pit's wall from its deepest point."""
    return float(
        np.degrees(np.arctan2(np.hypot(position[0], position[1]) / pit.half_width, -position[2] / pit.depth))
    )


def pores(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a depth, for the places on the pore's axis."""
    for pore in data["pore"]:
        dimension = pore["dimension"]
        name = f"{'sphere' if dimension == 3 else 'long pore'}, e/a = {pore['e_over_a']:g}, {pore['load']}"
        places = pore.get("places") or hole_under_edge(pore["e_over_a"])
        targets = tuple(
            Target(
                family="pore",
                kind="Kt",
                name=name,
                quantity=f"Kt, {place}",
                reference=reference,
                tolerance=data["tolerance"],
                source=pore["source"],
                uncertainty=pore.get("uncertainty", 0.0),
            )
            for place, reference in places.items()
        )
        flaw = Pore(pore["e_over_a"] * _SIZE, _SIZE, _SIZE, _SIZE if dimension == 3 else None)
        ply = PatchPly(data["thickness_over_radius"][str(dimension)] * _SIZE, _MODULUS, 0.25)
        answers = partial(
            _pore_answers, make_patch((ply,), flaw), pore["load"], tuple(places), data["target"]
        )
        yield Benchmark(targets, answers, pore.get("quick", False))


def _pore_answers(patch: Patch, load: str, names: tuple[str, ...], target: float) -> list[Answer]:
    influence = solve_influence(patch, target)
    places = patch.flaw.places
    return [Answer(*influence.stress_at(_DIRECTIONS[load], places[name])) for name in names]
