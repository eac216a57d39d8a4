"""The fields of a run as a VTK file: what ParaView and ``pyvista.read`` open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyvista as pv

from rollmech.backend import dolfinx
from rollmech.elastic.problem import MODES
from rollmech.fracture.influence import Influence
from rollmech.fracture.stress_concentration import NodalStress, largest_principal
from rollmech.mesh.patchmesh import geometry_cells
from rollmech.web import WebState

_MPA = 1e6
_UM = 1e6
COMPONENTS = ("xx", "yy", "zz", "xy", "yz", "xz")
_PULL_IN = 0.1


def patch_fields(influence: Influence, state: WebState, ply: int, face: str) -> pv.UnstructuredGrid:
    """Total fields of one web state on the patch.

    Point data: ``displacement [um]`` (tension and bending of the web plus the flaw's own, thermal expansion
    through the thickness left out), ``flaw displacement [um]``, ``stress [MPa]`` (xx, yy, zz, xy, yz, xz) and
    ``largest principal stress [MPa]``; cell data: ``ply`` counted from the flawed face. Points on an interface
    belong to one ply each, so that jumps of the stress stay jumps. z points out of the flawed face.

    Args:
        influence: The solved flaw.
        state: Web state to show.
        ply: Flawed ply in the state's laminate.
        face: Its flawed face.
    """
    problem = influence.problem
    coefficients = influence.patch.turned(sum(state.ply_modes(ply, face).values()) / _MPA)
    weights = [coefficients[MODES.index(mode)] for mode in problem.modes]
    values = sum(w * u.x.array for w, u in zip(weights, influence.solutions, strict=True))
    parts = [
        _ply_grid(problem, values, i, _web_ply(state, ply, face, i))
        for i in range(len(influence.patch.plies))
    ]
    return pv.merge(parts, merge_points=False)


def _web_ply(state: WebState, ply: int, face: str, inwards: int):
    """The laminate's ply that lies ``inwards`` plies below the flawed one, and the state as functions of z."""
    laminate = state.laminate
    up = face == "top"
    index = ply - inwards if up else ply + inwards
    outer = laminate.interfaces[ply + 1] if up else laminate.interfaces[ply]
    sign = 1.0 if up else -1.0
    bottom, top = laminate.interfaces[index], laminate.interfaces[index + 1]
    stress = state.total[index] / _MPA

    def stress_at(z: np.ndarray) -> np.ndarray:
        height = outer + sign * z / _UM
        s = np.clip((height - bottom) / (top - bottom), 0, 1)[:, None]
        return (1 - s) * stress[0] + s * stress[1]

    def strain_at(z: np.ndarray) -> np.ndarray:
        heights = outer + sign * z / _UM
        return np.array([state.strain_at(h) for h in heights])

    material = laminate.plies[index]
    return stress_at, strain_at, material


def _ply_grid(problem, values: np.ndarray, index: int, web) -> pv.UnstructuredGrid:
    stress_at, strain_at, material = web
    cells = np.flatnonzero(problem.patch_mesh.ply == index).astype(np.int32)
    nodes, stress = NodalStress(problem, cells, _PULL_IN).evaluate(values)
    dim = problem.dimension
    x = problem.mesh.geometry.x[nodes]
    points = x if dim == 3 else np.column_stack([x[:, 0], np.zeros(len(x)), x[:, 1]])
    grid = _grid(problem.mesh, cells, nodes, points)
    far = stress_at(points[:, 2])
    stress = stress.copy()
    stress[:, :2] += far
    perturbation = np.zeros_like(points)
    at_nodes = _at_geometry_nodes(problem, values)[nodes]
    perturbation[:, [0, 1, 2] if dim == 3 else [0, 2]] = at_nodes
    grid.point_data["displacement [um]"] = perturbation + _web_displacement(
        points, strain_at(points[:, 2]), far, material, _curvatures(strain_at)
    )
    grid.point_data["flaw displacement [um]"] = perturbation
    grid.point_data["stress [MPa]"] = stress
    grid.point_data["largest principal stress [MPa]"] = largest_principal(stress)
    grid.cell_data["ply"] = np.full(grid.n_cells, index, dtype=np.int32)
    return grid


def _curvatures(strain_at) -> np.ndarray:
    """Curvatures (x, y), 1/um; positive stretches the flawed face."""
    low, high = strain_at(np.array([0.0, 1.0]))
    return high - low


def _web_displacement(points, strain, stress, material, curvature) -> np.ndarray:
    """In-plane strain, bending and Poisson contraction of the undisturbed web about the patch's origin, um."""
    x, y, z = points.T
    contraction = -material.poisson_ratio / (material.youngs_modulus / _MPA) * stress.sum(axis=1)
    return np.column_stack(
        [
            strain[:, 0] * x,
            strain[:, 1] * y,
            contraction * z - 0.5 * (curvature[0] * x**2 + curvature[1] * y**2),
        ]
    )


def _at_geometry_nodes(problem, values: np.ndarray) -> np.ndarray:
    """Displacement unknowns ordered by geometry node (both are quadratic Lagrange), shape (n_nodes, dim)."""
    dim = problem.dimension
    table = np.zeros((len(problem.mesh.geometry.x), dim))
    table[geometry_cells(problem.mesh)] = values.reshape(-1, dim)[problem.space.dofmap.list]
    return table


def _grid(mesh, cells: np.ndarray, nodes: np.ndarray, points: np.ndarray) -> pv.UnstructuredGrid:
    """Quadratic VTK cells of one ply with their own points."""
    dim = mesh.topology.dim
    permutation = dolfinx.cpp.io.perm_vtk(mesh.topology.cell_type, geometry_cells(mesh).shape[1])
    connectivity = np.searchsorted(nodes, geometry_cells(mesh)[cells][:, permutation])
    kind = pv.CellType.QUADRATIC_TETRA if dim == 3 else pv.CellType.QUADRATIC_TRIANGLE
    return pv.UnstructuredGrid({kind: connectivity}, points)


def write_fields(folder: Path, grid: pv.UnstructuredGrid) -> None:
    """Write ``patch.vtu`` and a ``patch.pvd`` that points to it."""
    grid.save(folder / "patch.vtu")
    (folder / "patch.pvd").write_text(
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1"><Collection>'
        '<DataSet timestep="0" part="0" file="patch.vtu"/></Collection></VTKFile>\n',
        encoding="utf-8",
    )
