"""Ranking of treatments and tornado of inputs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from rollmech.case import dump_case, load_case
from rollmech.case.load import parse_case, read_toml
from rollmech.case.ranking import Ranking
from rollmech.cli import main
from rollmech.decision import principles
from rollmech.decision.cells import number_of
from rollmech.decision.inputs import inputs_of
from rollmech.decision.mechanics import Failing, FlawState, together
from rollmech.decision.ranking import _worse, as_record, pareto, rank
from rollmech.decision.tornado import as_record as tornado_record
from rollmech.decision.tornado import tornado
from rollmech.errors import InputError
from rollmech.materials import library as materials
from rollmech.treatments import treatment

CASES = Path(__file__).parents[2] / "cases"
CRACKS = ["vacuum heat treatment", "H3PO4", "N2 plasma", "sonication"]  # none that takes a solve


@pytest.fixture(scope="module")
def ranked():
    return rank(load_case(CASES / "five_treatments.toml"), CRACKS)


@pytest.mark.parametrize(
    ("cell", "worse", "value", "bound"),
    [("17.5", True, 17.5, ""), ("<10", True, 10.0, "<"), (">1", False, 1.0, ">"), ("—", True, None, "")],
)
def test_cells_become_numbers(cell, worse, value, bound):
    assert (number_of(cell, worse).value, number_of(cell, worse).bound) == (value, bound)


def test_the_worse_of_two_values_counts():
    assert number_of("2.5/3.3", True).value == 3.3 and number_of("0.6/1.3", False).value == 0.6


def test_front_keeps_ties_and_drops_the_beaten():
    assert pareto([(1, 5), (2, 2), (2, 2), (3, 3), None, (4, 1)]) == [True, True, True, False, False, True]


def test_a_flaw_that_cuts_the_layer_is_the_worst():
    through, mild, severe = FlawState(1e-5, None), FlawState(1e-6, 0.2), FlawState(2e-6, 0.9)
    assert (
        _worse(through, severe) is through and _worse(mild, severe) is severe and _worse(None, mild) is mild
    )


def test_failures_of_two_populations_add_as_independent():
    both = together(Failing(0.1, 0.05, 0.2, "a"), Failing(0.5, 0.4, 0.6, "b"))
    assert (both.value, both.low, both.high) == pytest.approx((0.55, 0.43, 0.68))


def test_ranking_takes_k_from_the_library_and_says_what_it_leaves_out(ranked):
    assert ranked.solves == 0 and ranked.library[0] == "shipped"
    assert ranked.left_out == {"sonication": "it treats powder, not a sheet"}
    rows = {row.treatment.name: row for row in ranked.rows}
    acid = rows["H3PO4"].own.flaws
    assert acid["low"].ratio < acid["mid"].ratio < acid["high"].ratio
    # shallow cracks: K grows as the root of depth
    assert acid["mid"].ratio / acid["low"].ratio == pytest.approx(math.sqrt(5), rel=0.1)
    assert rows["N2 plasma"].own.flaws == {} and rows["N2 plasma"].sheet_governs


def test_an_untreated_sheet_bounds_every_treatment(ranked):
    for row in ranked.rows:
        for severity, flaw in row.flaws.items():
            assert flaw.ratio >= ranked.sheet[severity].ratio
        assert row.failure.low <= row.failure.value <= row.failure.high
        assert 0 <= row.score[0] <= row.score[1] <= 1


def test_ranked_crack_agrees_with_a_run_of_the_library_radius(ranked):
    # at its smallest safe radius the worst station's ratio is what is allowed
    case = load_case(CASES / "five_treatments.toml")
    flaw = ranked.sheet["high"]
    rollers = tuple(r.model_copy(update={"radius": flaw.radius.value}) for r in case.rollers)
    again = rank(case.model_copy(update={"rollers": rollers}), ["N2 plasma"])
    assert again.sheet["high"].ratio == pytest.approx(1.0, rel=1e-3)


def test_record_holds_every_assumption(ranked):
    record = as_record(ranked, "title")
    assert any("placeholder" in text for text in record["assumptions"])
    assert all(row["principles"]["cost"]["outcome"] == "meets" for row in record["treatments"])


def test_principles_say_what_they_rest_on():
    wish = Ranking(
        temperature_swing="100 K", application=["flexible", "humid"], contact_angle={"SPE": "115 deg"}
    )
    before = principles.effectiveness(treatment("N2 plasma"), wish)
    assert before.outcome == "meets" and before.score == pytest.approx(1 - 3.5 / 125.8)
    assert principles.effectiveness(treatment("H3PO4"), wish).outcome == "unknown"
    assert principles.application(treatment("SPE"), wish).outcome == "meets"
    assert principles.application(treatment("Ag"), wish).outcome == "fails"
    assert principles.cost(treatment("Ag"), wish).outcome == "unknown"


def test_mismatch_energy_of_silver():
    # E/(1 - nu) (5.9 ppm/K x 100 K)^2 x 50 nm
    wish = Ranking(temperature_swing="100 K")
    test = principles.compatibility(treatment("Ag"), wish, materials()["LLZTO"])
    silver = materials()["Ag"]
    energy = silver.value("youngs_modulus") / (1 - silver.value("poisson_ratio")) * (5.9e-4) ** 2 * 50e-9
    assert test.score == pytest.approx(1 - energy / 0.1, rel=1e-6)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"treatments": ["H3PO5"]}, "H3PO4"),
        ({"treatments": ["H3PO4", "h3po4"]}, "twice"),
        ({"cost": {"H3PO4": "cheap"}}, "low"),
        ({"contact_angle": {"SPE": "112"}}, "no unit"),
        ({"untreated_resistance": "500 ohm"}, "ohm*cm^2"),
        ({"treatment": ["H3PO4"]}, "Did you mean 'treatments'"),
    ],
)
def test_bad_ranking_tables_are_named(table, words):
    mapping = read_toml(CASES / "five_treatments.toml") | {"ranking": table}
    with pytest.raises(InputError) as caught:
        parse_case(mapping)
    assert "ranking" in str(caught.value) and words in str(caught.value)


def test_ranking_survives_its_dump():
    import tomllib

    mapping = read_toml(CASES / "five_treatments.toml")
    mapping["ranking"]["contact_angle"] = {"H3PO4": "112 deg"}
    case = parse_case(mapping)
    assert parse_case(tomllib.loads(dump_case(case))).ranking == case.ranking


def test_bad_arguments_end_in_one_message(capsys, tmp_path):
    case = str(CASES / "five_treatments.toml")
    assert main(["rank", case, "--only", "gold", "--out", str(tmp_path / "a")]) == 2
    assert main(["rank", case, "--only", "H3PO4", "--only", "H3PO4", "--out", str(tmp_path / "a")]) == 2
    assert main(["tornado", case, "--range", "rollers.radios=1:2", "--out", str(tmp_path / "a")]) == 2
    assert main(["tornado", case, "--range", "rollers.radius=2:1", "--out", str(tmp_path / "a")]) == 2
    told = capsys.readouterr().err
    assert "gold" in told and "twice" in told and "rollers.radius" in told and not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def moved():
    return tornado(load_case(CASES / "qc_limit.toml"), ranges=["rollers.tension_ripple=0.5:1.5"])


def test_tornado_of_a_population_needs_no_solve(moved):
    assert moved.of == "failure" and moved.solves == 0
    keys = [bar.input.key for bar in moved.bars]
    assert keys[0] == "materials.LLZTO.fracture_toughness" and "stack.ceramic.thickness" in keys
    swings = [bar.swing("failure") for bar in moved.bars]
    assert swings == sorted(swings, reverse=True)
    low, high = moved.failure_interval
    assert low < moved.base.failure < high


def test_tornado_moves_the_way_that_mechanics_says(moved):
    bars = {bar.input.key: bar for bar in moved.bars}
    tough, strong = bars["materials.LLZTO.fracture_toughness"], bars["materials.LLZTO.flexural_strength"]
    assert tough.high.failure < moved.base.failure < tough.low.failure
    # stress over strength, so that both ends are plain quotients
    assert strong.low.ratio == pytest.approx(moved.base.ratio / 0.9)
    assert bars["rollers.tension_ripple"].input.basis == "given"
    assert bars["rollers.tension_ripple"].low.failure < bars["rollers.tension_ripple"].high.failure


def test_tornado_record_names_where_ranges_come_from(moved):
    rows = {row["input"]: row for row in tornado_record(moved, "title")["inputs"]}
    assert rows["population.density"]["range_from"] == "95 % interval of 120 counted"
    assert rows["rollers.radius"]["range_from"].startswith("default")
    assert "placeholder" in rows["materials.LLZTO.fracture_toughness"]["range_from"]


def test_every_input_changes_the_case_and_nothing_else():
    for path in sorted(CASES.glob("*.toml")):
        case = load_case(path)
        for item in inputs_of(case):
            assert item.low < item.high and item.low <= item.base <= item.high
            assert item.change(case, item.high) != case, item.key


def test_commands_write_tables_charts_and_records(tmp_path, capsys, monkeypatch):
    import csv
    import json

    monkeypatch.setenv("COLUMNS", "200")
    case = str(CASES / "five_treatments.toml")
    only = ["--only", "H3PO4", "--only", "n2 plasma"]
    assert main(["rank", case, *only, "--by", "ccd", "--out", str(tmp_path / "rank")]) == 0
    assert main(["tornado", str(CASES / "unflawed_stack.toml"), "--out", str(tmp_path / "moved")]) == 0
    told = capsys.readouterr().out
    assert "* N2 plasma" in told and "assumption:" in told and "no joint effects" in told
    rows = list(csv.DictReader((tmp_path / "rank" / "ranking.csv").open(encoding="utf-8")))
    assert [row["treatment"] for row in rows] == ["N2 plasma", "H3PO4"]
    record = json.loads((tmp_path / "moved" / "results.json").read_text(encoding="utf-8"))
    assert record["solves"] == 0 and record["inputs"][0]["at_low"]["ratio"] != record["base"]["ratio"]
    for name in ("rank/ranking.png", "moved/tornado.png", "moved/tornado.csv"):
        assert (tmp_path / name).stat().st_size > 500
