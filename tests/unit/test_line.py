"""What a line does to flaws: counting, histories, library, growth, strength, populations, windows."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

from rollmech.case import dump_case, load_case
from rollmech.case.load import parse_case, read_toml
from rollmech.errors import InputError
from rollmech.library import store
from rollmech.library.store import library_for
from rollmech.library.table import DEEPEST, SURFACE, Grid, KTable
from rollmech.line.cracks import GrowingCrack, ScatteredCracks
from rollmech.line.growing import laws_of
from rollmech.line.history import added_force, cycles_of, stops_of
from rollmech.line.levels import life_levels
from rollmech.line.plies import patch_plies
from rollmech.line.rainflow import rainflow
from rollmech.line.response import Response, curvature
from rollmech.line.strength import measured
from rollmech.line.study import has_line, study_line
from rollmech.line.window import Axis, _largest, groups_of
from rollmech.loading import loadings_of, make_laminate
from rollmech.web import contact
from rollmech.windowing import axis_of, window_of

CASES = Path(__file__).parents[2] / "cases"
NAMES = ("coating_line", "slitter_winder", "qc_limit")


@pytest.fixture(scope="module")
def table() -> KTable:
    return store.read_table(store._SHIPPED)


@pytest.fixture(scope="module")
def studies():
    found = {}
    for name in NAMES:
        case = load_case(CASES / f"{name}.toml")
        found[name] = (case, study_line(case, make_laminate(case)))
    return found


def test_rainflow_counts_the_standards_example():
    # ASTM E1049-85, figure 6
    counted = {}
    for cycle in rainflow([-2, 1, -3, 5, -1, 3, -4, 4, -2]):
        counted[cycle.span] = counted.get(cycle.span, 0.0) + cycle.count
    assert counted == {3: 0.5, 4: 1.5, 6: 0.5, 8: 1.0, 9: 0.5}


def test_rainflow_of_a_constant_has_no_cycle():
    assert rainflow([2.0, 2.0, 2.0]) == []


def test_cycles_belong_to_the_station_of_their_top():
    counts = cycles_of([1.0, 4.0, 2.0, 3.0, 1.0])
    assert [count for count, _ in counts] == [0.0, 1.0, 0.0, 1.0, 0.0]
    assert counts[3][1] == pytest.approx(2 / 3) and counts[1][1] == 0.0


def test_slack_edge_leaves_the_mean_tension_and_no_compression():
    places, weights = np.polynomial.legendre.leggauss(400)
    for slope in (10.0, 40.0, 200.0):
        force = 40.0 + np.array([added_force(40.0, slope, place) for place in places])
        assert force.min() >= 0 and weights @ force / 2 == pytest.approx(40.0, rel=1e-4)
        ends = [40.0 + float(added_force(40.0, slope, p)) for p in (-1, 1)]
        if slope <= 40:
            assert ends == pytest.approx([40 - slope, 40 + slope])


def test_vectorised_web_agrees_with_the_station_states():
    case = load_case(CASES / "coating_line.toml")
    laminate = make_laminate(case)
    response = Response(laminate, 0, "top")
    for roller, loading in zip(case.rollers, loadings_of(case, laminate), strict=True):
        bend = curvature(laminate, roller.radius, roller.wrap, roller.tension, roller.touches)
        assert abs(bend) == pytest.approx(
            contact(laminate, roller.radius, roller.wrap, roller.tension, roller.touches).curvature, rel=1e-12
        )
        wanted = sum(loading.state.ply_modes(0, "top").values())
        assert response.modes(roller.tension, bend) == pytest.approx(wanted, rel=1e-9, abs=1e-3)


def test_library_meets_newman_and_raju(table):
    """Newman & Raju 1981 at the deepest point under tension; their equation fits their solutions within 5 %."""
    for depth_ratio, aspect in ((0.05, 1.0), (0.2, 0.4), (0.5, 0.6), (0.7, 0.3)):
        q = 1 + 1.464 * aspect**1.65
        m1, m2 = 1.13 - 0.09 * aspect, -0.54 + 0.89 / (0.2 + aspect)
        m3 = 0.5 - 1 / (0.65 + aspect) + 14 * (1 - aspect) ** 24
        handbook = (m1 + m2 * depth_ratio**2 + m3 * depth_ratio**4) / np.sqrt(q)
        found = table.factors(depth_ratio, aspect, (DEEPEST,))[0, 0]
        assert found == pytest.approx(handbook, rel=0.05)


def test_library_knows_its_errors(table):
    assert table.grid == Grid()
    assert 0 < table.interpolation < 0.01
    assert 0 < table.solve_error < 0.03 and table.error[:, :, DEEPEST, 0].max() < 0.01
    assert 0 < table.poisson < 0.05


def test_library_goes_on_smoothly_to_longer_cracks(table):
    at = table.factors(0.3, 0.1, (SURFACE, DEEPEST))
    beyond = table.factors(0.3, 0.0999, (SURFACE, DEEPEST))
    assert beyond == pytest.approx(at, rel=2e-3)
    assert table.factors(0.3, 0.05, (SURFACE,))[0, 0] < at[0, 0]


def test_cached_library_survives_and_broken_one_is_ignored(table, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = store.cache_folder("library") / "x.npz"
    store.write_table(path, table)
    again = store.read_table(path)
    assert again.factors(0.4, 0.5) == pytest.approx(table.factors(0.4, 0.5), rel=1e-6)
    assert list(path.parent.iterdir()) == [path]
    path.write_bytes(path.read_bytes()[:100])
    assert store._readable(path) is None


def test_scattered_and_growing_cracks_agree(table):
    depth, aspect = np.array([6e-6, 12e-6]), np.array([0.5, 0.8])
    stress = np.array([40e6, 60e6, 0.0, 0.0])
    many = ScatteredCracks(table, 30e-6)(depth, aspect, np.zeros(2), stress)
    one = np.max(GrowingCrack(table, 30e-6)(depth, depth / aspect, stress[:2]), axis=0)
    assert np.all(many >= one * (1 - 1e-12)) and many == pytest.approx(one, rel=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_example_cases_come_back_from_their_dump(name, tmp_path):
    case = load_case(CASES / f"{name}.toml")
    (tmp_path / "case.toml").write_text(dump_case(case), encoding="utf-8")
    assert load_case(tmp_path / "case.toml") == case and has_line(case)


def test_growth_names_where_the_flaw_runs_away(studies):
    case, study = studies["coating_line"]
    growth = study.record["growth"]
    assert growth["life"]["runaway_station"] == "pull S-wrap 2"
    assert growth["line"]["runaway_pass"] == growth["life"]["runaway_pass"] <= case.growth.passes
    # K of a long shallow crack rises as it deepens: growth hastens growth
    assert growth["life"]["runaway_pass"] < growth["life_uncoupled"]["runaway_pass"]
    last = growth["paths"][-1]
    assert last["station"][-1] == "pull S-wrap 2"
    assert max(last["k_deepest"][-1], last["k_surface"][-1]) == pytest.approx(
        growth["toughness"]["value"], rel=1e-3
    )
    assert growth["placeholders"] == [] and study.grown.fails
    assert "broken: pass 10 at 'pull S-wrap 2'" in study.warnings[-1]


def test_left_out_parameters_are_named(studies):
    case, study = studies["slitter_winder"]
    names = [item.name for item in laws_of(case.growth, 1e6)[1]]
    assert names == ["speed_at_toughness", "exponent"]
    assert sum("placeholder" in text for text in study.warnings) == 2
    assert study.record["growth"]["core"]["time_under_load"] == pytest.approx(30 * 86400)


def test_strength_of_a_sample_has_an_interval_around_it(studies):
    _, study = studies["slitter_winder"]
    for part in study.record["strength"]["populations"].values():
        assert part["line"]["low"] < part["line"]["value"] < part["line"]["high"]
        assert part["line"]["value"] >= max(row["value"] for row in part["stations"])


def test_strength_by_parameters_meets_the_closed_form():
    case = load_case(CASES / "slitter_winder.toml")
    data = case.strength.surface.model_copy(update={"values": None, "modulus": 10.0, "characteristic": 300e6})
    found = measured("surface", data, 0.25)
    assert found.draws is None
    assert found.weibull.failure(300e6, found.effective) == pytest.approx(1 - np.exp(-1))


def test_population_by_quadrature_agrees_with_draws(studies):
    _, study = studies["qc_limit"]
    line, drawn = study.scattered.line, study.scattered.drawn
    spread = (drawn.high - drawn.low) / 2
    assert line.value == pytest.approx(drawn.value, abs=1.6 * spread) and spread < 0.02 * line.value
    part = study.record["population"]
    assert part["breaks_per_km"]["low"] < part["breaks_per_km"]["per_km"] < part["breaks_per_km"]["high"]


def test_depth_limit_meets_its_target(studies):
    case, study = studies["qc_limit"]
    found, table = study.scattered, case.population
    screened = found.flaws.screened(found.depth_limit.value)
    k = ScatteredCracks(found.kept.table, 30e-6)
    stresses = np.array([stop.total for stop in stops_of(case, Response(make_laminate(case), 0, "top"))])
    from rollmech.risk.population.flaws import critical_share

    share = critical_share(screened, k, stresses, 1e6, (3e-8, 0.85 * 30e-6), 96)
    rate = screened.per_metre(case.web.width) * share.value
    assert -np.expm1(-rate * table.length) == pytest.approx(table.target_failure, rel=0.02)


@pytest.mark.parametrize("of", ["population", "strength"])
def test_probability_window_agrees_with_the_study(of, studies):
    name = {"population": "qc_limit", "strength": "slitter_winder"}[of]
    case, study = studies[name]
    case = case.model_copy(update={"storage": None})
    worst = {"qc_limit": "nosebar", "slitter_winder": "lay-on roller"}[name]
    roller = next(r for r in case.rollers if r.name == worst)
    x = f"rollers.{worst}.radius={500 * roller.radius:.9g} mm:{1500 * roller.radius:.9g} mm"
    window = window_of(
        case, x, f"rollers.{worst}.tension={0.5 * roller.tension} N/m:{1.5 * roller.tension} N/m", of
    )
    column, row = (
        np.abs(axis.values - value).argmin()
        for axis, value in ((window.x, roller.radius), (window.y, roller.tension))
    )
    found = window.values[row, column]
    if of == "population":
        assert found == pytest.approx(study.record["population"]["failure_per_metre"], rel=0.05)
    else:
        parts = study.record["strength"]["populations"].values()
        alone = [1 - np.prod([1 - p["stations"][i]["value"] for p in parts]) for i in range(6)]
        assert found == pytest.approx(max(alone), rel=0.05)


def test_envelope_leaves_out_no_largest_term():
    case = load_case(CASES / "coating_line.toml")
    axes = [Axis(s, None, np.linspace(*r, 300)) for s, r in (("radius", (0.005, 0.1)), ("tension", (5, 200)))]
    generator = np.random.default_rng(1)
    turn = np.linspace(0, np.pi / 2, 24)
    slopes = (1e-3 * np.sin(turn), 1e-3 * np.cos(turn), 0 * turn)
    terms = np.column_stack([*slopes, 1e-4 * generator.random(24)])
    group = groups_of(case, make_laminate(case), *axes)[0]
    whole = (
        terms[:, 0, None, None] * group.tension
        + terms[:, 1, None, None] * group.bend
        + terms[:, 3, None, None]
    ).max(0)
    assert _largest(group, terms) == pytest.approx(whole, rel=1e-3)


@pytest.mark.parametrize(
    ("case", "change", "words"),
    [
        ("coating_line", "growth.exponent=0", "growth.exponent"),
        ("coating_line", "growth.humidty=0.2", "Did you mean 'humidity'"),
        ("coating_line", "growth.cyclic.exponnt=2", "growth.cyclic.exponnt"),
        ("coating_line", "growth.passes=0", "whole number"),
        ("coating_line", "flaws.crack.tilt='20 deg'", "normal to the face"),
        ("coating_line", "rollers.0.misalignment='9 deg'", "too large"),
        ("coating_line", "growth.load_levels=[0]", "growth.load_levels"),
        ("coating_line", "rollers.0.nip={force='500 N/m', radius='40 mm'}", "nip.modulus: is missing"),
        ("coating_line", "rollers.0.nip={force='5 N', radius='40 mm', modulus='5 MPa'}", "nip.force"),
        ("qc_limit", "population.layer='cermic'", "Did you mean 'ceramic'"),
        ("qc_limit", "population.depth.median='1 um'", "no parameter of law"),
        ("qc_limit", "population.density='3 1/cm^2'", "not given once"),
        ("qc_limit", "population.depth.threshold='9 um'", "leaves 0 flaws"),
        ("slitter_winder", "strength.edge.specimen.kind='ring on ring'", "strength.edge"),
    ],
)
def test_faults_are_named(case, change, words):
    with pytest.raises(InputError, match=None) as caught:
        load_case(CASES / f"{case}.toml", [change])
    assert words in str(caught.value)


def test_nip_pressure_is_hertz_and_is_told_at_its_station():
    # b = sqrt(4 F R (1 - nu^2) / (pi E)), p = 2 F / (pi b), with R = 25 mm x 40 mm / 65 mm
    nip = "rollers.0.nip={force='500 N/m', radius='40 mm', modulus='5 MPa', poisson_ratio=0.48}"
    case = load_case(CASES / "qc_limit.toml", [nip])
    found = study_line(case, make_laminate(case)).record["stations"][0]["nip"]
    half = np.sqrt(4 * 500 * (0.025 * 0.04 / 0.065) * (1 - 0.48**2) / (np.pi * 5e6))
    assert found["half_width"] == pytest.approx(1e6 * half)
    assert found["peak_pressure"] == pytest.approx(1e-6 * 1000 / (np.pi * half))
    assert found["mean_pressure"] == pytest.approx(found["peak_pressure"] * np.pi / 4)


def test_roughness_limit_is_the_depth_limit_by_the_users_ratio():
    case = load_case(CASES / "qc_limit.toml", ["population.depth_over_roughness=4"])
    part = study_line(case, make_laminate(case)).record["population"]
    for key in ("value", "low", "high"):
        assert part["roughness_limit"][key] == pytest.approx(part["depth_limit"][key] / 4)
    assert "hidden" in part["roughness_limit"]["note"]


def test_a_stiff_nip_is_flagged_as_no_hertz_contact():
    nip = "rollers.0.nip={force='500 N/m', radius='40 mm', modulus='200 GPa'}"
    case = load_case(CASES / "qc_limit.toml", [nip])
    assert any("not thin" in text for text in study_line(case, make_laminate(case)).warnings)


def test_lives_over_the_level_of_load_fall_and_the_coupling_shortens_them():
    case = load_case(CASES / "coating_line.toml", ["growth.load_levels=[1.1, 0.95, 1.0]"])
    assert parse_case(tomllib.loads(dump_case(case))).growth == case.growth
    laminate = make_laminate(case)
    stops = stops_of(case, Response(laminate, 0, "top"))
    rows = life_levels(case, stops, library_for(patch_plies(case, 0, "top")))
    assert [row["level"] for row in rows] == [0.95, 1.0, 1.1]
    for kind in ("coupled", "uncoupled"):
        lives = [row[kind]["passes"] for row in rows]
        assert lives == sorted(lives, reverse=True) and lives[0] > lives[-1]
    assert all(row["coupled"]["passes"] < row["uncoupled"]["passes"] for row in rows)
    assert rows[2]["k_ratio"] / rows[1]["k_ratio"] == pytest.approx(1.1)


def test_line_tables_need_what_they_use():
    mapping = read_toml(CASES / "coating_line.toml")
    del mapping["flaws"], mapping["web"]
    with pytest.raises(InputError) as caught:
        parse_case(mapping)
    for words in ("no flaw that could grow", "web.speed", "web.width"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "rollers.colour",
        "web.speed",
        "rollers.tension_ripple=10 %:100 %",
        "rollers.misalignment=-1 mrad:1 mrad",
        "rollers.temperature=10:20",
        "rollers.nobody.radius",
        "rollers.radius=3:4",
        "rollers.radius=9 mm:2 mm",
    ],
)
def test_bad_axes_are_refused(text):
    with pytest.raises(InputError, match="--x"):
        axis_of(load_case(CASES / "coating_line.toml"), text, "--x")


@pytest.mark.parametrize(
    ("x", "y", "of", "change"),
    [
        ("rollers.tension_ripple=0 %:60 %", "rollers.radius", "population", None),
        ("rollers.misalignment=0 mrad:0.2 mrad", "rollers.temperature", "strength", "cu"),
        ("rollers.knife roller.misalignment=0 mrad:0.2 mrad", "rollers.tension", "strength", None),
    ],
)
def test_further_keys_of_windows_agree_with_the_line(x, y, of, change):
    # one corner of the map against the stops of a line with exactly those settings
    mapping = read_toml(CASES / ("qc_limit.toml" if of == "population" else "slitter_winder.toml"))
    if change:
        mapping["stack"].insert(0, {"name": "foil", "material": "Cu foil", "thickness": "8 um"})
    for key in ("storage", "growth"):
        mapping.pop(key, None)
    case = parse_case(mapping)
    window = window_of(case, x, y, of)
    at = (100, 700) if "radius" in y else (700, 300)
    rollers = list(case.rollers)
    for axis, place in ((window.y, at[0]), (window.x, at[1])):
        rollers = [
            r.model_copy(update={axis.setting: float(axis.values[place])})
            if axis.roller in (None, r.name)
            else r
            for r in rollers
        ]
    moved = case.model_copy(update={"rollers": tuple(rollers)})
    part = study_line(moved, make_laminate(moved)).record[of]
    if of == "population":
        alone = [row["failure_per_metre"] for row in part["stations"]]
    else:
        names, kinds = part["stations"], part["populations"].values()
        on_rollers = [i for i, name in enumerate(names) if not name.startswith("span")]
        alone = [1 - np.prod([1 - kind["stations"][i]["value"] for kind in kinds]) for i in on_rollers]
    found = window.values[at]
    # across the width the map takes the strained edge everywhere, the line its true course
    askew = "misalignment" in x and of == "strength"
    assert found == pytest.approx(max(alone), rel=0.05) or (askew and found >= max(alone) * 0.95)


def test_window_over_temperature_is_exact_for_a_crack():
    case = load_case(CASES / "coating_line.toml")
    laminate = make_laminate(case)
    axes = [Axis("temperature", None, np.array([280.0, 330.0])), Axis("radius", None, np.array([0.02, 0.05]))]
    for group in groups_of(case, laminate, *axes):
        assert np.shape(group.temperature_change) == (1, 2) and group.shape == (2, 2)
        assert group.temperature_change[0, 1] == pytest.approx(330.0 - case.web.stress_free_temperature)


def test_window_of_a_million_points_is_quick():
    case = load_case(CASES / "qc_limit.toml")
    start = time.perf_counter()
    window = window_of(case, "rollers.radius", "rollers.tension", "population")
    assert window.values.shape == (1000, 1000) and time.perf_counter() - start < 20
