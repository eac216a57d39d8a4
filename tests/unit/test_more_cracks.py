"""Hidden, corner and leaning cracks: geometry, case keys and exact references, without a solve."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.flaws.corner_crack import CornerCrack
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.hidden_crack import HiddenCrack
from rollmech.verify.closed_forms import (
    corner_crack_k,
    embedded_ellipse_k,
    embedded_ellipse_t,
    leaning_penny_k,
    penny_crack_k,
)

PLY = (30.0,)


@pytest.mark.parametrize("degrees", [-60, 0, 30, 60])
def test_depth_of_a_leaning_crack_is_normal_to_the_face(degrees):
    front = SurfaceCrack(6.0, 8.0, np.radians(degrees)).front(PLY, whole=True)
    deepest = front.point(np.array([np.pi / 2]))[0]
    np.testing.assert_allclose(deepest, [6.0 * np.tan(np.radians(degrees)), 0, -6.0], atol=1e-12)
    assert front.crack_normal @ front.second == pytest.approx(0)
    assert front.crack_normal[0] > 0


def test_a_hidden_crack_spans_its_height_and_keeps_clear_of_both_faces():
    front = HiddenCrack(8.0, 3.0, 5.0).front(PLY)
    np.testing.assert_allclose(front.point(np.array([-np.pi / 2, np.pi / 2]))[:, 2], [-5.0, -11.0])
    assert front.clear_of == (0.0, -30.0)
    near = HiddenCrack(3.2, 3.0, 3.0).front(PLY)
    assert near.local_size(np.array([-np.pi / 2])) == pytest.approx(1.5 * 0.2)


def test_a_whole_hidden_front_is_closed():
    front = HiddenCrack(8.0, 3.0, 5.0).front(PLY, whole=True)
    np.testing.assert_allclose(front.point(np.array([front.phi_min])), front.point(np.array([front.phi_max])))


def test_a_corner_front_runs_from_the_face_to_the_edge():
    front = CornerCrack(6.0, 8.0).front(PLY)
    np.testing.assert_allclose(front.point(np.array([0, np.pi / 2])), [[0, 8, 0], [0, 0, -6]], atol=1e-12)
    assert front.ends == ("free", "free")


def test_points_of_the_face_count_as_the_end_of_a_leaning_front():
    front = SurfaceCrack(6.0, 8.0, np.radians(45)).front(PLY, whole=True)
    points = np.array([[2.0, 8.0, 0.0], [2.0, -8.0, 0.0]])
    np.testing.assert_allclose(front.sheltered(points, np.array([0.3, 2.9])), [0, np.pi])
    straight = SurfaceCrack(6.0, 8.0).front(PLY, whole=True)
    np.testing.assert_array_equal(straight.sheltered(points, np.array([0.3, 2.9])), [0.3, 2.9])


def test_the_opening_profile_is_the_distance_close_to_the_front():
    front = HiddenCrack(8.0, 3.0, 5.0).front(PLY)
    phi = np.array([-1.2, 0.0, 0.7])
    inside = front.point(phi) - 1e-4 * front.normal(phi)
    np.testing.assert_allclose(front.opening_profile(inside, phi), 1e-4, rtol=1e-3)


@pytest.mark.parametrize("poisson", [0.0, 0.2, 0.3])
def test_t_of_the_ellipse_ends_in_that_of_the_penny(poisson):
    angle = np.linspace(0, np.pi / 2, 5)
    expected = -(1 + 2 * poisson) / 2
    np.testing.assert_allclose(embedded_ellipse_t(1.0, 1.0, angle, 1.0, poisson), expected)
    np.testing.assert_allclose(embedded_ellipse_t(0.9999, 1.0, angle, 1.0, poisson), expected, rtol=1e-3)


def test_t_at_the_middle_of_a_slender_ellipse_is_that_of_a_plane_crack():
    t = embedded_ellipse_t(1e-4, 1.0, np.array([np.pi / 2]), 1.0, 0.3)
    assert t[0] == pytest.approx(-1, abs=1e-3)


def test_an_upright_penny_has_no_shear():
    k = leaning_penny_k(10.0, 0.0, np.linspace(-3, 3, 7), 2.0, 0.25)
    np.testing.assert_allclose(k[0], penny_crack_k(10.0, 2.0))
    assert not k[1:].any()


def test_a_corner_opens_more_than_a_buried_ellipse():
    angle = np.radians([15.0, 45.0, 75.0])
    assert np.all(corner_crack_k(5.0, 10.0, 100.0, angle, 1.0) > embedded_ellipse_k(5.0, 10.0, angle, 1.0))
