"""Two ranks give what one rank gives, write and speak once, and end together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import pyvista as pv

from rollmech.ranks import launcher, without_launcher

pytestmark = pytest.mark.skipif(launcher() is None, reason="no mpiexec here")

CASES = Path(__file__).parents[2] / "cases"
SCRATCH = "polishing_scratch"
SAME = 1e-6
BLUNT = 'depth = "3 um"\nwidth = "4 um"\nprofile = "U"'
RUNS = {
    "plane crack": (SCRATCH, []),
    "surface crack": ("handbook_crack", ["--set", 'accuracy.target="5 %"']),
    "blunt groove": ("blunt", []),
}
FAULT_ON_ONE = """
import sys
from rollmech import ranks
from rollmech.cli import main
from rollmech.errors import NumericsError
from rollmech.fracture import influence

ranks._PATIENCE = 1.0
solve = influence.solve_modes

def fail_on_one(problem):
    if ranks.launched_rank() in {ranks}:
        raise NumericsError("no number earned")
    return solve(problem)

influence.solve_modes = fail_on_one
sys.exit(main(sys.argv[1:]))
"""


def start(ranks: int, *arguments: str) -> subprocess.CompletedProcess:
    """Python on so many ranks; a hang fails."""
    environment = without_launcher(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(CASES.parent / "src"), environment.get("PYTHONPATH", "")]
    )
    command = [launcher(), "-n", str(ranks), sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=150, env=environment)


def command(case: Path | str, out: Path, *options: str) -> tuple[str, ...]:
    return ("run", str(case), "--no-pictures", "--out", str(out), *options)


@pytest.fixture(scope="module", params=RUNS)
def both(request, tmp_path_factory) -> tuple[Path, Path]:
    """Run folders of one case on one rank and on two."""
    name, options = RUNS[request.param]
    folder = tmp_path_factory.mktemp("ranks")
    case = CASES / f"{name}.toml"
    if name == "blunt":
        case = folder / "blunt.toml"
        text = (CASES / f"{SCRATCH}.toml").read_text(encoding="utf-8")
        case.write_text(text.replace('depth = "3 um"', BLUNT), encoding="utf-8")
    for ranks in (1, 2):
        done = start(ranks, "-m", "rollmech", *command(case, folder / str(ranks), *options))
        assert done.returncode == 0, done.stderr
    return folder / "1", folder / "2"


def results(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def test_same_quantities(both):
    one, two = (results(folder)["quantities"] for folder in both)
    assert one.keys() == two.keys()
    for name, entry in one.items():
        other = two[name]
        assert {key: entry[key] for key in entry.keys() - {"value", "error"}} == {
            key: other[key] for key in other.keys() - {"value", "error"}
        }
        if entry["value"] is None:
            assert other["value"] is None
            continue
        assert other["value"] == pytest.approx(entry["value"], rel=SAME)
        assert other["error"] == pytest.approx(entry["error"], rel=SAME, abs=SAME * abs(entry["value"]))


def test_same_stations_meshes_and_checks(both):
    one, two = map(results, both)
    assert one["verdict"]["status"] == two["verdict"]["status"]
    for a, b in zip(one["stations"], two["stations"], strict=True):
        assert b["ratio"] == pytest.approx(a["ratio"], rel=SAME)
        assert b["governed_by"] == a["governed_by"]
    sizes = [
        [(level["elements"], level["unknowns"]) for level in run["mesh"]["levels"]] for run in (one, two)
    ]
    assert sizes[0] == sizes[1]
    statuses = [
        [check["status"] for group in run["assumptions"] for check in group["checks"]] for run in (one, two)
    ]
    assert statuses[0] == statuses[1]
    assert (one["mesh"]["ranks"], two["mesh"]["ranks"]) == (1, 2)


def test_same_fields_node_by_node(both):
    one, two = (pv.read(folder / "fields" / "patch.vtu") for folder in both)
    assert np.array_equal(one.points, two.points)
    assert np.array_equal(one.cell_connectivity, two.cell_connectivity)
    for name, values in one.point_data.items():
        assert np.abs(values - two.point_data[name]).max() < SAME * np.abs(values).max(), name


def test_bad_input_is_reported_once(tmp_path):
    case = CASES / f"{SCRATCH}.toml"
    done = start(2, "-m", "rollmech", *command(case, tmp_path / "out", "--set", "flaws.0.depth=3"))
    assert done.returncode == 2
    assert done.stderr.count("has no unit") == 1
    assert not done.stdout


@pytest.mark.parametrize("ranks", [{0}, {1}, {0, 1}])
def test_failed_numerics_end_all_ranks_with_one_message(tmp_path, ranks):
    script = tmp_path / "fail.py"
    script.write_text(FAULT_ON_ONE.replace("{ranks}", repr(ranks)), encoding="utf-8")
    done = start(2, str(script), *command(CASES / f"{SCRATCH}.toml", tmp_path / "out"))
    assert done.returncode == 3
    assert done.stderr.count("no number earned") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["fail.py"]


def test_summary_is_printed_once(tmp_path):
    done = start(2, "-m", "rollmech", *command(CASES / f"{SCRATCH}.toml", tmp_path / "out"))
    assert done.returncode == 0
    assert done.stdout.count("Sharp polishing scratch") == 1


def test_ranks_without_a_part_of_the_flaw(tmp_path):
    for ranks in (1, 4):
        done = start(ranks, "-m", "rollmech", *command(CASES / f"{SCRATCH}.toml", tmp_path / str(ranks)))
        assert done.returncode == 0, done.stderr
    one, four = (results(tmp_path / str(ranks))["quantities"]["K_I_max"]["value"] for ranks in (1, 4))
    assert four == pytest.approx(one, rel=SAME)
