"""Stress on the surface of a blunt flaw, per unit mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollmech.backend import basix, dolfinx, ufl
from rollmech.elastic.problem import MODES, PatchProblem, unit_mode
from rollmech.mesh.patchmesh import facet_nodes, geometry_cells

fem = dolfinx.fem


@dataclass(frozen=True)
class SurfaceStress:
    """Stress at the nodes of a blunt flaw's surface.

    Attributes:
        position: Nodes, um, shape (n, 3).
        unit: Total stress per unit mode in components xx, yy, zz, xy, yz, xz, shape (6, n, 6). Plane models
            give yy for plane strain.
    """

    position: np.ndarray
    unit: np.ndarray

    def largest_principal(self, coefficients: np.ndarray) -> np.ndarray:
        """Largest principal stress at every node for mode coefficients (6,), shape (n,)."""
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
        stress = problem.stress(ufl.grad(self._perturbation))
        _, poisson = problem.moduli
        if dim == 2:
            flat = [stress[0, 0], poisson * (stress[0, 0] + stress[1, 1]), stress[1, 1], 0, 0, stress[0, 1]]
        else:
            flat = [stress[i] for i in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2))]
        points = centre + (1 - pull_in) * (nodes - centre)
        self._expression = fem.Expression(ufl.as_vector(flat), points)
        self._nodes = geometry_cells(problem.mesh)[cells]

    def evaluate(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Stress of a displacement given by its array of unknowns.

        Returns:
            Nodes (indices, ascending) and their stress, shape (n, 6).
        """
        self._perturbation.x.array[:] = values
        sampled = self._expression.eval(self._problem.mesh, self._cells).reshape(-1, 6)
        nodes, inverse, counts = np.unique(self._nodes, return_inverse=True, return_counts=True)
        total = np.zeros((nodes.size, 6))
        np.add.at(total, inverse.ravel(), sampled)
        return nodes, total / counts[:, None]


def surface_stress(problem: PatchProblem, solutions: Sequence) -> SurfaceStress:
    """Total stress per unit mode on the surface of the flaw."""
    mesh, dim = problem.mesh, problem.dimension
    facets = problem.patch_mesh.face("flaw")
    mesh.topology.create_connectivity(dim - 1, dim)
    links = mesh.topology.connectivity(dim - 1, dim)
    vertex_links = mesh.topology.connectivity(dim - 1, 0)
    vertices = np.unique(np.concatenate([vertex_links.links(f) for f in facets]))
    mesh.topology.create_connectivity(0, dim)
    around = mesh.topology.connectivity(0, dim)
    cells = np.unique(np.concatenate([around.links(v) for v in vertices])).astype(np.int32)
    surface_nodes = np.unique(facet_nodes(mesh, facets, np.array([links.links(f)[0] for f in facets])))
    nodal = NodalStress(problem, cells)
    unit = np.zeros((len(MODES), surface_nodes.size, 6))
    position = np.zeros((surface_nodes.size, 3))
    x = mesh.geometry.x[surface_nodes]
    position[:, 0], position[:, 2] = x[:, 0], x[:, dim - 1]
    if dim == 3:
        position[:, 1] = x[:, 1]
    zeta = 1 + 2 * position[:, 2] / problem.patch.flawed_thickness
    for k, mode in enumerate(MODES):
        if mode in problem.modes:
            nodes, stress = nodal.evaluate(solutions[problem.modes.index(mode)].x.array)
            unit[k] = stress[np.searchsorted(nodes, surface_nodes)]
        c = unit_mode(mode)
        unit[k, :, 0] += c[0] + c[1] * zeta
        unit[k, :, 1] += c[2] + c[3] * zeta
        unit[k, :, 3] += c[4] + c[5] * zeta
    return SurfaceStress(position, unit)


def at_nodes(problem: PatchProblem, values: np.ndarray) -> np.ndarray:
    """Displacement unknowns by geometry node (both are quadratic Lagrange), shape (n_nodes, dimension)."""
    table = np.zeros((len(problem.mesh.geometry.x), problem.dimension))
    table[geometry_cells(problem.mesh)] = values.reshape(-1, problem.dimension)[problem.space.dofmap.list]
    return table
