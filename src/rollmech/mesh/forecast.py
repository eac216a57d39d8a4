"""How many elements a mesh will have, told before it is made."""

from __future__ import annotations

import numpy as np

from rollmech.flaws.front import EllipticFront
from rollmech.mesh.grading import Grading, front_pieces, sublayers
from rollmech.mesh.patch import Patch
from rollmech.mesh.solids import coarsest_size, first_row, row_growth

# Tetrahedra per cube of the wanted size as gmsh fills a graded field, fitted to 300 random patches.
_PACKING = 6.0


def expected_elements(patch: Patch, grading: Grading) -> float:
    """Elements of a patch's mesh from its size field, good to a factor of about two.

    The density of elements is one over the cube of the wanted size, which grows linearly away from the front or the
    wall: around a front of length L and element size s that makes ``angle L / (2 s g^2)`` of them for a growth g.
    """
    return _PACKING * (_near_front(patch, grading) + _near_wall(patch, grading) + _far(patch, grading))
