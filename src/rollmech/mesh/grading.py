"""How fine the mesh is, where: one number to refine it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rollmech.flaws.front import EllipticFront
from rollmech.flaws.pore import Pore
from rollmech.mesh.patch import Flaw, Patch

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
        interface_root: Size at the root of a crack on an interface over the thinner ply there; small, since the
            singularity there is not tamed by quarter points.
    """

    front: float
    root: float
    growth: float
    interface_root: float = 1e-4


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


# Element size over the length on which a residual profile changes, at the coarsest and finest in proportion to `root`.
_PROFILE_SHARE = 3.0
# Shorter lengths act on the flaw's mouth like a line load; what they leave shows in the difference of two meshes.
_SHORTEST = 0.03


def profile_sizes(patch: Patch, grading: Grading, depth: str) -> list[tuple[str, str]]:
    """Size (um) and expression of the distance from where the flaw meets the steep part of a residual profile.

    Args:
        patch: The patch; without a profile there is nothing to resolve.
        grading: Of the level.
        depth: Expression of the depth below the flawed face in gmsh's coordinates, "-y" or "-z".
    """
    if not patch.profile:
        return []
    z, stress = np.transpose(patch.profile)
    slope = np.abs(np.diff(stress) / np.diff(z))
    steep = np.flatnonzero(slope > 0.5 * slope.max()) if slope.any() else []
    if not len(steep) or z[steep[0]] > patch.flaw.deepest:
        return []
    length = max(np.ptp(stress) / slope.max(), _SHORTEST * patch.flaw.depth)
    low, high = float(z[steep[0]]), float(min(z[steep[-1] + 1], patch.flaw.deepest))
    half_x, half_y = _footprint(patch.flaw)
    parts = [f"max(abs(x) - {half_x!r}, 0)^2", f"max({low!r} - ({depth}), max({depth} - {high!r}, 0))^2"]
    parts += [f"max(abs(y) - {half_y!r}, 0)^2"] if patch.flaw.dimension == 3 else []
    return [(repr(_PROFILE_SHARE * grading.root * float(length)), f"Sqrt({' + '.join(parts)})")]


def bridge_size(pore: Pore, fraction: float, height: str) -> tuple[str, str]:
    """Expressions of the element size in the bridge between a pore and the face and of the distance from it.

    Args:
        pore: The pore.
        fraction: Size over the local size.
        height: Name of the coordinate normal to the face in gmsh, "y" or "z".
    """
    half, across = pore.bridge / 2, "x^2 + y^2" if height == "z" else "x^2"
    return repr(
        1.5 * fraction * pore.bridge
    ), f"Sqrt({across} + max(abs({height} + {half!r}) - {half!r}, 0)^2)"


def _footprint(flaw: Flaw) -> tuple[float, float]:
    """Half-extents of a flaw's mouth along x and y of the patch, um."""
    if flaw.kind == "crack":
        return 0.0, flaw.half_length
    return (
        (flaw.half_length, flaw.half_width or 0.0) if flaw.kind in ("pit", "pore") else (flaw.half_width, 0.0)
    )


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
    coarsest, parts = (
        float(coarsest),
        [],
    )  # gmsh cannot read the repr of numpy's numbers, and ends the process
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
