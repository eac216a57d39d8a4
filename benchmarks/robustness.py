"""Random flaws in random stacks: does each one mesh, solve and meet its accuracy, or say up front why not?

    .venv/bin/python benchmarks/robustness.py [--first 0] [--count 300] [--step 1] [--target 0.05] [--out FILE]
    .venv/bin/python benchmarks/robustness.py --mesh-only --out MESHED
    .venv/bin/python benchmarks/robustness.py --page docs/robustness.md --read FILE MESHED

The cases are those of `combinations.py`. A worker process solves one after another; one that dies or takes longer than
the limit is replaced and counted. Every outcome is a line of JSON in the file, so that pieces can be run apart.
"""

from __future__ import annotations

import argparse
import json
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from combinations import COUNT, combination, variety_of
from outcomes import page, summary

LIMIT = 300.0  # seconds for one case, all levels together


def outcome(number: int, target: float, mesh_only: bool) -> dict[str, Any]:
    """What became of a combination: a word, where it ended, how well and how long it was solved."""
    from rollmech.case import parse_case
    from rollmech.errors import InputError, NumericsError
    from rollmech.pipeline import run

    stages = ["checking"]
    try:
        case = parse_case({**combination(number), "accuracy": {"target": target}})
        if mesh_only:
            return _meshed(case, stages.append)
        return _solved(run(case, stages.append), target)
    except (InputError, NumericsError) as error:
        refused = len(stages) == 1
        return {"outcome": "refused" if refused else "failed", "stage": stages[-1], "text": str(error)}
    except Exception as error:  # a bug is an outcome too
        return {"outcome": "bug", "stage": stages[-1], "text": f"{type(error).__name__}: {error}"}


def _meshed(case, progress) -> dict[str, Any]:
    """The first mesh of a case, and how well the number of its elements was foretold."""
    from rollmech.fracture.influence import LEVELS
    from rollmech.mesh.apart import apart
    from rollmech.mesh.build import simplices_of
    from rollmech.mesh.forecast import expected_elements
    from rollmech.mesh.merging import merge_thin
    from rollmech.patching import patch_of
    from rollmech.refusals import refuse_unsolvable

    patch = merge_thin(patch_of(case), case.accuracy.target)
    refuse_unsolvable(case, patch)
    progress("meshing")
    grading = LEVELS[patch.flaw.dimension][0]
    elements = len(apart(lambda: simplices_of(patch, grading)).cells)
    return {"outcome": "meshed", "elements": elements, "expected": expected_elements(patch, grading)}


def _solved(result, target: float) -> dict[str, Any]:
    influence = result.influence
    error = influence.relative_error()
    told = any(text.startswith("accuracy: estimated error") for text in result.warnings)
    return {
        "outcome": "met" if error <= target else "missed" if told else "missed without a word",
        "error": error,
        "boundary": influence.boundary,
        "levels": len(influence.levels),
        "elements": influence.levels[-1]["elements"],
        "unknowns": influence.levels[-1]["unknowns"],
        "timings": influence.timings,
        "warnings": result.warnings,
    }


def _work(pipe, target: float, mesh_only: bool) -> None:
    while (number := pipe.recv()) is not None:
        pipe.send(outcome(number, target, mesh_only))


class Worker:
    """A process that solves cases and may die of them."""

    def __init__(self, target: float, mesh_only: bool) -> None:
        self._how = target, mesh_only
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_work, args=(other, *self._how))
        self._process.start()
        other.close()

    def solve(self, number: int, limit: float) -> dict[str, Any]:
        """The outcome of a combination within a time limit (s)."""
        start = time.perf_counter()
        self._pipe.send(number)
        try:
            found = self._pipe.recv() if self._pipe.poll(limit) else None
        except EOFError:
            found = {"outcome": "died", "text": f"exit code {self._replaced()}"}
        if found is None:
            self._replaced()
            found = {"outcome": "too slow", "text": f"stopped after {limit:.0f} s"}
        layers = len(combination(number)["stack"])
        seconds = time.perf_counter() - start
        return {
            "number": number,
            "variety": variety_of(number),
            "layers": layers,
            "seconds": round(seconds, 2),
            **found,
        }

    def _replaced(self) -> int | None:
        self._process.kill()
        self._process.join()
        code = self._process.exitcode
        self._start()
        return code

    def stop(self) -> None:
        """Let the process end."""
        self._pipe.send(None)
        self._process.join()


def run_all(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Solve the chosen combinations, telling and writing each as it ends."""
    worker, found = Worker(arguments.target, arguments.mesh_only), []
    numbers = range(arguments.first, arguments.first + arguments.count, arguments.step)
    for number in arguments.only or numbers:
        found.append(worker.solve(number, arguments.limit))
        told = {key: value for key, value in found[-1].items() if key not in ("timings", "warnings")}
        print(told if arguments.only else {**told, "text": told.get("text", "")[:120]}, flush=True)
        if arguments.out:
            with arguments.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found[-1]) + "\n")
    worker.stop()
    return found


def main() -> None:
    """Run a piece of the list, or write the page of pieces that were run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="+")
    parser.add_argument("--target", type=float, default=0.05)
    parser.add_argument("--limit", type=float, default=LIMIT)
    parser.add_argument("--mesh-only", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--read", type=Path, nargs="+", default=[])
    arguments = parser.parse_args()
    read = [json.loads(line) for path in arguments.read for line in path.read_text().splitlines()]
    found = read or run_all(arguments)
    if arguments.page:
        arguments.page.write_text(page(found, arguments.target), encoding="utf-8")
    print(summary(found))


if __name__ == "__main__":
    main()
