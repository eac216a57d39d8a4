"""Half of a plane section (x, z) through a joint between tiles: rows and columns of elements, cut into triangles.

A tile on a soft interlayer recovers its load over hundreds of thicknesses. Rows and columns whose sizes grow away from
the corners of the gap hold that in a few thousand elements; slender ones do no harm to a direct solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from rollmech.mesh.grading import Grading
from rollmech.mesh.patch import Patch
from rollmech.mesh.simplices import Simplices

# Size at a corner over the smaller of gap and plies beside it, in units of the grading's root: finer rows over long
# columns cost the direct solve its digits.
_CORNER = 0.1
# Growth of the size per unit distance over the grading's, and elements across a ply far from the corners.
_GROWTH, _ACROSS = 1.5, 3.0


def mesh_joint(patch: Patch, grading: Grading) -> Simplices:
    """Mesh half of a section through a joint; faces as of any plane patch."""
    x, z = _columns(patch, grading), _heights(patch, grading)
    kept, ply = _regions(patch, x, z)
    nodes = np.arange((2 * len(x) - 1) * (2 * len(z) - 1)).reshape(2 * len(x) - 1, 2 * len(z) - 1)
    points = np.stack(np.meshgrid(_halved(x), _halved(z), indexing="ij"), axis=-1).reshape(-1, 2)
    i, j = np.nonzero(kept)
    cells, plies = _triangles(nodes, i, j), np.repeat(ply[i, j], 2)
    used, cells = np.unique(cells, return_inverse=True)
    faces = {name: np.searchsorted(used, rows) for name, rows in _faces(patch, x, z, nodes).items()}
    return Simplices(points[used], cells.reshape(-1, 6), plies.astype(np.int32), faces)


def _columns(patch: Patch, grading: Grading) -> np.ndarray:
    """Places along the web from the middle of the gap to the end, um."""
    flaw, corner = patch.flaw, _corner_size(patch, grading)
    inside = _spaced(0.0, flaw.half_width, [flaw.half_width], corner, grading, flaw.half_width / _ACROSS)
    widest = patch.half_length / 40
    outside = _spaced(flaw.half_width, patch.half_length, [flaw.half_width], corner, grading, widest)
    return np.concatenate([inside, outside[1:]])


def _heights(patch: Patch, grading: Grading) -> np.ndarray:
    """Heights from the lower face of the stack to the flawed one, um."""
    level = -patch.level if patch.fill else 0.0
    critical = sorted({0.0, level, -patch.flaw.depth})
    corner = _corner_size(patch, grading)
    breaks = sorted({*critical, *(-depth for depth in patch.interfaces)})
    parts = [_spaced(a, b, critical, corner, grading, (b - a) / _ACROSS) for a, b in pairwise(breaks)]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _corner_size(patch: Patch, grading: Grading) -> float:
    below = [patch.plies[1].thickness] if len(patch.plies) > 1 else []
    return _CORNER * grading.root * min(patch.flaw.local_size, *below, patch.flaw.depth)


def _spaced(
    start: float, end: float, corners: Sequence[float], size: float, grading: Grading, widest: float
) -> np.ndarray:
    """Places from start to end whose spacing grows with the distance from the nearest corner."""
    fine = np.geomspace(1e-8, 1.0, 600)
    at = start + (end - start) * np.unique(np.concatenate([[0.0], fine, 1 - fine]))
    distance = np.min([np.abs(at - corner) for corner in corners], axis=0)
    wanted = np.minimum(size + _GROWTH * grading.growth * distance, widest)
    steps = np.diff(at) * (1 / wanted[1:] + 1 / wanted[:-1]) / 2
    count = np.concatenate([[0.0], np.cumsum(steps)])
    places = np.interp(np.linspace(0, count[-1], int(np.ceil(count[-1])) + 1), count, at)
    places[[0, -1]] = start, end
    return places


def _regions(patch: Patch, x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which cells of the grid there are, and the ply or filler of each, shape (columns, rows)."""
    across, height = (np.asarray(_middles(values)) for values in (x, z))
    ply = np.searchsorted(patch.interfaces, -height)[None, :].repeat(len(across), axis=0)
    gap = (across[:, None] < patch.flaw.half_width) & (ply == 0)
    filled = gap & (height[None, :] < -patch.level) if patch.fill else np.zeros_like(gap)
    ply[filled] = patch.filler
    return ~gap | filled, ply


def _faces(patch: Patch, x: np.ndarray, z: np.ndarray, nodes: np.ndarray) -> dict[str, np.ndarray]:
    """Named facets as nodes of the whole grid, corners first."""
    kept, _ = _regions(patch, x, z)
    wall = int(np.argmin(np.abs(x - patch.flaw.half_width)))
    columns, rows = np.arange(len(x) - 1), np.arange(len(z) - 1)
    outer = _middles(z) > -patch.flaw.depth
    bonded = outer & kept[0]
    top = len(z) - 1
    found = {
        "symmetry_x": _upright(nodes, 0, rows[kept[0]]),
        "end_x": _upright(nodes, len(x) - 1, rows),
        "flaw": _upright(nodes, wall, rows[outer & ~bonded]),
        "bond": _upright(nodes, wall, rows[bonded]),
        "flawed_face": _level(nodes, top, columns[kept[:, -1]]),
        "other_face": _level(nodes, 0, columns[kept[:, 0]]),
    }
    return {name: facets for name, facets in found.items() if len(facets)}


def _triangles(nodes: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Two quadratic triangles a rectangle, mid-side nodes opposite their corners, shape (2 n, 6)."""
    at = {(a, b): nodes[2 * i + a, 2 * j + b] for a in range(3) for b in range(3)}
    lower = [at[p] for p in ((0, 0), (2, 0), (2, 2), (2, 1), (1, 1), (1, 0))]
    upper = [at[p] for p in ((0, 0), (2, 2), (0, 2), (1, 2), (0, 1), (1, 1))]
    return np.stack([np.column_stack(lower), np.column_stack(upper)], axis=1).reshape(-1, 6)


def _upright(nodes: np.ndarray, column: int, rows: np.ndarray) -> np.ndarray:
    line = nodes[2 * column]
    return np.column_stack([line[2 * rows], line[2 * rows + 2], line[2 * rows + 1]])


def _level(nodes: np.ndarray, row: int, columns: np.ndarray) -> np.ndarray:
    line = nodes[:, 2 * row]
    return np.column_stack([line[2 * columns], line[2 * columns + 2], line[2 * columns + 1]])


def _middles(values: np.ndarray) -> np.ndarray:
    return (values[1:] + values[:-1]) / 2


def _halved(values: np.ndarray) -> np.ndarray:
    """Values with their middles between them."""
    return np.interp(np.arange(2 * len(values) - 1) / 2, np.arange(len(values)), values)
