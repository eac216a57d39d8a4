"""What ``study.json`` says of a finished study."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.backend import versions
from rollmech.study.best import Best
from rollmech.study.file import StudyFile
from rollmech.study.plan import Plan
from rollmech.study.sensitivity import Sensitivity

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = "study.json"
FORMAT = 2
_REASONS = 20
"""Different reasons that are told."""


class Clock:
    """Seconds by stage, each from the end of the one before."""

    def __init__(self) -> None:
        self._begun = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self._laps[name], self._last = round(now - self._last, 3), now

    def record(self) -> dict[str, Any]:
        """``seconds`` in all and ``timings`` by stage."""
        return {"seconds": round(time.perf_counter() - self._begun, 3), "timings": dict(self._laps)}


def summary_of(
    study: StudyFile,
    plan: Plan,
    table: pd.DataFrame,
    found: list[Sensitivity],
    best: Best,
    rows: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """Counts, reasons, sensitivity, best points, plan and versions as plain data.

    Args:
        study: The study.
        plan: Its plan.
        table: Its table.
        found: Sensitivity of each output.
        best: Its best points.
        rows: Of the journal.
    """
    counts = {str(name): int(count) for name, count in table["status"].value_counts().items()}
    missed = table[table["status"] != "done"] if "reason" in table else table[:0]
    blocks = [row for row in rows if "solve seconds" in row]
    return {
        "format": FORMAT,
        "title": study.title,
        "case": str(study.case),
        "design": study.design.kind,
        "points": len(plan.points),
        "planned": plan.points.planned,
        "left_out": plan.points.skipped,
        "distinct_solves": len(plan.solves),
        "solved_now": int((table["source"] == "solved").sum()) if "source" in table else None,
        "evaluated_as_arrays": plan.fast,
        "not_as_arrays": plan.slow_keys,
        "status": counts,
        "verdict": _counts(table, "verdict"),
        "reasons": {
            name: _counts(missed[missed["status"] == name], "reason") for name in counts if name != "done"
        },
        "broken": _broken(table),
        "sensitivity": [item.record() for item in found],
        "best": best.record(),
        "versions": versions(),
        "seconds_of_points": round(float(np.nansum(table["seconds"])), 3),
        "seconds_of_arrays": round(sum(row["seconds"] - row["solve seconds"] for row in blocks), 3),
    }


def index_rows(found: dict[str, Any]) -> list[tuple[str, dict[str, float | None]]]:
    """Keys of one sensitivity record with their indices, the most influential first; none where it has a reason."""
    keys = {name: item for name, item in found.items() if isinstance(item, dict) and "first" in item}

    def size(pair: tuple[str, dict[str, float | None]]) -> float:
        return max(pair[1]["first"] or 0.0, pair[1].get("total") or 0.0)

    return sorted(keys.items(), key=size, reverse=True)


def _counts(table: Any, column: str) -> dict[str, int]:
    """Texts of a column with their numbers, the most frequent first."""
    if column not in table:
        return {}
    found = table[column].dropna()
    counted = found[found != ""].value_counts().head(_REASONS)
    return {str(name): int(count) for name, count in counted.items() if count}


def _broken(table: Any) -> dict[str, int]:
    """Assumption to the number of points that break it."""
    if "broken_names" not in table:
        return {}
    names = table["broken_names"].dropna().str.split("; ").explode()
    counted = names[names != ""].value_counts()
    return {str(name): int(count) for name, count in counted.items()}
