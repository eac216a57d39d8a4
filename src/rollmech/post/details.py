"""What ``--verbose`` adds to the summary of a run: meshes, every assumption, seconds, versions."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table


def print_details(record: dict[str, Any], console: Console) -> None:
    """Print what a results record holds besides its summary."""
    if record["mesh"].get("levels"):
        console.print(_levels_table(record["mesh"]["levels"]))
    for line in _assumption_lines(record["assumptions"]):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    seconds = ", ".join(f"{stage} {time:.2f}" for stage, time in record["timings"].items())
    console.print(f"seconds: {seconds}", highlight=False, soft_wrap=True)
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    console.print(f"versions: {versions}", highlight=False, soft_wrap=True)


def _levels_table(levels: list[dict[str, Any]]) -> Table:
    table = Table(
        "mesh", "elements", "unknowns", "iterations", "solver", "estimated error", box=None, pad_edge=False
    )
    for number, level in enumerate(levels, 1):
        error = level.get("estimated relative error")
        table.add_row(
            str(number),
            str(level["elements"]),
            str(level["unknowns"]),
            ", ".join(map(str, level["iterations"])),
            level["solver"],
            "-" if error is None else f"{100 * error:.2g} %",
        )
    return table


def _assumption_lines(groups: list[dict[str, Any]]) -> list[str]:
    return [f"{check['status']:<11} {check['text']}" for group in groups for check in group["checks"]]
