"""Depth distribution of measured flaws: density with its exact interval, laws of depth above the threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr
from scipy.stats import kstest

from rollmech.risk.population import distributions
from rollmech.risk.population.inspection import density_interval, fit_tail

LEAST = 10
"""Fewest depths that a law is fitted to."""
_DRAWS = 200


@dataclass(frozen=True)
class DepthLaw:
    """A law of depth fitted to the flaws deeper than a threshold, as it would be without the threshold.

    Attributes:
        name: ``lognormal``, ``weibull`` or ``exponential`` (beyond the threshold).
        parameters: By the names that ``risk.population.distributions`` gives them, lengths in m.
        intervals: Low and high of each parameter, 95 %.
        distance: Largest distance between the law and the measured shares (Kolmogorov and Smirnov).
        likelihood: Logarithm of the likelihood, depths in units of their mean.
    """

    name: str
    parameters: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    distance: float
    likelihood: float

    @property
    def information(self) -> float:
        """Akaike's criterion: the smaller, the better; differences below 2 decide nothing."""
        return 2 * len(self.parameters) - 2 * self.likelihood

    def beyond(self, depth: np.ndarray, threshold: float) -> np.ndarray:
        """P(depth > x | depth > threshold), lengths in m."""
        law = _LAWS[self.name](self.parameters, threshold)
        return law.beyond(depth) / law.beyond(np.array(threshold))


def _exponential(parameters: dict[str, float], threshold: float) -> distributions.Continuous:
    return distributions.exponential(parameters["mean"], threshold)


_LAWS: dict[str, Callable[[dict[str, float], float], distributions.Continuous]] = {
    "lognormal": lambda p, _: distributions.lognormal(p["median"], p["spread"]),
    "weibull": lambda p, _: distributions.weibull(p["shape"], p["scale"]),
    "exponential": _exponential,
}
_LENGTHS = ("median", "scale", "mean")


def fit_laws(depths: np.ndarray, threshold: float, area: float, seed: int = 0) -> list[DepthLaw]:
    """Laws of depth by maximum likelihood, best first; none for fewer than ten depths.

    The sample is cut off at the detection threshold, so the likelihood is that of the law beyond it. Intervals of
    the exponential are exact; of the others they are quantiles of 200 fits to resampled depths (Efron 1979).

    Args:
        depths: m, shape (n,).
        threshold: Detection threshold, m; shallower depths are left out.
        area: Inspected, m^2.
        seed: Of the resampling.
    """
    depths = np.sort(depths[depths > threshold])
    if depths.size < LEAST or np.ptp(depths) == 0:
        return []
    tail = fit_tail(depths, threshold, area)
    laws = [_law("exponential", {"mean": tail.scale}, {"mean": tail.scale_interval()}, depths, threshold)]
    generator = np.random.default_rng(seed)
    for name, keys in (("lognormal", ("median", "spread")), ("weibull", ("shape", "scale"))):
        best = _fitted(name, keys, depths, threshold)
        if best is None:
            continue
        samples = [generator.choice(depths, depths.size) for _ in range(_DRAWS)]
        again = [found for sample in samples if (found := _fitted(name, keys, sample, threshold, best))]
        intervals = {
            key: tuple(float(q) for q in np.quantile([found[key] for found in again], [0.025, 0.975]))
            for key in keys
        }
        laws.append(_law(name, best, intervals, depths, threshold))
    return sorted(laws, key=lambda law: law.information)


def _law(name: str, parameters: dict, intervals: dict, depths: np.ndarray, threshold: float) -> DepthLaw:
    law = DepthLaw(name, parameters, intervals, 0.0, 0.0)
    distance = float(kstest(depths, lambda depth: 1 - law.beyond(depth, threshold)).statistic)
    return DepthLaw(name, parameters, intervals, distance, -_misfit(name, parameters, depths, threshold))


def _misfit(name: str, parameters: dict[str, float], depths: np.ndarray, threshold: float) -> float:
    """Negative logarithm of the likelihood of depths (m) beyond the threshold, depths counted in their mean."""
    unit = depths.mean()
    values = [parameters[key] / (unit if key in _LENGTHS else 1) for key in parameters]
    logarithm, beyond = _DENSITIES[name](depths / unit, threshold / unit, *values)
    return float(depths.size * beyond - logarithm.sum())


def _lognormal_density(x: np.ndarray, start: float, median: float, spread: float) -> tuple[np.ndarray, float]:
    u = np.log(x / median) / spread
    logarithm = -u * u / 2 - np.log(x * spread * np.sqrt(2 * np.pi))
    return logarithm, float(log_ndtr(-np.log(start / median) / spread))


def _weibull_density(x: np.ndarray, start: float, shape: float, scale: float) -> tuple[np.ndarray, float]:
    logarithm = np.log(shape / scale) + (shape - 1) * np.log(x / scale) - (x / scale) ** shape
    return logarithm, -float((start / scale) ** shape)


def _exponential_density(x: np.ndarray, start: float, mean: float) -> tuple[np.ndarray, float]:
    return -(x - start) / mean - np.log(mean), 0.0


# Logarithms of the density at depths and of the share beyond the threshold; scipy.stats is too slow for resampling.
_DENSITIES = {
    "lognormal": _lognormal_density,
    "weibull": _weibull_density,
    "exponential": _exponential_density,
}


def _fitted(
    name: str, keys: tuple[str, str], depths: np.ndarray, threshold: float, start: dict | None = None
) -> dict[str, float] | None:
    """Parameters of largest likelihood, or None where the likelihood has no maximum within reason."""
    unit = float(depths.mean())
    guess = start or {"median": float(np.median(depths)), "spread": 0.5, "shape": 1.5, "scale": unit}
    first = [np.log(guess[key] / unit if key in _LENGTHS else guess[key]) for key in keys]

    def parameters(p: np.ndarray) -> dict[str, float]:
        return {
            key: float(np.exp(value)) * (unit if key in _LENGTHS else 1)
            for key, value in zip(keys, p, strict=True)
        }

    def misfit(p: np.ndarray) -> float:
        if np.abs(p).max() > 8:
            return 1e12
        value = _misfit(name, parameters(p), depths, threshold)
        return value if np.isfinite(value) else 1e12

    found = minimize(
        misfit, first, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6, "maxiter": 400}
    )
    return parameters(found.x) if found.success and np.abs(found.x).max() < 7.9 else None


def density(count: int, area: float) -> dict[str, float]:
    """Flaws per m^2 with the exact 95 % interval of the Poisson count (Garwood 1936)."""
    value, low, high = density_interval(count, area)
    return {"count": count, "value": value, "low": low, "high": high}
