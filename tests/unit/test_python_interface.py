"""What a user of Python sees: names, hints, texts, tables."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rollmech
from rollmech.case import load_case

CASES = Path(__file__).parents[2] / "cases"
STACK = CASES / "unflawed_stack.toml"


@pytest.fixture(scope="module")
def result():
    return rollmech.run(load_case(CASES / "polishing_scratch.toml", ['accuracy.target="10 %"']))


def test_names_are_there_before_their_first_use_and_nothing_heavy_is():
    code = "import sys, rollmech; print(set(rollmech.__all__) <= set(dir(rollmech)), 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False"], done.stderr
    assert all(getattr(rollmech, name).__module__.startswith("rollmech.") for name in rollmech.__all__)


def _public():
    for name in rollmech.__all__:
        item = getattr(rollmech, name)
        yield name, item
        if inspect.isclass(item):
            for key, member in vars(item).items():
                member = getattr(member, "fget", None) or getattr(member, "func", None) or member
                if inspect.isfunction(member) and not key.startswith("_"):
                    yield f"{name}.{key}", member


@pytest.mark.parametrize(("name", "item"), list(_public()))
def test_hints_and_docstrings_are_complete(name, item):
    assert inspect.getdoc(item)
    if inspect.isfunction(item):
        signature = inspect.signature(item)
        hints = [p.annotation for key, p in signature.parameters.items() if key != "self"]
        assert signature.empty not in [*hints, signature.return_annotation]


def test_a_result_in_a_line_and_as_a_page(result):
    found = result.record["verdict"]
    assert repr(result).startswith("<Result 'Sharp polishing scratch") and len(repr(result)) < 200
    assert f"{found['status']}: K over fracture toughness {found['ratio']:.3g} +/- " in repr(result)
    page = result._repr_html_()
    assert "SAFE: K over fracture toughness" in page and "rests on placeholders: LLZTO" in page
    rows = re.findall(r"<tr><td[^>]*>(\w+)</td><td[^>]*>([^<]*)</td>", page)
    assert [name for name, _ in rows if name in result.quantities] == list(result.quantities)
    assert dict(rows)["K_I_max"] == f"{result.quantities['K_I_max']['value']:.4g}"


def test_a_title_cannot_smuggle_markup_into_a_page():
    page = rollmech.run(load_case(STACK, ['title="<script>alert(1)</script>"']))._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_tables_hold_the_numbers_of_the_record(result):
    entry = result.record["quantities"]["K_I_max"]
    assert list(result.table.loc["K_I_max", ["value", "error"]]) == [entry["value"], entry["error"]]
    assert list(result.stations["ratio [-]"]) == [row["ratio"] for row in result.record["stations"]]
    assert result.front["K_I [MPa*m^0.5]"].max() == pytest.approx(entry["value"])
    assert rollmech.run(STACK).front.empty


def test_concise_texts(result):
    texts = [repr(item) for item in (result.case, result.verdict, result.influence)]
    assert texts[0].endswith("ceramic; scratch in ceramic; 2 rollers>")
    assert texts[1].startswith("<Verdict safe: 0.141") and texts[2].startswith("<Influence of a scratch")
    assert max(map(len, texts)) < 120


def test_a_window_as_a_table():
    window = rollmech.window_of(
        load_case(STACK), "rollers.radius=10 mm:80 mm", "rollers.tension=10 N/m:90 N/m"
    )
    table = window.table
    assert table.shape == (101, 101) and table.columns.name == window.x.label
    assert table.iloc[0, -1] == window.values[0, -1] and np.isclose(table.columns[-1], 80)
    assert window.x.label in repr(window) and "% at most 1" in window._repr_html_()


def test_contributions_as_a_table():
    found = rollmech.contributions(load_case(STACK))
    acting = found.table.dropna(subset="without")
    assert "load sharing" in acting.index
    assert np.allclose(acting["change"], acting["value"] / acting["without"] - 1)
    assert "load sharing" in found._repr_html_() and f"{len(acting)} of {len(found.rows)}" in repr(found)


def test_a_map_of_a_layer_as_a_table():
    case = load_case(CASES / "film_stack.toml")
    layer = rollmech.layers_of(case)[0]
    mapped = rollmech.film_map(case, layer.film, points=3)
    table = mapped.table
    middle = table.iloc[len(table) // 2]
    assert middle["thickness [nm]"] == pytest.approx(1e9 * layer.film.thickness)
    assert middle["G channel [J/m^2]"] == pytest.approx(layer.channel.channel)
    assert layer.film.name in repr(mapped) and layer.film.name in repr(layer)
