"""Half of a plane section (x, z) through a long scratch, meshed by gmsh."""

from __future__ import annotations

import numpy as np

from rollmech.mesh.grading import Grading, graded_field, sublayers
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import PatchMesh, import_model, quarter_points, straighten_inverted
from rollmech.mesh.session import gmsh_session


def mesh_half_section(patch: Patch, grading: Grading) -> PatchMesh:
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
        patch_mesh = import_model(gmsh, 2)
    x = patch_mesh.mesh.geometry.x
    moved = np.zeros(len(x), dtype=bool)
    if patch.flaw.sharp:
        moved = quarter_points(patch_mesh, patch.flaw.front().distance(x) < 1e-9 * patch.flaw.depth)
    patch_mesh.statistics["straightened elements"] = straighten_inverted(patch_mesh, moved)
    return patch_mesh


def _geometry(gmsh, patch: Patch, growth: float) -> dict[str, list[int]]:
    """Outline of the flawed ply and the extruded plies under it; returns what the sizes are graded from."""
    geo = gmsh.model.geo
    flaw, h, length = patch.flaw, patch.flawed_thickness, patch.half_length
    tip = geo.addPoint(0, -flaw.depth, 0)
    bottom, corner, top = geo.addPoint(0, -h, 0), geo.addPoint(length, -h, 0), geo.addPoint(length, 0, 0)
    mouth = geo.addPoint(flaw.half_width, 0, 0)
    groove = _groove(geo, flaw, tip, mouth)
    ligament, base = geo.addLine(tip, bottom), geo.addLine(bottom, corner)
    end, face = geo.addLine(corner, top), geo.addLine(top, mouth)
    loop = geo.addCurveLoop([ligament, base, end, face, *groove])
    regions = [geo.addPlaneSurface([loop])]
    faces = {"symmetry_x": [ligament], "end_x": [end], "flawed_face": [face], "flaw": list(groove)}
    # Rows next to the flawed ply must resolve what the ligament throws at them.
    first = growth * max(patch.ligament, 0.01 * h)
    for ply in patch.plies[1:]:
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
    return {"points": [tip], "curves": list(groove[-1:])}


def _groove(geo, flaw, tip: int, mouth: int) -> list[int]:
    """Curves of the right-hand wall from the mouth down to the tip."""
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
        size = grading.front * patch.flaw.front().local_size(patch.flawed_thickness)
        sizes, dimension = [(size, tag) for tag in root["points"]], 0
    else:
        sizes, dimension = [(grading.root * patch.flaw.local_size, tag) for tag in root["curves"]], 1
    graded_field(gmsh, sizes, grading.growth, coarsest, dimension)
