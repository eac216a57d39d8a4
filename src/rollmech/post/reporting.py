"""What `rollmech run` and `rollmech report` write for people: pictures, scene and page, from a run folder alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rollmech.errors import Fault, InputError, InstallationError
from rollmech.post.draw import draw_pictures
from rollmech.post.report.document import write_pdf, write_report
from rollmech.post.report.study_document import draw_again, write_study_report
from rollmech.post.rundata import RunData, read_run
from rollmech.results.log import RunLog
from rollmech.study.summary import SUMMARY as STUDY


def draw_all(folder: Path, progress: Callable[[str], None] = lambda text: None) -> list[str]:
    """Draw the pictures and the scene of a run.

    Args:
        folder: A run folder.
        progress: Called with a line of text before each stage.

    Returns:
        What could not be made and why, one line each; the rest was made all the same.

    Raises:
        InputError: ``folder`` is not a whole run folder.
    """
    run = read_run(folder)
    steps: dict[str, Callable[[RunData], object]] = {"pictures": draw_pictures}
    if run.case.flaw is not None:
        from rollmech.post.scene import write_scene  # needs PyVista, which a run without a flaw does without

        steps["scene"] = write_scene
    problems = []
    for what, step in steps.items():
        progress(what)
        problems.append(_tried(what, step, run))
    return list(filter(None, problems))


def report(folder: Path) -> list[str]:
    """Write the page of a run; returned and raised as by `draw_all`."""
    line = _tried("report", write_report, read_run(folder))
    return [line] if line else []


def report_again(
    folder: Path, pictures: bool, pdf: bool, progress: Callable[[str], None] = lambda text: None
) -> list[Path]:
    """Make everything again that people look at.

    Args:
        folder: A run folder, or that of a study.
        pictures: Whether pictures and scene are drawn again, or those that are there are kept.
        pdf: Whether the report is also wanted as a PDF.
        progress: Called with a line of text before each stage.

    Returns:
        What was written.

    Raises:
        InputError: ``folder`` is neither a whole run folder nor that of a study, or cannot be written.
        InstallationError: Nothing can be rendered here, or no PDF be made; the rest was written all the same.
    """
    study = (folder / STUDY).is_file()
    log = RunLog(f"{'study' if study else 'run'}: {folder}", [], progress)
    if study:
        draw, write = draw_study_again, lambda: write_study_report(folder)
    else:
        draw, write = draw_all, lambda: write_report(read_run(folder))
    problems = draw(folder, log.stage) if pictures else []
    try:
        log.stage("report")
        page = write()
        if pdf:
            log.stage("report as PDF")
        written = [page, write_pdf(page)] if pdf else [page]
        log.write(folder, "done", problems)
    except OSError as error:
        fault = Fault(
            "FOLDER", str(folder), f"cannot be written: {error.strerror or error}", "a writable folder"
        )
        raise InputError("report", [fault]) from None
    if problems:
        raise InstallationError("\n".join([f"{page}: written, but", *problems]))
    return written


def draw_study_again(folder: Path, progress: Callable[[str], None] = lambda text: None) -> list[str]:
    """Draw the charts of a study; what could not be made and why."""
    progress("charts")
    try:
        draw_again(folder)
    except InputError:
        raise
    except Exception as error:  # as for a run
        return [f"charts: could not be made ({type(error).__name__}: {error})"]
    return []


def _tried(what: str, step: Callable[[RunData], object], run: RunData) -> str:
    """Empty if a step went well, else what went wrong."""
    try:
        step(run)
    except Exception as error:  # the solve was paid for: no fault of a picture may lose its numbers
        return f"{what}: could not be made ({type(error).__name__}: {error}); 'rollmech doctor' tells why"
    return ""
