"""The five principles by which Hao et al. (Chem. Sci. 2026, 17, 2932, section 3.3) choose a treatment, as tests.

Each gives ``meets``, ``fails`` or ``unknown``, a score from 0 to 1 where one is known, and what it rests on. The
principles are the review's; scores and thresholds beyond its 50 % and 110 degrees are ours and are said in words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rollmech.case.ranking import Ranking
from rollmech.decision.cells import Printed, number_of
from rollmech.materials import Material, library
from rollmech.treatments import Treatment

Outcome = Literal["meets", "fails", "unknown"]

NAMES = ("effectiveness", "compatibility", "application", "cost", "manufacturing")
HYDROPHOBIC = math.radians(110.0)
_COSTS = ("low", "medium", "high")
_ORGANIC = ("organic interlayer", "organic/inorganic composite interlayer")
_CARDS = {"Li-Al/LiF": "LiAl", "SnO2-Al": "SnO2", "PDA and PEO": "PEO", "ETPTA": "ETPTA gel"}
"""Layers of several parts or another spelling: the card that is looked up for them."""


@dataclass(frozen=True)
class Test:
    """One principle put to one treatment.

    Attributes:
        outcome: ``meets``, ``fails`` or ``unknown``.
        score: 0 to 1; None where nothing is known.
        basis: What it rests on, in words.
    """

    outcome: Outcome
    score: float | None
    basis: str


def _graded(passes: bool, score: float, basis: str) -> Test:
    return Test("meets" if passes else "fails", min(max(score, 0.0), 1.0), basis)


def effectiveness(item: Treatment, wish: Ranking) -> Test:
    """Interfacial resistance down by more than the wished part; the score is the part itself."""
    after = number_of(item.cell("interfacial_resistance").printed, larger_is_worse=True)
    before = number_of(item.cell("resistance_before").printed, larger_is_worse=False)
    source = "before: the review's text"
    if before.value is None and wish.untreated_resistance is not None:
        before, source = (
            Printed("", 1e4 * wish.untreated_resistance),
            "before: the case's untreated_resistance",
        )
    if after.value is None:
        return Test("unknown", None, "no resistance printed")
    if before.value is None:
        return Test("unknown", None, "no resistance before the treatment: give untreated_resistance")
    part = 1 - after.value / before.value
    text = f"{before.value:g} to {after.bound}{after.value:g} ohm cm^2, -{100 * part:.3g} % ({source})"
    return _graded(part > wish.reduction, part, text)


def deposited(item: Treatment) -> tuple[str, Material | None]:
    """Name of the layer that a treatment leaves, empty if none, and its card where the library has one."""
    if item.group == "physical cleaning":
        name = "Li3N" if item.name == "N2 plasma" else ""
    elif item.group.startswith("in situ"):
        name = item.cell("product").printed
    else:
        name = item.cell("material").printed if "interlayer" in item.group else ""
    parts = [_CARDS.get(name, name), *name.split("/")]
    return name, next((library()[part] for part in parts if part in library()), None)


def compatibility(item: Treatment, wish: Ranking, ceramic: Material) -> Test:
    """Energy that a temperature swing stores in the deposited layer against its work of adhesion.

    G = E/(1 - nu) (mismatch strain)^2 h, all that an equibiaxially strained film can give back (Hutchinson & Suo
    1992); the score is 1 - G / adhesion. Reactions between the layers are not judged.
    """
    name, card = deposited(item)
    if not name:
        return Test("meets", 1.0, "no layer is added")
    if wish.temperature_swing is None:
        return Test("unknown", None, "no temperature_swing given")
    needed = [m.get("cte") if m else None for m in (ceramic, card)]
    if card is None or None in needed:
        return Test("unknown", None, f"no thermal expansion of {name} in the library")
    strain = (needed[1].value - needed[0].value) * wish.temperature_swing
    modulus = card.value("youngs_modulus") / (1 - card.value("poisson_ratio"))
    energy = modulus * strain**2 * wish.layer_thickness
    mismatch = 1e6 * (needed[1].value - needed[0].value)
    text = (
        f"{card.name}: mismatch {mismatch:+.3g} ppm/K, up to {modulus * abs(strain) / 1e6:.3g} MPa, "
        f"G {energy:.2g} J/m^2 of {wish.adhesion:g}; thickness and adhesion assumed unless given"
    )
    return _graded(energy < wish.adhesion, 1 - energy / wish.adhesion, text)


def application(item: Treatment, wish: Ranking) -> Test:
    """Organic for flexible devices, inorganic for hot ones, hydrophobic for humid air."""
    if not wish.application:
        return Test("unknown", None, "no application given")
    tests = [_APPLICATIONS[kind](item, wish) for kind in wish.application]
    outcomes = {test.outcome for test in tests}
    outcome = next(kind for kind in ("fails", "unknown", "meets") if kind in outcomes)
    scores = [test.score for test in tests]
    score = None if None in scores else min(scores)
    return Test(outcome, 0.0 if outcome == "fails" else score, "; ".join(test.basis for test in tests))


def _flexible(item: Treatment, wish: Ranking) -> Test:
    if "interlayer" not in item.group:
        return Test("unknown", None, "flexible: adds no interlayer, bending is judged by manufacturing")
    return _graded(item.group in _ORGANIC, float(item.group in _ORGANIC), f"flexible: {item.group}")


def _hot(item: Treatment, wish: Ranking) -> Test:
    organic = item.group in _ORGANIC
    return _graded(not organic, float(not organic), f"hot: {item.group}")


def _humid(item: Treatment, wish: Ranking) -> Test:
    angle = wish.contact_angle.get(item.name)
    if angle is None:
        return Test("unknown", None, "humid: no contact_angle given")
    return _graded(
        angle > HYDROPHOBIC, angle / math.pi, f"humid: contact angle {math.degrees(angle):.4g} deg"
    )


_APPLICATIONS: dict[str, Callable[[Treatment, Ranking], Test]] = {
    "flexible": _flexible,
    "hot": _hot,
    "humid": _humid,
}


def cost(item: Treatment, wish: Ranking) -> Test:
    """The user's class of cost: low 1, medium 0.5, high 0."""
    if item.name not in wish.cost:
        return Test("unknown", None, "no cost given")
    rank = _COSTS.index(wish.cost[item.name])
    return _graded(
        rank <= _COSTS.index(wish.allowed_cost), 1 - rank / 2, f"{wish.cost[item.name]}, by the case"
    )


def manufacturing(ratio: float | None, high: float | None, allowed: float, note: str) -> Test:
    """K over toughness at middle severity against what is allowed; the score is what is left of it.

    Args:
        ratio: At middle severity, None if the flaw cuts the layer.
        high: At high severity, likewise.
        allowed: Largest ratio that counts as safe.
        note: Why there is no ratio.
    """
    if ratio is None:
        return Test("fails", 0.0, note)
    end = "through" if high is None else f"{high:.3g}"
    return _graded(ratio <= allowed, 1 - ratio / allowed, f"K/K_Ic {ratio:.3g}, at high severity {end}")
