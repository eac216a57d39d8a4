"""Weibull statistics against closed forms and simulation."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.risk.weibull.criteria import Criterion
from rollmech.risk.weibull.distribution import Weibull, after_proof, after_proof_field, competing, size_ratio
from rollmech.risk.weibull.effective import Population, StressField, effective_size, failure, loading_factor
from rollmech.risk.weibull.fits import fit, fit_threshold
from rollmech.risk.weibull.multiaxial import Batdorf, IndependentAction, LargestPrincipal
from rollmech.risk.weibull.specimens import Bar, RingOnRing, tension_bending_factor

MATERIAL = Weibull.of(10, 100e6, effective_size=1e-4)


def test_characteristic_strength_round_trip():
    assert MATERIAL.characteristic(1e-4) == pytest.approx(100e6)
    assert MATERIAL.failure(100e6, 1e-4) == pytest.approx(1 - np.exp(-1))
    assert MATERIAL.failure(MATERIAL.strength(0.01, 2.0), 2.0) == pytest.approx(0.01)


def test_mean_and_deviation_agree_with_draws():
    shifted = Weibull(3, 50e6, threshold=80e6)
    draws = 80e6 + 50e6 * np.random.default_rng(0).weibull(3, 400_000)
    assert shifted.mean() == pytest.approx(draws.mean(), rel=1e-3)
    assert shifted.deviation() == pytest.approx(draws.std(), rel=1e-2)
    assert shifted.failure(79e6) == 0


def test_strength_falls_with_area():
    assert MATERIAL.characteristic(1.0) / MATERIAL.characteristic(1e-4) == pytest.approx(
        size_ratio(10, 1.0, 1e-4)
    )


def test_weakest_of_many_is_weibull_of_the_larger_area():
    weakest = MATERIAL.scale * np.random.default_rng(1).weibull(10, (50_000, 20)).min(axis=1)
    assert np.mean(weakest < MATERIAL.strength(0.3, 20.0)) == pytest.approx(0.3, abs=0.01)


def test_proof_test_conditions_the_failure():
    service, proof = 0.5, 0.2
    assert after_proof(service, proof) == pytest.approx((np.exp(-proof) - np.exp(-service)) / np.exp(-proof))
    assert after_proof(service, 0.6) == 0


def test_proof_of_one_part_does_not_cover_another():
    load, weight = np.array([80e6, 80e6]), np.array([1e-4, 1e-4])
    left = after_proof_field(MATERIAL, load, np.array([90e6, 0.0]), weight)
    assert left == pytest.approx(MATERIAL.failure(80e6, 1e-4))


@pytest.mark.parametrize("modulus", [3.3, 10, 40])
def test_rules_agree_in_uniaxial_tension(modulus):
    stress = np.array([[7.0, 0, 0], [0, 0, 2.0]])
    for rule in (
        LargestPrincipal(),
        IndependentAction(),
        Batdorf(),
        Batdorf(Criterion("shetty", penny=True)),
    ):
        np.testing.assert_allclose(rule.equivalent(stress, modulus), [7.0, 2.0], rtol=1e-6)
        np.testing.assert_allclose(rule.equivalent(stress[:, [0, 2]], modulus), [7.0, 2.0], rtol=1e-6)


def test_shear_makes_a_plane_more_dangerous():
    normal, shear = np.array([1.0, 1.0, -1.0]), np.array([0.0, 1.0, 1.0])
    np.testing.assert_allclose(Criterion("normal").equivalent(normal, shear), [1, 1, 0])
    np.testing.assert_allclose(Criterion("tensile").equivalent(normal, shear), [1, (1 + 2**0.5) / 2, 0])
    np.testing.assert_allclose(Criterion("energy").equivalent(normal, shear), [1, 2**0.5, 0])
    penny = Criterion("energy", penny=True, poisson=0.3).equivalent(normal, shear)
    assert penny[1] == pytest.approx(np.hypot(1, 1 / 0.85))


def test_shetty_solves_its_mixed_mode_law():
    value = float(Criterion("shetty", shear_strength=0.9).equivalent(np.array(0.7), np.array(0.4)))
    assert 0.7 / value + (0.4 / 0.9 / value) ** 2 == pytest.approx(1)


def test_unknown_criterion_names_the_known_ones():
    with pytest.raises(ValueError, match="shetty"):
        Criterion("mohr")


def test_orientation_average_matches_random_planes():
    generator = np.random.default_rng(0)
    normal = generator.normal(size=(400_000, 3))
    square = (normal / np.linalg.norm(normal, axis=1)[:, None]) ** 2
    stress = np.array([1.0, 0.6, -0.4])
    sigma = square @ stress
    tau = np.sqrt(square @ stress**2 - sigma**2)
    criterion = Criterion("energy")
    unit = criterion.equivalent(square[:, 0], np.sqrt(square[:, 0] - square[:, 0] ** 2))
    expected = (np.mean(criterion.equivalent(sigma, tau) ** 8) / np.mean(unit**8)) ** (1 / 8)
    assert Batdorf(criterion).equivalent(stress[None], 8)[0] == pytest.approx(expected, rel=3e-3)


def test_field_in_compression_is_refused_and_harmless():
    pressed = StressField(-np.ones((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="tension"):
        effective_size(pressed, 10)
    assert Population("face", MATERIAL, pressed).failure() == 0


def test_loading_factor_of_uniform_tension_is_one():
    assert loading_factor(StressField(np.full((4, 1), 3e6), np.ones(4)), 12) == pytest.approx(1)


def test_faces_and_edges_compete():
    face = Population("face", MATERIAL, StressField(np.array([[90e6, 0.0]]), np.array([1e-4])))
    edge = Population("edge", Weibull(5, 60e6), StressField(np.array([[40e6]]), np.array([1.0])))
    total, shares = failure([face, edge])
    assert total == pytest.approx(competing(face.failure(), edge.failure()))
    assert total == pytest.approx(1 - np.exp(-face.risk() - edge.risk()))
    assert sum(shares.values()) == pytest.approx(1)


def test_tension_and_bending_meet_their_limits():
    assert tension_bending_factor(10, 0, 1) == pytest.approx(1 / 22)
    assert tension_bending_factor(10, 1, 0) == 1
    assert tension_bending_factor(10, 1, 1e-7) == pytest.approx(1, rel=1e-5)
    assert tension_bending_factor(10, 1, -3) == tension_bending_factor(10, 1, 3)


def test_four_point_bar_is_three_point_and_pure_bending_at_its_ends():
    assert Bar(4, 3, 40).effective_volume(10) == pytest.approx(480 / 242)
    assert Bar(4, 3, 40, 40).effective_volume(10) == pytest.approx(480 / 22)
    assert Bar(4, 3, 40, 40).effective_edge(10) == pytest.approx(80)


def test_ring_on_ring_stress_is_continuous_and_free_at_the_rim():
    plate = RingOnRing(5e-3, 10e-3, 12e-3, 0.25)
    for radius in (5e-3, 10e-3):
        below, above = plate.stress(radius * np.array([1 - 1e-9, 1 + 1e-9]))
        np.testing.assert_allclose(below, above, atol=1e-7)
    assert plate.stress(np.array([12e-3]))[0, 0] == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="radii"):
        RingOnRing(10e-3, 5e-3, 12e-3, 0.25)


def test_fit_finds_the_parameters_of_many_draws():
    found = fit(120e6 * np.random.default_rng(2).weibull(8, 2000))
    assert found.modulus == pytest.approx(8, rel=0.05)
    assert found.characteristic == pytest.approx(120e6, rel=0.01)


def test_censored_fit_ignores_where_the_strong_ones_would_have_broken():
    draws = 120e6 * np.random.default_rng(3).weibull(8, 5000)
    found = fit(np.minimum(draws, 115e6), draws > 115e6)
    assert found.modulus == pytest.approx(8, rel=0.03)
    assert found.unbiased_modulus is None
    assert found.failures == np.sum(draws <= 115e6)


@pytest.mark.parametrize("limit", [np.inf, 1.0])
def test_intervals_cover_as_often_as_they_say(limit):
    generator = np.random.default_rng(4)
    hits = np.zeros(2)
    for _ in range(250):
        draws = generator.weibull(8, 20)
        found = fit(np.minimum(draws, limit), draws > limit, confidence=0.9)
        m, s = found.modulus_interval, found.characteristic_interval
        hits += [m.low <= 8 <= m.high, s.low <= 1 <= s.high]
    # The likelihood ratio is asymptotic: with some 13 failures it covers a little less.
    np.testing.assert_allclose(hits / 250, 0.9, atol=0.05)


def test_unbiased_modulus_is_right_on_average():
    generator = np.random.default_rng(5)
    mean = np.mean([fit(generator.weibull(8, 10)).unbiased_modulus for _ in range(800)])
    assert mean == pytest.approx(8, rel=0.03)


def test_threshold_is_found():
    found = fit_threshold(100e6 + 50e6 * np.random.default_rng(6).weibull(2, 2000))
    assert found.threshold == pytest.approx(100e6, rel=0.02)
    assert found.modulus == pytest.approx(2, rel=0.1)


def test_threshold_fit_is_never_less_likely_than_two_parameters():
    draws = 100e6 * np.random.default_rng(7).weibull(10, 30)
    assert fit_threshold(draws).log_likelihood >= fit(draws).log_likelihood - 1e-9


@pytest.mark.parametrize("bad", [[1.0, 2.0], [1.0, 1.0, 1.0], [1.0, -2.0, 3.0], [1.0, np.nan, 3.0]])
def test_data_that_cannot_be_fitted_are_refused(bad):
    with pytest.raises(ValueError):
        fit(np.array(bad))
