"""``KEY=VALUE`` texts from the command line or a study, written into the tables of a case."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from rollmech.case.schema import SECTIONS, Case
from rollmech.errors import Fault, nearest

_PART = re.compile(r'\s*(?:"([^"]*)"|([^."\[\]]+))\s*(?:\[(\d+)\])?\s*(?:\.|$)')
_ACCEPTED = 'KEY=VALUE with a dotted key, e.g. stack.ceramic.thickness="20 um"'


class BadKeyError(Exception):
    """A part of a key that leads nowhere: position in the path, reason, accepted names."""

    def __init__(self, problem: str, known: list[str], wanted: str = "") -> None:
        self.problem, self.known, self.wanted = problem, known, wanted


def apply_overrides(mapping: dict[str, Any], overrides: Sequence[str]) -> list[Fault]:
    """Write each override into `mapping` (changed in place); return the faults of those that cannot be.

    List entries go by their ``name`` (a flaw also by its ``kind``) or by index. Values are TOML values, and
    anything that is no TOML value is taken as a text.
    """
    return [fault for text in overrides for fault in _apply(mapping, text)]


def override_value(text: str) -> Any:
    """The value of an override's right-hand side."""
    try:
        table = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return text.strip()
    return table["value"] if set(table) == {"value"} else text.strip()


def places_of(mapping: dict[str, Any], key: str) -> list[tuple[str, ...]]:
    """Where a dotted key leads, list entries by their index; ``rollers.radius`` leads to that of every roller.

    Raises:
        BadKeyError: It leads nowhere.
    """
    parts = _split(key)
    if not parts or parts[0] not in Case.model_fields:
        raise BadKeyError("unknown key", list(Case.model_fields), key.partition(".")[0])
    if parts[0] in SECTIONS and len(parts) == 1:
        raise BadKeyError("cannot be replaced as a whole", [f"{parts[0]}.KEY"])
    entries = mapping.get(parts[0])
    if SECTIONS.get(parts[0]) != "list":
        return [tuple(parts)]
    if not isinstance(entries, list) or not entries:
        raise BadKeyError(f"the case has no [[{parts[0]}]] entry", [])
    if len(parts) == 2:
        return [(parts[0], str(i), parts[1]) for i in range(len(entries))]
    chosen = entries.index(_entry(entries, parts[1]))
    return [(parts[0], str(chosen), *parts[2:])]


def write_value(mapping: dict[str, Any], place: Sequence[str], value: Any) -> None:
    """Write a TOML value into the tables of a case, in place.

    Raises:
        BadKeyError: The place does not exist.
    """
    _write(mapping, list(place), value)


def value_at(mapping: dict[str, Any], place: Sequence[str]) -> Any:
    """The value at a place, None where there is none."""
    node: Any = mapping
    for part in place:
        try:
            node = _entry(node, part) if isinstance(node, list) else node.get(part)
        except (BadKeyError, AttributeError):
            return None
    return node


def _apply(mapping: dict[str, Any], text: str) -> list[Fault]:
    key, equals, value = text.partition("=")
    parts = _split(key)
    if not equals or not parts:
        return [Fault("--set", text, "is no override", _ACCEPTED)]
    try:
        _write(mapping, parts, override_value(value))
    except BadKeyError as bad:
        accepted = ", ".join(bad.known) or _ACCEPTED
        return [
            Fault(
                f"--set {key.strip()}", value.strip(), bad.problem, accepted, nearest(bad.wanted, bad.known)
            )
        ]
    return []


def _split(key: str) -> list[str]:
    """Parts of a dotted key; quotes protect dots, ``stack[0]`` equals ``stack.0``."""
    parts, position = [], 0
    while position < len(key):
        match = _PART.match(key, position)
        if match is None:
            return []
        parts += [(match[1] if match[1] is not None else match[2]).strip()]
        parts += [match[3]] if match[3] else []
        position = match.end()
    return parts


def _write(mapping: dict[str, Any], parts: list[str], value: Any) -> None:
    if parts[0] not in Case.model_fields:
        raise BadKeyError("unknown key", list(Case.model_fields), parts[0])
    if parts[0] in SECTIONS and len(parts) == 1:
        raise BadKeyError("cannot be replaced as a whole", [f"{parts[0]}.KEY"])
    node: Any = mapping
    for part in parts[:-1]:
        node = _step(node, part)
    if not isinstance(node, dict):
        raise BadKeyError(f"'{parts[-2]}' needs the name of an entry and a key", _labels(node))
    node[parts[-1]] = value


def _step(node: Any, part: str) -> Any:
    """One step down; a missing table is made, a missing list entry is a fault."""
    if isinstance(node, list):
        return _entry(node, part)
    if not isinstance(node, dict):
        raise BadKeyError(f"nothing lies under '{part}'", [])
    if part not in node and SECTIONS.get(part) == "list":
        raise BadKeyError(f"the case has no [[{part}]] entry", [])
    return node.setdefault(part, {})


def _entry(entries: list[Any], part: str) -> Any:
    for key in ("name", "kind"):
        for entry in entries:
            if isinstance(entry, dict) and entry.get(key) == part:
                return entry
    if part.isascii() and part.isdecimal() and len(part) < 6 and int(part) < len(entries):
        return entries[int(part)]
    raise BadKeyError(f"no entry is called '{part}'", _labels(entries), part)


def _labels(entries: Any) -> list[str]:
    if not isinstance(entries, list):
        return []
    named = [
        str(entry.get("name") or entry.get("kind") or index)
        for index, entry in enumerate(entries)
        if isinstance(entry, dict)
    ]
    return named or [str(index) for index in range(len(entries))]
