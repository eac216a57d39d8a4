"""The verdict on a case: which station governs, by which cause, and how far from the limit."""

from __future__ import annotations

from dataclasses import dataclass

from rollmech.risk.judge import Finding, Judge
from rollmech.risk.limits import Bend, Limit, largest_tension, smallest_radius
from rollmech.web import Laminate, WebState

_NO_LIMIT = Limit(None, note="not defined for directly prescribed stresses")


@dataclass(frozen=True)
class Loading:
    """One state to judge: a station of the line, or a directly given load."""

    name: str
    state: WebState
    bend: Bend | None = None


@dataclass(frozen=True)
class StationVerdict:
    """Finding and limits of one loading."""

    name: str
    finding: Finding
    radius_min: Limit
    tension_max: Limit


@dataclass(frozen=True)
class Verdict:
    """All stations judged; ``governing`` is the index of the worst."""

    stations: tuple[StationVerdict, ...]
    governing: int
    allowed: float

    @property
    def worst(self) -> StationVerdict:
        """The governing station."""
        return self.stations[self.governing]

    @property
    def status(self) -> str:
        """``safe``, ``fails``, ``undecided`` (the limit lies within the estimated error) or ``closed``.

        Closed: the flaw is pressed shut at every station; contact is not modelled, so that is no proof of safety.
        """
        finding = self.worst.finding
        if finding.ratio < 0:
            return "closed"
        if abs(finding.ratio - self.allowed) <= finding.error:
            return "undecided"
        return "safe" if finding.ratio < self.allowed else "fails"


def judge_line(judge: Judge, laminate: Laminate, loadings: list[Loading], allowed: float) -> Verdict:
    """Judge every loading and find its limits.

    Args:
        judge: Compares a state with the material's resistance.
        laminate: The stack.
        loadings: At least one.
        allowed: Largest ratio that counts as safe.
    """
    stations = []
    for loading in loadings:
        radius = tension = _NO_LIMIT
        if loading.bend is not None:
            radius = smallest_radius(judge, laminate, loading.bend, allowed)
            tension = largest_tension(judge, laminate, loading.bend, allowed)
        stations.append(StationVerdict(loading.name, judge.find(loading.state), radius, tension))
    governing = max(range(len(stations)), key=lambda i: stations[i].finding.ratio)
    return Verdict(tuple(stations), governing, allowed)
