"""The plan of a study: which points share a solve, and in which pieces they are worked off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rollmech.case.changes import changes, parts_of
from rollmech.errors import InputError
from rollmech.library.influences import stored
from rollmech.patching import solve_key
from rollmech.study.base import Base
from rollmech.study.space import Points

CHUNK = 40
"""Points of one piece of work."""
FAST_FROM = 1000
"""Points of one solve from which on they are evaluated as arrays, where their keys allow it."""
# Keys below these sections do not reach the patch, unless a layer relaxes with the time on the rollers.
_PROCESS = ("rollers", "web", "load", "verdict", "storage", "growth", "strength", "population", "output")
NO_FLAW = "no flaw"
SURROGATE = "surrogate"
REFUSED = "refused"


@dataclass(frozen=True)
class Task:
    """One piece of work: points that share a solve.

    Attributes:
        number: Of the task.
        rows: Points.
        after: Task that solves for this one, or None.
        fast: Whether the points are evaluated as arrays.
        solves: Whether its first point solves for the others.
    """

    number: int
    rows: np.ndarray
    after: int | None = None
    fast: bool = False
    solves: bool = False


@dataclass(frozen=True)
class Plan:
    """What a study will do.

    Attributes:
        points: Of the study.
        keys: Solve to its points, in the order of the points; ``NO_FLAW``, ``SURROGATE`` and ``REFUSED`` take none.
        fast: Whether points are evaluated as arrays.
        slow_keys: Columns that stand in the way of that, with the reason.
    """

    points: Points
    keys: dict[str, np.ndarray] = field(default_factory=dict)
    fast: bool = False
    slow_keys: dict[str, str] = field(default_factory=dict)

    @property
    def solves(self) -> list[str]:
        """Distinct solves."""
        return [key for key in self.keys if key not in (NO_FLAW, SURROGATE, REFUSED)]

    @property
    def at_hand(self) -> int:
        """How many of them are in the store."""
        return sum(stored(key) for key in self.solves)

    def tasks(self, done: Iterable[int] = ()) -> list[Task]:
        """Pieces of work for the points that are not done yet."""
        left = np.ones(len(self.points), dtype=bool)
        left[list(done)] = False
        tasks: list[Task] = []
        for key, rows in self.keys.items():
            rows = rows[left[rows]]
            if len(rows):
                tasks += self._pieces(rows, len(tasks), key not in (NO_FLAW, REFUSED))
        return tasks

    def _pieces(self, rows: np.ndarray, number: int, solves: bool) -> list[Task]:
        if self.fast:
            return [Task(number, rows, None, True, solves)]
        if len(rows) <= CHUNK:
            return [Task(number, rows, solves=solves)]
        rest = np.array_split(rows[1:], -(-(len(rows) - 1) // CHUNK))
        first = Task(number, rows[:1], solves=solves)
        return [first] + [Task(number + i, part, number) for i, part in enumerate(rest, 1)]

    def record(self) -> dict[str, Any]:
        """The plan as plain data."""
        return {
            "points": len(self.points),
            "planned": self.points.planned,
            "left_out": self.points.skipped,
            "distinct_solves": len(self.solves),
            "in_the_store": self.at_hand,
            "without_a_flaw": len(self.keys.get(NO_FLAW, ())),
            "refused": len(self.keys.get(REFUSED, ())),
            "evaluated_as_arrays": self.fast,
            "not_as_arrays": self.slow_keys,
        }

    def words(self) -> list[str]:
        """The plan in lines."""
        points = self.points
        lines = [f"points: {len(points)} of {points.planned} planned"]
        lines += [f"  left out by '{text}': {count}" for text, count in points.skipped.items()]
        lines.append(f"distinct solves: {len(self.solves)}, {self.at_hand} of them in the store")
        told = (NO_FLAW, "without a flaw, closed form"), (SURROGATE, "by the surrogate")
        for key, text in (*told, (REFUSED, "refused by the case")):
            if key in self.keys:
                lines.append(f"points {text}: {len(self.keys[key])}")
        if self.fast:
            lines.append("points are evaluated as arrays: ratio and K of the governing roller")
        lines += [f"  not as arrays: {key}: {reason}" for key, reason in self.slow_keys.items()]
        return lines


def make_plan(points: Points, base: Base, slow: Callable[[Base, Points], dict[str, str]]) -> Plan:
    """Group the points of a study by their solves.

    Args:
        points: Of the study.
        base: Its case.
        slow: Tells which columns cannot be evaluated as arrays, with the reason.
    """
    if base.by_surrogate:
        return Plan(points, {SURROGATE: np.arange(len(points))})
    keys: dict[str, list[np.ndarray]] = {}
    for rows in _alike(points, _geometry(points, base)):
        keys.setdefault(_key_of(points, base, rows), []).append(rows)
    found = {key: np.sort(np.concatenate(parts)) for key, parts in keys.items()}
    most = Counter({key: len(rows) for key, rows in found.items()}).most_common(1)[0][1]
    if most < FAST_FROM:
        return Plan(points, found)
    slow_keys = slow(base, points)
    return Plan(points, found, not slow_keys, slow_keys)


def _geometry(points: Points, base: Base) -> list[int]:
    """Columns that may change the patch."""
    materials = base.tables.get("materials", {})
    relaxes = any("relaxation" in table for table in materials.values() if isinstance(table, dict))
    return [
        i
        for i, column in enumerate(points.columns)
        if relaxes or any(key.partition(".")[0] not in _PROCESS for key in column.keys)
    ]


def _alike(points: Points, columns: Sequence[int]) -> list[np.ndarray]:
    """Rows that agree in some columns, each group in the order of the points."""
    code = np.zeros(len(points), dtype=np.int64)
    for i in columns:
        values: Any = points.columns[i].values
        if values.dtype == object:
            values = np.array([repr(value) for value in values])
        _, inverse = np.unique(values, return_inverse=True)
        _, code = np.unique(code * (inverse.max() + 1) + inverse, return_inverse=True)
    order = np.argsort(code, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(code[order])) + 1)
    return sorted(groups, key=lambda rows: rows[0])


def _key_of(points: Points, base: Base, rows: np.ndarray) -> str:
    """The solve that points of one geometry share; ``REFUSED`` if the case refuses the first ones."""
    for row in rows[:3]:
        try:
            case = base.case_with(points.settings(int(row)))
            parts = parts_of(case) if changes(case.stack) else [case]
            return "+".join(filter(None, map(solve_key, parts))) or NO_FLAW
        except InputError:
            continue
    return REFUSED
