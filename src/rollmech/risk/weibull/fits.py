"""Maximum-likelihood fits of strength data, right-censored specimens included (ASTM C1239, Lawless 2003)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaincinv

from rollmech.risk.weibull.pivots import pivots, unbiasing_factor


@dataclass(frozen=True)
class Interval:
    """A two-sided confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """A Weibull fit of specimens of one kind.

    Attributes:
        modulus: Maximum-likelihood m.
        characteristic: Stress at P_f = 63.2 % of the specimen, Pa; includes the threshold.
        threshold: Pa; 0 for the two-parameter form.
        modulus_interval: Of m.
        characteristic_interval: Of the characteristic strength, Pa.
        unbiased_modulus: m times the unbiasing factor; None for censored or three-parameter fits, which have none.
        failures: Specimens that broke from this population.
        specimens: All specimens.
        method: How the intervals were found.
        log_likelihood: At the maximum.
    """

    modulus: float
    characteristic: float
    threshold: float
    modulus_interval: Interval
    characteristic_interval: Interval
    unbiased_modulus: float | None
    failures: int
    specimens: int
    method: str
    log_likelihood: float


def fit(strength: np.ndarray, censored: np.ndarray | None = None, confidence: float = 0.95) -> Fit:
    """Two-parameter fit.

    Args:
        strength: Strengths, Pa, shape (n,).
        censored: True where the specimen survived that stress, or broke from another population; shape (n,).
        confidence: Of the intervals.

    Returns:
        The fit. Intervals of complete samples are exact (pivotal, Thoman, Bain & Antle 1969); those of censored ones
        come from the likelihood ratio.

    Raises:
        ValueError: Fewer than three failures, strengths that are not positive, or no scatter.
    """
    x, broke = _checked(strength, censored)
    top = x.max()
    modulus, scale = _maximum(x / top, broke)
    scale = float(scale * top)
    best = _log_likelihood(x, broke, modulus, scale)
    if broke.all():
        m_interval, s_interval = _pivotal(modulus, scale, len(x), confidence)
        method = "exact pivots"
    else:
        m_interval, s_interval = _likelihood_ratio(x, broke, modulus, scale, confidence)
        method = "likelihood ratio"
    return Fit(
        modulus=modulus,
        characteristic=scale,
        threshold=0.0,
        modulus_interval=m_interval,
        characteristic_interval=s_interval,
        unbiased_modulus=modulus * unbiasing_factor(len(x)) if broke.all() else None,
        failures=int(broke.sum()),
        specimens=len(x),
        method=method,
        log_likelihood=best,
    )


def fit_threshold(strength: np.ndarray, censored: np.ndarray | None = None, confidence: float = 0.95) -> Fit:
    """Three-parameter fit: the threshold from 0 up to the weakest failure that is most likely, m >= 1.

    The intervals hold at the fitted threshold. A threshold of a few dozen specimens is poorly known: prefer the
    two-parameter fit unless the likelihood clearly gains (twice its logarithm by more than 3.8, at 95 %).
    """
    x, broke = _checked(strength, censored)
    weakest = x[broke].min()

    def loss(threshold: float) -> float:
        over = np.clip(x - threshold, 0.0, None)
        modulus, scale = _maximum(over[over > 0] / x.max(), broke[over > 0])
        return (
            -_log_likelihood(over[over > 0], broke[over > 0], modulus, scale * x.max())
            if modulus >= 1
            else np.inf
        )

    grid = weakest * (1 - np.geomspace(1, 1e-4, 60))
    losses = [loss(threshold) for threshold in grid]
    i = int(np.argmin(losses))
    bounds = (grid[max(i - 1, 0)], grid[min(i + 1, len(grid) - 1)])
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9 * weakest})
    threshold = float(found.x) if found.fun < losses[0] else 0.0
    keep = x > threshold
    inner = fit(x[keep] - threshold, ~broke[keep], confidence)
    shift = inner.characteristic_interval
    return Fit(
        **vars(inner)
        | {
            "characteristic": inner.characteristic + threshold,
            "threshold": threshold,
            "characteristic_interval": Interval(shift.low + threshold, shift.high + threshold),
            "unbiased_modulus": inner.unbiased_modulus if threshold == 0 else None,
            "specimens": len(x),
            "method": f"{inner.method}, at the fitted threshold",
        }
    )


def _checked(strength: np.ndarray, censored: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    x = np.asarray(strength, dtype=float)
    broke = np.ones(x.shape, bool) if censored is None else ~np.asarray(censored, dtype=bool)
    if x.ndim != 1 or broke.shape != x.shape:
        raise ValueError("strengths and censoring marks must be lists of one length")
    if not (np.all(np.isfinite(x)) and np.all(x > 0)):
        raise ValueError("strengths must be positive numbers")
    if broke.sum() < 3 or np.ptp(x[broke]) == 0:
        raise ValueError("a fit needs at least three failures that differ")
    return x, broke


def _maximum(x: np.ndarray, broke: np.ndarray) -> tuple[float, float]:
    """Modulus and scale of the largest likelihood; x of the order of 1 or below."""
    log = np.log(x)
    mean = log[broke].mean()
    weight_log = log - log.max()

    def slope(m: float) -> float:
        weight = np.exp(m * weight_log)
        return (weight @ log) / weight.sum() - 1 / m - mean

    high = 1.0
    while slope(high) < 0:
        high *= 2
    low = high / 2
    while slope(low) > 0:
        low /= 2
    m = brentq(slope, low, high, xtol=1e-12, rtol=1e-13)
    return m, _scale(x, broke, m)


def _scale(x: np.ndarray, broke: np.ndarray, modulus: float) -> float:
    """Most likely scale at a modulus."""
    top = x.max()
    return float(top * (np.sum((x / top) ** modulus) / broke.sum()) ** (1 / modulus))


def _log_likelihood(x: np.ndarray, broke: np.ndarray, modulus: float, scale: float) -> float:
    ratio = np.log(x / scale)
    density = np.log(modulus / scale) + (modulus - 1) * ratio[broke]
    return float(density.sum() - np.exp(modulus * ratio).sum())


def _pivotal(modulus: float, scale: float, count: int, confidence: float) -> tuple[Interval, Interval]:
    """Intervals from m_hat/m and m_hat ln(scale_hat/scale), whose distributions depend on the count only."""
    shape, location = pivots(count)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(shape, tails)
    left, right = np.quantile(location, tails)
    scales = Interval(float(scale * np.exp(-right / modulus)), float(scale * np.exp(-left / modulus)))
    return Interval(float(modulus / high), float(modulus / low)), scales


def _likelihood_ratio(
    x: np.ndarray, broke: np.ndarray, modulus: float, scale: float, confidence: float
) -> tuple[Interval, Interval]:
    drop = gammaincinv(0.5, confidence)  # half the quantile of chi-squared of one degree
    best = _log_likelihood(x, broke, modulus, scale)

    def of_modulus(m: float) -> float:
        return best - _log_likelihood(x, broke, m, _scale(x, broke, m)) - drop

    def of_scale(s: float) -> float:
        return best - _log_likelihood(x, broke, _modulus_at(x, broke, s), s) - drop

    return _crossings(of_modulus, modulus), _crossings(of_scale, scale)


def _modulus_at(x: np.ndarray, broke: np.ndarray, scale: float) -> float:
    """Most likely modulus at a scale: the zero of a falling function."""
    ratio = np.log(x / scale)

    def slope(log_m: float) -> float:
        m = np.exp(log_m)
        return broke.sum() + m * ratio[broke].sum() - m * (ratio @ np.exp(np.clip(m * ratio, None, 600)))

    return float(np.exp(brentq(slope, -20, 20, xtol=1e-10)))


def _crossings(excess, centre: float) -> Interval:
    """Where a function that is negative at the centre becomes positive on either side."""
    low, high = centre, centre
    step = 1.02
    while excess(low) < 0:
        low, step = low / step, step**1.5
    step = 1.02
    while excess(high) < 0:
        high, step = high * step, step**1.5
    return Interval(brentq(excess, low, centre), brentq(excess, centre, high))
