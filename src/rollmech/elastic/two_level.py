"""Conjugate gradients with two levels: smoothing on the quadratic space over a solve on the linear space."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from rollmech.backend import PETSc, dolfinx
from rollmech.elastic.matrices import assembled, use_cholesky
from rollmech.elastic.problem import PatchProblem

fem = dolfinx.fem

# Relative residual. 1e-5 leaves about 1e-7 of K, so that the ranks' number, which changes the smoother's eigenvalue
# estimate, does not show in six digits.
TOLERANCE = 1e-5
MAX_ITERATIONS = 500
# Unknowns of the linear space up to which it is factorised; beyond, multigrid needs less time and memory.
FACTORISED = 60_000

_SMOOTHER = "rollmech_smoother_"
_COARSE = "rollmech_coarse_"


def two_level(problem: PatchProblem, supports: list, stiffness: Callable):
    """Solver of a problem in space.

    The quadratic level keeps one triangle of its symmetric matrix, half of what an iteration has to read.

    Args:
        problem: The problem.
        supports: Supported unknowns of its quadratic space.
        stiffness: Gives the compiled form for a displacement space.
    """
    whole = assembled(stiffness(problem.space), supports, "baij")
    inverse = _block_diagonal_inverse(whole)
    whole.setOption(PETSc.Mat.Option.SPD, True)
    fine = whole.convert("sbaij")
    coarse_supports = problem.supports(problem.coarse_space)
    coarse = assembled(stiffness(problem.coarse_space), coarse_supports, "aij")
    solver = PETSc.KSP().create(fine.comm)
    solver.setOperators(fine)
    solver.setType(PETSc.KSP.Type.CG)
    solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    solver.setTolerances(rtol=TOLERANCE, divtol=1e10, max_it=MAX_ITERATIONS)
    levels = solver.getPC()
    levels.setType(PETSc.PC.Type.MG)
    levels.setMGLevels(2)
    levels.setMGInterpolation(1, _transfer(problem, supports, coarse_supports))
    if coarse.getSize()[0] <= FACTORISED:
        use_cholesky(levels.getMGCoarseSolve(), coarse)
    else:
        _use_multigrid(levels.getMGCoarseSolve(), coarse, problem.coarse_space)
    _use_chebyshev(levels.getMGSmoother(1), fine, inverse)
    return solver


def coarse_name(solver) -> str:
    """How a two-level solver treats its linear level."""
    kind = solver.getPC().getMGCoarseSolve().getPC().getType()
    return "MUMPS" if kind == PETSc.PC.Type.CHOLESKY else "GAMG"


def _use_chebyshev(smoother, matrix, inverse) -> None:
    """Let a solver smooth by Chebyshev's iteration on the point blocks' inverse."""
    smoother.setType(PETSc.KSP.Type.CHEBYSHEV)
    # Two steps: soft or thin plies take twice the iterations with one.
    smoother.setTolerances(max_it=2)
    smoother.setOperators(matrix, inverse)
    # PETSc's own point-block Jacobi does not know matrices of one triangle.
    smoother.getPC().setType(PETSc.PC.Type.MAT)
    # The default estimate of the largest eigenvalue is too low for some stacks of very unlike plies, and then the
    # smoother is indefinite.
    smoother.setOptionsPrefix(_SMOOTHER)
    options = PETSc.Options(_SMOOTHER)
    options["ksp_chebyshev_esteig_steps"] = 20
    options["ksp_chebyshev_esteig"] = "0,0.1,0,1.3"
    smoother.setFromOptions()


def _block_diagonal_inverse(matrix):
    """Inverse of the 3 x 3 blocks on the diagonal, as a matrix."""
    low, high = (end // 3 for end in matrix.getOwnershipRange())
    with warnings.catch_warnings():
        # petsc4py 3.25 shapes the array in a way that NumPy 2.5 calls deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        blocks = np.asarray(matrix.invertBlockDiagonal())  # by columns, but symmetric
    inverse = PETSc.Mat().createBAIJ(matrix.getSizes(), 3, nnz=(1, 0), comm=matrix.comm)
    rows = np.arange(high - low + 1, dtype=PETSc.IntType)
    inverse.setValuesBlockedCSR(rows, np.arange(low, high, dtype=PETSc.IntType), blocks.ravel())
    inverse.assemble()
    return inverse


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
    options["mg_levels_pc_type"] = "pbjacobi"
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


def _transfer(problem: PatchProblem, fine_supports: list, coarse_supports: list):
    """Interpolation from the linear to the quadratic space, zero on supported unknowns."""
    transfer = fem.petsc.interpolation_matrix(problem.coarse_space, problem.space)
    transfer.assemble()
    rows, columns = transfer.createVecLeft(), transfer.createVecRight()
    for vector, supports in ((rows, fine_supports), (columns, coarse_supports)):
        vector.set(1.0)
        vector.array_w[np.concatenate([_owned(s) for s in supports])] = 0.0
    transfer.diagonalScale(rows, columns)
    return transfer


def _owned(support) -> np.ndarray:
    """Supported unknowns of this rank."""
    unknowns, count = support.dof_indices()
    return unknowns[:count]
