"""Which methods and papers a run rests on, from the list ``sources.toml``."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from rollmech.case import Case
from rollmech.post.rundata import RunData


def topics(run: RunData) -> set[str]:
    """What the run used, as keys of the list."""
    line = run.record["line"] or {}
    found = {"web", "tools"} | {key for key in ("growth", "strength", "population") if key in line}
    if run.case.flaw is None:
        return found
    if run.case.flaw.kind == "tile-joint":
        return found | {"flaw", "joint"}
    found |= {"flaw", "crack" if run.sharp else "blunt"}
    if run.by_energy:
        found.add(run.case.flaw.kind)
    elif run.sharp and run.fronts[run.station].mixed:
        found.add("mixed")
    if any((row.get("contact") or {}).get("solved") for row in run.stations):
        found.add("contact")
    return found


def study_topics(case: Case, record: dict[str, Any]) -> set[str]:
    """The same of a study.

    Args:
        case: Its base case.
        record: Content of its ``study.json``.
    """
    found = {"web", "tools", "study", record["design"]}
    found |= {item["method"].rpartition(" ")[2] for item in record["sensitivity"] if "method" in item}
    found |= {key for key in ("growth", "strength", "population") if getattr(case, key) is not None}
    if case.flaw is None:
        return found
    if case.flaw.kind == "tile-joint":
        return found | {"flaw", "joint"}
    return found | {"flaw", "crack" if case.flaw.sharp else "blunt", case.flaw.kind}


def method(run: RunData) -> list[str]:
    """The method in a few lines."""
    return chosen("method", topics(run))


def references(run: RunData) -> list[str]:
    """Citations, in the order of the list."""
    return chosen("reference", topics(run))


def chosen(part: str, used: set[str]) -> list[str]:
    """Texts of ``method`` or ``reference`` that some topics bring in, in the order of the list."""
    entries: list[dict[str, Any]] = tomllib.loads(
        (files("rollmech.post.report") / "data" / "sources.toml").read_text(encoding="utf-8")
    )[part]
    return [
        entry["text"] for entry in entries if used & set(entry["of"]) and not used & set(entry.get("but", []))
    ]
