"""Runs through the command line: what a user types, what lands on disk."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import pyvista as pv

from rollmech.case import load_case
from rollmech.cli import main
from rollmech.loading import loadings_of, make_laminate
from rollmech.web import Laminate

CASES = Path(__file__).parents[2] / "cases"
ALL = sorted(path.stem for path in CASES.glob("*.toml"))
# Tens of seconds each: contact at two stations, fine meshes, many plies; what they need is tested by itself.
SLOW = ("polished_residual", "coating_line", "composite_interlayer", "angled_crack")
OWN_RESISTANCE = (
    "handbook_crack",
    "edge_delamination",
    "delaminated_spot",
    "qc_limit",
    "scattered_carrier",
    "tile_joint",
)
FRONTS = ("etch_pit", "laminated_crack", "polishing_scratch", "hidden_crack", "corner_crack", "crack_pair")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run folder of every shipped case that solves in seconds, without pictures."""
    folder = tmp_path_factory.mktemp("runs")

    def run(name: str) -> Path:
        out = folder / name
        if not out.exists():
            assert (
                main(["run", str(CASES / f"{name}.toml"), "--no-pictures", "--quiet", "--out", str(out)]) == 0
            )
        return out

    return run


@pytest.mark.parametrize("name", [name for name in ALL if name not in SLOW])
def test_shipped_case_reports_what_it_promises(runs, name):
    folder = runs(name)
    results = json.loads((folder / "results.json").read_text())
    assert results["format"] == 1
    assert results["verdict"]["status"] in {"safe", "fails", "undecided"}
    for entry in results["quantities"].values():
        assert {"value", "unit", "error", "flags"} <= set(entry)
    assert {"warnings", "placeholders", "inputs", "versions", "mesh", "timings"} <= set(results)
    failing = {
        check["text"]
        for group in results["assumptions"]
        for check in group["checks"]
        if check["status"] in {"stretched", "broken"}
    }
    assert failing <= set(results["warnings"])
    assert "stress_max" in results["quantities"]
    # A verdict that rests on an unsourced toughness or strength must say so; some cases state their own.
    assert bool(results["verdict"]["placeholders"]) == (name not in OWN_RESISTANCE)


@pytest.mark.parametrize("name", FRONTS)
def test_front_table_agrees_with_results(runs, name):
    folder = runs(name)
    quantities = json.loads((folder / "results.json").read_text())["quantities"]
    with (folder / "front.csv").open() as file:
        rows = list(csv.DictReader(file))
    inner = [row for row in rows if not row["flag"].startswith("vertex")]
    largest = max(float(row["K_I [MPa*m^0.5]"]) for row in inner)
    assert largest == pytest.approx(quantities["K_I_max"]["value"], rel=1e-5)
    assert quantities["K_I_max"]["error"] < 0.01 * largest
    second = np.array([float(row["K_I by face opening [MPa*m^0.5]"]) for row in inner])
    first = np.array([float(row["K_I [MPa*m^0.5]"]) for row in inner])
    np.testing.assert_allclose(second, first, atol=0.03 * largest)


def test_handbook_case_meets_its_converged_reference(runs):
    """The number in the header of the case: 0.9195 sigma sqrt(pi a) at the deepest point."""
    quantities = json.loads((runs("handbook_crack") / "results.json").read_text())["quantities"]
    found = quantities["K_I_max"]
    assert found["value"] == pytest.approx(0.9195 * 100 * np.sqrt(np.pi * 0.01), rel=0.005)


@pytest.mark.parametrize("name", FRONTS)
def test_fields_open_in_pyvista(runs, name):
    grid = pv.read(runs(name) / "fields" / "patch.vtu")
    assert grid.n_cells > 100
    assert {"displacement [um]", "stress [MPa]", "largest principal stress [MPa]"} <= set(grid.point_data)
    collection = pv.get_reader(runs(name) / "fields" / "patch.pvd").read()
    assert collection[0].n_cells == grid.n_cells


def test_result_reproduces_itself(runs, tmp_path):
    """The case kept in results.json gives the same numbers again."""
    first = json.loads((runs("laminated_crack") / "results.json").read_text())
    again = tmp_path / "again.toml"
    again.write_text(first["inputs"]["case"])
    assert main(["run", str(again), "--no-pictures", "--quiet", "--out", str(tmp_path / "out")]) == 0
    second = json.loads((tmp_path / "out" / "results.json").read_text())
    assert second["quantities"] == first["quantities"]
    assert load_case(again) == load_case(CASES / "laminated_crack.toml")


@pytest.mark.parametrize("name", ["edge_delamination", "delaminated_spot", "channel_crack"])
def test_energy_in_the_front_table_agrees_with_the_ratio(runs, name):
    results = json.loads((runs(name) / "results.json").read_text())
    with (runs(name) / "front.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["station"] == results["verdict"]["station"]]
    quantities = results["quantities"]
    largest = max(float(row["J [J/m^2]"]) for row in rows)
    assert largest == pytest.approx(
        quantities["G_ss" if name == "channel_crack" else "G_max"]["value"], rel=1e-5
    )
    if name != "channel_crack":
        assert quantities["G_ratio"]["value"] == pytest.approx(quantities["K_ratio"]["value"] ** 2, rel=1e-6)
        k_1, k_2, phase = (quantities[key]["value"] for key in ("K_1", "K_2", "phase_angle"))
        assert phase == pytest.approx(np.degrees(np.arctan2(k_2, k_1)))


def test_delamination_from_a_cut_releases_what_the_freed_layers_held(runs):
    """The web left and right of the front under the same force and moment, by laminate theory (energy of beams)."""
    case = load_case(CASES / "edge_delamination.toml")
    web = make_laminate(case)
    results = json.loads((runs("edge_delamination") / "results.json").read_text())
    station = [row["name"] for row in results["stations"]].index(results["verdict"]["station"])
    force, moment, held = _resultants(loadings_of(case, web)[station].state)
    left = Laminate(web.plies[:2])
    stretch = sum(ply.thickness * ply.plane_strain_modulus for ply in left.plies)
    arm = moment - force * left.neutral_axis
    after = force**2 / (2 * stretch) + arm**2 / (2 * left.bending_stiffness)
    found = results["quantities"]["G_max"]
    assert abs(found["value"] - (after - held)) < found["error"]
    assert found["error"] < 0.005 * found["value"]


def _resultants(state) -> tuple[float, float, float]:
    """Force and moment about the bottom face per width, and strain energy per area, of the web along itself."""
    part, weight = np.polynomial.legendre.leggauss(3)
    force = moment = energy = 0.0
    for i, ply in enumerate(state.laminate.plies):
        height = state.laminate.interfaces[i] + ply.thickness * (1 + part) / 2
        stress = (state.total[i, 0, 0] * (1 - part) + state.total[i, 1, 0] * (1 + part)) / 2
        force += weight @ stress * ply.thickness / 2
        moment += weight @ (stress * height) * ply.thickness / 2
        energy += weight @ stress**2 / ply.plane_strain_modulus * ply.thickness / 4
    return force, moment, energy


def test_gas_pressure_is_the_only_cause_that_drives_a_spot(runs):
    results = json.loads((runs("delaminated_spot") / "results.json").read_text())
    shares = results["stations"][0]["shares"]
    assert {cause for cause, share in shares.items() if share} == {"pressure"}
    for limit in ("radius_min", "tension_max"):
        assert "does not load this flaw" in results["quantities"][limit]["note"]


def test_override_changes_only_what_it_says(runs, tmp_path):
    """Another tension shifts K by arithmetic: mesh and influence stay as they are."""
    case = str(CASES / "polishing_scratch.toml")
    out = tmp_path / "out"
    arguments = [
        "run",
        case,
        "--set",
        'rollers.1.tension="80 N/m"',
        "--no-pictures",
        "--quiet",
        "--out",
        str(out),
    ]
    assert main(arguments) == 0
    before = json.loads((runs("polishing_scratch") / "results.json").read_text())
    after = json.loads((out / "results.json").read_text())
    assert after["inputs"]["overrides"] == ['rollers.1.tension="80 N/m"']
    # Both routes are compared under the governing load, which is another one now.
    for results in (before, after):
        assert results["mesh"].pop("route_differences")
    assert after["mesh"] == before["mesh"]
    change = after["stations"][1]["shares"]["tension"] / before["stations"][1]["shares"]["tension"]
    assert change == pytest.approx(2.0, rel=1e-9)


def test_json_goes_to_stdout(tmp_path, capsys):
    out = tmp_path / "out"
    assert (
        main(["run", str(CASES / "unflawed_stack.toml"), "--json", "--no-pictures", "--out", str(out)]) == 0
    )
    assert json.loads(capsys.readouterr().out)["format"] == 1


@pytest.mark.parametrize("kind", ["below a file", "foreign folder", "a file"])
def test_unusable_output_is_refused_before_solving(tmp_path, capsys, kind):
    target = {
        "below a file": tmp_path / "file" / "out",
        "foreign folder": tmp_path,
        "a file": tmp_path / "file",
    }
    (tmp_path / "file").write_text("mine")
    before = sorted(tmp_path.iterdir())
    arguments = ["run", str(CASES / "etch_pit.toml"), "--no-pictures", "--out", str(target[kind])]
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert "--out" in message and "accepted" in message and "Traceback" not in message
    assert sorted(tmp_path.iterdir()) == before


def test_failed_solve_leaves_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rollmech.elastic.two_level.MAX_ITERATIONS", 1)
    monkeypatch.setattr("rollmech.elastic.solver.DIRECT_LIMIT", 0)
    out = tmp_path / "out"
    assert main(["run", str(CASES / "laminated_crack.toml"), "--no-pictures", "--out", str(out)]) == 3
    assert "did not converge" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_strength_of_the_ribbon_is_named_where_it_limits_first(runs):
    """A half-micrometre crack would allow a web stress far beyond the strength that bars of LLZO reach."""
    results = json.loads((runs("etch_pit") / "results.json").read_text())
    assert (
        results["quantities"]["tension_max"]["value"] > results["quantities"]["tension_max_strength"]["value"]
    )
    assert any("strength limits the web before this flaw" in warning for warning in results["warnings"])
    assert results["quantities"]["tension_max"]["flags"] == ["worst flaw (tension)"]
    assert results["quantities"]["tension_max_strength"]["flags"] == []


def test_fields_keep_mid_side_nodes_between_their_corners(runs):
    """VTK and DOLFINx number the edges of a tetrahedron differently."""
    grid = pv.read(runs("laminated_crack") / "fields" / "patch.vtu")
    cells = grid.cells_dict[pv.CellType.QUADRATIC_TETRA]
    pairs = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))
    for node, (i, j) in zip(range(4, 10), pairs, strict=True):
        ends = grid.points[cells[:, [i, j]]]
        offset = np.linalg.norm(grid.points[cells[:, node]] - ends.mean(axis=1), axis=1)
        # A quarter-point node sits a quarter of the edge off the middle.
        assert np.all(offset <= 0.26 * np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1))


def test_fields_far_from_an_angled_crack_are_the_web_s_own(runs):
    """Turned into the crack's axes, the far stress is the web's: sigma_y = nu sigma_x in bending, no shear in x, y."""
    folder = runs("angled_crack")
    grid = pv.read(folder / "fields" / "patch.vtu")
    results = json.loads((folder / "results.json").read_text())
    far = np.linalg.norm(grid.points[:, :2], axis=1) > 0.9 * results["mesh"]["patch"]["half_length"]
    face = far & (np.abs(grid.points[:, 2]) < 1e-9)
    stress = grid["stress [MPa]"][face].mean(axis=0)
    tensor = np.array([[stress[0], stress[3]], [stress[3], stress[1]]])
    assert np.linalg.eigvalsh(tensor)[-1] == pytest.approx(
        results["stations"][0]["face_stress"]["value"], rel=0.01
    )
    direction = np.linalg.eigh(tensor)[1][:, -1]
    assert abs(np.degrees(np.arctan2(direction[1], direction[0])) % 180 - 30) == pytest.approx(0, abs=1.0)


def test_python_interface(tmp_path):
    import rollmech

    result = rollmech.run(CASES / "polishing_scratch.toml")
    assert result.verdict.status == "safe"
    assert result.quantities["K_I_max"]["unit"] == "MPa*m^0.5"


def test_own_mesh_can_be_reproduced_from_its_results(runs):
    folder = runs("own_mesh")
    results = json.loads((folder / "results.json").read_text())
    own, levels = results["mesh"]["own"], results["mesh"]["levels"]
    file = CASES.parent / "meshes" / "ribbon_crack.msh"
    assert own["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest() and own["unit"] == "mm"
    assert Path(own["file"]).name == file.name
    assert [level["elements"] for level in levels] == [own["elements"], 8 * own["elements"]]
    assert load_case(folder / "case.toml").mesh.sha256 == own["sha256"]
