"""J along a front from configurational forces, for all modes and radii in one assembly each.

With the energy-momentum tensor P = W I - (grad u)^T sigma, the energy released by a virtual extension q of the
front is -integral of P : grad q - integral over the crack faces of t . (grad u) q, where t is the traction on them.
Assembled once against linear test functions it becomes a vector of nodal forces, and J for any position, radius or
direction is a dot product with nodal values of q (Eshelby 1951; domain form of Shih, Moran & Nakamura 1986; loaded
faces: Karlsson & Backlund 1978). The field is the perturbation alone, whose faces carry minus the far stress: it has
no eigenstrain and no body force, so that residual stress of any profile and temperature enter by t only.

Two solutions a, b give the symmetric bilinear J_ab. On a mode I front J_ab = K_a K_b / E', so that the mode
whose K is positive all along the front (the web's uniform tension) serves as the auxiliary field for the others:
K_b = E' J_ab / K_a, with its sign.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.backend import dolfinx, ufl
from rollmech.elastic.far_field import FarStress
from rollmech.elastic.problem import PatchProblem, summed

fem = dolfinx.fem

# Odd for the same reason as the stiffness; the integrand is only needed where the ramp varies.
QUADRATURE = 3


def smooth_ramp(relative_radius: np.ndarray) -> np.ndarray:
    """1 at the front, 0 from the ring's outer radius on, with three continuous derivatives at both ends.

    ``q^4 (35 - 84 q + 70 q^2 - 20 q^3)``, ``q = 1 - r/R``: a clipped linear ramp scatters by 0.1-0.4 %.
    """
    q = np.clip(1 - relative_radius, 0, 1)
    return q**4 * (35 - 84 * q + 70 * q**2 - 20 * q**3)


def faces_within(problem: PatchProblem, cells: np.ndarray) -> np.ndarray:
    """Facets of the flaw that belong to the given cells."""
    facets = problem.patch_mesh.face("flaw")
    return facets[np.isin(problem.patch_mesh.cells_of(facets), cells)]


def cell_measure(problem: PatchProblem, cells: np.ndarray):
    """Measure over some of this rank's cells."""
    entities = fem.compute_integration_domains(fem.IntegralType.cell, problem.mesh.topology, cells)
    metadata = {"quadrature_degree": QUADRATURE}
    return ufl.Measure("dx", problem.mesh, subdomain_data=[(1, entities)], metadata=metadata)(1)


def nodal_forces(form) -> np.ndarray:
    """An assembled form over the linear space, at this rank's own vertices, shape (n_owned, 3)."""
    return summed(fem.petsc.assemble_vector(form)).array.reshape(-1, 3).copy()


class ConfigurationalForces:
    """Nodal configurational forces of pairs of modes, restricted to the cells around a front.

    Args:
        problem: The solved problem.
        solutions: Perturbation of each of ``problem.modes``.
        cells: Cells that hold every ring (those where some ramp is not constant).
    """

    def __init__(self, problem: PatchProblem, solutions: Sequence, cells: np.ndarray):
        self._problem, self._solutions = problem, solutions
        self._fields = [
            (fem.Function(problem.space), FarStress(problem.patch, problem.mesh, problem.patch_mesh.ply))
            for _ in range(2)
        ]
        gradients = [problem.gradient(u) for u, _ in self._fields]
        stresses = [problem.stress(gradient) for gradient in gradients]
        tractions = [-ufl.dot(far.tensor, problem.facet_normal) for _, far in self._fields]
        energy = ufl.inner(stresses[0], ufl.sym(gradients[1]))
        momentum = 0.5 * (
            energy * ufl.Identity(3)
            - ufl.dot(gradients[0].T, stresses[1])
            - ufl.dot(gradients[1].T, stresses[0])
        )
        pull = 0.5 * (ufl.dot(gradients[1].T, tractions[0]) + ufl.dot(gradients[0].T, tractions[1]))
        test = ufl.TestFunction(problem.coarse_space)
        dx, ds = cell_measure(problem, cells), problem.face_measure(faces_within(problem, cells))
        inside = ufl.inner(momentum, problem.gradient(test))
        if problem.patch.fill is not None:
            inside += self._filler_terms(gradients, test)
        self._form = fem.form(inside * dx + ufl.inner(pull, test) * ds)

    def _filler_terms(self, gradients: list, test):
        """What the mismatch s of a filler adds: its energy is W - s : strain there, its stress C : strain - s."""
        mismatch = [far.mismatch for _, far in self._fields]
        strain = [ufl.sym(gradient) for gradient in gradients]
        energy = -0.5 * (ufl.inner(mismatch[0], strain[1]) + ufl.inner(mismatch[1], strain[0]))
        pull = 0.5 * (ufl.dot(gradients[0].T, mismatch[1]) + ufl.dot(gradients[1].T, mismatch[0]))
        z = self._problem.dimension - 1
        slope = [s.dx(z) for s in mismatch]
        varies = 0.5 * (ufl.inner(slope[0], strain[1]) + ufl.inner(slope[1], strain[0]))
        momentum = energy * ufl.Identity(3) + pull
        return ufl.inner(momentum, self._problem.gradient(test)) - varies * test[2]

    def pair(self, a: int, b: int) -> np.ndarray:
        """Forces of modes a and b (indices into ``problem.modes``) at this rank's own vertices, shape (n, 3)."""
        for (function, far), index in zip(self._fields, (a, b), strict=True):
            function.x.array[:] = self._solutions[index].x.array
            far.choose(self._problem.modes[index])
        return nodal_forces(self._form)

    def of_state(self, solution, weights: np.ndarray) -> np.ndarray:
        """Forces of one solution with itself at this rank's own vertices, shape (n, 3).

        Args:
            solution: Perturbation under the sum of modes.
            weights: Factor of each of ``patch.modes``, shape (modes,).
        """
        for function, far in self._fields:
            function.x.array[:] = solution.x.array
            far.combine(weights)
        return nodal_forces(self._form)
