"""The mesh of a patch at one grading, built on one rank and spread over all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from rollmech.mesh.apart import TIME_LIMIT, Apart
from rollmech.mesh.delaminated3d import mesh_delaminated
from rollmech.mesh.grading import Grading
from rollmech.mesh.joint2d import mesh_joint
from rollmech.mesh.opened3d import mesh_opened
from rollmech.mesh.patch import Patch
from rollmech.mesh.patch2d import mesh_half_section
from rollmech.mesh.patch3d import mesh_quarter
from rollmech.mesh.patchmesh import PatchMesh, distribute
from rollmech.mesh.simplices import Simplices
from rollmech.ranks import is_root, on_root


def build_mesh(patch: Patch, grading: Grading, seconds: float = TIME_LIMIT) -> PatchMesh:
    """Mesh a patch in a process of its own.

    Raises:
        NumericsError: gmsh cannot mesh the geometry within the time, or dies of it, or elements stay inverted; on all
            ranks.
    """
    return Mesher(patch, grading, seconds)()


class Mesher:
    """Meshes a patch at one grading, in a process of its own that may begin before the mesh is asked for."""

    def __init__(self, patch: Patch, grading: Grading, seconds: float = TIME_LIMIT):
        self._work, self._seconds = partial(simplices_of, patch, grading), seconds
        self._begun: Apart | None = None

    def begin(self) -> None:
        """Begin now, on the rank that meshes."""
        if is_root() and self._begun is None:
            self._begun = Apart(self._work, self._seconds)

    def stop(self) -> None:
        """End what has begun and was not asked for."""
        if self._begun is not None:
            self._begun.stop()

    def __call__(self) -> PatchMesh:
        """Wait for the mesh.

        Raises:
            NumericsError: See ``build_mesh``.
        """
        self.begin()
        return spread(lambda: self._begun.outcome())


@contextmanager
def begun(meshers: Sequence[Mesher]) -> Iterator[None]:
    """Let meshers work side by side; those whose mesh nobody asked for are stopped at the end."""
    try:
        for mesher in meshers:
            mesher.begin()
        yield
    finally:
        for mesher in meshers:
            mesher.stop()


def spread(mesher: Callable[[], Simplices]) -> PatchMesh:
    """What a mesher makes on one rank, spread over all; what it raises there, raised on all."""
    meshed = []
    on_root(lambda: meshed.append(mesher()))
    return distribute(meshed[0] if meshed else None)


def simplices_of(patch: Patch, grading: Grading) -> Simplices:
    """Mesh a patch on this rank alone."""
    if patch.flaw.kind == "tile-joint":
        return mesh_joint(patch, grading)
    if patch.flaw.dimension == 2:
        return mesh_half_section(patch, grading)
    if patch.flaw.kind == "delamination":
        return mesh_delaminated(patch, grading)
    return mesh_quarter(patch, grading) if patch.symmetric else mesh_opened(patch, grading)
