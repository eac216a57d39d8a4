"""Rows and summaries as tables in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from rollmech.verify.cells import FAMILIES, family_cells, number, percent
from rollmech.verify.rows import Row, by_name

_HEADER = (
    "family", "name", "quantity", "reference", "value", "difference %", "estimate %", "seconds", "source",
)  # fmt: skip
_SUMMARY = ("family", "rows", "passed", "median %", "worst %", "judged", "inside", "estimate / difference")


def print_report(rows: Sequence[Row], console: Console, every: bool = False) -> None:
    """The summary of each family and what is beyond its tolerance; every row on request."""
    if every:
        console.print(_row_table(rows))
        console.print()
    console.print(_summary_table(rows))
    for row in rows:
        if not row.passed:
            words = row.note if row.value is None else f"{percent(row.difference)} %, {row.note}"
            console.print(f"beyond tolerance: {row.family}, {row.name}, {row.quantity}: {words}", style="red")
    if not every:
        console.print("every row with its source: --verbose, --json, or --page DIR", highlight=False)


def _row_table(rows: Sequence[Row]) -> Table:
    """Of rows that differ only in the angle, the worst."""
    table = Table(*_HEADER, box=None, pad_edge=False)
    for group in by_name(rows):
        worst = max(group, key=lambda row: row.severity)
        style = None if all(row.passed for row in group) else "red"
        table.add_row(*_cells(worst, len(group)), style=style)
    return table


def _cells(row: Row, count: int) -> list[str]:
    quantity = row.quantity if count == 1 else f"{row.quantity} (worst of {count})"
    return [
        row.family,
        row.name,
        quantity,
        number(row.reference),
        number(row.value),
        percent(row.difference),
        percent(row.estimate, signed=False),
        f"{row.seconds:.1f}",
        row.source,
    ]


def _summary_table(rows: Sequence[Row]) -> Table:
    table = Table(*_SUMMARY, box=None, pad_edge=False)
    for cells in family_cells(rows):
        table.add_row(*(cells[FAMILIES.index(name)] for name in _SUMMARY))
    return table
