"""The few kinds of failure a user can meet, each with its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


class RollmechError(Exception):
    """Base of every error that is answered by one clear message instead of a traceback."""

    exit_code = 1


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input.

    Attributes:
        key: Dotted path of the offending key, e.g. ``stack.ceramic.thickness``.
        value: What was given, as text; empty when a key is missing.
        problem: What is wrong with it.
        accepted: What would be right.
        suggestion: Nearest match of a misspelt name, if any.
    """

    key: str
    value: str
    problem: str
    accepted: str
    suggestion: str = ""

    def __str__(self) -> str:
        shown = f"{self.key} = {self.value}" if self.value else self.key
        hint = f" Did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"{shown}: {self.problem}; accepted: {self.accepted}.{hint}"


@dataclass
class InputError(RollmechError):
    """Bad input: every fault of one file or argument, reported at once."""

    source: str
    faults: list[Fault] = field(default_factory=list)
    exit_code = 2

    def __str__(self) -> str:
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return "\n".join([f"{self.source}: {count}", *(f"  {fault}" for fault in self.faults)])


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known name most like `name`, whatever the case of its letters, or an empty text."""
    by_lower = {str(item).lower(): str(item) for item in known}
    match = get_close_matches(str(name).lower(), list(by_lower), n=1, cutoff=cutoff)
    return by_lower[match[0]] if match else ""


class NumericsError(RollmechError):
    """A mesh, solve or extraction that did not earn its number; the message says why in words."""

    exit_code = 3


class InstallationError(RollmechError):
    """Something this installation lacks; the message says what to install."""

    exit_code = 4
