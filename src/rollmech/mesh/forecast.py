"""How many elements a mesh around a 3D flaw will have, told from its size field before it is made."""

from __future__ import annotations

import numpy as np

from rollmech.flaws.pit import Pit
from rollmech.flaws.pore import Pore
from rollmech.mesh.grading import Grading, front_pieces
from rollmech.mesh.patch import Patch
from rollmech.mesh.solids import coarsest_size

# Tetrahedra per cube of the wanted size near a front, near a wall, and per square of it in the freely meshed ply and
# in each ply of rows; fitted to the meshes of 230 random patches, which it gives to 30 % (standard deviation).
_AT_FRONT, _AT_WALL, _FREE, _ROWS = 6.2, 11.7, 6.9, 43.0
_SAMPLES = 60


def expected_elements(patch: Patch, grading: Grading) -> float:
    """Elements of the mesh of a patch; 0 for a plane flaw, whose meshes are small whatever its proportions.

    With sizes that grow by g per unit distance from the size s, one over the cube of the size integrates to
    ``angle L / (2 s g^2)`` around a front of length L and to ``A / (2 g s^2)`` at a wall of area A.
    """
    if patch.flaw.dimension == 2:
        return 0.0
    further = len(patch.plies) - 1
    found = _AT_FRONT * _front(patch, grading) + _AT_WALL * _wall(patch.flaw, grading)
    return float(found + (_FREE + _ROWS * further) * _plane(patch, grading))


def _front(patch: Patch, grading: Grading) -> float:
    """Integral over the surroundings of the front, as far as sizes grow."""
    if patch.front is None:
        return 0.0
    growth, coarsest = grading.growth, coarsest_size(patch)
    around = np.pi if _is_quarter(patch) and patch.flaw.kind != "delamination" else 2 * np.pi
    total = 0.0
    for start, end, local in front_pieces(patch.front):
        phi = np.linspace(start, end, _SAMPLES)
        size = grading.front * local
        grown = max(coarsest - size, 0.0)
        total += np.trapezoid(patch.front.speed(phi), phi) * grown**2 / (2 * size * (size + grown) ** 2)
    return around * total / growth**2


def _wall(flaw, grading: Grading) -> float:
    """Integral next to the wall of a pit or pore."""
    if not isinstance(flaw, Pit | Pore):
        return 0.0
    a, b, d = flaw.half_length, flaw.half_width, flaw.depth
    edges = np.linspace(0, np.pi / 2, _SAMPLES + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    down, round_ = np.meshgrid(middle, middle, indexing="ij")
    area = np.cos(down) * np.sqrt(
        np.cos(down) ** 2 * ((b * d * np.cos(round_)) ** 2 + (a * d * np.sin(round_)) ** 2)
        + (a * b * np.sin(down)) ** 2
    )
    narrow, sine2 = min(a, b), np.sin(down) ** 2
    radius = (narrow**2 * sine2 + d**2 * (1 - sine2)) ** 1.5 / (narrow * d)
    size = grading.root * np.maximum(flaw.local_size, np.minimum(min(narrow, 1.5 * d), radius))
    halves = 2 if isinstance(flaw, Pore) else 1
    return halves * float((area / size**2).sum()) * edges[1] ** 2 / (2 * grading.growth)


def _plane(patch: Patch, grading: Grading) -> float:
    """Integral of one over the square of the size over a face of the patch, from where the near field ends."""
    coarsest, extent = coarsest_size(patch), max(patch.half_length, patch.half_width)
    radius = np.geomspace(coarsest / grading.growth / 2, 1.4 * extent, 400)
    size = np.minimum(grading.growth * radius, np.maximum(coarsest, 0.1 * radius))
    ring = np.where(radius < 1.13 * extent, np.pi / 2 * radius / size**2, 0.0)
    return (1 if _is_quarter(patch) else 4) * float(np.trapezoid(ring, radius))


def _is_quarter(patch: Patch) -> bool:
    return patch.symmetric or patch.flaw.kind == "delamination"
