"""The report of a study: one HTML page from its folder, with charts drawn before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollmech import __version__
from rollmech.case import Case, load_case
from rollmech.post.report import sources, study_tables, study_words
from rollmech.post.report.document import REPORT
from rollmech.post.report.page import data_uri, render
from rollmech.post.report.tables import materials
from rollmech.results.record import material_records
from rollmech.study.file import StudyFile, load_study
from rollmech.study.result import StudyResult, read_study
from rollmech.study.sensitivity import Sensitivity
from rollmech.study.walk import BASE, RESOLVED

_CAPTIONS = {
    "main_effects": ("Main effects", "The output over each key; the line is the mean over all other keys."),
    "sensitivity": (
        "What drives it",
        "How much each key moves the output, with the interval of the estimate.",
    ),
    "interaction": (
        "Two keys together",
        "Lines that are not parallel: what one key does depends on the other.",
    ),
    "map": ("Map", "The output over the two keys that move it most."),
}


@dataclass(frozen=True)
class StudyData:
    """What the folder of a study holds.

    Attributes:
        found: Its table, best points and summary.
        file: The study file that it came from.
        case: Its base case, resolved.
    """

    found: StudyResult
    file: StudyFile
    case: Case


def read_folder(folder: Path) -> StudyData:
    """Read the folder of a finished study.

    Raises:
        InputError: It holds none.
    """
    found = read_study(folder)
    return StudyData(found, load_study(folder / RESOLVED), load_case(folder / BASE))


def write_study_report(folder: Path) -> Path:
    """Write ``report.html`` of a study from what its folder holds.

    Raises:
        InputError: The folder holds no finished study.
        OSError: The page cannot be written.
    """
    path = folder / REPORT
    path.write_text(page_of(read_folder(folder)), encoding="utf-8")
    return path


def draw_again(folder: Path) -> list[str]:
    """Draw the charts of a study from its folder; returns their names."""
    from rollmech.post.study_charts import draw_study

    study = read_folder(folder)
    names = tuple(item.name for item in study.file.vary)
    drawn = [Sensitivity.of_record(item, names) for item in study.found.record["sensitivity"]]
    return draw_study(study.file, study.found.table, drawn, folder)


def page_of(study: StudyData) -> str:
    """The page as text."""
    record, case = study.found.record, study.case
    topics = sources.study_topics(case, record)
    kept = material_records(case)
    return render(
        "study.html",
        version=__version__,
        record=record,
        headline=study_words.headline(study.found),
        cards=study_words.cards(study.found),
        foundations=study_words.foundations(study.found, kept),
        best=study_tables.best(study.found),
        sensitivity=study_tables.sensitivity(record),
        lost=study_tables.lost(study.found),
        varied=study_tables.varied(study.file),
        counted=study_tables.counted(record),
        settings=study_tables.settings(study.file),
        pictures=_pictures(study.found),
        materials=materials({"materials": kept}),
        method=sources.chosen("method", topics),
        references=sources.chosen("reference", topics),
        files=[_file(study.found.folder / name) for name in (RESOLVED, BASE)],
    )


def _pictures(found: StudyResult) -> list[dict[str, str]]:
    """Charts that are in the folder, with their captions."""
    shown = []
    for name in found.record.get("pictures", []):
        path = found.folder / name
        kind, (title, caption) = next(item for item in _CAPTIONS.items() if name.startswith(item[0]))
        output = path.stem.removeprefix(kind + "_")
        if path.is_file():
            shown.append(
                {"title": f"{title}: {output}", "caption": caption, "data": data_uri(path), "kind": ""}
            )
    return shown


def _file(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    return {"name": path.name, "text": text, "hash": hashlib.sha256(text.encode()).hexdigest()}
