"""T-stress of a plane crack: the constant stress along the crack at its tip.

Interaction integral I with the field of a line force of 1 MPa um acting at the tip along the crack (Kfouri 1986), a
plane-strain solution in equilibrium: T = E' I + s, where s is the normal stress on the crack's faces at the tip (zero
for free faces). I is the strain along the crack without its singular part, (T - nu/(1 - nu) s)/E', less the work of s
on the constant opening (1 - 2 nu)/(2 mu) that the force gives the faces; both shares of s add up to s itself. The
faces' load adds no other term, since that opening does not change along the crack.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.backend import MPI, basix, dolfinx, ufl
from rollmech.elastic.far_field import unit_stress
from rollmech.elastic.problem import PatchProblem
from rollmech.fracture.domain_integral import QUADRATURE, cell_measure, nodal_forces, smooth_ramp
from rollmech.fracture.front_integral import RINGS, front_basis, opening_modes, ring_cells
from rollmech.fracture.interaction_integral import quadrature_places, set_quadrature_values

fem = dolfinx.fem


def tip_t_stress(problem: PatchProblem, solutions: Sequence) -> np.ndarray:
    """T-stress (MPa) per unit mode of the patch, shape (modes,); modes that leave the plane crack alone have none.

    Args:
        problem: A plane section with a sharp scratch.
        solutions: Perturbation of each of ``problem.modes``.
    """
    front = problem.patch.front
    basis = front_basis(problem, vertex_means=False)
    cells = ring_cells(problem, basis.relative_radius)
    auxiliary = _force_gradient(problem, cells)
    perturbation = fem.Function(problem.space)
    gradient = problem.gradient(perturbation)
    stress, other = problem.stress(gradient), problem.stress(auxiliary)
    momentum = (
        ufl.inner(stress, ufl.sym(auxiliary)) * ufl.Identity(3)
        - ufl.dot(auxiliary.T, stress)
        - ufl.dot(gradient.T, other)
    )
    test = ufl.TestFunction(problem.coarse_space)
    form = fem.form(ufl.inner(momentum, problem.gradient(test)) * cell_measure(problem, cells))
    index = problem.patch.cut - 1
    ply = problem.patch.plies[index]
    modulus = ply.youngs_modulus / (1 - ply.poisson_ratio**2)
    relative = basis.relative_radius[: problem.owned_vertices] / RINGS[len(RINGS) // 2]
    extension = smooth_ramp(relative)[:, None] * np.array(front.ahead)
    t = np.zeros(len(problem.patch.modes))
    for mode in opening_modes(problem):
        perturbation.x.array[:] = solutions[problem.modes.index(mode)].x.array
        integral = -problem.copies * MPI.COMM_WORLD.allreduce(np.sum(nodal_forces(form) * extension))
        far = unit_stress(problem.patch, mode, np.array([front.tip]), np.array([index]))[0, 0]
        # The faces carry minus the far stress.
        t[problem.patch.modes.index(mode)] = modulus * integral - far
    return t


def _force_gradient(problem: PatchProblem, cells: np.ndarray):
    """Displacement gradient of the line force as a function at the quadrature points of the given cells."""
    x = quadrature_places(problem, cells)
    step = 1e-5 * problem.patch.front.project(x)[0][:, None]
    columns = np.zeros((len(x), 3, 3))
    for axis in (0, 2):
        shift = np.eye(3)[axis] * step
        columns[:, :, axis] = (
            _force_displacement(problem, x + shift) - _force_displacement(problem, x - shift)
        ) / (2 * step)
    element = basix.ufl.quadrature_element(problem.mesh.basix_cell(), value_shape=(3, 3), degree=QUADRATURE)
    function = fem.Function(fem.functionspace(problem.mesh, element))
    set_quadrature_values(function, cells, columns)
    return function


def _force_displacement(problem: PatchProblem, x: np.ndarray) -> np.ndarray:
    """Plane-strain displacement (um) of a unit line force at the tip along the crack, shape (n, 3)."""
    front, ply = problem.patch.front, problem.patch.plies[problem.patch.cut - 1]
    along, across = np.array(front.ahead), front.crack_normal
    offset = x - np.array(front.tip)
    ahead, aside = offset @ along, offset @ across
    radius, angle = np.hypot(ahead, aside), np.arctan2(aside, ahead)
    kappa, shear = 3 - 4 * ply.poisson_ratio, ply.shear_modulus
    # The logarithm's unit length only adds a rigid motion.
    forward = -(kappa + 1) / 2 * np.log(radius) - np.sin(angle) ** 2
    sideways = -(kappa - 1) / 2 * angle + np.sin(angle) * np.cos(angle)
    return (forward[:, None] * along + sideways[:, None] * across) / (4 * np.pi * shear)
