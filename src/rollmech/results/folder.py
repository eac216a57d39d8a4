"""The run folder: written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rollmech.errors import Fault, InputError
from rollmech.ranks import on_root
from rollmech.results.stage import drop_stage, make_stage, replace_by

RESULTS = "results.json"
FORMAT = 1


@contextmanager
def staged(target: Path, mark: str = RESULTS) -> Iterator[Path]:
    """A private folder that takes the place of ``target`` when the block ends well, and vanishes otherwise.

    An earlier run folder at ``target`` (one that holds the file ``mark``) is replaced; anything else that is not an
    empty folder is refused before the block starts. On several ranks the block is for all of them, the folder for
    rank 0.

    Raises:
        InputError: ``target`` cannot be written or is somebody else's.
    """
    stage = on_root(lambda: _make_stage(target, mark))
    try:
        yield stage
        on_root(lambda: replace_by(stage, target))
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        drop_stage(stage)  # on any rank: a fault of one may be the end of the others


def _make_stage(target: Path, mark: str) -> Path:
    _refuse_foreign(target, mark)
    try:
        return make_stage(target.parent, target.name)
    except OSError as error:
        raise _unwritable(target, error) from None


def _refuse_foreign(target: Path, mark: str) -> None:
    accepted = "a new folder, an empty one, or an earlier run folder"
    if target.exists() and not target.is_dir():
        raise InputError("run", [Fault("--out", str(target), "is not a folder", accepted)])
    if target.is_dir() and any(target.iterdir()) and not (target / mark).is_file():
        problem = "holds files that are not a run's"
        raise InputError("run", [Fault("--out", str(target), problem, accepted)])


def _unwritable(target: Path, error: OSError) -> InputError:
    problem = f"cannot be written: {error.strerror or error}"
    return InputError("run", [Fault("--out", str(target), problem, "a writable folder with free space")])


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write strict JSON (no NaN or infinity)."""
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def read_results(folder: Path) -> dict[str, Any]:
    """Read ``results.json`` of a run folder.

    Raises:
        InputError: There is none, or it is of another format.
    """
    path = folder / RESULTS
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        problem = f"holds no readable {RESULTS} ({error})" if folder.exists() else "does not exist"
        fault = Fault("RUN", str(folder), problem, "a run folder")
        raise InputError(str(folder), [fault]) from None
    if data.get("format") != FORMAT:
        found = str(data.get("format"))
        raise InputError(str(path), [Fault("format", found, "is not a format read here", str(FORMAT))])
    return data
