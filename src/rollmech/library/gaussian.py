"""Gaussian process with many outputs and one anisotropic kernel: what a surrogate predicts with.

Outputs share lengths and noise; each has its own mean and scale, closed forms of the concentrated likelihood.
Leave-one-out residuals come from the inverse of the kernel's matrix (Dubrule 1983; Rasmussen & Williams 2006, 5.4.2).
Nothing is pickled: points, values, lengths and noise are all there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize

_LENGTHS = (0.15, 20.0)  # of the unit cube
_NOISE = (1e-7, 1e-1)  # variance over the signal's
_STARTS = ((1.0, 1e-4), (3.0, 1e-3), (0.5, 1e-5))


@dataclass(frozen=True)
class GaussianProcess:
    """A fitted process.

    Attributes:
        x: Points in the unit cube, shape (n, d).
        y: Values, shape (n, m).
        lengths: Of the kernel, shape (d,).
        noise: Variance of a value over that of the signal.
    """

    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray
    noise: float

    @cached_property
    def mean(self) -> np.ndarray:
        """Of the values, shape (m,)."""
        return self.y.mean(axis=0)

    @cached_property
    def _factor(self) -> tuple:
        return cho_factor(_matrix(self.x, self.lengths, self.noise), lower=True)

    @cached_property
    def _weights(self) -> np.ndarray:
        return cho_solve(self._factor, self.y - self.mean)

    @cached_property
    def scale(self) -> np.ndarray:
        """Standard deviation of each output's signal, shape (m,)."""
        return np.sqrt(np.einsum("nm,nm->m", self.y - self.mean, self._weights) / len(self.x))

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Posterior mean at points of shape (k, d), shape (k, m)."""
        return self.mean + kernel(x, self.x, self.lengths) @ self._weights

    def deviation(self, x: np.ndarray) -> np.ndarray:
        """Posterior standard deviation of the noiseless signal over each output's ``scale``, shape (k,)."""
        known = solve_triangular(self._factor[0], kernel(self.x, x, self.lengths), lower=True)
        return np.sqrt(np.maximum(1 - np.sum(known**2, axis=0), 0.0))

    @cached_property
    def _inverse_diagonal(self) -> np.ndarray:
        return np.diag(cho_solve(self._factor, np.eye(len(self.x))))

    def left_out(self) -> np.ndarray:
        """What the others predict at each point, with mean, lengths and noise kept, shape (n, m)."""
        return self.y - self._weights / self._inverse_diagonal[:, None]

    def left_out_deviation(self) -> np.ndarray:
        """Their posterior standard deviation of a value, noise included, over each output's ``scale``, shape (n,)."""
        return 1 / np.sqrt(self._inverse_diagonal)


def fit(x: np.ndarray, y: np.ndarray) -> GaussianProcess:
    """The process whose lengths and noise make the values most likely.

    Args:
        x: Points in the unit cube, shape (n, d).
        y: Values, shape (n, m); outputs that do not vary have no say.
    """
    spread = y.std(axis=0)
    varied = y[:, spread > 1e-9 * max(float(np.abs(y).max()), 1e-300)]
    if not varied.shape[1]:
        return GaussianProcess(x, y, np.ones(x.shape[1]), _NOISE[0])
    centred = (varied - varied.mean(axis=0)) / varied.std(axis=0)
    bounds = [tuple(np.log(_LENGTHS))] * x.shape[1] + [tuple(np.log(_NOISE))]
    starts = [np.log([length] * x.shape[1] + [noise]) for length, noise in _STARTS]
    found = [minimize(_cost, start, (x, centred), method="L-BFGS-B", bounds=bounds) for start in starts]
    best = np.exp(min(found, key=lambda item: item.fun).x)
    return GaussianProcess(x, y, best[:-1], float(best[-1]))


def _cost(logs: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Negative logarithm of the concentrated likelihood over the number of values."""
    *lengths, noise = np.exp(logs)
    try:
        lower = cholesky(_matrix(x, np.array(lengths), noise), lower=True)
    except np.linalg.LinAlgError:
        return 1e3
    white = solve_triangular(lower, y, lower=True)
    return float(np.mean(np.log(np.mean(white**2, axis=0) + 1e-300)) / 2 + np.mean(np.log(np.diag(lower))))


def _matrix(x: np.ndarray, lengths: np.ndarray, noise: float) -> np.ndarray:
    return kernel(x, x, lengths) + noise * np.eye(len(x))


def kernel(one: np.ndarray, two: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Squared exponential kernel between points (k, d) and (n, d), shape (k, n)."""
    one, two = one / lengths, two / lengths
    square = np.sum(one**2, axis=1)[:, None] + np.sum(two**2, axis=1) - 2 * one @ two.T
    return np.exp(-np.maximum(square, 0.0) / 2)
