"""Meshes of the user's own: what is read, and how what is missing is answered."""

from __future__ import annotations

import tomllib
from pathlib import Path

import meshio
import numpy as np
import pytest

from rollmech.case import dump_case, load_case
from rollmech.cli import main
from rollmech.errors import InputError
from rollmech.fracture.influence import LEVELS
from rollmech.mesh.build import simplices_of
from rollmech.mesh.export import write_mesh
from rollmech.mesh.grading import Grading
from rollmech.mesh.own import read_own
from rollmech.mesh.session import gmsh_session
from rollmech.patching import patch_of

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "meshes" / "ribbon_crack.msh"
TABLE = '[mesh]\nfile = "{file}"\nunit = "um"\n\n[web]'


def faults(case: Path, overrides: list[str] | None = None) -> dict[str, str]:
    """Key to text of every fault of a case's mesh."""
    with pytest.raises(InputError) as caught:
        read_own(load_case(case, overrides or []))
    return {fault.key: str(fault) for fault in caught.value.faults}


def case_with(
    folder: Path, mesh: meshio.Mesh, name: str = "polishing_scratch", file: str = "own.msh"
) -> Path:
    """A shipped case that uses the given mesh."""
    options = {"file_format": "gmsh22", "binary": False} if file.endswith("msh") else {}
    meshio.write(folder / file, mesh, **options)
    text = (ROOT / "cases" / f"{name}.toml").read_text().replace("[web]", TABLE.format(file=file))
    (folder / "case.toml").write_text(text)
    return folder / "case.toml"


def exported(folder: Path, name: str, grading: Grading) -> meshio.Mesh:
    """rollmech's own mesh of a shipped case, as a file has it."""
    case = load_case(ROOT / "cases" / f"{name}.toml")
    patch = patch_of(case)
    layers = [layer.name for layer in case.stack[case.flawed_index :: -1]]
    write_mesh(simplices_of(patch, grading), patch, layers, folder / "exported.msh")
    return meshio.read(folder / "exported.msh")


@pytest.fixture(scope="module")
def section(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("section"), "polishing_scratch", LEVELS[2][0])


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("opened"), "angled_crack", Grading(1 / 11, 1 / 6, 0.45))


@pytest.fixture
def shipped() -> Path:
    return ROOT / "cases" / "own_mesh.toml"


def test_shipped_mesh_has_all_parts(shipped):
    own = read_own(load_case(shipped))
    assert own.mesh.linear and not own.whole
    assert own.half_length == pytest.approx(150) and own.half_width == pytest.approx(150)
    assert set(own.faces) == {
        "flaw", "symmetry_x", "symmetry_y", "end_x", "end_y", "flawed_face", "other_face",
    }  # fmt: skip
    nodes = own.mesh.points[np.unique(own.front)]
    assert np.abs(nodes[:, 1] ** 2 / 81 + nodes[:, 2] ** 2 / 36 - 1).max() < 1e-9


def test_everything_missing_is_told_at_once(shipped):
    names = ['mesh.regions={ ceramic = "LLZTO_volum" }', 'mesh.faces={ flaw = "crack" }', 'mesh.unit="um"']
    found = faults(shipped, names)
    assert set(found) == {"mesh.regions.ceramic", "mesh.faces.flaw", "mesh.unit"}
    assert "Did you mean 'LLZTO_volume'" in found["mesh.regions.ceramic"]
    assert "Did you mean 'crack_face'" in found["mesh.faces.flaw"]
    assert "0.03 um high; the stack is 30 um" in found["mesh.unit"] and "'mm'" in found["mesh.unit"]


@pytest.mark.parametrize(
    ("override", "key", "words"),
    [
        ('flaws.crack.depth="7 um"', "front", "fit an ellipse 6 um deep and 18 um long"),
        ('stack.ceramic.thickness="31 um"', "region ceramic", "reaches from z = 0 to -30 um"),
        ('patch.half_length="140 um"', "patch.half_length", "the mesh spans 0 to 150 um"),
        ('flaws.crack.angle="60 deg"', "extent along x", "the whole, -L to L"),
        ('mesh.faces={ flaw = "crack_face", front = "frnt" }', "mesh.faces.front", "Did you mean 'front'"),
    ],
)
def test_disagreement_with_the_case_is_told_in_numbers(shipped, override, key, words):
    assert words in faults(shipped, [override])[key]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (['mesh.unit="kg"'], "is not a unit of length"),
        (["mesh.unit=1"], "is not a unit"),
        (['mesh.file="nowhere.msh"'], "does not exist"),
        (['mesh.sha256="0"'], "whose checksum is"),
        (['mesh.regions={ cermaic = "a" }'], "Did you mean 'ceramic'"),
        (['mesh.faces={ flow = "a" }'], "Did you mean 'flaw'"),
    ],
)
def test_table_of_the_mesh_is_checked(shipped, overrides, words):
    with pytest.raises(InputError, match=words):
        load_case(shipped, overrides)


def test_unit_is_required(tmp_path, shipped):
    text = shipped.read_text().replace('unit = "mm"\n', "").replace("../meshes", str(SHIPPED.parent))
    (tmp_path / "case.toml").write_text(text)
    with pytest.raises(InputError, match=r"mesh\.unit"):
        load_case(tmp_path / "case.toml")


def test_resolved_case_names_the_file_by_its_checksum(tmp_path, shipped):
    case = load_case(shipped)
    (tmp_path / "case.toml").write_text(dump_case(case))
    assert load_case(tmp_path / "case.toml").mesh == case.mesh
    assert len(case.mesh.sha256) == 64


def test_validate_holds_the_mesh_against_the_case(shipped, capsys):
    assert main(["validate", str(shipped)]) == 0
    assert main(["validate", str(shipped), "--set", 'flaws.crack.depth="7 um"']) == 2
    assert "lie up to 1 um off the declared" in capsys.readouterr().err


def test_formats_carry_the_same_mesh(tmp_path, section):
    by_physical = read_own(load_case(case_with(tmp_path, section)))
    tags = section.cell_data["gmsh:physical"]
    plain = meshio.Mesh(section.points, section.cells, cell_data={"part": tags})
    case = case_with(tmp_path, plain, file="own.vtu")
    numbers = {name: int(tag) for name, (tag, _) in section.field_data.items()}
    mapped = [
        f"mesh.regions={{ ceramic = {numbers['ceramic']} }}", f"mesh.faces={{ flaw = {numbers['flaw']} }}",
    ]  # fmt: skip
    by_number = read_own(load_case(case, mapped))
    assert np.array_equal(by_physical.mesh.cells, by_number.mesh.cells)
    assert {n: r.tolist() for n, r in by_physical.faces.items()} == {
        n: r.tolist() for n, r in by_number.faces.items()
    }


def test_faces_may_be_sets_of_nodes(tmp_path, section):
    ceramic = [np.arange(len(block.data)) if block.dim == 2 else np.empty(0, int) for block in section.cells]
    tag = section.field_data["flaw"][0]
    flaw = np.concatenate(
        [
            block.data[tags == tag].ravel()
            for block, tags in zip(section.cells, section.cell_data["gmsh:physical"], strict=True)
            if block.dim == 1
        ]
    )
    mesh = meshio.Mesh(
        section.points,
        section.cells[:1],
        cell_sets={"ceramic": ceramic[:1]},
        point_sets={"flaw": np.unique(flaw)},
    )
    assert section.cells[0].dim == 2
    own = read_own(load_case(case_with(tmp_path, mesh, file="own.inp")))
    assert len(own.faces["flaw"]) * 3 == len(flaw)


def test_quadrilaterals_and_hexahedra_are_refused_with_a_reason(tmp_path, shipped):
    square = meshio.Mesh(np.eye(4, 3), [("quad", [[0, 1, 2, 3]])])
    assert "1 quad cells" in faults(case_with(tmp_path, square, file="own.vtu"))["cells"]
    brick = meshio.Mesh(np.random.default_rng(1).random((8, 3)), [("hexahedron", [list(range(8))])])
    meshio.write(tmp_path / "brick.vtu", brick)
    found = faults(shipped, [f'mesh.file="{tmp_path / "brick.vtu"}"'])
    assert "1 hexahedron cells" in found["cells"] and "tetra" in found["cells"]


def test_mesh_of_the_other_dimension_is_refused(tmp_path):
    case = case_with(tmp_path, meshio.read(SHIPPED))
    assert "needs a plane (x, z) mesh" in faults(case)["cells"]


def test_unreadable_file_is_answered(tmp_path, shipped):
    (tmp_path / "own.msh").write_text("no mesh")
    assert "cannot be read" in faults(shipped, [f'mesh.file="{tmp_path / "own.msh"}"'])["mesh.file"]


def test_faces_that_hang_together_are_no_crack(tmp_path, opened):
    """Nodes of both faces merged again: the named facets then have cells on both sides."""
    _, number = np.unique(opened.points.round(9), axis=0, return_inverse=True)
    merged = np.empty((number.max() + 1, 3))
    merged[number] = opened.points
    cells = [(block.type, number.ravel()[block.data]) for block in opened.cells]
    mesh = meshio.Mesh(merged, cells, cell_data=opened.cell_data, field_data=opened.field_data)
    found = faults(case_with(tmp_path, mesh, "angled_crack"))
    assert "the crack is not opened" in found["mesh.faces.flaw"]


def test_one_side_of_an_opened_crack_is_enough(tmp_path, opened):
    both = read_own(load_case(case_with(tmp_path, opened, "angled_crack")))
    tag = opened.field_data["flaw"][0]
    for tags in opened.cell_data["gmsh:physical"]:
        rows = np.flatnonzero(tags == tag)
        tags[rows[: len(rows) // 2]] = opened.field_data["end_x"][0]
    one = read_own(load_case(case_with(tmp_path, opened, "angled_crack")))
    assert np.array_equal(one.faces["flaw"], both.faces["flaw"]) and one.whole
    assert np.array_equal(one.front, both.front)


def test_mesh_command_writes_a_template(tmp_path, capsys):
    case = str(ROOT / "cases" / "polishing_scratch.toml")
    assert main(["mesh", case, "--out", str(tmp_path / "own.vtu")]) == 0
    table = tomllib.loads(capsys.readouterr().out.split("\n\n", 1)[1])["mesh"]
    text = Path(case).read_text().replace("[web]", TABLE.format(file="own.vtu"))
    (tmp_path / "case.toml").write_text(text)
    overrides = [
        f"mesh.{key}.{name}={value}" for key in ("regions", "faces") for name, value in table[key].items()
    ]
    assert len(read_own(load_case(tmp_path / "case.toml", overrides)).front) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--out", "own.xyzzy"], "is of no known format"), (["--out", "own.msh", "--level", "9"], "1 to 3")],
)
def test_mesh_command_answers_bad_arguments(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert main(["mesh", str(ROOT / "cases" / "polishing_scratch.toml"), *arguments]) == 2
    assert words in capsys.readouterr().err and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("case", "name"), [("laminated_crack", "x.geo_unrolled"), ("hidden_crack", "x.step")]
)
def test_geometry_opens_again_in_gmsh(case, name, tmp_path):
    path = tmp_path / name
    assert main(["mesh", str(ROOT / "cases" / f"{case}.toml"), "--out", str(path), "--quiet"]) == 0
    patch = patch_of(load_case(ROOT / "cases" / f"{case}.toml", []))
    with gmsh_session() as gmsh:
        gmsh.open(str(path))
        low, high = np.array(gmsh.model.getBoundingBox(-1, -1)).reshape(2, 3)
        solids = gmsh.model.getEntities(3)
        groups = {gmsh.model.getPhysicalName(*group) for group in gmsh.model.getPhysicalGroups(3)}
    assert high - low == pytest.approx([patch.half_length, patch.half_width, patch.thickness], rel=1e-3)
    assert len(solids) == len(patch.plies)
    assert path.suffix == ".step" or groups == {"ply0", "ply1", "ply2"}


@pytest.mark.parametrize(
    ("case", "name", "words"),
    [
        ("polishing_scratch", "x.stl", "0 of 627 cells are in it"),
        ("polishing_scratch", "x.su2", "cannot hold this mesh"),
        ("polishing_scratch", "x.step", "a plane section is no solid"),
        ("tile_joint", "x.brep", "a joint is meshed without gmsh"),
    ],
)
def test_a_format_that_loses_cells_is_refused(case, name, words, tmp_path, capsys):
    assert main(["mesh", str(ROOT / "cases" / f"{case}.toml"), "--out", str(tmp_path / name)]) == 2
    assert words in capsys.readouterr().err and not list(tmp_path.iterdir())
