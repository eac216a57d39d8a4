"""The `[library]` table of a case: a surrogate of K instead of a library solved for the stack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rollmech.case.meshfile import digest
from rollmech.errors import Fault


class LibraryFile(BaseModel):
    """Where K of cracks of other sizes comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    surrogate: Annotated[
        str, Field(description="file that rollmech surrogate wrote; relative to the case file", min_length=1)
    ]
    sha256: str = ""


def surrogate_faults(library: LibraryFile) -> list[Fault]:
    """What is wrong with the file as such."""
    path = Path(library.surrogate)
    if not path.is_file():
        problem = "is a directory" if path.is_dir() else "does not exist"
        accepted = "a file that rollmech surrogate wrote; its path counts from the case file"
        return [Fault("library.surrogate", f'"{library.surrogate}"', problem, accepted)]
    if library.sha256 and library.sha256 != digest(path):
        problem = f"is not the file of {path.name}, whose checksum is {digest(path)}"
        accepted = "the file that the case was made with, or no sha256"
        return [Fault("library.sha256", library.sha256, problem, accepted)]
    return []
