"""The walk of a study: file -> points -> plan -> rows -> tables, sensitivity, charts, best points."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollmech.errors import Fault, InputError
from rollmech.loading import case_warnings
from rollmech.results.folder import write_json
from rollmech.results.log import RunLog
from rollmech.study.base import Base, load_base
from rollmech.study.collect import block_rows, table_of, write_csv, write_parquet
from rollmech.study.engines import run_tasks
from rollmech.study.fast import slow_keys
from rollmech.study.file import StudyFile, load_study
from rollmech.study.journal import NAME, Journal, unwritable
from rollmech.study.plan import REFUSED, Plan, make_plan
from rollmech.study.progress import Progress
from rollmech.study.space import make_points
from rollmech.study.summary import SUMMARY, Clock, summary_of
from rollmech.study.worker import BLOCK, Worker

RESOLVED, BASE, BEST, LOCK = "study.toml", "case.toml", "best.csv", ".lock"


@dataclass(frozen=True)
class Options:
    """How a study is carried out.

    Attributes:
        out: Folder of the results.
        overrides: ``KEY=VALUE`` texts for the base case.
        workers: Processes, or jobs at a time; None for one a core.
        engine: Where the points are worked off.
        resume: Go on with what is in the folder.
        force: Begin again whatever study is in the folder.
        pictures: Whether charts are drawn and the report is written.
        quiet: No progress.
        verbose: A line of progress whenever points are done.
    """

    out: Path
    overrides: tuple[str, ...] = ()
    workers: int | None = None
    engine: str = "local"
    resume: bool = False
    force: bool = False
    pictures: bool = True
    quiet: bool = False
    verbose: bool = False


def plan_study(path: Path, overrides: Sequence[str] = ()) -> tuple[StudyFile, Base, Plan]:
    """Read a study and plan it; no solver is started.

    Raises:
        InputError: The study or its case is wrong.
    """
    study = load_study(path)
    base = load_base(study, overrides)
    plan = make_plan(make_points(study, base), base, slow_keys)
    if set(plan.keys) == {REFUSED}:
        _refuse_empty(study, base, plan)
    return study, base, plan


def _refuse_empty(study: StudyFile, base: Base, plan: Plan) -> None:
    """A study whose case refuses every point is wrong itself."""
    faults: list[Fault] = []
    for row in range(len(plan.points)):
        try:
            base.case_with(plan.points.settings(row))
            return
        except InputError as error:
            faults = faults or error.faults
    first = Fault(
        "vary",
        "",
        f"leads to a case that is refused at all {len(plan.points)} points, as at the first",
        "other values",
    )
    raise InputError(str(study.path), [first, *faults])


def carry_out(path: Path, options: Options) -> dict[str, Any]:
    """Carry out a study and write its folder; returns the content of ``study.json``.

    Raises:
        InputError: The study is wrong, or its folder is another's or cannot be written.
        InstallationError: The engine is not there, or this installation cannot solve.
    """
    from filelock import FileLock, Timeout

    clock, log = Clock(), RunLog(f"study: {path}", options.overrides, lambda text: None)
    log.stage("planning")
    study, base, plan = plan_study(path, options.overrides)
    _refuse_unkept(study, options)
    digest = _digest(study, base)
    _prepare(options)
    clock.lap("plan")
    try:
        with FileLock(options.out / LOCK, timeout=0), Journal(options.out / NAME, digest) as journal:
            _write_resolved(study, base, options)
            log.stage(f"solving, {options.engine}")
            _work_off(study, base, plan, journal, options)
            clock.lap("points")
            log.stage("tables, sensitivity, charts")
            summary = _conclude(study, plan, journal, options, clock)
            log.write(options.out, _end(summary), case_warnings(base.case))
            return summary
    except KeyboardInterrupt:
        log.write(options.out, "interrupted; finished points are kept")
        print(f"{options.out}: finished points are kept; --resume goes on", file=sys.stderr)
        raise
    except Timeout:
        fault = Fault(
            "--out", str(options.out), "is being written by another study", "another folder, or wait"
        )
        raise InputError("study", [fault]) from None
    except OSError as error:
        raise unwritable(options.out, error) from error


def _refuse_unkept(study: StudyFile, options: Options) -> None:
    """A limit of time that the engine does not keep."""
    if study.time_per_point is not None and options.engine != "local":
        accepted = "no limit; for SLURM [slurm] timeout_min, which ends a whole job"
        problem = f"is not kept by the engine {options.engine}"
        fault = Fault("execution.time_per_point", f"{study.time_per_point:g} s", problem, accepted)
        raise InputError(str(study.path), [fault])


def _end(summary: dict[str, Any]) -> str:
    """How the points ended, for the log."""
    return ", ".join(f"{count} {name}" for name, count in summary["status"].items())


def _digest(study: StudyFile, base: Base) -> str:
    """What tells studies apart: what the study asks of its case, not how it is carried out."""
    asked = {key: table for key, table in study.tables.items() if key not in ("execution", "slurm")}
    text = json.dumps([asked, base.tables], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _prepare(options: Options) -> None:
    """An empty folder, or one with a study to go on with."""
    out = options.out
    if out.exists() and not out.is_dir():
        raise InputError("study", [Fault("--out", str(out), "is not a folder", "a folder")])
    there = out.is_dir() and (out / NAME).exists()
    if out.is_dir() and not there and any(item.name != LOCK for item in out.iterdir()):
        raise InputError(
            "study", [Fault("--out", str(out), "holds files that are not a study's", "a new folder")]
        )
    if there and options.force:
        shutil.rmtree(out)
    elif there and not options.resume:
        accepted = "--resume to go on with it, --force to begin again, or another --out"
        raise InputError("study", [Fault("--out", str(out), "holds a study already", accepted)])
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(out, error) from None


def _write_resolved(study: StudyFile, base: Base, options: Options) -> None:
    """``study.toml``, which runs again from where it lies, and the base case resolved in ``case.toml``."""
    import tomli_w

    from rollmech.case import dump_case

    given = {**study.tables, "case": os.path.relpath(study.case, options.out), "title": study.title}
    if study.surrogate is not None:
        given["surrogate"] = os.path.relpath(study.surrogate, options.out)
    (options.out / RESOLVED).write_text(tomli_w.dumps(given), encoding="utf-8")
    (options.out / BASE).write_text(dump_case(base.case), encoding="utf-8")


def _work_off(study: StudyFile, base: Base, plan: Plan, journal: Journal, options: Options) -> None:
    """Solve what is not in the journal yet."""
    tasks = plan.tasks(_done(journal, options.out))
    before = len(plan.points) - sum(len(task.rows) for task in tasks)
    if not tasks:
        return
    count = min(options.workers or os.cpu_count() or 1, len(tasks))
    worker = Worker(base, plan.points, options.out)
    threading.Thread(target=_import_tables, daemon=True).start()
    with Progress(len(plan.points), before, options.quiet, options.verbose) as progress:
        for rows in run_tasks(options.engine, worker, tasks, count, study.slurm, study.time_per_point):
            progress.add(journal.add(rows))


def _import_tables() -> None:
    """What the tables need, imported while workers start."""
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401


def _done(journal: Journal, folder: Path) -> list[int]:
    """Points that have a row, blocks by what their file holds."""
    found: list[int] = []
    for point, row in list(journal.rows.items()):
        if "rows" not in row:
            found.append(point)
        elif BLOCK in row and len(rows := block_rows(row, folder)):
            found += rows.tolist()
        else:  # a block without its file, or one that failed as a whole, is done again
            del journal.rows[point]
    return found


def _conclude(
    study: StudyFile, plan: Plan, journal: Journal, options: Options, clock: Clock
) -> dict[str, Any]:
    """Tables, sensitivity, best points, charts, the summary that seals the folder, and the report."""
    from rollmech.study.best import best_points
    from rollmech.study.sensitivity import sensitivities

    folder = options.out
    table = table_of(plan, journal.rows, folder)
    clock.lap("table")
    made = write_parquet(table, len(plan.points.columns), folder)
    clock.lap("parquet")
    found = sensitivities(study, plan.points, table)
    best = best_points(study, plan.points, table)
    if best.table is not None:
        best.table.to_csv(folder / BEST, index=False)
    clock.lap("sensitivity")
    write_csv(made, folder)
    clock.lap("csv")
    summary = summary_of(study, plan, table, found, best, journal.rows.values())
    summary |= {"engine": options.engine, "overrides": list(options.overrides), "warnings": []}
    if options.pictures:
        from rollmech.post.study_charts import draw_study

        summary["pictures"] = draw_study(study, table, found, folder)
        clock.lap("charts")
    _seal(summary, clock, folder)
    if options.pictures:
        summary["warnings"] = _reported(folder)
        clock.lap("report")
        _seal(summary, clock, folder)
    return summary | clock.record()


def _seal(summary: dict[str, Any], clock: Clock, folder: Path) -> None:
    write_json(folder / SUMMARY, summary | clock.record())


def _reported(folder: Path) -> list[str]:
    """Write the report; what went wrong with it, which costs no number."""
    from rollmech.post.report.study_document import write_study_report

    try:
        write_study_report(folder)
    except Exception as error:
        return [f"report: could not be made ({type(error).__name__}: {error})"]
    return []
