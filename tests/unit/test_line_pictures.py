"""Pictures of a line: the way of the web, the passing flaw, openings, arrows, lives."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from scipy.integrate import quad

from rollmech.case import load_case
from rollmech.growth.laws import PowerLaw
from rollmech.growth.lifetime import Fatigue
from rollmech.post import framing, mode_arrows, opening_chart, passing, surface, theme
from rollmech.post.framing import Subject
from rollmech.post.rundata import Front, read_run
from rollmech.post.web_path import ARC, positions, way_of


def _roller(name, radius, wrap, touches, span=None):
    return SimpleNamespace(name=name, radius=radius, wrap=math.radians(wrap), touches=touches, span=span)


def test_web_bends_down_over_a_roller_that_touches_its_bottom():
    way = way_of([_roller("a", 0.05, 90, "bottom", 0.4), _roller("b", 0.03, 180, "top", 0.3)])
    assert np.allclose(way.centres[0], [0.4, -0.05])
    assert np.allclose(way.points[ARC], [0.45, -0.05])
    assert np.allclose(way.points[ARC + 1], [0.45, -0.35])
    assert np.allclose(way.centres[1], [0.48, -0.35])
    for i, radius in enumerate((0.05, 0.03)):
        on = way.points[way.roller == i] - way.centres[i]
        assert np.allclose(np.linalg.norm(on, axis=1), radius)
    # Arcs are polygons of ARC points: a little shorter than the web on them.
    assert way.length[2 * ARC] == pytest.approx(0.7 + 0.05 * np.pi / 2 + 0.03 * np.pi, rel=1e-3)


def test_positions_are_metres_only_if_all_spans_are_known():
    known = [_roller("a", 0.05, 90, "bottom", 0.4)]
    at, words = positions(known, ["span to a", "a", "core"])
    assert at[0] == pytest.approx(0.4)
    assert at[0] < at[1] < at[2]
    assert "(m)" in words
    at, words = positions([_roller("a", 0.05, 90, "bottom")], ["a", "core"])
    assert list(at) == [1, 2]
    assert "(m)" not in words


def test_moving_picture_goes_over_every_roller(folders, tmp_path):
    run = read_run(folders / "rollers")
    with theme.style():
        path = passing.passing(run, tmp_path / "passing.gif")
    at, roller = passing.stops(2)
    assert set(roller) == {-1, 0, 1}
    assert (np.diff(at) > 0).all()
    with Image.open(path) as film:
        assert film.n_frames == len(at)
        assert film.size == (1000, 700)


@pytest.mark.parametrize("kind", ["crack", "sharp", "cut", "spot"])
def test_opening_ends_at_the_front(folders, kind):
    run = read_run(folders / kind)
    subject = Subject.of(run)
    found = opening_chart.gap_of(run, subject)
    parts = surface.cut_out(run.plies, framing.closeup_crop(run, subject), [(1, 1), (-1, 1)])
    apart = 1e3 * framing.largest_opening(parts, subject)  # on an interface the faces slide, too
    assert found.gap.max() < apart if kind == "cut" else found.gap.max() == pytest.approx(apart, rel=1e-3)
    reach = np.abs(found.place[:, 0]) if subject.cover else -found.place[:, 1]
    limit = subject.reach if subject.cover else subject.depth
    assert np.abs(found.gap[reach > limit * (1 + 1e-6)]).max(initial=0.0) < 1e-6 * found.gap.max()


def test_uniform_slip_is_one_arrow_all_along():
    """Slip along the trace is K_II at the ends and K_III at the deepest point of a half-circular front."""
    phi = np.linspace(0.05, np.pi - 0.05, 31)
    place = np.column_stack([np.zeros(31), 5 * np.cos(phi), -5 * np.sin(phi)])
    front = Front(
        angle=np.degrees(phi),
        k=np.ones(31),
        k_ii=np.cos(phi),
        k_iii=-np.sin(phi),
        release=np.ones(31),
        error=np.zeros(31),
        position=place,
        vertex=np.zeros(31, dtype=bool),
    )
    _, arrow = mode_arrows.shear(front)
    assert np.allclose(arrow[2:-2], [1.0, 0.0], atol=0.02)


def test_life_at_a_constant_load_is_the_integral_of_the_law():
    law, depth = PowerLaw(1e-3, 15.0, 1e6), 6e-6
    inert = 1e6 / math.sqrt(depth)
    end = depth / 0.7**2  # where K has risen from 0.7 K_Ic to K_Ic
    integral, _ = quad(lambda a: 1 / float(law.speed(0.7e6 * math.sqrt(a / depth))), depth, end)
    assert Fatigue.of(law, 1.0).static_life(0.7 * inert, inert) == pytest.approx(integral, rel=1e-6)


def test_case_of_the_rollers_fixture_is_read(folders):
    assert len(load_case(folders / "rollers" / "case.toml").rollers) == 2
