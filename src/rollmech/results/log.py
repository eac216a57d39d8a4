"""``run.log`` of a folder: what a command did, for how long, with which versions, and what it warned of."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from rollmech.backend import versions

LOG = "run.log"
COMMAND: ContextVar[str] = ContextVar("COMMAND", default="none, called from Python")
"""The command line that is being carried out; set by `rollmech.cli`."""


class RunLog:
    """Takes down the stages of a command from its start.

    Args:
        subject: What it works on, e.g. ``case: cases/etch_pit.toml``.
        overrides: ``KEY=VALUE`` texts given with it.
        also: Told of every stage, too.
    """

    def __init__(self, subject: str, overrides: Sequence[str], also: Callable[[str], None]) -> None:
        self._head = [f"command: {COMMAND.get()}", subject, *(f"set: {text}" for text in overrides)]
        self._also = also
        self._date, self._start = datetime.now(UTC), time.perf_counter()
        self._stages: list[tuple[float, str]] = []

    def stage(self, text: str) -> None:
        """A new stage begins."""
        self._stages.append((time.perf_counter() - self._start, text))
        self._also(text)

    def write(self, folder: Path, end: str, warnings: Sequence[str] = (), ranks: int = 1) -> None:
        """Write the log below what an earlier command on the same folder has left there.

        Args:
            folder: Folder that the command writes.
            end: How it ended, in words.
            warnings: What the user was warned of.
            ranks: MPI processes.
        """
        with (folder / LOG).open("a", encoding="utf-8") as file:
            before = ["", ""] if file.tell() else []
            file.write("\n".join([*before, *self._lines(end, warnings, ranks)]) + "\n")

    def _lines(self, end: str, warnings: Sequence[str], ranks: int) -> list[str]:
        seconds = time.perf_counter() - self._start
        return [
            *self._head,
            f"started: {self._date:%Y-%m-%d %H:%M:%S} UTC",
            f"versions: {', '.join(f'{name} {version}' for name, version in versions().items())}",
            f"ranks: {ranks}",
            "   at s  for s",
            *self._stage_lines(seconds),
            f"{seconds:7.2f}         {end}",
            *(f"warning: {text}" for text in warnings),
        ]

    def _stage_lines(self, end: float) -> list[str]:
        ends = [begin for begin, _ in self._stages[1:]] + [end]
        return [
            f"{begin:7.2f} {after - begin:6.2f}  {text}"
            for (begin, text), after in zip(self._stages, ends, strict=True)
        ]
