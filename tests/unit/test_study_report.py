"""The report of a study and its door from Python: numbers of the table, reasons; a page that loads nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_report import Page
from test_scene import BROWSERS

import rollmech
from rollmech.cli import main
from rollmech.errors import InputError
from rollmech.post.report.numbers import with_error
from rollmech.study.sensitivity import Sensitivity
from rollmech.study.worker import Worker

CASES = Path(__file__).parents[2] / "cases"
SECTIONS = {
    "verdict",
    "basis",
    "best",
    "drivers",
    "pictures",
    "lost",
    "plan",
    "materials",
    "method",
    "reproduce",
}
TEXT = """
format = 1
title = "Radius & <tension>"
case = "{case}"
skip_if = ["rollers.tension > 55 N/m"]
[[vary]]
key = "rollers.radius"
from = "20 mm"
to = "80 mm"
count = 5
[[vary]]
key = "rollers.tension"
values = ["20 N/m", "40 N/m", "60 N/m"]
[[vary]]
key = "stack.ceramic.thickness"
values = ["30 um", "40 um", "0 um"]
[best]
minimize = "rollers.radius"
subject_to = ["stress_ratio < 0.5", "stack.ceramic.thickness > 35 um"]
count = 2
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study with points left out and points that its case refuses."""
    root = tmp_path_factory.mktemp("study")
    path = root / "study.toml"
    path.write_text(TEXT.format(case=CASES / "unflawed_stack.toml"))
    return rollmech.run_study(path, root / "out", workers=1)


def test_a_study_from_python_has_table_best_and_sensitivity(study, tmp_path):
    assert repr(study) == "<StudyResult 'Radius & <tension>': 30 points, 20 done, 10 refused>"
    done = study.table[study.table["status"] == "done"]
    fits = done[(done["stress_ratio"] < 0.5) & (done["stack.ceramic.thickness [um]"] > 35)]
    assert study.best["rollers.radius [mm]"].iloc[0] == fits["rollers.radius [mm]"].min()
    assert set(study.sensitivity["key"]) == {"rollers.radius", "rollers.tension", "stack.ceramic.thickness"}
    assert study.sensitivity["first"].is_monotonic_decreasing
    again = rollmech.read_study(study.folder)
    assert again.record["status"] == study.record["status"]
    pd.testing.assert_frame_equal(again.table, study.table)
    with pytest.raises(InputError, match="finished study"):
        rollmech.read_study(tmp_path)


def test_a_study_shows_itself_in_a_notebook_without_markup_of_the_user(study):
    page = study._repr_html_()
    assert "Best point found" in page
    assert "Radius &amp; &lt;tension&gt;" in page
    assert "<tension>" not in page


def test_a_script_without_a_guard_is_not_run_again_by_the_workers(tmp_path):
    (tmp_path / "study.toml").write_text(
        TEXT.format(case=CASES / "unflawed_stack.toml").replace("count = 5", "count = 2")
    )
    script = tmp_path / "script.py"
    script.write_text(
        "import rollmech\nprint('begun')\n"
        "found = rollmech.run_study('study.toml', workers=1, pictures=False)\nprint(found.record['points'])\n"
    )
    done = subprocess.run([sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split() == ["begun", "12"], done.stderr
    assert (tmp_path / "studies" / "study" / "results.parquet").is_file()


def test_the_page_is_whole_loads_nothing_and_says_what_the_table_says(study):
    text = (study.folder / "report.html").read_text()
    page = Page(text)
    assert page.sections >= SECTIONS
    assert len(page.loads) == len(study.record["pictures"]) == 4
    assert all(source.startswith("data:image/") for source in page.loads)
    assert not page.links
    assert "<script" not in text
    assert "default-src 'none'" in text
    top = " ".join(" ".join(page.top).split())
    row = study.best.iloc[0]
    assert f"at point {row['point']}" in top
    assert f"rollers.radius = {with_error(row['rollers.radius [mm]'], None)} mm" in top
    assert '10 points refused by the case: stack.ceramic.thickness = "0.0 um"' in top
    assert "10 refused" in top
    for index in study.record["sensitivity"][0].values():
        if isinstance(index, dict) and index.get("first"):
            assert f"{round(index['first'], 4):.3g}" in text
    for source in ("Method", "SHA-256", "numpy", "rollmech study study.toml"):
        assert source in text


def test_charts_and_page_are_made_again_from_the_folder_alone(study, tmp_path, capsys):
    copy = Path(shutil.copytree(study.folder, tmp_path / "copy"))
    for path in [*copy.glob("*.png"), copy / "report.html"]:
        path.unlink()
    assert main(["report", str(copy), "--pdf"]) == 0
    assert capsys.readouterr().out.split() == [str(copy / name) for name in ("report.html", "report.pdf")]
    assert (copy / "report.pdf").read_bytes().startswith(b"%PDF")
    for name in study.record["pictures"]:
        assert (copy / name).read_bytes() == (study.folder / name).read_bytes()
    (copy / "study.json").write_text("{}")
    assert main(["report", str(copy)]) == 2
    assert "is not a format read here" in capsys.readouterr().err


def test_sensitivity_comes_back_from_its_record():
    names = ("a.b", "c.d")
    whole = Sensitivity(
        "K", "Sobol indices", names, np.array([0.7, np.nan]), np.array([0.1, 0.2]), np.array([0.8, 0.3]),
        np.array([0.1, 0.1]), {names: 0.05},
    )  # fmt: skip
    back = Sensitivity.of_record(whole.record(), names)
    assert back.record() == whole.record()
    assert back.order == whole.order
    none = Sensitivity("K", "", names, *np.full((2, 2), np.nan), reason="too few")
    assert Sensitivity.of_record(none.record(), names).record() == none.record()


def test_an_error_that_leaves_a_constraint_open_is_said(tmp_path, monkeypatch):
    text = (
        TEXT.format(case=CASES / "unflawed_stack.toml")
        .replace('"0 um"', '"35 um"')
        .replace("stack.ceramic.thickness > 35 um", "stack.ceramic.thickness > 0 um")
    )
    (tmp_path / "study.toml").write_text(
        text.replace('minimize = "rollers.radius"', 'minimize = "2 * stress_ratio"')
    )

    def row(self, point: int):
        ratio = 0.49 + 0.001 * point
        outputs = {"stress_ratio": [ratio, "", 0.02], "stress_max": [ratio, "MPa", None]}
        return {"point": point, "status": "done", "verdict": "safe", "outputs": outputs, "seconds": 0.0,
                "broken": 1, "broken_names": "short crack", "spoiled": "stress_ratio"}  # fmt: skip

    monkeypatch.setattr(Worker, "row", row)
    monkeypatch.setattr("rollmech.study.walk.run_tasks", _here)
    found = rollmech.run_study(tmp_path / "study.toml", tmp_path / "out")
    best = found.record["best"]
    assert best["points_allowed"] == 10
    assert best["values"] == pytest.approx([0.98, 0.982])
    assert best["errors"] == pytest.approx([0.04, 0.04])
    assert best["within_error_of"] == ["stress_ratio < 0.5"] * 2
    top = " ".join(Page((tmp_path / "out" / "report.html").read_text()).top)
    assert "Best point found, with a doubt" in top
    assert (
        "leaves open whether stress_ratio &lt; 0.5" in top or "leaves open whether stress_ratio < 0.5" in top
    )
    assert "stress_ratio rests on broken assumptions: short crack" in top
    assert "0.98 ± 0.04" in top


def _here(engine, worker, tasks, *_):
    """Rows worked off in this process."""
    return (list(worker.rows(task)) for task in tasks)


def test_a_browser_shows_the_page_within_the_width_of_a_phone(study, tmp_path):
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no browser")
    picture = tmp_path / "page.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=500,1600"]
    page = (study.folder / "report.html").resolve().as_uri()
    done = subprocess.run(
        [browser, *options, f"--user-data-dir={tmp_path / 'user'}", f"--screenshot={picture}", page],
        capture_output=True, timeout=60,
    )  # fmt: skip
    assert picture.is_file(), done.stderr[-500:]
    from matplotlib.image import imread

    shown = imread(picture)[:, :, :3]
    assert shown.shape[1] == 500
    assert (shown[:, -4:] > 0.9).all(), "nothing runs over the right edge"
    assert (shown < 0.5).any()
