"""Whether the faces of a crack part everywhere; where they do not, whether their contact was solved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rollmech.risk.assumptions.check import FRONT, LIMITS, Check
from rollmech.risk.judge import CrackJudge
from rollmech.risk.verdict import Loading, StationVerdict

_GROUP = "closure"


def closure_checks(
    judge: CrackJudge, loadings: Sequence[Loading], stations: Sequence[StationVerdict]
) -> tuple[Check, Check, Check]:
    """Stations that press the crack shut, stations that close a part of it, and limits that such states touch."""
    ends = {loading.name: _relative_ends(judge, loading) for loading in loadings}
    partly = [loading.name for loading in loadings if judge.partly_closed(loading.state)]
    shut = [name for name, (_, high) in ends.items() if high <= 0 and name not in partly]
    found = {station.name: station for station in stations}
    lowest = min((low for name, (low, _) in ends.items() if name not in shut), default=None)
    return _shut(shut, len(ends)), _partly([found[name] for name in partly], lowest), _limits(stations)


def bonding_checks(judge: CrackJudge, loadings: Sequence[Loading]) -> Iterator[Check]:
    """Whether the crack was open when layers were bonded to the web: what was before counts with its linear K."""
    if not judge.influence.patch.earlier:
        return
    inner = ~judge.influence.front.vertex
    smallest = {
        loading.name: min(k[inner].min() for k in judge.bonded_k(loading.state)) / 1e6 for loading in loadings
    }
    closed = tuple(name for name, k in smallest.items() if k < 0)
    text = f"K_I when layers were bonded to the web was at least {min(smallest.values()):.3g} MPa*m^0.5"
    if closed:
        text += ": the crack was closed then, and what its faces bore is taken for K"
    status = "broken" if closed else "holds"
    yield Check(
        _GROUP, "open when bonded", min(smallest.values()), "MPa*m^0.5", 0.0, status, text, FRONT, closed
    )


def _relative_ends(judge: CrackJudge, loading: Loading) -> tuple[float, float]:
    """Smallest and largest linear K_I along the front over its largest size, vertex points left out."""
    k = judge.linear_k(loading.state)[0][~judge.influence.front.vertex]
    size = np.abs(k).max() or 1.0
    return float(k.min() / size), float(k.max() / size)


def _shut(shut: Sequence[str], count: int) -> Check:
    fails = (
        f"{', '.join(shut)}: the crack is pressed shut (linear K_I <= 0 all along the front, no face parts); friction "
        "of its faces is not modelled"
    )
    status, text = ("broken", fails) if shut else ("holds", f"the crack opens at all of {count} stations")
    return Check(_GROUP, "crack open", len(shut), "", 0, status, text, FRONT, tuple(shut))


def _partly(partly: Sequence[StationVerdict], lowest: float | None) -> Check:
    name = "faces apart"
    if lowest is None:
        return Check(_GROUP, name, None, "", 0.0, "not checked", "no station opens the crack")
    if not partly:
        text = (
            f"where the crack opens, K_I is nowhere below {lowest:.2g} of its largest value: no face touches"
        )
        return Check(_GROUP, name, lowest, "", 0.0, "holds", text, FRONT)
    refused = [station for station in partly if station.finding.refused]
    if refused:
        reasons = "; ".join(f"{station.name}: {station.finding.refused}" for station in refused)
        text = f"{reasons} (linear solution: faces overlap there, K elsewhere may be higher than given)"
    else:
        text = "; ".join(map(_solved, partly)) + "; friction is not modelled, causes are not additive"
    stations = tuple(station.name for station in refused or partly)
    status = "broken" if refused else "stretched"
    return Check(_GROUP, name, lowest, "", 0.0, status, text, FRONT, stations)


def _solved(station: StationVerdict) -> str:
    contact = station.finding.contact
    now, linear = station.finding.value / 1e6, station.finding.linear / 1e6
    return (
        f"{station.name}: faces touch on {100 * contact.closed_share:.2g} % of their area, solved with contact in "
        f"{contact.steps} steps: K_I_max {now:.4g} instead of {linear:.4g} MPa*m^0.5"
    )


def _limits(stations: Sequence[StationVerdict]) -> Check:
    touched = [
        f"{station.name}: {name} {limit.note}"
        for station in stations
        for name, limit in zip(LIMITS, (station.radius_min, station.tension_max), strict=True)
        if "partly closed" in limit.note
    ]
    if not touched:
        return Check(
            _GROUP, "limits open", 0, "", 0, "holds", "no limit rests on a partly closed crack", LIMITS
        )
    return Check(_GROUP, "limits open", len(touched), "", 0, "stretched", "; ".join(touched), LIMITS)
