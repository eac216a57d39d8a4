"""Flaw populations: quadrature against draws, intervals against exact ones."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from rollmech.risk.population import distributions as d
from rollmech.risk.population.breaks import allowed_rate, breaks, largest_density, largest_depth
from rollmech.risk.population.flaws import FlawPopulation, clopper_pearson, critical_share, sampled_share
from rollmech.risk.population.inspection import density_interval, fit_tail, poisson_interval

STRESSES = np.array([[150e6], [120e6]])
TOUGHNESS, DEPTHS = 0.5e6, (1e-8, 1e-3)
ANGLES = d.uniform(-np.pi / 2, np.pi / 2)


def k(depth, aspect, angle, stress):
    return (
        stress[0]
        * np.cos(angle) ** 2
        * 1.12
        * np.sqrt(np.pi * depth / (1 + 1.464 * np.minimum(aspect, 1) ** 1.65))
    )


def population(depth, aspect=None, angle=None, density=100.0):
    return FlawPopulation(depth, aspect or d.lognormal(0.5, 0.3), angle or ANGLES, density)


@pytest.mark.parametrize(
    "depth",
    [
        d.lognormal(2e-6, 0.6),
        d.weibull(1.2, 2e-6),
        d.exponential(2e-6),
        d.pareto(1e-6, 2.5),
        d.Empirical(np.random.default_rng(0).lognormal(np.log(2e-6), 0.6, 500)),
    ],
    ids=["lognormal", "weibull", "exponential", "pareto", "list"],
)
def test_quadrature_lies_in_the_interval_of_a_million_draws(depth):
    start = time.perf_counter()
    drawn = sampled_share(population(depth), k, STRESSES, TOUGHNESS, DEPTHS, seed=1, confidence=0.99)
    assert time.perf_counter() - start < 5
    assert drawn.count >= 1_000_000
    exact = critical_share(population(depth), k, STRESSES, TOUGHNESS, DEPTHS)
    assert drawn.low <= exact.value <= drawn.high
    assert drawn.high / drawn.low < 1.1


def test_draws_repeat_with_the_seed():
    flaws = population(d.exponential(2e-6))
    first, again, other = (
        sampled_share(flaws, k, STRESSES, TOUGHNESS, DEPTHS, count=50_000, seed=s).value for s in (1, 1, 2)
    )
    assert first == again != other


def test_one_shape_of_flaw_is_the_tail_at_its_critical_depth():
    flaws = population(d.exponential(2e-6), d.fixed(0.5), d.fixed(0.0))
    critical = (TOUGHNESS / k(1.0, 0.5, 0.0, [150e6])) ** 2
    found = critical_share(flaws, k, STRESSES, TOUGHNESS, DEPTHS)
    assert found.value == pytest.approx(math.exp(-critical / 2e-6), rel=1e-9)


def test_k_that_rises_and_falls_counts_only_the_depths_between():
    def hump(depth, aspect, angle, stress):
        return stress[0] * np.sqrt(depth) * np.exp(-depth / 10e-6)

    flaws = population(d.uniform(0.0, 60e-6), d.fixed(0.5), d.fixed(0.0))
    threshold = 150e6 * math.sqrt(2e-6) * math.exp(-0.2)
    found = critical_share(flaws, hump, STRESSES, threshold, (1e-8, 1e-4))
    drawn = sampled_share(flaws, hump, STRESSES, threshold, (1e-8, 1e-4), confidence=0.99)
    assert drawn.low <= found.value <= drawn.high
    assert found.value < 0.5


def test_flaws_deeper_than_k_covers_count_as_critical():
    flaws = population(d.exponential(2e-6), d.fixed(0.5), d.fixed(0.0))
    depths = (1e-8, 3e-6)
    expected = pytest.approx(math.exp(-1.5), rel=1e-9)
    assert critical_share(flaws, k, STRESSES * 1e-3, TOUGHNESS, depths).value == expected
    drawn = sampled_share(flaws, k, STRESSES * 1e-3, TOUGHNESS, depths, confidence=0.99)
    assert drawn.low <= math.exp(-1.5) <= drawn.high


@pytest.mark.parametrize("values", [[], [np.nan]])
def test_an_empirical_list_needs_numbers(values):
    with pytest.raises(ValueError):
        d.Empirical(values)


def test_screening_removes_the_tail_and_the_flaws():
    flaws = population(d.exponential(2e-6)).screened(4e-6)
    assert flaws.density == pytest.approx(100 * (1 - math.exp(-2)))
    assert flaws.depth.beyond(np.array(4e-6)) == 0
    assert flaws.depth.quantile(np.array(1.0)) == pytest.approx(4e-6)
    inside = flaws.density * flaws.depth.beyond(np.array(3e-6))
    assert inside == pytest.approx(100 * (math.exp(-1.5) - math.exp(-2)))


def test_breaks_count_faces_by_width_and_edges_by_number():
    share = critical_share(population(d.exponential(2e-6)), k, STRESSES, TOUGHNESS, DEPTHS)
    face = population(d.exponential(2e-6))
    edge = FlawPopulation(face.depth, face.aspect, face.angle, 5.0, per_edge=True)
    assert breaks(face, share, 0.3).per_km == pytest.approx(30_000 * share.value)
    assert breaks(edge, share, 0.3).per_km == pytest.approx(10_000 * share.value)
    wide = breaks(face, share, 0.3, density=(80, 130))
    assert wide.high == pytest.approx(1.3 * 30_000 * share.high)
    assert wide.failure(10)[0] == pytest.approx(1 - math.exp(-wide.per_km / 100))


def test_garwood_interval():
    # Two-sided 95 % limits for a count of 10, as tabulated.
    assert poisson_interval(10) == pytest.approx((4.795, 18.390), abs=1e-3)
    assert density_interval(0, 2.0)[2] == pytest.approx(-math.log(0.025) / 2)


def test_clopper_pearson_ends_are_exact_tails():
    low, high = clopper_pearson(0, 100, 0.95)
    assert (low, high) == (0.0, pytest.approx(1 - 0.025 ** (1 / 100)))


@pytest.mark.parametrize(
    ("kind", "truth"), [("exponential", d.exponential(2e-6)), ("pareto", d.pareto(1e-6, 2.5))]
)
def test_tail_intervals_cover_as_often_as_they_say(kind, truth):
    generator = np.random.default_rng(8)
    threshold, depth, density, hits = 1.5e-6, 8e-6, 50.0, 0
    expected = density * float(truth.beyond(np.array(depth)))
    for _ in range(300):
        depths = truth.quantile(generator.random(generator.poisson(density * 3.0)))
        _, low, high = fit_tail(depths, threshold, 3.0, kind).density_beyond(depth, 0.9, draws=4000)
        hits += low <= expected <= high
    assert hits / 300 == pytest.approx(0.9, abs=0.05)


def test_tail_needs_flaws():
    with pytest.raises(ValueError, match="three"):
        fit_tail(np.array([1e-6, 5e-6]), 2e-6, 1.0)


def test_largest_density_meets_the_target():
    flaws = population(d.exponential(1e-6))
    share = critical_share(flaws, k, STRESSES, TOUGHNESS, DEPTHS)
    limit = largest_density(share, 0.3, target=1e-3, length=1000)
    allowed = population(d.exponential(1e-6), density=limit.value)
    assert breaks(allowed, share, 0.3).failure(1000)[0] == pytest.approx(1e-3)
    assert limit.low <= limit.value <= limit.high


def test_largest_depth_meets_the_target():
    flaws = population(d.exponential(2e-6))

    def rate(depth):
        kept = flaws.screened(depth)
        return kept.per_metre(0.3) * critical_share(kept, k, STRESSES, TOUGHNESS, DEPTHS, nodes=12).value

    limit = largest_depth(rate, 0.1, 100.0, (1e-6, 1e-4), factor=(0.5, 2.0))
    assert rate(limit.value) == pytest.approx(allowed_rate(0.1, 100.0), rel=1e-3)
    assert limit.low < limit.value < limit.high


def test_largest_depth_says_when_there_is_none():
    assert largest_depth(lambda depth: 1.0, 0.1, 100.0, (1e-6, 1e-4)).value is None
    assert "every depth" in largest_depth(lambda depth: 0.0, 0.1, 100.0, (1e-6, 1e-4)).note
