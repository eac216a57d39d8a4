"""How far a stiff web under tension follows a roller: the elastica of a tensioned strip.

Derivation. A long free span leaves the roller and straightens; phi(s) is its angle to the straight far span,
T the tension there [N/m], D the bending stiffness per width. The force in the span is T along the far
direction, so moment balance reads D phi'' = T sin(phi). Multiplied by phi' and integrated from the straight
end (phi = phi' = 0):

    D kappa^2 / 2 = T (1 - cos phi)   so   kappa = (2 / lambda) sin(phi / 2),   lambda = sqrt(D / T).

A wrap theta over one line of contact turns each of the two spans by phi = theta / 2 there:

    kappa = (2 / lambda) sin(theta / 4).

The web can be no more curved than the roller, so it lies on it as soon as that reaches 1/R, at the critical
wrap theta_c = 4 asin(lambda / (2 R)); the wrap beyond theta_c is arc in contact. (A stress-free curl of the
web shifts the moment by a constant and drops out.) For small
angles theta_c = 2 lambda / R.

Limits: wrap at most 360 degrees; spans long against lambda (the curvature decays as exp(-s / lambda));
a frictionless roller and dead line contact, D of the wide web. On the roller the axial force is
T - D kappa^2 / 2, a little less than T; the difference is left out, on the safe side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rollmech.web.laminate import Laminate
from rollmech.web.state import Face


@dataclass(frozen=True)
class Contact:
    """How a web meets a roller.

    Attributes:
        conforms: True if part of the web takes the roller's curvature.
        critical_wrap: Wrap from which it does [rad]; inf if no wrap can make it.
        curvature: Largest curvature of the neutral surface, as a magnitude [1/m].
        conformal_arc: Angle of web lying on the roller [rad]; 0 for contact along one line.
    """

    conforms: bool
    critical_wrap: float
    curvature: float
    conformal_arc: float


def bending_length(bending_stiffness: float, tension: float) -> float:
    """lambda = sqrt(D / T) [m] from D [N m] and T [N/m]; inf for a slack web.

    Raises:
        ValueError: negative tension (a web cannot be pushed).
    """
    if not (math.isfinite(tension) and tension >= 0):
        raise ValueError(f"tension must be zero or positive, got {tension} N/m")
    return math.sqrt(bending_stiffness / tension) if tension > 0 else math.inf


def critical_wrap(bending_length: float, radius: float) -> float:
    """theta_c = 4 asin(lambda / (2 R)) [rad]; inf when lambda >= 2 R: such a web never conforms."""
    ratio = bending_length / (2 * radius)
    return 4 * math.asin(ratio) if ratio < 1 else math.inf


def line_contact_curvature(bending_length: float, wrap: float) -> float:
    """kappa = (2 / lambda) sin(theta / 4) [1/m] where a web turns by `wrap` [rad] over one line."""
    return 2 / bending_length * math.sin(wrap / 4)


def contact(
    laminate: Laminate, radius: float, wrap: float, tension: float, touches: Face = "bottom"
) -> Contact:
    """How a laminate meets a roller.

    The elastica is that of the neutral surface, so R is taken to it: radius + distance from the touched face
    to the neutral axis. That keeps the curvature continuous at the critical wrap and gives a single ply
    E' t / (2 R + t). A slack web (zero tension) is not drawn to the roller: curvature 0, never conforms,
    as in the limit of the formulas.

    Args:
        laminate: The stack.
        radius: Of the roller [m].
        wrap: Total angle by which the roller turns the web [rad], 0 to 2 pi.
        tension: [N/m], zero or positive.
        touches: The face of the stack that lies on the roller.

    Raises:
        ValueError: radius not positive, wrap outside 0 to 2 pi, negative tension, unknown face.
    """
    if not (math.isfinite(radius) and radius > 0):
        raise ValueError(f"roller radius must be positive, got {radius} m")
    if not 0 <= wrap <= 2 * math.pi:
        raise ValueError(f"wrap must be from 0 to 360 degrees, got {math.degrees(wrap):g} degrees")
    neutral_radius = radius + _touched_face_to_neutral_axis(laminate, touches)
    length = bending_length(laminate.bending_stiffness, tension)
    critical = critical_wrap(length, neutral_radius)
    if wrap > critical:
        return Contact(True, critical, 1 / neutral_radius, wrap - critical)
    return Contact(False, critical, line_contact_curvature(length, wrap), 0.0)


def _touched_face_to_neutral_axis(laminate: Laminate, touches: Face) -> float:
    """Distance [m] from the face on the roller to the neutral axis."""
    if touches == "bottom":
        return laminate.neutral_axis
    if touches == "top":
        return laminate.thickness - laminate.neutral_axis
    raise ValueError(f"a roller touches 'bottom' or 'top', got {touches!r}")
