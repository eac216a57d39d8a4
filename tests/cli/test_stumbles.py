"""What tripped strangers once: long lines, closed stations, brackets in names, pictures that fail."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import rollmech
from rollmech.case import load_case
from rollmech.cli import main
from rollmech.errors import InputError, NumericsError
from rollmech.pipeline import run_case_file
from rollmech.post import terminal
from rollmech.results.folder import read_results
from rollmech.risk.judge import CrackJudge

STACK = """
format = 1
title = "Batch [7] of [/line 2]"
[[stack]]
name = "ceramic"
material = "LLZTO"
thickness = "20 um"
[[flaws]]
kind = "scratch"
layer = "ceramic"
face = "top"
depth = "1 um"
[web]
width = "300 mm"
speed = "5 m/min"
[accuracy]
target = "10 %"
"""


def _roller(number, radius="50 mm"):
    touches = ("bottom", "top")[number % 2]
    return (
        f'[[rollers]]\nname = "r{number} [a]"\nradius = "{radius}"\nwrap = "90 deg"\n'
        f'touches = "{touches}"\ntension = "30 N/m"\n'
    )


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """The record and the summary of a line of eight rollers, one of them far too small."""
    folder = tmp_path_factory.mktemp("line")
    rollers = "".join(_roller(i, "5 mm" if i == 4 else "50 mm") for i in range(8))
    (folder / "line.toml").write_text(STACK + rollers)
    run_case_file(folder / "line.toml", [], folder / "run", True, True)
    return folder / "run", read_results(folder / "run")


def _summary(record, folder):
    console = Console(width=200, record=True)
    terminal.print_summary(record, folder, console)
    return console.export_text()


def test_a_long_line_has_its_pictures(line):
    folder, record = line
    assert (folder / "pictures" / "k_along_front.png").is_file()
    assert not [w for w in record["warnings"] if "could not be made" in w]
    assert record["title"].split()[0] in (folder / "report.html").read_text()
    assert (folder / "scene.html").is_file()


def test_brackets_in_names_are_printed_as_they_are(line):
    folder, record = line
    text = _summary(record, folder)
    assert "Batch [7] of [/line 2]" in text
    assert "r4 [a]" in text


def test_a_web_that_breaks_without_its_crack_is_said_at_the_top(line):
    folder, record = line
    assert record["verdict"]["status"] == "fails"
    assert record["verdict"]["flaw_status"] == "safe"
    assert _summary(record, folder).splitlines()[1].startswith("FAILS WITHOUT THIS CRACK: ")


def test_closed_stations_share_one_warning_and_name_no_cause(line):
    folder, record = line
    shut = [w for w in record["warnings"] if "pressed shut" in w]
    assert len(shut) == 1
    assert shut[0].startswith("r1 [a], r3 [a], r5 [a], r7 [a]: ")
    row = next(x for x in _summary(record, folder).splitlines() if x.startswith("r1 [a] "))
    assert row.split()[2:4] == ["closed", "-"]


def test_a_fault_of_a_picture_loses_no_number(tmp_path, monkeypatch):
    def fault(run):
        raise ValueError("no such colour")

    monkeypatch.setattr("rollmech.post.reporting.draw_pictures", fault)
    (tmp_path / "line.toml").write_text(STACK + _roller(0))
    run_case_file(tmp_path / "line.toml", [], tmp_path / "run", True, True)
    record = json.loads((tmp_path / "run" / "results.json").read_text())
    assert record["quantities"]["K_I_max"]["value"] > 0
    assert any("no such colour" in w for w in record["warnings"])
    assert "no such colour" in (tmp_path / "run" / "report.html").read_text()


BENT = """
[load]
tension = "30 N/m"
bend_radius = "0.3 mm"
stretches = "top"
"""


def test_a_bend_too_tight_for_a_thin_web_is_named(tmp_path):
    case = STACK.replace('[web]\nwidth = "300 mm"\nspeed = "5 m/min"\n', "") + BENT
    (tmp_path / "bent.toml").write_text(case)
    result = rollmech.run(tmp_path / "bent.toml")
    assert any("15 thicknesses, below 20" in w for w in result.warnings)


def test_a_flat_v_scratch_with_a_fine_root_stays_cheap(tmp_path):
    groove = 'depth = "3 um"\nwidth = "40 um"\nroot_radius = "5 nm"\n'
    (tmp_path / "v.toml").write_text(STACK.replace('depth = "1 um"\n', groove) + _roller(0))
    result = rollmech.run(tmp_path / "v.toml")
    assert result.influence.levels[-1]["elements"] < 20000


def test_a_shallow_pit_has_no_folded_corner(tmp_path):
    pit = 'kind = "pit"\nlayer = "ceramic"\nface = "top"\ndepth = "0.6 um"\nwidth = "6 um"\n'
    case = STACK.replace('kind = "scratch"\nlayer = "ceramic"\nface = "top"\ndepth = "1 um"\n', pit)
    (tmp_path / "pit.toml").write_text(case + _roller(0))
    result = rollmech.run(tmp_path / "pit.toml")
    assert 1 < result.quantities["Kt"]["value"] < 1.5
    assert result.quantities["Kt"]["error"] < 0.2


def test_an_error_as_large_as_the_number_is_refused(line, tmp_path, monkeypatch):
    find = CrackJudge.find
    monkeypatch.setattr(CrackJudge, "find", lambda *a: replace(find(*a), value_error=1e9))
    (tmp_path / "line.toml").write_text(STACK + _roller(0))
    with pytest.raises(NumericsError, match="no number was earned"):
        rollmech.run(tmp_path / "line.toml")


def test_a_crack_too_long_to_solve_is_sent_to_the_scratch(tmp_path):
    crack = 'kind = "crack"\nlayer = "ceramic"\nface = "top"\ndepth = "1 um"\nlength = "200 um"\n'
    case = STACK.replace('kind = "scratch"\nlayer = "ceramic"\nface = "top"\ndepth = "1 um"\n', crack)
    (tmp_path / "long.toml").write_text(case + _roller(0))
    with pytest.raises(InputError, match=r"200 times the depth.*at most 60 .*60 um.*scratch"):
        load_case(tmp_path / "long.toml")


def test_a_crack_pressed_shut_everywhere_is_not_called_safe(tmp_path):
    case = Path(__file__).parents[2] / "cases" / "polishing_scratch.toml"
    turned = [f'rollers.{i}.touches="top"' for i in (0, 1)]
    out = tmp_path / "out"
    arguments = ["run", str(case), "--no-pictures", "--quiet", "--out", str(out)]
    assert main([*arguments, *(x for text in turned for x in ("--set", text))]) == 0
    verdict = json.loads((out / "results.json").read_text())["verdict"]
    assert verdict["flaw_status"] == "closed"
    assert verdict["ratio"] < 0
