"""The journal of a study: one line a point, on disk before the next one counts as begun; what is torn is ignored."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from rollmech.errors import Fault, InputError

NAME = "journal.jsonl"
FORMAT = 1


class Journal:
    """Finished points of one study.

    Args:
        path: The file; made if it is not there.
        study: Digest of the study; a journal of another one is refused.

    Raises:
        InputError: The journal is of another study, or cannot be written.
    """

    def __init__(self, path: Path, study: str) -> None:
        self._path = path
        self.rows: dict[int, dict[str, Any]] = {}
        try:
            self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
            good = self._read(study)
            self._file.seek(good)
            self._file.truncate()
            if not good:
                self._write([{"format": FORMAT, "study": study}])
        except OSError as error:
            raise unwritable(path.parent, error) from None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put finished points on disk; those that are there already are left out. Returns the new ones.

        Raises:
            InputError: The disk is full or gone; what was there before is kept.
        """
        fresh: dict[int, dict[str, Any]] = {}
        for row in rows:
            if row["point"] not in self.rows:
                fresh.setdefault(row["point"], row)
        if fresh:
            self._write(list(fresh.values()))
            self.rows |= fresh
        return list(fresh.values())

    def _write(self, lines: list[dict[str, Any]]) -> None:
        place = self._file.tell()
        try:
            left = memoryview(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):  # a torn line is read over anyway
                self._file.truncate(place)
            raise unwritable(self._path.parent, error) from None

    def _read(self, study: str) -> int:
        """Take in what is whole; returns where the next line goes."""
        good = 0
        for number, line in enumerate(self._file.read().splitlines(keepends=True)):
            try:
                entry = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                entry = None
            if not isinstance(entry, dict):
                break
            if number == 0:
                self._check(entry, study)
            elif isinstance(entry.get("point"), int):
                self.rows.setdefault(entry["point"], entry)
            good += len(line)
        return good

    def _check(self, header: dict[str, Any], study: str) -> None:
        if header.get("format") != FORMAT or header.get("study") != study:
            accepted = "the study it was begun with, another --out, or --force to begin again"
            fault = Fault(
                "--resume",
                str(self._path.parent),
                "holds another study, or this one with other values",
                accepted,
            )
            raise InputError("study", [fault])


def unwritable(folder: Path, error: OSError) -> InputError:
    """What a user hears when the results' folder cannot be written."""
    problem = f"cannot be written: {error.strerror or error}; finished points are kept"
    accepted = "a writable folder with free space; --resume goes on"
    return InputError("study", [Fault("--out", str(folder), problem, accepted)])
