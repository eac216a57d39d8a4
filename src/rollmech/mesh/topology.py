"""Edges and facets of simplices as plain arrays; nothing here starts MPI."""

from __future__ import annotations

import numpy as np

EDGES = {
    2: ((1, 2), (0, 2), (0, 1)),
    3: ((2, 3), (1, 3), (1, 2), (0, 3), (0, 2), (0, 1)),
}
"""Local edges of the triangle and the tetrahedron in the order of the mid-side nodes (basix reference cells)."""


def roundness(corners: np.ndarray) -> np.ndarray:
    """Radius of the inscribed ball over the longest edge, 1 for regular tetrahedra and 0 for flat ones.

    Args:
        corners: Corners of tetrahedra, shape (cells, 4, 3).
    """
    lengths = [np.linalg.norm(corners[:, a] - corners[:, b], axis=1) for a, b in EDGES[3]]
    first, second, third = (corners[:, i] - corners[:, 0] for i in (1, 2, 3))
    volume = np.abs(np.einsum("ci,ci->c", np.cross(first, second), third)) / 6
    faces = ((first, second), (first, third), (second, third), (second - first, third - first))
    surface = sum(np.linalg.norm(np.cross(a, b), axis=1) / 2 for a, b in faces)
    return 2 * np.sqrt(6) * 3 * volume / surface / np.max(lengths, axis=0)


def outer_facets(cells: np.ndarray, dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """Facets that belong to one cell only.

    Args:
        cells: Nodes of every cell, corners first, with or without mid-side nodes.
        dimension: 2 or 3.

    Returns:
        Nodes (corners, then mid-sides), ordered by the sorted corners, and the cell of each facet, shape (n_facets,).
    """
    facets = _facets(cells, dimension)
    corners = np.sort(facets[:, :dimension], axis=1)
    _, first, counts = np.unique(corners, axis=0, return_index=True, return_counts=True)
    chosen = first[counts == 1]
    return facets[chosen], chosen % len(cells)


def _facets(cells: np.ndarray, dimension: int) -> np.ndarray:
    """Facets of all cells, those opposite to the first corner first."""
    corners = dimension + 1
    quadratic = cells.shape[1] > corners
    local = [
        [v for v in range(corners) if v != i]
        + [corners + k for k, edge in enumerate(EDGES[dimension]) if quadratic and i not in edge]
        for i in range(corners)
    ]
    return np.concatenate([cells[:, nodes] for nodes in local])


def is_facet(facets: np.ndarray, cells: np.ndarray, dimension: int) -> np.ndarray:
    """Mask of the facets (corners, shape (n, dimension)) that some cell has."""
    return find_rows(facets, _facets(cells[:, : dimension + 1], dimension)) >= 0


def find_rows(wanted: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Index of the row with the same nodes in any order, -1 where there is none, shape (n_wanted,)."""
    if not len(wanted) or not len(rows):
        return np.full(len(wanted), -1)
    both = np.sort(np.concatenate([rows, wanted]), axis=1)
    _, key = np.unique(both, axis=0, return_inverse=True)
    place = np.full(key.max() + 1, -1)
    place[key[: len(rows)]] = np.arange(len(rows))
    return place[key[len(rows) :]]


def ridges(facets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ridges (edges of triangles, ends of edges) of facets given by their corners.

    Returns:
        Sorted nodes of each facet's ridges, shape (n_facets * corners, corners - 1), and the facet of each.
    """
    corners = facets.shape[1]
    parts = [np.delete(facets, i, axis=1) for i in range(corners)]
    return np.sort(np.concatenate(parts), axis=1), np.tile(np.arange(len(facets)), corners)


def raised(points: np.ndarray, cells: np.ndarray, dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """Second-order simplices of linear ones: a shared node in the middle of every edge, behind the old nodes."""
    pairs = np.sort(np.concatenate([cells[:, edge] for edge in EDGES[dimension]]), axis=1)
    edges, number = np.unique(pairs, axis=0, return_inverse=True)
    middle = 0.5 * (points[edges[:, 0]] + points[edges[:, 1]])
    mids = len(points) + number.reshape(len(EDGES[dimension]), len(cells)).T
    return np.concatenate([points, middle]), np.column_stack([cells, mids])
