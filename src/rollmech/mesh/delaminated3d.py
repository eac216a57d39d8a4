"""Quarter of a patch with an elliptical delamination, its faces opened by duplicated nodes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rollmech.errors import NumericsError
from rollmech.mesh.grading import Grading, front_pieces, graded_field
from rollmech.mesh.opened3d import mark_crack, open_crack
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


def mesh_delaminated(patch: Patch, grading: Grading) -> Simplices:
    """Mesh the quarter x >= 0, y >= 0 of a patch with a delaminated spot.

    Faces: ``flaw`` (both faces of the spot), ``symmetry_x``, ``symmetry_y``, ``end_x``, ``end_y``, ``flawed_face``,
    ``other_face``.

    Raises:
        NumericsError: gmsh cannot mesh the geometry, or the spot did not open.
    """
    front = patch.front
    pieces = front_pieces(front)
    with gmsh_session() as gmsh:
        curves = _geometry(gmsh, patch)
        size = grading.front * min(size for _, _, size in pieces)
        graded_field(gmsh, [(size, curve) for curve in curves], grading.growth, coarsest_size(patch))
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        open_crack(gmsh)
        simplices = from_gmsh(gmsh, 3)
    simplices.faces = _named_faces(simplices, patch)
    moved = quarter_points(simplices, front.holds(simplices.places, patch.flaw.reach))
    straighten_inverted(simplices, moved)
    return simplices


def _geometry(gmsh, patch: Patch) -> list[int]:
    """Solids of the plies above and of the one below the spot, which is a face of both; returns the front's curves."""
    occ, model, flaw = gmsh.model.occ, gmsh.model, patch.flaw
    free = patch.front_plies[-1] + 1
    tops = (0.0, *patch.interfaces)
    boxes = [
        (3, occ.addBox(0, 0, -low, patch.half_length, patch.half_width, low - high))
        for high, low in pairwise(tops[: free + 1])
    ]
    major, minor = max(flaw.half_length, flaw.half_width), min(flaw.half_length, flaw.half_width)
    disk = occ.addDisk(0, 0, -flaw.depth, major, minor)
    if flaw.half_width > flaw.half_length:
        occ.rotate([(2, disk)], 0, 0, 0, 0, 0, 1, np.pi / 2)
    _, children = occ.fragment(boxes, [(2, disk)])
    occ.synchronize()
    inside = [tag for _, tag in children[-1] if _in_quarter(model, tag)]
    outside = [(2, tag) for _, tag in children[-1] if tag not in inside]
    if len(inside) != 1:
        raise NumericsError("the delaminated spot could not be embedded in the patch")
    occ.remove(outside, recursive=True)
    occ.synchronize()
    edges = [abs(tag) for _, tag in model.getBoundary([(2, inside[0])], oriented=False)]
    mouth = [tag for tag in edges if any(lies_at(model, 1, tag, axis, 0.0, patch) for axis in (0, 1))]
    extrude_plies(gmsh, patch, free)
    name_plies(model, patch)
    mark_crack(gmsh, inside, mouth)
    return [tag for tag in edges if tag not in mouth]


def _in_quarter(model, tag: int) -> bool:
    x, y, _ = gmsh_centre(model, tag)
    return x > 0 and y > 0


def gmsh_centre(model, tag: int) -> tuple[float, float, float]:
    """Centre of a surface, um."""
    return tuple(model.occ.getCenterOfMass(2, tag))


def _named_faces(simplices: Simplices, patch: Patch) -> dict[str, np.ndarray]:
    """Outer faces and both faces of the spot, by where they lie.

    Raises:
        NumericsError: The spot did not open.
    """
    facets = boundary_facets(simplices)
    x, y, z = simplices.places[facets[:, :3]].mean(axis=1).T
    tolerance = 1e-6 * patch.flaw.depth
    planes = {
        "symmetry_x": np.abs(x) < tolerance,
        "symmetry_y": np.abs(y) < tolerance,
        "end_x": np.abs(x - patch.half_length) < tolerance,
        "end_y": np.abs(y - patch.half_width) < tolerance,
        "flawed_face": np.abs(z) < tolerance,
        "other_face": np.abs(z + patch.thickness) < tolerance,
        "flaw": np.abs(z + patch.flaw.depth) < tolerance,
    }
    if not planes["flaw"].any():
        raise NumericsError("the delaminated spot did not open: its nodes were not duplicated")
    return {name: facets[chosen] for name, chosen in planes.items()}
