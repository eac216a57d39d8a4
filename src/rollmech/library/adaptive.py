"""Points chosen one by one until what is left out and what is held out are both predicted well enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import qmc

from rollmech.library.gaussian import GaussianProcess, fit

QUANTILE = 0.95
"""Share of the points left out whose error must meet the target; all of the points held out must."""
_CANDIDATES = 2048
_MOST_WEIGHT = 3.0

Evaluate = Callable[[np.ndarray], np.ndarray]
Gap = Callable[[np.ndarray, np.ndarray], np.ndarray]
Embed = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Errors:
    """How far predictions were from solves.

    Attributes:
        left_out: Of each training point by the others, shape (n,).
        held_out: Of points that were never trained on, shape (k,).
    """

    left_out: np.ndarray
    held_out: np.ndarray

    @property
    def cross(self) -> float:
        """Error that all but a twentieth of the points left out stay below."""
        return float(np.quantile(self.left_out, QUANTILE))

    @property
    def independent(self) -> float:
        """Largest error of the points held out."""
        return float(self.held_out.max())

    @property
    def worst(self) -> float:
        """The larger of both: what is held against the target."""
        return max(self.cross, self.independent)


@dataclass(frozen=True)
class Built:
    """What an adaptive build found.

    Attributes:
        process: The process through all training points.
        held_x, held_y: Points held out and their values, shapes (k, d) and (k, m).
        errors: At the end.
        history: Training points and both errors each time, (n, cross, independent).
        reached: Whether the target was met.
    """

    process: GaussianProcess
    held_x: np.ndarray
    held_y: np.ndarray
    errors: Errors
    history: tuple[tuple[int, float, float], ...]
    reached: bool


def build(
    evaluate: Evaluate,
    dimension: int,
    target: float,
    most: int,
    held_out: int,
    gap: Gap,
    report: Callable[[int, Errors], None] = lambda count, errors: None,
    seed: int = 0,
    embed: Embed = lambda places: places,
) -> Built:
    """Train on more and more points of a unit cube.

    Args:
        evaluate: Values at one point (d,), shape (m,).
        dimension: d of the cube.
        target: Error to stop at, as ``gap`` measures it.
        most: Largest number of evaluations, those held out included.
        held_out: Number of points that are never trained on.
        gap: Error of predicted against true values, (k, m) and (k, m) to (k,).
        report: Called with the number of training points and the errors after each.
        seed: Of the points.
        embed: Points of the cube to what the process sees of them, (k, d) to (k, e), both within 0 and 1.
    """
    held = qmc.Halton(dimension, seed=seed + 1).random(held_out)
    held_x, held_y = embed(held), np.array([evaluate(place) for place in held])
    places = first_points(dimension, min(2 * held_x.shape[1] + 3, most - held_out), seed)
    x, y = embed(places), np.array([evaluate(place) for place in places])
    history = []
    while True:
        process = fit(x, y)
        errors = errors_of(process, held_x, held_y, gap)
        history.append((len(x), errors.cross, errors.independent))
        report(len(x), errors)
        if errors.worst <= target or len(x) + held_out >= most:
            return Built(process, held_x, held_y, errors, tuple(history), errors.worst <= target)
        place = next_point(process, errors, dimension, embed, seed + len(x))
        x, y = np.vstack([x, embed(place[None])]), np.vstack([y, evaluate(place)])


def first_points(dimension: int, count: int, seed: int) -> np.ndarray:
    """The middle and a Latin hypercube, shape (count, dimension)."""
    spread = qmc.LatinHypercube(dimension, seed=seed, optimization="random-cd").random(count - 1)
    return np.vstack([np.full(dimension, 0.5), spread])


def errors_of(process: GaussianProcess, held_x: np.ndarray, held_y: np.ndarray, gap: Gap) -> Errors:
    """Both errors of a process."""
    return Errors(gap(process.left_out(), process.y), gap(process.predict(held_x), held_y))


def next_point(
    process: GaussianProcess, errors: Errors, dimension: int, embed: Embed, seed: int
) -> np.ndarray:
    """Where the posterior deviates most, times how much worse than the median the nearest point is predicted, (d,).

    A stationary process alone spreads its points evenly; what is left out tells where the function is steeper than it
    knows (Le Gratiet & Cannamela 2015). Half of the candidates lie on the border, where the deviation is largest.
    """
    places = qmc.Sobol(dimension, seed=seed).random(_CANDIDATES)
    snapped = places[::2]
    rows = np.arange(len(snapped))
    column = rows % dimension
    snapped[rows, column] = np.round(snapped[rows, column])
    seen = embed(places)
    _, nearest = cKDTree(process.x / process.lengths).query(seen / process.lengths)
    weight = np.clip(errors.left_out / max(np.median(errors.left_out), 1e-300), 1.0, _MOST_WEIGHT)
    return places[int(np.argmax(process.deviation(seen) * weight[nearest]))]
