"""Opening of the crack's faces under unit modes: tells of any state, without a solve, where the faces would overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from rollmech.backend import MPI
from rollmech.elastic.problem import PatchProblem
from rollmech.fracture.regression import face_nodes
from rollmech.fracture.stress_concentration import at_nodes
from rollmech.mesh.patchmesh import facet_nodes

# Overlap over the largest opening from which on a point counts as closed: about what the linear opening is good to.
# That less of it bears on K by less than the error of K is assumed.
OVERLAP = 1e-3


@dataclass(frozen=True)
class FaceOpening:
    """Opening normal to the crack at the nodes of its faces.

    Attributes:
        position: Places, um, shape (n, 3).
        share: Part of the faces' area that belongs to each node, shape (n,).
        unit: Opening per unit mode, um per MPa, shape (modes, n), modes in the order of ``patch.modes``.
    """

    position: np.ndarray
    share: np.ndarray
    unit: np.ndarray

    def opening(self, local: np.ndarray) -> np.ndarray:
        """Linear opening (um) for mode coefficients in the patch's axes, shape (n,); negative where faces overlap."""
        return local @ self.unit

    def shares(self, local: np.ndarray) -> tuple[float, float]:
        """Shares of the faces' area that would overlap and that part, 0 to 1; the front itself does neither."""
        opening = self.opening(local)
        least = OVERLAP * np.abs(opening).max()
        return float(self.share[opening < -least].sum()), float(self.share[opening > least].sum())


def face_opening(problem: PatchProblem, solutions: Sequence) -> FaceOpening:
    """Opening of a solved crack's faces: of both sides, or of the one that a plane of symmetry doubles."""
    nodes, side, normal = _sides(problem)
    places = problem.patch_mesh.nodes[nodes]
    moved = np.zeros((len(problem.patch.modes), len(nodes)))
    for mode, solution in zip(problem.modes, solutions, strict=True):
        moved[problem.patch.modes.index(mode)] = side * (at_nodes(problem, solution.x.array)[nodes] @ normal)
    area = _node_areas(problem)[nodes]
    # Nodes that ranks share count once.
    parts = MPI.COMM_WORLD.allgather((problem.patch_mesh.input_nodes[nodes], places, area, side, moved.T))
    numbers, *rest = (np.concatenate(part) for part in zip(*parts, strict=True))
    once = np.unique(numbers, return_index=True)[1]
    places, area, side, moved = (array[once] for array in rest)
    moved = moved.T
    above = side > 0
    if above.all():
        return FaceOpening(places, area / area.sum(), 2 * moved)
    _, partner = cKDTree(places[~above]).query(places[above])
    opening = moved[:, above] + moved[:, ~above][:, partner]
    return FaceOpening(places[above], area[above] / area[above].sum(), opening)


def _sides(problem: PatchProblem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Geometry nodes of the faces, the side of each and the crack's normal."""
    if problem.patch.front is not None:
        return *face_nodes(problem), problem.patch.front.crack_normal
    # A channel crack's section has no front of its own: half of a crack in x = 0.
    facets = problem.patch_mesh.face("flaw")
    nodes = np.unique(facet_nodes(problem.mesh, facets, problem.patch_mesh.cells_of(facets)))
    return nodes, np.ones(len(nodes)), np.array([1.0, 0.0, 0.0])


def _node_areas(problem: PatchProblem) -> np.ndarray:
    """Area of the flaw's facets shared out evenly among their nodes, at this rank's geometry nodes, shape (n,)."""
    mesh, facets = problem.patch_mesh, problem.patch_mesh.face("flaw")
    facets = facets[facets < mesh.mesh.topology.index_map(problem.dimension - 1).size_local]
    found = np.zeros((len(mesh.nodes), 1))
    if len(facets):
        per_facet = facet_nodes(mesh.mesh, facets, mesh.cells_of(facets))
        corners = mesh.nodes[per_facet[:, : problem.dimension]]
        edges = corners[:, 1:] - corners[:, :1]
        gram = np.einsum("fid,fjd->fij", edges, edges)
        share = np.sqrt(np.linalg.det(gram)) / per_facet.shape[1]
        np.add.at(found[:, 0], per_facet, share[:, None])
    return mesh.shared_sum(found)[:, 0]
