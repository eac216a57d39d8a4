"""Benchmarks of the statistics of strength."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from rollmech.risk.population.distributions import fixed, pareto
from rollmech.risk.population.flaws import FlawPopulation, critical_share
from rollmech.risk.population.inspection import poisson_interval
from rollmech.risk.weibull.criteria import Criterion
from rollmech.risk.weibull.distribution import Weibull
from rollmech.risk.weibull.effective import StressField, effective_size
from rollmech.risk.weibull.fits import fit
from rollmech.risk.weibull.multiaxial import Batdorf, IndependentAction, Multiaxial
from rollmech.risk.weibull.pivots import unbiasing_factor
from rollmech.risk.weibull.specimens import RingOnRing
from rollmech.verify.rows import Answer, Benchmark, Target


def strength(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One number each."""
    checks = CHECKS | {"fitted": partial(_fitted, data["samples"])}
    yield from single_rows(data, checks)


def single_rows(data: dict[str, Any], checks: dict[str, Callable[..., float]]) -> Iterator[Benchmark]:
    """Rows of a data file whose ``check`` names a function and ``given`` its arguments."""
    for row in data["row"]:
        target = Target(
            family=data["kind"],
            kind="closed form",
            name=row["name"],
            quantity=row["quantity"],
            reference=row["value"],
            tolerance=row["tolerance"],
            source=row["source"],
            note=row.get("note", ""),
        )
        solve = partial(checks[row["check"]], **row["given"])
        yield Benchmark((target,), lambda solve=solve: [Answer(solve())], quick=True)


def _gauss(low: float, high: float, points: int = 40) -> tuple[np.ndarray, np.ndarray]:
    node, weight = np.polynomial.legendre.leggauss(points)
    return (low + high) / 2 + (high - low) / 2 * node, (high - low) / 2 * weight


def _bent_strip(modulus: float, tension: float, bending: float) -> float:
    neutral = min(max(-tension / bending, -1.0), 1.0)
    parts = [_gauss(-1.0, neutral), _gauss(neutral, 1.0)]
    place, weight = (np.concatenate(p) for p in zip(*parts, strict=True))
    field = StressField((tension + bending * place)[:, None], weight)
    return effective_size(field, modulus, reference=tension + bending) / 2


def _bent_bar(modulus: float, width: float, height: float, outer: float, inner: float, size: str) -> float:
    """Beam stress at Gauss points of half a bar; both spans of the moment apart."""
    arm = (outer - inner) / 2
    along = [_gauss(0.0, arm)] + ([_gauss(arm, outer / 2)] if inner else [])
    x, wx = (np.concatenate(p) for p in zip(*along, strict=True))
    z, wz = _gauss(0.0, 1.0)
    moment = np.minimum(x / arm, 1.0)
    section = np.outer(moment, z).ravel()[:, None]
    weight = np.outer(2 * wx, wz * height / 2).ravel()
    if size == "volume":
        volume = effective_size(StressField(section, width * weight), modulus, reference=1.0)
        return volume / (width * height * outer)
    face = StressField(moment[:, None], 2 * wx * width)
    sides = StressField(section, 2 * weight)
    return effective_size(face, modulus, reference=1.0) + effective_size(sides, modulus, reference=1.0)


def _rule(name: str) -> Multiaxial:
    return IndependentAction() if name == "independent" else Batdorf(Criterion(name))


def _biaxial_risk(modulus: float, rule: str, ratio: float) -> float:
    return float(_rule(rule).equivalent(np.array([[1.0, ratio]]), modulus)[0]) ** modulus


def _triaxial_risk(modulus: float, rule: str) -> float:
    return float(_rule(rule).equivalent(np.ones((1, 3)), modulus)[0]) ** modulus


def _ring_on_ring(modulus: float, load: float, support: float, plate: float, poisson: float) -> float:
    return effective_size(RingOnRing(load, support, plate, poisson).field(), modulus)


def _area_scaling(modulus: float, ratio: float) -> float:
    material = Weibull(modulus, 100e6)
    return material.strength(0.1, ratio) / material.strength(0.1, 1.0)


def _modulus_of_flaws(exponent: float) -> float:
    flaws = FlawPopulation(pareto(1e-6, exponent), fixed(1.0), fixed(0.0), density=1.0)

    def k(depth, aspect, angle, stress):
        return 2.0 * stress[0] * np.sqrt(depth)

    low, high = (
        critical_share(flaws, k, np.array([[stress]]), 1e6, (1e-7, 1e-1)).value for stress in (50e6, 100e6)
    )
    return math.log2(high / low)


def _fitted(samples: dict[str, list[float]], parameter: str, data: str) -> float:
    values = np.array(samples[data], dtype=float)
    censored = values == values.max() if data == "censored" else None
    return getattr(fit(values, censored), parameter)


def _poisson_upper(count: int) -> float:
    return poisson_interval(count)[1]


CHECKS: dict[str, Callable[..., float]] = {
    "bent_strip": _bent_strip,
    "bent_bar": _bent_bar,
    "biaxial_risk": _biaxial_risk,
    "triaxial_risk": _triaxial_risk,
    "ring_on_ring": _ring_on_ring,
    "area_scaling": _area_scaling,
    "modulus_of_flaws": _modulus_of_flaws,
    "unbiasing": unbiasing_factor,
    "poisson_upper": _poisson_upper,
}
"""What each kind of row computes."""
