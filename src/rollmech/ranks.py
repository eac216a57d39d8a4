"""One run on several MPI ranks: who speaks, who writes, and how all of them hear of a fault."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

LAUNCHER = ("PMI", "PMIX", "OMPI_", "HYDRA_", "MPI_LOCAL", "MPIR_")
"""What the variables begin with by which a launcher makes a process a rank."""
_RANK = ("PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK")
_SIZE = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")
_PATIENCE = 10.0
"""Seconds within which a fault that all ranks share has reached all of them."""
_PAUSE = 0.005


def launched_rank() -> int:
    """This process's rank as its launcher tells it; starts no MPI. 0 without a launcher."""
    return next((int(os.environ[name]) for name in _RANK if os.environ.get(name, "").isdigit()), 0)


def launched_size() -> int:
    """Number of ranks as the launcher tells it; 1 without a launcher."""
    return next((int(os.environ[name]) for name in _SIZE if os.environ.get(name, "").isdigit()), 1)


def launcher() -> str | None:
    """The ``mpiexec`` beside this Python, else the one in PATH; None if there is none."""
    own = Path(sys.executable).parent / "mpiexec"
    return str(own) if own.exists() else shutil.which("mpiexec")


def without_launcher(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child process that is no rank of this run."""
    return {key: value for key, value in environment.items() if not key.startswith(LAUNCHER)}


def is_root() -> bool:
    """Whether this rank is the one that meshes, writes, draws and speaks."""
    return _comm().rank == 0


def on_root[Work](work: Callable[[], Work]) -> Work:
    """Do something on rank 0 and hand what it returns or raises to all ranks; every rank must call this."""
    comm = _comm()
    if comm.rank:
        outcome, fault = _patiently_received(comm)
    else:
        outcome, fault = None, None
        try:
            outcome = work()
        except Exception as error:  # the other ranks wait: they must hear of it
            fault = error
        for rank in range(1, comm.size):
            comm.send((outcome, fault), dest=rank)
    if fault is not None:
        raise fault
    return outcome


def share_fault(message: str, code: int) -> int:
    """Say once that the run failed and return its exit code; a fault of this rank alone ends the others.

    Args:
        message: For the user, on stderr.
        code: Exit code.
    """
    everywhere = _all_arrive()
    if not everywhere or launched_rank() == 0:
        print(message, file=sys.stderr, flush=True)
    if not everywhere:
        _comm().Abort(code)
    return code


@functools.cache
def _comm():
    """All ranks, with messages of their own: a fault must not meet the solver's."""
    from rollmech.backend import MPI

    return MPI.COMM_WORLD.Dup()


def _patiently_received(comm):
    """What rank 0 sends; MPI's own waiting would keep a core busy that rank 0 may need."""
    while not comm.iprobe(source=0):
        time.sleep(_PAUSE)
    return comm.recv(source=0)


def _all_arrive() -> bool:
    """Whether all ranks call this within the time allowed; ranks that have not met yet fail for the same reason."""
    if not _comm.cache_info().currsize:
        return True
    arrived, deadline = _comm().Ibarrier(), time.monotonic() + _PATIENCE
    while not arrived.Test():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True
