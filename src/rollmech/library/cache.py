"""The user's cache folder: what lies in it was paid for once and can be lost without harm."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_PARTIAL = ".partial"
_ABANDONED = 3600.0
"""Seconds from which a file that was never finished counts as left over by a killed process."""


def cache_folder(part: str) -> Path:
    """The user's cache: below ``XDG_CACHE_HOME`` if that is an absolute path, else below ``~/.cache``."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    return base / "rollmech" / part


def write_whole(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file in one step: readers see the old file or the whole new one, whoever else writes it.

    Raises:
        OSError: The folder is full or not writable; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}{_PARTIAL}")
    try:
        with partial.open("xb") as file:
            write(file)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def trim(folder: Path, limit: float, suffix: str) -> None:
    """Delete the files not used for longest until the rest fits into ``limit`` bytes, and what killed writers left."""
    now = time.time()
    for path in folder.glob(f".*{_PARTIAL}"):
        if (found := _stat(path)) and now - found.st_mtime > _ABANDONED:
            path.unlink(missing_ok=True)
    files = [(path, found) for path in folder.glob(f"*{suffix}") if (found := _stat(path))]
    total = sum(found.st_size for _, found in files)
    for path, found in sorted(files, key=lambda item: item[1].st_mtime):
        if total <= limit:
            return
        path.unlink(missing_ok=True)
        total -= found.st_size


def _stat(path: Path) -> os.stat_result | None:
    """A file's size and times; None if another process has just deleted it."""
    try:
        return path.stat()
    except OSError:
        return None
