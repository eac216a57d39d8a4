"""Warm worker processes on this machine: each imports once and keeps its compiled forms; one that dies is replaced."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np

from rollmech.errors import InstallationError
from rollmech.study.plan import Task
from rollmech.study.worker import Worker, lost_rows

_ATTEMPTS = 2
"""Times that a point is tried whose worker dies."""
_START = "spawn"
"""How processes are started: a fork would take over what MPI and threads are at."""
_READY = "ready"
"""What a worker says once it has imported what it needs."""
_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux."""
# Workers share the cores: threads of one would take them from another.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class _Process:
    """One worker process, what it is at, and since when; None while it imports."""

    process: Any
    pipe: Connection
    task: Task | None = None
    left: list[int] = field(default_factory=list)
    since: float | None = None
    ready: bool = False

    def begin(self, task: Task) -> None:
        """Hand it a task."""
        # Points evaluated as arrays come back as one row.
        self.task, self.left = task, [int(row) for row in (task.rows[:1] if task.fast else task.rows)]
        self.since = time.monotonic() if self.ready else None
        with contextlib.suppress(OSError):  # a dead one is seen when its rows are collected
            self.pipe.send(task)

    def end(self) -> None:
        """Kill it, and the mesher that it may have started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()  # it may not have a group of its own yet
        self.process.join()


class LocalPool:
    """Works off tasks in processes of this machine.

    Args:
        worker: What every process does.
        count: Processes.
        limit: Seconds that a point may take, or None; points evaluated as arrays count as one.
    """

    def __init__(self, worker: Worker, count: int, limit: float | None = None) -> None:
        self._worker, self._count, self._limit = worker, count, limit
        self._context = multiprocessing.get_context(_START)
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
                yield self._collect() + self._stop_late()
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
            worker.begin(task)
            self._busy.append(worker)
        self._queue.extendleft(reversed(waiting))

    def _started(self) -> _Process:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._worker), daemon=True)
        saved = {name: os.environ.get(name) for name in _ONE_THREAD}
        os.environ |= dict.fromkeys(_ONE_THREAD, "1") if self._count > 1 else {}
        with _without_script():
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
        ready = wait([worker.pipe for worker in self._busy], timeout=self._patience())
        rows: list[dict[str, Any]] = []
        for worker in [worker for worker in self._busy if worker.pipe in ready]:
            try:
                rows.extend(self._heard(worker))  # keeps what came before the end of a dead one
            except (EOFError, OSError):
                rows += self._bury(worker)
        return rows

    def _heard(self, worker: _Process) -> Iterator[dict[str, Any]]:
        """Rows that a worker has sent.

        Raises:
            EOFError: It is dead.
            OSError: The same.
        """
        while worker.pipe.poll():
            message = worker.pipe.recv()
            if isinstance(message, InstallationError):
                raise message
            worker.since = time.monotonic()
            if message == _READY:
                worker.ready = True
                continue
            if message is None:
                self._busy.remove(worker)
                self._idle.append(worker)
                self._open.discard(worker.task.number)
                break
            worker.left = worker.left[message.get("rows", 1) :]
            yield message

    def _bury(self, worker: _Process) -> list[dict[str, Any]]:
        """Put what a dead worker left back; the point that it died at is tried once more, then failed."""
        worker.process.join()
        point = worker.left[0] if worker.left else -1
        self._attempts[point] = self._attempts.get(point, 0) + 1
        if point < 0 or self._attempts[point] < _ATTEMPTS:
            return self._put_back(worker, "")
        code = worker.process.exitcode
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return self._put_back(worker, f"the worker died twice at this point ({how})")

    def _patience(self) -> float:
        """Seconds until the next look at the workers: a second, or until one is over its limit."""
        begun = [worker.since for worker in self._busy if worker.since is not None]
        if self._limit is None or not begun:
            return 1.0
        return min(max(min(begun) + self._limit - time.monotonic(), 0.0), 1.0)

    def _stop_late(self) -> list[dict[str, Any]]:
        """Replace workers whose point takes longer than it may; it fails, with those that wait for its solve."""
        if self._limit is None:
            return []
        now, rows = time.monotonic(), []
        late = [worker for worker in self._busy if worker.since and now - worker.since > self._limit]
        for worker in late:
            worker.end()
            begun, point = worker.task, worker.left[0] if worker.left else -1
            rows += self._put_back(worker, f"took longer than {self._limit:g} s, execution.time_per_point")
            if begun.solves and not begun.fast and point == begun.rows[0]:
                rows += self._give_up(begun, f"shares the solve of point {point}, which was stopped")
        return rows

    def _give_up(self, begun: Task, reason: str) -> list[dict[str, Any]]:
        """Failed rows of all that waits for a solve which was stopped: each would take as long again."""
        lost = [task for task in self._queue if begun.number in (task.number, task.after)]
        self._queue = deque(task for task in self._queue if begun.number not in (task.number, task.after))
        self._open -= {task.number for task in lost}
        return [row for task in lost for row in lost_rows(task, reason)]

    def _put_back(self, worker: _Process, reason: str) -> list[dict[str, Any]]:
        """Queue again what a worker left; its point is failed if there is a reason."""
        self._busy.remove(worker)
        left, task = worker.left, worker.task
        rows = []
        if reason and left:
            lost = task if task.fast else replace(task, rows=np.array(left[:1]))
            rows, left = lost_rows(lost, reason), [] if task.fast else left[1:]
        if left:
            self._queue.appendleft(task if task.fast else replace(task, rows=np.array(left)))
        else:
            self._open.discard(task.number)
        return rows

    def _stop(self) -> None:
        for worker in self._idle:
            worker.pipe.close()
        for worker in self._busy:
            worker.end()
        for worker in self._idle:
            worker.process.join()


@contextlib.contextmanager
def _without_script() -> Iterator[None]:
    """Start processes that do not run the user's script again, whether or not it guards its main part."""
    main = sys.modules["__main__"]
    kept = {name: getattr(main, name, None) for name in ("__spec__", "__file__")}
    main.__spec__ = main.__file__ = None
    try:
        yield
    finally:
        main.__dict__.update(kept)


def _serve(pipe: Connection, worker: Worker) -> None:
    """What a worker process does: tasks in, rows out, None after the last row of a task."""
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)  # so that it can be stopped together with a mesher at work
    _end_with_parent()
    with contextlib.suppress(OSError, InstallationError):  # told by the first point
        worker.warm_up()
        pipe.send(_READY)
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
