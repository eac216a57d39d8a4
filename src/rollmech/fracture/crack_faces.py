"""The crack's faces around a front: quadrature on them, and what the loads there add to an interaction integral."""

from __future__ import annotations

import numpy as np

from rollmech.backend import basix, dolfinx
from rollmech.elastic.far_field import unit_stress
from rollmech.elastic.problem import FACE_QUADRATURE, PatchProblem
from rollmech.fracture.domain_integral import faces_within
from rollmech.mesh.patchmesh import facet_nodes, geometry_cells

fem = dolfinx.fem

_CELLS = {1: basix.CellType.interval, 2: basix.CellType.triangle}


def crack_faces(problem: PatchProblem, cells: np.ndarray) -> CrackFaces:
    """The faces behind a front, and on a curved front of an interface both sides of the bond ahead of it.

    Args:
        problem: The problem.
        cells: Cells around the front on this rank.
    """
    facets = faces_within(problem, cells)
    sides = problem.patch_mesh.cells_of(facets)
    loaded = np.ones(len(facets), dtype=bool)
    if problem.dimension == 3 and len(problem.patch.front_plies) == 2:
        bonded, both = _bond(problem, cells)
        facets, sides = np.concatenate([facets, bonded]), np.concatenate([sides, both])
        loaded = np.concatenate([loaded, np.zeros(len(bonded), dtype=bool)])
    return CrackFaces(problem, facets, sides, loaded)


def _bond(problem: PatchProblem, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Facets of the bonded interface of the given cells, each with each of its cells on this rank."""
    mesh, dim, front = problem.mesh, problem.dimension, problem.patch.front
    mesh.topology.create_connectivity(dim, dim - 1)
    cell_facets, facet_cells = (
        mesh.topology.connectivity(*pair) for pair in ((dim, dim - 1), (dim - 1, dim))
    )
    facets = np.unique(np.concatenate([cell_facets.links(cell) for cell in cells] or [np.empty(0, np.int32)]))
    middle = dolfinx.mesh.compute_midpoints(mesh, dim - 1, facets.astype(np.int32))
    height = (middle - np.array(front.centre)) @ front.crack_normal
    flat = np.abs(height) < 1e-6 * problem.patch.flaw.depth
    bonded = np.setdiff1d(facets[flat], problem.patch_mesh.face("flaw"))
    pairs = [(facet, cell) for facet in bonded for cell in facet_cells.links(facet)]
    table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    return table[:, 0], table[:, 1]


class CrackFaces:
    """Facets in the crack's plane with their quadrature.

    Args:
        problem: The problem.
        facets: Facets of this rank.
        cells: The cell that each facet is seen from, shape (n_facets,).
        loaded: Whether the facet is one of the crack's faces, shape (n_facets,).

    Attributes:
        places: Quadrature points facet by facet, um, shape (n, 3).
        above: Whether the point's cell lies on the side of the crack plane's normal, shape (n,).
    """

    def __init__(self, problem: PatchProblem, facets: np.ndarray, cells: np.ndarray, loaded: np.ndarray):
        self._problem, dim = problem, problem.dimension
        self._ply = problem.patch_mesh.ply[cells]
        nodes = facet_nodes(problem.mesh, facets, cells)
        self._corners = _corner_dofs(problem, nodes, cells)
        self._dofs = _displacement_dofs(problem, nodes, cells)
        points, weights = basix.make_quadrature(_CELLS[dim - 1], FACE_QUADRATURE)
        quadratic = _lagrange(dim - 1, 2).tabulate(1, points)[:, :, :, 0]
        self._linear = _lagrange(dim - 1, 1).tabulate(0, points)[0, :, :, 0]
        x = problem.patch_mesh.nodes[nodes]
        tangents = np.einsum("dqn,fni->fqid", quadratic[1:], x)
        area, self._tangential = _surface_gradient(tangents, quadratic[1:])
        self._weights = area * weights
        self._shape = quadratic[0]
        self.places = np.einsum("qn,fni->fqi", quadratic[0], x).reshape(-1, 3)
        middle = problem.patch_mesh.nodes[geometry_cells(problem.mesh)[cells]].mean(axis=1)
        self._front_normal = problem.patch.front.crack_normal
        offset = (middle - x.mean(axis=1)) @ self._front_normal
        self.above = np.repeat(offset > 0, len(weights))
        self._loaded = np.repeat(loaded, len(weights))

    def pull(self, mode: str, solution, auxiliary: np.ndarray) -> np.ndarray:
        """Nodal forces t . (grad u_aux) + t_aux . (grad u) of one mode, shape (n_vertices, 3).

        Args:
            mode: Far-stress mode, whose tractions cancelled on the faces are t.
            solution: Its perturbation.
            auxiliary: Gradient of the auxiliary displacement at ``places``, shape (n, 3, 3).
        """
        found = np.zeros((len(self._problem.vertices), 3))
        if not len(self._corners):
            return found
        outward = np.where(self.above, -1.0, 1.0)[:, None] * self._front_normal
        q = self._weights.shape[1]
        ply = np.repeat(self._ply, q)
        far = _tensors(unit_stress(self._problem.patch, mode, self.places, ply))
        traction = -1.0 * self._loaded[:, None] * np.einsum("nij,nj->ni", far, outward)
        density = np.einsum("ni,nik->nk", traction, auxiliary)
        density += np.einsum(
            "ni,nik->nk", self._auxiliary_traction(auxiliary, ply, outward), self._slopes(solution)
        )
        density = density.reshape(-1, q, 3) * self._weights[:, :, None]
        np.add.at(found, self._corners, np.einsum("fqk,qv->fvk", density, self._linear))
        return found

    def _auxiliary_traction(self, gradient: np.ndarray, ply: np.ndarray, outward: np.ndarray) -> np.ndarray:
        """Traction (MPa) that the auxiliary field leaves on the faces, shape (n, 3)."""
        plies = self._problem.patch.plies
        shear = np.array([p.shear_modulus for p in plies])[ply]
        poisson = np.array([p.poisson_ratio for p in plies])[ply]
        strain = 0.5 * (gradient + gradient.swapaxes(1, 2))
        lame = 2 * shear * poisson / (1 - 2 * poisson)
        pressure = lame * np.trace(strain, axis1=1, axis2=2)
        return pressure[:, None] * outward + 2 * shear[:, None] * np.einsum("nij,nj->ni", strain, outward)

    def _slopes(self, solution) -> np.ndarray:
        """Derivatives of a displacement along the faces, shape (n, 3, 3; component, direction)."""
        values = solution.x.array.reshape(-1, 3)[self._dofs]
        return np.einsum("fqnk,fni->fqik", self._tangential, values).reshape(-1, 3, 3)


def _lagrange(dimension: int, degree: int):
    variant = basix.LagrangeVariant.equispaced
    return basix.create_element(basix.ElementFamily.P, _CELLS[dimension], degree, variant)


def _surface_gradient(tangents: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Area element (f, q) and tangential gradients of the shape functions (f, q, nodes, 3)."""
    metric = np.einsum("fqid,fqie->fqde", tangents, tangents)
    area = np.sqrt(np.linalg.det(metric))
    dual = np.einsum("fqde,fqie->fqid", np.linalg.inv(metric), tangents)
    return area, np.einsum("fqid,dqn->fqni", dual, shape)


def _tensors(stress: np.ndarray) -> np.ndarray:
    """Symmetric tensors (n, 3, 3) of components xx, yy, zz, xy, yz, xz, shape (n, 6)."""
    xx, yy, zz, xy, yz, xz = stress.T
    return np.stack([np.stack([xx, xy, xz], -1), np.stack([xy, yy, yz], -1), np.stack([xz, yz, zz], -1)], 1)


def _matched(
    problem: PatchProblem, nodes: np.ndarray, cells: np.ndarray, dofmap: np.ndarray, count: int
) -> np.ndarray:
    """Unknowns (by block) at geometry nodes of facets, found through the facets' cells."""
    rows = geometry_cells(problem.mesh)[cells][:, :count]
    place = np.argmax(rows[:, None, :] == nodes[:, :, None], axis=2)
    return np.take_along_axis(dofmap[cells], place, axis=1)


def _corner_dofs(problem: PatchProblem, nodes: np.ndarray, cells: np.ndarray) -> np.ndarray:
    dim = problem.dimension
    return _matched(problem, nodes[:, :dim], cells, problem.coarse_space.dofmap.list, dim + 1)


def _displacement_dofs(problem: PatchProblem, nodes: np.ndarray, cells: np.ndarray) -> np.ndarray:
    count = geometry_cells(problem.mesh).shape[1]
    return _matched(problem, nodes, cells, problem.space.dofmap.list, count)
