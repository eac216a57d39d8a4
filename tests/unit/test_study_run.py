"""Carrying out studies: journal, workers that die, kills, the store, arrays against single points."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tomli_w
from deadly import Deadly

from rollmech.case import load_case
from rollmech.case.template import TEMPLATE
from rollmech.errors import InputError, InstallationError
from rollmech.library import influences
from rollmech.study.engines import run_tasks
from rollmech.study.file import load_study
from rollmech.study.journal import Journal
from rollmech.study.local import LocalPool, _Process
from rollmech.study.plan import Task
from rollmech.study.walk import Options, carry_out, plan_study
from rollmech.study.worker import Worker, failed

CASES = Path(__file__).parents[2] / "cases"
KILLS = 20
MEASURED = ["seconds", "source"]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of its own."""
    monkeypatch.setattr(influences, "cache_folder", lambda part: tmp_path / "cache" / part)
    return tmp_path / "cache" / "influences"


def study_file(folder: Path, text: str, case: str = "unflawed_stack.toml") -> Path:
    path = folder / "study.toml"
    path.write_text(f'format = 1\ntitle = "test"\ncase = "{CASES / case}"\n{text}')
    return path


RADII = '[[vary]]\nkey = "rollers.radius"\nfrom = "20 mm"\nto = "80 mm"\ncount = {}\n'
TENSIONS = '[[vary]]\nkey = "rollers.tension"\nvalues = ["20 N/m", "40 N/m", "60 N/m"]\n'


# --- journal ----------------------------------------------------------------------------------------


def test_a_journal_reads_over_a_torn_line_and_takes_no_row_twice(tmp_path):
    path = tmp_path / "journal.jsonl"
    with Journal(path, "a") as journal:
        assert len(journal.add([{"point": 0, "status": "done"}, {"point": 0, "status": "failed"}])) == 1
        journal.add([{"point": 1, "status": "done"}])
    with path.open("ab") as file:
        file.write(b'{"point": 2, "stat')
    with Journal(path, "a") as journal:
        assert sorted(journal.rows) == [0, 1]
        assert journal.rows[0]["status"] == "done"
        journal.add([{"point": 2, "status": "done"}, {"point": 1, "status": "failed"}])
    assert len(path.read_bytes().splitlines()) == 4


def test_a_journal_of_another_study_is_refused(tmp_path):
    Journal(tmp_path / "journal.jsonl", "a").__exit__(None, None, None)
    with pytest.raises(InputError, match="holds another study"):
        Journal(tmp_path / "journal.jsonl", "b")


def test_a_full_disk_keeps_what_was_there(tmp_path):
    with Journal(tmp_path / "journal.jsonl", "a") as journal:
        journal.add([{"point": 0, "status": "done"}])

        class Full:
            def __init__(self, file):
                self._file = file

            def __getattr__(self, name):
                return getattr(self._file, name)

            def write(self, data):
                self._file.write(data[:5])
                raise OSError(28, "No space left on device")

        journal._file = Full(journal._file)
        with pytest.raises(InputError, match="No space left on device; finished points are kept"):
            journal.add([{"point": 1, "status": "done"}])
    assert sorted(Journal(tmp_path / "journal.jsonl", "a").rows) == [0]


# --- workers ----------------------------------------------------------------------------------------


def test_dead_workers_are_replaced_and_their_point_is_tried_once_more(tmp_path):
    tasks = [Task(0, np.arange(1)), Task(1, np.arange(1, 5), after=0), Task(2, np.arange(5, 9), after=0)]
    rows = [row for part in LocalPool(Deadly(tmp_path, once=2, always=6), 2).run(tasks) for row in part]
    assert sorted(row["point"] for row in rows) == list(range(9))
    (lost,) = [row for row in rows if row["status"] != "done"]
    assert lost["point"] == 6
    assert lost["reason"] == "the worker died twice at this point (signal 9)"
    assert rows[0]["point"] == 0


def test_rows_that_came_just_before_a_worker_died_count(tmp_path):
    pool = LocalPool(Deadly(tmp_path), 1)
    ours, theirs = multiprocessing.Pipe()
    pool._busy = [_Process(None, ours, Task(0, np.arange(3)), [0, 1, 2])]
    theirs.send({"point": 0, "status": "done"})
    theirs.send({"point": 1, "status": "done"})
    theirs.close()
    buried = []
    pool._bury = lambda worker: buried.append(list(worker.left)) or []
    assert [row["point"] for row in pool._collect()] == [0, 1]
    assert buried == [[2]]


def test_a_fault_of_one_point_is_a_row(tmp_path, monkeypatch):
    _, base, plan = plan_study(study_file(tmp_path, RADII.format(2)))
    worker = Worker(base, plan.points, tmp_path)
    monkeypatch.setattr("rollmech.pipeline.run", lambda *_, **__: 1 / 0)
    row = worker.row(1)
    assert (row["status"], row["reason"]) == ("failed", "ZeroDivisionError: division by zero")
    assert failed("failed", "a\nb") == {"status": "failed", "reason": "a b"}


def test_jobs_of_a_cluster_give_the_rows_of_local_workers(tmp_path):
    tasks = [Task(0, np.arange(2)), Task(1, np.arange(2, 5), after=0)]
    parts = run_tasks("slurm", Deadly(tmp_path), tasks, 2, {"cluster": "debug"})
    assert sorted(row["point"] for rows in parts for row in rows) == list(range(5))
    if shutil.which("srun") is None:
        with pytest.raises(InstallationError, match="SLURM cannot be used here"):
            list(run_tasks("slurm", Deadly(tmp_path), tasks, 2, {}))


def test_a_point_over_its_time_fails_and_its_worker_is_replaced(tmp_path):
    tasks = [
        Task(0, np.arange(1), solves=True),
        Task(1, np.arange(1, 3), after=0),
        Task(2, np.arange(3, 6)),
        Task(3, np.arange(6, 8), solves=True),
    ]
    pool = LocalPool(Deadly(tmp_path, slow=(0, 4)), 2, limit=0.5)
    begun = time.monotonic()
    rows = {row["point"]: row for part in pool.run(tasks) for row in part}
    assert time.monotonic() - begun < 20  # the slow ones sleep for minutes
    assert sorted(rows) == list(range(8))
    reasons = {point: row["reason"] for point, row in rows.items() if row["status"] == "failed"}
    late = "took longer than 0.5 s, execution.time_per_point"
    shared = "shares the solve of point 0, which was stopped"
    assert reasons == {0: late, 1: shared, 2: shared, 4: late}
    assert rows[5]["pid"] != rows[3]["pid"]


def test_a_limit_of_time_that_an_engine_does_not_keep_is_refused(tmp_path):
    path = study_file(tmp_path, RADII.format(2) + '[execution]\ntime_per_point = "10 min"\n')
    assert load_study(path).time_per_point == 600.0
    with pytest.raises(InputError, match="is not kept by the engine slurm"):
        carry_out(path, Options(tmp_path / "out", engine="slurm", quiet=True))
    for wrong, words in (
        ('"10 m"', "is a length, not a time"),
        ("10", "has no unit"),
        ('"0 s"', "not positive"),
    ):
        bad = study_file(tmp_path, RADII.format(2) + f"[execution]\ntime_per_point = {wrong}\n")
        with pytest.raises(InputError, match=words):
            load_study(bad)


def test_a_case_is_told_from_a_study(tmp_path):
    case = tmp_path / "case.toml"
    case.write_text(TEMPLATE)
    with pytest.raises(InputError, match="is a case, not a study"):
        load_study(case)


# --- kills ------------------------------------------------------------------------------------------


STRESSES = """
[[vary]]
key = "load.membrane_stress"
from = "1 MPa"
to = "60 MPa"
count = 300
"""


def arguments(path: Path, out: Path, workers: int) -> list[str]:
    options = ["--out", str(out), "--resume", "--workers", str(workers), "--no-pictures", "--quiet"]
    return ["study", str(path), *options]


def start(*given) -> subprocess.Popen:
    command = [sys.executable, "-m", "rollmech", *arguments(*given)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


@pytest.fixture
def warm():
    """Starts `rollmech` without its imports, of which only the first start pays; gives the process's id."""
    script = Path(__file__).with_name("warm_rollmech.py")
    with subprocess.Popen(
        [sys.executable, str(script)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:

        def begin(*given) -> int:
            server.stdin.write(json.dumps(arguments(*given)) + "\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        yield begin
        server.stdin.close()


def lines(out: Path) -> int:
    journal = out / "journal.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def wait_for_rows(out: Path, wanted: int) -> None:
    patience = time.monotonic() + 60
    while lines(out) < wanted and time.monotonic() < patience:
        time.sleep(0.001)
    assert lines(out) >= wanted


def test_a_study_killed_at_random_moments_ends_with_the_undisturbed_table(tmp_path, warm):
    case = tmp_path / "case.toml"
    tables = tomllib.loads((CASES / "unflawed_stack.toml").read_text())
    del tables["rollers"], tables["web"]
    case.write_text(tomli_w.dumps(tables | {"load": {"membrane_stress": "10 MPa"}}))
    path, out = study_file(tmp_path, STRESSES, case), tmp_path / "killed"
    chance = random.Random(7)
    for number in range(KILLS):
        begun, workers = lines(out), 1 + (number % 4 == 0)
        if number % 5 == 0:  # hit while it starts
            process = start(path, out, workers)
            time.sleep(chance.uniform(0.0, 2.0))
            assert process.poll() is None
            process.kill()
            process.wait()
            continue
        process = warm(path, out, workers)  # hit after a few rows
        wait_for_rows(out, begun + chance.randint(1, 8))
        os.kill(process, signal.SIGKILL)
        while Path(f"/proc/{process}").exists():
            time.sleep(0.001)
    assert KILLS - KILLS // 5 < lines(out) < 300
    assert start(path, out, 2).wait(300) == 0
    carry_out(path, Options(tmp_path / "whole", pictures=False, quiet=True))
    tables = [pd.read_parquet(tmp_path / name / "results.parquet") for name in ("killed", "whole")]
    assert len(tables[1]) == 300
    pd.testing.assert_frame_equal(*(table.drop(columns="seconds") for table in tables), check_exact=True)


# --- store and arrays -------------------------------------------------------------------------------


def test_points_from_store_arrays_and_a_run_agree(tmp_path, store):
    from rollmech.pipeline import influence_of, run
    from rollmech.study.fast import evaluate

    text = (
        RADII.format(3) + TENSIONS + '[[vary]]\nkey = "rollers.temperature"\nvalues = ["0 degC", "90 degC"]\n'
    )
    _, base, plan = plan_study(study_file(tmp_path, text, "polishing_scratch.toml"))
    assert (len(plan.solves), plan.at_hand) == (1, 0)
    worker = Worker(base, plan.points, tmp_path)
    rows = [worker.row(point) for point in range(len(plan.points))]
    assert plan.at_hand == 1
    found = evaluate(base, plan.points, np.arange(18), lambda case: influence_of(case, print, False))
    for name in ("K_ratio", "strength_ratio"):
        single = [row["outputs"][name][0] for row in rows]
        np.testing.assert_allclose(found.numbers[name], single, rtol=1e-12)
    errors = [row["outputs"]["K_ratio"][2] for row in rows]
    np.testing.assert_allclose(found.numbers["K_ratio error"], errors, rtol=1e-9)
    codes, words = found.words["verdict"]
    assert [words[code] for code in codes] == [row["verdict"] for row in rows]
    assert {"safe", "fails"} <= {row["verdict"] for row in rows}

    case = base.case_with(plan.points.settings(4))
    stored, solved = run(case, fields=False), run(case)
    assert stored.influence.problem is None
    assert {**solved.record, "timings": 0, "mesh": 0} == {**stored.record, "timings": 0, "mesh": 0}
    assert stored.influence.levels == solved.influence.levels

    (path,) = store.glob("*.npz")
    whole = path.read_bytes()
    for broken in (b"", whole[: len(whole) // 2], b"x" * len(whole), whole.replace(b"front.k", b"frunt.k")):
        path.write_bytes(broken)
        assert influences.load_influence(path.stem, solved.influence.patch) is None
    path.write_bytes(whole)
    assert influences.load_influence(path.stem, solved.influence.patch) is not None


def test_the_store_keeps_what_was_used_last(tmp_path, store, monkeypatch):
    store.mkdir(parents=True)
    for number in range(4):
        file = store / f"{number}.npz"
        file.write_bytes(b"x" * 1000)
        os.utime(file, (1e9 + number, 1e9 + number))
    (store / ".4.npz.partial").touch()
    os.utime(store / ".4.npz.partial", (1e9, 1e9))
    os.utime(store / "0.npz")
    influences.trim(store, 2500, ".npz")
    assert sorted(path.name for path in store.iterdir()) == ["0.npz", "3.npz"]
    assert [entry.about for entry in influences.entries()] == ["", ""]
    monkeypatch.setenv(influences.LIMIT, "lots")
    with pytest.raises(InputError, match="megabytes"):
        influences.limit()
    assert influences.clear() == 2


def test_keys_of_solves_tell_geometry_and_moduli_apart_but_no_rounding():
    from rollmech.patching import solve_key

    path = CASES / "polishing_scratch.toml"
    key = solve_key(load_case(path))
    same = ["flaws.0.depth=0.0030000000000000001 mm", "rollers.0.radius=10 mm", "verdict.allowable_ratio=0.5"]
    other = ["flaws.0.depth=3.001 um", "materials.LLZTO.youngs_modulus=151 GPa", "accuracy.target=2 %"]
    assert {solve_key(load_case(path, [text])) for text in same} == {key}
    assert len({solve_key(load_case(path, [text])) for text in other} | {key}) == 4


# --- the folder -------------------------------------------------------------------------------------


def test_a_study_writes_its_folder_and_goes_on_only_when_told(tmp_path):
    best = '[best]\nminimize = "rollers.radius"\nsubject_to = ["stress_ratio < 0.5"]\ncount = 1\n'
    path, out = study_file(tmp_path, RADII.format(5) + TENSIONS + best), tmp_path / "out"
    options = Options(out, workers=1, quiet=True)
    summary = carry_out(path, options)
    assert summary["status"] == {"done": 15}
    table = pd.read_parquet(out / "results.parquet")
    pd.testing.assert_frame_equal(
        pd.read_csv(out / "results.csv")[["rollers.radius [mm]", "stress_ratio"]],
        table[["rollers.radius [mm]", "stress_ratio"]],
        check_dtype=False,
    )
    fits = table[table["stress_ratio"] < 0.5]
    assert (
        table["point"][summary["best"]["points"][0]]
        in fits[fits.iloc[:, 1] == fits.iloc[:, 1].min()]["point"]
    )
    (found,) = summary["sensitivity"]
    means = table.groupby("rollers.radius [mm]")["stress_ratio"].mean()
    share = means.var(ddof=0) / table["stress_ratio"].var(ddof=0)
    assert found["rollers.radius"]["first"] == pytest.approx(share)
    assert all((out / name).stat().st_size > 10_000 for name in summary["pictures"])
    with pytest.raises(InputError, match="holds a study already"):
        carry_out(path, options)
    journal = (out / "journal.jsonl").read_bytes()
    study_file(tmp_path, RADII.format(5) + TENSIONS + best + '[execution]\ntime_per_point = "1 h"\n')
    carry_out(path, Options(out, resume=True, pictures=False, quiet=True))  # not another study
    assert (out / "journal.jsonl").read_bytes() == journal
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.doc").touch()
    with pytest.raises(InputError, match="not a study's"):
        carry_out(path, Options(tmp_path / "foreign", force=True))
