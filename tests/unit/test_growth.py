"""Crack growth against closed forms: laws, lifetimes, marches."""

from __future__ import annotations

import time

import numpy as np
import pytest

from rollmech.errors import NumericsError
from rollmech.growth import waveform
from rollmech.growth.collocation import Resistance
from rollmech.growth.history import Exposure, History
from rollmech.growth.hold import hold, life_diagram
from rollmech.growth.laws import CyclicLaw, PowerLaw, ReactionLaw
from rollmech.growth.lifetime import Fatigue
from rollmech.growth.march import march

Y, TOUGHNESS, DEPTH = 1.985, 1e6, 5e-6
INERT = TOUGHNESS / Y / DEPTH**0.5
LAW = PowerLaw(1e-3, 20, TOUGHNESS)
RESISTANCE = Resistance(TOUGHNESS, LAW)
FATIGUE = Fatigue.of(LAW, Y)


def k(depth, half_length, stress):
    """K at the deepest point, and 0.9 of it near the surface."""
    value = Y * stress[..., 0] * np.sqrt(depth)
    return value, 0.9 * value


def walk(fractions, passes, duration=0.5, **options):
    line = [Exposure(f"roller {i}", [f * INERT], duration, cycles=1) for i, f in enumerate(fractions)]
    return march(line, k, RESISTANCE, DEPTH, 2 * DEPTH, passes=passes, **options)


def passes_to_break(fractions, duration=0.5):
    """Where the damage sum of the averaged line reaches 1; K_Ic is met on the most stressed roller."""
    damage = sum(duration / FATIGUE.static_life(f * INERT, INERT, exact=False) for f in fractions)
    return (1 - max(fractions) ** (LAW.exponent - 2)) / damage


def test_power_law_has_its_threshold_and_stops_at_the_toughness():
    law = PowerLaw(1e-3, 10, 1e6, threshold=0.3e6)
    np.testing.assert_allclose(
        law.speed(np.array([-1e6, 0.3e6, 0.5e6, 1e6, 5e6])), [0, 0, 1e-3 / 1024, 1e-3, 1e-3]
    )


def test_humidity_scales_the_speed():
    wet = LAW.at_humidity(0.5, reference=0.01)
    assert wet.speed(0.5e6) == pytest.approx(50 * LAW.speed(0.5e6), rel=1e-12)
    assert Fatigue.of(wet, Y).b == pytest.approx(FATIGUE.b / 50, rel=1e-12)


def test_reaction_law_is_exponential_in_k():
    law = ReactionLaw(1.0, 1e5, 0.11, 300.0, 1e6)
    slope = np.log(law.speed(0.6e6) / law.speed(0.5e6)) / 0.1e6
    assert slope == pytest.approx(0.11 / (8.31446 * 300), rel=1e-12)


def test_cyclic_law_counts_the_open_part_of_the_range():
    law = CyclicLaw(1e-6, 4, 1e6)
    assert law.advance(0.8e6, 0.5) == pytest.approx(1e-6 * 0.4**4)
    assert law.advance(0.8e6, -1.0) == law.advance(0.8e6, 0.0)
    assert CyclicLaw(1e-6, 4, 1e6, walker=0.0).advance(0.8e6, 0.5) == pytest.approx(1e-6 * 0.8**4)


@pytest.mark.parametrize("bad", [{"exponent": 0}, {"threshold": 2e6}, {"speed_at_toughness": -1}])
def test_senseless_laws_are_refused(bad):
    with pytest.raises(ValueError):
        PowerLaw(**({"speed_at_toughness": 1e-3, "exponent": 20, "toughness": 1e6} | bad))


def test_waveforms_agree_with_samples():
    phase = np.linspace(0, 2 * np.pi, 20000, endpoint=False)
    assert waveform.sine(20) == pytest.approx(waveform.sampled(np.sin(phase), 20), rel=1e-6)
    assert waveform.ripple(20, 0.3) == pytest.approx(waveform.sampled(1 + 0.3 * np.sin(phase), 20), rel=1e-6)
    saw = np.linspace(0.2, 1, 20001)
    assert waveform.triangle(20, 0.2) == pytest.approx(np.trapezoid(saw**20, saw) / 0.8, rel=1e-6)


def test_static_stress_inverts_static_life():
    assert FATIGUE.static_life(FATIGUE.static_stress(1e5, INERT), INERT) == pytest.approx(1e5, rel=1e-6)


def test_proof_stress_guarantees_the_life():
    assert FATIGUE.proof_life(0.5 * INERT, FATIGUE.proof_stress(0.5 * INERT, 1e4)) == pytest.approx(
        1e4, rel=1e-9
    )


@pytest.mark.parametrize("fraction", [0.95, 0.8, 0.5, 0.3])
def test_hold_lasts_as_long_as_the_closed_form(fraction):
    end = hold([fraction * INERT], 1e30, k, RESISTANCE, DEPTH, 2 * DEPTH)
    assert end.outcome == "broken"
    assert end.time == pytest.approx(FATIGUE.static_life(fraction * INERT, INERT), rel=1e-5)
    assert end.sizes[0] == pytest.approx(DEPTH / fraction**2, rel=1e-3)


@pytest.mark.parametrize("rate", [1e5, 1e8, 1e11])
def test_ramp_breaks_at_the_dynamic_strength(rate):
    ramp = Exposure("ramp", [0.0], 2 * INERT / rate, end_stress=[2 * INERT])
    end = march([ramp], k, RESISTANCE, DEPTH, 2 * DEPTH)
    assert rate * end.time == pytest.approx(FATIGUE.dynamic_strength(rate, INERT), rel=1e-5)


@pytest.mark.parametrize(("top", "passes"), [(0.67, 1000), (0.60, 1000), (0.45, 1000), (0.40, 100_000)])
def test_line_breaks_in_the_pass_of_the_damage_sum(top, passes):
    fractions = top * (1 - 0.3 * np.random.default_rng(0).random(100))
    end, expected = walk(fractions, passes), passes_to_break(fractions)
    assert end.outcome == "broken"
    # The most stressed roller is met once a pass: K_Ic waits for it at most one pass.
    assert expected - 1 <= end.passes + 1 <= expected + 2
    broke = int(end.station.split()[1])
    assert k(end.sizes[0], 0, np.array([fractions[broke] * INERT]))[0] == pytest.approx(TOUGHNESS, rel=2e-2)


def test_skipped_passes_agree_with_passes_taken_one_by_one(monkeypatch):
    fractions = [0.45, 0.40, 0.43]
    skipped = walk(fractions, 3000)
    monkeypatch.setattr("rollmech.growth.march._RESOLVED", 10**9)
    taken = walk(fractions, 3000)
    assert len(skipped.record) < len(taken.record) / 5
    np.testing.assert_allclose(
        skipped.sizes - [DEPTH, 2 * DEPTH], taken.sizes - [DEPTH, 2 * DEPTH], rtol=1e-5
    )


def test_depth_and_surface_grow_separately():
    end = hold([0.4 * INERT], 1e3, k, RESISTANCE, DEPTH, 2 * DEPTH)
    growth = end.sizes - [DEPTH, 2 * DEPTH]
    assert growth[1] / growth[0] == pytest.approx(0.9**20, rel=1e-5)


def test_without_coupling_growth_is_linear_and_life_longer():
    fractions = [0.45] * 10
    alone, coupled = walk(fractions, 10**6, coupled=False), walk(fractions, 10**6)
    step = 5.0 * LAW.speed(0.45e6)
    assert alone.passes == pytest.approx((DEPTH / 0.45**2 - DEPTH) / step, abs=1)
    assert alone.passes > 5 * coupled.passes


def test_a_flaw_that_is_critical_breaks_on_entry():
    end = walk([0.5, 1.01, 0.5], 10)
    assert (end.outcome, end.passes, end.station) == ("broken", 0, "roller 1")
    assert str(end).startswith("broken in pass 1 at roller 1")


def test_a_flaw_below_the_threshold_survives_unchanged():
    quiet = Resistance(TOUGHNESS, PowerLaw(1e-3, 20, TOUGHNESS, threshold=0.5e6))
    end = hold([0.49 * INERT], 1e30, k, quiet, DEPTH, 2 * DEPTH)
    assert end.outcome == "survived"
    np.testing.assert_array_equal(end.sizes, [DEPTH, 2 * DEPTH])


def test_compression_does_nothing():
    assert walk([-0.9], 100).sizes[0] == DEPTH


def test_a_flaw_that_outgrows_its_k_is_said_to():
    end = walk([0.45], 10**6, limits=(1.5 * DEPTH, 1.0))
    assert end.outcome == "outgrown"
    assert end.sizes[0] == pytest.approx(1.5 * DEPTH, rel=1e-3)


def test_k_that_is_not_a_number_stops_the_march():
    def broken(depth, half_length, stress):
        return depth * np.nan, depth

    with pytest.raises(NumericsError, match="not a number"):
        march([Exposure("hold", [1.0], 1.0)], broken, RESISTANCE, DEPTH, DEPTH)


def test_static_and_cyclic_growth_add_up():
    both = Resistance(TOUGHNESS, LAW, CyclicLaw(1e-9, 10, TOUGHNESS))
    roller = [Exposure("roller", [0.3 * INERT], 2.0, cycles=3, ratio=0.2)]
    end = march(roller, k, both, DEPTH, 2 * DEPTH)
    expected = 2 * LAW.speed(0.3e6) + 3 * both.cyclic.advance(0.3e6, 0.2)
    assert end.growth[0, 0] == pytest.approx(expected, rel=1e-3)


def test_life_diagram_has_the_slope_of_the_law():
    line = [Exposure("roller", [0.3 * INERT], 1.0)]
    low, high = life_diagram(line, [1.0, 1.1], k, RESISTANCE, DEPTH, 2 * DEPTH, passes=10**9)
    assert np.log(low.passes / high.passes) / np.log(1.1) == pytest.approx(20, rel=1e-3)


def test_hundred_rollers_a_thousand_passes_take_less_than_two_seconds():
    fractions = 0.44 * (1 - 0.3 * np.random.default_rng(0).random(100))
    start = time.perf_counter()
    assert walk(fractions, 1000).outcome == "survived"
    assert time.perf_counter() - start < 2


def test_history_refuses_nonsense():
    with pytest.raises(ValueError, match="at least one"):
        History.of([])
    with pytest.raises(ValueError, match="duration"):
        Exposure("roller", [1.0], -1.0)
