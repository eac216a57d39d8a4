"""Whether a filler stays bonded and whole, as the solve takes for granted, and where a bridge breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.risk.assumptions.check import FRONT, NOTCH, Check, graded, not_checked

if TYPE_CHECKING:
    from rollmech.pipeline import Result
    from rollmech.risk.verdict import Verdict

_GROUP = "strength"
_MPA = 1e6


def bond_checks(result: Result) -> Iterator[Check]:
    """Tension across the bond against its strength, stress of the filler against its own, at the worst station."""
    given = result.case.flaw.filler
    if given is None:
        return
    worst = result.verdict.governing
    load, influence = result.judge.total(result.loadings[worst].state), result.influence
    material = result.case.materials[given.material].material(given.material)
    own = next((p for key in ("yield_strength", "tensile_strength") if (p := material.get(key))), None)
    station = result.loadings[worst].name
    for name, (stress, _), strength in (
        ("bond of the filler", influence.bond_tension(load), given.bond_strength),
        ("filler", influence.filler_stress(load), own and own.value),
    ):
        yield _check(name, stress, strength, station)


def _check(name: str, stress: float, strength: float | None, station: str) -> Check:
    """One strength (Pa, or None) against its stress (MPa)."""
    text = f"{name}: {stress:.3g} MPa at station '{station}'"
    if strength is None:
        return not_checked(_GROUP, name, f"{text}, no strength is given", (station,))
    limit = strength / _MPA
    return graded(
        _GROUP,
        name,
        stress / limit,
        1.0,
        1.0,
        holds=f"{text}, strength {limit:.3g} MPa",
        fails=f"{text} exceeds its strength of {limit:.3g} MPa: take the numbers of the empty flaw instead",
        bears_on=tuple(dict.fromkeys((*FRONT, *NOTCH))),
        stations=(station,),
    )


def bridge_checks(verdict: Verdict) -> Iterator[Check]:
    """Stations that break the bridge of a crack: each is judged as if it were the first, limits along with it."""
    bridged = {s.name: s.finding.bridged for s in verdict.stations if s.finding.bridged is not None}
    if not bridged:
        return
    broken = {name: found.broken_share for name, found in bridged.items() if found.broken_share > 0}
    share = max(broken.values(), default=0.0)
    text = "the bridge of the crack breaks nowhere"
    if broken:
        places = ", ".join(f"{100 * part:.2g} % of the faces at '{name}'" for name, part in broken.items())
        text = f"the bridge breaks over {places}: what follows on the line finds it so, but is judged with a whole one"
    status = "stretched" if broken else "holds"
    yield Check(_GROUP, "bridge whole", share, "", 0.0, status, text, FRONT, tuple(broken))
