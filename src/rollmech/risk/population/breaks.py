"""Breaks per kilometre, failure per length, and the limits that inspection must hold for a target."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from rollmech.risk.population.flaws import FlawPopulation, Share


@dataclass(frozen=True)
class Breaks:
    """Breaks of a web with an interval.

    Attributes:
        per_km: Critical flaws per km of web: breaks, if each is repaired and the line goes on.
        low: Lower end of the interval, per km.
        high: Upper end, per km.
    """

    per_km: float
    low: float
    high: float

    def failure(self, length: float) -> tuple[float, float, float]:
        """P_f of a length (m) of web, 1 - exp(-critical flaws on it), with the ends of its interval."""
        return tuple(-math.expm1(-rate * length / 1000) for rate in (self.per_km, self.low, self.high))


def breaks(
    flaws: FlawPopulation, share: Share, width: float, density: tuple[float, float] | None = None
) -> Breaks:
    """Breaks of a web of a width (m).

    Args:
        flaws: The population.
        share: Share of critical flaws, with its interval.
        width: m.
        density: Interval of the density, in its unit; None if it is known exactly. Both intervals are combined at
            their ends, which is conservative.
    """
    per_km = 1000 * flaws.per_metre(width)
    low, high = (1.0, 1.0) if density is None else (d / flaws.density for d in density)
    return Breaks(per_km * share.value, per_km * share.low * low, per_km * share.high * high)


@dataclass(frozen=True)
class Limit:
    """Limit of inspection.

    Attributes:
        value: Largest permitted depth (m) or density (per m^2 or m); None if there is none.
        low: At the pessimistic end of the interval.
        high: At the optimistic end.
        note: Why there is no value.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


def allowed_rate(target: float, length: float) -> float:
    """Critical flaws per m for a target P_f of a length (m)."""
    if not 0 < target < 1:
        raise ValueError(f"target P_f {target:g} lies outside 0 to 1")
    return -math.log1p(-target) / length


def largest_density(share: Share, per_density: float, target: float, length: float) -> Limit:
    """Largest density for a target P_f of a length (m).

    Args:
        share: Share of critical flaws.
        per_density: Flaws per metre of web and unit density: the width, or the number of edges.
        target: P_f.
        length: m.
    """
    rate = allowed_rate(target, length) / per_density
    if share.value == 0:
        return Limit(
            None, rate / share.high if share.high else None, None, "no flaw of this population is critical"
        )
    return Limit(rate / share.value, rate / share.high, rate / share.low if share.low else None)


def largest_depth(
    rate: Callable[[float], float],
    target: float,
    length: float,
    depths: tuple[float, float],
    factor: tuple = (1, 1),
) -> Limit:
    """Deepest flaw that inspection may pass for a target P_f of a length (m).

    Args:
        rate: Critical flaws per metre of web that is left when flaws deeper than a depth (m) are sorted out; must
            not fall with the depth. ``FlawPopulation.screened`` gives the population.
        target: P_f.
        length: m.
        depths: Least and largest depth that come into question, m.
        factor: Low and high end of the rate's interval over its value, for the interval of the limit.
    """
    allowed = allowed_rate(target, length)
    value, note = _depth_at(rate, allowed, depths)
    ends = [_depth_at(rate, allowed / f, depths)[0] if f > 0 else depths[1] for f in factor]
    return Limit(value, low=ends[1], high=ends[0], note=note)


def _depth_at(rate: Callable[[float], float], allowed: float, depths: tuple[float, float]) -> tuple:
    if rate(depths[1]) <= allowed:
        return depths[1], "every depth looked at meets the target"
    if rate(depths[0]) > allowed:
        return None, "no depth meets the target"
    logs = np.log(depths)
    found = brentq(lambda log: math.log(max(rate(math.exp(log)), 1e-300) / allowed), *logs, xtol=1e-9)
    return math.exp(found), ""
