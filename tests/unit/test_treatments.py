"""The review's tables as shipped, and how a treatment completes the flaw of a case."""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import pytest

from rollmech.case import Crack, Pit, dump_case, load_case, parse_case
from rollmech.case.flaws import FLAW_KINDS
from rollmech.errors import InputError
from rollmech.materials.library import csv_rows
from rollmech.results.treated import assumed_sizes, critical_length, treatment_record, treatment_warnings
from rollmech.treatments import SEVERITIES, library, treatment
from rollmech.treatments.library import CELLS, surfaces

ROOT = Path(__file__).parents[2]
TREATED = ROOT / "cases" / "treated_ribbon.toml"
ROWS = csv_rows("rollmech.treatments", "treatments.csv")
NUMBER = re.compile(r"[<>]?\d+(\.\d+)?(e-\d)?(/\d+(\.\d+)?)?|—|")
CYCLING = re.compile(r">?[\d .]+ h \(J = [\d.]+ mA cm-2(, (\d+ C|RT))?\)|—|")


def treated(name: str, severity: str = "mid", **flaw: object) -> dict:
    """Tables of the example with another treatment, and with a flaw of its own where keys are given."""
    mapping = tomllib.loads(TREATED.read_text(encoding="utf-8"))
    mapping["treatment"] = {"name": name, "severity": severity}
    return mapping | ({"flaws": [flaw]} if flaw else {})


def test_every_row_of_the_four_tables_is_there():
    counts = [sum(row["table"] == number for row in ROWS) for number in "1234"]
    assert counts == [4, 8, 12, 28]
    assert len(ROWS) == len({row["name"].lower() for row in ROWS}) == 52
    assert len({row["reference"] for row in ROWS}) == 52
    assert len(library()) == 52 + len(surfaces())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_row_is_well_formed(row):
    for key in ("interfacial_resistance", "ccd", "ionic_conductivity"):
        assert NUMBER.fullmatch(row[key]), row[key]
    assert CYCLING.fullmatch(row["cycling"])
    assert CYCLING.fullmatch(row["likely_cycling"])
    doubtful = set(filter(None, row["doubtful"].split(";")))
    assert doubtful <= set(CELLS)
    assert not (row["likely_cycling"] and "cycling" not in doubtful)
    assert all(row[key] for key in doubtful), "a doubt about nothing"
    assert row["remark"] or not doubtful
    assert row["surface_link"] in ({"listed", "inferred"} if row["surface"] else {"none"})


def test_cells_are_as_printed():
    """Cells read off the review's tables: one of each table, a dash, two values, a displaced cell."""
    assert treatment("flash sintering").cell("relative_density").printed == "94.72%"
    assert str(treatment("N2 plasma").cell("ionic_conductivity")) == "9.92e-4 S/cm"
    assert str(treatment("TFA").cell("interfacial_resistance")) == "—"
    assert treatment("Te/Se").cell("ccd").printed == "0.6/1.3"
    cycling = treatment("SnO2-Al").cell("cycling")
    assert (cycling.printed, cycling.doubtful) == ("300 h (J = 0.1 mA cm-2)", True)
    assert cycling.likely == "8700 h (J = 0.2 mA cm-2, 30 C)"


def test_displaced_cycling_cells_are_the_next_rows():
    """From SnCl2 down to the end, what a row most likely says stands printed one row below."""
    names = [row["name"] for row in ROWS]
    tail = ROWS[names.index("SnCl2") :]
    for row, below in pairwise(tail):
        assert row["likely_cycling"] == below["cycling"], row["name"]


@pytest.mark.parametrize("surface", surfaces().values(), ids=lambda surface: surface.name)
def test_surface_is_a_flaw_or_says_why_not(surface):
    assert surface.basis
    assert bool(surface.kind) != bool(surface.not_solved)
    if not surface.kind:
        assert not surface.depth
        return
    assert surface.kind in FLAW_KINDS
    assert surface.stand_in
    assert 0 < surface.depth["low"] < surface.depth["mid"] < surface.depth["high"] < 1e-4
    assert bool(surface.aspect) == (surface.kind != "scratch")


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("name", sorted(library()))
def test_every_treatment_resolves_and_loads_back(name, severity):
    mapping = treated(name, severity)
    mapping["stack"][0]["thickness"] = "100 um"
    case = parse_case(mapping)
    surface = library()[name].surface
    if surface is None or not surface.kind:
        assert case.flaws == ()
    else:
        assert case.flaw.kind == surface.kind
        assert case.flaw.depth == surface.depth[severity]
        assert case.treatment.assumed["depth"]
        assert "ASSUMPTION" in case.treatment.basis
    assert parse_case(tomllib.loads(dump_case(case))) == case


def test_own_keys_win_and_only_the_others_are_assumed():
    case = parse_case(treated("H3PO4", depth="2 um", face="bottom"))
    assert isinstance(case.flaw, Pit)
    assert (case.flaw.depth, case.flaw.face) == (2e-6, "bottom")
    assert case.flaw.width == pytest.approx(2.2e-6), "the shape goes with the depth"
    assert set(case.treatment.assumed) == {"kind", "layer", "width"}


def test_another_kind_keeps_place_and_depth():
    case = parse_case(treated("polish treatment", kind="crack", length="30 um", angle="45 deg"))
    assert isinstance(case.flaw, Crack)
    assert (case.flaw.depth, case.flaw.length) == (6e-6, 30e-6)
    assert set(case.treatment.assumed) == {"layer", "face", "depth"}


def test_a_changed_value_of_a_dump_is_no_assumption_any_more():
    mapping = tomllib.loads(dump_case(load_case(TREATED)))
    mapping["flaws"][0]["depth"] = "4 um"
    case = parse_case(mapping)
    assert case.flaw.depth == 4e-6
    assert "depth" not in case.treatment.assumed
    assert assumed_sizes(case) == []


def test_a_dump_does_not_depend_on_the_shipped_numbers(monkeypatch):
    """A resolved case keeps its flaw and its basis when the library has other numbers."""
    case = load_case(TREATED)
    changed = surfaces()["600-grit polishing"]
    monkeypatch.setitem(changed.depth, "mid", 9e-6)
    again = parse_case(tomllib.loads(dump_case(case)))
    assert again == case


def test_a_dump_takes_no_other_severity():
    mapping = tomllib.loads(dump_case(load_case(TREATED)))
    mapping["treatment"]["severity"] = "high"
    with pytest.raises(
        InputError, match=r"differs from the resolved flaw of this case \(polish treatment, mid\)"
    ):
        parse_case(mapping)


def test_free_ceramic_face_is_found_under_a_carrier():
    mapping = treated("fine polishing")
    carrier = {"name": "carrier", "material": "PET", "thickness": "50 um"}
    below, above = deepcopy(mapping), deepcopy(mapping)
    below["stack"].insert(0, carrier)
    above["stack"].append(carrier)
    assert (parse_case(below).flaw.layer, parse_case(below).flaw.face) == ("ceramic", "top")
    assert (parse_case(above).flaw.layer, parse_case(above).flaw.face) == ("ceramic", "bottom")
    above["stack"].insert(0, {**carrier, "name": "cover"})
    with pytest.raises(InputError, match="no free ceramic face"):
        parse_case(above)


def test_names_read_in_any_case_of_letters():
    case = parse_case(treated("ar+ SPUTTERING"))
    assert case.treatment.name == "Ar+ sputtering"


def test_the_record_repeats_the_table_and_marks_the_sizes():
    case = parse_case(treated("H3PO4", "high"))
    record = treatment_record(case)
    assert record["as_printed"]["ccd"] == {
        "printed": "0.8",
        "unit": "mA/cm^2",
        "doubtful": False,
        "likely": "",
    }
    assert "Table 3" in record["source"]
    sizes = {entry["property"]: entry for entry in assumed_sizes(case)}
    assert set(sizes) == {"pit depth", "pit width"}
    assert sizes["pit depth"]["range"] == [0.2e-6, 5e-6]
    assert all(entry["governs"] for entry in sizes.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("N2 plasma", ["skin of 0.005 um to 0.1 um", "-300 MPa", "Li3N", "no flaw was judged"]),
        ("laser cleaning", ["200 MPa, which opens a flaw further", "semicircular"]),
        ("Bi2Te3 rubbing", ["the scratch is empty", "Bi2Te3"]),
        ("Ag", ["flaws of the sheet below remain", "Ag 20 nm"]),
        ("sonication", ["powder"]),
        ("slit edge", ["edge of the web"]),
    ],
)
def test_what_is_left_out_is_said(name, said):
    (warning,) = treatment_warnings(parse_case(treated(name)))
    for text in said:
        assert text in warning


def test_a_small_blunt_pit_is_called_overrated():
    """LLZTO: (1 MPa m^0.5 / 100 MPa)^2 / pi = 31.8 um; a root crack is judged by K and needs no warning."""
    assert critical_length(1e6, 1e8) == pytest.approx(31.83e-6, rel=1e-3)
    _, warning = treatment_warnings(parse_case(treated("SbI3", "low")))
    assert "0.02 um deep" in warning
    assert "31.8 um" in warning
    assert "do not rank" in warning
    assert len(treatment_warnings(parse_case(treated("SbI3", root_crack="0.1 um")))) == 1
    assert len(treatment_warnings(parse_case(treated("SbI3", depth="35 um")))) == 1


def test_without_a_treatment_nothing_is_said():
    case = load_case(ROOT / "cases" / "etch_pit.toml")
    assert treatment_record(case) is None
    assert treatment_warnings(case) == assumed_sizes(case) == []


def test_documentation_names_every_class():
    text = (ROOT / "docs" / "treatments.md").read_text(encoding="utf-8")
    for surface in surfaces().values():
        row = next(line for line in text.splitlines() if line.startswith(f"| {surface.name} |"))
        depths = [f"{depth * 1e6:g}" for depth in surface.depth.values()]
        assert ", ".join(depths) in row
        assert (surface.kind or "none") in row
