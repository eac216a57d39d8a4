"""One point, one row: what a worker does with a piece of work, wherever it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.errors import InputError, InstallationError, RollmechError
from rollmech.library.cache import write_whole
from rollmech.line.plain import surrogate_judge
from rollmech.loading import loadings_of, make_laminate
from rollmech.risk.judge import MPA
from rollmech.study.base import Base
from rollmech.study.fast import CLOSED
from rollmech.study.plan import Task
from rollmech.study.space import Points

if TYPE_CHECKING:
    from rollmech.case import Case
    from rollmech.fracture.influence import Influence
    from rollmech.pipeline import Result

BLOCKS = "blocks"
BLOCK = "block"
_LONGEST = 500


@dataclass
class Worker:
    """Works off tasks of one study and remembers the influence of the last solve.

    Attributes:
        base: The study's case.
        points: Its points.
        folder: Where blocks of points evaluated as arrays are written.
    """

    base: Base
    points: Points
    folder: Path

    def __post_init__(self) -> None:
        self._memory: dict[str, Influence] = {}

    def warm_up(self) -> None:
        """Import what points need, so that no point pays for it.

        Raises:
            InstallationError: No point can be solved here.
        """
        import rollmech.pipeline
        import rollmech.study.fast  # noqa: F401

    def rows(self, task: Task) -> Iterator[dict[str, Any]]:
        """Rows of a task, each as soon as it is there.

        Raises:
            InstallationError: No point can be solved here.
        """
        self._memory.clear()
        if task.fast:
            yield self._block(task)
            return
        for row in task.rows:
            yield self.row(int(row))

    def row(self, point: int) -> dict[str, Any]:
        """The row of one point: done, refused by its case, or failed with its reason."""
        start = time.perf_counter()
        try:
            found = self._solved(point)
        except InputError as error:
            found = failed("refused", "; ".join(str(fault) for fault in error.faults))
        except InstallationError:
            raise
        except RollmechError as error:
            found = failed("failed", str(error))
        except Exception as error:  # a fault of one point is a row, not the end of the study
            found = failed("failed", f"{type(error).__name__}: {error}")
        return {"point": point, **found, "seconds": round(time.perf_counter() - start, 4)}

    def _solved(self, point: int) -> dict[str, Any]:
        case = self.base.case_with(self.points.settings(point))
        if self.base.by_surrogate:
            return surrogate_row(case)
        from rollmech.pipeline import run

        return row_of(run(case, fields=False, memory=self._memory))

    def _block(self, task: Task) -> dict[str, Any]:
        """Evaluate a task as arrays, write them, and return the row that names the file."""
        from rollmech.pipeline import influence_of
        from rollmech.study.fast import evaluate

        start = time.perf_counter()
        first = int(task.rows[0])
        clock = {"solve": 0.0}

        def solved(case):
            begun = time.perf_counter()
            found = influence_of(case, lambda text: None, False, self._memory)
            clock["solve"] = time.perf_counter() - begun
            return found

        row: dict[str, Any] = {"point": first, "rows": len(task.rows)}
        try:
            found = evaluate(self.base, self.points, task.rows, solved)
        except InstallationError:
            raise
        except Exception as error:  # as for a single point
            kind = "refused" if isinstance(error, InputError) else "failed"
            return row | failed(kind, str(error))
        seconds = time.perf_counter() - start
        name = f"{first}.npz"
        texts = {f"words.{key}": np.array(words) for key, (_, words) in found.words.items()}
        codes = {f"codes.{key}": code for key, (code, _) in found.words.items()}
        numbers = {f"number.{key}": values for key, values in found.numbers.items()}
        (self.folder / BLOCKS).mkdir(exist_ok=True)
        write_whole(
            self.folder / BLOCKS / name,
            lambda file: np.savez(file, rows=task.rows, **numbers, **codes, **texts),
        )
        times = {"seconds": round(seconds, 4), "solve seconds": round(clock["solve"], 4)}
        return row | {"status": "done", BLOCK: name, **times}


def lost_rows(task: Task, reason: str) -> list[dict[str, Any]]:
    """Failed rows of a task that nobody ended."""
    row = failed("failed", reason) | {"seconds": 0.0}
    if task.fast:
        return [{"point": int(task.rows[0]), "rows": len(task.rows), **row}]
    return [{"point": int(point), **row} for point in task.rows]


def surrogate_row(case: Case) -> dict[str, Any]:
    """What a case's surrogate gives to a row: ratio and K of the governing roller with their estimated errors."""
    judge = surrogate_judge(case)
    loadings = loadings_of(case, make_laminate(case))
    findings = [judge.find(loading.state) for loading in loadings]
    at = int(np.argmax([found.ratio for found in findings]))
    found, allowed = findings[at], case.verdict.allowable_ratio
    status = "closed" if found.ratio <= 0 else "fails" if found.ratio > allowed else "safe"
    if status != "closed" and abs(found.ratio - allowed) <= found.error:
        status = "undecided"
    row = {
        "status": "done",
        "verdict": status,
        "reason": "",
        "station": loadings[at].name,
        "where": found.where,
    }
    row |= {"governed_by": found.governed_by, "source": "surrogate"}
    if found.closed and status != "closed":
        row |= {"verdict": "refused", "reason": CLOSED}
    k = [found.value / MPA, "MPa*m^0.5", found.value_error / MPA]
    return row | {"outputs": {"K_ratio": [found.ratio, "", found.error], "K_effective": k}}


def failed(status: str, reason: str) -> dict[str, Any]:
    """A row without outputs."""
    return {"status": status, "reason": " ".join(reason.split())[:_LONGEST]}


def row_of(result: Result) -> dict[str, Any]:
    """What a result gives to a row: verdict, outputs as (value, unit, error), mesh."""
    from rollmech.results.record import verdict_record

    verdict = verdict_record(result)
    row = {"status": "done", "verdict": verdict["status"], "reason": verdict.get("reason", "")}
    row |= {key: verdict.get(key, "") for key in ("station", "where", "governed_by")}
    broken = dict.fromkeys(check.name for check in result.assumptions if check.status == "broken")
    row |= {"broken": len(broken), "broken_names": "; ".join(broken)}
    row["spoiled"] = "; ".join(name for name, entry in result.quantities.items() if entry["flags"])
    row["outputs"] = {
        name: [entry["value"], entry["unit"], entry["error"]] for name, entry in result.quantities.items()
    }
    if result.line is not None:
        row["outputs"] |= dict(_line_outputs(result.line.record))
    if result.influence is not None:
        last = result.influence.levels[-1]
        row |= {"elements": last["elements"], "unknowns": last["unknowns"]}
        row["source"] = "store" if result.influence.problem is None else "solved"
    return row


def _line_outputs(record: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Single numbers of what the line does: (name, [value, unit, None]); lists are left to single runs."""
    for part in ("growth", "strength", "population"):
        yield from _numbers(part, record.get(part) or {})


def _numbers(path: str, node: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(node.get("value"), int | float) and not isinstance(node["value"], bool):
        yield path, [float(node["value"]), node.get("unit", ""), node.get("error")]
        return
    for key, item in node.items():
        name = f"{path}.{key}".replace(" ", "_")
        if isinstance(item, dict):
            yield from _numbers(name, item)
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield name, [float(item), "", None]
