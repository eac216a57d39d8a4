"""Where the points are worked off: processes of this machine, jobs of SLURM, workers of a Dask scheduler."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rollmech.errors import InstallationError
from rollmech.study.local import LocalPool
from rollmech.study.plan import Task
from rollmech.study.worker import Worker, lost_rows

ENGINES = ("local", "slurm", "dask")
JOBS = "jobs"
_PAUSE = 0.5
_INSTALL = "install the extra: pip install rollmech[cluster]"
Rows = list[dict[str, Any]]


def run_tasks(
    engine: str,
    worker: Worker,
    tasks: list[Task],
    count: int,
    settings: dict[str, Any],
    limit: float | None = None,
) -> Iterator[Rows]:
    """Rows of all tasks as they come.

    Args:
        engine: One of ``ENGINES``.
        worker: What is done with a task.
        tasks: All of them.
        count: Processes of the local engine, or jobs at a time.
        settings: Handed to SLURM, keys as submitit's ``update_parameters``.
        limit: Seconds that a point may take; kept by the local engine.

    Raises:
        InstallationError: The engine is not installed, or no point can be solved there.
    """
    if engine == "local":
        return LocalPool(worker, count, limit).run(tasks)
    first = [task for task in tasks if task.after is None]
    rest = [task for task in tasks if task.after is not None]
    submit = {"slurm": _on_slurm, "dask": _on_dask}[engine]
    return (rows for part in (first, rest) if part for rows in submit(worker, part, count, settings))


def job(worker: Worker, task: Task) -> Rows:
    """All rows of a task; what a cluster runs."""
    return list(worker.rows(task))


def _on_slurm(worker: Worker, tasks: list[Task], count: int, settings: dict[str, Any]) -> Iterator[Rows]:
    """One job a task, in an array of at most ``count`` jobs at a time.

    ``settings`` may hold ``cluster``: submitit's "local" and "debug" run the same without SLURM.
    """
    try:
        import submitit
    except ImportError:
        raise InstallationError(f"submitit is missing: {_INSTALL}") from None
    settings = dict(settings)
    cluster = settings.pop("cluster", "slurm")  # without a name submitit quietly runs here
    folder = Path(worker.folder).resolve() / JOBS
    try:
        executor = submitit.AutoExecutor(folder=folder, cluster=cluster)
        executor.update_parameters(slurm_array_parallelism=count, **settings)
        waiting = dict(zip(executor.map_array(job, [worker] * len(tasks), tasks), tasks, strict=True))
    except (RuntimeError, NameError) as error:
        raise InstallationError(f"SLURM cannot be used here: {error}") from None
    while waiting:
        for entry in [item for item in waiting if item.done()]:
            task = waiting.pop(entry)
            error = entry.exception()
            yield entry.result() if error is None else _lost(task, error)
        time.sleep(_PAUSE if waiting else 0)


def _on_dask(worker: Worker, tasks: list[Task], count: int, settings: dict[str, Any]) -> Iterator[Rows]:
    """Tasks on the scheduler that DASK_SCHEDULER_ADDRESS names, or on processes of this machine."""
    try:
        import distributed
    except ImportError:
        raise InstallationError(f"distributed is missing: {_INSTALL}") from None
    import dask

    address = dask.config.get("scheduler-address", None)
    own = {} if address else {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.Client(address, **own) as client:
        shared = client.scatter(worker, broadcast=True)
        futures = {client.submit(job, shared, task, pure=False, retries=1): task for task in tasks}
        for future in distributed.as_completed(futures):
            error = future.exception()
            yield future.result() if error is None else _lost(futures[future], error)
            future.release()


def _lost(task: Task, error: BaseException) -> Rows:
    """Failed rows of a task whose job died."""
    return lost_rows(task, f"the job died: {type(error).__name__}: {error}")
