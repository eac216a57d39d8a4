"""What solid models of a patch share: flat entities, plies under the flawed one, coarsest elements."""

from __future__ import annotations

import numpy as np

from rollmech.mesh.grading import sublayers
from rollmech.mesh.patch import Patch

# Rows of elements in the plies under a flaw, the same on all levels: finer ones move K by less than 1e-5.
_ROW_GROWTH = 0.35


def lies_at(model, dimension: int, tag: int, axis: int, value: float, patch: Patch) -> bool:
    """Whether an entity lies in the plane where a coordinate (0, 1, 2) has a value (um)."""
    box = model.getBoundingBox(dimension, tag)
    # OCC widens boxes by the tolerance of a spline edge.
    tolerance = 2e-4 * patch.flaw.depth
    return abs(box[axis] - value) < tolerance and abs(box[axis + 3] - value) < tolerance


def extrude_plies(gmsh, patch: Patch, free: int = 1) -> None:
    """Extrude the plies below the freely meshed ones from their lower face, in rows that grow away from it.

    Args:
        gmsh: The gmsh module with the freely meshed plies in its model.
        patch: The patch.
        free: Number of freely meshed plies.
    """
    occ, model, last = gmsh.model.occ, gmsh.model, patch.plies[free - 1].thickness
    depth = patch.interfaces[free - 1]
    base = [(2, tag) for _, tag in model.getEntities(2) if lies_at(model, 2, tag, 2, -depth, patch)]
    first = _ROW_GROWTH * max(min(last, abs(depth - patch.flaw.deepest)), 0.1 * last)
    for ply in patch.plies[free:]:
        heights = sublayers(ply.thickness, first, _ROW_GROWTH)
        rows = occ.extrude(base, 0, 0, -ply.thickness, numElements=[1] * len(heights), heights=heights)
        # OCC lists, for each base, its far face right before the volume.
        base = [rows[i - 1] for i, (dim, _) in enumerate(rows) if dim == 3]
        first = ply.thickness * (heights[-1] - (heights[-2] if len(heights) > 1 else 0))
    occ.synchronize()


def name_plies(model, patch: Patch) -> None:
    """Put every solid into the physical group of its ply: ``ply0`` (flawed), ``ply1`` ...; a filler's comes last."""
    interfaces = np.cumsum([ply.thickness for ply in patch.plies])
    for _, tag in model.getEntities(3):
        box = model.getBoundingBox(3, tag)
        ply = int(np.searchsorted(interfaces, -0.5 * (box[2] + box[5])))
        if is_filler(model, tag, patch):
            ply = patch.filler
        model.addPhysicalGroup(3, [tag], name=f"ply{ply}")


def is_filler(model, tag: int, patch: Patch) -> bool:
    """Whether a solid is the filler of a cavity: every other one reaches the end of the patch."""
    return patch.fill is not None and model.getBoundingBox(3, tag)[3] < 0.999 * patch.half_length


def coarsest_size(patch: Patch) -> float:
    """Largest element size around a 3D flaw, um: a plate's far field needs no more than one row of elements."""
    return min(1.5 * patch.flawed_thickness, 0.25 * max(patch.half_length, patch.half_width))
