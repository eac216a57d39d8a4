"""Writes the tables of a full run into the verification page.

``rollmech verify --json > full.json; python -m rollmech.verify.page full.json docs/verification.md``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rollmech.verify.report import markdown
from rollmech.verify.rows import Row

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def filled(page: str, content: dict) -> str:
    """The page with everything between its two marks replaced by the tables of a JSON report.

    Raises:
        ValueError: The page lacks a mark.
    """
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    versions = ", ".join(f"{name} {content['versions'][name]}" for name in ("dolfinx", "petsc", "gmsh"))
    tables = markdown([Row(**row) for row in content["rows"]])
    return f"{head}{BEGIN}\n\nWritten by `rollmech verify`, with {versions}.\n\n{tables}\n{END}{tail}"


def main(report: Path, page: Path) -> None:
    """Fill the page in place."""
    content = json.loads(report.read_text(encoding="utf-8"))
    page.write_text(filled(page.read_text(encoding="utf-8"), content), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
