"""The fields of a run as a VTK file: what ParaView and ``pyvista.read`` open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvista as pv

from rollmech.backend import dolfinx
from rollmech.elastic.far_field import plies_of_mode, precedes_filling, unit_stress
from rollmech.fracture.influence import Influence
from rollmech.fracture.stress_concentration import NodalStress, at_nodes, largest_principal
from rollmech.mesh.patchmesh import geometry_cells
from rollmech.risk.judge import far_coefficients
from rollmech.web import WebState

_MPA = 1e6
_UM = 1e6
COMPONENTS = ("xx", "yy", "zz", "xy", "yz", "xz")
_PULL_IN = 0.1


def patch_fields(
    influence: Influence,
    state: WebState,
    ply: int,
    face: str,
    pressure: float = 0.0,
    perturbation: np.ndarray | None = None,
) -> pv.UnstructuredGrid | None:
    """Total fields of one web state on the patch.

    Point data: ``displacement [um]`` (tension and bending of the web plus the flaw's own, thermal expansion
    through the thickness left out), ``flaw displacement [um]``, ``stress [MPa]`` (xx, yy, zz, xy, yz, xz) and
    ``largest principal stress [MPa]``; cell data: ``ply``, the layer counted from the flawed one, a filler last.
    Points on an interface belong to one ply each, so that jumps of the stress stay jumps. x is normal to the flaw's
    trace, z points out of the flawed face.

    Args:
        influence: The solved flaw.
        state: Web state to show.
        ply: The ply at the flawed face in the state's laminate.
        face: The flawed face.
        pressure: Of the gas in the flaw, Pa.
        perturbation: The flaw's own displacement (um) at this rank's unknowns where it is no sum of modes (contact).

    Returns:
        The fields of all ranks on rank 0, None on the others; every rank must call this.
    """
    patch = influence.patch
    load = patch.turned(sum(far_coefficients(patch, state, ply, face, pressure / _MPA).values()))
    parts = [
        _ply_grid(influence, load, i, _web_ply(influence, state, ply, face, i), perturbation)
        for i in range(len(patch.plies))
    ]
    if patch.fill is not None:
        parts.append(_ply_grid(influence, load, patch.filler, _web_ply(influence, state, ply, face, 0)))
    return None if parts[0] is None else pv.merge(parts, merge_points=False)


@dataclass(frozen=True)
class _WebPly:
    """The undisturbed web in one ply, in the patch's axes (um, MPa; z = 0 on the flawed face)."""

    state: WebState
    index: int
    outer: float
    sign: float
    turn: np.ndarray

    def stress(self, z: np.ndarray) -> np.ndarray:
        """xx, yy, xy at heights z, shape (n, 3)."""
        return self._turned(self.state.stress_at(self.index, self._height(z)) / _MPA)

    def strain(self, z: np.ndarray) -> np.ndarray:
        """xx, yy, xy (tensor component) at heights z, shape (n, 3)."""
        return self._turned(np.array([self.state.strain_at(height) for height in self._height(z)]))

    def displacement(self, points: np.ndarray) -> np.ndarray:
        """In-plane strain, bending and Poisson contraction about the patch's origin, um, shape (n, 3)."""
        x, y, z = points.T
        xx, yy, xy = self.strain(z).T
        low, high = self.strain(np.array([0.0, 1.0]))
        kappa = high - low
        material = self.state.laminate.plies[self.index]
        stretch = self.stress(z)[:, :2].sum(axis=1) * _MPA / material.youngs_modulus
        bent = 0.5 * (kappa[0] * x**2 + kappa[1] * y**2) + kappa[2] * x * y
        return np.column_stack(
            [xx * x + xy * y, xy * x + yy * y, -material.poisson_ratio * stretch * z - bent]
        )

    def _height(self, z: np.ndarray) -> np.ndarray:
        return self.outer + self.sign * z / _UM

    def _turned(self, values: np.ndarray) -> np.ndarray:
        """Components xx, yy, xy in the patch's axes of a tensor with components (x, y) in the web's."""
        return values @ self.turn.T


def _web_ply(influence: Influence, state: WebState, ply: int, face: str, inwards: int) -> _WebPly:
    """The laminate's ply that the patch's ply of this number stands for."""
    up = face == "top"
    outer = state.laminate.interfaces[ply + 1 if up else ply]
    # A unit x or y membrane stress, turned: columns of the matrix from (x, y) to (xx, yy, xy).
    s, c = np.sin(influence.patch.angle), np.cos(influence.patch.angle)
    turn = np.array([[s * s, c * c], [c * c, s * s], [s * c, -s * c]])
    inwards = influence.patch.origin[inwards] if influence.patch.origin else inwards
    return _WebPly(state, ply - inwards if up else ply + inwards, outer, 1.0 if up else -1.0, turn)


def _moved(influence: Influence, load: np.ndarray, index: int) -> np.ndarray:
    """Unknowns of the perturbation under a load (modes,) that one ply feels: what came after it."""
    problem, patch = influence.problem, influence.patch
    filler = index == patch.filler
    there = [m for m in problem.modes if not (filler and precedes_filling(m))]
    felt = [m for m in there if (plies_of_mode(m) or index + 1) > index]
    by_mode = dict(zip(problem.modes, influence.solutions, strict=True))
    return sum(load[patch.modes.index(mode)] * by_mode[mode].x.array for mode in felt)


def _filler_stress(influence: Influence, load: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Stress of the filler at the web's own strain, MPa, shape (n, 6)."""
    patch, owner = influence.patch, np.full(len(points), influence.patch.filler)
    units = [unit_stress(patch, mode, points, owner) for mode in patch.modes]
    return np.einsum("m,mni->ni", load, units)


def _ply_grid(
    influence: Influence, load: np.ndarray, index: int, web: _WebPly, perturbation: np.ndarray | None = None
) -> pv.UnstructuredGrid | None:
    """One ply (or the filler) with the fields of all ranks on rank 0, in the mesher's order; None on the others."""
    problem = influence.problem
    values = _moved(influence, load, index) if perturbation is None else perturbation
    patch_mesh = problem.patch_mesh
    cells = np.flatnonzero(patch_mesh.ply == index).astype(np.int32)
    nodes, stress = NodalStress(problem, cells, _PULL_IN).evaluate(values)
    numbers, order = patch_mesh.input_nodes, problem.mesh.topology.original_cell_index[cells]
    at = (numbers[nodes], patch_mesh.nodes[nodes], stress, at_nodes(problem, values)[nodes])
    parts = problem.mesh.comm.gather((*at, order, numbers[_vtk_cells(problem.mesh, cells)]))
    if parts is None:
        return None
    *at, order, corners = (np.concatenate(part) for part in zip(*parts, strict=True))
    numbers, once = np.unique(at[0], return_index=True)
    points, stress, perturbation = (array[once] for array in at[1:])
    grid = _grid(np.searchsorted(numbers, corners[np.argsort(order)]), points)
    if index == influence.patch.filler:
        stress += _filler_stress(influence, load, points)
    else:
        stress[:, [0, 1, 3]] += web.stress(points[:, 2])
    grid.point_data["displacement [um]"] = perturbation + web.displacement(points)
    grid.point_data["flaw displacement [um]"] = perturbation
    grid.point_data["stress [MPa]"] = stress
    grid.point_data["largest principal stress [MPa]"] = largest_principal(stress)
    origin = (*influence.patch.origin, len(web.state.laminate.plies))
    layer = origin[index] if influence.patch.origin else index
    grid.cell_data["ply"] = np.full(grid.n_cells, layer, dtype=np.int32)
    return grid


def _vtk_cells(mesh, cells: np.ndarray) -> np.ndarray:
    """Geometry nodes of cells in VTK's order, shape (n_cells, nodes per cell)."""
    # perm_vtk tells where DOLFINx's nodes go in VTK's cell; here VTK's nodes are looked up.
    permutation = np.argsort(dolfinx.cpp.io.perm_vtk(mesh.topology.cell_type, geometry_cells(mesh).shape[1]))
    return geometry_cells(mesh)[cells][:, permutation]


def _grid(corners: np.ndarray, points: np.ndarray) -> pv.UnstructuredGrid:
    """Quadratic VTK cells."""
    kind = pv.CellType.QUADRATIC_TETRA if corners.shape[1] == 10 else pv.CellType.QUADRATIC_TRIANGLE
    return pv.UnstructuredGrid({kind: corners}, points)


def write_fields(folder: Path, grid: pv.UnstructuredGrid) -> None:
    """Write ``patch.vtu`` and a ``patch.pvd`` that points to it."""
    grid.save(folder / "patch.vtu")
    (folder / "patch.pvd").write_text(
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1"><Collection>'
        '<DataSet timestep="0" part="0" file="patch.vtu"/></Collection></VTKFile>\n',
        encoding="utf-8",
    )
