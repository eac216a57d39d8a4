"""Mesh files of any format that meshio reads, as second-order simplices with named groups; starts no MPI."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rollmech.case.meshfile import MeshFile
from rollmech.errors import Fault, InputError
from rollmech.mesh.topology import EDGES, raised

_LINEAR = {2: "triangle", 3: "tetra"}
_QUADRATIC = {2: "triangle6", 3: "tetra10"}
# Mid-side nodes by edge as VTK and gmsh number them; files of other codes keep to one of the two.
_NUMBERINGS = {
    2: (((0, 1), (1, 2), (0, 2)),),
    3: (
        ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)),
        ((0, 1), (1, 2), (0, 2), (0, 3), (2, 3), (1, 3)),
    ),
}
_NOT_NAMES = ("gmsh:geometrical", "gmsh:bounding_entities")
# A mid-side node may leave the middle of its edge by half of its length: quarter points, curved edges.
_ASTRAY = 0.5


@dataclass
class NamedMesh:
    """What a mesh file holds.

    Attributes:
        points: Nodes, um, shape (n_nodes, 2 or 3); a plane mesh has coordinates x, z.
        cells: Nodes of every cell in DOLFINx's order, shape (n_cells, 6 or 10).
        linear: Whether the file's cells had no mid-side nodes.
        groups: Name to the elements in it, by dimension: indices of cells, or corner nodes of facets and lines.
        point_groups: Name to its nodes.
    """

    points: np.ndarray
    cells: np.ndarray
    linear: bool
    groups: dict[str, dict[int, np.ndarray]]
    point_groups: dict[str, np.ndarray]

    @property
    def dimension(self) -> int:
        """2 or 3."""
        return self.points.shape[1]

    @property
    def corners(self) -> np.ndarray:
        """Corner nodes of every cell."""
        return self.cells[:, : self.dimension + 1]

    @property
    def names(self) -> list[str]:
        """Every name in the file."""
        return sorted({*self.groups, *self.point_groups})


def read_mesh(given: MeshFile, dimension: int) -> NamedMesh:
    """Read a mesh file, raise linear simplices to second order, and sort out its names.

    Args:
        given: File and unit.
        dimension: 2 or 3: what the flaw needs.

    Raises:
        InputError: Unreadable, of the other dimension, or with cells that are no simplices.
    """
    mesh = _read(given.file)
    faults = [*_cell_faults(mesh, dimension)]
    plane = _plane(np.asarray(mesh.points, dtype=float), dimension)
    if plane is None:
        extents = ", ".join(f"{value:.6g}" for value in np.ptp(mesh.points, axis=0))
        problem = f"is no plane mesh: its extents are {extents}"
        faults.append(
            Fault("points", "", problem, "coordinates (x, z), the third one the same for all nodes")
        )
    if faults:
        raise InputError(given.file, faults)
    points = plane * given.scale
    blocks = [i for i, block in enumerate(mesh.cells) if block.dim == dimension]
    cells = np.concatenate([mesh.cells[i].data for i in blocks]).astype(np.int64)
    linear = cells.shape[1] == dimension + 1
    if linear:
        points, cells = raised(points, cells, dimension)
    else:
        cells = _reordered(points, cells, dimension, given.file)
    point_groups = {name: np.asarray(nodes, dtype=np.int64) for name, nodes in mesh.point_sets.items()}
    return NamedMesh(points, cells, linear, _groups(mesh, dimension), point_groups)


def _read(path: str):
    import meshio

    words = io.StringIO()
    try:
        # meshio prints its complaints and may end the process.
        with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words):
            return meshio.read(path)
    except ImportError as error:
        problem = f"needs a package that is not installed: {error.name or error}"
        raise InputError(
            path, [Fault("mesh.file", path, problem, "a .msh, .vtu, .vtk or .inp file")]
        ) from None
    except (Exception, SystemExit) as error:
        reason = " ".join((words.getvalue() or str(error)).split())[:200]
        problem = f"cannot be read: {reason or type(error).__name__}"
        raise InputError(path, [Fault("mesh.file", path, problem, "a mesh in a format of meshio")]) from None


def _cell_faults(mesh, dimension: int) -> Iterator[Fault]:
    counts: dict[str, int] = {}
    for block in mesh.cells:
        counts[block.type] = counts.get(block.type, 0) + len(block.data)
    highest = max((block.dim for block in mesh.cells), default=0)
    wanted = f"{_LINEAR[dimension]} or {_QUADRATIC[dimension]} cells"
    held = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "no cells"
    if highest != dimension:
        shape = "plane (x, z)" if dimension == 2 else "three-dimensional"
        problem = f"holds {held}; this flaw needs a {shape} mesh"
        yield Fault("cells", "", problem, wanted)
        return
    for kind in {block.type for block in mesh.cells if block.dim == dimension}:
        if kind not in (_LINEAR[dimension], _QUADRATIC[dimension]):
            problem = f"{counts[kind]} {kind} cells: fronts and refinement are only made for simplices"
            split = f"{wanted}; in gmsh switch off recombination and transfinite extrusion into {kind}s"
            yield Fault("cells", kind, problem, split)
    if {_LINEAR[dimension], _QUADRATIC[dimension]} <= counts.keys():
        yield Fault("cells", held, "mixes linear and second-order cells", f"{wanted}, not both")


def _plane(points: np.ndarray, dimension: int) -> np.ndarray | None:
    """Coordinates x, z of a plane mesh (the file's third, or its second, column is constant); all three in space."""
    if dimension == points.shape[1]:
        return points
    if dimension == 3 or points.shape[1] != 3:
        return None
    flat = np.ptp(points, axis=0) <= 1e-9 * np.ptp(points)
    return points[:, :2] if flat[2] else points[:, [0, 2]] if flat[1] else None


def _reordered(points: np.ndarray, cells: np.ndarray, dimension: int, path: str) -> np.ndarray:
    """Second-order cells in DOLFINx's order, whichever of the usual orders the file has.

    Raises:
        InputError: Mid-side nodes lie far from their edges in every order known.
    """
    corners = dimension + 1
    best, least = cells, np.inf
    for numbering in _NUMBERINGS[dimension]:
        mids = [corners + numbering.index(edge) for edge in EDGES[dimension]]
        ordered = cells[:, [*range(corners), *mids]]
        astray = _astray(points, ordered, dimension)
        if astray < least:
            best, least = ordered, astray
    if least > _ASTRAY:
        problem = f"mid-side nodes lie up to {least:.2g} edge lengths from the middle of their edges"
        raise InputError(
            path, [Fault("cells", "", problem, "second-order cells in VTK's or gmsh's node order")]
        )
    return best


def _astray(points: np.ndarray, cells: np.ndarray, dimension: int) -> float:
    ends = points[cells[:, EDGES[dimension]]]
    offset = points[cells[:, dimension + 1 :]] - ends.mean(axis=2)
    length = np.linalg.norm(ends[:, :, 1] - ends[:, :, 0], axis=2)
    return float((np.linalg.norm(offset, axis=2) / length).max())


def _groups(mesh, dimension: int) -> dict[str, dict[int, np.ndarray]]:
    """Elements of every named group, by dimension."""
    offsets = _cell_offsets(mesh, dimension)
    found: dict[str, dict[int, list]] = {}
    for name, block, rows in _named_rows(mesh):
        dim = mesh.cells[block].dim
        if not len(rows) or dim > dimension:
            continue
        corners = mesh.cells[block].data[rows][:, : dim + 1].astype(np.int64)
        elements = offsets[block] + rows if dim == dimension else corners
        found.setdefault(name, {}).setdefault(dim, []).append(elements)
    return {
        name: {dim: np.unique(np.concatenate(parts), axis=0) for dim, parts in group.items()}
        for name, group in found.items()
    }


def _cell_offsets(mesh, dimension: int) -> dict[int, int]:
    """First number of each block's cells among all cells of the highest dimension."""
    offsets, total = {}, 0
    for i, block in enumerate(mesh.cells):
        if block.dim == dimension:
            offsets[i] = total
            total += len(block.data)
    return offsets


def _named_rows(mesh) -> Iterator[tuple[str, int, np.ndarray]]:
    """Triples of a name, a block and rows of it: cell sets, gmsh's physical names, tables of tags, plain numbers."""
    for name, blocks in mesh.cell_sets.items():
        if name not in _NOT_NAMES:
            for i, rows in enumerate(blocks):
                yield name, i, np.empty(0, np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
    arrays = {
        key: blocks
        for key, blocks in mesh.cell_data.items()
        if key not in _NOT_NAMES and all(np.issubdtype(np.asarray(b).dtype, np.integer) for b in blocks)
    }
    for key, blocks in arrays.items():
        for i, values in enumerate(blocks):
            for tag in np.unique(values):
                rows = np.flatnonzero(np.asarray(values) == tag)
                for name in _tag_names(mesh, key, int(tag), mesh.cells[i].dim, len(arrays) == 1):
                    yield name, i, rows


def _tag_names(mesh, key: str, tag: int, dim: int, alone: bool) -> list[str]:
    """Names of one number of an integer array; the number itself where the file has no name for it."""
    if key == "gmsh:physical":
        names = [name for name, (t, d) in mesh.field_data.items() if t == tag and d == dim]
    else:
        names = list(getattr(mesh, "cell_tags", {}).get(tag, []))
    return names or ([str(tag)] if alone else [f"{key}={tag}"])
