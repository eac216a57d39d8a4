"""What the verification tests share: small patches and one-mesh solves."""

from __future__ import annotations

from dataclasses import dataclass

from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_modes
from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.front_integral import FrontK, front_k
from rollmech.fracture.influence import LEVELS
from rollmech.mesh.build import build_mesh
from rollmech.mesh.patch import Patch, PatchPly, make_patch


@dataclass
class Solved:
    """One mesh of one cracked patch, solved for all modes."""

    problem: PatchProblem
    solutions: list
    statistics: dict
    front: FrontK


def mesh(patch: Patch, level: int = 0):
    return build_mesh(patch, LEVELS[patch.flaw.dimension][level])


def solve(patch: Patch, level: int = 0) -> Solved:
    problem = PatchProblem(patch, mesh(patch, level))
    solutions, statistics = solve_modes(problem)
    return Solved(problem, solutions, statistics, front_k(problem, solutions))


CRACK = SurfaceCrack(depth=6.0, half_length=9.0)
FILM = PatchPly(20.0, 150e3, 0.26)
SUPPORT = PatchPly(50.0, 5e3, 0.38)


def laminated(
    scale: float = 1.0, stiffness: float = 1.0, film: PatchPly = FILM, support: PatchPly = SUPPORT
) -> Patch:
    """A crack in a stiff film on a soft support, with geometry and moduli scaled."""
    plies = tuple(
        PatchPly(ply.thickness * scale, ply.youngs_modulus * stiffness, ply.poisson_ratio)
        for ply in (film, support)
    )
    return make_patch(plies, SurfaceCrack(CRACK.depth * scale, CRACK.half_length * scale))
