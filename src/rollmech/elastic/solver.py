"""Solve for the perturbations: one set-up, one Krylov or direct solve per mode, reasons in words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rollmech.backend import PETSc, dolfinx
from rollmech.elastic.matrices import assembled, factorised
from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.two_level import coarse_name, two_level
from rollmech.errors import NumericsError
from rollmech.stopping import held_back

fem = dolfinx.fem

# Unknowns up to which a direct solve stands in for a Krylov method that gave up: about 2 GB and 10 s.
DIRECT_LIMIT = 130_000

_REASONS = {
    -2: "the Krylov method broke down",
    -3: "no convergence within the iterations allowed",
    -4: "the residual grew without bound",
    -5: "the Krylov method broke down",
    -8: "the preconditioner is not positive definite",
    -9: "a not-a-number appeared (an element or a modulus is degenerate)",
    -10: "the matrix is not positive definite (a region is not supported or an element is inverted)",
    -11: "the preconditioner could not be set up (a factorisation failed)",
}


def solve_modes(problem: PatchProblem) -> tuple[list, dict]:
    """Perturbation displacement (um per MPa) of every mode that loads the flaw.

    Three dimensions: conjugate gradients with a two-level preconditioner, point-block smoothing on the
    quadratic space over a direct solve on the linear space of the same mesh. Plane problems: direct.

    Returns:
        The functions, in the order of ``problem.modes``, and statistics (unknowns, iterations).

    Raises:
        NumericsError: A solve did not converge; says why in words.
    """
    found: dict = {}
    statistics: dict = {"iterations": []}
    for modes in problem.stages():
        solutions, told = _solve(problem, modes)
        found |= dict(zip(modes, solutions, strict=True))
        statistics = told | {"iterations": statistics["iterations"] + told["iterations"]}
    return [found[mode] for mode in problem.modes], statistics


def _solve(problem: PatchProblem, modes: tuple[str, ...]) -> tuple[list, dict]:
    """Perturbations of some modes that share one stiffness, and statistics."""
    supports = problem.supports(problem.space)
    solver = _set_up(problem, supports, problem.stiffness)
    name = "MUMPS" if _is_direct(solver) else f"CG, two-level P2/P1 ({coarse_name(solver)})"
    try:
        solutions, iterations = _solve_all(problem, modes, solver, supports)
    except NumericsError:
        found = _stand_in(problem, supports, solver)
        if found is None:
            raise
        solver, name = found
        solutions, iterations = _solve_all(problem, modes, solver, supports)
    return solutions, {"unknowns": _unknowns(problem), "iterations": iterations, "solver": name}


def _stand_in(problem: PatchProblem, supports: list, solver) -> tuple | None:
    """Solver for what a Krylov method gave up on, and its name; None where there is none.

    Aggregation misses the bending of long slender patches; a stiff ply of a thousandth of its neighbour's thickness is
    beyond the smoother.
    """
    if _is_direct(solver):
        return None
    if coarse_name(solver) == "GAMG":
        exact = two_level(problem, supports, problem.stiffness, factorised=True)
        return exact, "CG, two-level P2/P1 (MUMPS, after GAMG gave up)"
    if _unknowns(problem) > DIRECT_LIMIT:
        return None
    return _direct(problem, supports, problem.stiffness), "MUMPS, after the two-level solver gave up"


def solve_stiffened(problem: PatchProblem, stiffness: Callable, load, start) -> None:
    """Solve for one load with a stiffness of one's own.

    Args:
        problem: The problem.
        stiffness: Gives the compiled form for a displacement space, the quadratic or the linear one.
        load: Load vector on the quadratic space.
        start: Function that holds a first guess and takes the solution.

    Raises:
        NumericsError: The solve did not converge; says why in words.
    """
    supports = problem.supports(problem.space)
    solver = _set_up(problem, supports, stiffness)
    solver.setInitialGuessNonzero(not _is_direct(solver))
    for support in supports:
        support.set(load.array_w)
    _run(solver, load, start.x.petsc_vec, start.name)
    start.x.scatter_forward()


def _set_up(problem: PatchProblem, supports: list, stiffness: Callable):
    """Solver of a dimension: direct in the plane, two levels in space."""
    return (_direct if problem.dimension == 2 else two_level)(problem, supports, stiffness)


def _is_direct(solver) -> bool:
    return solver.getType() == PETSc.KSP.Type.PREONLY


def _unknowns(problem: PatchProblem) -> int:
    dofmap = problem.space.dofmap
    return dofmap.index_map.size_global * dofmap.index_map_bs


def _solve_all(
    problem: PatchProblem, modes: tuple[str, ...], solver, supports: list
) -> tuple[list, list[int]]:
    """Perturbations of some modes with one set-up, and the iterations of each."""
    direct = _is_direct(solver)
    solver.setInitialGuessNonzero(not direct)
    solutions, iterations = [], []
    loads = problem.loads(problem.space, modes)
    for mode, load in zip(modes, loads, strict=True):
        for support in supports:
            support.set(load.array_w)
        solution = fem.Function(problem.space, name=mode)
        if not direct:
            _guess(solution, load, solutions, loads)
        _run(solver, load, solution.x.petsc_vec, mode)
        solution.x.scatter_forward()
        solutions.append(solution)
        iterations.append(solver.getIterationNumber())
    return solutions, iterations


def _guess(solution, load, known: list, loads: list) -> None:
    """Start from the best combination, in energy, of the modes already solved."""
    if not known:
        return
    products = np.array([[a.dot(u.x.petsc_vec) for u in known] for a in loads[: len(known)]])
    weights = np.linalg.lstsq(products, [load.dot(u.x.petsc_vec) for u in known], rcond=None)[0]
    solution.x.array[:] = sum(w * u.x.array for w, u in zip(weights, known, strict=True))


def boundary_effect(problem: PatchProblem) -> float:
    """Relative effect of the patch's ends on K, bounded from both sides on the linear space.

    The ends of the patch are force-free, which bounds the flaw's energy from above; ends that can only move
    rigidly bound it from below, and the endless web lies in between. K^2 is the energy's derivative with respect
    to the flaw's size; the ends' part of the energy grows with its square, so that K changes by as large a fraction
    as the energy. A difference of the wrong sign is round-off and counts by its size.
    """
    free = _flaw_energy(problem)
    with problem.stiff_ends():
        held = _flaw_energy(problem)
    return abs(free - held) / free


def _flaw_energy(problem: PatchProblem) -> float:
    """Twice the energy released by the flaw under the first mode that disturbs the web, on the linear space."""
    patch, space = problem.patch, problem.coarse_space
    alike = patch.fill is not None and np.allclose(patch.fill.following(patch.plies[0]), (1, 0))
    mode = "misfit" if alike else problem.modes[0]
    supports = problem.supports(space)
    solver = factorised(assembled(problem.stiffness(space), supports, "aij"))
    (load,) = problem.loads(space, (mode,))
    for support in supports:
        support.set(load.array_w)
    solution = load.duplicate()
    _run(solver, load, solution, mode)
    return load.dot(solution)


def _direct(problem: PatchProblem, supports: list, stiffness: Callable):
    return factorised(assembled(stiffness(problem.space), supports, "aij"))


def _run(solver, load, solution, mode: str) -> None:
    """Solve, and say in words why it failed if it did."""
    with held_back():
        solver.solve(load, solution)
    reason = solver.getConvergedReason()
    if reason > 0:
        return
    words = _REASONS.get(reason, f"PETSc reason {reason}")
    raise NumericsError(
        f"the solve of mode '{mode}' did not converge: {words} "
        f"(after {solver.getIterationNumber()} iterations); a larger [accuracy] target needs fewer unknowns"
    )
