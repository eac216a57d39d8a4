"""``rollmech verify``: solve the benchmarks and score them."""

from __future__ import annotations

import json as jsonlib

from rich.console import Console

from rollmech.errors import NumericsError
from rollmech.post.terminal import Terminal
from rollmech.verify.catalogue import benchmarks
from rollmech.verify.report import as_json, print_report
from rollmech.verify.rows import Row, score


def rows(quick: bool = False) -> list[Row]:
    """Score every benchmark (or the quick subset), saying on stderr which one is being solved."""
    found: list[Row] = []
    with Terminal(quiet=False) as terminal:
        for benchmark in benchmarks(quick):
            terminal.stage(benchmark.title)
            found += score(benchmark)
    return found


def main(quick: bool, json: bool) -> int:
    """Score rollmech against its references and print the result.

    Args:
        quick: Only a representative subset of every family.
        json: JSON instead of tables.

    Returns:
        0 if every row is within its tolerance, else the exit code of failed numerics.
    """
    found = rows(quick)
    if json:
        print(jsonlib.dumps(as_json(found), indent=2, ensure_ascii=False))
    else:
        print_report(found, Console())
    return 0 if all(row.passed for row in found) else NumericsError.exit_code
