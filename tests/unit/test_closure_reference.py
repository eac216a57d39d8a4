"""The integral equations with contact against closed forms; no solve by elements."""

import numpy as np
import pytest

from rollmech.verify.half_plane import closed_mouth_crack, closed_tip_depth, edge_crack_k


def test_far_below_the_edge_a_crack_under_linear_stress_opens_over_four_thirds():
    """Endless body, stress s x on a crack from -a to a: open from -a/3 on, K = s a sqrt(pi a) (2/3)^1.5."""
    a = 1e-3
    k, closed = closed_mouth_crack(lambda x: (x - (1 - a)) / a)
    assert k / np.sqrt(np.pi * a) == pytest.approx((2 / 3) ** 1.5, rel=2e-6)
    assert (1 - a - closed) / a == pytest.approx(1 / 3, rel=1e-5)


@pytest.mark.parametrize("q", [0.55, 0.8, 1.2])
def test_contact_raises_k_and_leaves_no_overlap(q):
    def stress(x):
        return x - q * (1 - x)

    k, closed = closed_mouth_crack(stress)
    assert 0 < closed < q / (1 + q)
    assert k > edge_crack_k(stress)
    assert closed_mouth_crack(stress, points=100)[0] == pytest.approx(k, rel=1e-9)


def test_a_mouth_that_stays_open_is_refused():
    with pytest.raises(ValueError):
        closed_mouth_crack(lambda x: x)


def test_where_the_tip_closes_k_vanishes():
    def stress(x):
        return 1 - 2 * x

    depth = closed_tip_depth(stress)
    assert edge_crack_k(stress) < 0
    assert edge_crack_k(stress, depth) == pytest.approx(0, abs=1e-9)
    assert edge_crack_k(stress, 0.99 * depth) > 0
