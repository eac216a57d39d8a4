"""K of semi-elliptical cracks as a smooth function of depth and length, from a table of solved ones.

K = F(a/t, a/c, phi) s sqrt(pi a) for a stress s that is uniform over the flawed ply (membrane) or falls linearly from
s at its face to -s at its other face (bending). Between the nodes log F of the membrane and the ratio of both F are
Chebyshev polynomials in a/t and log(a/c).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.polynomial import chebyshev

PHI = np.radians([7.5, 11.25, 15.0, 22.5, 30.0, 45.0, 60.0, 75.0, 90.0])
"""Parametric angles at which K is kept; below the first one a vertex singularity leaves no K to claim."""
DEEPEST, SURFACE = len(PHI) - 1, 0
"""Positions in ``PHI`` of the deepest point and of the one nearest to the surface."""


class _Ply(Protocol):
    thickness: float
    youngs_modulus: float
    poisson_ratio: float


def shape_of(plies: Sequence[_Ply]) -> tuple[tuple[float, float, float], ...]:
    """What F depends on: thickness and modulus of every ply over those of the flawed one, and Poisson's ratio."""
    first = plies[0]
    return tuple(
        (
            float(f"{ply.thickness / first.thickness:.6g}"),
            float(f"{ply.youngs_modulus / first.youngs_modulus:.6g}"),
            float(f"{ply.poisson_ratio:.6g}"),
        )
        for ply in plies
    )


@dataclass(frozen=True)
class Grid:
    """Chebyshev-Lobatto nodes in a/t and log(a/c).

    Attributes:
        depth_ratio: Least and largest a/t.
        aspect: Least and largest a/c.
        size: Number of nodes of each.
    """

    depth_ratio: tuple[float, float] = (0.02, 0.85)
    aspect: tuple[float, float] = (0.1, 2.0)
    size: tuple[int, int] = (6, 6)

    def nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """a/t, shape (size[0],), and a/c, shape (size[1],), both rising."""
        first = _lobatto(self.size[0], *self.depth_ratio)
        return first, np.exp(_lobatto(self.size[1], *np.log(self.aspect)))

    def places(self) -> list[tuple[float, float]]:
        """(a/t, a/c) of all nodes, the aspect running fastest."""
        depth_ratio, aspect = self.nodes()
        return [(float(a), float(c)) for a in depth_ratio for c in aspect]

    def held_out(self) -> list[tuple[float, float]]:
        """Places between the nodes, where the interpolation is furthest from them."""
        depth_ratio, aspect = self.nodes()
        middle_a, middle_c = (depth_ratio[1:] + depth_ratio[:-1]) / 2, np.sqrt(aspect[1:] * aspect[:-1])
        picks = ((1, 1), (2, len(middle_c) - 2), (len(middle_a) - 2, 1), (len(middle_a) - 2, 3), (2, 2))
        return [(float(middle_a[i]), float(middle_c[min(j, len(middle_c) - 1)])) for i, j in picks]

    def local(self, depth_ratio: np.ndarray, aspect: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates from -1 to 1; places outside the grid are taken at its border."""
        x = _unit(depth_ratio, *self.depth_ratio)
        return x, _unit(np.log(aspect), *np.log(self.aspect))


def _ellipse(aspect: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Course of K along a flat ellipse in an endless solid (Irwin 1962), shape (..., angles)."""
    return (np.multiply.outer(np.square(aspect), np.cos(phi) ** 2) + np.sin(phi) ** 2) ** 0.25


def _lobatto(count: int, low: float, high: float) -> np.ndarray:
    return (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * np.arange(count) / (count - 1))


def _unit(value: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.clip((2 * np.asarray(value) - low - high) / (high - low), -1.0, 1.0)


@dataclass(frozen=True)
class KTable:
    """K of cracks in one stack.

    Attributes:
        grid: Where it was solved.
        plies: ``shape_of`` of the stack, from the flawed ply inwards.
        shape: F at the nodes, shape (depths, aspects, angles, 2: membrane and bending).
        error: Estimated error of the solves over the membrane's F, same shape.
        interpolation: Largest difference to the held-out solves over the membrane's F; nan before ``checked``.
        poisson: Largest change of F over the membrane's by the Poisson's ratios that the table serves besides its own.
    """

    grid: Grid
    plies: tuple[tuple[float, float, float], ...]
    shape: np.ndarray
    error: np.ndarray
    interpolation: float = float("nan")
    poisson: float = 0.0

    def checked(self, held_out: np.ndarray) -> KTable:
        """The same table with its interpolation error.

        Args:
            held_out: F at ``Grid.held_out``, shape (places, angles, 2).
        """
        places = np.array(self.grid.held_out())
        found = self.factors(places[:, 0], places[:, 1])
        gap = np.abs(found - held_out) / held_out[..., :1]
        return replace(self, interpolation=float(gap.max()))

    @property
    def solve_error(self) -> float:
        """Root mean square of the solves' estimated errors at the deepest point and near the surface."""
        ends = self.error[:, :, [SURFACE, DEEPEST], 0]
        return float(np.sqrt(np.mean(ends**2)))

    @cached_property
    def _series(self) -> np.ndarray:
        """Chebyshev coefficients, shape (depths, aspects, angles, 2)."""
        values = np.stack([np.log(self.shape[..., 0]), self.shape[..., 1] / self.shape[..., 0]], axis=-1)
        for axis, count in enumerate(self.grid.size):
            nodes = _lobatto(count, -1.0, 1.0)
            inverse = np.linalg.inv(chebyshev.chebvander(nodes, count - 1))
            values = np.moveaxis(np.tensordot(inverse, values, axes=(1, axis)), 0, axis)
        return values

    def _slimmer(self, aspect: np.ndarray, points: Sequence[int] | None) -> np.ndarray:
        """Factor on K of cracks longer than the grid's, shape (..., angles): 1 for all others."""
        phi, least = PHI if points is None else PHI[list(points)], self.grid.aspect[0]
        aspect = np.asarray(aspect, dtype=float)
        if not np.any(aspect < least):
            return np.ones(len(phi))
        return _ellipse(np.minimum(aspect, least), phi) / _ellipse(np.array(least), phi)

    def factors(
        self, depth_ratio: np.ndarray, aspect: np.ndarray, points: Sequence[int] | None = None
    ) -> np.ndarray:
        """F of cracks, shape (..., angles, 2); outside the grid that of its border.

        Beyond the longest cracks of the grid F falls towards the surface as along an ellipse in an endless solid.

        Args:
            depth_ratio: a/t, shape (...).
            aspect: a/c, shape (...).
            points: Positions in ``PHI``; all of them if None.
        """
        x, y = self.grid.local(*np.broadcast_arrays(depth_ratio, aspect))
        series = self._series if points is None else self._series[:, :, list(points)]
        rows, columns = (
            chebyshev.chebvander(value, count - 1).reshape(*np.shape(value), count)
            for value, count in zip((x, y), self.grid.size, strict=True)
        )
        # One product of matrices: einsum takes several times as long for the few hundred cracks of a march.
        products = rows[..., :, None] * columns[..., None, :]
        places, terms = np.shape(x), series.shape[0] * series.shape[1]
        values = products.reshape(*places, terms) @ series.reshape(terms, -1)
        values = values.reshape(*places, *series.shape[2:])
        membrane = np.exp(values[..., 0]) * self._slimmer(aspect, points)
        return np.stack([membrane, values[..., 1] * membrane], axis=-1)
