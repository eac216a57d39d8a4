"""Pictures of a line: the way of the web, the passing flaw, openings, arrows, lives."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from scipy.integrate import quad
from scipy.spatial import cKDTree

from rollmech.case import load_case
from rollmech.case.line import StrengthData
from rollmech.growth.laws import PowerLaw
from rollmech.growth.lifetime import Fatigue
from rollmech.post import (
    fields,
    framing,
    mode_arrows,
    opening_chart,
    passing,
    surface,
    theme,
    thickness_chart,
    weibull_chart,
    window,
)
from rollmech.post.fields import ALONG
from rollmech.post.framing import Subject
from rollmech.post.rundata import Front, read_run
from rollmech.post.web_path import ARC, positions, way_of
from rollmech.risk.weibull.fits import fit

SPECIMEN = {"kind": "size", "area": "100 mm^2"}


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


def test_weibull_plot_is_straight_and_its_band_holds_the_line():
    strengths = 1e6 * np.array([182.0, 214.0, 236.0, 255.0, 271.0, 289.0, 312.0, 335.0])
    data = StrengthData(values=[f"{value} Pa" for value in strengths], specimen=SPECIMEN)
    with theme.style():
        axes = theme.figure(theme.Frame("", "")).add_axes((0.1, 0.1, 0.8, 0.8))
        weibull_chart._population(axes, "surface", data, theme.BLUE, "o")
    line, marks = axes.lines
    found = fit(strengths)
    slope, height = np.polyfit(np.log(line.get_xdata()), line.get_ydata(), 1)
    assert slope == pytest.approx(found.modulus, rel=1e-9)
    assert math.exp(-height / slope) == pytest.approx(found.characteristic / 1e6, rel=1e-9)
    assert weibull_chart._straight(1 - math.exp(-1)) == pytest.approx(0.0, abs=1e-12)
    assert marks.get_ydata()[3] == pytest.approx(weibull_chart._straight(3.5 / 8))
    band = axes.collections[0].get_paths()[0]
    inside = band.contains_points(np.column_stack([line.get_xdata(), line.get_ydata()])[1:-1])
    assert inside.all()


def test_labels_of_thin_layers_stay_apart_and_below_the_top():
    places = thickness_chart._apart([0.015, 15.0, 30.03, 30.07], 2.0, 0.9, 29.2)
    assert np.diff(places).min() >= 2.0 - 1e-9 and places[-1] == pytest.approx(29.2)
    assert places[:2] == [0.9, 15.0]


def test_a_window_shows_the_front_where_the_body_has_it(folders):
    run = read_run(folders / "crack")
    _, actors = window.window_of(run)
    tubes = [actor for actor in actors if actor.options.get("scalars") == "K_I"]
    body = np.vstack([actor.mesh.points for actor in actors if actor.options.get("scalars") == ALONG])
    radius = 0.03 * Subject.of(run).size
    distance = cKDTree(body).query(np.vstack([tube.mesh.points for tube in tubes]))[0]
    assert distance.max() < 4 * radius


def test_a_soft_layer_leaves_colours_to_the_rest(folders):
    run = read_run(folders / "cut")
    subject = Subject.of(run)
    parts = surface.cut_out(run.plies, framing.overview_crop(run, subject), [(1, 1), (-1, 1)], 10.0)
    body = surface.deform(parts, surface.TOTAL, 1.0)
    for part in body.parts:
        fields.add_fields(run, subject, part)
    scale = fields.scale_for(run, body, fields.ENERGY)
    shown = np.concatenate([part.skin.point_data[fields.ENERGY] for part in body.parts])
    assert scale.over and scale.high < 0.1 * shown.max(), "else nothing but the tip had a colour"
    assert fields._over_area(body, 0.9) < scale.high
