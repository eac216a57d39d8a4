"""How far a study is: a live line in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

_EVERY = 10.0
"""Seconds between two plain lines."""


class Progress:
    """Counts rows and says so on stderr.

    Args:
        total: Points in all.
        done: Points that were there before.
        quiet: Say nothing.
        verbose: Say a line whenever points are done.
    """

    def __init__(self, total: int, done: int, quiet: bool, verbose: bool = False) -> None:
        self._total, self._before, self._quiet = total, done, quiet
        self._pause = 0.0 if verbose else _EVERY
        self.counts: Counter[str] = Counter()
        self._console = Console(stderr=True)
        self._live: Live | None = None
        self._start = self._told = time.monotonic()

    def __enter__(self) -> Progress:
        if not self._quiet and self._console.is_terminal:
            self._live = Live(self._view(), console=self._console, refresh_per_second=4, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()
        if not self._quiet:
            self._console.print(self.line(), highlight=False)

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Take in finished rows."""
        for row in rows:
            self.counts[row["status"]] += row.get("rows", 1)
            self.counts["stored"] += row.get("source") == "store"
        now = time.monotonic()
        if self._live:
            self._live.update(self._view())
        elif not self._quiet and now - self._told > self._pause:
            self._told = now
            self._console.print(self.line(), highlight=False)

    @property
    def finished(self) -> int:
        """Points that have a row."""
        return self._before + sum(self.counts[key] for key in ("done", "refused", "failed"))

    def line(self) -> str:
        """Counts, rate and time left in words."""
        fresh, seconds = self.finished - self._before, time.monotonic() - self._start
        rate = fresh / seconds if seconds > 0 else 0.0
        text = f"{self.finished} of {self._total} points"
        names = {"failed": "failed", "refused": "refused", "stored": "from the store"}
        text += "".join(f", {self.counts[key]} {name}" for key, name in names.items() if self.counts[key])
        if fresh:
            text += f", {rate * 60:.3g} a minute"
        if fresh and self.finished < self._total:
            text += f", {_duration((self._total - self.finished) / rate)} left"
        return text

    def _view(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_row(ProgressBar(self._total, self.finished, width=30), self.line())
        return table


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
