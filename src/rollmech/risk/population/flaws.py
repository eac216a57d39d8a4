"""A flaw population on a web, and the share of it that breaks the web."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.special import betaincinv

from rollmech.risk.population.distributions import Distribution, Screened

_SCAN = 240
_HALVINGS = 45


class FlawIntensity(Protocol):
    """K of many flaws: K(depth, aspect, angle, stress)."""

    def __call__(
        self, depth: np.ndarray, aspect: np.ndarray, angle: np.ndarray, stress: np.ndarray
    ) -> np.ndarray:
        """Largest K along the front.

        Args:
            depth: m, shape (n,).
            aspect: Depth over half-length, shape (n,).
            angle: Between the flaw and the cross direction, rad, shape (n,).
            stress: Stress coefficients of one station, shape (m,).

        Returns:
            Pa m^0.5, shape (n,).
        """


@dataclass(frozen=True)
class FlawPopulation:
    """Independent flaws scattered at random (Poisson) over a face or along edges.

    Attributes:
        depth: m.
        aspect: Depth over half-length.
        angle: rad, against the cross direction.
        density: Flaws per m^2 of face, or per m of edge.
        per_edge: Whether the density counts along edges.
    """

    depth: Distribution
    aspect: Distribution
    angle: Distribution
    density: float
    per_edge: bool = False

    def per_metre(self, width: float, edges: int = 2) -> float:
        """Flaws per metre of web of a width (m)."""
        return self.density * (edges if self.per_edge else width)

    def screened(self, deepest: float) -> FlawPopulation:
        """What is left when everything deeper than ``deepest`` (m) is sorted out: fewer flaws, and shallower."""
        depth = Screened(self.depth, deepest)
        return replace(self, depth=depth, density=self.density * depth.passing)


@dataclass(frozen=True)
class Share:
    """Share of a population that is critical, with its error.

    Attributes:
        value: Probability that a flaw breaks the web at one of the stations.
        low: Lower end of the confidence interval, or of the quadrature's error.
        high: Upper end.
        count: Flaws drawn, or quadrature nodes.
    """

    value: float
    low: float
    high: float
    count: int


def critical_share(
    flaws: FlawPopulation,
    k: FlawIntensity,
    stresses: np.ndarray,
    toughness: float,
    depths: tuple[float, float],
    nodes: int = 32,
) -> Share:
    """Share of critical flaws by quadrature over aspect and angle and the exact tail in depth.

    At every node the depths at which K passes the toughness are found by scan and bisection; K may rise and fall
    with the depth. The error is the difference to half as many nodes each way.

    Args:
        flaws: The population.
        k: K of many flaws.
        stresses: Stress coefficients of the stations, shape (S, m); one critical station suffices.
        toughness: Pa m^0.5.
        depths: Least and largest depth (m) to which ``k`` applies. Deeper flaws count as critical, shallower ones as
            harmless.
        nodes: Quadrature nodes for aspect and for angle.
    """
    fine, coarse = (
        critical_depths(flaws, k, stresses, toughness, depths, count).share(flaws.depth)
        for count in (nodes, max(nodes // 2, 1))
    )
    error = abs(fine - coarse)
    return Share(fine, max(fine - error, 0.0), min(fine + error, 1.0), nodes**2)


@dataclass(frozen=True)
class CriticalDepths:
    """Depths at which flaws of a population become critical; K does not ask how deep flaws are distributed.

    Attributes:
        depth: m, shape (n,).
        weight: Share of the aspects and angles that turn critical there, negative where K falls again; shape (n,).
    """

    depth: np.ndarray
    weight: np.ndarray

    def share(self, depth: Distribution) -> float:
        """Share of critical flaws whose depths are distributed so."""
        return float(self.weight @ depth.beyond(self.depth)) if self.depth.size else 0.0


def critical_depths(
    flaws: FlawPopulation,
    k: FlawIntensity,
    stresses: np.ndarray,
    toughness: float,
    depths: tuple[float, float],
    nodes: int,
) -> CriticalDepths:
    """Where K passes the toughness at every node of aspect and angle. Arguments are those of ``critical_share``."""
    aspect, angle = flaws.aspect.nodes(nodes), flaws.angle.nodes(nodes)
    aspects, angles = (grid.ravel() for grid in np.meshgrid(aspect[0], angle[0], indexing="ij"))
    weight = np.outer(aspect[1], angle[1]).ravel()
    scan = np.geomspace(*depths, _SCAN)

    def excess(depth: np.ndarray, node: np.ndarray) -> np.ndarray:
        return _worst(k, depth, aspects[node], angles[node], stresses) - toughness

    every = np.arange(aspects.size)
    above = np.stack([excess(np.full(aspects.size, d), every) >= 0 for d in scan])
    interval, node = np.nonzero(above[1:] != above[:-1])
    rising = above[1:][interval, node]
    low, high = scan[interval], scan[interval + 1]
    for _ in range(_HALVINGS if interval.size else 0):
        middle = (low + high) / 2
        up = (excess(middle, node) >= 0) == rising
        low, high = np.where(up, low, middle), np.where(up, middle, high)
    # Critical from the least depth on, and beyond the largest depth that K covers, where every flaw counts.
    first, last = np.flatnonzero(above[0]), np.flatnonzero(~above[-1])
    return CriticalDepths(
        np.concatenate([low, np.full(first.size, scan[0]), np.full(last.size, scan[-1])]),
        np.concatenate([weight[node] * np.where(rising, 1, -1), weight[first], weight[last]]),
    )


def _worst(
    k: FlawIntensity, depth: np.ndarray, aspect: np.ndarray, angle: np.ndarray, stresses: np.ndarray
) -> np.ndarray:
    """Largest K over the stations."""
    worst = np.full(np.shape(depth), -np.inf)
    for stress in np.atleast_2d(stresses):
        np.maximum(worst, k(depth, aspect, angle, stress), out=worst)
    return worst


def sampled_share(
    flaws: FlawPopulation,
    k: FlawIntensity,
    stresses: np.ndarray,
    toughness: float,
    depths: tuple[float, float],
    *,
    count: int = 1_000_000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Share:
    """Share of critical flaws by drawing ``count`` of them; Clopper-Pearson interval. See ``critical_share``."""
    generator = np.random.default_rng(seed)
    critical = 0
    for begin in range(0, count, 250_000):
        size = min(250_000, count - begin)
        depth, aspect, angle = (
            d.quantile(generator.random(size)) for d in (flaws.depth, flaws.aspect, flaws.angle)
        )
        inside = (depth >= depths[0]) & (depth <= depths[1])
        worst = _worst(k, depth[inside], aspect[inside], angle[inside], stresses)
        critical += int(np.sum(worst >= toughness)) + int(np.sum(depth > depths[1]))
    return Share(critical / count, *clopper_pearson(critical, count, confidence), count)


def clopper_pearson(hits: int, count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of a probability of which ``hits`` of ``count`` trials were seen (Clopper & Pearson 1934)."""
    tail = (1 - confidence) / 2
    low = betaincinv(hits, count - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, count - hits, 1 - tail) if hits < count else 1.0
    return float(low), float(high)
