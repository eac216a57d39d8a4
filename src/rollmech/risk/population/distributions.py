"""Distributions of flaw depth, aspect and angle, in one small form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from scipy import stats


class Distribution(Protocol):
    """What a population needs of a distribution."""

    def beyond(self, x: np.ndarray) -> np.ndarray:
        """P(X > x), same shape."""

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Value below which a share ``u`` lies, same shape."""

    def nodes(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Values and weights (sum 1) of a quadrature over the distribution, at most ``count`` of them."""


@dataclass(frozen=True)
class Continuous:
    """A distribution of scipy.stats, frozen."""

    frozen: stats.rv_continuous

    def beyond(self, x: np.ndarray) -> np.ndarray:
        """P(X > x)."""
        return self.frozen.sf(x)

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Value below which a share lies."""
        return self.frozen.ppf(u)

    def nodes(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Gauss-Legendre in the share."""
        node, weight = np.polynomial.legendre.leggauss(count)
        return self.quantile((node + 1) / 2), weight / 2


def _frozen(name: str, **parameters: float) -> Continuous:
    """A distribution of scipy.stats, which takes long to import."""
    from scipy import stats

    return Continuous(getattr(stats, name)(**parameters))


def lognormal(median: float, spread: float) -> Continuous:
    """``spread`` is the standard deviation of the natural logarithm."""
    return _frozen("lognorm", s=spread, scale=median)


def weibull(shape: float, scale: float) -> Continuous:
    """P(X > x) = exp(-(x/scale)^shape)."""
    return _frozen("weibull_min", c=shape, scale=scale)


def exponential(mean: float, start: float = 0.0) -> Continuous:
    """P(X > x) = exp(-(x - start)/mean) beyond ``start``."""
    return _frozen("expon", loc=start, scale=mean)


def pareto(smallest: float, exponent: float) -> Continuous:
    """P(X > x) = (x/smallest)^-exponent beyond ``smallest``; gives Weibull strengths of modulus 2 x exponent."""
    return _frozen("pareto", b=exponent, scale=smallest)


def uniform(low: float, high: float) -> Continuous:
    """Constant density between two values."""
    return _frozen("uniform", loc=low, scale=high - low)


class Empirical:
    """A list of measured values, each as likely as the others; nothing lies beyond the largest.

    Raises:
        ValueError: The list is empty or holds something else than numbers.
    """

    def __init__(self, values: np.ndarray):
        self._values = np.sort(np.asarray(values, dtype=float).ravel())
        if not (self._values.size and np.all(np.isfinite(self._values))):
            raise ValueError("an empirical distribution needs at least one value, all of them numbers")

    def beyond(self, x: np.ndarray) -> np.ndarray:
        """Share of the list beyond x."""
        return 1 - np.searchsorted(self._values, x, side="right") / self._values.size

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Entry of the list below which a share lies."""
        index = np.minimum((np.asarray(u) * self._values.size).astype(int), self._values.size - 1)
        return self._values[index]

    def nodes(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The list itself, or ``count`` of its quantiles if it is longer."""
        if self._values.size <= count:
            return self._values, np.full(self._values.size, 1 / self._values.size)
        return self.quantile((np.arange(count) + 0.5) / count), np.full(count, 1 / count)


def fixed(value: float) -> Empirical:
    """One value for all flaws."""
    return Empirical(np.array([value]))


@dataclass(frozen=True)
class Screened:
    """A distribution from which everything beyond a limit has been sorted out.

    Attributes:
        whole: Before inspection.
        limit: Largest value that passes.
    """

    whole: Distribution
    limit: float

    @property
    def passing(self) -> float:
        """Share that passes."""
        return 1 - float(self.whole.beyond(np.array(self.limit)))

    def beyond(self, x: np.ndarray) -> np.ndarray:
        """P(X > x) among what passes."""
        left = self.whole.beyond(np.minimum(x, self.limit)) - self.whole.beyond(np.array(self.limit))
        return left / self.passing if self.passing else np.zeros(np.shape(x))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Value below which a share of what passes lies."""
        return np.minimum(self.whole.quantile(np.asarray(u) * self.passing), self.limit)

    def nodes(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Gauss-Legendre in the share."""
        node, weight = np.polynomial.legendre.leggauss(count)
        return self.quantile((node + 1) / 2), weight / 2
