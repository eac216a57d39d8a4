"""The mesh of a case as a file, and the [mesh] table that would read it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rollmech.case import Case
from rollmech.case.changes import refuse_changes
from rollmech.errors import Fault, InputError
from rollmech.fracture.influence import LEVELS
from rollmech.mesh.apart import apart
from rollmech.mesh.build import simplices_of
from rollmech.mesh.export import GEOMETRY, write_geometry, write_mesh
from rollmech.patching import patch_of

_WITHOUT = "size field, opened crack faces and quarter points come with the mesh only"


def export_mesh(
    case: Case, level: int, path: Path, progress: Callable[[str], None] = lambda text: None
) -> str:
    """Mesh a case, write the mesh or what is meshed, and say what the file is for: the [mesh] table that a case needs.

    Raises:
        InputError: There is no flaw or no such level, or the file cannot be written.
        NumericsError: gmsh cannot mesh the geometry.
    """
    refuse_changes(case, "mesh", "layers come or go on the way: each stack of the line has a mesh of its own")
    if case.flaw is None:
        raise InputError(
            "mesh", [Fault("flaws", "", "there is no flaw, so there is no mesh", "a [[flaws]] entry")]
        )
    patch = patch_of(case)
    levels = LEVELS[patch.flaw.dimension]
    if not 1 <= level <= len(levels):
        raise InputError(
            "mesh", [Fault("--level", str(level), "is no mesh of this flaw", f"1 to {len(levels)}")]
        )
    stack = case.inwards
    progress(f"meshing at level {level}")
    if path.suffix in GEOMETRY:
        write_geometry(patch, levels[level - 1], path, case.limits.meshing_time)
        return f"{path}: written, the geometry that gmsh meshes, in um; {_WITHOUT}"
    simplices = apart(lambda: simplices_of(patch, levels[level - 1]), case.limits.meshing_time)
    tables = write_mesh(simplices, patch, [layer.name for layer in stack], path)
    lines = ["[mesh]", f'file = "{path.name}"', 'unit = "um"']
    for key, names in tables.items():
        lines.append(f"{key} = {{ " + ", ".join(f'{_key(n)} = "{v}"' for n, v in names.items()) + " }")
    return "\n".join([f"{path}: {len(simplices.cells)} cells; a case uses it with", "", *lines])


def _key(name: str) -> str:
    """A TOML key, quoted where needed."""
    return name if name.replace("_", "a").replace("-", "a").isalnum() and name.isascii() else f'"{name}"'
