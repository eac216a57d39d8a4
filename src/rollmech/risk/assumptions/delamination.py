"""Whether the linear solution of a delamination stands: contact behind an oscillating tip, buckling, stretching."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from rollmech.risk.assumptions.check import FRONT, Check, graded
from rollmech.risk.judge import CrackJudge
from rollmech.risk.verdict import Loading
from rollmech.web import Laminate, Ply, WebState

_GROUP = "closure"
_UM = 1e6
# Rice (1988): the oscillating field rules where contact takes less than this part of the size of the body.
CONTACT_SHARE = 0.01
CONTACT_BROKEN = 0.1
# Membrane stretching carries about 0.49 (w/h)^2 of what a clamped round plate's bending does (Timoshenko &
# Woinowsky-Krieger 1959): a linear deflection of 0.3 thicknesses is 4 % too large, one of 1.0 by 29 %.
DEFLECTION = 0.3
DEFLECTION_BROKEN = 1.0


def delamination_checks(judge: CrackJudge, loadings: Sequence[Loading], worst: int) -> Iterator[Check]:
    """Contact at the governing station; buckling at any; deflection under gas pressure. None for other flaws."""
    if judge.influence.patch.flaw.kind != "delamination":
        return
    yield _contact(judge, loadings[worst].state)
    yield _flat(judge, loadings)
    if judge.pressure:
        yield _deflection(judge)


def contact_zone(phase: float, oscillation: float, length: float) -> float:
    """Largest distance behind the tip at which the faces of the linear solution touch.

    Opening goes as ``cos(psi + eps ln(r / l) - arctan(2 eps))``; it first vanishes where the argument reaches
    -pi/2 (eps > 0) or pi/2 (Rice 1988). 0 without oscillation.

    Args:
        phase: psi of K l^(i eps), radians, between -pi/2 and pi/2.
        oscillation: eps.
        length: l, any unit; the result has the same.
    """
    if oscillation == 0:
        return 0.0
    turn = math.copysign(math.pi / 2, oscillation) + phase - math.atan(2 * oscillation)
    return length * math.exp(min(-turn / oscillation, 50.0))


def buckling_force(cover: Laminate, half_length: float, half_width: float | None) -> float:
    """Compressive force per width (N/m) that buckles a clamped strip, ``pi^2 D / b^2`` (Hutchinson & Suo 1992).

    An ellipse of the same smaller half-axis bears more.

    Args:
        cover: The layers above the delamination.
        half_length: Half-axis along the web, m.
        half_width: The other one; None for a straight delamination.
    """
    narrow = min(half_length, half_width or math.inf)
    return math.pi**2 * cover.bending_stiffness / narrow**2


def plate_deflection(cover: Laminate, half_length: float, half_width: float | None, pressure: float) -> float:
    """Central deflection (m) of clamped elliptical layers under a pressure (Pa), linear theory of thin plates.

    ``p / (D (24/a^4 + 24/b^4 + 16/(a b)^2))`` (Timoshenko & Woinowsky-Krieger 1959); a strip for no ``half_width``.
    """
    a, b = half_length, half_width or math.inf
    return pressure / (cover.bending_stiffness * (24 / a**4 + 24 / b**4 + 16 / (a * b) ** 2))


def _contact(judge: CrackJudge, state: WebState) -> Check:
    influence, name = judge.influence, "contact zone"
    release = judge.release_rate(state)
    one, two, _ = judge.mixed_mode(state)[:, int(release.argmax())]
    if one <= 0:
        phase = math.degrees(math.atan2(two, one))
        text = (
            f"contact zone: the opening part of K is not positive (phase {phase:.3g} deg): "
            "the faces touch at the front; friction and contact are not modelled"
        )
        status = "broken" if two or one else "not checked"
        return Check(_GROUP, name, None, "", None, status, text, FRONT if status == "broken" else ())
    eps, flaw = influence.solids.oscillation_index, influence.patch.flaw
    zone = contact_zone(math.atan2(two, one), eps, influence.reference_length)
    body = min(flaw.half_length, flaw.half_width or math.inf, influence.reference_length)
    text = (
        f"the faces of the oscillating field touch within {zone:.2g} um of the front "
        f"(phase {math.degrees(math.atan2(two, one)):.3g} deg, eps = {eps:.3g})"
    )
    return graded(
        _GROUP,
        name,
        zone / body,
        CONTACT_SHARE,
        CONTACT_BROKEN,
        holds=f"{text}, at most {CONTACT_SHARE:.0%} of {body:.3g} um",
        fails=f"contact zone: {text}, more than {CONTACT_SHARE:.0%} of {body:.3g} um: contact is not modelled",
        bears_on=FRONT,
    )


def _flat(judge: CrackJudge, loadings: Sequence[Loading]) -> Check:
    """Compression of the layers above, along or across the web, against what buckles them."""
    flaw = judge.influence.patch.flaw
    sizes = flaw.half_length / _UM, None if flaw.half_width is None else flaw.half_width / _UM
    allowed = buckling_force(_cover(judge), *sizes)
    forces = {loading.name: _compression(judge, loading.state) for loading in loadings}
    name = max(forces, key=forces.__getitem__)
    value = max(forces[name], 0.0) / allowed
    text = (
        f"{name}: the layers above the delamination are pressed together by {max(forces[name], 0.0):.3g} N/m; "
        f"a flat clamped strip as narrow as the delamination buckles at {allowed:.3g} N/m"
    )
    over = tuple(station for station, force in forces.items() if force > allowed)
    return graded(
        _GROUP,
        "layers stay flat",
        value,
        1.0,
        1.0,
        holds=text,
        fails=f"buckling: {text}: they lift off, which drives the delamination and is not modelled",
        bears_on=FRONT,
        stations=over,
    )


def _deflection(judge: CrackJudge) -> Check:
    flaw, cover = judge.influence.patch.flaw, _cover(judge)
    sizes = flaw.half_length / _UM, None if flaw.half_width is None else flaw.half_width / _UM
    value = plate_deflection(cover, *sizes, judge.pressure) / cover.thickness
    text = (
        f"gas lifts the layers above by about {value:.2g} of their thickness (linear theory of thin plates)"
    )
    return graded(
        _GROUP,
        "small deflection",
        value,
        DEFLECTION,
        DEFLECTION_BROKEN,
        holds=f"{text}, at most {DEFLECTION:g}",
        fails=f"deflection: {text}, more than {DEFLECTION:g}: stretching stiffens them, linear G is too high",
        bears_on=FRONT,
    )


def _cover(judge: CrackJudge) -> Laminate:
    """The layers above the delamination without their residual stress."""
    plies = judge.influence.patch.plies[: judge.influence.patch.cut]
    return Laminate(
        [
            Ply(str(i), p.thickness / _UM, p.youngs_modulus * 1e6, p.poisson_ratio, 0.0)
            for i, p in enumerate(plies)
        ]
    )


def _compression(judge: CrackJudge, state: WebState) -> float:
    """Largest compressive force per width (N/m) in the layers above, along or across the web; negative: tension."""
    cut, top = judge.influence.patch.cut, judge.face == "top"
    plies = range(judge.ply, judge.ply - cut, -1) if top else range(judge.ply, judge.ply + cut)
    thickness = state.laminate.thicknesses
    force = sum(state.total[i].mean(axis=0) * thickness[i] for i in plies)
    return float(-np.min(force))
