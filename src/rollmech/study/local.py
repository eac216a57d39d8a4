"""Warm worker processes on this machine: each imports once and keeps its compiled forms; one that dies is replaced."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np

from rollmech.errors import InstallationError
from rollmech.study.plan import Task
from rollmech.study.worker import Worker, failed

_ATTEMPTS = 2
"""Times that a point is tried whose worker dies."""
_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux."""
# Workers share the cores: threads of one would take them from another.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class _Process:
    """One worker process and what it is at."""

    process: Any
    pipe: Connection
    task: Task | None = None
    left: list[int] = field(default_factory=list)


class LocalPool:
    """Works off tasks in processes of this machine.

    Args:
        worker: What every process does.
        count: Processes.
    """

    def __init__(self, worker: Worker, count: int) -> None:
        self._worker, self._count = worker, count
        self._context = multiprocessing.get_context("spawn")
        self._idle: list[_Process] = []
        self._busy: list[_Process] = []
        self._attempts: dict[int, int] = {}
        self._queue: deque[Task] = deque()
        self._open: set[int] = set()

    def run(self, tasks: list[Task]) -> Iterator[list[dict[str, Any]]]:
        """Rows as they come, a few at a time.

        Raises:
            InstallationError: No point can be solved here.
        """
        self._queue, self._open = deque(tasks), {task.number for task in tasks}
        try:
            while self._queue or self._busy:
                self._hand_out()
                yield self._collect()
        finally:
            self._stop()

    def _hand_out(self) -> None:
        """Give every free worker a task whose solve is there."""
        waiting: list[Task] = []
        while self._queue and len(self._busy) < self._count:
            task = self._queue.popleft()
            if task.after in self._open and task.after is not None:
                waiting.append(task)
                continue
            worker = self._idle.pop() if self._idle else self._started()
            worker.task, worker.left = task, [int(row) for row in task.rows]
            self._busy.append(worker)
            with contextlib.suppress(OSError):  # a dead one is seen when its rows are collected
                worker.pipe.send(task)
        self._queue.extendleft(reversed(waiting))

    def _started(self) -> _Process:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._worker), daemon=True)
        saved = {name: os.environ.get(name) for name in _ONE_THREAD}
        os.environ |= dict.fromkeys(_ONE_THREAD, "1") if self._count > 1 else {}
        process.start()
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        theirs.close()
        return _Process(process, ours)

    def _collect(self) -> list[dict[str, Any]]:
        """Rows of all workers that have something to say; waits for the first."""
        ready = wait([worker.pipe for worker in self._busy], timeout=1.0)
        rows: list[dict[str, Any]] = []
        for worker in [worker for worker in self._busy if worker.pipe in ready]:
            try:
                rows += self._heard(worker)
            except (EOFError, OSError):
                rows += self._bury(worker)
        return rows

    def _heard(self, worker: _Process) -> list[dict[str, Any]]:
        rows = []
        while worker.pipe.poll():
            message = worker.pipe.recv()
            if isinstance(message, InstallationError):
                raise message
            if message is None:
                self._busy.remove(worker)
                self._idle.append(worker)
                self._open.discard(worker.task.number)
                break
            rows.append(message)
            worker.left = worker.left[message.get("rows", 1) :]
        return rows

    def _bury(self, worker: _Process) -> list[dict[str, Any]]:
        """Put what a dead worker left back; the point that it died at is tried once more, then failed."""
        self._busy.remove(worker)
        worker.process.join()
        left, task = worker.left, worker.task
        if not left:
            self._open.discard(task.number)
            return []
        point = left[0]
        self._attempts[point] = self._attempts.get(point, 0) + 1
        rows = []
        if self._attempts[point] >= _ATTEMPTS:
            code = worker.process.exitcode
            how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
            row = {
                "point": point,
                **failed("failed", f"the worker died twice at this point ({how})"),
                "seconds": 0.0,
            }
            rows = [row | {"rows": len(task.rows)}] if task.fast else [row]
            left = [] if task.fast else left[1:]
        if left:
            self._queue.appendleft(replace(task, rows=np.array(left)))
        else:
            self._open.discard(task.number)
        return rows

    def _stop(self) -> None:
        for worker in self._idle:
            worker.pipe.close()
        for worker in self._busy:
            worker.process.kill()
        for worker in (*self._idle, *self._busy):
            worker.process.join()


def _serve(pipe: Connection, worker: Worker) -> None:
    """What a worker process does: tasks in, rows out, None after the last row of a task."""
    _end_with_parent()
    while True:
        try:
            task = pipe.recv()
            for row in worker.rows(task):
                pipe.send(row)
            pipe.send(None)
        except InstallationError as error:
            pipe.send(error)
        except (EOFError, OSError, KeyboardInterrupt):
            return


def _end_with_parent() -> None:
    """End at once when the study is gone, whatever is being solved."""
    parent = multiprocessing.parent_process()

    def wait_for_it() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait_for_it, daemon=True).start()
    if sys.platform == "linux":  # a solve may keep every thread waiting for minutes; the kernel does not wait
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent.pid:
        os._exit(1)
