"""Numbers out of printed cells: a value, a bound, two values, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"[<>]?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Printed:
    """What a cell of the tables says as a number.

    Attributes:
        printed: The cell.
        value: The number to compare by, the worse one of two; None where the table gives none.
        bound: ``<`` or ``>`` where the cell is only a bound, which then stands in for the value.
        doubtful: Whether the cell is contradicted elsewhere.
    """

    printed: str
    value: float | None
    bound: str = ""
    doubtful: bool = False


def number_of(printed: str, larger_is_worse: bool, doubtful: bool = False) -> Printed:
    """The number of a cell such as ``17.5``, ``<10`` or ``2.5/3.3``."""
    parts = printed.split("/")
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return Printed(printed, None, doubtful=doubtful)
    values = [float(part.lstrip("<>")) for part in parts]
    worst = max(values) if larger_is_worse else min(values)
    bound = parts[values.index(worst)][0]
    return Printed(printed, worst, bound if bound in "<>" else "", doubtful)
