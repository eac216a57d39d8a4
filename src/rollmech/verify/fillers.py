"""Benchmarks of fillers: an elliptic inhomogeneity deep inside, filled notches at the ends of the modulus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_modes
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import solve_influence
from rollmech.fracture.stress_concentration import stress_on
from rollmech.mesh.build import spread
from rollmech.mesh.patch import Fill, Patch, PatchPly
from rollmech.mesh.session import gmsh_session
from rollmech.mesh.simplices import Simplices, from_gmsh
from rollmech.verify.inclusion import eshelby_tensor, inside
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

_MODULUS, _POISSON = 150e3, 0.3
_SIZE = 10.0


def fillers(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve an inhomogeneity, for tension and misfit; one a filled notch."""
    for entry in data["inhomogeneity"]:
        yield _inhomogeneity(data, entry)
    for entry in data["notch"]:
        yield _notch(data, entry)


def _inhomogeneity(data: dict[str, Any], entry: dict[str, Any]) -> Benchmark:
    a, b = _SIZE * entry["a_over_b"], _SIZE
    filler = (entry["modulus_ratio"] * _MODULUS, entry["poisson_ratio"])
    loads = {"tension": (np.array([1.0, 0, 0]), 0.0), "misfit": (np.zeros(3), 1.0)}
    tensor = eshelby_tensor(a, b, _POISSON)
    exact = {load: inside(tensor, (_MODULUS, _POISSON), filler, *how)[0] for load, how in loads.items()}
    targets = tuple(
        Target(
            family="filler, inhomogeneity deep inside",
            kind="Kt",
            name=f"a/b = {entry['a_over_b']:g}, E_f/E = {entry['modulus_ratio']:g}, {load}",
            quantity=f"stress {'xz'[axis // 2]} in the filler, mean over its face",
            reference=float(exact[load][axis]),
            tolerance=data["tolerance"],
            source=data["source"],
            uncertainty=data["uncertainty"],
        )
        for load in loads
        for axis in (0, 2)
    )
    return Benchmark(targets, lambda: _inside(a, b, filler, data["half_extent_over_b"] * _SIZE), quick=True)


def _inside(a: float, b: float, filler: tuple[float, float], extent: float) -> list[Answer]:
    patch = Patch(
        (PatchPly(2 * extent, _MODULUS, _POISSON),),
        Scratch(b, a, profile="U"),
        extent,
        extent,
        real_ends=True,
        fill=Fill(*filler),
    )
    problem = PatchProblem(patch, spread(lambda: _buried_mesh(patch, a, b)))
    solutions, _ = solve_modes(problem)
    unit = stress_on(problem, solutions, ("bond",), patch.filler).unit.mean(axis=1)
    return [
        Answer(float(unit[patch.modes.index(mode), axis]))
        for mode in ("x_membrane", "misfit")
        for axis in (0, 2)
    ]


def _buried_mesh(patch: Patch, a: float, b: float) -> Simplices:
    """Half x >= 0 of a square plate with an ellipse in its middle."""
    length, depth = patch.half_length, patch.thickness
    with gmsh_session() as gmsh:
        geo, middle = gmsh.model.geo, -depth / 2
        places = (
            (0, 0),
            (length, 0),
            (length, -depth),
            (0, -depth),
            (0, middle - b),
            (a, middle),
            (0, middle + b),
        )
        p = [geo.addPoint(x, z, 0) for x, z in places]
        centre = geo.addPoint(0, middle, 0)
        sides = [geo.addLine(p[i], p[i + 1]) for i in range(4)] + [geo.addLine(p[6], p[0])]
        major = p[4] if b >= a else p[5]
        wall = [geo.addEllipseArc(p[i], centre, major, p[i + 1]) for i in (4, 5)]
        axis = geo.addLine(p[6], p[4])
        outer = geo.addPlaneSurface([geo.addCurveLoop([*sides[:4], *wall, sides[4]])])
        inner = geo.addPlaneSurface([geo.addCurveLoop([*wall, axis])])
        geo.synchronize()
        for i, surface in enumerate((outer, inner)):
            gmsh.model.addPhysicalGroup(2, [surface], name=f"ply{i}")
        names = {
            "flawed_face": sides[:1],
            "end_x": sides[1:2],
            "other_face": sides[2:3],
            "symmetry_x": [*sides[3:], axis],
            "bond": wall,
        }
        for name, tags in names.items():
            gmsh.model.addPhysicalGroup(1, tags, name=name)
        field = gmsh.model.mesh.field
        size = field.add("MathEval")
        distance = f"Sqrt(x^2 + (y - ({middle!r}))^2)"
        field.setString(size, "F", f"{min(a, b) / 12!r} + 0.15 * max({distance} - {max(a, b)!r}, 0)")
        field.setAsBackgroundMesh(size)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        return from_gmsh(gmsh, 2)


def _notch(data: dict[str, Any], entry: dict[str, Any]) -> Benchmark:
    target = Target(
        family="filler, filled notch",
        kind="Kt",
        name=f"semicircle in a half-plane, E_f/E = {entry['modulus_ratio']:g}",
        quantity="Kt, gross",
        reference=entry["tension"],
        tolerance=data["tolerance"],
        source=entry["source"],
        uncertainty=data["uncertainty"],
    )
    patch = Patch(
        (PatchPly(400 * _SIZE, _MODULUS, _POISSON),),
        Scratch(_SIZE, _SIZE, profile="U"),
        1200 * _SIZE,
        1200 * _SIZE,
        real_ends=True,
        fill=Fill(entry["modulus_ratio"] * _MODULUS, _POISSON),
    )
    return Benchmark((target,), lambda: [_peak(patch)], quick=True)


def _peak(patch: Patch) -> Answer:
    influence = solve_influence(patch, TARGET)
    return Answer(*influence.peak_stress(patch.tension)[:2])
