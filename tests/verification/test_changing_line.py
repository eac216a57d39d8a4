"""K on a line whose layers come and go: each station against separate cases of its stack and load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rollmech import cli
from rollmech.case import StressLoad, load_case
from rollmech.case.changes import parts_of
from rollmech.pipeline import run

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture(scope="module")
def line():
    return run(load_case(CASES / "laminating_line.toml", ["accuracy.target=0.05"]))


def separate(part, state):
    """K of a part's stack, there from the start, under the far stress (Pa, shape (2, 2)) of the flawed layer."""
    outer, inner = state[1], state[0]
    mean, bent = (outer + inner) / 2, (outer - inner) / 2
    load = StressLoad(
        membrane_stress=f"{mean[0]} Pa",
        bending_stress=f"{bent[0]} Pa",
        cross_membrane_stress=f"{mean[1]} Pa",
        cross_bending_stress=f"{bent[1]} Pa",
    )
    stack = tuple(layer.model_copy(update={"laminated_at": None, "removed_at": None}) for layer in part.stack)
    found = run(part.model_copy(update={"stack": stack, "rollers": (), "load": load}))
    return found.judge.linear_k(found.loadings[0].state)[0]


def test_layers_and_verdict_of_every_station(line):
    rows = line.record["stations"]
    assert [row["layers"] for row in rows[1::2]] == [["ceramic"], ["backing", "glue", "ceramic"]]
    assert line.record["verdict"]["station"] == "rewind idler"
    assert all(row["ratio"] == pytest.approx(sum(row["shares"].values())) for row in rows)
    assert [part["layers"] for part in line.record["mesh"]["parts"]] == [
        ["liner", "ceramic"],
        ["ceramic"],
        ["backing", "glue", "ceramic"],
    ]


def test_stations_before_a_lamination_are_separate_cases(line):
    """With the liner, and after it is gone: the web remembers nothing of it."""
    for part, station in zip(parts_of(line.case)[:2], (0, 1), strict=True):
        state = line.loadings[station].state
        k = line.part_at(station).judge.linear_k(state)[0]
        assert separate(part, state.total[-1]) == pytest.approx(k, rel=1e-9)


def test_a_laminated_station_is_the_ribbon_as_it_was_and_the_whole_since_then(line):
    _, alone, whole = parts_of(line.case)
    after, judge = line.loadings[4].state, line.part_at(4).judge
    then, now = after.earlier[0].total[-1], after.total[-1]
    k = judge.linear_k(after)[0]
    assert separate(alone, then) + separate(whole, now - then) == pytest.approx(k, rel=2e-5)
    assert judge.bonded_k(after)[0] == pytest.approx(separate(alone, then), rel=2e-5)
    # Not the same as if the backing had been there from the start, under the same stress of the ribbon.
    assert np.abs(separate(whole, now) / k - 1).max() > 1e-4


def test_a_web_without_a_flaw_is_judged_by_the_strength_of_the_layers_at_hand(line):
    found = run(line.case.model_copy(update={"flaws": ()}))
    for i, station in enumerate(found.verdict.stations):
        peak = found.loadings[i].state.peak_stress(len(found.record["stations"][i]["layers"]) - 1)
        assert station.finding.ratio == pytest.approx(peak.stress / 100e6)
    # The crack's own run says the same of the web without it.
    assert [s.finding.ratio for s in line.unflawed.stations] == [
        s.finding.ratio for s in found.verdict.stations
    ]
    assert found.record["mesh"]["note"]


@pytest.mark.parametrize("command", ["window", "films", "rank", "tornado", "contributions", "mesh"])
def test_commands_that_rest_on_one_stack_refuse(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    more = {"window": ["--x", "rollers.radius", "--y", "rollers.tension"], "mesh": ["--out", "patch.msh"]}
    assert cli.main([command, str(CASES / "laminating_line.toml"), *more.get(command, [])]) == 2
    err = capsys.readouterr().err
    assert 'stack.backing.laminated_at = "laminator": layers come or go on the way' in err
    assert "one case for each part of the line" in err
    assert "Traceback" not in err
