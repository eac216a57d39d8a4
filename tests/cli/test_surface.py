"""`rollmech surface` and the case that goes on from it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from rollmech.case import load_case
from rollmech.case.dump import dump_case
from rollmech.cli import main

EXAMPLE = Path(__file__).parents[2] / "surfaces" / "etched_polished.csv"
CALL = ["surface", str(EXAMPLE), "--pixel", "0.25 um", "--unit", "nm"]
STACK = """
format = 1
title = "A measured flaw"
[[stack]]
name = "ceramic"
material = "LLZTO"
thickness = "30 um"
[load]
tension = "40 N/m"
bend_radius = "100 mm"
"""
MEASURED = """
[[flaws]]
kind = "scratch"
layer = "ceramic"
face = "top"
profile = "measured"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("survey") / "example"
    assert main([*CALL, "--flaw", "3", "--out", str(out)]) == 0
    return out


def test_example_is_the_script_s(tmp_path, monkeypatch):
    script = EXAMPLE.with_name("make_example.py")
    scope = {"__file__": str(tmp_path / script.name), "__name__": "example"}
    exec(compile(script.read_text(encoding="utf-8"), script.name, "exec"), scope)
    scope["main"]()
    assert (tmp_path / EXAMPLE.name).read_bytes() == EXAMPLE.read_bytes()
    assert EXAMPLE.stat().st_size < 300_000


def test_folder_holds_table_summary_and_pictures(folder):
    names = {path.name for path in folder.iterdir()}
    assert {"flaws.csv", "surface.json", "flaw.toml", "height_map.png", "depth_distribution.png"} <= names
    data = json.loads((folder / "surface.json").read_text(encoding="utf-8"))
    with (folder / "flaws.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(data["flaws"]) == 27
    assert data["map"]["missing pixels"] == 40
    assert data["map"]["spikes taken out"] == 6
    assert data["limits"]["pixel noise [um]"] == pytest.approx(0.004, rel=0.1)
    assert data["largest pit"] == 1
    pits = data["densities"]["pits"]
    assert pits["low [1/mm^2]"] < pits["density [1/mm^2]"] < pits["high [1/mm^2]"]
    assert {law["law"] for law in data["depth laws"]} == {"lognormal", "weibull", "exponential"}
    assert [float(row["depth [um]"]) for row in rows if row["kind"] == "scratch"] == pytest.approx(
        [0.65, 0.42, 0.26], rel=0.03
    )
    angles = [float(row["angle to web [deg]"]) for row in rows if row["kind"] == "scratch"]
    assert angles == pytest.approx([97, 84, 20], abs=0.5)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_entry_makes_a_valid_case(number, tmp_path):
    out = tmp_path / "survey"
    assert main([*CALL, "--flaw", str(number), "--out", str(out), "--no-pictures"]) == 0
    case = tmp_path / "case.toml"
    case.write_text(STACK + (out / "flaw.toml").read_text(encoding="utf-8"), encoding="utf-8")
    row = json.loads((out / "surface.json").read_text(encoding="utf-8"))["flaws"][number - 1]
    flaw = load_case(case).flaw
    assert flaw.kind == row["kind"]
    assert flaw.depth * 1e6 == pytest.approx(row["depth [um]"], rel=1e-3)


def test_measured_section_makes_a_case_that_needs_its_file_no_more(folder, tmp_path):
    case = folder / "case.toml"
    case.write_text(STACK + MEASURED + 'file = "section_3.csv"\n', encoding="utf-8")
    loaded = load_case(case)
    assert loaded.flaw.depth == pytest.approx(0.63e-6, rel=0.05)
    assert loaded.flaw.width == pytest.approx(2 * loaded.flaw.across[-1])
    again = tmp_path / "again.toml"
    again.write_text(dump_case(loaded), encoding="utf-8")
    assert load_case(again) == loaded


def test_json_is_the_summary(tmp_path, capsys):
    out = tmp_path / "survey"
    assert main([*CALL, "--out", str(out), "--no-pictures", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(
        (out / "surface.json").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        (["--level", "flat"], "--level"),
        (["--face", "side"], "--face"),
        (["--web", "90"], "--web"),
        (["--threshold", "5"], "--threshold"),
        (["--threshold", "-5 nm"], "--threshold"),
        (["--flaw", "99"], "--flaw"),
    ],
)
def test_bad_options_are_named(extra, named, tmp_path, capsys):
    out = tmp_path / "survey"
    assert main([*CALL, *extra, "--out", str(out), "--no-pictures"]) == 2
    assert named in capsys.readouterr().err
    assert not out.exists()


def test_foreign_folder_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main([*CALL, "--out", str(tmp_path), "--no-pictures"]) == 2
    assert "--out" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


POINTS = """
across = ["0 um", "0.5 um", "1 um", "1.5 um", "2 um"]
below = ["1 um", "0.9 um", "0.6 um", "0.2 um", "0 um"]
"""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("across", "across"), None),
        (('"0.5 um"', '"0.5"'), "no unit"),
        (('"0.5 um"', '"1.2 um"'), "across"),
        (('"0 um", "0.5', '"0.1 um", "0.5'), "across"),
        (('"0.2 um", "0 um"', '"0.2 um", "0.1 um"'), "below"),
        (('"0.9 um"', '"1.1 um"'), "below"),
        ((', "2 um"]', "]"), "across"),
        (('"1.5 um", "2 um"', '"2 um"'), "across"),
        (("across", 'depth = "2 um"\nacross'), "depth"),
        (("across", 'width = "3 um"\nacross'), "width"),
        (("across", 'root_radius = "1 um"\nacross'), "root_radius"),
        (("across", 'file = "none.csv"\nacross'), "file"),
        (("across", "acros"), "acros"),
    ],
)
def test_points_of_a_groove_are_checked(change, named, tmp_path, capsys):
    case = tmp_path / "case.toml"
    case.write_text(STACK + MEASURED + POINTS.replace(*change, 1), encoding="utf-8")
    assert main(["validate", str(case)]) == (2 if named else 0)
    assert (named or "") in capsys.readouterr().err


def test_points_need_their_profile(tmp_path, capsys):
    case = tmp_path / "case.toml"
    text = STACK + MEASURED.replace('profile = "measured"\n', "") + POINTS
    case.write_text(text, encoding="utf-8")
    assert main(["validate", str(case)]) == 2
    assert "measured" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    ["", "across,below\n0,1\n", "across [um],below [um]\n0,1,2\n", "across [um],depth [um]\n0,1\n"],
)
def test_bad_section_files_are_named(content, tmp_path, capsys):
    (tmp_path / "section.csv").write_text(content)
    case = tmp_path / "case.toml"
    case.write_text(STACK + MEASURED + 'file = "section.csv"\n', encoding="utf-8")
    assert main(["validate", str(case)]) == 2
    assert "flaws[0].file" in capsys.readouterr().err
