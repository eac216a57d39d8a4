"""The page of the verification: its text with tables and figures, written whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from string import Template

from rollmech.errors import Fault, InputError
from rollmech.results.stage import drop_stage, make_stage
from rollmech.verify import tables
from rollmech.verify.figures import draw_family
from rollmech.verify.report import Report
from rollmech.verify.rows import Row, by_family
from rollmech.verify.scatter import draw_effectivity
from rollmech.verify.summary import EFFECTIVITY, INSIDE, LARGEST, effectivity

PAGE, FIGURES = "verification.md", "verification"
_EFFECTIVITY = "effectivity.svg"
_MARK = "ritten by `rollmech verify"
"""What tells a page of ours from a stranger's file."""


def write_page(report: Report, folder: Path) -> Path:
    """Write ``verification.md`` and its figures in ``verification/``; an earlier page there is replaced.

    Returns:
        The page.

    Raises:
        InputError: ``folder`` cannot be written, or holds something else under these names.
    """
    prepare(folder)
    with _staged(folder) as stage:
        _draw(report.rows, stage / FIGURES)
        (stage / PAGE).write_text(page_text(report), encoding="utf-8")
    return folder / PAGE


def page_text(report: Report) -> str:
    """The page as Markdown, which refers to its figures by name."""
    rows = report.rows
    text = (files("rollmech.verify") / "data" / "page.md").read_text(encoding="utf-8")
    return Template(text).substitute(
        written=_written(report),
        references=tables.references(rows),
        accuracy=tables.families(rows),
        kinds=tables.kinds(rows),
        largest=f"{100 * LARGEST:g} %",
        beyond=tables.needing_reasons(rows),
        failed=tables.failed(rows),
        inside=f"{100 * INSIDE:g} %",
        ratio=f"{EFFECTIVITY:g}",
        effectivity=_effectivity(rows),
        outside=tables.outside(rows),
        families="\n\n".join(_section(family, members) for family, members in by_family(rows)),
    )


def _written(report: Report) -> str:
    versions = ", ".join(f"{name} {report.versions.get(name, '?')}" for name in ("dolfinx", "petsc", "gmsh"))
    passed = sum(row.passed for row in report.rows)
    subset = " This is the quick subset." if report.quick else ""
    return (
        f"W{_MARK} --page` with {versions}: {passed} of {len(report.rows)} rows are within their tolerance."
        f"{subset}"
    )


def _effectivity(rows: Sequence[Row]) -> str:
    if not effectivity(rows).estimated:
        return "No row has an estimate."
    picture = f"![Estimate against difference, every row]({FIGURES}/{_EFFECTIVITY})"
    return f"{tables.effectivities(rows)}\n\n{picture}"


def _section(family: str, rows: Sequence[Row]) -> str:
    sources = "; ".join(dict.fromkeys(row.source for row in rows))
    return "\n\n".join(
        [
            f"### {family[:1].upper()}{family[1:]}",
            f"![{family}: differences, estimates, tolerance]({FIGURES}/{_file(family)})",
            f"Source: {tables.escaped(sources)}.",
            f"<details>\n<summary>All {len(rows)} rows</summary>",
            tables.family_table(rows),
            "</details>",
        ]
    )


def _file(family: str) -> str:
    return re.sub(r"\W+", "_", family).strip("_").lower() + ".svg"


def _draw(rows: Sequence[Row], folder: Path) -> None:
    folder.mkdir()
    for family, members in by_family(rows):
        draw_family(family, members, folder / _file(family))
    if effectivity(rows).estimated:
        draw_effectivity(rows, folder / _EFFECTIVITY)


# --- whole or not at all -----------------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """Make sure, before anything is solved, that a page can be written into a folder.

    Raises:
        InputError: It cannot be written, or holds something else under the names of the page.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page, figures = folder / PAGE, folder / FIGURES
        if page.exists() and _MARK not in page.read_text(encoding="utf-8", errors="replace"):
            raise _refused(page, "is not a page of this command")
        if figures.exists() and any(path.suffix != ".svg" for path in figures.iterdir()):
            raise _refused(figures, "holds other files than figures")
    except OSError as error:
        raise _unwritable(folder, error) from None
    if not os.access(folder, os.W_OK):
        raise _refused(folder, "cannot be written")


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A private folder whose page and figures replace those of ``folder`` when the block ends well."""
    try:
        stage = make_stage(folder, FIGURES)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield stage
        _replace(stage, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        drop_stage(stage)


def _replace(stage: Path, folder: Path) -> None:
    figures, old = folder / FIGURES, stage / "old"
    if figures.exists():
        figures.rename(old)
    try:
        (stage / FIGURES).rename(figures)
        (stage / PAGE).replace(folder / PAGE)
    except OSError:
        shutil.rmtree(figures, ignore_errors=True)
        if old.exists():
            old.rename(figures)
        raise


def _unwritable(folder: Path, error: OSError) -> InputError:
    return _refused(folder, f"cannot be written: {error.strerror or error}")


def _refused(path: Path, problem: str) -> InputError:
    return InputError("verify", [Fault("--page", str(path), problem, "a writable folder, e.g. docs")])
