"""Numbers of rows and summaries as words, the same in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rollmech.verify.rows import Row, by_family
from rollmech.verify.summary import Effectivity, differences, effectivity

FAMILIES = (
    "family", "kind", "rows", "passed", "median %", "worst %", "judged", "too coarse", "inside", "strictly inside",
    "estimate / difference",
)  # fmt: skip
"""Header of the summary of families."""


def family_cells(rows: Sequence[Row]) -> list[list[str]]:
    """One line of ``FAMILIES`` for each family."""
    return [
        [family, members[0].kind, *_accuracy_cells(members), *effectivity_cells(effectivity(members))]
        for family, members in by_family(rows)
    ]


def _accuracy_cells(rows: Sequence[Row]) -> list[str]:
    found = differences(rows)
    return [
        str(len(rows)),
        str(sum(row.passed for row in rows)),
        percent(median(found) if found else None, signed=False),
        percent(max(found, default=None), signed=False),
    ]


def effectivity_cells(counts: Effectivity) -> list[str]:
    """Judged, too coarse, inside, strictly inside, median ratio."""
    if not counts.estimated:
        return ["-"] * 5
    return [
        str(counts.judged),
        str(counts.too_coarse),
        share(counts.inside, counts.judged),
        share(counts.strictly, counts.judged),
        ratio(counts.ratio),
    ]


def number(value: float | None, digits: int = 6) -> str:
    """A number, or a dash."""
    return "-" if value is None else f"{value:.{digits}g}"


def percent(value: float | None, signed: bool = True) -> str:
    """A fraction in per cent, without its sign if so wished."""
    if value is None:
        return "-"
    text = f"{100 * value:+.2g}" if abs(value) < 1e-4 else f"{100 * value:+.3f}"
    return text if signed else text.removeprefix("+")


def share(part: int, whole: int) -> str:
    """A share in per cent, never rounded up to 100."""
    if not whole:
        return "-"
    return f"{min(100 * part / whole, 99.9 if part < whole else 100):.3g} %"


def ratio(value: float | None) -> str:
    """A ratio with one decimal."""
    return "-" if value is None else f"{value:.1f}"
