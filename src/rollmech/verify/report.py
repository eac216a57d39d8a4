"""Rows and summaries as a terminal table, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from rollmech.backend import versions
from rollmech.verify.rows import Row, by_family, by_name, summary

_HEADER = (
    "family", "name", "quantity", "reference", "value", "difference %", "estimate %", "seconds", "source",
)  # fmt: skip


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """Everything, as plain data."""
    return {"rows": [asdict(row) for row in rows], "summary": summary(rows), "versions": versions()}


def print_report(rows: Sequence[Row], console: Console) -> None:
    """The table (of rows that differ only in the angle, the worst) and the summary of each family."""
    table = Table(*_HEADER, box=None, pad_edge=False)
    for group in by_name(rows):
        worst = max(group, key=lambda row: row.severity)
        style = None if all(row.passed for row in group) else "red"
        table.add_row(*_cells(worst, len(group)), style=style)
    console.print(table)
    console.print()
    console.print(_summary_table(rows))
    for row in rows:
        if not row.passed:
            words = row.note if row.value is None else f"{_percent(row.difference)} %, {row.note}"
            console.print(f"beyond tolerance: {row.family}, {row.name}, {row.quantity}: {words}", style="red")


def _cells(row: Row, count: int) -> list[str]:
    quantity = row.quantity if count == 1 else f"{row.quantity} (worst of {count})"
    return [
        row.family,
        row.name,
        quantity,
        f"{row.reference:.6g}",
        _number(row.value),
        _percent(row.difference),
        _percent(row.estimate, signed=False),
        f"{row.seconds:.1f}",
        row.source,
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


def _percent(value: float | None, signed: bool = True) -> str:
    if value is None:
        return "-"
    text = f"{100 * value:+.2g}" if abs(value) < 1e-4 else f"{100 * value:+.3f}"
    return text if signed else text.removeprefix("+")


_SUMMARY_HEADER = (
    "family", "rows", "passed", "median %", "worst %", "inside estimate", "with reference error",
    "estimate / difference",
)  # fmt: skip


def _summary_cells(rows: Sequence[Row]) -> list[list[str]]:
    cells = []
    for family, found in summary(rows).items():
        covered, wider = found["covered"], found["covered_within_reference"]
        ratio = found["estimate_over_difference"]
        cells.append(
            [
                family,
                str(found["rows"]),
                str(found["passed"]),
                _percent(found["median"], signed=False),
                _percent(found["worst"], signed=False),
                "-" if covered is None else f"{covered:.0%}",
                "-" if wider is None else f"{wider:.0%}",
                "-" if ratio is None else f"{ratio:.1f}",
            ]
        )
    return cells


def _summary_table(rows: Sequence[Row]) -> Table:
    table = Table(*_SUMMARY_HEADER, box=None, pad_edge=False)
    for cells in _summary_cells(rows):
        table.add_row(*cells)
    return table


def markdown(rows: Sequence[Row]) -> str:
    """Summary and rows as Markdown; rows that differ only in the angle share a line of differences."""
    parts = [_pipes(_SUMMARY_HEADER, _summary_cells(rows))]
    for family, members in by_family(rows):
        groups = list(by_name(members))
        parts.append(f"### {family.capitalize()}")
        angles = all("mean about" in row.quantity for row in members)
        parts.append(_angle_lines(groups) if angles else _plain_lines(members))
        sources = dict.fromkeys(row.source for row in members)
        parts.append(f"Source: {'; '.join(sources)}.")
    return "\n\n".join(parts) + "\n"


def _plain_lines(rows: Sequence[Row]) -> str:
    header = ("name", "quantity", "reference", "value", "difference %", "estimate %", "passed", "s", "note")
    return _pipes(
        header,
        [
            [
                row.name,
                row.quantity,
                f"{row.reference:.9g}",
                "-" if row.value is None else f"{row.value:.9g}",
                _percent(row.difference),
                _percent(row.estimate, signed=False),
                "yes" if row.passed else "**no**",
                f"{row.seconds:.1f}",
                row.note,
            ]
            for row in rows
        ],
    )


def _angle_lines(groups: Sequence[Sequence[Row]]) -> str:
    """One line a geometry: the difference in per cent at each angle, bold if beyond tolerance."""
    angles = [row.quantity.split("mean about ")[1] for row in groups[0]]
    header = ("geometry", *angles, "estimate %", "s")
    lines = []
    for group in groups:
        estimates = [row.estimate for row in group if row.estimate is not None]
        span = f"{_percent(min(estimates), False)}-{_percent(max(estimates), False)}" if estimates else "-"
        lines.append([group[0].name, *(_angle_cell(row) for row in group), span, f"{group[0].seconds:.1f}"])
    return _pipes(header, lines)


def _angle_cell(row: Row) -> str:
    text = _percent(row.difference)
    if row.difference is not None:
        text = f"{100 * row.difference:+.2f}" + ("*" if row.note.startswith("absolute") else "")
    return text if row.passed else f"**{text}**"


def _pipes(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
