"""Measured surfaces: levelling, roughness, flaws that were planted, depth laws."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.topography.bottom import bottom_of, radius_limit
from rollmech.topography.depths import density, fit_laws
from rollmech.topography.groove import u_groove, v_groove
from rollmech.topography.heightmap import HeightMap, pixel_noise, without_spikes
from rollmech.topography.level import levelled
from rollmech.topography.roughness import areal, profile
from rollmech.topography.section import section_of
from rollmech.topography.snippet import flaw_entry
from rollmech.topography.survey import survey
from rollmech.topography.wall import wall_of

UM, NM = 1e-6, 1e-9
PIXEL = 0.2 * UM


def grid(rows=200, columns=240, pixel=(PIXEL, PIXEL)):
    return HeightMap(np.zeros((rows, columns)), pixel).places


def surface(height, noise=0.0, seed=0, pixel=(PIXEL, PIXEL)):
    height = height + noise * np.random.default_rng(seed).normal(size=height.shape)
    return HeightMap(height, pixel)


def pit(x, y, centre, depth, a, b, angle):
    u, v = x - centre[0], y - centre[1]
    c, s = np.cos(angle), np.sin(angle)
    return -depth * np.sqrt(np.maximum(1 - ((c * u + s * v) / a) ** 2 - ((c * v - s * u) / b) ** 2, 0))


def scratch(x, y, angle, length, depth, width, radius, centre=(24 * UM, 20 * UM)):
    u, v = x - centre[0], y - centre[1]
    along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    return np.where(np.abs(along) < length / 2, v_groove(across, depth, width, radius), 0.0)


def test_roughness_of_sines_is_the_closed_form():
    t = 2 * np.pi * (np.arange(4000) + 0.5) / 400
    wave = profile(3.0 * np.sin(t))
    assert wave["Pa"] == pytest.approx(2 * 3.0 / np.pi, rel=1e-4)
    assert wave["Pq"] == pytest.approx(3.0 / np.sqrt(2), rel=1e-9)
    assert wave["Psk"] == pytest.approx(0, abs=1e-9)
    assert wave["Pku"] == pytest.approx(1.5, rel=1e-9)
    product = areal(3.0 * np.sin(t[:400, None]) * np.sin(t[None, :400]))
    assert product["Sa"] == pytest.approx(4 * 3.0 / np.pi**2, rel=1e-4)
    assert product["Sq"] == pytest.approx(3.0 / 2, rel=1e-9)
    assert product["Sku"] == pytest.approx(1.5**2, rel=1e-9)
    assert product["Sz"] == pytest.approx(2 * 3.0, rel=1e-4)
    assert product["Sp"] + product["Sv"] == pytest.approx(product["Sz"])


def test_roughness_leaves_missing_pixels_out():
    assert areal(np.array([[1.0, np.nan], [-1.0, np.nan]]))["Sa"] == 1.0


@pytest.mark.parametrize(("method", "degree"), [("plane", 1), ("quadratic", 2), ("cubic", 3)])
def test_levelling_takes_off_the_polynomial_and_leaves_the_pits(method, degree):
    x, y = grid()
    u, v = x / (48 * UM), y / (40 * UM)
    form = 900 * NM * (u - 0.6 * v) + (degree > 1) * 500 * NM * u * v + (degree > 2) * 400 * NM * u**3
    pits = sum(pit(x, y, (c * UM, 20 * UM), 800 * NM, 3 * UM, 3 * UM, 0) for c in (8, 20, 32))
    flat = levelled(surface(form + pits, 2 * NM), method)
    assert np.abs(flat.height - pits - (flat.height - pits).mean()).max() < 12 * NM
    assert abs((flat.height - pits).mean()) < 0.5 * NM


def test_rows_takes_off_the_offset_of_every_line():
    x, y = grid()
    offsets = np.random.default_rng(3).normal(scale=50 * NM, size=(200, 1))
    flat = levelled(
        surface(offsets + pit(x, y, (20 * UM, 20 * UM), 300 * NM, 2 * UM, 2 * UM, 0), 1 * NM), "rows"
    )
    assert np.median(np.abs(np.median(flat.height, axis=1))) < 0.5 * NM
    with pytest.raises(ValueError, match="plane"):
        levelled(flat, "flat")


def test_pixel_noise_ignores_form_and_flaws():
    x, y = grid()
    height = 0.03 * x + pit(x, y, (20 * UM, 20 * UM), 500 * NM, 3 * UM, 2 * UM, 0)
    assert pixel_noise(surface(height, 6 * NM)) == pytest.approx(6 * NM, rel=0.03)


def test_spikes_are_taken_out_and_walls_kept():
    x, y = grid()
    height = pit(x, y, (20 * UM, 20 * UM), 900 * NM, 2 * UM, 1.5 * UM, 0.3)
    map_ = surface(height, 2 * NM)
    map_.height[[10, 60, 150], [20, 200, 30]] += [500 * NM, -500 * NM, 500 * NM]
    cleaned = without_spikes(map_)
    assert cleaned.spikes == 3
    assert np.isnan(cleaned.height[[10, 60, 150], [20, 200, 30]]).all()


@pytest.mark.parametrize("pixel", [(0.2 * UM, 0.2 * UM), (0.2 * UM, 0.3 * UM)])
def test_planted_pits_are_found_to_the_pixel(pixel):
    random = np.random.default_rng(5)
    x, y = grid(180, 240, pixel)
    planted, height = [], 0.02 * x - 0.01 * y
    for i in range(5):
        for j in range(4):
            centre = np.array([5 + 9 * i, 4.5 + 9 * j]) * UM + random.uniform(-1, 1, 2) * UM
            a, depth, angle = (
                random.uniform(1.6, 2.4) * UM,
                random.uniform(150, 400) * NM,
                random.uniform(0, np.pi),
            )
            planted.append((centre, depth, a, 0.65 * a, angle))
            height = height + pit(x, y, *planted[-1])
    found = survey(surface(height, 5 * NM, pixel=pixel))
    assert len(found.flaws) == len(planted)
    for centre, depth, a, b, angle in planted:
        flaw = min(found.flaws, key=lambda flaw: np.hypot(*(flaw.outline.centre - centre)))
        assert np.hypot(*(flaw.outline.centre - centre)) < max(pixel)
        assert flaw.kind == "pit"
        assert flaw.depth == pytest.approx(depth, rel=0.06)
        assert abs(flaw.width - 2 * b) < 0.4 * max(pixel)
        assert abs(flaw.length - 2 * a) < 0.4 * max(pixel)
        assert abs((flaw.angle - angle + np.pi / 2) % np.pi - np.pi / 2) < np.radians(5)
        assert flaw.root_radius == pytest.approx(b**2 / depth, rel=0.5)
        assert flaw.fit_residual < 0.05
    assert [flaw.number for flaw in found.flaws] == list(range(1, 21))


@pytest.mark.parametrize("degrees", [0, 30, 77, 120])
@pytest.mark.parametrize("radius", [0.8, 1.2])
def test_planted_scratches_are_found_to_the_pixel(degrees, radius):
    x, y = grid()
    height = 0.01 * x + scratch(x, y, np.radians(degrees), 30 * UM, 0.8 * UM, 3 * UM, radius * UM)
    flaw = survey(surface(height, 8 * NM)).flaws[0]
    assert flaw.kind == "scratch"
    turn = (np.degrees(flaw.angle) - degrees + 90) % 180 - 90
    assert abs(turn) < 0.3
    assert flaw.depth == pytest.approx(0.8 * UM, rel=0.03)
    assert flaw.width == pytest.approx(3 * UM, abs=0.1 * PIXEL)
    assert flaw.length == pytest.approx(30 * UM, abs=5 * PIXEL)
    assert flaw.root_radius == pytest.approx(radius * UM, rel=0.06)
    assert flaw.root_resolved


def test_root_sharper_than_the_pixels_is_called_unresolved():
    x, y = grid()
    flaw = survey(surface(scratch(x, y, 0.5, 30 * UM, 0.8 * UM, 3 * UM, 0.1 * UM), 4 * NM)).flaws[0]
    assert not flaw.root_resolved
    assert flaw.root_radius > 0.1 * UM


def test_angle_is_measured_from_the_web_direction():
    x, y = grid()
    height = surface(scratch(x, y, np.radians(30), 30 * UM, 0.8 * UM, 3 * UM, 1 * UM), 4 * NM)
    assert np.degrees(survey(height, web=np.radians(90)).flaws[0].angle) == pytest.approx(120, abs=0.3)


def test_noise_alone_holds_no_flaw():
    for seed in range(4):
        assert survey(surface(np.zeros((256, 256)), 5 * NM, seed)).flaws == []


def test_touching_pits_are_divided_and_a_rough_bottom_is_not():
    x, y = grid()
    pair = np.minimum(
        pit(x, y, (20 * UM, 20 * UM), 500 * NM, 2 * UM, 2 * UM, 0),
        pit(x, y, (23.8 * UM, 20 * UM), 350 * NM, 2 * UM, 2 * UM, 0),
    )
    assert len(survey(surface(pair, 4 * NM)).flaws) == 2
    bumpy = pit(x, y, (20 * UM, 20 * UM), 500 * NM, 4 * UM, 4 * UM, 0) * (1 + 0.05 * np.sin(x / (0.4 * UM)))
    assert len(survey(surface(bumpy, 4 * NM)).flaws) == 1


def test_flaws_at_edges_and_gaps_say_so_and_count_once():
    x, y = grid()
    width, height = 48 * UM, 40 * UM
    places = [
        (0.0, height / 2),
        (width, height / 2),
        (width / 2, 0.0),
        (width / 2, height),
        (width / 2, height / 2),
    ]
    map_ = surface(sum(pit(x, y, place, 500 * NM, 2.5 * UM, 2.5 * UM, 0) for place in places), 4 * NM)
    map_.height[98:102, 128:136] = np.nan
    found = survey(map_)
    assert sorted(flaw.ends for flaw in found.flaws) == [(), ("bottom",), ("left",), ("right",), ("top",)]
    assert len(found.counted) == 3
    assert len(found.depths) == 1
    assert [flaw.touches_missing for flaw in found.flaws if not flaw.ends] == [True]
    assert found.surface.area == pytest.approx(width * height - 32 * PIXEL**2)


def test_bent_scratch_is_irregular():
    x, y = grid()
    ring = np.hypot(x - 24 * UM, y - 8 * UM)
    height = np.where(y > 8 * UM, v_groove(ring - 15 * UM, 0.8 * UM, 2 * UM, 0.5 * UM), 0)
    assert survey(surface(height, 4 * NM)).flaws[0].kind == "irregular"


def test_bottom_of_a_paraboloid_is_exact():
    x, y = grid(31, 31)
    middle = 3.1 * UM + np.array([0.03, -0.05]) * UM
    height = -400 * NM + (x - middle[0]) ** 2 / (2 * 2 * UM) + (y - middle[1]) ** 2 / (2 * 5 * UM)
    found = bottom_of(height, (PIXEL, PIXEL), 15, 15, 1 * NM)
    assert found.depth == pytest.approx(400 * NM, rel=1e-9)
    assert found.root_radius == pytest.approx(2 * UM, rel=1e-6)
    assert 0.2 * NM < found.depth_noise < 1 * NM


def test_radius_limit_is_where_the_arc_fills_the_window():
    limit = radius_limit(0.8 * UM, 3 * UM, PIXEL, 1.0)
    slope = np.arctan(0.8 / 1.5)
    assert limit * np.sin(slope) == pytest.approx(PIXEL)


def test_v_groove_is_smooth_where_flank_meets_arc():
    x = np.linspace(0, 2.2, 4001)
    z = v_groove(x, 1.0, 4.0, 0.5)
    assert z[0] == pytest.approx(-1.0)
    assert z[x >= 2].max() == 0
    inner = np.diff(z[x < 1.99]) / np.diff(x[x < 1.99])
    assert np.abs(np.diff(inner)).max() < 2e-3
    assert u_groove(np.array([0.0, 1.0, 3.0]), 2.0, 2.0) == pytest.approx([-2.0, 0.0, 0.0])


def test_section_and_wall_follow_the_groove():
    x, y = grid()
    map_ = surface(scratch(x, y, np.radians(70), 30 * UM, 0.8 * UM, 3 * UM, 0.8 * UM), 6 * NM)
    flaw = survey(map_).flaws[0]
    wall = wall_of(flaw.section, flaw.fit.centre, flaw.width)
    exact = -v_groove(wall[:, 0], 0.8 * UM, 3 * UM, 0.8 * UM)
    error = np.abs(wall[:, 1] - exact)
    assert error[exact > 0.08 * UM].max() < 15 * NM
    assert error.max() < 0.3 * 0.53 * PIXEL  # the corner at the mouth is rounded by less than a pixel
    assert wall[-1, 1] == 0
    one = section_of(levelled(map_), flaw.outline, 3 * UM, at=0.1)
    assert one.lines == 1
    assert flaw.section.lines > 50
    assert one.height.min() == pytest.approx(-0.8 * UM, rel=0.05)


def test_laws_come_back_from_a_truncated_sample():
    depths = np.random.default_rng(8).lognormal(np.log(300 * NM), 0.5, 3000)
    laws = {law.name: law for law in fit_laws(depths, 200 * NM, 1e-6)}
    best = laws["lognormal"]
    assert best.information == min(law.information for law in laws.values())
    for key, true in (("median", 300 * NM), ("spread", 0.5)):
        low, high = best.intervals[key]
        assert low < true < high
        assert best.parameters[key] == pytest.approx(true, rel=0.08)
    assert laws["exponential"].distance > 3 * best.distance
    assert best.beyond(np.array([200 * NM]), 200 * NM) == pytest.approx(1)


def test_weibull_comes_back_and_few_depths_give_no_law():
    depths = 400 * NM * np.random.default_rng(9).weibull(1.8, 2000)
    laws = {law.name: law for law in fit_laws(depths, 100 * NM, 1e-6)}
    assert laws["weibull"].parameters["shape"] == pytest.approx(1.8, rel=0.06)
    assert laws["weibull"].parameters["scale"] == pytest.approx(400 * NM, rel=0.04)
    assert fit_laws(depths[:9] + 100 * NM, 100 * NM, 1e-6) == []


def test_density_has_the_exact_interval():
    item = density(10, 2e-6)
    assert item["value"] == 5e6
    assert item["low"] == pytest.approx(4.7954 / 2e-6, rel=1e-4)
    assert item["high"] == pytest.approx(18.3904 / 2e-6, rel=1e-4)


def test_entry_of_an_unresolved_scratch_is_sharp():
    x, y = grid()
    flaw = survey(surface(scratch(x, y, np.pi / 2, 12 * UM, 0.8 * UM, 2 * UM, 0.05 * UM), 4 * NM)).flaws[0]
    text = flaw_entry(flaw, "map.csv", "ceramic", "top")
    assert 'kind = "crack"' in text
    assert "sharper than the pixels" in text
    assert "root_radius" not in text
