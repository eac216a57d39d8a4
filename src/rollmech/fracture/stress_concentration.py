"""Stress on the surface of a blunt flaw, per unit mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollmech.backend import MPI, basix, dolfinx, ufl
from rollmech.elastic.far_field import precedes_filling, unit_stress
from rollmech.elastic.problem import PatchProblem
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import facet_nodes, geometry_cells

fem = dolfinx.fem


@dataclass(frozen=True)
class SurfaceStress:
    """Stress at the nodes of a blunt flaw's surface, and of the face above one that lies below it.

    Attributes:
        position: Nodes, um, shape (n, 3).
        unit: Stress per unit mode, the web's and the flaw's together, in components xx, yy, zz, xy, yz, xz, shape
            (modes, n, 6). Plane models
            give yy for plane strain.
    """

    position: np.ndarray
    unit: np.ndarray

    def largest_principal(self, coefficients: np.ndarray) -> np.ndarray:
        """Largest principal stress at every node for mode coefficients (modes,), shape (n,)."""
        return largest_principal(np.einsum("k,kni->ni", coefficients, self.unit))


def largest_principal(stress: np.ndarray) -> np.ndarray:
    """Largest eigenvalue of stresses in components xx, yy, zz, xy, yz, xz, shape (..., 6) -> (...)."""
    xx, yy, zz, xy, yz, xz = np.moveaxis(stress, -1, 0)
    tensor = np.stack(
        [np.stack([xx, xy, xz], -1), np.stack([xy, yy, yz], -1), np.stack([xz, yz, zz], -1)], -2
    )
    return np.linalg.eigvalsh(tensor)[..., -1]


class NodalStress:
    """Stress at the mesh nodes, averaged over the cells of one ply that share the node.

    Args:
        problem: The solved problem.
        cells: Cells to sample, at their nodes.
        pull_in: Fraction by which the samples move towards the centre of the cell, so that a quarter-point
            element is never asked for its infinite stress.
    """

    def __init__(self, problem: PatchProblem, cells: np.ndarray, pull_in: float = 0.0):
        self._problem, self._cells = problem, cells
        dim = problem.dimension
        cell = {2: basix.CellType.triangle, 3: basix.CellType.tetrahedron}[dim]
        nodes = basix.create_element(basix.ElementFamily.P, cell, 2, basix.LagrangeVariant.equispaced).points
        centre = basix.geometry(cell).mean(axis=0)
        self._perturbation = fem.Function(problem.space)
        stress = problem.stress(problem.gradient(self._perturbation))
        flat = [stress[i] for i in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2))]
        points = centre + (1 - pull_in) * (nodes - centre)
        self._expression = fem.Expression(ufl.as_vector(flat), points)
        self._nodes = geometry_cells(problem.mesh)[cells]

    def evaluate(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Stress of a displacement given by its array of unknowns; every rank must call this.

        Returns:
            This rank's nodes (indices, ascending) that the cells of any rank touch, and their stress, shape (n, 6).
        """
        self._perturbation.x.array[:] = values
        sampled = self._expression.eval(self._problem.mesh, self._cells).reshape(-1, 6)
        patch_mesh = self._problem.patch_mesh
        total = np.zeros((len(patch_mesh.nodes), 7))
        np.add.at(total, self._nodes.ravel(), np.column_stack([sampled, np.ones(len(sampled))]))
        total = patch_mesh.shared_sum(total)
        nodes = np.flatnonzero(total[:, 6])
        return nodes, total[nodes, :6] / total[nodes, 6:]


def surface_stress(problem: PatchProblem, solutions: Sequence) -> SurfaceStress:
    """Total stress of the flawed ply per unit mode on the surface of the flaw, gathered from all ranks."""
    return stress_on(problem, solutions, ("flaw", "bond"))


def stress_on(
    problem: PatchProblem, solutions: Sequence, faces: Sequence[str], solid: int = 0
) -> SurfaceStress:
    """Total stress per unit mode at the nodes of some faces, gathered from all ranks.

    Args:
        problem: The solved problem.
        solutions: Its perturbations, in the order of ``problem.modes``.
        faces: Names of the faces.
        solid: The solid whose stress it is: index of a ply, or ``patch.filler``.
    """
    mesh, dim = problem.mesh, problem.dimension
    marks = np.zeros((len(problem.patch_mesh.nodes), 1))
    marks[_judged_nodes(problem, faces, solid)] = 1
    # Another rank may own a node and cells at it, but no facet of the flaw there.
    marks = problem.patch_mesh.shared_sum(marks)[:, 0] > 0
    touching = marks[geometry_cells(mesh)[:, : dim + 1]].any(axis=1)
    cells = np.flatnonzero(touching & (problem.patch_mesh.ply == solid)).astype(np.int32)
    # The wall of a flaw through several plies goes on where this solid ends.
    held = np.zeros((len(marks), 1))
    held[np.unique(geometry_cells(mesh)[cells])] = 1
    marks &= problem.patch_mesh.shared_sum(held)[:, 0] > 0
    nodes = np.flatnonzero(marks[: problem.patch_mesh.owned_nodes])
    nodal = NodalStress(problem, cells)
    position = problem.patch_mesh.nodes[nodes]
    modes, filled = problem.patch.modes, solid == problem.patch.filler
    unit = np.array([_web_stress(problem.patch, mode, position, solid) for mode in modes])
    for mode, solution in zip(problem.modes, solutions, strict=True):
        if filled and precedes_filling(mode):
            continue
        found, stress = nodal.evaluate(solution.x.array)
        unit[modes.index(mode)] += stress[np.searchsorted(found, nodes)]
    parts = MPI.COMM_WORLD.allgather((position, unit))
    return SurfaceStress(np.concatenate([p for p, _ in parts]), np.concatenate([u for _, u in parts], axis=1))


def _judged_nodes(problem: PatchProblem, faces: Sequence[str], solid: int) -> np.ndarray:
    """This rank's nodes on the faces, and, of the ply, on its face straight above a flaw that does not reach it."""
    patch_mesh, flaw = problem.patch_mesh, problem.patch.flaw
    wall, face = (
        np.unique(facet_nodes(problem.mesh, facets, patch_mesh.cells_of(facets))).astype(int)
        for facets in (
            np.concatenate([patch_mesh.face(name) for name in faces]),
            patch_mesh.face("flawed_face"),
        )
    )
    if flaw.kind != "pore" or solid:
        return wall
    x, y, _ = patch_mesh.nodes[face].T
    return np.concatenate([wall, face[np.hypot(x, y) <= flaw.reach]])


def _web_stress(patch: Patch, mode: str, position: np.ndarray, solid: int) -> np.ndarray:
    """Stress of a solid at the web's own strain per unit mode, shape (n, 6); gas in a flaw loads no web without it."""
    if mode == "pressure":
        return np.zeros((len(position), 6))
    return unit_stress(patch, mode, position, np.full(len(position), solid))


def at_nodes(problem: PatchProblem, values: np.ndarray) -> np.ndarray:
    """Displacement unknowns by geometry node (both are quadratic Lagrange), shape (n_nodes, 3)."""
    table = np.zeros((len(problem.mesh.geometry.x), 3))
    table[geometry_cells(problem.mesh)] = values.reshape(-1, 3)[problem.space.dofmap.list]
    return table
