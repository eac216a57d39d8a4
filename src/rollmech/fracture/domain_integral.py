"""J and K_I along a front from configurational forces, for all modes and radii in one assembly each.

With the energy-momentum tensor P = W I - (grad u)^T sigma, the energy released by a virtual extension q of the
front is -integral of P : grad q. Assembled once against linear test functions it becomes a vector of nodal
forces, and J for any position, radius or direction is a dot product with nodal values of q (Eshelby 1951;
domain form of Shih, Moran & Nakamura 1986). The fields are total ones inside the flawed ply, where the crack
faces are free of traction and the elastic gradient is compatible, so no surface or eigenstrain term is left.

Two solutions a, b give the symmetric bilinear J_ab. On a mode I front J_ab = K_a K_b / E', so that the mode
whose K is positive all along the front (the web's uniform tension) serves as the auxiliary field for the others:
K_b = E' J_ab / K_a, with its sign.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.backend import dolfinx, ufl
from rollmech.elastic.problem import PatchProblem, unit_mode

fem = dolfinx.fem

# Odd for the same reason as the stiffness; the integrand is only needed where the ramp varies.
_QUADRATURE = 3


def smooth_ramp(relative_radius: np.ndarray) -> np.ndarray:
    """1 at the front, 0 from the ring's outer radius on, with three continuous derivatives at both ends.

    ``q^4 (35 - 84 q + 70 q^2 - 20 q^3)``, ``q = 1 - r/R``: a clipped linear ramp scatters by 0.1-0.4 %.
    """
    q = np.clip(1 - relative_radius, 0, 1)
    return q**4 * (35 - 84 * q + 70 * q**2 - 20 * q**3)


class ConfigurationalForces:
    """Nodal configurational forces of pairs of modes, restricted to the cells around a front.

    Args:
        problem: The solved problem.
        solutions: Perturbation of each of ``problem.modes``.
        cells: Cells that hold every ring (those where some ramp is not constant), all in the flawed ply.
    """

    def __init__(self, problem: PatchProblem, solutions: Sequence, cells: np.ndarray):
        self._problem = problem
        self._solutions = solutions
        mesh = problem.mesh
        self._fields = [(fem.Function(problem.space), problem.mode_coefficients()) for _ in range(2)]
        gradients = [ufl.grad(u) + ufl.grad(problem.far_displacement(c)) for u, c in self._fields]
        stresses = [problem.stress(gradient) for gradient in gradients]
        energy = ufl.inner(stresses[0], ufl.sym(gradients[1]))
        momentum = 0.5 * (
            energy * ufl.Identity(problem.dimension)
            - ufl.dot(gradients[0].T, stresses[1])
            - ufl.dot(gradients[1].T, stresses[0])
        )
        entities = fem.compute_integration_domains(fem.IntegralType.cell, mesh.topology, cells)
        dx = ufl.Measure(
            "dx", mesh, subdomain_data=[(1, entities)], metadata={"quadrature_degree": _QUADRATURE}
        )
        test = ufl.TestFunction(problem.coarse_space)
        self._form = fem.form(ufl.inner(momentum, ufl.grad(test)) * dx(1))

    def pair(self, a: int, b: int) -> np.ndarray:
        """Forces of modes a and b (indices into ``problem.modes``), shape (n_vertices, dimension)."""
        for (function, coefficients), index in zip(self._fields, (a, b), strict=True):
            function.x.array[:] = self._solutions[index].x.array
            coefficients.value[:] = unit_mode(self._problem.modes[index])
        vector = fem.petsc.assemble_vector(self._form)
        return vector.array.reshape(-1, self._problem.dimension).copy()
