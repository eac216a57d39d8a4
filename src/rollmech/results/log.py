"""``run.log`` of a run folder: what was done when, for how long, with which versions, and what was warned of."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOG = "run.log"


class RunLog:
    """Takes down the stages of a run from its start.

    Args:
        source: The case file.
        overrides: ``KEY=VALUE`` texts given with it.
        also: Told of every stage, too.
    """

    def __init__(self, source: str, overrides: Sequence[str], also: Callable[[str], None]) -> None:
        self._head = [f"case: {source}", *(f"set: {text}" for text in overrides)]
        self._also = also
        self._date, self._start = datetime.now(UTC), time.perf_counter()
        self._stages: list[tuple[float, str]] = []

    def stage(self, text: str) -> None:
        """A new stage begins."""
        self._stages.append((time.perf_counter() - self._start, text))
        self._also(text)

    def write(self, folder: Path, record: dict[str, Any]) -> None:
        """Write the log with what the results say of versions, meshes and warnings."""
        (folder / LOG).write_text("\n".join(self._lines(record)) + "\n", encoding="utf-8")

    def _lines(self, record: dict[str, Any]) -> list[str]:
        end = time.perf_counter() - self._start
        versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
        return [
            *self._head,
            f"started: {self._date:%Y-%m-%d %H:%M:%S} UTC",
            f"versions: {versions}",
            f"ranks: {record['mesh'].get('ranks', 1)}",
            "   at s  for s",
            *self._stage_lines(end),
            f"{end:7.2f}         {record['verdict']['status']}",
            *(f"warning: {text}" for text in record["warnings"]),
        ]

    def _stage_lines(self, end: float) -> list[str]:
        ends = [begin for begin, _ in self._stages[1:]] + [end]
        return [
            f"{begin:7.2f} {after - begin:6.2f}  {text}"
            for (begin, text), after in zip(self._stages, ends, strict=True)
        ]
