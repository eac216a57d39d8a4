"""Benchmarks of particles: a growing sphere under a face, spheres of other moduli deep inside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rollmech.flaws.pore import Pore
from rollmech.fracture.influence import STRESS_SAFETY, Influence, solve_influence
from rollmech.mesh.patch import Fill, Patch, PatchPly, make_patch
from rollmech.verify.inclusion import beside, inside, sphere_tensor, sphere_under_face
from rollmech.verify.rows import Answer, Benchmark, Target

_MODULUS, _RADIUS = 150e3, 10.0
# Outgrowing its place by what 1 MPa all round would hold back.
_LOADS = {"tension": (np.array([1.0, 0.0, 0.0]), 0.0), "growth": (np.zeros(3), -1.0)}


def particles(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a particle: three places near a face, or stress inside and beside it deep down."""
    for entry in data["near"]:
        yield _near(data, entry)
    for entry in data["deep"]:
        yield _deep(data, entry)


def _near(data: dict[str, Any], entry: dict[str, Any]) -> Benchmark:
    depth, poisson = entry["e_over_a"], data["poisson_ratio"]
    targets = tuple(
        _target(data, entry, f"sphere, e/a = {depth:g}, growth", f"stress over held pressure, {place}", exact)
        for place, exact in sphere_under_face(depth, poisson).items()
    )
    patch = _patch(data, depth, Fill(_MODULUS, poisson, misfit=1e-3))
    return Benchmark(targets, partial(_at_places, patch, data["target"]), entry.get("quick", False))


def _deep(data: dict[str, Any], entry: dict[str, Any]) -> Benchmark:
    matrix = (_MODULUS, data["poisson_ratio"])
    filler = (entry["modulus_ratio"] * _MODULUS, entry["poisson_ratio"])
    targets = []
    for load, (far, held) in _LOADS.items():
        stress, strain = inside(sphere_tensor(matrix[1]), matrix, filler, far, held)
        peak = float(np.linalg.eigvalsh(beside(stress, strain, matrix, _meridian())).max())
        name = f"sphere deep inside, E_p/E = {entry['modulus_ratio']:g}, {load}"
        for quantity, exact in (("stress x in the particle", stress[0]), ("largest stress beside it", peak)):
            targets.append(_target(data, entry, name, quantity, float(exact)))
    patch = _patch(data, entry["e_over_a"], Fill(*filler, misfit=1e-3))
    return Benchmark(
        tuple(targets), partial(_in_and_beside, patch, data["target"]), entry.get("quick", False)
    )


def _meridian() -> np.ndarray:
    """Normals of a sphere in the plane of the axes x and z, shape (n, 3)."""
    angle = np.linspace(0, np.pi / 2, 2001)
    return np.column_stack([np.cos(angle), 0 * angle, np.sin(angle)])


def _target(data: dict[str, Any], entry: dict[str, Any], name: str, quantity: str, exact: float) -> Target:
    return Target(
        family="particle",
        kind="Kt",
        name=name,
        quantity=quantity,
        reference=float(exact),
        tolerance=data["tolerance"],
        source=entry["source"],
        uncertainty=entry.get("uncertainty", 0.0),
    )


def _patch(data: dict[str, Any], depth: float, fill: Fill) -> Patch:
    ply = PatchPly(data["thickness_over_radius"] * _RADIUS, _MODULUS, data["poisson_ratio"])
    return make_patch((ply,), Pore(depth * _RADIUS, _RADIUS, _RADIUS, _RADIUS), fill=fill)


def _unit(patch: Patch, load: str) -> np.ndarray:
    found = 0 * patch.tension
    found[0 if load == "tension" else patch.place("misfit")] = 1.0 if load == "tension" else -1.0
    return found


def _at_places(patch: Patch, target: float) -> list[Answer]:
    influence = solve_influence(patch, target)
    load = _unit(patch, "growth")
    return [Answer(*influence.stress_at(load, place)) for place in patch.flaw.places.values()]


def _in_and_beside(patch: Patch, target: float) -> Iterator[Answer]:
    influence = solve_influence(patch, target)
    for load in _LOADS:
        yield _mean_inside(influence, _unit(patch, load))
        yield Answer(*influence.peak_stress(_unit(patch, load))[:2])


def _mean_inside(influence: Influence, load: np.ndarray) -> Answer:
    """Stress along x in the particle, mean over its wall, with the estimate that a peak stress carries."""
    local = influence.patch.turned(load)
    now, before = (
        float(np.einsum("k,kn->", local, bond.filler.unit[:, :, 0])) / len(bond.filler.position)
        for bond in (influence.bond, influence.bond_before)
    )
    return Answer(now, STRESS_SAFETY[3] * abs(now - before) + influence.boundary * abs(now))
