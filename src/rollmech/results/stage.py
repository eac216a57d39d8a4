"""Private folders of a write under way: each is locked by its process, so that those of killed ones can be told."""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
from pathlib import Path

_PARTIAL, _OLD = "partial", "old"
_locks: dict[Path, int] = {}


def make_stage(parent: Path, name: str) -> Path:
    """A hidden empty folder of this process; those that killed processes left under that name are removed.

    What such a process had moved out of the way for its own folder is put back if nothing has taken its place.

    Raises:
        OSError: ``parent`` cannot be written.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(parent, name)
    stage = parent / f".{name}.{os.getpid()}.{_PARTIAL}"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    lock = _locked(stage)
    if lock is not None:
        _locks[stage] = lock
    return stage


def drop_stage(stage: Path) -> None:
    """Remove what is left of a folder of `make_stage`, and its lock."""
    shutil.rmtree(stage, ignore_errors=True)
    lock = _locks.pop(stage, None)
    if lock is not None:
        os.close(lock)


def replace_by(stage: Path, target: Path) -> None:
    """Let a whole folder take the place of ``target``.

    Raises:
        OSError: It cannot; ``target`` is as it was.
    """
    old = stage.with_suffix(f".{_OLD}")
    if target.exists():
        target.rename(old)
    try:
        stage.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _clear_abandoned(parent: Path, name: str) -> None:
    hidden = f".{glob.escape(name)}.*"
    for partial in parent.glob(f"{hidden}.{_PARTIAL}"):
        lock = _locked(partial)
        if lock is not None:  # nobody holds it: its process is gone
            shutil.rmtree(partial, ignore_errors=True)
            os.close(lock)
    for old in parent.glob(f"{hidden}.{_OLD}"):
        if old.with_suffix(f".{_PARTIAL}").exists():  # of a process that is just replacing it
            continue
        if (parent / name).exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(parent / name)


def _locked(folder: Path) -> int | None:
    """A lock on a folder that ends with this process; None if another holds one, or the file system knows none."""
    try:
        lock = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
