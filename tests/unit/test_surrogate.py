"""Surrogates of K: their process, adaptive points, errors, refusals, and what cases make of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest

import rollmech
from rollmech import cli
from rollmech.case import load_case
from rollmech.errors import InputError
from rollmech.library import ellipse
from rollmech.library.adaptive import build, first_points
from rollmech.library.domain import Domain, Layer, Range
from rollmech.library.gaussian import GaussianProcess, fit
from rollmech.library.surrogate import Surrogate, outputs, relative_gap, surrogate_of
from rollmech.library.table import PHI
from rollmech.line.cracks import GrowingCrack, ScatteredCracks, crack_stress
from rollmech.line.plain import surrogate_judge
from rollmech.line.plies import layers_of
from rollmech.line.scatter import population_library
from rollmech.line.study import study_line
from rollmech.loading import loadings_of, make_laminate
from rollmech.study.walk import Options, carry_out, plan_study
from rollmech.surrogate.file import load_surrogate_file
from rollmech.surrogate.walk import words
from rollmech.windowing import window_of

ROOT = Path(__file__).parents[2]
CERAMIC = Layer("ceramic", "LLZTO", 30e-6, 150e9, 0.257)
CARRIER = Layer("carrier", "PET", 30e-6, 4e9, 0.38)
RANGES = (
    Range("flaws.depth", 1e-6, 18e-6, "length"),
    Range("flaws.aspect", 0.3, 1.5, "number", log=True),
    Range("flaws.angle", 0.0, np.pi / 2, "angle"),
    Range("stack.carrier.thickness", 15e-6, 60e-6, "length", log=True),
)
DOMAIN = Domain(RANGES, (CERAMIC, CARRIER))


def known_shapes(depth_ratio, aspect, carrier) -> tuple[np.ndarray, np.ndarray]:
    """Smooth stand-ins for F of K_I (angles, 2) and of shear (angles, 2, 2)."""
    lean = np.sqrt(1 + 1.464 * aspect**1.65)
    membrane = ellipse.opening(np.array(aspect), PHI) * (1.1 + 0.9 * depth_ratio**2 / (1 + carrier)) / lean
    shear = ellipse.shear(np.array(aspect), PHI, CERAMIC.poisson_ratio)[..., None] * np.array([1.1, 0.8])
    return np.stack([membrane, membrane * (1 - 1.2 * depth_ratio)], axis=-1), shear * (1 + 0.1 * depth_ratio)


def known(values) -> np.ndarray:
    depth_ratio, aspect = float(values["flaws.depth"][0]) / 30e-6, float(values["flaws.aspect"][0])
    carrier = float(values["stack.carrier.thickness"][0]) / 30e-6
    return outputs(*known_shapes(depth_ratio, aspect, carrier), aspect, CERAMIC.poisson_ratio)


def made(target: float = 0.01, most: int = 60) -> Surrogate:
    built = build(
        lambda place: known(DOMAIN.values(place[None])),
        len(DOMAIN.solved),
        target,
        most,
        6,
        relative_gap,
        embed=lambda places: DOMAIN.inputs(DOMAIN.values(places)),
    )
    about = {"title": "known", "solve_error": 0.002, "shear_solve_error": 0.003, "reached": built.reached}
    return Surrogate(DOMAIN, built.process, built.held_x, built.held_y, about | {"history": built.history})


@pytest.fixture(scope="module")
def surrogate() -> Surrogate:
    return made()


def random_values(count: int) -> dict[str, np.ndarray]:
    places = np.random.default_rng(5).random((count, 3))
    return DOMAIN.values(places)


def steep(x: np.ndarray) -> np.ndarray:
    """Flat but for one corner."""
    x = np.atleast_2d(x)
    return np.exp(-5 * (1 - x[:, 0]) - 4 * (1 - x[:, 1]))[:, None]


def test_closed_form_of_what_is_left_out_is_that_of_refitting():
    x = np.random.default_rng(0).random((12, 2))
    y = np.column_stack([np.sin(3 * x[:, 0]) + x[:, 1], x[:, 0] * x[:, 1]])
    whole = GaussianProcess(x, y, np.array([0.6, 0.9]), 1e-4)
    for i in range(len(x)):
        others = np.arange(len(x)) != i
        # Leave the mean as it is: shift the values by what the smaller sample's mean differs.
        shift = whole.mean - y[others].mean(axis=0)
        part = GaussianProcess(x[others], y[others], whole.lengths, whole.noise)
        centred = replace(part, y=y[others] - whole.mean)
        centred.__dict__["mean"] = np.zeros(2)
        assert np.any(np.abs(shift) > 0)
        assert centred.predict(x[[i]])[0] + whole.mean == pytest.approx(whole.left_out()[i], abs=1e-8)
        spread = np.sqrt(part.deviation(x[[i]])[0] ** 2 + whole.noise)
        assert spread == pytest.approx(whole.left_out_deviation()[i], rel=1e-6)


def test_process_meets_its_points_and_knows_little_far_away():
    x = np.random.default_rng(1).random((25, 2)) * 0.5
    found = fit(x, np.column_stack([np.cos(2 * x[:, 0]), x[:, 1] ** 2]))
    assert found.predict(x) == pytest.approx(found.y, abs=1e-3)
    assert found.deviation(np.array([[1.0, 1.0]]))[0] > 5 * found.deviation(x).max()


def test_points_gather_where_the_function_is_steep():
    def gap(predicted, true):
        return np.abs(predicted - true)[:, 0]

    found = build(lambda x: steep(x)[0], 2, 0.01, 60, 8, gap)
    assert found.reached and found.errors.worst <= 0.01
    assert np.all(found.process.x > 0.5, axis=1).mean() > 0.3  # of a quarter of the square
    places = np.random.default_rng(2).random((2000, 2))
    error = gap(found.process.predict(places), steep(places))
    even = first_points(2, len(found.process.x), 0)
    spread = gap(fit(even, steep(even)).predict(places), steep(places))
    assert np.quantile(error, 0.95) < 0.01 and error.max() < 0.5 * spread.max()


def test_points_held_out_are_never_trained_on_and_a_missed_target_is_told():
    asked = []

    def solved(x):
        asked.append(x)
        return steep(x)[0]

    found = build(solved, 2, 1e-9, 20, 5, lambda p, t: np.abs(p - t)[:, 0])
    assert not found.reached and len(asked) == 20 and len(found.process.x) == 15
    assert not {tuple(x) for x in found.process.x} & {tuple(x) for x in found.held_x}
    record = {
        "title": "x",
        "ranges": {},
        "target": 1e-9,
        "reached": False,
        "left_out_error": 0.1,
        "held_out": 5,
    }
    record |= {"held_out_error": 0.1, "solve_error": 0.01, "cracks": 20, "trained_on": 15, "seconds": 1.0}
    assert any("NOT met" in line for line in words(record))


def test_surrogate_keeps_its_target_and_its_estimates(surrogate):
    assert surrogate.about["reached"]
    values = random_values(400)
    x = DOMAIN.inputs(values)
    true = np.array([known({key: value[[i]] for key, value in values.items()}) for i in range(400)])
    gap = relative_gap(surrogate.process.predict(x), true)
    assert np.quantile(gap, 0.95) < 0.01
    assert np.mean(gap <= surrogate.interpolation_error(x)) > 0.9


def test_what_is_written_reads_the_same(surrogate, tmp_path):
    path = tmp_path / "known.npz"
    surrogate.write(path)
    again = rollmech.surrogate_of(path)
    x = DOMAIN.inputs(random_values(20))
    assert again.process.predict(x) == pytest.approx(surrogate.process.predict(x), rel=1e-12)
    assert again.errors.worst == pytest.approx(surrogate.errors.worst)
    assert again.domain == surrogate.domain and path.stat().st_size < 2e5
    path.write_bytes(b"no surrogate")
    with pytest.raises(InputError, match="is no surrogate"):
        surrogate_of(path)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("flaws.depth", 19e-6, "19 um: lies outside .* 1 um to 18 um"),
        ("flaws.aspect", 0.2, "0.2: lies outside .* 0.3 to 1.5"),
        ("stack.carrier.thickness", 70e-6, "70 um: lies outside .* 15 um to 60 um"),
        ("materials.PET.youngs_modulus", 5e9, "5 GPa: lies outside .* 4 GPa"),
        ("materials.gold.youngs_modulus", 5e9, "is no input of this surrogate"),
    ],
)
def test_surrogate_refuses_to_extrapolate(surrogate, key, value, told):
    values = {name: column[:3] for name, column in random_values(3).items()} | {
        "flaws.angle": np.full(3, 1.0)
    }
    with pytest.raises(InputError, match=rf"(?s){key}.*{told}"):
        surrogate.stress_intensity({**values, key: value}, np.array([1e6, 0, 0, 0]))


def test_slice_takes_the_place_of_a_library(surrogate):
    thin = replace(CARRIER, thickness=20e-6)
    cut = surrogate.at((CERAMIC, thin), 0.5)
    shape, shear = known_shapes(0.2, 0.8, 20 / 30)
    assert cut.factors(0.2, 0.8) == pytest.approx(shape, rel=0.02, abs=0.02)
    assert cut.shear_factors(0.2, 0.8) == pytest.approx(shear, rel=0.02, abs=0.02)
    with pytest.raises(InputError, match=r"flaws.depth = 21 um"):
        cut.factors(0.7, 0.8)
    with pytest.raises(InputError, match="is another stack"):
        surrogate.at((CERAMIC,))
    straight = replace(surrogate, domain=replace(DOMAIN, ranges=RANGES[:2] + RANGES[3:]))
    with pytest.raises(InputError, match=r"flaws.angle"):
        straight.at((CERAMIC, thin), 0.5)


def test_growing_scattered_and_many_cracks_agree_at_an_angle(surrogate):
    cut = surrogate.at((CERAMIC, CARRIER), np.array([0.5]))
    depth, aspect = np.array([6e-6, 12e-6]), np.array([0.5, 0.8])
    modes, turn = np.array([40e6, 60e6, 5e6, -8e6]), 0.5
    many = ScatteredCracks(cut, 30e-6)(depth, aspect, np.full(2, turn), modes)
    grown = GrowingCrack(cut, 30e-6)(depth, depth / aspect, crack_stress(modes, np.pi / 2 - turn))
    assert np.all(many >= np.max(grown, axis=0) - 1e-6)
    values = {"flaws.depth": depth, "flaws.aspect": aspect, "stack.carrier.thickness": 30e-6}
    k, error = surrogate.stress_intensity(values | {"flaws.angle": np.pi / 2 - turn}, modes)
    assert k.max(axis=1) == pytest.approx(many, rel=1e-9)
    assert np.all((error > 0.002) & (error < 0.03))
    straight = ScatteredCracks(cut, 30e-6)(depth, aspect, np.zeros(2), modes)
    assert np.all(straight > many)


CASE = (ROOT / "cases" / "scattered_carrier.toml").read_text()


def with_surrogate(folder: Path, surrogate: Surrogate, text: str = CASE) -> Path:
    """A case beside a surrogate of its own stack."""
    case = load_case(ROOT / "cases" / "scattered_carrier.toml")
    domain = replace(DOMAIN, layers=layers_of(case, 1, "top"))
    replace(surrogate, domain=domain).write(folder / "known.npz")
    table = text.index("[library]") if "[library]" in text else len(text)
    (folder / "case.toml").write_text(text[:table] + '\n[library]\nsurrogate = "known.npz"\n')
    return folder / "case.toml"


STRAIGHT = 'population.angle={ law = "fixed", value = "0 deg" }'


def test_population_of_a_layered_stack_comes_from_the_surrogate(surrogate, tmp_path):
    path = with_surrogate(tmp_path, surrogate)
    found = {}
    for thickness in ("20 um", "50 um"):
        case = load_case(path, [f'stack.carrier.thickness="{thickness}"', STRAIGHT])
        record = study_line(case, make_laminate(case)).record["population"]
        found[thickness] = record["failure"]["value"]
        assert record["library"]["source"] == "surrogate" and record["library"]["interpolation_error"] > 0
        assert min(record["failure_by_error_of_k"]) < found[thickness] < max(record["failure_by_error_of_k"])
        drawn, share = record["monte_carlo"], record["critical_share"]
        assert drawn["low"] <= share["high"] and drawn["high"] >= share["low"]
    assert found["20 um"] != found["50 um"]
    window = window_of(case, "rollers.radius", "rollers.tension", "population")
    assert 0 <= window.values.min() < window.values.max() <= 1


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (
            'stack.carrier.thickness="90 um"',
            r"stack.carrier.thickness = 90 um: lies outside .* 15 um to 60 um",
        ),
        ("population.aspect.high=1.9", r"flaws.aspect = .*: lies outside"),
        ('materials.LLZTO.fracture_toughness="0.1 MPa*m^0.5"', r"flaws.depth = 1 um: is critical already"),
        ('library.surrogate="none.npz"', r"library.surrogate = .*does not exist"),
        ('library.sha256="0"', r"library.sha256 = 0: is not the file"),
    ],
)
def test_case_that_leaves_its_surrogate_is_refused(surrogate, tmp_path, override, told):
    path = with_surrogate(tmp_path, surrogate)
    with pytest.raises(InputError, match=told):
        case = load_case(path, [override])
        study_line(case, make_laminate(case))


GOOD_FILE = (ROOT / "cases" / "surrogates" / "ribbon_on_carrier.toml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('target = "2 %"', "", "target: "),
        ('target = "2 %"', 'target = "0.01 %"', "is out of bounds"),
        ('key = "flaws.depth"', 'key = "flaws.deep"', "Did you mean 'flaws.depth'"),
        ('to = "12 um"', 'to = "29 um"', "is too deep.*up to 27 um"),
        ('from = "2 um"', 'from = "2"', r"range.flaws.depth.from = \"2\": has no unit"),
        ('from = "2 um"', 'from = "20 um"', "is no rising range"),
        ('key = "flaws.aspect"', 'key = "materials.PET.poisson_ratio"', "does not span the sizes of a crack"),
        ("most_solves = 40", "most_solves = 2", "at least 12"),
        ('to = "90 deg"', 'to = "120 deg"', "a quarter turn"),
        ("format = 1", "format = 2", "is not a format"),
        ("held_out = 6", "held_out = 6\nspeed = 3", "unknown key"),
    ],
)
def test_wrong_surrogate_file_is_told(tmp_path, old, new, told):
    assert old in GOOD_FILE
    text = GOOD_FILE.replace(old, new).replace(
        "../scattered_carrier.toml", str(ROOT / "cases/scattered_carrier.toml")
    )
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=f"(?s){told}"):
        load_surrogate_file(path)


def test_ellipse_in_shear_has_the_limits_of_a_circle_and_of_a_long_crack():
    circle = ellipse.shear(np.array(1.0), np.array([0.0, np.pi / 2]), 0.3)
    assert circle[0, 0] == pytest.approx(4 / np.pi / 1.7, rel=2e-4)
    assert circle[1, 1] == pytest.approx(4 * 0.7 / np.pi / 1.7, rel=2e-4)
    assert ellipse.shear(np.array(1e-4), np.array([np.pi / 2]), 0.3)[0, 1] == pytest.approx(1.0, rel=1e-4)
    either = ellipse.shear(np.array([0.999, 1.001]), PHI, 0.25)
    assert either[0] == pytest.approx(either[1], rel=3e-3, abs=1e-4)


STUDY = """\
format = 1
case = "{case}"
surrogate = "known.npz"

[[vary]]
key = "flaws.depth"
from = "3 um"
to = "15 um"

[[vary]]
key = "stack.carrier.thickness"
from = "20 um"
to = "40 um"

[design]
kind = "latin-hypercube"
samples = 24
"""
FLAW = """
[[flaws]]
kind = "crack"
layer = "ceramic"
face = "top"
depth = "6 um"
length = "20 um"
angle = "60 deg"
"""


def study_of(folder: Path, surrogate: Surrogate, flaw: str = FLAW) -> Path:
    with_surrogate(folder, surrogate)
    (folder / "base.toml").write_text(CASE[: CASE.index("[population]")] + flaw)
    (folder / "study.toml").write_text(STUDY.format(case="base.toml"))
    return folder / "study.toml"


def test_study_takes_k_from_a_surrogate(surrogate, tmp_path):
    path = study_of(tmp_path, surrogate)
    _, base, plan = plan_study(path)
    assert not plan.solves and "by the surrogate" in " ".join(plan.words())
    summary = carry_out(path, Options(tmp_path / "out", workers=1, pictures=False, quiet=True))
    assert summary["status"] == {"done": 24} and summary["distinct_solves"] == 0
    table = pandas.read_parquet(tmp_path / "out" / "results.parquet")
    assert set(table["source"]) == {"surrogate"}
    assert (table["K_ratio error"] > 0).all()
    case = base.case_with(plan.points.settings(3))
    judge = surrogate_judge(case)
    ratios = [judge.ratio(loading.state) for loading in loadings_of(case, make_laminate(case))]
    assert table["K_ratio"][3] == pytest.approx(max(ratios))


def test_study_says_what_its_surrogate_does_not_know(surrogate, tmp_path):
    with pytest.raises(InputError, match=r"flaws = pit: has no K in a surrogate"):
        plan_study(
            study_of(tmp_path, surrogate, FLAW.replace("crack", "pit").replace("length", "width")[:-18])
        )
    path = study_of(tmp_path, surrogate)
    path.write_text(path.read_text().replace('to = "15 um"', 'to = "28 um"'))
    summary = carry_out(path, Options(tmp_path / "out", workers=1, pictures=False, quiet=True))
    assert summary["status"]["refused"] > 0 and "does not extrapolate" in next(
        iter(summary["reasons"]["refused"])
    )


def test_shares_of_the_causes_add_up_at_an_angle(surrogate, tmp_path):
    study_of(tmp_path, surrogate)
    text = (tmp_path / "base.toml").read_text() + '[library]\nsurrogate = "known.npz"\n'
    (tmp_path / "base.toml").write_text(text)
    case = load_case(tmp_path / "base.toml")
    judge = surrogate_judge(case)
    found = judge.find(loadings_of(case, make_laminate(case))[1].state)
    assert sum(found.shares.values()) == pytest.approx(found.value) and found.value_error > 0
    assert found.ratio == pytest.approx(judge.ratio(loadings_of(case, make_laminate(case))[1].state))


def test_command_plans_and_refuses(capsys, tmp_path):
    assert cli.main(["surrogate", str(ROOT / "cases/surrogates/ribbon_on_carrier.toml"), "--dry-run"]) == 0
    assert "4 dimensionless inputs" in capsys.readouterr().out
    assert cli.main(["surrogate", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err


def test_shipped_example_serves_its_case():
    case = load_case(ROOT / "cases" / "scattered_carrier.toml")
    found = surrogate_of(case.library.surrogate)
    assert found.about["reached"] and found.errors.worst <= found.about["target"]
    assert population_library(case).table.factors(0.2, 0.8)[-1, 0] == pytest.approx(0.75, rel=0.2)
