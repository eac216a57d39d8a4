"""Study files, designs, expressions and plans: no solve."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rollmech.errors import InputError
from rollmech.study.base import load_base
from rollmech.study.expressions import ExpressionError, parse
from rollmech.study.fast import slow_keys
from rollmech.study.file import load_study
from rollmech.study.plan import NO_FLAW, REFUSED, make_plan
from rollmech.study.space import make_points
from rollmech.study.walk import plan_study
from rollmech.units import registry

CASES = Path(__file__).parents[2] / "cases"
HEAD = 'format = 1\ncase = "{case}"\n'
DEPTH = '[[vary]]\nkey = "flaws.depth"\nvalues = ["2 um", "4000 nm", "6 um"]\n'
RADIUS = '[[vary]]\nkey = "rollers.radius"\nfrom = "20 mm"\nto = "80 mm"\ncount = 3\nscale = "log"\n'
RANGES = (
    RADIUS.replace("count = 3\n", "")
    + '[[vary]]\nkey = "rollers.0.tension"\nfrom = "10 N/m"\nto = "50 N/m"\n'
)


@pytest.fixture
def laid(tmp_path):
    """Study, base and points of a study's text."""

    def make(text: str, case: str = "etch_pit.toml"):
        path = tmp_path / "study.toml"
        path.write_text(HEAD.format(case=CASES / case) + text)
        study = load_study(path)
        base = load_base(study)
        return study, base, make_points(study, base)

    return make


def plan_of(laid, text, case="etch_pit.toml"):
    _, base, points = laid(text, case)
    return make_plan(points, base, slow_keys)


def test_a_grid_counts_up_its_last_key_first_in_the_unit_of_its_first_value(laid):
    _, _, points = laid(DEPTH + RADIUS)
    depth, radius = points.columns
    assert depth.label == "flaws.depth [um]"
    np.testing.assert_allclose(depth.values, np.repeat([2.0, 4.0, 6.0], 3))
    np.testing.assert_allclose(radius.values, np.tile([20.0, 40.0, 80.0], 3))
    assert points.settings(4) == {"flaws.depth": "4.0 um", "rollers.radius": "40.0 mm"}


def test_entries_together_are_zipped_and_crossed_with_the_others(laid):
    both = DEPTH + 'together = "a"\n' + RADIUS + 'together = "a"\n'
    _, _, points = laid(both + '[[vary]]\nkey = "rollers.0.tension"\nvalues = ["10 N/m", "20 N/m"]\n')
    assert len(points) == 6
    assert points.settings(3) == {
        "flaws.depth": "4.0 um",
        "rollers.radius": "40.0 mm",
        "rollers.0.tension": "20.0 N/m",
    }


def test_zip_refuses_lists_of_different_length(laid):
    with pytest.raises(InputError, match="not equally many"):
        laid(DEPTH + RADIUS.replace("count = 3", "count = 4") + '[design]\nkind = "zip"\n')


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_sampled_designs_fill_each_range_evenly_and_repeat_with_their_seed(laid, kind):
    text = RANGES + f'[design]\nkind = "{kind}"\nsamples = 16\nseed = 3\n'
    _, _, points = laid(text)
    radius, tension = (column.values for column in points.columns)
    assert sorted(np.floor((tension - 10) / 40 * 16)) == list(range(16))
    assert sorted(np.floor(np.log(radius / 20) / np.log(4) * 16)) == list(range(16))
    again = laid(text)[2]
    np.testing.assert_array_equal(again.columns[0].values, radius)


def test_fractional_factorial_multiplies_the_levels_of_its_generators(laid):
    third = '[[vary]]\nkey = "rollers.0.wrap"\nvalues = ["60 deg", "90 deg"]\n'
    generated = '"rollers.0.wrap" = ["rollers.radius", "rollers.0.tension"]'
    design = f'[design]\nkind = "factorial"\ncentre = true\ngenerators = {{ {generated} }}\n'
    _, _, points = laid(RANGES + third + design)
    signs = 2 * points.places - 1
    assert len(points) == 5
    np.testing.assert_array_equal(signs[:4, 2], signs[:4, 0] * signs[:4, 1])
    assert points.settings(4)["rollers.radius"] == "40.0 mm"


def test_designs_of_salib_have_their_number_of_points(laid):
    for kind, samples, count in (("saltelli", 8, 8 * 4), ("morris", 5, 5 * 3)):
        _, _, points = laid(RANGES + f'[design]\nkind = "{kind}"\nsamples = {samples}\n')
        assert len(points) == count
        assert points.places.shape == (count, 2)


def test_derived_keys_and_conditions_read_other_spellings_of_a_key(laid):
    text = 'skip_if = ["flaws.pit.depth > 0.15 * stack.ceramic.thickness"]\n' + DEPTH
    _, base, points = laid(text + '[derive]\n"flaws.0.width" = "1.5 * flaws.0.depth"\n')
    assert points.skipped == {"flaws.pit.depth > 0.15 * stack.ceramic.thickness": 1}
    assert points.design.tolist() == [0, 1]
    case = base.case_with(points.settings(1))
    assert (case.flaw.depth, case.flaw.width) == pytest.approx((4e-6, 6e-6))


def test_points_of_one_geometry_share_a_solve(laid):
    plan = plan_of(laid, DEPTH + RADIUS)
    assert [len(plan.keys[key]) for key in plan.solves] == [3, 3, 3]
    assert len(plan_of(laid, RADIUS).solves) == 1
    assert list(plan_of(laid, RADIUS, "unflawed_stack.toml").keys) == [NO_FLAW]


def test_points_that_the_case_refuses_are_planned_as_rows(laid):
    plan = plan_of(laid, DEPTH.replace('"6 um"', '"60 um"'))
    assert plan.keys[REFUSED].tolist() == [2]
    assert len(plan.solves) == 2


def test_rows_after_the_first_of_a_large_solve_wait_for_it(laid):
    plan = plan_of(laid, RADIUS.replace("count = 3", "count = 101"))
    first, *rest = plan.tasks(done=[0, 1])
    assert first.rows.tolist() == [2]
    assert {task.after for task in rest} == {first.number}
    assert sorted(row for task in (first, *rest) for row in task.rows) == list(range(2, 101))


def test_many_process_points_are_arrays_unless_a_key_or_the_case_forbids_it(laid):
    many = RADIUS.replace("count = 3", "count = 1001")
    assert plan_of(laid, many, "polishing_scratch.toml").fast
    assert plan_of(laid, many, "coating_line.toml").slow_keys.keys() == {"the case"}
    faces = '[[vary]]\nkey = "rollers.0.touches"\nvalues = ["top", "bottom"]\n'
    plan = plan_of(laid, many + faces, "polishing_scratch.toml")
    assert (plan.fast, list(plan.slow_keys)) == (False, ["rollers.0.touches"])


BAD = {
    "format": ('format = 2\ncase = "x"\n' + DEPTH, "format"),
    "no case": ("format = 1\n" + DEPTH, "case: is missing"),
    "nothing varied": ('format = 1\ncase = "x"\n', "nothing to vary"),
    "unknown table": (HEAD + DEPTH + "[desing]\n", "Did you mean 'design'"),
    "unknown key": (HEAD + DEPTH.replace("depth", "dpeth"), "Did you mean 'depth'"),
    "unknown entry": (HEAD + DEPTH.replace("flaws.depth", "flaws.pitt.depth"), "no entry is called 'pitt'"),
    "wrong kind": (HEAD + DEPTH.replace("um", "MPa").replace("nm", "MPa"), "is a stress, not a length"),
    "no unit": (HEAD + '[[vary]]\nkey = "flaws.depth"\nvalues = [2.0, 3.0]\n', "has no unit"),
    "mixed": (HEAD + DEPTH.replace("6 um", "6 MPa"), "mixes kinds"),
    "twice": (HEAD + DEPTH + DEPTH, "varied twice"),
    "falling": (HEAD + RADIUS.replace("20 mm", "200 mm"), "no rising range"),
    "no count": (HEAD + RADIUS.replace("count = 3\n", ""), "count: is missing"),
    "design": (HEAD + RANGES + '[design]\nkind = "sobbol"\n', "Did you mean 'sobol'"),
    "power": (HEAD + RANGES + '[design]\nkind = "sobol"\nsamples = 100\n', "no power of two"),
    "expression": ('skip_if = "flaws.depth >"\n' + HEAD + DEPTH, "is no expression"),
    "unit of expression": ('skip_if = "flaws.depth > 2 MPa"\n' + HEAD + DEPTH, "Cannot convert"),
    "no condition": ('skip_if = "2 * flaws.depth"\n' + HEAD + DEPTH, "is no condition"),
    "name": ('skip_if = "flaws.depht > 2 um"\n' + HEAD + DEPTH, "is no number of the case"),
    "all left out": ('skip_if = "flaws.depth > 1 um"\n' + HEAD + DEPTH, "leaves no point"),
    "derived": (HEAD + DEPTH + '[derive]\n"flaws.7.width" = "flaws.depth"\n', "no entry is called '7'"),
    "all refused": (
        HEAD + DEPTH.replace('"2 um", "4000 nm", "6 um"', '"40 um", "50 um"'),
        "refused at all 2 points",
    ),
    "best": (HEAD + DEPTH + "[best]\ncount = 3\n", "none or both"),
    "set": (HEAD + DEPTH + '[set]\n"flaws.9.depth" = "1 um"\n', "no entry is called '9'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_studies_name_key_and_remedy(tmp_path, name):
    text, wanted = BAD[name]
    path = tmp_path / "study.toml"
    path.write_text(text.format(case=CASES / "etch_pit.toml") if "{case}" in text else text)
    with pytest.raises(InputError) as found:
        plan_study(path)
    assert wanted in str(found.value)
    assert "accepted:" in str(found.value)


def test_expressions_know_units_and_arrays():
    quantity = registry().Quantity
    values = {"a.depth": quantity(np.array([4.0, 8.0]), "um"), 'b."c d".size': quantity(2.0, "mm"), "K": 0.5}
    assert parse("a.depth > 5 um and K < 1")(values).tolist() == [False, True]
    assert parse("max(a.depth, 5 um)")(values).to("um").magnitude.tolist() == [5.0, 8.0]
    assert parse('b."c d".size / a.depth')(values).to("").magnitude.tolist() == [500.0, 250.0]
    assert parse("3 MPa*m^0.5 + 1 kPa*m^0.5")(values).to("kPa*m**0.5").magnitude == pytest.approx(3001)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b(1)",
        "[1]",
        "lambda",
        "x if y else z",
        "1 bogus",
        "9^9^9^9",
        "a.depth and 1",
        "",
    ],
)
def test_expressions_reach_nothing_else(text):
    with pytest.raises(ExpressionError):
        parse(text)({"a.depth": 1.0})


@pytest.mark.parametrize("path", sorted((CASES / "studies").glob("*.toml")), ids=lambda path: path.stem)
def test_example_studies_are_planned_without_a_solver(path):
    _, _, plan = plan_study(path)
    assert len(plan.solves) > 1 or set(plan.keys) == {NO_FLAW}
    assert REFUSED not in plan.keys
