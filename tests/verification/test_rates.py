"""Convergence rates: fields against manufactured solutions, K and G against exact or converged values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rollmech.backend import MPI, PETSc, dolfinx, ufl
from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_modes
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.front_integral import front_k
from rollmech.fracture.influence import LEVELS
from rollmech.fracture.interaction_integral import mixed_front_k
from rollmech.mesh.build import build_mesh
from rollmech.mesh.grading import Grading
from rollmech.mesh.patch import PatchPly, make_patch
from rollmech.mesh.patchmesh import PatchMesh

fem = dolfinx.fem
PLY = PatchPly(1.0, 3.0, 0.3)


def manufactured(dimension: int, divisions: int, poisson: float) -> tuple[float, float]:
    """Errors of displacement and of its gradient (root mean square over the unit cell) for a smooth exact field."""
    corners = [np.zeros(dimension), np.ones(dimension)]
    create = dolfinx.mesh.create_rectangle if dimension == 2 else dolfinx.mesh.create_box
    mesh = create(MPI.COMM_SELF, corners, [divisions] * dimension)
    cells = mesh.topology.index_map(dimension).size_local
    ply = replace(PLY, poisson_ratio=poisson)
    problem = PatchProblem(make_patch((ply,), Scratch(0.5)), PatchMesh(mesh, np.zeros(cells, int), None, {}))
    x = ufl.SpatialCoordinate(mesh)
    places = [x[0], 0.3, x[1]] if dimension == 2 else list(x)
    exact = ufl.as_vector(
        [
            ufl.sin(places[0] + 2 * places[2]),
            places[0] * ufl.cos(places[1] + places[2]),
            ufl.exp(places[2] - places[0] / 2) + ufl.sin(places[1]),
        ]
    )
    if dimension == 2:  # nothing may change along y
        exact = ufl.as_vector([exact[0], ufl.sin(places[0] * places[2]), ufl.exp(places[2] - places[0] / 2)])
    stress = problem.stress(problem.gradient(exact))
    along = {0: 0, 2: 1} if dimension == 2 else {0: 0, 1: 1, 2: 2}
    force = -ufl.as_vector([sum(stress[i, j].dx(axis) for j, axis in along.items()) for i in range(3)])
    space = problem.space
    held = fem.Function(space)
    held.interpolate(fem.Expression(exact, space.element.interpolation_points))
    mesh.topology.create_connectivity(dimension - 1, dimension)
    boundary = dolfinx.mesh.exterior_facet_indices(mesh.topology)
    support = fem.dirichletbc(held, fem.locate_dofs_topological(space, dimension - 1, boundary))
    stiffness = problem.stiffness(space)
    matrix = fem.petsc.assemble_matrix(stiffness, bcs=[support])
    matrix.assemble()
    load = fem.petsc.assemble_vector(fem.form(ufl.inner(force, ufl.TestFunction(space)) * ufl.dx))
    fem.petsc.apply_lifting(load, [stiffness], [[support]])
    support.set(load.array_w)
    solver = PETSc.KSP().create(MPI.COMM_SELF)
    solver.setOperators(matrix)
    solver.setType("preonly")
    solver.getPC().setType("lu")
    solver.getPC().setFactorSolverType("mumps")
    found = fem.Function(space)
    solver.solve(load, found.x.petsc_vec)
    dx = ufl.dx(metadata={"quadrature_degree": 6})
    difference = problem.gradient(found) - problem.gradient(exact)
    errors = [ufl.inner(found - exact, found - exact), ufl.inner(difference, difference)]
    return tuple(np.sqrt(fem.assemble_scalar(fem.form(e * dx))) for e in errors)


@pytest.mark.parametrize(("dimension", "coarse"), [(2, 8), (3, 3)])
@pytest.mark.parametrize("poisson", [0.3, 0.49])
def test_manufactured_fields_converge_at_the_order_of_the_elements(dimension, coarse, poisson):
    """Quadratic elements: displacement to the third, gradient to the second power of the size; no locking at 0.49."""
    before, after = (manufactured(dimension, n, poisson) for n in (coarse, 2 * coarse))
    rates = np.log2(np.array(before) / after)
    assert rates[0] > 2.7
    assert rates[1] > 1.8


def rates(values: list[float], exact: float, ratio: float = 2.0) -> np.ndarray:
    """Observed orders between neighbouring refinements."""
    errors = np.abs(np.array(values) - exact)
    return np.log(errors[:-1] / errors[1:]) / np.log(ratio)


def plane_k(patch, sizes) -> np.ndarray:
    """K of both kinds of load for front element sizes, shape (n, 2)."""
    found = []
    for size in sizes:
        problem = PatchProblem(patch, build_mesh(patch, Grading(front=size, root=0.1, growth=0.2)))
        solutions, _ = solve_modes(problem)
        front = mixed_front_k(problem, solutions)
        found.append((front.k_unit[0, 0, 0], abs(front.k_unit[2, 4, 0])))
    return np.array(found)


def test_plane_k_converges_with_the_size_at_the_tip():
    """Quarter-point elements: the error of K goes at least as the size at the tip; K_III against its closed form."""
    depth, width = 10.0, 20.0
    patch = make_patch((PatchPly(width, 150e3, 0.3),), Scratch(depth), 3 * width)
    k = plane_k(patch, [1 / 10, 1 / 20, 1 / 40, 1 / 80]) / np.sqrt(np.pi * depth)
    part = np.pi * depth / width / 2
    for column, exact in zip(k.T, (2.824579, np.sqrt(np.tan(part) / part)), strict=True):
        assert rates(column, exact).mean() > 0.9
        assert abs(column[-1] / exact - 1) < 1e-3


def test_k_along_a_curved_front_converges():
    """Against the next finer mesh, sizes a factor 1.4 apart: the order that the error estimate rests on."""
    patch = make_patch((PatchPly(40.0, 150e3, 0.3),), SurfaceCrack(20.0, 20.0))
    found = []
    for grading in LEVELS[3]:
        problem = PatchProblem(patch, build_mesh(patch, grading))
        solutions, _ = solve_modes(problem)
        front = front_k(problem, solutions)
        found.append(front.k_unit[0, 0, ~front.vertex].mean())
    changes = np.abs(np.diff(found))
    assert np.all(changes[:-1] > changes[1:])
    # Order p in (change_i / change_i+1) = 1.4^p on average over the levels.
    assert np.log(changes[0] / changes[-1]) / np.log(1.4 ** (len(changes) - 1)) > 1.2
