"""`rollmech films`: what it writes, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from rollmech.cli import main
from rollmech.peeling import print_films

CASE = Path(__file__).parents[2] / "cases" / "film_stack.toml"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("films") / "out"
    assert main(["films", str(CASE), "--out", str(out), "--json"]) == 0
    return out


def test_folder_holds_table_map_and_picture(written):
    record = json.loads((written / "results.json").read_text())
    assert [layer["layer"] for layer in record["layers"]] == ["fluoride", "silver", "carbonate"]
    assert record["map"]["layer"] == "fluoride"
    with (written / "films.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 2 * 2  # layers, stations, directions
    with np.load(written / "map.npz") as arrays:
        assert arrays["peel_ratio"].shape == arrays["channel"].shape
    assert (written / "films.png").stat().st_size > 20_000


def test_missing_toughness_is_named_and_no_ratio_given(written):
    silver = json.loads((written / "results.json").read_text())["layers"][1]
    assert silver["channel"]["ratio"] is None and silver["channel"]["G"] > 0
    assert any("materials.Ag.fracture_toughness" in note for note in silver["notes"])


def test_table_fits_a_narrow_terminal(written, capsys):
    print_films(json.loads((written / "results.json").read_text()), written)
    printed = capsys.readouterr().out
    assert "fluoride" in printed and "pressed" in printed and "…" not in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--on", "cermic"], ["--on", "cermic", "Did you mean 'ceramic'"]),
        (["--map", "ceramic"], ["--map", "no layer on the carrying one", "fluoride"]),
        (["--set", 'stack.silver.work_of_adhesion="2 N"'], ["stack.silver.work_of_adhesion", "J/m^2"]),
        (["--set", "stack.ceramic.mode_sensitivity=-1"], ["stack.ceramic.mode_sensitivity", "too small"]),
    ],
)
def test_bad_input_ends_in_one_message(arguments, words, tmp_path, capsys):
    assert main(["films", str(CASE), *arguments, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words) and "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_one_layer_has_nothing_to_part_from(tmp_path, capsys):
    text = 'format = 1\ntitle = "t"\n[[stack]]\nname = "a"\nmaterial = "LLZTO"\nthickness = "30 um"\n'
    (tmp_path / "one.toml").write_text(text + '[load]\ntension = "10 N/m"\n')
    assert main(["films", str(tmp_path / "one.toml"), "--out", str(tmp_path / "out")]) == 2
    assert "is the only layer" in capsys.readouterr().err
    (tmp_path / "one.toml").write_text(text + '[load]\nmembrane_stress = "10 MPa"\n')
    assert main(["films", str(tmp_path / "one.toml"), "--out", str(tmp_path / "out")]) == 2
    assert "gives stress of one layer only" in capsys.readouterr().err
