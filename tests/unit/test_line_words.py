"""What the terminal says of a line: sentences of numbers that are in the record, failing by growth at the top."""

from rollmech.post.line_words import line_words
from rollmech.post.numbers import cut, plain_number
from rollmech.post.terminal import growth_line

_SIZES = {"depth": 20.5, "half_length": 119.0, "unit": "um"}


def _march(outcome, station, seconds, passes=9):
    broke = outcome != "survived"
    return {
        "outcome": outcome,
        "passes_completed": passes,
        "runaway_pass": passes + 1 if broke else None,
        "runaway_station": station,
        "time_under_load": seconds,
        "end": _SIZES,
    }


def _record(line, core=None, life=None, flaw_status="safe"):
    growth = {"line": line, "core": core, "core_life": life}
    return {"line": {"growth": growth}, "verdict": {"status": "fails", "flaw_status": flaw_status}}


def test_a_flaw_that_grows_until_it_breaks_is_said_with_pass_and_roller():
    record = _record(_march("broken", "nosebar", 485.0))
    assert growth_line(record) == "FAILS BY GROWTH: broken in pass 10 at 'nosebar'"
    assert line_words(record["line"]) == ["growth: broken in pass 10 at 'nosebar', 20.5 um deep"]
    assert growth_line(_record(_march("broken", "nosebar", 485.0), flaw_status="fails")) == ""


def test_a_flaw_that_breaks_on_the_core_is_said_with_its_time():
    core, life = _march("broken", "core", 830.0), _march("broken", "core", 830.0)
    record = _record(_march("survived", "", 5.0), core, life)
    assert growth_line(record) == "FAILS BY GROWTH: broken at 'core'"
    assert (
        line_words(record["line"])[1]
        == "core: the flaw is broken on the core, 20.5 um deep then; it lasts 13.8 min"
    )


def test_a_flaw_that_lasts_has_a_lower_bound():
    stay = _march("survived", "core", 3.15576e9)
    record = _record(_march("survived", "", 5.0), stay, stay)
    assert growth_line(record) == ""
    assert line_words(record["line"])[1].endswith("it lasts at least 100 years")


def test_chances_come_with_their_intervals():
    line = {
        "strength": {"failure_per_metre": 0.42, "failure_per_metre_interval": [0.03, 1.0]},
        "population": {
            "breaks_per_km": {"per_km": 2.2, "low": 0.01, "high": 206.0},
            "target_failure": 0.001,
            "depth_limit": {"value": 9.67, "low": 9.1, "high": 25.5, "unit": "um"},
            "density_limit": {"value": None, "low": None, "high": None, "unit": "1/m^2"},
        },
    }
    assert line_words(line) == [
        "strength: P_f of one metre 0.42 (95 %: 0.03 to 1) by the measured strengths",
        "flaws: 2.2 breaks per km (95 %: 0.01 to 206)",
        "flaws: deepest flaw to pass 9.67 um (95 %: 9.1 to 25.5) for P_f 0.001",
    ]
    line["strength"]["failure_per_metre_interval"] = None
    assert line_words(line)[0] == "strength: P_f of one metre 0.42 by the measured strengths"


def test_a_case_without_a_line_says_nothing():
    assert line_words(None) == [] and growth_line({"line": None, "verdict": {}}) == ""


def test_long_numbers_are_cut_and_large_ones_written_out():
    assert (
        cut("porous 0.543079 MPa*m^0.5, 46.7384 GPa, 1.5 um", 4)
        == "porous 0.5431 MPa*m^0.5, 46.74 GPa, 1.5 um"
    )
    assert [plain_number(value, 3) for value in (4873.0, 17264.0, 2.5e7, 0.01234)] == [
        "4870",
        "17300",
        "2.5e+07",
        "0.0123",
    ]
