"""Whole patch with a crack opened by duplicated nodes: the general path, without symmetry."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rollmech.errors import NumericsError
from rollmech.flaws.front import EllipticFront
from rollmech.mesh.grading import Grading, front_pieces, graded_field, profile_sizes
from rollmech.mesh.patch import Patch
from rollmech.mesh.session import gmsh_session
from rollmech.mesh.simplices import (
    Simplices,
    boundary_facets,
    from_gmsh,
    quarter_points,
    straighten_inverted,
)
from rollmech.mesh.solids import coarsest_size, extrude_plies, lies_at, name_plies

_CRACK, _OPEN = 1001, 1002


def mesh_opened(patch: Patch, grading: Grading) -> Simplices:
    """Mesh a whole patch with a crack whose faces are free of each other.

    Faces: ``flaw`` (both crack faces), ``end_x``, ``end_y`` (both ends each), ``flawed_face``, ``other_face``.

    Raises:
        NumericsError: gmsh cannot mesh the geometry, or the crack did not open.
    """
    front = patch.front
    pieces = front_pieces(front)
    with gmsh_session() as gmsh:
        curves = _geometry(gmsh, patch, front, pieces)
        sizes = [(grading.front * size, curve) for (_, _, size), curve in zip(pieces, curves, strict=True)]
        sizes += profile_sizes(patch, grading, "-z")
        graded_field(gmsh, sizes, grading.growth, coarsest_size(patch))
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        open_crack(gmsh)
        simplices = from_gmsh(gmsh, 3)
    simplices.faces = _named_faces(simplices, patch)
    moved = quarter_points(simplices, front.holds(simplices.places, patch.flaw.reach))
    straighten_inverted(simplices, moved)
    return simplices


def _geometry(gmsh, patch: Patch, front: EllipticFront, pieces: list) -> list[int]:
    """Solid with the crack embedded as a surface; returns the front's curves in the order of the angle."""
    occ = gmsh.model.occ
    length, width, h = patch.half_length, patch.half_width, patch.flawed_thickness
    body = occ.addBox(-length, -width, -h, 2 * length, 2 * width, h)
    crack = _crack_surface(occ, front, pieces)
    _, children = occ.fragment([(3, body)], [(2, crack)])
    occ.synchronize()
    model = gmsh.model
    surfaces = [tag for _, tag in children[1]]
    if len(surfaces) != 1:
        raise NumericsError("the crack could not be embedded in the patch")
    edges = [abs(tag) for _, tag in model.getBoundary([(2, surfaces[0])], oriented=False)]
    mouth = [tag for tag in edges if lies_at(model, 1, tag, 2, 0.0, patch)]
    arcs = [tag for tag in edges if tag not in mouth]
    extrude_plies(gmsh, patch)
    name_plies(model, patch)
    mark_crack(gmsh, surfaces, mouth)
    return sorted(arcs, key=lambda tag: _angle(model, tag, front))


def _crack_surface(occ, front: EllipticFront, pieces: list) -> int:
    """Part of an ellipse below the face or all of it, its arc split where the element size changes."""
    angles = np.array([pieces[0][0], *(end for _, end, _ in pieces)])
    closed = "closed" in front.ends
    points = [occ.addPoint(*point) for point in front.point(angles[:-1] if closed else angles)]
    points += points[: int(closed)]
    centre = occ.addPoint(*front.centre)
    longest = front.point(np.array([0.0 if front.half_width >= front.depth else np.pi / 2]))[0]
    major = occ.addPoint(*longest)
    arcs = [occ.addEllipseArc(start, centre, major, end) for start, end in pairwise(points)]
    mouth = [] if closed else [occ.addLine(points[-1], points[0])]
    return occ.addPlaneSurface([occ.addCurveLoop([*arcs, *mouth])])


def _angle(model, tag: int, front: EllipticFront) -> float:
    """Angle of the middle of one of the front's curves."""
    low, high = model.getParametrizationBounds(1, tag)
    middle = np.array([model.getValue(1, tag, [(low[0] + high[0]) / 2])])
    return float(front.project(middle)[1][0])


def mark_crack(gmsh, surfaces: list[int], mouth: list[int]) -> None:
    """Mark a crack's surfaces and the edges where it leaves the body (a free face or a plane of symmetry)."""
    gmsh.model.addPhysicalGroup(2, surfaces, _CRACK)
    if mouth:
        gmsh.model.addPhysicalGroup(1, mouth, _OPEN)


def open_crack(gmsh) -> None:
    """Duplicate the crack's nodes except on its front; then drop the groups that only the plugin needed."""
    gmsh.plugin.setNumber("Crack", "Dimension", 2)
    gmsh.plugin.setNumber("Crack", "PhysicalGroup", _CRACK)
    groups = [group for group in ((2, _CRACK), (1, _OPEN)) if group in gmsh.model.getPhysicalGroups()]
    gmsh.plugin.setNumber("Crack", "OpenBoundaryPhysicalGroup", _OPEN if len(groups) > 1 else 0)
    gmsh.plugin.run("Crack")
    gmsh.model.removePhysicalGroups(groups)
    # The plugin leaves gaps in the numbering that DOLFINx cannot read.
    gmsh.model.mesh.renumberNodes()
    gmsh.model.mesh.renumberElements()


def _named_faces(simplices: Simplices, patch: Patch) -> dict[str, np.ndarray]:
    """Outer faces, and the two crack faces that the opening has turned into outer ones.

    Raises:
        NumericsError: The crack did not open.
    """
    facets = boundary_facets(simplices)
    middle = simplices.places[facets[:, :3]].mean(axis=1)
    tolerance = 1e-4 * patch.flaw.depth
    planes = {
        "end_x": np.abs(np.abs(middle[:, 0]) - patch.half_length) < tolerance,
        "end_y": np.abs(np.abs(middle[:, 1]) - patch.half_width) < tolerance,
        "flawed_face": np.abs(middle[:, 2]) < tolerance,
        "other_face": np.abs(middle[:, 2] + patch.thickness) < tolerance,
    }
    planes["flaw"] = ~np.any(list(planes.values()), axis=0)
    if not planes["flaw"].any():
        raise NumericsError("the crack did not open: its nodes were not duplicated")
    return {name: facets[chosen] for name, chosen in planes.items()}
