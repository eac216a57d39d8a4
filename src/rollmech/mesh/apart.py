"""Meshing in a process of its own: what hangs or dies there costs a message, not the run."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable

from rollmech.errors import NumericsError

TIME_LIMIT = 600.0
"""Seconds after which a mesher is stopped."""
_CHUNK = 1 << 20
_PATIENCE = 60.0
"""Seconds that a child may pause while it sends what it has made."""
_FATAL = (
    signal.SIGSEGV,
    signal.SIGABRT,
    signal.SIGFPE,
    signal.SIGBUS,
    signal.SIGILL,
    signal.SIGTERM,
    signal.SIGINT,
)


def apart[Made](work: Callable[[], Made], seconds: float = TIME_LIMIT) -> Made:
    """What some work returns or raises, done in a forked process; both must bear pickling.

    Raises:
        NumericsError: The work took too long, or its process died.
    """
    return Apart(work, seconds).outcome()


class Apart[Made]:
    """Some work that has begun in a forked process.

    The fork costs about 20 ms, a new interpreter with gmsh would cost a second. The child neither speaks MPI nor runs
    what the parent wanted to run at its exit.
    """

    def __init__(self, work: Callable[[], Made], seconds: float = TIME_LIMIT):
        self._seconds, self._deadline = seconds, time.monotonic() + seconds
        self._reader, writer = os.pipe()
        with warnings.catch_warnings():
            # It lacks the threads of the linear algebra, which are idle here and started again by their library.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._child = os.fork()
        if self._child == 0:
            os.close(self._reader)
            _answer(work, writer, seconds)
        os.close(writer)

    def outcome(self) -> Made:
        """Wait for what the work returns or raises; may be asked for once.

        Raises:
            NumericsError: The work took too long, or its process died.
        """
        answer = b""
        try:
            answer = _received(self._reader, self._deadline)
        finally:
            status = self._end(kill=not answer)
        return _outcome(answer, status, self._seconds)

    def _end(self, kill: bool) -> int:
        """Close the pipe and collect the child; its exit status."""
        os.close(self._reader)
        if kill:
            os.kill(self._child, signal.SIGKILL)
        child, self._child = self._child, 0
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def stop(self) -> None:
        """End it where nobody asked for its outcome."""
        if self._child:
            self._end(kill=True)


def _answer(work: Callable, writer: int, seconds: float) -> None:
    """In the child: do the work, send its outcome, end at once."""
    for fatal in _FATAL:  # else PETSc's handlers would abort the parent's MPI
        signal.signal(fatal, signal.SIG_DFL)
    # The parent may be gone by then.
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 60,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A crash of the mesher is told by the parent, in one sentence.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        outcome = pickle.dumps((work(), None), protocol=pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # of any kind: it is the parent's to raise
        outcome = pickle.dumps((None, error))
    with os.fdopen(writer, "wb") as pipe:
        pipe.write(outcome)
    os._exit(0)


def _received(reader: int, deadline: float) -> bytes | None:
    """All that the child sends until it closes its end; None if it has not begun to by the deadline."""
    parts, patience = [], max(deadline - time.monotonic(), 0)
    while select.select([reader], [], [], patience)[0]:
        part = os.read(reader, _CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
        patience = _PATIENCE
    return None


def _outcome(answer: bytes | None, status: int, seconds: float):
    if answer is None:
        raise NumericsError(
            f"the mesher was stopped after {seconds:g} s, limits.meshing_time: give it longer, or a flaw of less "
            "extreme proportions"
        )
    if status or not answer:
        raise NumericsError(
            f"the mesher died ({_cause(status)}) on this flaw and stack: other proportions of the flaw, even slightly "
            "different ones, may do"
        )
    made, error = pickle.loads(answer)
    if error is not None:
        raise error
    return made


def _cause(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit code {status}"
