"""Stress in what fills a flaw and on its bond to the wall, per unit mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollmech.backend import MPI
from rollmech.elastic.problem import PatchProblem
from rollmech.fracture.stress_concentration import SurfaceStress, stress_on
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import facet_nodes

# Where the bond meets a free face or the mouth of a root crack, two unlike solids end in a corner whose stress has no
# bound: no number is claimed within this part of the flaw's depth.
RIM = 0.1


@dataclass(frozen=True)
class BondStress:
    """Stress of the filler at its bond, away from the rim.

    Attributes:
        filler: Total stress of the filler at the nodes of the bond.
        normal: Unit normals of the wall there, shape (n, 3).
    """

    filler: SurfaceStress
    normal: np.ndarray

    def largest(self, coefficients: np.ndarray) -> float:
        """Largest principal stress (MPa) of the filler for mode coefficients, shape (modes,)."""
        return float(self.filler.largest_principal(coefficients).max())

    def tension(self, coefficients: np.ndarray) -> float:
        """Largest tension (MPa) across the bond for mode coefficients, shape (modes,)."""
        stress = np.einsum("k,kni->ni", coefficients, self.filler.unit)
        xx, yy, zz, xy, yz, xz = stress.T
        x, y, z = self.normal.T
        across = xx * x * x + yy * y * y + zz * z * z + 2 * (xy * x * y + yz * y * z + xz * x * z)
        return float(across.max())


def bond_stress(problem: PatchProblem, solutions: Sequence) -> BondStress:
    """Stress of the filler of a flaw at its bond, gathered from all ranks."""
    found = stress_on(problem, solutions, ("bond",), problem.patch.filler)
    normal = _normals(problem)
    inside = _away_from_corners(problem.patch, found.position)
    return BondStress(SurfaceStress(found.position[inside], found.unit[:, inside]), normal[inside])


def _away_from_corners(patch: Patch, position: np.ndarray) -> np.ndarray:
    """Mask over places on the bond, shape (n,)."""
    if patch.flaw.kind == "pore":  # a closed wall has no edge
        return np.ones(len(position), dtype=bool)
    near = RIM * patch.flaw.depth
    inside = -position[:, 2] > patch.level + near
    if patch.flaw.sharp:
        bottom = np.array([0.0, 0.0, -patch.flaw.depth])
        mouth = np.linalg.norm(position - bottom, axis=1) < patch.flaw.root_crack + near
        inside &= ~(mouth & (np.abs(position[:, 0]) < near))
    return inside


def _normals(problem: PatchProblem) -> np.ndarray:
    """Unit normals at the nodes of the bond in the order of ``stress_on``, weighted by the area of the facets."""
    patch_mesh = problem.patch_mesh
    facets = patch_mesh.face("bond")
    nodes = facet_nodes(problem.mesh, facets, patch_mesh.cells_of(facets))
    x = patch_mesh.nodes[nodes]
    edge = x[:, 1] - x[:, 0]
    other = x[:, 2] - x[:, 0] if problem.dimension == 3 else np.tile([0.0, 1.0, 0.0], (len(x), 1))
    area = np.cross(edge, other)
    # The wall is convex towards the ply: away from the middle of the flaw's mouth, or of a closed one.
    middle = np.array([0.0, 0.0, -getattr(problem.patch.flaw, "centre", 0.0)])
    area *= np.sign(np.einsum("ni,ni->n", area, x.mean(axis=1) - middle))[:, None]
    owned = facets < problem.mesh.topology.index_map(problem.dimension - 1).size_local
    total = np.zeros((len(patch_mesh.nodes), 4))
    for row, weight in zip(nodes[owned].T, [area[owned]] * nodes.shape[1], strict=True):
        np.add.at(total, row, np.column_stack([weight, np.ones(len(weight))]))
    total = patch_mesh.shared_sum(total)[: patch_mesh.owned_nodes]
    sums = total[total[:, 3] > 0, :3]
    normal = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return np.concatenate(MPI.COMM_WORLD.allgather(normal))
