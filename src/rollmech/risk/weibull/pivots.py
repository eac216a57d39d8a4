"""Sampling distributions of the Weibull fit to complete samples, by simulation (Thoman, Bain & Antle 1969).

m_hat/m and m_hat ln(scale_hat/scale) do not depend on the parameters, only on the number of specimens: what
tabulated unbiasing factors and confidence bounds (ASTM C1239) are made of.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

_SAMPLES = (4_000, 100_000)
_NUMBERS = 20_000_000  # drawn in all: large samples scatter little and need few repeats
_SEED = 1239


@lru_cache(maxsize=32)
def pivots(count: int, samples: int | None = None, seed: int = _SEED) -> tuple[np.ndarray, np.ndarray]:
    """Simulated m_hat/m and m_hat ln(scale_hat/scale) of samples of ``count`` specimens, shape (samples,) each."""
    if samples is None:
        samples = int(np.clip(_NUMBERS // count, *_SAMPLES))
    generator = np.random.default_rng(seed)
    size = max(1, 4_000_000 // count)
    parts = [_simulate(generator, count, min(size, samples - begin)) for begin in range(0, samples, size)]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def unbiasing_factor(count: int) -> float:
    """Factor on the fitted modulus of ``count`` specimens that removes its bias."""
    return float(1 / pivots(count)[0].mean())


def _simulate(generator: np.random.Generator, count: int, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Newton's method on the likelihood equation of all samples at once; true modulus and scale are 1."""
    log = np.log(generator.standard_exponential((samples, count)))
    log_top = log.max(axis=1, keepdims=True)
    centred = log - log_top
    mean = centred.mean(axis=1)
    m = 1.2 / log.std(axis=1)
    for _ in range(50):
        weight = np.exp(m[:, None] * centred)
        total = weight.sum(axis=1)
        first = (weight * centred).sum(axis=1) / total
        second = (weight * centred**2).sum(axis=1) / total
        value = first - 1 / m - mean
        step = value / (second - first**2 + 1 / m**2)
        m = np.maximum(m - step, m / 2)
        if np.abs(step).max() < 1e-10 * m.max():
            break
    log_scale = log_top[:, 0] + np.log(np.exp(m[:, None] * centred).mean(axis=1)) / m
    return m, m * log_scale
