"""The web at every roller of a line, and how its soft plies hand load over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rollmech.web.laminate import Laminate
from rollmech.web.roller import Contact, contact
from rollmech.web.state import Face, WebState


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


def stations(
    laminates: Laminate | Sequence[Laminate], rollers: Sequence[Roller], stress_free_temperature: float
) -> list[Station]:
    """The web at each roller, in the order of the line.

    Args:
        laminates: The stack, or one a roller.
        rollers: In the order in which the web meets them.
        stress_free_temperature: Temperature [K] without thermal stress, at which the residual stress holds.

    Raises:
        ValueError: a roller with an impossible radius, wrap, tension or face; the message names it.
    """
    if isinstance(laminates, Laminate):
        laminates = [laminates] * len(rollers)
    pairs = zip(laminates, rollers, strict=True)
    return [_station(laminate, roller, stress_free_temperature) for laminate, roller in pairs]


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
