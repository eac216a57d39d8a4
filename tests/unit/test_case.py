"""Loading, resolving, overriding and dumping good cases; what `validate` imports and how long it takes."""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rollmech.case import TEMPLATE, Scratch, dump_case, json_schema, load_case, parse_case
from rollmech.case.flaws import largest_root_radius
from rollmech.errors import InputError

CASES = Path(__file__).parents[2] / "cases"
OWN = [
    "etch_pit",
    "polishing_scratch",
    "laminated_crack",
    "unflawed_stack",
    "treated_ribbon",
    "composite_interlayer",
]


def template() -> dict:
    return tomllib.loads(TEMPLATE)


@pytest.mark.parametrize("name", OWN)
def test_dump_loads_back(name, tmp_path):
    case = load_case(CASES / f"{name}.toml")
    (tmp_path / "again.toml").write_text(dump_case(case), encoding="utf-8")
    again = load_case(tmp_path / "again.toml")
    assert again == case
    assert dump_case(again) == dump_case(case)


def test_template_resolves():
    case = parse_case(template())
    assert case.layer("ceramic").thickness == 3e-5
    assert case.flawed_index == 0
    assert case.flaw.length == case.flaw.width == 6e-6
    assert case.flaw.reach == pytest.approx(4.5e-6)
    assert case.rollers[0].wrap == math.pi / 2
    assert case.material_of("ceramic").value("youngs_modulus") == 158.47e9
    assert case.accuracy.target == 0.01


def test_dump_keeps_provenance():
    case = parse_case({**template(), "materials": {"LLZTO": {"cte": "12 ppm/K"}}})
    again = parse_case(tomllib.loads(dump_case(case))).material_of("ceramic")
    assert again.get("fracture_toughness").placeholder
    assert again.get("cte").confidence == "case"


def test_alias_of_a_material():
    mapping = template()
    mapping["stack"][0]["material"] = "Al-LLZO"
    mapping["materials"] = {"Al-LLZO": {"cte": "12 ppm/K"}}
    case = parse_case(mapping)
    assert case.material_of("ceramic").name == "LLZO"
    assert case.material_of("ceramic").value("cte") == 12e-6


def test_web_load_bends_the_flawed_face():
    mapping = {key: value for key, value in template().items() if key != "rollers"}
    mapping["flaws"][0]["face"] = "bottom"
    case = parse_case({**mapping, "load": {"tension": "40 N/m", "bend_radius": "50 mm"}})
    assert case.load.stretches == "bottom"


@pytest.mark.parametrize(
    "text",
    [
        'stack.ceramic.thickness="20 um"',
        "stack.ceramic.thickness=20 um",
        "stack.0.thickness=20 um",
        "stack[0].thickness=20 um",
    ],
)
def test_override_of_an_entry(text):
    assert load_case(CASES / "etch_pit.toml", [text]).layer("ceramic").thickness == 2e-5


def test_override_makes_tables_and_takes_names_with_spaces():
    texts = ['rollers."idler 1".tension=60 N/m', "materials.LLZTO.cte=12 ppm/K", "flaws.pit.depth=5 um"]
    case = load_case(CASES / "etch_pit.toml", texts)
    assert case.rollers[0].tension == 60
    assert case.material_of("ceramic").value("cte") == 12e-6
    assert case.flaw.depth == 5e-6


@pytest.mark.parametrize(("depth", "width"), [(4e-6, 2e-6), (4e-6, 8e-6), (2e-6, 10e-6)])
def test_largest_root_radius_touches_the_surface(depth, width):
    """At the limit the groove is a slot with a round end, or the circle through both edges and the bottom."""
    radius = largest_root_radius(depth, width)
    centre = depth - radius
    half_opening = radius if centre >= 0 else math.sqrt(radius**2 - centre**2)
    assert half_opening == pytest.approx(width / 2)


def test_sharpness():
    assert Scratch(kind="scratch", layer="a", face="top", depth="3 um").sharp
    assert not Scratch(kind="scratch", layer="a", face="top", depth="3 um", width="2 um", profile="U").sharp


def test_case_is_frozen():
    with pytest.raises(Exception, match="frozen"):
        parse_case(template()).title = "other"


def test_schema_covers_every_section():
    schema = json_schema()
    assert {"stack", "flaws", "rollers", "load", "materials"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_mapping_that_is_no_case():
    with pytest.raises(InputError, match="unknown key"):
        parse_case({"colour": 1})


@pytest.mark.parametrize(
    "arguments", [["--help"], ["validate", str(CASES / "treated_ribbon.toml")], ["materials"], ["treatments"]]
)
def test_light_commands_stay_light(arguments):
    code = (
        "import sys; from rollmech.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'dolfinx', 'mpi4py', 'petsc4py', 'gmsh', 'pyvista', 'vtk'} & set(sys.modules);"
        "sys.exit(code or (f'imported {heavy}' if heavy else 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_validate_takes_less_than_a_second():
    """Of the processor's time, since other work may share the machine."""
    command = [sys.executable, "-c", "import sys; from rollmech.cli import main; sys.exit(main())"]
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*command, "validate", str(CASES / "etch_pit.toml")], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 1.0
