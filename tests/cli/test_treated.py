"""`rollmech treatments` and a run of a treated sheet, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rollmech.cli import main
from rollmech.treatments import library

TREATED = Path(__file__).parents[2] / "cases" / "treated_ribbon.toml"


def test_list_names_every_treatment(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["treatments"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for name in library():
        assert any(line.startswith(name) for line in lines), name


@pytest.mark.parametrize("name", sorted(library()))
def test_one_treatment_is_explained(name, capsys):
    assert main(["treatments", name]) == 0
    out = capsys.readouterr().out
    item = library()[name]
    assert out.startswith(name)
    assert ("assumption" in out) or not (item.surface and item.surface.kind)
    assert out.count("doubtful") >= sum(cell.doubtful for cell in item.cells.values())
    for text in item.not_modelled():
        assert text in out


def test_json_holds_every_cell(capsys):
    assert main(["treatments", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert set(data) == set(library())
    assert data["HI"]["cells"]["cycling"]["doubtful"]
    assert data["HI"]["surface"]["depth"] == {"low": 5e-8, "mid": 3e-7, "high": 2e-6}
    assert data["N2 plasma"]["not_modelled"]


def test_json_of_one_treatment(capsys):
    assert main(["treatments", "n2 PLASMA", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["N2 plasma"]


def test_unknown_treatment_names_the_nearest(capsys):
    assert main(["treatments", "N2 plasm"]) == 2
    assert "Did you mean 'N2 plasma'?" in capsys.readouterr().err


def test_run_says_that_its_flaw_is_assumed_and_repeats_itself(tmp_path, capsys):
    arguments = ["--no-pictures", "--out"]
    assert main(["run", str(TREATED), *arguments, str(tmp_path / "first")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "rests on placeholders: LLZTO: scratch depth" in out
    assert "residual stress near the surface, about -100 MPa" in out
    assert main(["run", str(tmp_path / "first" / "case.toml"), *arguments, str(tmp_path / "again")]) == 0
    first, again = (json.loads((tmp_path / run / "results.json").read_text()) for run in ("first", "again"))
    assert first["treatment"]["as_printed"]["interfacial_resistance"]["printed"] == "20.9"
    assert first["treatment"]["flaw_supplied"]["depth"] == "6 um"
    for key in ("verdict", "quantities", "treatment", "placeholders", "warnings"):
        assert again[key] == first[key], key
