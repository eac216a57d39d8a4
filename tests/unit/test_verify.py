"""Scoring, averaging and reporting of the verification, without a solve."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from rollmech.errors import InstallationError, NumericsError
from rollmech.flaws.crack import SurfaceCrack
from rollmech.verify import catalogue, run
from rollmech.verify.catalogue import benchmarks, tables
from rollmech.verify.hat import hat_average
from rollmech.verify.rows import Answer, Benchmark, Target, score
from rollmech.verify.summary import GOALS, effectivity, standing, summary
from rollmech.verify.tables import family_table, needing_reasons
from rollmech.verify.terminal import print_report

KEYS = {
    "family", "name", "quantity", "reference", "value", "difference", "estimate", "seconds", "source",
    "tolerance", "passed", "note", "kind", "reason",
}  # fmt: skip


def target(reference=2.0, tolerance=0.01, **others) -> Target:
    return Target("family", others.pop("name", "name"), "F", reference, tolerance, "a book", **others)


def scored(*answers: Answer | None, **others):
    targets = tuple(target(**others) for _ in answers)
    return score(Benchmark(targets, lambda: answers))


def failing(error: Exception):
    def solve():
        raise error

    return solve


# --- rows --------------------------------------------------------------------------------------------------


def test_differences_are_relative_to_the_reference():
    (row,) = scored(Answer(2.01, 0.02))
    assert (row.difference, row.estimate) == (pytest.approx(0.005), pytest.approx(0.01))
    assert row.passed
    assert row.covered


def test_negative_references_keep_the_sign_of_the_difference():
    (row,) = scored(Answer(-2.02, 0.01), reference=-2.0)
    assert row.difference == pytest.approx(-0.01)
    assert row.estimate == pytest.approx(0.005)
    assert not row.covered


def test_absolute_rows_say_so_and_survive_a_zero():
    (row,) = scored(Answer(0.008, 0.002), reference=0.0, absolute=True, uncertainty=0.01)
    assert (row.difference, row.passed) == (0.008, True)
    assert row.note.startswith("absolute")
    assert (row.covered, row.covered_within_reference) == (False, True)


@pytest.mark.parametrize("value", [2.0201, 1.9799, float("nan"), float("inf")])
def test_beyond_tolerance_fails(value):
    (row,) = scored(Answer(value))
    assert not row.passed


def test_a_failing_solve_is_rows_with_its_reason():
    reason = NumericsError("the mesher gave up")
    rows = score(Benchmark((target(), target(name="other")), failing(reason)))
    assert [row.value for row in rows] == [None, None]
    assert all("the mesher gave up" in row.note and not row.passed for row in rows)
    assert summary(rows)["family"]["worst"] is None


def test_a_broken_installation_is_not_a_row():
    with pytest.raises(InstallationError):
        score(Benchmark((target(),), failing(InstallationError("no gmsh"))))


def test_too_few_answers_are_a_fault():
    with pytest.raises(ValueError, match="argument"):
        score(Benchmark((target(), target()), lambda: [Answer(2.0)]))


def test_summary_counts_median_worst_and_cover():
    rows = scored(Answer(2.001, 0.004), Answer(2.002, 0.004), Answer(2.03, 0.002), Answer(1.99, None))
    found = summary(rows)["family"]
    assert (found["rows"], found["passed"], found["judged"]) == (4, 3, 3)
    assert found["median"] == pytest.approx((0.001 + 0.005) / 2)
    assert found["worst"] == pytest.approx(0.015)
    assert found["inside"] == pytest.approx(2 / 3)
    assert found["estimate_over_difference"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("difference", "estimate", "uncertainty", "expected"),
    [
        (0.001, 0.002, 0.0005, "inside"),
        (-0.0024, 0.002, 0.0005, "inside"),
        (0.0026, 0.002, 0.0005, "outside"),
        (0.001, 0.0005, 0.002, "too coarse"),
        (-0.003, 0.0005, 0.002, "outside"),  # a coarse reference can still refute
        (float("nan"), 0.002, 0.0, "outside"),
        (0.001, None, 0.0, "none"),
    ],
)
def test_an_estimate_is_judged_as_far_as_its_reference_allows(difference, estimate, uncertainty, expected):
    (row,) = scored(Answer(1 + difference, estimate), reference=1.0, uncertainty=uncertainty)
    assert standing(row) == expected


def test_rows_too_coarse_to_judge_are_in_no_share():
    fine = scored(Answer(1.001, 0.002), Answer(1.003, 0.002), reference=1.0, uncertainty=0.0005)
    coarse = scored(Answer(1.001, 0.001), reference=1.0, uncertainty=0.01)
    counts = effectivity([*fine, *coarse])
    assert (counts.estimated, counts.too_coarse, counts.judged) == (3, 1, 2)
    assert (counts.inside, counts.strictly, counts.share) == (1, 1, 0.5)
    assert counts.ratio == pytest.approx((2 + 2 / 3) / 2)
    assert counts.least == pytest.approx((2 / 1.5 + 2 / 3.5) / 2)
    assert counts.met is False


def test_a_blanket_of_an_estimate_misses_the_second_aim():
    assert effectivity(scored(*[Answer(1.001, 0.002)] * 3, reference=1.0)).met is True
    assert effectivity(scored(*[Answer(1.001, 0.004)] * 3, reference=1.0)).met is False
    assert effectivity(scored(Answer(1.0), reference=1.0)).met is None


def test_large_differences_need_a_reason_of_their_own():
    rows = scored(Answer(1.02), Answer(1.001), reference=1.0, tolerance=0.05, note="printed 1.0")
    assert "**none written**" in needing_reasons(rows)
    rows = scored(Answer(1.02), reference=1.0, tolerance=0.05, reason="the reference is of a thin plate")
    assert "the reference is of a thin plate" in needing_reasons(rows)
    assert "none written" not in needing_reasons(rows)
    assert needing_reasons(scored(Answer(1.01), reference=1.0)) == "none."


# --- the hat -----------------------------------------------------------------------------------------------


@dataclass
class Known:
    """An influence whose K is known: 1 + s^2 under tension and s^2 - 0.5 under bending, s from the deepest."""

    half_length: float = 30.0
    depth: float = 6.0

    def __post_init__(self):
        self.patch = type("P", (), {"front": SurfaceCrack(self.depth, self.half_length).front((40.0,))})
        phi = np.radians(np.concatenate([[0.0], np.linspace(7.5, 90, 23)]))
        self.front = type("F", (), {"phi": phi, "vertex": phi == 0})

    def stress_intensity(self, coefficients):
        s = np.pi / 2 - self.front.phi
        return np.array([1 + s**2, s**2 - 0.5]).T @ coefficients[:2]


@pytest.mark.parametrize("degrees", [7.5, 45, 90])
@pytest.mark.parametrize("load", [(1.0, 0.0), (0.0, 1.0), (0.4, 0.6)])
def test_hat_average_is_the_integral(degrees, load):
    influence, width, centre = Known(), np.radians(7.5), np.radians(degrees)
    phi = np.linspace(max(centre - width, 0), centre + width, 200001)
    s = np.pi / 2 - phi
    k = load[0] * (1 + s**2) + load[1] * (s**2 - 0.5)
    weight = (1 - np.abs(phi - centre) / width) * np.hypot(30 * np.sin(phi), 6 * np.cos(phi))
    expected = np.sqrt(np.trapezoid(weight * k**2, phi) / np.trapezoid(weight, phi))
    assert hat_average(influence, np.array([*load, 0, 0]), centre, width) == pytest.approx(expected, rel=1e-5)


def test_hat_average_of_a_sign_change_is_positive():
    # K = s^2 - 1/2 vanishes at s = 0.7071: the mean of its square does not.
    centre = np.pi / 2 - np.sqrt(0.5)
    assert 0.01 < hat_average(Known(), np.array([0, 1.0, 0, 0]), centre, np.radians(7.5)) < 0.2


# --- data --------------------------------------------------------------------------------------------------


def test_every_table_names_its_sources_and_a_positive_tolerance():
    for benchmark in benchmarks():
        for found in benchmark.targets:
            assert found.source
            # Nothing is held finer than the reference itself is known.
            limit = max(0.01, found.uncertainty)
            assert 0 < found.tolerance <= limit
            assert found.kind in GOALS
            assert found.kind != "other"


def test_rows_are_told_apart():
    names = [(t.family, t.name, t.quantity) for b in benchmarks() for t in b.targets]
    assert len(set(names)) == len(names)


def test_the_surface_crack_table_is_whole():
    (table,) = [table for table in tables() if table["kind"] == "surface crack"]
    loads = [
        geometry[load]
        for geometry in table["geometry"]
        for load in ("tension", "bending")
        if load in geometry
    ]
    assert len(loads) == 19
    assert all(len(values) == len(table["angles"]) == 8 for values in loads)
    assert all(1.001 <= geometry["correction"] <= 1.002 for geometry in table["geometry"])


def test_closed_forms_meet_their_printed_digits():
    rows = [row for b in benchmarks() if b.targets[0].family == "laminate" for row in score(b)]
    assert len(rows) >= 12
    for row in rows:
        assert row.passed, (row.name, row.quantity, row.difference)


# --- output ------------------------------------------------------------------------------------------------


@pytest.fixture
def one_benchmark(monkeypatch):
    def install(answer):
        found = [Benchmark((target(),), lambda: [answer])]
        monkeypatch.setattr(catalogue, "benchmarks", lambda quick: found)

    return install


@pytest.mark.parametrize(("value", "code"), [(2.001, 0), (2.1, 3)])
def test_exit_code_and_json(one_benchmark, capsys, value, code):
    one_benchmark(Answer(value, 0.01))
    assert run.main(quick=True, json=True) == code
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"quick", "rows", "summary", "versions"}
    assert set(report["rows"][0]) >= KEYS
    assert report["rows"][0]["passed"] is (code == 0)


def test_table_names_what_is_beyond_tolerance(one_benchmark, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    one_benchmark(Answer(2.1, 0.01))
    assert run.main(quick=True, json=False) == 3
    out = capsys.readouterr().out
    assert "beyond tolerance: family, name, F: +5.000 %" in out


def test_angles_share_a_line_and_failures_are_bold():
    def angle(degrees, reference):
        return Target("cracks", "a", f"K, mean about {degrees} deg", reference, 0.01, "a book")

    rows = score(
        Benchmark((angle(0, 1.0), angle(90, 1.0)), lambda: [Answer(1.005, 0.01), Answer(1.02, 0.01)])
    )
    (line,) = [line for line in family_table(rows).splitlines() if line.startswith("| a |")]
    assert "| +0.50 | **+2.00** |" in line


def test_report_prints_rows_without_a_value(capsys):
    from rich.console import Console

    print_report(score(Benchmark((target(),), failing(NumericsError("it broke")))), Console(width=200))
    assert "it broke" in capsys.readouterr().out


def test_report_prints_rows_on_request(capsys):
    from rich.console import Console

    rows = score(Benchmark((target(),), lambda: [Answer(1.0, 0.01)]))
    for every in (False, True):
        print_report(rows, Console(width=200), every)
        printed = capsys.readouterr().out
        assert (rows[0].source in printed) == every and ("--verbose" in printed) != every
