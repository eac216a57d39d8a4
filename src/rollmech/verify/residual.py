"""Benchmarks of K under stress that varies over the depth: eigenstrain, temperature, residual skins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from rollmech.backend import MPI, dolfinx, ufl
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.verify.half_plane import edge_crack_k
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target
from rollmech.web.profile import POINTS, exponential_points, linear_pieces

_DEPTH = 20.0
_PLY = {"youngs_modulus": 150e3, "poisson_ratio": 0.3}
_PROFILE = np.array([0.0, 0.0, 0.0, 0.0, 1.0])


def residual_stresses(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a profile in the half-plane, and one restrained strip posed in two ways."""
    for power in data["half_plane"]["powers"]:
        yield _half_plane(data, f"(x/a)^{power}", lambda x, n=power: x**n, _power_points(power))
    for decay in data["half_plane"]["decays"]:
        depth, stress = exponential_points(1.0, decay * _DEPTH, _width(data))
        name = f"exp(-x/{decay:g} a)"
        yield _half_plane(data, name, lambda x, d=decay: np.exp(-x / d), _pairs(depth, stress))
    yield _restrained(data)


def _width(data: dict[str, Any]) -> float:
    return data["half_plane"]["width_over_depth"] * _DEPTH


def _pairs(depth: np.ndarray, stress: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple(zip(map(float, depth), map(float, stress), strict=True))


def _power_points(power: int) -> tuple[tuple[float, float], ...]:
    """``(x/a)^power`` as linear pieces down to the tip."""
    x = np.linspace(0, 1, POINTS - 1)
    return _pairs(x * _DEPTH, linear_pieces(lambda z: z**power, x))


def _half_plane(
    data: dict, name: str, shape: Callable, profile: tuple[tuple[float, float], ...]
) -> Benchmark:
    """An edge crack in a strip so wide that it is a half-plane, loaded by the profile alone."""
    width, table = _width(data), data["half_plane"]
    patch = make_patch((PatchPly(width, **_PLY),), Scratch(_DEPTH), width, profile=profile)
    target = Target(
        family="residual stress, edge crack in a half-plane",
        kind="2D K",
        name=name,
        quantity="F",
        reference=edge_crack_k(shape) / np.sqrt(np.pi),
        tolerance=data["tolerance"],
        source=table["source"],
        uncertainty=table["uncertainty"],
    )
    return Benchmark((target,), lambda: [_answer(solve_influence(patch, TARGET), _PROFILE)], quick=True)


def _answer(influence: Influence, load: np.ndarray) -> Answer:
    unit = np.sqrt(np.pi * influence.patch.flaw.depth)
    k, error = influence.stress_intensity(load), influence.stress_intensity_error(load)
    return Answer(float(k[0] / unit), float(error[0] / unit))


def _restrained(data: dict[str, Any]) -> Benchmark:
    """The strip with a linear temperature: its stress as far bending and as a profile, K and T of both."""
    table = data["restrained"]
    width = _DEPTH / table["a_over_w"]
    patch = make_patch(
        (PatchPly(width, **_PLY),),
        Scratch(_DEPTH),
        table["half_length_over_width"] * width,
        profile=((0.0, 1.0), (width, -1.0)),
    )
    targets = tuple(
        Target(
            family="residual stress, strip with restrained ends",
            kind=kind,
            name=f"linear temperature, a/W = {table['a_over_w']:g}, as {pose}",
            quantity=quantity,
            reference=table[key],
            tolerance=tolerance,
            source=table["source"],
            uncertainty=table["uncertainty"],
        )
        for pose in ("far bending", "residual profile")
        for key, kind, quantity, tolerance in (
            ("k", "2D K", "F", data["tolerance"]),
            ("t", "T-stress", "T/stress", 5 * data["tolerance"]),
        )
    )
    return Benchmark(targets, lambda: list(_restrained_answers(patch)), quick=True)


def _restrained_answers(patch: Patch) -> Iterator[Answer]:
    influence = solve_influence(patch, TARGET)
    for load in (np.array([0.0, 1.0, 0.0, 0.0, 0.0]), _PROFILE):
        total = load + end_reactions(influence, load)
        yield _answer(influence, total)
        yield Answer(*influence.t_stress(total))


def end_reactions(influence: Influence, load: np.ndarray) -> np.ndarray:
    """Tension and bending (mode coefficients of the web, MPa) by which rigid ends answer to a crack.

    The ends of a patch are free to move. Held at their distance and straight in the mean they put a tension and a
    bending on the strip that undo their mean displacement and rotation: two equations, whose coefficients are
    the strip's own stretch and what the crack adds under each load. What no force or moment holds decays along the
    strip (Saint-Venant; to 2e-4 over two widths).
    """
    patch = influence.patch
    width = patch.thickness
    compliance = (1 - patch.plies[0].poisson_ratio ** 2) / patch.plies[0].youngs_modulus * patch.half_length
    # Mean displacement of the ends, and that weighted with 1 at the cracked face and -1 at the other.
    moved = {mode: _end_motion(influence, mode, width) for mode in ("x_membrane", "x_bending", "profile")}
    unit = np.array([moved["x_membrane"], moved["x_bending"]]).T + compliance * np.diag([1.0, 1 / 3])
    held = load[0] * moved["x_membrane"] + load[1] * moved["x_bending"] + load[4] * moved["profile"]
    tension, bending = np.linalg.solve(unit, -held)
    return np.array([tension, bending, 0.0, 0.0, 0.0])


def _end_motion(influence: Influence, mode: str, width: float) -> np.ndarray:
    problem = influence.problem
    solution = influence.solutions[problem.modes.index(mode)]
    zeta = 1 + 2 * ufl.SpatialCoordinate(problem.mesh)[1] / width
    ds = problem.face_measure(problem.patch_mesh.face("end_x"))
    forms = [dolfinx.fem.form(solution[0] * weight / width * ds) for weight in (1.0, zeta)]
    return np.array([MPI.COMM_WORLD.allreduce(dolfinx.fem.assemble_scalar(form)) for form in forms])
