"""A mesh as a file with names, in any format of meshio: the counterpart of reading one."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rollmech.errors import Fault, InputError
from rollmech.mesh.apart import apart
from rollmech.mesh.build import simplices_of
from rollmech.mesh.grading import Grading
from rollmech.mesh.patch import Patch
from rollmech.mesh.session import KEPT
from rollmech.mesh.simplices import Simplices
from rollmech.mesh.topology import EDGES

GEOMETRY = (".geo_unrolled", ".xao", ".brep", ".step")
"""Formats of what is meshed instead of the mesh; the first one can hold plane sections, too."""
_KINDS = ("vertex", "line3", "triangle6", "tetra10")
# VTK's mid-side nodes in terms of ours.
_VTK = {1: (0, 1, 2), 2: (0, 1, 2, 5, 3, 4), 3: (0, 1, 2, 3, 9, 6, 8, 7, 5, 4)}
_BY_NAME = (".msh", ".inp")


def write_mesh(
    simplices: Simplices, patch: Patch, layers: Sequence[str], path: Path
) -> dict[str, dict[str, str]]:
    """Write a mesh (coordinates in um) with its layers, faces and front named.

    gmsh's format carries the names as physical groups, Abaqus' as element sets; any other format gets numbers in the
    integer cell data ``group``.

    Args:
        simplices: The mesh.
        patch: What it is of.
        layers: Names of the plies from the flawed one inwards.
        path: File; its suffix tells the format.

    Returns:
        The names that a case must map, as its tables ``regions`` and ``faces``; empty where the file carries them.

    Raises:
        InputError: meshio has no such format, or it cannot be written.
    """
    import meshio

    names, cells = _blocks(simplices, patch, layers)
    points = simplices.points if simplices.dimension == 3 else np.insert(simplices.points, 2, 0.0, axis=1)
    point_sets = {}
    if path.suffix == ".inp" and cells[-1][0] == "vertex":  # no element of that format is a point
        point_sets = {names.pop(): cells.pop()[1].ravel()}
    mesh = meshio.Mesh(points, cells, point_sets=point_sets)
    numbers = [np.full(len(nodes), i + 1, dtype=np.int32) for i, (_, nodes) in enumerate(cells)]
    options = {}
    if path.suffix == ".msh":
        mesh.cell_data = {"gmsh:physical": numbers, "gmsh:geometrical": numbers}
        dims = [block.dim for block in mesh.cells]
        mesh.field_data = {name: np.array([i + 1, dims[i]]) for i, name in enumerate(names)}
        options = {"file_format": "gmsh22", "binary": False}
    elif path.suffix == ".inp":
        empty = np.empty(0, dtype=int)
        for i, name in enumerate(names):
            mesh.cell_sets[name] = [np.arange(len(n)) if i == j else empty for j, (_, n) in enumerate(cells)]
    else:
        mesh.cell_data = {"group": numbers}
    _write(mesh, path, options)
    if path.suffix in _BY_NAME:
        return {}
    numbered = {name: str(i + 1) for i, name in enumerate(names)}
    faces = {name: numbered[name] for name in ("flaw", "front") if name in numbered}
    return {"regions": {name: numbered[name] for name in layers}, "faces": faces}


def write_geometry(patch: Patch, grading: Grading, path: Path, seconds: float) -> None:
    """Write the geometry that gmsh meshes, in um; ``.geo_unrolled`` comes with an ``.xao`` file that it reads.

    Raises:
        InputError: It cannot be written, or not in this format.
        NumericsError: gmsh cannot mesh it.
    """
    if patch.flaw.kind == "tile-joint":
        raise InputError("mesh", [Fault("--out", str(path), "a joint is meshed without gmsh", "a .msh file")])
    if patch.flaw.dimension == 2 and path.suffix != GEOMETRY[0]:
        raise InputError(
            "mesh", [Fault("--out", str(path), "a plane section is no solid", f"a {GEOMETRY[0]} file")]
        )
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise _unwritable(path, "no such writable folder")

    def build() -> None:
        KEPT.set(path.resolve())
        simplices_of(patch, grading)

    apart(build, seconds)
    if not path.is_file():
        raise _unwritable(path, "gmsh wrote nothing")


def _blocks(simplices: Simplices, patch: Patch, layers: Sequence[str]) -> tuple[list[str], list[tuple]]:
    """Names, and pairs of meshio's cell type and nodes, one block each."""
    dim = simplices.dimension
    parts = [(name, dim, simplices.cells[simplices.ply == i]) for i, name in enumerate(layers)]
    parts += [(name, dim - 1, nodes) for name, nodes in sorted(simplices.faces.items())]
    if patch.front is not None:
        parts.append(("front", dim - 2, _front(simplices, patch)))
    numbering = {**_VTK, 0: (0,)}
    cells = [(_KINDS[d], nodes[:, numbering[d]]) for _, d, nodes in parts]
    return [name for name, _, _ in parts], cells


def _front(simplices: Simplices, patch: Patch) -> np.ndarray:
    """Edges of the front with their mid-side nodes, or the node at the tip."""
    on = patch.front.holds(simplices.places, patch.flaw.reach)
    if simplices.dimension == 2:
        return np.flatnonzero(on)[:, None]
    edges = np.concatenate([simplices.cells[:, [i, j, 4 + k]] for k, (i, j) in enumerate(EDGES[3])])
    return np.unique(edges[on[edges].all(axis=1)] if on.any() else edges[:0], axis=0)


def _write(mesh, path: Path, options: dict) -> None:
    import meshio

    known = sorted([*meshio.extension_to_filetypes, *GEOMETRY])
    if path.suffix not in known:
        raise InputError("mesh", [Fault("--out", str(path), "is of no known format", ", ".join(known))])
    problem = ""
    try:
        meshio.write(path, mesh, **options)
        problem = _lost(mesh, path)
    except OSError as error:
        raise _unwritable(path, str(error.strerror)) from None
    except (Exception, SystemExit) as error:
        problem = f"{type(error).__name__} {' '.join(str(error).split())[:150]}".strip()
    if problem:
        path.unlink(missing_ok=True)
        problem = f"cannot hold this mesh of second order: {problem}"
        raise InputError("mesh", [Fault("--out", str(path), problem, "a .msh, .inp, .vtu or .vtk file")])


def _lost(mesh, path: Path) -> str:
    """What a file that was written does not give back; empty if it gives all cells."""
    import meshio

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        read = meshio.read(path)
    found, wanted = (sum(len(block.data) for block in each.cells) for each in (read, mesh))
    return f"{found} of {wanted} cells are in it" if found < wanted else ""


def _unwritable(path: Path, why: str) -> InputError:
    return InputError("mesh", [Fault("--out", str(path), f"cannot be written: {why}", "a writable place")])
