"""How a result shows itself in a notebook, from its record alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from rollmech.post.terminal import (
    QUANTITY_HEADS,
    STATION_HEADS,
    quantity_cells,
    station_cells,
    strength_line,
    verdict_line,
)

_COLOUR = {"safe": "#2e7d32", "fails": "#c62828"}
_UNSURE = "#b26a00"


def result_html(record: dict[str, Any]) -> str:
    """Verdict, numbers with their errors, stations, warnings and placeholders as HTML."""
    verdict = record["verdict"]
    colour = _COLOUR.get(verdict["status"], _UNSURE)
    parts = [f"<p><b>{escape(record['title'])}</b></p>"]
    for line in filter(None, (strength_line(record), verdict_line(verdict))):
        parts.append(f'<p style="border-left:4px solid {colour};padding-left:8px">{escape(line)}</p>')
    if verdict.get("placeholders"):
        parts.append(_coloured(f"rests on placeholders: {', '.join(verdict['placeholders'])}"))
    quantities = record["quantities"].items()
    parts.append(html_table(QUANTITY_HEADS, [quantity_cells(*item) for item in quantities]))
    if len(record["stations"]) > 1 and "ratio" in record["stations"][0]:
        parts.append(html_table(STATION_HEADS, [station_cells(row) for row in record["stations"]]))
    parts += [_coloured(f"warning: {text}") for text in record["warnings"]]
    used = [f"{p['material']} {p['property']} = {p['value']}" for p in record["placeholders"]]
    if used:
        parts.append(f"<p>placeholder values used: {escape('; '.join(dict.fromkeys(used)))}</p>")
    return "\n".join(parts)


def _coloured(text: str) -> str:
    return f'<p style="color:{_UNSURE}">{escape(text)}</p>'


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with its texts escaped."""
    style = ' style="text-align:left"'
    head = "".join(f"<th{style}>{escape(text)}</th>" for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td{style}>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
