"""What a command leaves behind that is stopped: nothing, or what the next one clears away."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rollmech.cli import main
from rollmech.errors import InputError
from rollmech.library import influences, nodes
from rollmech.mesh.patch import PatchPly
from rollmech.results.folder import RESULTS, staged

CASES = Path(__file__).parents[2] / "cases"
PIT, STACK = CASES / "etch_pit.toml", CASES / "unflawed_stack.toml"
PATIENCE = 60.0


@pytest.mark.parametrize(
    ("sent", "code", "words"),
    [(signal.SIGTERM, 143, "ended by SIGTERM"), (signal.SIGINT, 130, "interrupted")],
    ids=["SIGTERM", "Ctrl-C"],
)
def test_a_stopped_run_leaves_nothing(sent, code, words, tmp_path):
    command = [sys.executable, "-m", "rollmech", "run", str(PIT), "--out", str(tmp_path / "out"), "--verbose"]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
        # A shell's background jobs, of which these tests may be one, ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    lines = iter(process.stderr.readline, "")
    assert any("meshing" in line for line in lines), (
        "the solver, which brings handlers of its own, is at work"
    )
    assert list(tmp_path.glob(".out.*.partial"))
    process.send_signal(sent)
    rest = "".join(lines)
    assert process.wait(PATIENCE) == code and rest.splitlines()[-1] == f"rollmech: {words}"
    assert not list(tmp_path.iterdir())


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    command = [sys.executable, "-m", "rollmech", "tornado", str(STACK), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    process.stdout.close()
    assert "PETSC" not in process.stderr.read() and process.wait(PATIENCE) == 141


def leave(folder: Path, name: str) -> Path:
    """A folder as a killed process leaves it."""
    left = folder / name
    left.mkdir()
    (left / "part").touch()
    return left


def test_what_killed_processes_left_is_cleared_by_the_next_write(tmp_path):
    dead, alive, other = (leave(tmp_path, f".{name}.partial") for name in ("out.1", "out.2", "elsewhere.1"))
    lock = os.open(alive, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with staged(tmp_path / "out") as stage:
        assert not dead.exists() and alive.exists() and other.exists() and stage.is_dir()
        (stage / RESULTS).write_text("{}")
    os.close(lock)
    with staged(tmp_path / "out"):
        assert not alive.exists()


def test_a_run_that_was_moved_aside_by_a_killed_process_comes_back(tmp_path):
    old, _ = leave(tmp_path, ".out.1.old"), leave(tmp_path, ".out.1.partial")
    (old / RESULTS).write_text("{}")
    with pytest.raises(InputError), staged(tmp_path / "out"):
        raise OSError("no space left")
    assert [path.name for path in tmp_path.iterdir()] == ["out"] and (tmp_path / "out" / RESULTS).exists()


def test_a_crack_of_a_library_is_solved_once(tmp_path, monkeypatch):
    monkeypatch.setattr(influences, "cache_folder", lambda part: tmp_path / part)
    monkeypatch.setattr(nodes, "_TARGET", 0.1)
    plies = (PatchPly(30.0, 150e3, 0.26), PatchPly(10.0, 5e3, 0.4))
    assert nodes._left(plies, 0.05, 1.125) > 0
    first = nodes.solve_node(plies, 0.05, 1.125)
    assert nodes._left(plies, 0.05, 1.125) == 0
    monkeypatch.delattr(nodes, "solve_influence")
    again = nodes.solve_node(plies, 0.05, 1.125)
    np.testing.assert_allclose(again.shape, first.shape, rtol=1e-12)


def test_a_library_says_beforehand_what_it_takes(monkeypatch):
    said = []
    monkeypatch.setattr(nodes, "_left", lambda plies, a, c: 0.0 if a == 0.1 else 100.0)
    monkeypatch.setattr(nodes, "solve_node", lambda plies, a, c: time.sleep(0.01))
    nodes._solved((), [(0.1, 1.0), (0.2, 1.0), (0.3, 1.0)], said.append)
    assert "2 of 3 cracks to solve, about 3 min" in said[0] and len(said) == 4
    assert "crack 3 of 3, about 17 s left" in said[-1], "the measured pace counts"


def test_quiet_hides_what_is_said_beforehand(tmp_path, capfd):
    words = ["rank", str(CASES / "five_treatments.toml"), "--only", "N2 plasma"]
    assert main([*words, "--out", str(tmp_path / "loud")]) == 0
    assert "treatments: 1, classes of surface that they leave: 1" in capfd.readouterr().err
    assert main([*words, "--out", str(tmp_path / "still"), "--quiet"]) == 0
    assert capfd.readouterr() == (f"{tmp_path / 'still'}\n", "")
