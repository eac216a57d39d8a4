"""Whether the flaw of the case is what stops the web, or the ribbon's other flaws, that is its strength."""

from __future__ import annotations

from collections.abc import Iterator

from rollmech.risk.assumptions.check import Check, graded, not_checked
from rollmech.risk.limits import Limit
from rollmech.risk.verdict import Verdict

_GROUP = "strength"


def strength_checks(verdict: Verdict, unflawed: Verdict | None) -> Iterator[Check]:
    """Web without its crack, and whose limits on radius and tension are the tighter ones.

    Args:
        verdict: Of the crack.
        unflawed: Of the web without it, by flexural strength; None where no strength is known.
    """
    if unflawed is None:
        yield not_checked(_GROUP, "unflawed web", "no flexural_strength is known: other flaws may be worse")
        return
    here, web = verdict.worst, unflawed.worst
    ratio = web.finding.ratio
    text = f"at station '{web.name}': peak stress over flexural strength is {ratio:.3g}"
    yield graded(
        _GROUP,
        "unflawed web",
        ratio,
        verdict.allowed,
        verdict.allowed,
        holds=f"the unflawed web holds {text}, at most {verdict.allowed:g}",
        fails=f"the unflawed web fails by strength {text}, whatever this flaw does",
        bears_on=("K_ratio",),
    )
    yield _limit("radius", "mm", 1e3, here.radius_min, web.radius_min, web.name)
    yield _limit("tension", "N/m", 1.0, here.tension_max, web.tension_max, web.name)


def _limit(name: str, unit: str, scale: float, flaw: Limit, bulk: Limit, station: str) -> Check:
    """Whether this flaw sets the tighter limit."""
    quantity, title = {"radius": "radius_min", "tension": "tension_max"}[name], f"worst flaw ({name})"
    if bulk.value is None:
        return Check(_GROUP, title, None, unit, None, "holds", f"{name}: strength sets no limit; {bulk.note}")
    tighter = flaw.value is None or (bulk.value > flaw.value if name == "radius" else bulk.value < flaw.value)
    reached = f"at {bulk.value * scale:.4g} {unit} (station '{station}')"
    text = (
        f"{name}: strength limits the web before this flaw does, {reached}: "
        "other flaws of the ribbon are worse than this one"
        if tighter
        else f"{name}: this flaw limits the web before strength does, {reached}"
    )
    limit = None if flaw.value is None else flaw.value * scale
    status = "broken" if tighter else "holds"
    return Check(_GROUP, title, bulk.value * scale, unit, limit, status, text, (quantity,))
