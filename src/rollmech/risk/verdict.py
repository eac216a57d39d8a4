"""The verdict on a case: which station governs, by which cause, and how far from the limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rollmech.risk.judge import Finding, Judge
from rollmech.risk.limits import Bend, Limit, largest_tension, smallest_radius
from rollmech.web import WebState

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

    def __repr__(self) -> str:
        found = self.worst.finding
        return f"<Verdict {self.status}: {found.ratio:.3g} +/- {found.error:.1g} at '{self.worst.name}'>"

    @property
    def worst(self) -> StationVerdict:
        """The governing station."""
        return self.stations[self.governing]

    @property
    def refused(self) -> tuple[StationVerdict, ...]:
        """Stations whose crack is partly closed and could not be solved with contact."""
        return tuple(station for station in self.stations if station.finding.refused)

    @property
    def status(self) -> str:
        """``safe``, ``fails``, ``undecided``, ``refused`` or ``closed``.

        Undecided: the limit lies within the estimated error. Refused: no station is known to fail, but at one of them
        the crack is partly closed and was not solved with contact. Closed: the flaw is pressed shut at every
        station; friction of its faces is not modelled, so that is no proof of safety.
        """
        finding = self.worst.finding
        if _fails(finding, self.allowed):
            return "fails"
        if self.refused:
            return "refused"
        if finding.ratio < 0:
            return "closed"
        return "undecided" if abs(finding.ratio - self.allowed) <= finding.error else "safe"


def _fails(finding: Finding, allowed: float) -> bool:
    """Whether an earned ratio is too large beyond its error."""
    return not finding.refused and finding.ratio - allowed > finding.error


def with_findings(verdict: Verdict, findings: list[Finding]) -> Verdict:
    """The verdict with other findings; limits of refused stations are taken back."""
    stations = [
        replace(station, finding=found)
        if not found.refused
        else StationVerdict(station.name, found, *(Limit(None, note=found.refused) for _ in range(2)))
        for station, found in zip(verdict.stations, findings, strict=True)
    ]
    return Verdict(tuple(stations), _governing(stations, verdict.allowed), verdict.allowed)


def _governing(stations: list[StationVerdict], allowed: float) -> int:
    """The largest ratio; one that is known to fail comes before one that was refused."""
    return max(
        range(len(stations)),
        key=lambda i: (_fails(stations[i].finding, allowed), stations[i].finding.ratio),
    )


def joined(verdicts: Sequence[Verdict], names: Sequence[str]) -> Verdict:
    """One verdict of several parts of a line.

    Args:
        verdicts: At least one, with the same ratio allowed.
        names: Of all stations, in the order of the line.
    """
    found = {station.name: station for verdict in verdicts for station in verdict.stations}
    stations, allowed = [found[name] for name in names], verdicts[0].allowed
    return Verdict(tuple(stations), _governing(stations, allowed), allowed)


def judge_line(judge: Judge, loadings: list[Loading], allowed: float) -> Verdict:
    """Judge every loading and find its limits.

    Args:
        judge: Compares a state with the material's resistance.
        loadings: At least one.
        allowed: Largest ratio that counts as safe.
    """
    stations = []
    for loading in loadings:
        radius = tension = _NO_LIMIT
        if loading.bend is not None:
            laminate = loading.state.laminate
            radius = smallest_radius(judge, laminate, loading.bend, allowed)
            tension = largest_tension(judge, laminate, loading.bend, allowed)
        stations.append(StationVerdict(loading.name, judge.find(loading.state), radius, tension))
    return Verdict(tuple(stations), _governing(stations, allowed), allowed)
