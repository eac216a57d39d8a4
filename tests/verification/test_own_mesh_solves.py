"""K on meshes of the user's own: the round trip through a file, and the division that estimates the error."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import meshio
import numpy as np
import pytest

from rollmech.case import Case, load_case, parse_case
from rollmech.case.meshfile import MeshFile
from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_modes
from rollmech.fracture.front_integral import front_k
from rollmech.fracture.influence import LEVELS, solve_influence
from rollmech.fracture.interaction_integral import mixed_front_k
from rollmech.fracture.stress_concentration import surface_stress
from rollmech.mesh.build import simplices_of, spread
from rollmech.mesh.export import write_mesh
from rollmech.mesh.grading import Grading
from rollmech.mesh.own import read_own
from rollmech.mesh.ownbuild import own_levels, own_patch, own_simplices
from rollmech.mesh.refine import refined
from rollmech.mesh.simplices import boundary_facets, smallest_jacobian
from rollmech.patching import patch_of

CASES = Path(__file__).parents[2] / "cases"
COARSE = Grading(1 / 11, 1 / 6, 0.45)


def written(folder: Path, name: str, grading: Grading, suffix: str = ".msh") -> tuple:
    """A shipped case's patch and mesh, and the same case on that mesh read back from a file."""
    case = load_case(CASES / f"{name}.toml")
    patch = patch_of(case)
    simplices = simplices_of(patch, grading)
    layers = [layer.name for layer in case.stack[case.flawed_index :: -1]]
    tables = write_mesh(simplices, patch, layers, folder / f"own{suffix}")
    table = {"file": str(folder / f"own{suffix}"), "unit": "um", **tables}
    return patch, simplices, with_mesh(case, table)


def front_places(patch, simplices) -> int:
    """Number of places on the front that have a node; where it meets the face an opened crack has two in one."""
    on = patch.front.holds(simplices.places, patch.flaw.reach)
    return len(np.unique(simplices.places[on].round(6), axis=0))


def with_mesh(case: Case, table: dict) -> Case:
    return case.model_copy(update={"mesh": MeshFile(**table)})


def extracted(patch, simplices) -> np.ndarray:
    """K of every mode along the front, or the stress of the first mode on the wall."""
    problem = PatchProblem(patch, spread(lambda: simplices))
    solutions, _ = solve_modes(problem)
    if not patch.flaw.sharp:
        return np.sort(surface_stress(problem, solutions).largest_principal(np.eye(len(patch.modes))[0]))
    extract = front_k if problem.symmetric and problem.dimension == 3 else mixed_front_k
    return extract(problem, solutions).k_unit


@pytest.mark.parametrize(
    ("name", "suffix", "grading"),
    [
        ("polishing_scratch", ".msh", LEVELS[2][0]),
        ("polishing_scratch", ".inp", LEVELS[2][0]),
        ("polishing_scratch", ".vtu", LEVELS[2][0]),
        ("laminated_crack", ".msh", COARSE),
        ("angled_crack", ".inp", COARSE),
        ("etch_pit", ".msh", COARSE),
    ],
)
def test_round_trip_through_a_file_keeps_k(tmp_path, name, suffix, grading):
    patch, simplices, case = written(tmp_path, name, grading, suffix)
    own = read_own(case)
    back = own_simplices(own_patch(patch, own), own)
    assert len(back.cells) == len(simplices.cells)
    before, after = extracted(patch, simplices), extracted(own_patch(patch, own), back)
    assert np.abs(after - before).max() < 1e-6 * np.abs(before).max()


@pytest.mark.parametrize("name", ["polishing_scratch", "laminated_crack", "angled_crack"])
def test_divided_mesh_is_whole(tmp_path, name):
    grading = LEVELS[2][0] if name == "polishing_scratch" else COARSE
    patch, simplices, _ = written(tmp_path, name, grading)
    fine = refined(simplices, patch)
    dim = simplices.dimension
    assert len(fine.cells) == 2**dim * len(simplices.cells)
    assert smallest_jacobian(fine).min() > 0
    outer = np.sort(boundary_facets(fine)[:, :dim], axis=1)
    named = np.sort(np.concatenate(list(fine.faces.values()))[:, :dim], axis=1)
    assert np.array_equal(np.unique(outer, axis=0), np.unique(named, axis=0))
    for name, facets in simplices.faces.items():
        assert len(fine.faces[name]) == 2 ** (dim - 1) * len(facets)
    before, after = (front_places(patch, s) for s in (simplices, fine))
    assert after == (1 if dim == 2 else 2 * before - 1)


def test_estimate_holds_against_a_finer_mesh(tmp_path):
    """The error estimated from mesh and division covers what two more gradings change."""
    patch, _, case = written(tmp_path, "polishing_scratch", LEVELS[2][0])
    own = read_own(case)
    local = own_patch(patch, own)
    influence = solve_influence(local, 0.01, meshers=own_levels(local, own))
    reference = extracted(patch, simplices_of(patch, LEVELS[2][2]))[0, 0, 0]
    assert len(influence.levels) == 2
    error = influence.relative_error() * influence.front.k_unit[0, 0, 0]
    assert abs(influence.front.k_unit[0, 0, 0] - reference) < error < 0.01 * reference


def test_whole_mesh_of_a_straight_crack_agrees_with_its_quarter(tmp_path):
    """A crack straight across the web needs a quarter only; a whole mesh of it must give the same K."""
    case = load_case(CASES / "angled_crack.toml", ['flaws.crack.angle="90 deg"'])
    patch = replace(patch_of(case), whole=True)
    layers = [layer.name for layer in case.stack[case.flawed_index :: -1]]
    write_mesh(simplices_of(patch, COARSE), patch, layers, tmp_path / "own.msh")
    own = read_own(with_mesh(case, {"file": str(tmp_path / "own.msh"), "unit": "um"}))
    assert own.whole
    local = own_patch(patch_of(case), own)
    whole = extracted(local, own_simplices(local, own))[0, 0]
    quarter = extracted(patch_of(case), simplices_of(patch_of(case), COARSE))[0, 0]
    assert whole[len(whole) // 2] == pytest.approx(quarter[-1], rel=5e-3)


def test_linear_mesh_of_a_pit_gets_its_curved_wall(tmp_path):
    """Second-order cells made of flat ones: their mid-sides lie on the pit, and Kt is that of the curved mesh."""
    tables = tomllib.loads((CASES / "etch_pit.toml").read_text())
    tables["flaws"][0].pop("root_crack", None)
    case = parse_case(tables)
    patch = patch_of(case)
    layers = [layer.name for layer in case.stack[case.flawed_index :: -1]]
    simplices = simplices_of(patch, COARSE)
    write_mesh(simplices, patch, layers, tmp_path / "curved.msh")
    flat = _flattened(meshio.read(tmp_path / "curved.msh"))
    meshio.write(tmp_path / "flat.msh", flat, file_format="gmsh22", binary=False)
    own = read_own(with_mesh(case, {"file": str(tmp_path / "flat.msh"), "unit": "um"}))
    assert own.mesh.linear
    local = own_patch(patch, own)
    back = own_simplices(local, own)
    axes = (patch.flaw.half_length, patch.flaw.half_width, patch.flaw.depth)
    wall = back.places[np.unique(back.faces["flaw"])] / axes
    assert np.abs(np.linalg.norm(wall, axis=1) - 1).max() < 1e-6
    assert extracted(local, back)[-1] == pytest.approx(extracted(patch, simplices)[-1], rel=2e-3)


def _flattened(mesh: meshio.Mesh) -> meshio.Mesh:
    """The same mesh without mid-side nodes; what they leave behind belongs to no cell."""
    kinds = {"tetra10": ("tetra", 4), "triangle6": ("triangle", 3)}
    cells = [(kinds[block.type][0], block.data[:, : kinds[block.type][1]]) for block in mesh.cells]
    return meshio.Mesh(mesh.points, cells, cell_data=mesh.cell_data, field_data=mesh.field_data)
