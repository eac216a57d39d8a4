"""Judges and limits against closed forms of a one-ply ribbon; no solve."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.risk.judge import LaminateJudge
from rollmech.risk.limits import Bend, largest_tension, smallest_radius
from rollmech.risk.verdict import Loading, judge_line
from rollmech.web import Laminate, Ply

E, NU, T = 150e9, 0.257, 30e-6
PLATE = E / (1 - NU**2)
RIBBON = Laminate([Ply("ceramic", T, E, NU)])
JUDGE = LaminateJudge({0: 100e6})


def bend(radius=0.05, tension=40.0, wrap=None, sign=1.0):
    return Bend(sign=sign, radius=radius, wrap=wrap, tension=tension, temperature_change=0.0)


def test_ratio_is_tension_plus_bending_over_strength():
    state = bend().state(RIBBON)
    expected = (40 / T + PLATE * T / 2 / 0.05) / 100e6
    assert JUDGE.ratio(state) == pytest.approx(expected, rel=1e-12)
    finding = JUDGE.find(state)
    assert finding.governed_by == "bending"
    assert sum(finding.shares.values()) == pytest.approx(finding.value, rel=1e-12)
    assert finding.shares["tension"] == pytest.approx(40 / T, rel=1e-12)


def test_smallest_radius_of_a_bent_web():
    limit = smallest_radius(JUDGE, RIBBON, bend(), allowed=1.0)
    assert limit.value == pytest.approx(PLATE * T / 2 / (100e6 - 40 / T), rel=1e-6)


def test_smallest_roller_lies_half_a_thickness_inside_the_neutral_axis():
    limit = smallest_radius(JUDGE, RIBBON, bend(wrap=np.pi / 2), allowed=1.0)
    assert limit.value == pytest.approx(PLATE * T / 2 / (100e6 - 40 / T) - T / 2, rel=1e-5)


def test_largest_tension_leaves_the_bending_stress_out():
    limit = largest_tension(JUDGE, RIBBON, bend(), allowed=0.8)
    assert limit.value == pytest.approx((80e6 - PLATE * T / 2 / 0.05) * T, rel=1e-6)


def test_too_much_tension_leaves_no_safe_radius():
    limit = smallest_radius(JUDGE, RIBBON, bend(tension=4000.0), allowed=1.0)
    assert limit.value is None and "tension" in limit.note


def test_too_much_bending_leaves_no_safe_tension():
    limit = largest_tension(JUDGE, RIBBON, bend(radius=0.01), allowed=1.0)
    assert limit.value is None and "bending" in limit.note


def test_stiff_web_on_a_short_wrap_needs_no_roller_limit():
    """At 5 degrees and 5 N/m the ribbon touches in a line; no roller is too small."""
    limit = smallest_radius(JUDGE, RIBBON, bend(tension=5.0, wrap=np.radians(5)), allowed=1.0)
    assert limit.value is None and "too stiff to follow" in limit.note


@pytest.mark.parametrize(("allowed", "status"), [(1.0, "safe"), (0.3, "fails")])
def test_worst_station_governs(allowed, status):
    loadings = [Loading(str(r), bend(radius=r).state(RIBBON), bend(radius=r)) for r in (0.2, 0.05, 0.1)]
    verdict = judge_line(JUDGE, loadings, allowed)
    assert verdict.worst.name == "0.05"
    assert verdict.status == status
