"""From a gmsh model to a DOLFINx mesh with named regions and faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rollmech.backend import MPI, basix, dolfinx
from rollmech.errors import NumericsError
from rollmech.flaws.front import EllipticFront

_CELLS = {2: basix.CellType.triangle, 3: basix.CellType.tetrahedron}
# Local edges of the triangle and the tetrahedron in the order of the mid-side nodes (basix reference cells).
_EDGES = {
    2: ((1, 2), (0, 2), (0, 1)),
    3: ((2, 3), (1, 3), (1, 2), (0, 3), (0, 2), (0, 1)),
}


@dataclass
class PatchMesh:
    """A meshed patch.

    Attributes:
        mesh: Second-order simplices.
        ply: Index of the ply (0 = flawed) of every cell, shape (n_cells,).
        facets: Tagged boundary facets.
        faces: Name of a boundary face to its facet tag (``flaw``, ``symmetry_x``, ``end_x`` ...).
        statistics: What to report of the mesh.
    """

    mesh: dolfinx.mesh.Mesh
    ply: np.ndarray
    facets: dolfinx.mesh.MeshTags
    faces: Mapping[str, int]
    statistics: dict = field(default_factory=dict)

    @property
    def dimension(self) -> int:
        """Space dimension."""
        return self.mesh.geometry.dim

    def face(self, name: str) -> np.ndarray:
        """Facet indices of a named face (empty if the patch has none of that name)."""
        if name not in self.faces:
            return np.empty(0, dtype=np.int32)
        return self.facets.find(self.faces[name])


def import_model(gmsh, dimension: int) -> PatchMesh:
    """Turn the current gmsh model into a :class:`PatchMesh`.

    Regions must be physical groups ``ply0``, ``ply1`` ... and faces uniquely named groups one dimension lower.

    Raises:
        NumericsError: A face lost facets on the way (a facet in two groups keeps only one of them).
    """
    faces_expected = {}
    for dim, tag in gmsh.model.getPhysicalGroups(dimension - 1):
        count = sum(
            len(tags)
            for entity in gmsh.model.getEntitiesForPhysicalGroup(dim, tag)
            for tags in gmsh.model.mesh.getElements(dim, entity)[1]
        )
        faces_expected[gmsh.model.getPhysicalName(dim, tag)] = count
    data = dolfinx.io.gmsh.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=dimension)
    mesh = data.mesh
    mesh.topology.create_connectivity(dimension - 1, dimension)
    groups = data.physical_groups
    faces = {name: group.tag for name, group in groups.items() if group.dim == dimension - 1}
    for name, count in faces_expected.items():
        if len(data.facet_tags.find(faces[name])) != count:
            raise NumericsError(f"face '{name}' lost facets between gmsh and DOLFINx")
    ply = np.empty(mesh.topology.index_map(dimension).size_local, dtype=np.int32)
    for name, group in groups.items():
        if group.dim == dimension:
            ply[data.cell_tags.find(group.tag)] = int(name.removeprefix("ply"))
    return PatchMesh(mesh, ply, data.facet_tags, faces)


def quarter_points(patch_mesh: PatchMesh, on_front: np.ndarray) -> np.ndarray:
    """Move the mid-side nodes of edges leaving the front to their quarter points, in place.

    The isoparametric map then carries the square root of the distance that the displacement needs
    (Henshell & Shaw 1975, Barsoum 1976). Edges that touch the front with both ends are left alone.

    Args:
        patch_mesh: Mesh to change.
        on_front: Mask over geometry nodes, shape (n_nodes,).

    Returns:
        Mask over geometry nodes of those that were moved.
    """
    x = patch_mesh.mesh.geometry.x
    cells = geometry_cells(patch_mesh.mesh)
    corners = patch_mesh.dimension + 1
    moved = np.zeros(len(x), dtype=bool)
    for k, (i, j) in enumerate(_EDGES[patch_mesh.dimension]):
        for tip, other in ((i, j), (j, i)):
            rows = on_front[cells[:, tip]] & ~on_front[cells[:, other]]
            a, b = x[cells[rows, tip]], x[cells[rows, other]]
            x[cells[rows, corners + k]] = a + 0.25 * (b - a)
            moved[cells[rows, corners + k]] = True
    return moved


def straighten_inverted(patch_mesh: PatchMesh, fixed: np.ndarray) -> int:
    """Straighten the edges of cells whose map is inverted or nearly so; returns how many cells were mended.

    Curving an edge onto a pit's wall can turn a thin element inside out, or fold it at a corner only: then the solve
    succeeds and the stress at that corner is nonsense.

    Args:
        patch_mesh: Mesh to mend, in place.
        fixed: Mask over geometry nodes that must stay (quarter points), shape (n_nodes,).

    Raises:
        NumericsError: Elements stay inverted with straight edges.
    """
    x = patch_mesh.mesh.geometry.x
    cells = geometry_cells(patch_mesh.mesh)
    corners = patch_mesh.dimension + 1
    mended = 0
    for _ in range(5):
        bad = np.flatnonzero((smallest_jacobian(patch_mesh) <= 0) | _folded(patch_mesh, fixed))
        if not bad.size:
            return mended
        mended += bad.size
        for k, (i, j) in enumerate(_EDGES[patch_mesh.dimension]):
            mid = cells[bad, corners + k]
            middle = 0.5 * (x[cells[bad, i]] + x[cells[bad, j]])
            movable = ~fixed[mid]
            x[mid[movable]] = middle[movable]
    raise NumericsError(f"{bad.size} elements of the mesh are inverted; the flaw is too thin for its size")


# A corner whose Jacobian is below this part of the cell's mean counts as folded.
_FOLDED = 0.2


def _folded(patch_mesh: PatchMesh, fixed: np.ndarray) -> np.ndarray:
    """Cells whose map nearly degenerates at a node; not those at a front, which do so on purpose."""
    determinant = _jacobians(patch_mesh, _lattice(patch_mesh.dimension))
    folded = determinant.min(axis=1) < _FOLDED * determinant.mean(axis=1)
    return folded & ~fixed[geometry_cells(patch_mesh.mesh)].any(axis=1)


def on_front(x: np.ndarray, front: EllipticFront, scale: float) -> np.ndarray:
    """Mask of the geometry nodes (n, 3) that lie on a front; ``scale`` (um) sets the tolerance."""
    level = (x[:, 1] / front.half_width) ** 2 + ((x[:, 2] + front.centre_depth) / front.depth) ** 2 - 1
    below = x[:, 2] <= front.point(front.phi_min)[0, 2] + 1e-6 * scale
    return (np.abs(x[:, 0]) < 1e-9 * scale) & (np.abs(level) < 1e-6) & below


def smallest_jacobian(patch_mesh: PatchMesh) -> np.ndarray:
    """Smallest Jacobian determinant of each cell over interior sample points, shape (n_cells,).

    Taken in the cell's own orientation: positive for a valid cell.
    """
    points, _ = basix.make_quadrature(_CELLS[patch_mesh.dimension], 5)
    return _jacobians(patch_mesh, points).min(axis=1)


def _jacobians(patch_mesh: PatchMesh, points: np.ndarray) -> np.ndarray:
    """Jacobian determinant of every cell at reference points, in the cell's own orientation."""
    dim = patch_mesh.dimension
    element = basix.create_element(basix.ElementFamily.P, _CELLS[dim], 2, basix.LagrangeVariant.equispaced)
    gradients = element.tabulate(1, points)[1:, :, :, 0]
    nodes = patch_mesh.mesh.geometry.x[:, :dim][geometry_cells(patch_mesh.mesh)]
    determinant = np.linalg.det(np.einsum("dqn,cni->cqid", gradients, nodes))
    # Orientation is a matter of numbering; a change of sign within a cell is a fault.
    return determinant * np.sign(determinant.mean(axis=1))[:, None]


def _lattice(dimension: int) -> np.ndarray:
    """Nodes of the quadratic reference cell."""
    cell = _CELLS[dimension]
    return basix.create_element(basix.ElementFamily.P, cell, 2, basix.LagrangeVariant.equispaced).points


def geometry_cells(mesh) -> np.ndarray:
    """Geometry nodes of every cell, shape (n_cells, nodes per cell)."""
    return mesh.geometry.dofmaps[0] if hasattr(mesh.geometry, "dofmaps") else mesh.geometry.dofmap


def facet_nodes(mesh, facets: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Geometry nodes (corners and mid-sides) of facets, given one cell of each, shape (n_facets, nodes)."""
    dim = mesh.topology.dim
    mesh.topology.create_connectivity(dim, dim - 1)
    cell_facets = mesh.topology.connectivity(dim, dim - 1)
    layout = mesh.geometry.cmaps[0].create_dof_layout()
    nodes = geometry_cells(mesh)
    local = [int(np.flatnonzero(cell_facets.links(c) == f)[0]) for f, c in zip(facets, cells, strict=True)]
    return np.array(
        [nodes[c][layout.entity_closure_dofs(dim - 1, i)] for c, i in zip(cells, local, strict=True)]
    )
