"""Outcomes of `robustness.py` counted: lines for the terminal, a page for the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from combinations import COUNT, NOT_DRAWN, SEED, VARIETIES

Entry = dict[str, Any]

SOLVED = ("met", "missed", "missed without a word")
FAULTS = ("failed", "too slow", "died", "bug", "missed without a word")
HEAD = """# Random flaws in random stacks

`benchmarks/combinations.py` draws {count} cases (seed {seed}): flaws of every kind but {not_drawn}, in stacks of
1 to 4 layers, the flawed one 5 to 100 um thick, the others 0.02 to 20 times that with moduli 1e-5 to 5 times its
150 GPa, flaws of 0.005 to 0.89 of the layer's depth, any angle, tilts up to 60 degrees, cracks up to 60 times as long
as deep.
Every case must mesh, solve and meet its accuracy, or be refused before meshing with the number that decides. This page
is written by `benchmarks/robustness.py`; the target of the estimated error is {target:.0%}. Seconds are those of two
cores shared with up to eight other programs; alone they take a fraction of that.
"""
LEGEND = """
*met*: solved, estimated error within the target. *missed*: solved, and the run says beside the number by how much it
misses. *refused*: before meshing. *fault*: failed in meshing, solving or judging, too slow, died, or a miss not told.
"""

WHY = """Where the run says why: leaning cracks with sharply curved ends differ between the integration domains by about
the error (the second mesh is already near the limit of unknowns); wide delaminations over a layer 1e4 times softer feel
the ends of the patch.
"""


def summary(found: list[Entry]) -> str:
    """Counts by outcome, and the times of what was solved."""
    counts = Counter(entry["outcome"] for entry in found)
    words = ", ".join(f"{word} {count}" for word, count in counts.most_common())
    return f"{words}\nseconds: {_seconds(entry['seconds'] for entry in found)}"


def page(found: list[Entry], target: float) -> str:
    """The page of the documentation; the last entry of a combination counts, solved ones and meshed ones apart."""
    solved = {entry["number"]: entry for entry in found if entry["outcome"] != "meshed"}
    meshed = {entry["number"]: entry for entry in found if entry["outcome"] == "meshed"}
    parts = [
        HEAD.format(count=COUNT, seed=SEED, not_drawn=" and ".join(NOT_DRAWN), target=target),
        f"## Solved\n{len(solved)} of the {COUNT} were run to their end.\n",
        _table(list(solved.values())),
        LEGEND,
        _listed("Missed", [e for e in solved.values() if e["outcome"] == "missed"], _miss),
        WHY,
        _listed("Refused before meshing", [e for e in solved.values() if e["outcome"] == "refused"], _reason),
        _listed("Faults", [e for e in solved.values() if e["outcome"] in FAULTS], _reason),
        _meshes(list(meshed.values())),
    ]
    return "\n".join(part for part in parts if part)


def _table(found: list[Entry]) -> str:
    head = (
        "flaw",
        "run",
        "met",
        "missed",
        "refused",
        "fault",
        "error: median, largest",
        "s: median, longest",
    )
    rows = [_row(name, [e for e in found if e["variety"] == name]) for name in VARIETIES]
    rows.append(_row("**all**", found))
    return "\n".join(["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)])


def _row(name: str, found: list[Entry]) -> list[str]:
    counts = Counter(entry["outcome"] for entry in found)
    errors = [entry["error"] for entry in found if entry["outcome"] in SOLVED]
    of_error = f"{np.median(errors):.2%}, {max(errors):.2%}" if errors else ""
    of_time = _seconds(entry["seconds"] for entry in found if entry["outcome"] in SOLVED) if errors else ""
    counted = [counts["met"], counts["missed"], counts["refused"], sum(counts[word] for word in FAULTS)]
    return [name, str(len(found)), *map(str, counted), of_error, of_time]


def _seconds(values: Iterable[float]) -> str:
    seconds = list(values)
    return f"{np.median(seconds):.1f}, {max(seconds):.1f}"


def _listed(title: str, found: list[Entry], text) -> str:
    lines = [f"- {e['number']}, {e['variety']}, {e['layers']} layers: {text(e)}" for e in found]
    return "\n".join([f"## {title}", *sorted(lines, key=_number), ""]) if lines else ""


def _number(line: str) -> int:
    return int(line.split(",")[0].removeprefix("- "))


def _miss(entry: Entry) -> str:
    return f"estimated error {entry['error']:.1%} with {entry['unknowns']} unknowns"


def _reason(entry: Entry) -> str:
    last = entry["text"].splitlines()[-1].strip()
    return f"{entry['outcome']}: {last}" if entry["outcome"] != "refused" else last


def _meshes(found: list[Entry]) -> str:
    if not found:
        return ""
    foretold = [entry["elements"] / entry["expected"] for entry in found if entry["expected"]]
    low, middle, high = np.percentile(foretold, [5, 50, 95])
    return (
        f"## Meshed\nThe first mesh alone of {len(found)} combinations that are not refused: "
        f"{_seconds(e['seconds'] for e in found)} s (median, longest), "
        f"{np.median([e['elements'] for e in found]):.0f} elements in the middle, {max(e['elements'] for e in found)} "
        f"at most. In 3D they are {middle:.2f} times as many as foretold ({low:.2f} to {high:.2f} for nine out of "
        "ten); the forecast decides what is refused as too large.\n"
    )
