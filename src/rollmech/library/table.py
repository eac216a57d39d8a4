"""K of semi-elliptical cracks as a smooth function of depth and length, from a table of solved ones.

K = F(a/t, a/c, phi) s sqrt(pi a) for a stress s that is uniform over the flawed ply (membrane) or falls linearly from
s at its face to -s at its other face (bending). Between the nodes log F of the membrane and the ratio of both F are
Chebyshev polynomials in a/t and log(a/c). Shear of the same two kinds gives K_II and K_III, whose F over those of an
ellipse in an endless solid (`ellipse.shear`) are such polynomials, too: a crack at any angle to the web has K_I of the
stress normal to it and K_II, K_III of the shear along it, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.polynomial import chebyshev

from rollmech.library import ellipse

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


def _lobatto(count: int, low: float, high: float) -> np.ndarray:
    return (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * np.arange(count) / (count - 1))


def _unit(value: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.clip((2 * np.asarray(value) - low - high) / (high - low), -1.0, 1.0)


@dataclass(frozen=True)
class Gaps:
    """Largest errors between the nodes, relative to K under uniform tension or shear; nan before ``KTable.checked``.

    Attributes:
        held_out: Differences to the solves held out, K_I and shear, shape (places, 2).
        left_out: Of nodes inside the grid, differences to the polynomials through the others of their row or column,
            whichever misses by more, K_I and shear, shape (depths, aspects, 2); 0 on the border.
        poisson: By the Poisson's ratios that the table serves besides its own, K_I and shear, shape (2,).
    """

    held_out: np.ndarray
    left_out: np.ndarray
    poisson: np.ndarray = field(default_factory=lambda: np.zeros(2))


@dataclass(frozen=True)
class PoissonSlope:
    """What Poisson's ratio does to K, which hardly asks how deep the crack is: d ln K / d nu.

    Attributes:
        aspect: a/c where it was found, rising, shape (n,).
        slope: Of K_I, and of K_II and K_III over those of an ellipse in an endless solid, shape (n, angles, 3).
    """

    aspect: np.ndarray
    slope: np.ndarray

    def at(self, aspect: np.ndarray, points: Sequence[int] | None, kinds: slice) -> np.ndarray:
        """Slopes by straight lines in log(a/c), those of the ends beyond them, shape (..., angles, kinds)."""
        place = np.interp(np.log(aspect), np.log(self.aspect), np.arange(len(self.aspect), dtype=float))
        low = np.minimum(place.astype(int), len(self.aspect) - 2)
        share = (place - low)[..., None, None]
        slope = self.slope[..., kinds] if points is None else self.slope[:, list(points), kinds]
        return (1 - share) * slope[low] + share * slope[low + 1]


@dataclass(frozen=True)
class KTable:
    """K of cracks in one stack.

    Attributes:
        grid: Where it was solved.
        plies: ``shape_of`` of the stack, from the flawed ply inwards.
        shape: F of K_I at the nodes, shape (depths, aspects, angles, 2: membrane and bending).
        error: Estimated error of the solves over the membrane's F, same shape.
        shear: F of K_II and K_III under shear, shape (depths, aspects, angles, 2: II and III, 2).
        shear_error: Estimated error over the size of both under the membrane's shear, (depths, aspects, angles, 2).
        gaps: Errors between the nodes, or None before ``checked``.
        slope: What another Poisson's ratio does, or None for a table of one.
        served: Poisson's ratio of the flawed ply that is asked for; by default the table's own.
    """

    grid: Grid
    plies: tuple[tuple[float, float, float], ...]
    shape: np.ndarray
    error: np.ndarray
    shear: np.ndarray
    shear_error: np.ndarray
    gaps: Gaps | None = None
    slope: PoissonSlope | None = None
    served: float | None = None

    extrapolates = True
    """Beyond the longest cracks K follows a stated model; a surrogate refuses instead."""

    @property
    def poisson_ratio(self) -> float:
        """Of the flawed ply."""
        return self.plies[0][2] if self.served is None else self.served

    @property
    def interpolation(self) -> float:
        """Largest difference to the solves held out, K_I over the membrane's."""
        return float("nan") if self.gaps is None else float(self.gaps.held_out[:, 0].max())

    @property
    def poisson(self) -> float:
        """Largest change of K_I over the membrane's by the Poisson's ratios that the table serves besides its own."""
        return float("nan") if self.gaps is None else float(self.gaps.poisson[0])

    @property
    def solve_error(self) -> float:
        """Root mean square of the solves' estimated errors at the deepest point and near the surface."""
        return _root_mean_square(self.error[:, :, [SURFACE, DEEPEST], 0])

    def opening_errors(self, depth_ratio: float, aspect: float) -> dict[str, float]:
        """The three errors of K_I over that under uniform tension; the same all over the table."""
        return {
            "solve_error": self.solve_error,
            "interpolation_error": self.interpolation,
            "poisson_error": self.poisson,
        }

    @property
    def shear_errors(self) -> dict[str, float]:
        """The same three errors of K_II and K_III together, over their size under uniform shear."""
        missing = float("nan")
        held_out, poisson = (
            (missing, missing)
            if self.gaps is None
            else (float(self.gaps.held_out[:, 1].max()), float(self.gaps.poisson[1]))
        )
        solved = _root_mean_square(self.shear_error[:, :, [SURFACE, DEEPEST], 0])
        return {"solve_error": solved, "interpolation_error": held_out, "poisson_error": poisson}

    def checked(self, held_out: tuple[np.ndarray, np.ndarray], poisson: np.ndarray | None = None) -> KTable:
        """The same table with its errors between the nodes.

        Args:
            held_out: F of K_I and of shear at ``Grid.held_out``, shapes (places, angles, 2) and (places, angles, 2, 2).
            poisson: What other Poisson's ratios change, shape (2,).
        """
        places = np.array(self.grid.held_out())
        found = self.gap(places[:, 0], places[:, 1], *held_out)
        poisson = np.zeros(2) if poisson is None else poisson
        return replace(self, gaps=Gaps(found, self._left_out(), poisson))

    def gap(self, depth_ratio, aspect, opened: np.ndarray, sheared: np.ndarray) -> np.ndarray:
        """Largest difference along the front to F of other solves, K_I and shear, shape (places, 2)."""
        one = np.abs(self.factors(depth_ratio, aspect) - opened) / opened[..., :1]
        two = size_of(self.shear_factors(depth_ratio, aspect) - sheared, self.poisson_ratio)
        two = two / size_of(sheared, self.poisson_ratio)[..., :1]
        return np.stack([one.max(axis=(-2, -1)), two.max(axis=(-2, -1))], axis=-1)

    def _left_out(self) -> np.ndarray:
        """``Gaps.left_out``."""
        rows, columns = self.grid.size
        nodes = self.grid.nodes()
        found = np.zeros((rows, columns, 2))
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                along = [
                    _without(self._logs, axis, (i, j)[axis], self.grid.size[axis])[(j, i)[axis]]
                    for axis in (0, 1)
                ]
                place = nodes[0][i], nodes[1][j]
                gaps = [self.gap(*place, *self._restored(v, *place)) for v in along]
                found[i, j] = np.max(gaps, axis=0)
        return found

    @cached_property
    def _logs(self) -> np.ndarray:
        """What the polynomials run through, shape (depths, aspects, angles, 6)."""
        _, aspect = self.grid.nodes()
        opened = np.stack([np.log(self.shape[..., 0]), self.shape[..., 1] / self.shape[..., 0]], axis=-1)
        unit = ellipse.shear(aspect, PHI, self.plies[0][2])
        sheared = self.shear / unit[None, ..., None]
        return np.concatenate([opened, sheared.reshape(*opened.shape[:-1], 4)], axis=-1)

    @cached_property
    def _series(self) -> np.ndarray:
        """Chebyshev coefficients, shape (depths, aspects, angles, 6)."""
        values = self._logs
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
        return ellipse.opening(np.minimum(aspect, least), phi) / ellipse.opening(np.array(least), phi)

    def _polynomials(
        self, depth_ratio: np.ndarray, aspect: np.ndarray, points: Sequence[int] | None, terms: slice
    ) -> np.ndarray:
        """Values of ``_logs`` between the nodes, shape (..., angles, n)."""
        x, y = self.grid.local(*np.broadcast_arrays(depth_ratio, aspect))
        series = self._series[..., terms] if points is None else self._series[:, :, list(points), terms]
        rows, columns = (
            chebyshev.chebvander(value, count - 1).reshape(*np.shape(value), count)
            for value, count in zip((x, y), self.grid.size, strict=True)
        )
        # One product of matrices: einsum takes several times as long for the few hundred cracks of a march.
        products = rows[..., :, None] * columns[..., None, :]
        places, count = np.shape(x), series.shape[0] * series.shape[1]
        values = products.reshape(*places, count) @ series.reshape(count, -1)
        return values.reshape(*places, *series.shape[2:])

    def factors(
        self, depth_ratio: np.ndarray, aspect: np.ndarray, points: Sequence[int] | None = None
    ) -> np.ndarray:
        """F of K_I, shape (..., angles, 2); outside the grid that of its border.

        Beyond the longest cracks of the grid F falls towards the surface as along an ellipse in an endless solid.

        Args:
            depth_ratio: a/t, shape (...).
            aspect: a/c, shape (...).
            points: Positions in ``PHI``; all of them if None.
        """
        values = self._polynomials(depth_ratio, aspect, points, slice(0, 2))
        membrane = np.exp(values[..., 0]) * self._slimmer(aspect, points)
        change = self._poisson_change(aspect, points, slice(0, 1))
        membrane = membrane if change is None else membrane * change[..., 0]
        return np.stack([membrane, values[..., 1] * membrane], axis=-1)

    def shear_factors(
        self, depth_ratio: np.ndarray, aspect: np.ndarray, points: Sequence[int] | None = None
    ) -> np.ndarray:
        """F of K_II and K_III under shear, shape (..., angles, 2: II and III, 2: membrane and bending).

        Outside the grid the ratio to an ellipse in an endless solid is that of its border. Arguments as in ``factors``.
        """
        depth_ratio, aspect = np.broadcast_arrays(depth_ratio, aspect)
        values = self._polynomials(depth_ratio, aspect, points, slice(2, 6))
        found = self._sheared(
            values, aspect, PHI if points is None else PHI[list(points)], self.poisson_ratio
        )
        change = self._poisson_change(aspect, points, slice(1, 3))
        return found if change is None else found * change[..., None]

    def _poisson_change(
        self, aspect: np.ndarray, points: Sequence[int] | None, kinds: slice
    ) -> np.ndarray | None:
        """Factor on K by the Poisson's ratio served, shape (..., angles, kinds); None where it is the table's."""
        other = self.poisson_ratio - self.plies[0][2]
        if self.slope is None or abs(other) < 1e-9:
            return None
        return np.exp(other * self.slope.at(np.asarray(aspect, dtype=float), points, kinds))

    def _restored(
        self, values: np.ndarray, depth_ratio: float, aspect: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """F of K_I and of shear from values of ``_logs`` at one place."""
        membrane = np.exp(values[..., 0])
        opened = np.stack([membrane, values[..., 1] * membrane], axis=-1)
        return opened, self._sheared(values[..., 2:], np.array(aspect), PHI, self.poisson_ratio)

    @staticmethod
    def _sheared(values: np.ndarray, aspect: np.ndarray, phi: np.ndarray, poisson: float) -> np.ndarray:
        return values.reshape(*values.shape[:-1], 2, 2) * ellipse.shear(aspect, phi, poisson)[..., None]


def size_of(shear: np.ndarray, poisson: float) -> np.ndarray:
    """Size of K_II and K_III together as it counts in the energy release rate, shape (..., 2: membrane, bending)."""
    return np.sqrt(shear[..., 0, :] ** 2 + shear[..., 1, :] ** 2 / (1 - poisson))


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _without(values: np.ndarray, axis: int, left: int, count: int) -> np.ndarray:
    """Values at one node by the polynomial through the others along an axis; that axis is gone."""
    nodes = _lobatto(count, -1.0, 1.0)
    others = [i for i in range(count) if i != left]
    weights = [
        np.prod([(nodes[left] - nodes[j]) / (nodes[i] - nodes[j]) for j in others if j != i]) for i in others
    ]
    return np.tensordot(weights, np.take(values, others, axis=axis), axes=(0, axis))
