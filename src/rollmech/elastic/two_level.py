"""Conjugate gradients with two levels: smoothing on the quadratic space over a solve on the linear space."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rollmech.backend import PETSc, dolfinx
from rollmech.elastic.fine_level import FineLevel, Transfer
from rollmech.elastic.matrices import assembled, use_cholesky
from rollmech.elastic.problem import PatchProblem
from rollmech.mesh.patchmesh import geometry_cells
from rollmech.mesh.topology import roundness

fem = dolfinx.fem

# Relative residual. It leaves about 1e-7 of K, so that the ranks' number, which changes the sweeps, does not show in
# six digits.
TOLERANCE = 5e-6
MAX_ITERATIONS = 500
# Unknowns of the linear space up to which it is factorised; beyond, multigrid needs less time and memory. From 25,000
# on it is faster, too, but it misses the bending of long slender patches.
FACTORISED = 60_000
# Roundness below which a cell is flat.
FLAT = 0.25

_COARSE = "rollmech_coarse_"


def two_level(problem: PatchProblem, supports: list, stiffness: Callable, factorised: bool = False):
    """Solver of a problem in space.

    Args:
        problem: The problem.
        supports: Supported unknowns of its quadratic space.
        stiffness: Gives the compiled form for a displacement space.
        factorised: Factorise the linear space whatever its size.
    """
    fine = FineLevel(_stored(stiffness(problem.space), supports), _flat_nodes(problem))
    coarse_supports = problem.supports(problem.coarse_space)
    coarse = assembled(stiffness(problem.coarse_space), coarse_supports, "aij")
    owned = 3 * fine.nodes
    matrix = PETSc.Mat().createPython(((owned, None), (owned, None)), fine, comm=coarse.comm)
    matrix.setUp()
    solver = PETSc.KSP().create(matrix.comm)
    solver.setOperators(matrix)
    solver.setType(PETSc.KSP.Type.CG)
    solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    solver.setTolerances(rtol=TOLERANCE, divtol=1e10, max_it=MAX_ITERATIONS)
    cycle = solver.getPC()
    cycle.setType(PETSc.PC.Type.PYTHON)
    exact = factorised or coarse.getSize()[0] <= FACTORISED
    linear = _coarse_solver(coarse, problem.coarse_space, exact)
    cycle.setPythonContext(Cycle(fine, linear, coarse_supports, problem))
    return solver


class Cycle:
    """One symmetric cycle: a sweep, the linear space's correction, the sweep backwards."""

    def __init__(self, fine: FineLevel, coarse, coarse_supports: list, problem: PatchProblem) -> None:
        self.fine, self.coarse, self._supports = fine, coarse, coarse_supports
        self._transfer = Transfer(problem.coarse_space, problem.space)
        self._correction, self._load = coarse.getOperators()[0].createVecs()
        self._solution = np.zeros(3 * fine.nodes, dtype=np.float32)

    def apply(self, _preconditioner, residual, result) -> None:
        """Approximate solution for a residual, for PETSc."""
        # Single precision has a small range: residuals fall by many powers of ten on the way.
        size = residual.norm(PETSc.NormType.NORM_INFINITY) or 1.0
        load = (residual.array_r / size).astype(np.float32)
        left = self.fine.smooth_first(load, self._solution)
        self._load.array_w[:] = self._transfer.restrict(left)
        for support in self._supports:
            support.set(self._load.array_w)
        self.coarse.solve(self._load, self._correction)
        self._transfer.add(self._correction.array_r, self._solution)
        self.fine.smooth_last(load, self._solution)
        np.multiply(self._solution, size, out=result.array_w, dtype=np.float64)


def coarse_name(solver) -> str:
    """How a two-level solver treats its linear level."""
    kind = solver.getPC().getPythonContext().coarse.getPC().getType()
    return "MUMPS" if kind == PETSc.PC.Type.CHOLESKY else "GAMG"


def _stored(form, supports: list):
    """Stiffness in DOLFINx's own format, which hands out its blocks."""
    matrix = fem.create_matrix(form)
    fem.assemble_matrix(matrix, form, bcs=supports)
    matrix.scatter_reverse()
    return matrix


def _flat_nodes(problem: PatchProblem) -> np.ndarray:
    """This rank's quadratic nodes of flat cells, rising."""
    dofmap = problem.space.dofmap
    corners = problem.mesh.geometry.x[geometry_cells(problem.mesh)[:, :4]]
    nodes = np.unique(np.asarray(dofmap.list)[roundness(corners) < FLAT])
    return nodes[nodes < dofmap.index_map.size_local]


def _coarse_solver(matrix, space, factorised: bool):
    """Solver of the linear space, ready for use."""
    solver = PETSc.KSP().create(matrix.comm)
    if factorised:
        use_cholesky(solver, matrix)
    else:
        _use_multigrid(solver, matrix, space)
    solver.setUp()
    return solver


def _use_multigrid(solver, matrix, space) -> None:
    """Let a solver take one cycle of smoothed aggregation with the rigid motions (Vanek, Mandel & Brezina 1996)."""
    matrix.setOption(PETSc.Mat.Option.SPD, True)
    matrix.setBlockSize(3)
    matrix.setNearNullSpace(rigid_motions(matrix, space))
    solver.setOperators(matrix)
    solver.setType(PETSc.KSP.Type.PREONLY)
    solver.getPC().setType(PETSc.PC.Type.GAMG)
    solver.setOptionsPrefix(_COARSE)
    options = PETSc.Options(_COARSE)
    options["pc_gamg_threshold"] = 0.01
    options["pc_gamg_coarse_eq_limit"] = 2000
    options["mg_levels_pc_type"] = "sor"
    options["mg_levels_ksp_max_it"] = 1
    options["mg_coarse_pc_type"] = "cholesky"
    options["mg_coarse_pc_factor_mat_solver_type"] = "mumps"
    solver.setFromOptions()


def rigid_motions(matrix, space):
    """The six rigid motions of a displacement space as a near null space."""
    x = space.tabulate_dof_coordinates()[: space.dofmap.index_map.size_local]
    vectors = []
    for axis in np.eye(3):
        vectors += [np.broadcast_to(axis, x.shape), np.cross(axis, x)]
    found = []
    for values in vectors:
        vector = matrix.createVecLeft()
        vector.array_w[:] = values.ravel()
        for other in found:
            vector.axpy(-vector.dot(other), other)
        vector.normalize()
        found.append(vector)
    return PETSc.NullSpace().create(vectors=found, comm=matrix.comm)
