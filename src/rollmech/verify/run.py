"""``rollmech verify``: solve the benchmarks, or read what they gave, and score them."""

from __future__ import annotations

import json as jsonlib
import sys
from pathlib import Path

from rich.console import Console

from rollmech.backend import versions
from rollmech.errors import Fault, InputError, NumericsError
from rollmech.post.terminal import Terminal
from rollmech.ranks import launched_rank
from rollmech.verify.report import Report, as_json, read_report
from rollmech.verify.rows import Row, score


def rows(quick: bool = False, quiet: bool = False, verbose: bool = False) -> list[Row]:
    """Score every benchmark (or the quick subset), saying on stderr which one is being solved unless quiet."""
    from rollmech.verify.catalogue import benchmarks  # brings gmsh, which a saved report does without

    found: list[Row] = []
    with Terminal(quiet or launched_rank() > 0, verbose) as terminal:
        for benchmark in benchmarks(quick):
            terminal.stage(benchmark.title)
            found += score(benchmark)
    return found


def main(
    quick: bool,
    json: bool,
    page: Path | None = None,
    saved: Path | None = None,
    quiet: bool = False,
    verbose: bool = False,
) -> int:
    """Score rollmech against its references, print the result and write its page.

    Args:
        quick: Only a representative subset of every family.
        json: JSON instead of tables.
        page: Folder that gets ``verification.md`` and its figures.
        saved: Read the rows from an earlier run's JSON instead of solving.
        quiet: No progress.
        verbose: Seconds of every benchmark, however short, and every row.

    Returns:
        0 if every row is within its tolerance, else the exit code of failed numerics.

    Raises:
        InputError: ``page`` cannot be written, ``saved`` cannot be read, or it is asked for a subset.
    """
    if page:
        from rollmech.verify.page import prepare  # brings matplotlib

        prepare(page)  # before minutes of solving
    report = _saved(saved, quick) if saved else Report(rows(quick, quiet, verbose), versions(), quick)
    if json:
        print(jsonlib.dumps(as_json(report), indent=2, ensure_ascii=False))
    else:
        from rollmech.verify.terminal import print_report

        print_report(report.rows, Console(), verbose)
    if page and launched_rank() == 0:
        from rollmech.verify.page import write_page

        print(f"{write_page(report, page)}: written", file=sys.stderr)
    return 0 if all(row.passed for row in report.rows) else NumericsError.exit_code


def _saved(path: Path, quick: bool) -> Report:
    if quick:
        fault = Fault("--quick", "", "selects what is solved, and --from solves nothing", "one of the two")
        raise InputError("verify", [fault])
    return read_report(path)
