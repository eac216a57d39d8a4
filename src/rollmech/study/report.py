"""What the terminal says of a finished study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from rollmech.study.summary import index_rows


def print_study(summary: dict[str, Any], folder: Path) -> None:
    """Counts, reasons, sensitivity and best points."""
    console = Console()

    def say(text: str, style: str | None = None) -> None:
        console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)

    say(summary["title"], "bold")
    counts = ", ".join(f"{count} {name}" for name, count in summary["status"].items())
    say(f"{summary['points']} points: {counts}; {summary['distinct_solves']} distinct solves")
    for text, count in summary["left_out"].items():
        say(f"  left out by '{text}': {count}")
    if summary["verdict"]:
        say("verdicts: " + ", ".join(f"{count} {name}" for name, count in summary["verdict"].items()))
    for status, reasons in summary["reasons"].items():
        for reason, count in list(reasons.items())[:3]:
            say(f"  {count} x {status}: {reason}", "yellow")
    if summary["broken"]:
        names = ", ".join(f"{name} ({count})" for name, count in summary["broken"].items())
        say(f"points with broken assumptions: {names}", "yellow")
    for found in summary["sensitivity"]:
        _sensitivity(found, say, console)
    best = summary["best"]
    if best:
        numbers = ", ".join(map(str, best["points"])) or "none"
        say(f"best: {best['of']}: points {numbers} (best.csv; {best['points_allowed']} points are allowed)")
    for text in summary["warnings"]:
        say(text, "yellow")
    say(f"{folder}: written in {summary['seconds']:.1f} s")


def _sensitivity(found: dict[str, Any], say: Any, console: Console) -> None:
    if "reason" in found:
        say(f"sensitivity of {found['output']}: none, {found['reason']}", "yellow")
        return
    keys = index_rows(found)
    say(f"sensitivity of {found['output']}: {found['method']}")
    total = any("total" in item for _, item in keys)
    table = Table("key", "first", "+/-", *(("total", "+/-") if total else ()), box=None, pad_edge=False)
    for name, item in keys:
        cells = [item["first"], item["first_interval"]]
        cells += [item["total"], item["total_interval"]] if total else []
        table.add_row(name, *(f"{cell:.3g}" if cell is not None else "-" for cell in cells))
    console.print(table)
