"""A benchmark, what it is compared with, and the rows and summaries that come of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rollmech.errors import InstallationError

TARGET = 0.01
"""Relative error asked of every solve: the default accuracy of a case."""

ABSOLUTE = "absolute"
"""First word of the note of a row whose difference is in the quantity's own unit."""


@dataclass(frozen=True)
class Target:
    """One number to meet.

    Attributes:
        family: Kind of problem.
        name: Geometry and load.
        quantity: What is compared, with its unit or normalisation.
        reference: The value to meet.
        tolerance: Largest difference that passes, in the row's normalisation.
        source: Where the reference comes from.
        uncertainty: Error of the reference itself, in the row's normalisation, as its source states it.
        absolute: The difference is taken in the quantity's own unit instead of relative to the reference.
        note: What a reader must know to judge the row.
        kind: What sort of number it is: a key of ``summary.GOALS``.
        reason: Why a difference beyond ``summary.LARGEST`` is understood and accepted.
    """

    family: str
    name: str
    quantity: str
    reference: float
    tolerance: float
    source: str
    uncertainty: float = 0.0
    absolute: bool = False
    note: str = ""
    kind: str = "other"
    reason: str = ""

    @property
    def scale(self) -> float:
        """What differences and estimates are divided by."""
        return 1.0 if self.absolute else abs(self.reference)


@dataclass(frozen=True)
class Answer:
    """What rollmech says: the value, its own estimate of the error (same unit; None for a closed form)."""

    value: float
    error: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Benchmark:
    """One solve and everything that it is compared with.

    Attributes:
        targets: References, in the order of the answers.
        solve: Gives one answer for each target.
        quick: Whether it belongs to the quick subset.
    """

    targets: tuple[Target, ...]
    solve: Callable[[], Sequence[Answer]]
    quick: bool = False

    @property
    def title(self) -> str:
        """One line that tells this solve from the others."""
        return f"{self.targets[0].family}: {self.targets[0].name}"


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        family: Kind of problem.
        name: Geometry and load.
        quantity: What is compared.
        reference: The value to meet.
        value: What rollmech says; None if the solve failed.
        difference: (value - reference) / reference, or value - reference if the note says "absolute".
        estimate: rollmech's own estimate of that difference's magnitude; None for a closed form.
        seconds: Wall time of the solve, shared by all rows that come of it.
        source: Where the reference comes from.
        tolerance: Largest difference that passes.
        passed: Whether it passes.
        uncertainty: Error of the reference itself, as its source states it.
        note: What a reader must know, or why there is no value.
        kind: What sort of number it is.
        reason: Why a large difference is understood and accepted; empty if nobody has said so.
    """

    family: str
    name: str
    quantity: str
    reference: float
    value: float | None
    difference: float | None
    estimate: float | None
    seconds: float
    source: str
    tolerance: float
    passed: bool
    uncertainty: float
    note: str
    kind: str
    reason: str

    @property
    def covered(self) -> bool | None:
        """Whether the true difference lies inside the estimate; None if there is nothing to compare."""
        if self.difference is None or self.estimate is None:
            return None
        return abs(self.difference) <= self.estimate

    @property
    def covered_within_reference(self) -> bool | None:
        """As ``covered``, allowing for the reference's own error."""
        if self.covered is None:
            return None
        return abs(self.difference) <= self.estimate + self.uncertainty

    @property
    def absolute(self) -> bool:
        """Whether the difference is in the quantity's own unit."""
        return self.note.startswith(ABSOLUTE)

    @property
    def severity(self) -> float:
        """Difference over tolerance; infinite without a value."""
        return float("inf") if self.difference is None else abs(self.difference) / self.tolerance


def score(benchmark: Benchmark) -> list[Row]:
    """Solve a benchmark and compare; a solve that fails becomes rows that say why."""
    start = time.perf_counter()
    try:
        answers = list(benchmark.solve())
        reason = ""
    except InstallationError:
        raise
    except Exception as error:  # one bad solve must not hide the others
        answers = [None] * len(benchmark.targets)
        reason = f"no value ({type(error).__name__}): {error}"
    seconds = time.perf_counter() - start
    return [
        _compare(target, answer, seconds, reason)
        for target, answer in zip(benchmark.targets, answers, strict=True)
    ]


def _compare(target: Target, answer: Answer | None, seconds: float, reason: str) -> Row:
    value = difference = estimate = None
    notes = [target.note, reason]
    if answer is not None:
        value = float(answer.value)
        difference = float((value - target.reference) / target.scale)
        estimate = None if answer.error is None else float(answer.error / target.scale)
        notes.append(answer.note)
    if target.absolute:
        notes.insert(0, ABSOLUTE)
    return Row(
        family=target.family,
        name=target.name,
        quantity=target.quantity,
        reference=float(target.reference),
        value=value,
        difference=difference,
        estimate=estimate,
        seconds=seconds,
        source=target.source,
        tolerance=target.tolerance,
        # A value that is not a number compares false and fails.
        passed=difference is not None and bool(abs(difference) <= target.tolerance),
        uncertainty=target.uncertainty,
        note="; ".join(filter(None, notes)),
        kind=target.kind,
        reason=target.reason,
    )


def by_family(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows of each family, in the order in which the families first appear."""
    rows = list(rows)
    for family in dict.fromkeys(row.family for row in rows):
        yield family, [row for row in rows if row.family == family]


def by_name(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Neighbouring rows of one family that differ in the quantity only."""
    for _, group in groupby(rows, key=lambda row: (row.family, row.name)):
        yield list(group)
