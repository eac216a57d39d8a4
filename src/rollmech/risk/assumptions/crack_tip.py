"""Whether K describes the crack tip: process zone, K-dominance, short cracks, a straight path."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rollmech.flaws.edge_chip import EdgeChip
from rollmech.flaws.pit import Pit
from rollmech.risk.assumptions.check import FRONT, LIMITS, Check, Status, graded, not_checked
from rollmech.risk.judge import CrackJudge
from rollmech.risk.verdict import Verdict
from rollmech.web import WebState

if TYPE_CHECKING:
    from rollmech.materials import Material
    from rollmech.mesh.patch import Patch

_GROUP = "crack tip"
_UM = 1e6
# Small-scale yielding as ASTM E399 asks for it, every length at least 2.5 (K/sigma)^2, in units of Irwin's zone.
ZONE_SHARE = 1 / (5 * math.pi)
# There Irwin's longer crack, a + zone, has 12 % more K.
ZONE_BROKEN = 0.25
# Cohesive strength of a brittle solid over its modulus (Orowan 1949).
COHESIVE = 0.1
# The singular term gives the stress ahead of a penny crack to 10 % up to this part of its radius: the ratio is
# sqrt(2 x) (1/sqrt(x (2 + x)) + arccos(1/(1 + x))) at x radii from the front (exact solution, Sneddon 1946).
K_DOMINATED = 0.058
_TERM = 0.1


def crack_tip_checks(
    judge: CrackJudge, verdict: Verdict, state: WebState, nominal: float, material: Material
) -> Iterator[Check]:
    """Checks at the governing station.

    Args:
        judge: With the toughness.
        verdict: Of the crack.
        state: Web at the governing station.
        nominal: Largest in-plane stress of the unflawed web there at the flawed face, Pa.
        material: Of the flawed ply.
    """
    patch, finding = judge.influence.patch, verdict.worst.finding
    if patch.flaw.kind == "delamination":
        text = "process zone: no cohesive strength of the interface is asked for; G alone is compared"
        yield not_checked(_GROUP, "process zone", text)
        text = "straight path: whether the crack leaves the interface into a layer is not checked"
        yield not_checked(_GROUP, "straight path", text)
        return
    strength, basis = tip_strength(material)
    for name, k, word in (
        ("process zone", max(finding.value, 0.0), "at the governing load"),
        ("process zone at fracture", judge.resistance, "at the fracture toughness"),
    ):
        yield _process_zone(name, irwin_zone(k, strength) * _UM, patch, f"{word}, {basis}")
    if patch.flaw.kind == "channel":
        return  # energy of the whole front: no field of a tip, no T-stress, no length that would be short
    if finding.value <= 0:
        yield not_checked(_GROUP, "K-dominance", "K-dominance: no station opens the crack")
        return
    yield _dominance(judge, state, finding.value, finding.angle, irwin_zone(judge.resistance, strength) * _UM)
    yield _straight(judge, state, finding.value)
    if patch.cut == 1:
        yield _short_crack(verdict, nominal, material)


def irwin_zone(k: float, strength: float) -> float:
    """Irwin's (1958) process zone (K/sigma)^2/(2 pi), m: that of plane stress, three times that of plane strain.

    The cohesive length E'G/sigma^2 of Hillerborg et al. (1976) is 2 pi times it.
    """
    return (k / strength) ** 2 / (2 * math.pi)


def critical_distance(toughness: float, strength: float) -> float:
    """L = (K_Ic/sigma)^2/pi, m: length below which strength rather than toughness stops a crack (Taylor 2007)."""
    return (toughness / strength) ** 2 / math.pi


def tip_strength(material: Material) -> tuple[float, str]:
    """Stress that the material bears at a crack tip (Pa), and on what it rests.

    A flexural strength is none: it is set by the flaws of the bar, not by the bonds at the tip of one.
    """
    found = material.get("yield_strength")
    if found is not None:
        return found.value, f"yield strength {found}"
    cohesive = COHESIVE * material.value("youngs_modulus")
    return cohesive, f"cohesive strength E/10 = {cohesive / 1e9:.3g} GPa assumed (no yield_strength)"


def smallest_length(patch: Patch) -> tuple[float, str]:
    """Smallest length (um) that the crack's field depends on, and its name."""
    flaw = patch.flaw
    if flaw.kind == "channel":
        return flaw.depth, "depth of the channel"
    lengths = {"ligament": patch.ligament}
    if isinstance(flaw, Pit | EdgeChip):
        lengths |= {"root crack": flaw.root_crack, f"{flaw.kind}'s root radius": flaw.local_size}
    else:
        lengths["crack depth"] = flaw.depth
        lengths["crack half-length"] = getattr(flaw, "half_length", math.inf)
        lengths["gap between the cracks"] = getattr(flaw, "gap", math.inf)
    name = min(lengths, key=lengths.__getitem__)
    return lengths[name], name


def _process_zone(name: str, zone: float, patch: Patch, basis: str) -> Check:
    length, what = smallest_length(patch)
    text = f"{zone:.2g} um ({basis}) against the {what} of {length:.3g} um"
    return graded(
        _GROUP,
        name,
        zone / length,
        ZONE_SHARE,
        ZONE_BROKEN,
        holds=f"process zone {text}",
        fails=f"process zone {text}: more than {ZONE_SHARE:.2g} of it, linear elastic K is too low",
        bears_on=FRONT if name == "process zone" else ("K_ratio", *LIMITS),
    )


def _dominance(judge: CrackJudge, state: WebState, k: float, angle: float, zone: float) -> Check:
    """The zone in which K rules must enclose the process zone at fracture."""
    size = k_dominated(judge, state, k, angle)
    text = f"K gives the stress to 10 % within about {size:.2g} um of the front; process zone at fracture {zone:.2g} um"
    return graded(
        _GROUP,
        "K-dominance",
        zone / size,
        1.0,
        4.0,
        holds=text,
        fails=f"K-dominance: {text}: other terms than K act where the material breaks",
        bears_on=("K_ratio", *LIMITS),
    )


def k_dominated(judge: CrackJudge, state: WebState, k: float, angle: float) -> float:
    """Distance from the front (um) within which the next term stays below 10 % of the singular one.

    The penny crack's share of the local size; for plane cracks also where T sqrt(2 pi r)/K reaches 10 %.
    """
    size = float(judge.influence.patch.front.local_size(np.array([angle]))[0])
    t_stress = judge.t_stress(state)
    by_t = math.inf
    if t_stress is not None and t_stress[0] != 0:
        by_t = (_TERM * k / t_stress[0]) ** 2 / (2 * math.pi) * _UM
    return min(K_DOMINATED * size, by_t)


def _straight(judge: CrackJudge, state: WebState, k: float) -> Check:
    """Biaxiality B = T sqrt(pi a)/K (Leevers & Radon 1982); with T > 0 a crack leaves its plane (Cotterell & Rice)."""
    found = judge.t_stress(state)
    if found is None:
        return not_checked(
            _GROUP, "straight path", "straight path: no T-stress is extracted along a curved front"
        )
    value = found[0] * math.sqrt(math.pi * judge.influence.patch.flaw.depth / _UM) / k
    text = f"biaxiality T sqrt(pi a)/K = {value:.2g}"
    return graded(
        _GROUP,
        "straight path",
        value,
        0.0,
        math.inf,
        holds=f"{text}, not above 0: a growing crack keeps its plane",
        fails=f"straight path: {text}, above 0: a growing crack leaves its plane",
    )


def _short_crack(verdict: Verdict, nominal: float, material: Material) -> Check:
    """Taylor's line method: (K/K_Ic)^2 + (sigma/sigma_f)^2 = 1 joins both criteria; one alone is not safe between."""
    name, strength = "short crack", material.get("flexural_strength")
    if strength is None or nominal <= 0:
        reason = "no flexural_strength is known" if strength is None else "the flawed face is not stretched"
        return not_checked(_GROUP, name, f"short crack: {reason}")
    ratio, bulk = verdict.worst.finding.ratio, nominal / strength.value
    both = math.hypot(ratio, bulk)
    value = (ratio / bulk) ** 2
    changes = ratio <= verdict.allowed < both
    status: Status = "holds" if value >= 1 else "broken" if changes else "stretched"
    text = (
        f"K and strength together (line method) come to {both:.3g}, toughness alone to {ratio:.3g}; the crack is worth "
        f"{value:.2g} of the length (K_Ic/sigma)^2/pi where its toughness takes over from the flexural strength"
    )
    lead = "" if status == "holds" else "short crack: "
    return Check(_GROUP, name, value, "", 1.0, status, lead + text, ("K_ratio", *LIMITS))
