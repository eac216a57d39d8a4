"""The mesh of a patch at one grading, built on one rank and spread over all."""

from __future__ import annotations

from collections.abc import Callable

from rollmech.mesh.apart import TIME_LIMIT, apart
from rollmech.mesh.delaminated3d import mesh_delaminated
from rollmech.mesh.grading import Grading
from rollmech.mesh.joint2d import mesh_joint
from rollmech.mesh.opened3d import mesh_opened
from rollmech.mesh.patch import Patch
from rollmech.mesh.patch2d import mesh_half_section
from rollmech.mesh.patch3d import mesh_quarter
from rollmech.mesh.patchmesh import PatchMesh, distribute
from rollmech.mesh.simplices import Simplices
from rollmech.ranks import on_root


def build_mesh(patch: Patch, grading: Grading, seconds: float = TIME_LIMIT) -> PatchMesh:
    """Mesh a patch in a process of its own.

    Raises:
        NumericsError: gmsh cannot mesh the geometry within the time, or dies of it, or elements stay inverted; on all
            ranks.
    """
    return spread(lambda: apart(lambda: simplices_of(patch, grading), seconds))


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
