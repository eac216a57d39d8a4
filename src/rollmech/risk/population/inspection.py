"""What a finite inspected area tells about density and depth tail of flaws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaincinv


def poisson_interval(count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of the mean of a Poisson count (Garwood 1936)."""
    tail = (1 - confidence) / 2
    low = gammaincinv(count, tail) if count else 0.0
    return float(low), float(gammaincinv(count + 1, 1 - tail))


def density_interval(count: int, inspected: float, confidence: float = 0.95) -> tuple[float, float, float]:
    """Density and its interval from flaws counted on an inspected area (m^2) or length (m)."""
    low, high = poisson_interval(count, confidence)
    return count / inspected, low / inspected, high / inspected


@dataclass(frozen=True)
class Tail:
    """Depth tail beyond a threshold, fitted to the flaws found there.

    Exponential: P(a > x | a > u) = exp(-(x - u)/scale). Pareto: (x/u)^(-1/scale).

    Attributes:
        kind: ``exponential`` or ``pareto``.
        threshold: u, m.
        scale: Mean excess (m), or mean logarithmic excess (Hill 1975): maximum likelihood.
        count: Flaws deeper than u.
        inspected: Area (m^2) or length (m) that they were found on.
    """

    kind: Literal["exponential", "pareto"]
    threshold: float
    scale: float
    count: int
    inspected: float

    @property
    def density(self) -> float:
        """Flaws deeper than the threshold per m^2 or m."""
        return self.count / self.inspected

    def excess(self, depth: np.ndarray) -> np.ndarray:
        """What the scale is the mean of: depth beyond u, plain or logarithmic; not below 0."""
        depth = np.maximum(depth, self.threshold)
        if self.kind == "exponential":
            return depth - self.threshold
        return np.log(depth / self.threshold)

    def scale_interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Exact interval of the scale: 2 x count x estimate / scale is chi-squared of 2 x count degrees."""
        tail = (1 - confidence) / 2
        sum_ = self.count * self.scale
        return tuple(float(sum_ / gammaincinv(self.count, q)) for q in (1 - tail, tail))

    def density_beyond(self, depth: float, confidence: float = 0.95, draws: int = 200_000, seed: int = 0):
        """Density of flaws deeper than ``depth``: estimate and interval from count and scale together.

        The interval comes from the confidence distributions of both (Gamma(count + 1/2) of the density, inverse
        Gamma(count) of the scale), drawn independently.

        Returns:
            (estimate, low, high), per m^2 or m.
        """
        return self.propagated(
            lambda scale: np.exp(-float(self.excess(np.array(depth))) / scale), confidence, draws, seed
        )

    def propagated(
        self,
        share: Callable[[np.ndarray], np.ndarray],
        confidence: float,
        draws: int = 200_000,
        seed: int = 0,
    ) -> tuple[float, float, float]:
        """Estimate and interval of density x share(scale), for any share of the flaws beyond the threshold."""
        generator = np.random.default_rng(seed)
        density = generator.gamma(self.count + 0.5, size=draws) / self.inspected
        scale = self.count * self.scale / generator.gamma(self.count, size=draws)
        tail = (1 - confidence) / 2
        low, high = np.quantile(density * share(scale), [tail, 1 - tail])
        return self.density * float(share(np.array(self.scale))), float(low), float(high)


def fit_tail(
    depths: np.ndarray,
    threshold: float,
    inspected: float,
    kind: Literal["exponential", "pareto"] = "exponential",
) -> Tail:
    """Fit the tail of measured depths (m) beyond a threshold (m).

    Raises:
        ValueError: Fewer than three flaws lie beyond it, or the kind is unknown.
    """
    if kind not in ("exponential", "pareto"):
        raise ValueError(f"unknown tail '{kind}'; accepted: exponential, pareto")
    beyond = np.asarray(depths, dtype=float)
    beyond = beyond[beyond > threshold]
    if beyond.size < 3:
        raise ValueError(f"{beyond.size} flaws beyond {1e6 * threshold:.4g} um: a tail needs at least three")
    blank = Tail(kind, threshold, 1.0, int(beyond.size), inspected)
    return Tail(kind, threshold, float(blank.excess(beyond).mean()), int(beyond.size), inspected)
