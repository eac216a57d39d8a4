"""The DOLFINx mesh of a patch, with named plies and faces, on however many ranks there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rollmech.backend import MPI, basix, dolfinx
from rollmech.errors import NumericsError
from rollmech.mesh.simplices import Simplices, embedded


@dataclass
class PatchMesh:
    """A meshed patch.

    Attributes:
        mesh: Second-order simplices.
        ply: Index of the ply (0 = flawed) of every cell of this rank, shape (n_cells,).
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

    @property
    def nodes(self) -> np.ndarray:
        """Geometry nodes as (x, y, z), um, shape (n_nodes, 3)."""
        return embedded(self.mesh.geometry.x[:, : self.dimension])

    @property
    def input_nodes(self) -> np.ndarray:
        """Number that each geometry node had in the mesher, the same on all ranks, shape (n_nodes,)."""
        return self.mesh.geometry.input_global_indices

    @property
    def all_nodes(self) -> np.ndarray:
        """Geometry nodes of all ranks, each once, um, shape (n, 3)."""
        parts = self.mesh.comm.allgather((self.input_nodes, self.nodes))
        numbers, nodes = (np.concatenate(part) for part in zip(*parts, strict=True))
        return nodes[np.unique(numbers, return_index=True)[1]]

    @property
    def owned_nodes(self) -> int:
        """Number of leading ``nodes`` that belong to this rank."""
        return self.mesh.geometry.index_map().size_local

    def shared_sum(self, values: np.ndarray) -> np.ndarray:
        """Values at this rank's geometry nodes, summed over the ranks that share a node, shape (n_nodes, k)."""
        total = dolfinx.la.vector(self.mesh.geometry.index_map(), values.shape[1])
        total.array[:] = values.ravel()
        total.scatter_reverse(dolfinx.la.InsertMode.add)
        total.scatter_forward()
        return total.array.reshape(values.shape)

    @property
    def elements(self) -> int:
        """Number of cells on all ranks."""
        return self.mesh.topology.index_map(self.dimension).size_global

    def face(self, name: str) -> np.ndarray:
        """Facet indices of a named face on this rank (empty if the patch has none of that name)."""
        if name not in self.faces:
            return np.empty(0, dtype=np.int32)
        return self.facets.find(self.faces[name])

    def cells_of(self, facets: np.ndarray) -> np.ndarray:
        """One cell of each facet, shape (n_facets,)."""
        cell_of = self.mesh.topology.connectivity(self.dimension - 1, self.dimension)
        return np.array([cell_of.links(facet)[0] for facet in facets], dtype=np.int32)


def distribute(simplices: Simplices | None) -> PatchMesh:
    """Hand the arrays of rank 0 to DOLFINx, which spreads them over the ranks.

    Args:
        simplices: The mesh on rank 0, None elsewhere.

    Raises:
        NumericsError: A face lost facets on the way.
    """
    comm = MPI.COMM_WORLD
    root = comm.rank == 0
    dim, ply, names, statistics = comm.bcast(
        (simplices.dimension, simplices.ply, sorted(simplices.faces), simplices.statistics) if root else None
    )
    cell = ("triangle", "tetrahedron")[dim - 2]
    element = basix.ufl.element(
        "Lagrange", cell, 2, shape=(dim,), lagrange_variant=basix.LagrangeVariant.equispaced
    )
    nodes = (6, 10)[dim - 2]
    cells = simplices.cells if root else np.empty((0, nodes), dtype=np.int64)
    points = simplices.points if root else np.empty((0, dim))
    mesh = dolfinx.mesh.create_mesh(comm, cells, element, points)
    mesh.topology.create_connectivity(dim - 1, dim)
    facets = _tag_facets(mesh, simplices, names)
    patch_mesh = PatchMesh(
        mesh,
        ply[mesh.topology.original_cell_index],
        facets,
        {name: i + 1 for i, name in enumerate(names)},
        dict(statistics),
    )
    for name in names:
        kept = _owned_count(mesh, patch_mesh.face(name))
        if root and kept != len(simplices.faces[name]):
            raise NumericsError(f"face '{name}' lost facets between the mesher and DOLFINx")
    return patch_mesh


def _tag_facets(mesh, simplices: Simplices | None, names: list[str]):
    """Tags of all named faces."""
    dim = mesh.topology.dim
    width = (3, 6)[dim - 2]
    rows, values = np.empty((0, width), dtype=np.int64), np.empty(0, dtype=np.int32)
    if simplices is not None and names:
        rows = np.concatenate([simplices.faces[name] for name in names])
        values = np.concatenate(
            [np.full(len(simplices.faces[n]), i + 1, np.int32) for i, n in enumerate(names)]
        )
    entities, kept = dolfinx.io.distribute_entity_data(mesh, dim - 1, rows, values)
    lists = dolfinx.graph.adjacencylist(entities)
    return dolfinx.mesh.meshtags_from_entities(mesh, dim - 1, lists, kept.astype(np.int32))


def _owned_count(mesh, facets: np.ndarray) -> int:
    owned = mesh.topology.index_map(mesh.topology.dim - 1).size_local
    return mesh.comm.allreduce(int(np.count_nonzero(facets < owned)))


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
    found = [nodes[c][layout.entity_closure_dofs(dim - 1, i)] for c, i in zip(cells, local, strict=True)]
    return np.array(found, dtype=np.int64).reshape(len(facets), (3, 6)[dim - 2])
