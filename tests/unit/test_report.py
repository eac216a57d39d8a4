"""The report of a run: whole, self-contained, in plain words, with the folder's own numbers."""

import json
import re
import shutil
import sys
from html.parser import HTMLParser

import pytest

from rollmech.cli import main
from rollmech.errors import InstallationError
from rollmech.post import draw
from rollmech.post.report import document, sources, words
from rollmech.post.report.captions import CAPTIONS
from rollmech.post.report.numbers import number, with_error
from rollmech.post.reporting import report
from rollmech.post.rundata import read_run
from rollmech.risk.assumptions.check import GROUPS

SECTIONS = {"verdict", "basis", "quantities", "assumptions", "warnings", "materials", "method", "reproduce"}


class Page(HTMLParser):
    """What a page loads, its sections and its words above the pictures."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.sections, self.top = [], [], set(), []
        self._open, self._hidden = True, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.loads += [
            values[key] for key in ("src", "srcset", "poster", "background", "data") if key in values
        ]
        if tag == "link":
            self.loads.append(values["href"])
        if tag == "a":
            self.links.append(values["href"])
        self.sections.add(values.get("id"))
        self._hidden = tag in ("style", "script", "title")
        self._open = self._open and values.get("id") not in ("pictures", "stations", "quantities")

    def handle_endtag(self, tag):
        self._hidden = False

    def handle_data(self, data):
        if self._open and not self._hidden:
            self.top.append(data)


@pytest.fixture(scope="module")
def reported(folders, tmp_path_factory):
    """Copies of the run folders with their reports and one small picture."""
    root = tmp_path_factory.mktemp("reported")
    dot = bytes.fromhex("89504e470d0a1a0a")
    for kind in ("crack", "blunt", "spot", "none"):
        copy = shutil.copytree(folders / kind, root / kind)
        (copy / "pictures").mkdir(exist_ok=True)
        (copy / "pictures" / "stack.png").write_bytes(dot)
        assert report(copy) == []
    return root


@pytest.mark.parametrize("kind", ["crack", "blunt", "spot", "none"])
def test_page_is_whole_and_loads_nothing(reported, kind):
    text = (reported / kind / "report.html").read_text()
    page = Page(text)
    assert page.sections >= SECTIONS | {"stations", "pictures"}
    assert ("front" in page.sections) == (kind in ("crack", "spot"))
    assert page.loads
    assert all(source.startswith("data:image/") for source in page.loads)
    assert all(link.startswith("#") or link == "scene.html" for link in page.links)
    assert "@import" not in text
    assert "url(" not in text
    assert "<script" not in text
    assert "default-src 'none'" in text


def test_verdict_and_sources_are_those_of_the_folder(reported):
    record = json.loads((reported / "crack" / "results.json").read_text())
    text = (reported / "crack" / "report.html").read_text()
    top = " ".join(Page(text).top)
    verdict = record["verdict"]
    assert with_error(100 * verdict["ratio"], 100 * verdict["ratio_error"]) in top
    assert verdict["station"] in top
    assert "fracture toughness of LLZTO is a placeholder" in top
    assert not re.search(r"element|unknowns|mesh|K_I|integral|DOLFINx", top), "words of the trade stay below"
    for entries in record["materials"].values():
        for entry in entries.values():
            assert entry["source"].split("(")[0].split("'")[0][:30] in text
    for check in (check for group in record["assumptions"] for check in group["checks"]):
        assert check["name"] in text


def test_texts_of_the_user_cannot_become_markup(folders, tmp_path):
    copy = shutil.copytree(folders / "none", tmp_path / "copy")
    record = json.loads((copy / "results.json").read_text())
    record["title"] = "<script>alert(1)</script>"
    (copy / "results.json").write_text(json.dumps(record))
    assert report(copy) == []
    text = (copy / "report.html").read_text()
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_tighter_limit_counts():
    limit = {"value": 20.0, "unit": "mm", "error": 0.1, "flags": []}
    strength = {"value": 25.0, "unit": "mm", "error": 0.0, "flags": []}
    verdict = {"ratio": 0.5, "ratio_error": 0.01, "allowed": 1.0, "criterion": "K over toughness"}
    quantities = {"radius_min": limit, "radius_min_strength": strength}
    record = {"verdict": verdict, "quantities": quantities, "line": None}
    _, radius = words.cards(record)
    assert radius["value"] == "25"
    assert "strength" in radius["note"]


def test_one_flaw_that_holds_is_not_every_metre(folders):
    record = json.loads((folders / "crack" / "results.json").read_text())
    record["verdict"]["status"] = "safe"
    assert words.headline(record)["tone"] == "good"
    record["line"] = {"strength": {"failure_per_metre": 0.4}}
    found = words.headline(record)
    assert found["tone"] == "doubt"
    assert "40 % of all metres" in found["sentence"]


def test_every_group_of_assumptions_and_every_picture_has_its_words(folders):
    assert set(words._DOUBTS) == set(GROUPS)
    assert all(
        set(draw._charts(read_run(folders / kind))) <= set(CAPTIONS)
        for kind in ("crack", "blunt", "spot", "rollers", "none")
    )


def test_references_follow_what_was_used(folders):
    crack, spot = (" ".join(sources.references(read_run(folders / kind))) for kind in ("crack", "spot"))
    assert "Henshell" in crack
    assert "interfacial cracks" not in crack
    assert "interfacial cracks" in spot
    assert "finite elements" not in " ".join(sources.method(read_run(folders / "none")))


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (6.585183, 0.0429, "6.59 ± 0.04"),
        (1602.036, 8.44, "1602 ± 8"),
        (0.1234, 0.0, "0.1234"),
        (17260.3, 122.2, "17300 ± 100"),
        (-0.5, 0.01, "−0.50 ± 0.01"),
        (0.5, 2.0, "0.5 ± 2"),
        (None, None, "–"),
    ],
)
def test_a_number_has_the_digits_that_its_error_leaves(value, error, text):
    assert with_error(value, error) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (3.6e-9, "3.60·10⁻⁹"), (158470.0, "1.58·10⁵"), (12.345, "12.3")]
)
def test_numbers_of_any_size_read_well(value, text):
    assert number(value) == text


def test_report_is_made_again_from_the_folder(folders, tmp_path, capsys):
    copy = shutil.copytree(folders / "none", tmp_path / "copy")
    assert main(["report", str(copy)]) == 0
    assert (copy / "report.html").is_file()
    assert (copy / "pictures" / "stack.png").is_file()
    assert main(["report", str(tmp_path)]) == 2
    assert "a run folder" in capsys.readouterr().err


def test_a_missing_library_of_the_pdf_is_named(folders, tmp_path, monkeypatch, capsys):
    copy = shutil.copytree(folders / "none", tmp_path / "copy")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert main(["report", str(copy), "--pdf", "--no-pictures"]) == 4
    assert "pip install 'rollmech[pdf]'" in capsys.readouterr().err
    assert "libpango" in document._no_pdf(OSError("cannot load library 'libpango-1.0-0'"))
    assert (copy / "report.html").is_file()


def test_pdf_is_written_where_pango_is(folders, tmp_path):
    copy = shutil.copytree(folders / "none", tmp_path / "copy")
    report(copy)
    try:
        found = document.write_pdf(copy / "report.html")
    except InstallationError as error:
        pytest.skip(str(error))
    assert found.read_bytes().startswith(b"%PDF")


def test_a_window_needs_a_display(folders, monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main(["view", str(folders / "crack")]) == 4
    assert "scene.html" in capsys.readouterr().err
    assert main(["view", str(folders / "none")]) == 2
