"""How fine the mesh is, where: one number to refine it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rollmech.flaws.front import EllipticFront

# The singularity changes where the front meets the face: finer elements within this angle.
_VERTEX_ZONE = np.radians(12)
_VERTEX_FACTOR = 0.6


@dataclass(frozen=True)
class Grading:
    """Element sizes relative to what the fields scale with.

    Attributes:
        front: Size at the front over the front's local size.
        root: Size on a blunt flaw's surface over its local size.
        growth: Growth of the size per unit distance from the flaw.
    """

    front: float
    root: float
    growth: float


def front_pieces(front: EllipticFront, growth: float = 1.35) -> list[tuple[float, float, float]]:
    """Split a front into pieces over which its local size is nearly constant.

    Returns:
        Triples (start angle, end angle, local size in um), in the order of the angle.
    """
    phi = np.linspace(front.phi_min, front.phi_max, 2001)
    size = front.local_size(phi)
    for end, distance in zip(front.ends, (phi - front.phi_min, front.phi_max - phi), strict=True):
        if end == "free":
            size = np.where(distance < _VERTEX_ZONE, _VERTEX_FACTOR * size, size)
    level = np.floor(np.log(size) / np.log(growth))
    breaks = np.flatnonzero(np.diff(level)) + 1
    if "closed" in front.ends:  # an arc spans less than half a turn
        breaks = np.union1d(breaks, [500, 1000, 1500])
    edges = np.concatenate([[0], breaks, [len(phi) - 1]])
    return [(phi[i], phi[j], float(size[i : j + 1].min())) for i, j in pairwise(edges) if j > i]


def sublayers(thickness: float, first: float, growth: float) -> np.ndarray:
    """Heights (as fractions of the ply, increasing to 1) of the element rows of an unflawed ply.

    Rows start at about ``first`` (um) next to the flawed ply and grow by ``1 + 2 growth`` from one to the next; none
    is thicker than ``1.4 growth`` of the ply.
    """
    coarsest = 1.4 * growth * thickness
    size, sizes = min(first, coarsest), []
    while sum(sizes) < thickness:
        sizes.append(min(size, coarsest))
        size *= 1 + 2 * growth
    return np.cumsum(sizes) / np.sum(sizes)


def graded_field(
    gmsh, sizes: Iterable[tuple[float | str, int | str]], growth: float, coarsest: float, dimension: int = 1
) -> None:
    """Set the background size field: the smallest of ``size + growth * distance``, at most ``coarsest``.

    Args:
        gmsh: The gmsh module with a model in it.
        sizes: Pairs of size (um, or an expression of it in x, y, z) and what it is measured from: a tag of an
            entity of the given dimension, or an expression of the distance.
        growth: Growth per unit distance.
        coarsest: Upper limit, um; beyond ten times that distance it grows to a tenth of the distance.
        dimension: Of the entities named by tags: 0 or 1.
    """
    field = gmsh.model.mesh.field
    parts = []
    for size, origin in sizes:
        distance = origin
        if not isinstance(origin, str):
            tag = field.add("Distance")
            field.setNumbers(tag, ("PointsList", "CurvesList")[dimension], [origin])
            field.setNumber(tag, "Sampling", 200)
            distance = f"F{tag}"
        part = field.add("MathEval")
        field.setString(
            part, "F", f"min({size} + {growth!r} * {distance}, max({coarsest!r}, 0.1 * {distance}))"
        )
        parts.append(part)
    smallest = field.add("Min")
    field.setNumbers(smallest, "FieldsList", parts)
    field.setAsBackgroundMesh(smallest)
