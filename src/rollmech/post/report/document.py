"""The report of a run: one HTML page from its folder, and the same as a PDF."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rollmech import __version__
from rollmech.errors import InstallationError
from rollmech.post.report import captions, sources, tables, words
from rollmech.post.report.page import render
from rollmech.post.rundata import PICTURES, SCENE, RunData

REPORT, PDF = "report.html", "report.pdf"


def write_report(run: RunData) -> Path:
    """Write ``report.html`` of a run from what its folder holds; pictures that are not there are left out.

    Raises:
        OSError: The page cannot be written.
    """
    path = run.folder / REPORT
    path.write_text(page_of(run), encoding="utf-8")
    return path


def page_of(run: RunData) -> str:
    """The page as text."""
    record = run.record
    return render(
        "run.html",
        version=__version__,
        record=record,
        station=run.station,
        headline=words.headline(record),
        cards=words.cards(record),
        foundations=words.foundations(record),
        pictures=captions.shown(run.folder / PICTURES),
        scene=SCENE if (run.folder / SCENE).is_file() else "",
        stations=tables.stations(record),
        loads=tables.loads(record),
        quantities=tables.quantities(record),
        front=tables.front(run),
        assumptions=tables.assumptions(record),
        materials=tables.materials(record),
        meshes=tables.meshes(record),
        method=sources.method(run),
        references=sources.references(run),
        hash=hashlib.sha256(record["inputs"]["case"].encode()).hexdigest(),
    )


def write_pdf(page: Path) -> Path:
    """Write the PDF of a report beside it, on A4.

    Raises:
        InstallationError: WeasyPrint or the Pango library that it draws with is missing.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:  # OSError: the package is there, a library under it is not
        raise InstallationError(_no_pdf(error)) from None
    path = page.with_name(PDF)
    HTML(filename=page).write_pdf(path)
    return path


def _no_pdf(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "no PDF: the package weasyprint is missing; install it with pip install 'rollmech[pdf]'"
    return (
        f"no PDF: weasyprint finds no Pango ({' '.join(str(error).split())[:120]}); install it, on Debian with "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0; or print report.html from a browser"
    )
