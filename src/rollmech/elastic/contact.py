"""Frictionless unilateral contact of a crack's faces, for cracks in a plane of symmetry.

On the half that is modelled the faces may not pass x = 0: u_x >= 0, pressure p >= 0, p u_x = 0 (Signorini 1933).
The penalty p = kappa max(0, -u_x), taken at the quadrature points of the faces, makes it a piecewise linear problem;
semi-smooth Newton is then an active-set iteration over these points (Hintermuller, Ito & Kunisch 2003). Nodal
reactions would not do: those of a uniform pressure on a quadratic triangle vanish at its corners.
"""

from __future__ import annotations

import numpy as np

from rollmech.backend import MPI, dolfinx, ufl
from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_stiffened
from rollmech.errors import NumericsError

fem = dolfinx.fem

PENALTY = 1e4
"""kappa over E / depth: faces overlap by about 1e-4 of what the crack would open under the same pressure."""
MAX_STEPS = 25
# Share of the faces that may still change sides: points without gap and pressure flicker with the solver's error.
_SETTLED = 1e-4


class FaceContact:
    """The faces of a half model and the contact on them.

    Args:
        problem: Half model whose flaw lies in x = 0.
        penalty: kappa over E / depth.
    """

    def __init__(self, problem: PatchProblem, penalty: float = PENALTY):
        self._problem = problem
        self._ds = problem.faces(1)
        self._now, self._before = fem.Function(problem.space), fem.Function(problem.space)
        self._penalty = fem.Constant(problem.mesh, penalty / problem.patch.flaw.depth)
        young, _ = problem.moduli
        self._kappa = self._penalty * young
        one = fem.Constant(problem.mesh, 1.0)
        changed = abs(_touching(self._now) - _touching(self._before))
        self._forms = {
            name: fem.form(density * self._ds)
            for name, density in (
                ("area", one),
                ("closed", _touching(self._now)),
                ("changed", changed),
                ("pressure", self._kappa * _overlap(self._now)),
                ("overlap", _overlap(self._now)),
                ("opening", abs(self._now[0])),
            )
        }

    def solve(self, weights: np.ndarray, start: np.ndarray):
        """Perturbation (um) under a sum of modes with contact, and the number of steps that it took.

        Args:
            weights: Factor of each of ``patch.modes`` (MPa), shape (modes,).
            start: First guess at this rank's unknowns.

        Raises:
            NumericsError: The contact zone did not settle; no number was earned.
        """
        problem = self._problem
        solution = fem.Function(problem.space, name="contact")
        solution.x.array[:] = start
        for step in range(1, MAX_STEPS + 1):
            self._before.x.array[:] = solution.x.array
            solve_stiffened(problem, self._stiffness, problem.load(problem.space, weights), solution)
            self._now.x.array[:] = solution.x.array
            if self._share("changed") <= _SETTLED:
                return solution, step
        raise NumericsError(
            f"the contact zone of the crack's faces did not settle within {MAX_STEPS} steps "
            f"({self._share('changed'):.2g} of the faces still change)"
        )

    def _stiffness(self, space):
        """Stiffness with the penalty where the faces touched in the step before."""
        u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
        form = self._problem.strain_energy(u, v)
        return fem.form(form + self._kappa * _touching(self._before) * u[0] * v[0] * self._ds)

    @property
    def values(self) -> np.ndarray:
        """The last solution at this rank's unknowns, um."""
        return self._now.x.array

    @property
    def closed_share(self) -> float:
        """Share of the faces' area that touches in the last solution."""
        return self._share("closed")

    @property
    def edge_share(self) -> float:
        """Share of the faces' area on facets that touch in part: the width of the zone's edge as the mesh sees it."""
        cells = ufl.TestFunction(fem.functionspace(self._problem.mesh, ("DG", 0)))
        areas = [
            fem.petsc.assemble_vector(fem.form(density * cells * self._ds)).array
            for density in (fem.Constant(self._problem.mesh, 1.0), _touching(self._now))
        ]
        whole, closed = areas
        mixed = (closed > 1e-9 * whole) & (closed < (1 - 1e-9) * whole)
        return MPI.COMM_WORLD.allreduce(float(whole[mixed].sum())) / self._total("area")

    @property
    def overlap(self) -> float:
        """Mean overlap that the penalty leaves over the mean gap, in the last solution."""
        return self._total("overlap") / self._total("opening")

    @property
    def force(self) -> float:
        """Resultant of the contact pressure on the modelled face, MPa um (plane) or MPa um^2."""
        return self._total("pressure")

    def _share(self, name: str) -> float:
        return self._total(name) / self._total("area")

    def _total(self, name: str) -> float:
        return MPI.COMM_WORLD.allreduce(fem.assemble_scalar(self._forms[name]))


def _touching(u):
    return ufl.conditional(ufl.lt(u[0], 0), 1.0, 0.0)


def _overlap(u):
    return ufl.max_value(-u[0], 0.0)
