"""Runs through the command line: what a user types, what lands on disk."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import pyvista as pv

from rollmech.case import load_case
from rollmech.cli import main

CASES = Path(__file__).parents[2] / "cases"
ALL = sorted(path.stem for path in CASES.glob("*.toml"))
FRONTS = ("etch_pit", "laminated_crack", "polishing_scratch")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run folder of every shipped case that solves in seconds, without pictures."""
    folder = tmp_path_factory.mktemp("runs")

    def run(name: str) -> Path:
        out = folder / name
        if not out.exists():
            assert (
                main(["run", str(CASES / f"{name}.toml"), "--no-pictures", "--quiet", "--out", str(out)]) == 0
            )
        return out

    return run


@pytest.mark.parametrize("name", ALL)
def test_shipped_case_reports_what_it_promises(runs, name):
    folder = runs(name)
    results = json.loads((folder / "results.json").read_text())
    assert results["format"] == 1
    assert results["verdict"]["status"] in {"safe", "fails", "undecided"}
    for entry in results["quantities"].values():
        assert {"value", "unit", "error"} <= set(entry)
    assert {"warnings", "placeholders", "inputs", "versions", "mesh", "timings"} <= set(results)
    assert "stress_max" in results["quantities"]
    # A verdict that rests on an unsourced toughness or strength must say so; the handbook case states its own.
    assert bool(results["verdict"]["placeholders"]) == (name != "handbook_crack")


@pytest.mark.parametrize("name", FRONTS)
def test_front_table_agrees_with_results(runs, name):
    folder = runs(name)
    quantities = json.loads((folder / "results.json").read_text())["quantities"]
    with (folder / "front.csv").open() as file:
        rows = list(csv.DictReader(file))
    inner = [row for row in rows if not row["flag"].startswith("vertex")]
    largest = max(float(row["K_I [MPa*m^0.5]"]) for row in inner)
    assert largest == pytest.approx(quantities["K_I_max"]["value"], rel=1e-5)
    assert quantities["K_I_max"]["error"] < 0.01 * largest
    second = np.array([float(row["K_I by face opening [MPa*m^0.5]"]) for row in inner])
    first = np.array([float(row["K_I [MPa*m^0.5]"]) for row in inner])
    np.testing.assert_allclose(second, first, atol=0.03 * largest)


def test_handbook_case_meets_its_converged_reference(runs):
    """The number in the header of the case: 0.9195 sigma sqrt(pi a) at the deepest point."""
    quantities = json.loads((runs("handbook_crack") / "results.json").read_text())["quantities"]
    found = quantities["K_I_max"]
    assert found["value"] == pytest.approx(0.9195 * 100 * np.sqrt(np.pi * 0.01), rel=0.005)


@pytest.mark.parametrize("name", FRONTS)
def test_fields_open_in_pyvista(runs, name):
    grid = pv.read(runs(name) / "fields" / "patch.vtu")
    assert grid.n_cells > 100
    assert {"displacement [um]", "stress [MPa]", "largest principal stress [MPa]"} <= set(grid.point_data)
    collection = pv.get_reader(runs(name) / "fields" / "patch.pvd").read()
    assert collection[0].n_cells == grid.n_cells


def test_result_reproduces_itself(runs, tmp_path):
    """The case kept in results.json gives the same numbers again."""
    first = json.loads((runs("laminated_crack") / "results.json").read_text())
    again = tmp_path / "again.toml"
    again.write_text(first["inputs"]["case"])
    assert main(["run", str(again), "--no-pictures", "--quiet", "--out", str(tmp_path / "out")]) == 0
    second = json.loads((tmp_path / "out" / "results.json").read_text())
    assert second["quantities"] == first["quantities"]
    assert load_case(again) == load_case(CASES / "laminated_crack.toml")


def test_override_changes_only_what_it_says(runs, tmp_path):
    """Another tension shifts K by arithmetic: mesh and influence stay as they are."""
    case = str(CASES / "polishing_scratch.toml")
    out = tmp_path / "out"
    arguments = [
        "run",
        case,
        "--set",
        'rollers.1.tension="80 N/m"',
        "--no-pictures",
        "--quiet",
        "--out",
        str(out),
    ]
    assert main(arguments) == 0
    before = json.loads((runs("polishing_scratch") / "results.json").read_text())
    after = json.loads((out / "results.json").read_text())
    assert after["inputs"]["overrides"] == ['rollers.1.tension="80 N/m"']
    assert after["mesh"] == before["mesh"]
    change = after["stations"][1]["shares"]["tension"] / before["stations"][1]["shares"]["tension"]
    assert change == pytest.approx(2.0, rel=1e-9)


def test_json_goes_to_stdout(tmp_path, capsys):
    out = tmp_path / "out"
    assert (
        main(["run", str(CASES / "unflawed_stack.toml"), "--json", "--no-pictures", "--out", str(out)]) == 0
    )
    assert json.loads(capsys.readouterr().out)["format"] == 1


@pytest.mark.parametrize("kind", ["below a file", "foreign folder", "a file"])
def test_unusable_output_is_refused_before_solving(tmp_path, capsys, kind):
    target = {
        "below a file": tmp_path / "file" / "out",
        "foreign folder": tmp_path,
        "a file": tmp_path / "file",
    }
    (tmp_path / "file").write_text("mine")
    before = sorted(tmp_path.iterdir())
    arguments = ["run", str(CASES / "etch_pit.toml"), "--no-pictures", "--out", str(target[kind])]
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert "--out" in message and "accepted" in message and "Traceback" not in message
    assert sorted(tmp_path.iterdir()) == before


def test_failed_solve_leaves_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rollmech.elastic.solver.MAX_ITERATIONS", 1)
    out = tmp_path / "out"
    assert main(["run", str(CASES / "laminated_crack.toml"), "--no-pictures", "--out", str(out)]) == 3
    assert "did not converge" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
