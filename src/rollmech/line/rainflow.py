"""Rainflow counting of a load record (ASTM E1049-85, section 5.4.4; Matsuishi & Endo 1968)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Cycle:
    """One counted cycle.

    Attributes:
        low: Smaller of its two loads.
        high: Larger one.
        count: 1, or 0.5 for what the record leaves open.
    """

    low: float
    high: float
    count: float

    @property
    def span(self) -> float:
        """Range of the cycle."""
        return self.high - self.low


def reversals(record: Sequence[float]) -> np.ndarray:
    """Peaks and valleys of a record with its first and last value, shape (r,); repeated values count once."""
    values = np.asarray(record, dtype=float)
    values = values[np.concatenate([[True], np.diff(values) != 0])]
    if len(values) < 3:
        return values
    turns = np.diff(values[1:]) * np.diff(values[:-1]) < 0
    return values[np.concatenate([[True], turns, [True]])]


def rainflow(record: Sequence[float]) -> list[Cycle]:
    """Cycles of a load record, in the order in which they close.

    Args:
        record: Loads in time, at least one.
    """
    found, stack = [], []
    for point in reversals(record):
        stack.append(point)
        while len(stack) >= 3 and abs(stack[-1] - stack[-2]) >= abs(stack[-2] - stack[-3]):
            if len(stack) == 3:  # the range holds the record's start
                found.append(_cycle(stack[0], stack[1], 0.5))
                del stack[0]
            else:
                found.append(_cycle(stack[-3], stack[-2], 1.0))
                del stack[-3:-1]
    return found + [_cycle(a, b, 0.5) for a, b in pairwise(stack)]


def _cycle(a: float, b: float, count: float) -> Cycle:
    return Cycle(float(min(a, b)), float(max(a, b)), count)
