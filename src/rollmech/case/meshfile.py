"""The `[mesh]` table of a case: a mesh file of the user's own, found next to the case file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rollmech.case.quantities import CaseValueError
from rollmech.errors import Fault
from rollmech.units import UnitError, parse

_UM = 1e6


def _unit(value: object) -> str:
    accepted = 'a unit of length, e.g. "um"'
    if not isinstance(value, str) or not value.strip():
        raise CaseValueError("is not a unit", accepted)
    try:
        parse(f"1 {value}", "length")
    except UnitError:
        raise CaseValueError("is not a unit of length", accepted) from None
    return value.strip()


def _group(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        raise CaseValueError("is not a name", "a name, or a number of the file's integer cell data")
    return str(value)


Group = Annotated[str, BeforeValidator(_group)]


class MeshFile(BaseModel):
    """A mesh to use instead of rollmech's own: file, unit of its coordinates, its names for layers and faces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, Field(description="mesh in a format of meshio; relative to the case file")]
    unit: Annotated[str, BeforeValidator(_unit)] = Field(description="unit of length of the coordinates")
    regions: Annotated[
        dict[str, Group], Field(description="layer of the stack to the file's name of it")
    ] = {}
    faces: Annotated[
        dict[str, Group], Field(description="flaw, front, symmetry_x, symmetry_y to the name")
    ] = {}
    sha256: str = ""

    @property
    def scale(self) -> float:
        """Micrometres per unit of the coordinates."""
        return parse(f"1 {self.unit}", "length") * _UM


NAMED_FACES = ("flaw", "front", "symmetry_x", "symmetry_y")


def located(mapping: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The case with the paths of mesh and surrogate made absolute; relative ones count from the case file's folder."""
    found = dict(mapping)
    for name, key in (("mesh", "file"), ("library", "surrogate")):
        table = mapping.get(name)
        if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]:
            found[name] = {**table, key: str((folder / table[key]).resolve())}
    return found


def file_faults(mesh: MeshFile) -> list[Fault]:
    """What is wrong with the file as such."""
    path = Path(mesh.file)
    if not path.is_file():
        problem = "is a directory" if path.is_dir() else "does not exist"
        return [
            Fault("mesh.file", f'"{mesh.file}"', problem, "a mesh file; its path counts from the case file")
        ]
    if mesh.sha256 and mesh.sha256 != digest(path):
        problem = f"is not the file of {path.name}, whose checksum is {digest(path)}"
        return [
            Fault("mesh.sha256", mesh.sha256, problem, "the file that the case was made with, or no sha256")
        ]
    return []


def digest(path: str | Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
