"""A finished study for users of Python: its table, best points and sensitivity, from its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollmech.errors import Fault, InputError
from rollmech.study.summary import FORMAT, SUMMARY, index_rows
from rollmech.study.walk import BEST, Options, carry_out

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class StudyResult:
    """A study as its folder holds it.

    Attributes:
        folder: Where it lies.
        record: Content of ``study.json``: counts, reasons, sensitivity, best points, versions.
    """

    folder: Path
    record: dict[str, Any]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a point: inputs, status and reason, outputs with their errors; units in the names."""
        import pandas as pd

        from rollmech.study.collect import PARQUET

        return pd.read_parquet(self.folder / PARQUET)

    @cached_property
    def best(self) -> pd.DataFrame | None:
        """Rows of the best points, the best first; None if the study asks for none."""
        import pandas as pd

        return None if self.record["best"] is None else pd.read_csv(self.folder / BEST)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """One row an output and key, the most influential key first: indices with their 95 % half-widths."""
        import pandas as pd

        rows = [
            {"output": found["output"], "key": key, **item}
            for found in self.record["sensitivity"]
            for key, item in index_rows(found)
        ]
        return pd.DataFrame(rows, columns=None if rows else ["output", "key", "first", "first_interval"])

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.record["status"].items())
        return f"<StudyResult '{self.record['title']}': {self.record['points']} points, {counts}>"

    def _repr_html_(self) -> str:
        from rollmech.post.study_notebook import study_html

        return study_html(self)


def run_study(
    file: str | Path,
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    workers: int | None = None,
    engine: str = "local",
    resume: bool = False,
    force: bool = False,
    pictures: bool = True,
    quiet: bool = True,
) -> StudyResult:
    """Carry out a study file and write its folder.

    Args:
        file: The study file.
        out: Folder of the results; ``studies/<file name>`` by default.
        overrides: ``KEY=VALUE`` texts for the base case.
        workers: Processes, or jobs at a time; one a core by default.
        engine: ``local``, ``slurm`` or ``dask``.
        resume: Go on with what is in the folder.
        force: Begin again whatever study is in the folder.
        pictures: Whether charts and report are made.
        quiet: No progress on stderr.

    Raises:
        InputError: The study is wrong, or its folder is another's or cannot be written.
        InstallationError: The engine is not there, or this installation cannot solve.
    """
    folder = Path(out) if out is not None else Path("studies") / Path(file).stem
    options = Options(folder, tuple(overrides), workers, engine, resume, force, pictures, quiet)
    return StudyResult(folder, carry_out(Path(file), options))


def read_study(folder: str | Path) -> StudyResult:
    """The study of a folder.

    Raises:
        InputError: The folder holds no finished study, or one of another format.
    """
    path = Path(folder) / SUMMARY
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fault = Fault("FOLDER", str(folder), f"holds no readable {SUMMARY} ({error})", "a finished study")
        raise InputError("study", [fault]) from None
    if record.get("format") != FORMAT:
        fault = Fault("format", str(record.get("format")), "is not a format read here", str(FORMAT))
        raise InputError(str(path), [fault])
    return StudyResult(Path(folder), record)
