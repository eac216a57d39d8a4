"""Energy released by a channel crack: a crack through the outer plies whose front advances in a steady state.

Far behind the front the section is that of a long crack, far ahead it is whole, so that each unit of new crack area
releases G = (work of the far tractions on the opening of the plane section, halved) / depth (Nakamura & Kamath 1992;
Beuth 1992). The root on the interface has no K: stress goes as r^-s there with s of Zak & Williams (1963), and energy
on a mesh with root elements of size h is short by a part that goes as h^(2(1 - s)).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.elastic.problem import PatchProblem
from rollmech.fracture.bimaterial import InterfaceTip, zak_williams_exponent
from rollmech.fracture.front_integral import FrontK
from rollmech.mesh.patch import Patch


def channel_energy(problem: PatchProblem, solutions: Sequence) -> np.ndarray:
    """Steady-state release rate of every pair of unit modes, J/m^2 per MPa^2, shape (modes, modes).

    Args:
        problem: Half of a plane section with a channel crack.
        solutions: Perturbation of each of ``problem.modes``.
    """
    loads = problem.loads(problem.space, problem.modes)
    work = np.array([[load.dot(solution.x.petsc_vec) for solution in solutions] for load in loads])
    where = [problem.patch.modes.index(mode) for mode in problem.modes]
    energy = np.zeros((len(problem.patch.modes),) * 2)
    # Half the work on half the section, twice.
    energy[np.ix_(where, where)] = 0.5 * (work + work.T) / problem.patch.flaw.depth
    return energy


def channel_front(patch: Patch) -> FrontK:
    """The root as a front of one point without K."""
    return FrontK(
        phi=np.array([np.pi / 2]),
        position=np.array([[0.0, 0.0, -patch.flaw.depth]]),
        vertex=np.array([False]),
        k_unit=None,
        path_spread=np.zeros(1),
        k_opening=None,
        near_surface=np.zeros(1),
    )


def root_extrapolation(solids: InterfaceTip, ratio: float) -> float:
    """Part of the last change of energy that is still missing, for roots on an interface ``ratio`` times finer.

    Args:
        solids: The cracked ply's solid above, the one that the root rests on below.
        ratio: Size of the root elements before over now.
    """
    return 1 / (ratio ** root_order(solids) - 1)


def root_order(solids: InterfaceTip) -> float:
    """Power of the element size at the root with which the energy converges: 2 (1 - s) for a stress like r^-s."""
    return 2 * (1 - zak_williams_exponent(solids.mismatch))
