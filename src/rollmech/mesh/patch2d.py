"""Half of a plane section (x, z) through a long scratch, meshed by gmsh."""

from __future__ import annotations

import numpy as np

from rollmech.mesh.grading import Grading, graded_field, sublayers
from rollmech.mesh.patch import Patch
from rollmech.mesh.session import gmsh_session
from rollmech.mesh.simplices import Simplices, from_gmsh, quarter_points, straighten_inverted


def mesh_half_section(patch: Patch, grading: Grading) -> Simplices:
    """Mesh the half x >= 0 of the section; the second coordinate is z.

    Faces (edges here): ``symmetry_x``, ``flaw``, ``end_x``, ``flawed_face``, ``other_face``.

    Raises:
        NumericsError: gmsh cannot mesh the geometry, or elements stay inverted.
    """
    with gmsh_session() as gmsh:
        root = _geometry(gmsh, patch, grading.growth)
        _size_field(gmsh, patch, grading, root)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        simplices = from_gmsh(gmsh, 2)
    moved = np.zeros(len(simplices.points), dtype=bool)
    if patch.front is not None:
        moved = quarter_points(simplices, patch.front.holds(simplices.places, patch.flaw.depth))
    straighten_inverted(simplices, moved)
    return simplices


def _geometry(gmsh, patch: Patch, growth: float) -> dict[str, list[int]]:
    """Outline of the plies that the flaw cuts and rows of those under them; returns what the sizes are graded from."""
    geo = gmsh.model.geo
    flaw, length = patch.flaw, patch.half_length
    tip, mouth = geo.addPoint(0, -flaw.depth, 0), geo.addPoint(flaw.half_width, 0, 0)
    faces: dict[str, list[int]] = {"symmetry_x": [], "end_x": [], "flaw": [], "flawed_face": []}
    corner = geo.addPoint(length, 0, 0)
    upper, left = geo.addLine(corner, mouth), mouth
    faces["flawed_face"] = [upper]
    regions, base = [], 0
    for i, depth in enumerate(patch.interfaces[: patch.cut]):
        bottom, next_corner = geo.addPoint(0, -depth, 0), geo.addPoint(length, -depth, 0)
        holds_tip = i == patch.cut - 1
        cut = _groove(geo, flaw, left, tip if holds_tip else bottom)
        ligament = [geo.addLine(tip, bottom)] if holds_tip else []
        base, end = geo.addLine(bottom, next_corner), geo.addLine(next_corner, corner)
        loop = geo.addCurveLoop([upper, *cut, *ligament, base, end])
        regions.append(geo.addPlaneSurface([loop]))
        faces["flaw"] += cut
        faces["symmetry_x"] += ligament
        faces["end_x"].append(end)
        upper, left, corner = -base, bottom, next_corner
    # Rows next to the cut plies must resolve what the ligament throws at them.
    first = growth * max(patch.ligament, 0.01 * patch.plies[patch.cut - 1].thickness)
    for ply in patch.plies[patch.cut :]:
        heights = sublayers(ply.thickness, first, growth)
        rows = geo.extrude([(1, base)], 0, -ply.thickness, 0, numElements=[1] * len(heights), heights=heights)
        base = rows[0][1]
        regions.append(rows[1][1])
        sides = [abs(tag) for _, tag in rows[2:]]
        geo.synchronize()
        at_centre = [gmsh.model.getBoundingBox(1, tag)[3] < 0.5 * length for tag in sides]
        faces["symmetry_x"] += [tag for tag, centre in zip(sides, at_centre, strict=True) if centre]
        faces["end_x"] += [tag for tag, centre in zip(sides, at_centre, strict=True) if not centre]
    geo.synchronize()
    faces["other_face"] = [abs(base)]
    for i, tag in enumerate(regions):
        gmsh.model.addPhysicalGroup(2, [tag], name=f"ply{i}")
    for name, tags in faces.items():
        gmsh.model.addPhysicalGroup(1, tags, name=name)
    # A blunt root is graded from its curve alone: the straight wall of a V needs no elements of the root's size.
    return {"points": [tip], "curves": faces["flaw"][-1:]}


def _groove(geo, flaw, mouth: int, tip: int) -> list[int]:
    """Curves of the right-hand wall from the mouth (or the ply above) down to the tip (or the ply below)."""
    if flaw.profile == "sharp":
        return [geo.addLine(mouth, tip)]
    if flaw.profile == "U":
        centre = geo.addPoint(0, 0, 0)
        major = tip if flaw.depth >= flaw.half_width else mouth
        return [geo.addEllipseArc(mouth, centre, major, tip)]
    tangent = geo.addPoint(*flaw.tangent_point(), 0)
    centre = geo.addPoint(0, flaw.root_radius - flaw.depth, 0)
    return [geo.addLine(mouth, tangent), geo.addCircleArc(tangent, centre, tip)]


def _size_field(gmsh, patch: Patch, grading: Grading, root: dict[str, list[int]]) -> None:
    coarsest = min(0.7 * patch.flawed_thickness, 0.2 * patch.half_length)
    if patch.flaw.sharp:
        size = grading.front * patch.front.size
        sizes, dimension = [(size, tag) for tag in root["points"]], 0
    else:
        sizes, dimension = [(grading.root * patch.flaw.local_size, tag) for tag in root["curves"]], 1
    graded_field(gmsh, sizes, grading.growth, coarsest, dimension)
