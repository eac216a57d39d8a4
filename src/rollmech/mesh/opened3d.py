"""Whole patch with a crack opened by duplicated nodes: the general path, without symmetry."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rollmech.backend import dolfinx
from rollmech.errors import NumericsError
from rollmech.flaws.front import EllipticFront
from rollmech.mesh.grading import Grading, front_pieces, graded_field
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import PatchMesh, import_model, on_front, quarter_points, straighten_inverted
from rollmech.mesh.session import gmsh_session
from rollmech.mesh.solids import coarsest_size, extrude_plies, lies_at, name_plies

_CRACK, _OPEN = 1001, 1002


def mesh_opened(patch: Patch, grading: Grading) -> PatchMesh:
    """Mesh a whole patch with a surface crack in the plane x = 0 whose faces are free of each other.

    Faces: ``flaw`` (both crack faces), ``end_x``, ``end_y`` (both ends each), ``flawed_face``, ``other_face``.

    Raises:
        NumericsError: gmsh cannot mesh the geometry, or the crack did not open.
    """
    front = patch.flaw.front()
    with gmsh_session() as gmsh:
        curves = _geometry(gmsh, patch, front)
        pieces = front_pieces(front, patch.flawed_thickness)
        sizes = [
            (grading.front * size, curve) for (_, _, size), curve in zip(pieces * 2, curves, strict=True)
        ]
        graded_field(gmsh, sizes, grading.growth, coarsest_size(patch))
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        _open(gmsh)
        patch_mesh = import_model(gmsh, 3)
    moved = quarter_points(patch_mesh, on_front(patch_mesh.mesh.geometry.x, front, patch.flaw.reach))
    patch_mesh.statistics["straightened elements"] = straighten_inverted(patch_mesh, moved)
    _name_faces(patch_mesh, patch)
    return patch_mesh


def _geometry(gmsh, patch: Patch, front: EllipticFront) -> list[int]:
    """Solid with the crack embedded as a surface; returns the front's curves, face to deepest point, y > 0 first."""
    occ = gmsh.model.occ
    length, width, h = patch.half_length, patch.half_width, patch.flawed_thickness
    body = occ.addBox(-length, -width, -h, 2 * length, 2 * width, h)
    crack = _crack_surface(occ, front, front_pieces(front, h))
    occ.fragment([(3, body)], [(2, crack)])
    occ.synchronize()
    model = gmsh.model
    surfaces = [tag for _, tag in model.getEntities(2) if lies_at(model, 2, tag, 0, 0.0, patch)]
    if len(surfaces) != 1:
        raise NumericsError("the crack could not be embedded in the patch")
    edges = [abs(tag) for _, tag in model.getBoundary([(2, surfaces[0])], oriented=False)]
    mouth = [tag for tag in edges if lies_at(model, 1, tag, 2, 0.0, patch)]
    arcs = [tag for tag in edges if tag not in mouth]
    extrude_plies(gmsh, patch)
    name_plies(model, patch)
    model.addPhysicalGroup(2, surfaces, _CRACK)
    model.addPhysicalGroup(1, mouth, _OPEN)
    return _sorted_arcs(model, arcs, front)


def _crack_surface(occ, front: EllipticFront, pieces: list) -> int:
    """Half-ellipse in the plane x = 0 below the face, its arc split where the element size changes."""
    angles = [pieces[0][0], *(end for _, end, _ in pieces)]
    angles += [np.pi - angle for angle in reversed(angles[:-1])]
    points = [occ.addPoint(*front.point(np.array([angle]))[0]) for angle in angles]
    centre = occ.addPoint(0, 0, -front.centre_depth)
    major = points[0] if front.half_width >= front.depth else points[len(pieces)]
    arcs = [occ.addEllipseArc(start, centre, major, end) for start, end in pairwise(points)]
    mouth = occ.addLine(points[-1], points[0])
    return occ.addPlaneSurface([occ.addCurveLoop([*arcs, mouth])])


def _sorted_arcs(model, arcs: list[int], front: EllipticFront) -> list[int]:
    """Arcs of the half y > 0 from the face to the deepest point, then those of the other half likewise."""

    def place(tag: int) -> tuple[bool, float]:
        low, high = model.getParametrizationBounds(1, tag)
        _, y, z = model.getValue(1, tag, [(low[0] + high[0]) / 2])
        return y < 0, -z

    return sorted(arcs, key=place)


def _open(gmsh) -> None:
    """Duplicate the crack's nodes except on its front; then drop the groups that only the plugin needed."""
    gmsh.plugin.setNumber("Crack", "Dimension", 2)
    gmsh.plugin.setNumber("Crack", "PhysicalGroup", _CRACK)
    gmsh.plugin.setNumber("Crack", "OpenBoundaryPhysicalGroup", _OPEN)
    gmsh.plugin.run("Crack")
    gmsh.model.removePhysicalGroups([(2, _CRACK), (1, _OPEN)])
    # The plugin leaves gaps in the numbering that DOLFINx cannot read.
    gmsh.model.mesh.renumberNodes()
    gmsh.model.mesh.renumberElements()


def _name_faces(patch_mesh: PatchMesh, patch: Patch) -> None:
    """Tag the outer faces, and the two crack faces that the opening has turned into outer ones."""
    mesh, tolerance = patch_mesh.mesh, 1e-4 * patch.flaw.depth
    planes = {
        "flaw": lambda x: np.abs(x[0]) < tolerance,
        "end_x": lambda x: np.abs(np.abs(x[0]) - patch.half_length) < tolerance,
        "end_y": lambda x: np.abs(np.abs(x[1]) - patch.half_width) < tolerance,
        "flawed_face": lambda x: np.abs(x[2]) < tolerance,
        "other_face": lambda x: np.abs(x[2] + patch.thickness) < tolerance,
    }
    mesh.topology.create_connectivity(2, 3)
    found = {name: dolfinx.mesh.locate_entities_boundary(mesh, 2, at) for name, at in planes.items()}
    if not found["flaw"].size:
        raise NumericsError("the crack did not open: its nodes were not duplicated")
    facets = np.concatenate(list(found.values()))
    tags = np.concatenate([np.full(f.size, i + 1, dtype=np.int32) for i, f in enumerate(found.values())])
    order = np.argsort(facets)
    patch_mesh.facets = dolfinx.mesh.meshtags(mesh, 2, facets[order], tags[order])
    patch_mesh.faces = {name: i + 1 for i, name in enumerate(found)}
