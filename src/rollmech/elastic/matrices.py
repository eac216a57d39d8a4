"""Assembled stiffness matrices and their factorisation."""

from __future__ import annotations

from rollmech.backend import PETSc, dolfinx

fem = dolfinx.fem

# Memory for a factorisation beyond MUMPS's estimate, %.
WORKSPACE = 100


def assembled(form, supports: list, kind: str):
    """Stiffness with rows and columns of supported unknowns replaced by the identity, of a PETSc type."""
    matrix = fem.petsc.create_matrix(form, kind=kind)
    fem.petsc.assemble_matrix(matrix, form, bcs=supports)
    matrix.assemble()
    return matrix


def factorised(matrix):
    """Solver that factorises a matrix by MUMPS."""
    solver = PETSc.KSP().create(matrix.comm)
    use_cholesky(solver, matrix)
    return solver


def use_cholesky(solver, matrix) -> None:
    """Let a solver factorise a matrix by MUMPS."""
    matrix.setOption(PETSc.Mat.Option.SPD, True)
    solver.setOperators(matrix)
    solver.setType(PETSc.KSP.Type.PREONLY)
    preconditioner = solver.getPC()
    preconditioner.setType(PETSc.PC.Type.CHOLESKY)
    preconditioner.setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
    preconditioner.setFactorSetUpSolverType()
    # MUMPS underestimates what each of many ranks needs of a small matrix.
    preconditioner.getFactorMatrix().setMumpsIcntl(14, WORKSPACE)
