"""The page of the verification and its figures, from rows made up here."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from rollmech.cli import main as cli
from rollmech.errors import InputError
from rollmech.verify import page
from rollmech.verify.figures import draw_family
from rollmech.verify.page import page_text, prepare, write_page
from rollmech.verify.report import Report, as_json, read_report
from rollmech.verify.rows import Answer, Benchmark, Target, score
from rollmech.verify.scale import Scale

VERSIONS = {"dolfinx": "1.2.3", "petsc": "4.5", "gmsh": "6.7"}


def rows_of(family, *answers, quantity="F", **others):
    targets = tuple(
        Target(family, f"d = {i}, tension", quantity.format(i), 1.0, 0.01, "a book", **others)
        for i in range(len(answers))
    )
    return score(Benchmark(targets, lambda: answers))


def front(name, *answers):
    targets = tuple(
        Target(
            "cracks, bending",
            name,
            f"K, mean about {i} deg",
            1.0,
            0.01,
            "a paper",
            kind="3D K",
            uncertainty=2e-3,
        )
        for i in range(len(answers))
    )
    return score(Benchmark(targets, lambda: answers))


ROWS = [
    *rows_of("edge crack", Answer(1.001, 0.002), Answer(1.004, 0.003), kind="2D K"),
    *front("a/c = 1", Answer(1.001, 0.004), Answer(0.999, 0.0015), Answer(0.98, 0.004)),
    *front("a/c = 2", Answer(1.002, 0.004), Answer(0.999, 0.003)),
    *rows_of("laminate", Answer(1.0), kind="closed form"),
    *rows_of("pit", Answer(1.002, 0.004), None, kind="Kt"),
]
REPORT = Report(ROWS, VERSIONS)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "full.json"
    path.write_text(json.dumps(as_json(REPORT)), encoding="utf-8")
    return path


def test_a_report_survives_json(saved):
    assert read_report(saved) == REPORT


def test_page_and_one_figure_a_family(tmp_path):
    assert write_page(REPORT, tmp_path / "docs") == tmp_path / "docs" / "verification.md"
    text = (tmp_path / "docs" / "verification.md").read_text(encoding="utf-8")
    figures = {path.name for path in (tmp_path / "docs" / "verification").iterdir()}
    families = {"edge_crack.svg", "cracks_bending.svg", "laminate.svg", "pit.svg"}
    assert figures == {*families, "effectivity.svg"}
    assert all(f"](verification/{name})" in text for name in figures)
    assert {path.name for path in (tmp_path / "docs").iterdir()} == {"verification.md", "verification"}


def test_page_states_counts_and_aims():
    text = page_text(REPORT)
    assert "dolfinx 1.2.3" in text
    assert "8 of 10 rows are within their tolerance" in text
    assert "| 2D K | 2 | 0.250 | 0.1 | **no** | 0.400 |" in text
    assert "| 3D K | 5 | 0.100 | 0.5 | yes | 2.000 |" in text
    # Two edge cracks, one of them inside; four of the five values along fronts can be judged; one pit.
    assert "| edge crack | 2 | 0 | 50 % | 50 % |" in text
    assert "| cracks, bending | 4 | 1 | 75 % | 75 % |" in text
    assert "| **all** | 7 | 1 | 71.4 % |" in text
    assert "| cracks, bending | a/c = 1 | K, mean about 2 deg | -2.000 | **none written** |" in text
    assert "quick subset" not in text.split("## What is compared")[0].split("rows are within")[1]
    assert "This is the quick subset." in page_text(replace(REPORT, quick=True))


def test_the_same_rows_give_the_same_files(tmp_path):
    for name in ("one", "two"):
        write_page(REPORT, tmp_path / name)
    one, two = (sorted(path for path in (tmp_path / n).rglob("*.*")) for n in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_an_earlier_page_is_replaced_with_its_figures(tmp_path):
    write_page(REPORT, tmp_path)
    write_page(Report(ROWS[:2], VERSIONS), tmp_path)
    names = {path.name for path in (tmp_path / "verification").iterdir()}
    assert names == {"edge_crack.svg", "effectivity.svg"}


def test_a_page_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    write_page(REPORT, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(page, "page_text", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_page(Report(ROWS[:2], VERSIONS), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_a_swap_that_fails_halfway_brings_the_old_figures_back(tmp_path, monkeypatch):
    write_page(REPORT, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    monkeypatch.setattr(page.Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(5, "I/O error")))
    with pytest.raises(InputError, match="I/O error"):
        write_page(Report(ROWS[:2], VERSIONS), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_files_of_others_are_left_alone(tmp_path):
    (tmp_path / "verification.md").write_text("my own notes", encoding="utf-8")
    with pytest.raises(InputError, match="not a page of this command"):
        prepare(tmp_path)
    other = tmp_path / "other"
    (other / "verification").mkdir(parents=True)
    (other / "verification" / "data.csv").touch()
    with pytest.raises(InputError, match="other files than figures"):
        prepare(other)


def test_command_makes_the_page_again_without_solving(saved, tmp_path, capsys):
    assert cli(["verify", "--from", str(saved), "--page", str(tmp_path / "docs"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == json.loads(saved.read_text(encoding="utf-8"))
    assert (tmp_path / "docs" / "verification.md").is_file()


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), ("[1", "is no report"), ("{}", "lacks 'rows'"), ('{"rows": [{"a": 1}]}', "'a'")],
)
def test_what_is_no_report_is_refused(tmp_path, capsys, content, words):
    path = tmp_path / "full.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert cli(["verify", "--from", str(path)]) == 2
    assert words in capsys.readouterr().err


def test_a_subset_of_a_saved_report_is_refused(saved, capsys):
    assert cli(["verify", "--quick", "--from", str(saved)]) == 2
    assert "--quick" in capsys.readouterr().err


# --- figures -----------------------------------------------------------------------------------------------


def test_tolerances_far_outside_are_named_instead_of_drawn():
    near = Scale(rows_of("edge crack", Answer(1.004, 0.002)))
    assert (near.limits, near.unit(ROWS[0])) == ((-1.0, 1.0), 0.01)
    far = Scale(rows_of("edge crack", Answer(1.0004, 0.0002)))
    assert far.limits == ()
    assert far.reach == pytest.approx(1.08 * 0.06)
    assert "outside the figure" in far.remark


def test_several_tolerances_are_drawn_in_units_of_each():
    rows = [replace(row, tolerance=tolerance) for row, tolerance in zip(ROWS[:2], (0.01, 0.002), strict=True)]
    scale = Scale(rows)
    assert [scale.unit(row) for row in rows] == [0.01, 0.002]
    assert scale.limits == (-1.0, 1.0)
    assert scale.reach == pytest.approx(1.08 * 0.007 / 0.002)


@pytest.mark.parametrize("value", [1.0, float("nan"), float("inf")])
def test_odd_values_are_still_a_figure(tmp_path, value):
    path = draw_family("odd", rows_of("odd", Answer(value, 0.0), None), tmp_path / "odd.svg")
    assert ET.parse(path).getroot().tag.endswith("svg")
