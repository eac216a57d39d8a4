"""From a verdict to its partly closed cracks: solved with contact of the faces, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rollmech.errors import NumericsError
from rollmech.fracture.contact import contact_front, contact_refusal
from rollmech.risk.judge import CrackJudge, Finding
from rollmech.risk.verdict import Loading, Verdict, with_findings

MOST = 4
"""Different states that are solved with contact, those of the largest linear K first: each takes some ten solves."""


def close_cracks(
    judge: CrackJudge, verdict: Verdict, loadings: list[Loading], progress: Callable[[str], None]
) -> Verdict:
    """Solve the stations with a partly closed crack with contact and put the results in the linear ones' place.

    Args:
        judge: Gets the solutions; from then on it answers with them.
        verdict: From the linear K.
        loadings: The states judged.
        progress: Called with a line of text before each solve.
    """
    partly = [i for i, loading in enumerate(loadings) if judge.partly_closed(loading.state)]
    if not partly:
        return verdict
    partly.sort(key=lambda i: -verdict.stations[i].finding.ratio)
    findings = [station.finding for station in verdict.stations]
    reasons: dict[bytes, str] = {}
    for i in partly:
        state = loadings[i].state
        key = judge.key(state)
        if key not in reasons:
            progress(f"contact of the faces: station '{loadings[i].name}'")
            reasons[key] = _solve(judge, loadings[i], len(reasons))
        findings[i] = _refused(findings[i], reasons[key]) if reasons[key] else judge.find(state)
    return with_findings(verdict, findings)


def _solve(judge: CrackJudge, loading: Loading, solved: int) -> str:
    """Add one state's solution to the judge; the reason if there is none."""
    reason = contact_refusal(judge.influence)
    if not reason and solved >= MOST:
        reason = f"only {MOST} different states are solved with contact, those of the largest linear K"
    if reason:
        return reason
    try:
        found = contact_front(judge.influence, judge.coefficients(loading.state))
    except NumericsError as error:
        return str(error)
    judge.contacts[judge.key(loading.state)] = found
    return ""


def _refused(finding: Finding, reason: str) -> Finding:
    return replace(finding, refused=f"the crack is partly closed: {reason}")
