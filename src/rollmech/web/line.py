"""The web at every roller of a line, and where the thin wide web of the theory is a poor model of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rollmech.web.laminate import Laminate
from rollmech.web.roller import Contact, contact
from rollmech.web.state import Face, WebState

# Searle's parameter w^2 / (R t): a plate well above 100, an anticlastic beam well below 10.
SEARLE_PLATE = 100.0
SEARLE_BEAM = 10.0
# A flat web bent to R has the logarithmic strain ln(1 + t / (2 R)) at its face, t / (4 R) of it less than the
# t / (2 R) of thin-web theory (single ply, R to the mid-surface): 1.25 % here.
SLENDER_RADIUS = 20.0
# Plane sections hold where soft plies couple the others within this part of the wrapped arc.
SHEAR_SHARE = 0.1


@dataclass(frozen=True)
class Roller:
    """One roller of a line.

    Attributes:
        name: What the user calls it.
        radius: [m].
        wrap: Angle by which it turns the web [rad].
        touches: The face of the stack that lies on it; the other one is stretched.
        tension: Of the web there [N/m].
        temperature: Of the web there [K], taken as uniform through the thickness.
    """

    name: str
    radius: float
    wrap: float
    touches: Face
    tension: float
    temperature: float


@dataclass(frozen=True, eq=False)
class Station:
    """A roller with the web on it: how they meet and the state of the web where it is most curved."""

    name: str
    roller: Roller
    contact: Contact
    state: WebState


def stations(laminate: Laminate, rollers: Sequence[Roller], stress_free_temperature: float) -> list[Station]:
    """The web at each roller, in the order of the line.

    Args:
        laminate: The stack.
        rollers: In the order in which the web meets them.
        stress_free_temperature: Temperature [K] without thermal stress, at which the residual stress holds.

    Raises:
        ValueError: a roller with an impossible radius, wrap, tension or face; the message names it.
    """
    return [_station(laminate, roller, stress_free_temperature) for roller in rollers]


def _station(laminate: Laminate, roller: Roller, stress_free_temperature: float) -> Station:
    try:
        meeting = contact(laminate, roller.radius, roller.wrap, roller.tension, roller.touches)
    except ValueError as error:
        raise ValueError(f"roller {roller.name!r}: {error}") from error
    sign = 1.0 if roller.touches == "bottom" else -1.0  # touching the bottom stretches the top
    state = laminate.web_state(
        roller.tension, sign * meeting.curvature, roller.temperature - stress_free_temperature
    )
    return Station(roller.name, roller, meeting, state)


def thin_web_warnings(
    laminate: Laminate, line: Sequence[Station], web_width: float | None = None
) -> list[str]:
    """Where the theory of a thin, wide, conforming web is stretched, in words with numbers.

    Args:
        laminate: The stack.
        line: Its stations.
        web_width: [m]; without it the width is not judged.
    """
    found = []
    for station in line:
        found += _wrap_warnings(station) + _shear_warnings(laminate, station)
        if station.contact.curvature > 0:
            radius = 1 / station.contact.curvature
            found += slenderness_warnings(station.name, radius, laminate.thickness)
            if web_width is not None:
                found += _width_warnings(station.name, radius, laminate.thickness, web_width)
    return found


def shear_transfer_length(laminate: Laminate) -> float:
    """Length over which a soft inner ply hands load from the plies on one side to the other [m].

    sqrt(h/G A1 A2/(A1 + A2)) with the membrane stiffness A = sum E' h of either side (Volkersen's shear lag), the
    largest over the inner plies; 0 for fewer than three plies.
    """
    plies = laminate.plies
    stiffness = [ply.plane_strain_modulus * ply.thickness for ply in plies]
    lengths = [0.0]
    for i in range(1, len(plies) - 1):
        below, above = sum(stiffness[:i]), sum(stiffness[i + 1 :])
        shear = plies[i].youngs_modulus / (2 * (1 + plies[i].poisson_ratio))
        lengths.append(math.sqrt(plies[i].thickness / shear * below * above / (below + above)))
    return max(lengths)


def _shear_warnings(laminate: Laminate, station: Station) -> list[str]:
    """Where a soft ply is too soft for plane sections: the stack slides before the arc is long enough to couple it."""
    length, arc = shear_transfer_length(laminate), station.roller.radius * station.roller.wrap
    if length <= SHEAR_SHARE * arc:
        return []
    return [
        f"{station.name}: a soft ply hands load over in {length * 1e3:.3g} mm, more than {SHEAR_SHARE:.0%} of the "
        f"wrapped arc of {arc * 1e3:.3g} mm: the plies slide and bend more on their own than plane sections say"
    ]


def _wrap_warnings(station: Station) -> list[str]:
    meeting, roller = station.contact, station.roller
    if meeting.conforms:
        return []
    wrap = f"{station.name}: wrap {math.degrees(roller.wrap):.3g} deg"
    if math.isinf(meeting.critical_wrap):
        reason = f"no wrap makes a web this stiff conform at {roller.tension:.3g} N/m"
    else:
        reason = f"below the {math.degrees(meeting.critical_wrap):.3g} deg needed to conform"
    radius = f"{1e3 / meeting.curvature:.4g} mm" if meeting.curvature > 0 else "infinite"
    return [
        f"{wrap}, {reason}; line contact with a radius of curvature of {radius} "
        f"instead of the roller's {roller.radius * 1e3:.4g} mm"
    ]


def slenderness_warnings(name: str, radius: float, thickness: float) -> list[str]:
    """Where a bend is too tight for the theory of a thin web."""
    ratio = radius / thickness
    if ratio >= SLENDER_RADIUS:
        return []
    return [
        f"{name}: radius of curvature is {ratio:.3g} thicknesses, below {SLENDER_RADIUS:.0f}; "
        f"thin-web bending strain is out by about {25 / ratio:.2g} %"
    ]


def _width_warnings(name: str, radius: float, thickness: float, width: float) -> list[str]:
    searle = width**2 / (radius * thickness)
    if searle >= SEARLE_PLATE:
        return []
    if searle <= SEARLE_BEAM:
        verdict = "the web bends as an anticlastic beam, rigidity of E; E/(1-nu^2) is used and overstates it"
    else:
        verdict = "between beam (E) and plate (E/(1-nu^2)); the plate's rigidity is used and overstates it"
    return [f"{name}: Searle parameter w^2/(R t) = {searle:.3g}, below {SEARLE_PLATE:.0f}: {verdict}"]
