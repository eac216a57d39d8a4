"""T-stress of a plane crack: the constant stress along the crack at its tip.

Interaction integral with the field of a line force of 1 MPa um acting at the tip along the crack (Kfouri 1986):
T = E' I, where I is the same combination of both fields as for K. The force's field is a plane-strain solution in
equilibrium, so no further term is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.backend import basix, dolfinx, ufl
from rollmech.elastic.problem import MODES, PatchProblem, unit_mode
from rollmech.fracture.domain_integral import smooth_ramp
from rollmech.fracture.front_integral import RINGS, ring_cells

fem = dolfinx.fem

_QUADRATURE = 3
_AHEAD, _ASIDE = np.array([0.0, -1.0]), np.array([1.0, 0.0])


def tip_t_stress(problem: PatchProblem, solutions: Sequence) -> np.ndarray:
    """T-stress (MPa) per unit mode, shape (6,); modes that leave the plane crack alone have none.

    Args:
        problem: Half of a plane section with a sharp scratch.
        solutions: Perturbation of each of ``problem.modes``.
    """
    mesh, ply = problem.mesh, problem.patch.plies[0]
    front = problem.patch.flaw.front()
    vertices = problem.coarse_space.tabulate_dof_coordinates()
    relative = front.distance(vertices) / front.local_size(problem.patch.flawed_thickness)
    cells = ring_cells(problem, relative)
    auxiliary = _force_gradient(problem, cells)
    perturbation, coefficients = fem.Function(problem.space), problem.mode_coefficients()
    gradient = ufl.grad(perturbation) + ufl.grad(problem.far_displacement(coefficients))
    stress, other = problem.stress(gradient), problem.stress(auxiliary)
    momentum = (
        ufl.inner(stress, ufl.sym(auxiliary)) * ufl.Identity(2)
        - ufl.dot(auxiliary.T, stress)
        - ufl.dot(gradient.T, other)
    )
    entities = fem.compute_integration_domains(fem.IntegralType.cell, mesh.topology, cells)
    dx = ufl.Measure("dx", mesh, subdomain_data=[(1, entities)], metadata={"quadrature_degree": _QUADRATURE})
    test = ufl.TestFunction(problem.coarse_space)
    form = fem.form(ufl.inner(momentum, ufl.grad(test)) * dx(1))
    modulus = ply.youngs_modulus / (1 - ply.poisson_ratio**2)
    extension = smooth_ramp(relative / RINGS[len(RINGS) // 2])[:, None] * _AHEAD
    t = np.zeros(len(MODES))
    for mode, solution in zip(problem.modes, solutions, strict=True):
        perturbation.x.array[:] = solution.x.array
        coefficients.value[:] = unit_mode(mode)
        forces = fem.petsc.assemble_vector(form).array.reshape(-1, 2)
        # Both symmetric halves.
        t[MODES.index(mode)] = -2 * modulus * np.sum(forces * extension)
    return t


def _force_gradient(problem: PatchProblem, cells: np.ndarray):
    """Displacement gradient of the line force as a function at the quadrature points of the given cells."""
    mesh, ply = problem.mesh, problem.patch.plies[0]
    points, _ = basix.make_quadrature(basix.CellType.triangle, _QUADRATURE)
    x = fem.Expression(ufl.SpatialCoordinate(mesh), points).eval(mesh, cells).reshape(-1, 2)
    step = 1e-5 * np.hypot(x[:, 0], x[:, 1] + problem.patch.flaw.depth)[:, None]
    columns = []
    for axis in np.eye(2):
        ahead, behind = (_force_displacement(problem, x + s * step * axis, ply) for s in (1, -1))
        columns.append((ahead - behind) / (2 * step))
    element = basix.ufl.quadrature_element(mesh.basix_cell(), value_shape=(2, 2), degree=_QUADRATURE)
    function = fem.Function(fem.functionspace(mesh, element))
    rows = function.function_space.dofmap.list[cells].ravel()
    function.x.array.reshape(-1, 4)[rows] = np.stack(columns, axis=2).reshape(-1, 4)
    return function


def _force_displacement(problem: PatchProblem, x: np.ndarray, ply) -> np.ndarray:
    """Plane-strain displacement (um) of a unit line force at the tip along the crack, shape (n, 2)."""
    offset = x - np.array([0.0, -problem.patch.flaw.depth])
    ahead, aside = offset @ _AHEAD, offset @ _ASIDE
    radius, angle = np.hypot(ahead, aside), np.arctan2(aside, ahead)
    kappa, shear = 3 - 4 * ply.poisson_ratio, ply.shear_modulus
    # The logarithm's unit length only adds a rigid motion.
    along = -(kappa + 1) / 2 * np.log(radius) - np.sin(angle) ** 2
    across = -(kappa - 1) / 2 * angle + np.sin(angle) * np.cos(angle)
    return (along[:, None] * _AHEAD + across[:, None] * _ASIDE) / (4 * np.pi * shear)
