"""Pressure of a nip: two rollers pressed together with a thin web between them.

Hertz's line contact (Johnson, Contact Mechanics, 1985, section 4.2) of a soft cover on a hard roller. A web that is
thin against the contact hands the pressure through. It lies in the plane of a crack normal to the face, which it does
not open. Friction, a cover that is thin itself, and particles in the nip are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

THIN = 0.25
"""Largest thickness of a web over the half-width of the contact at which the pressure counts as Hertz's."""


@dataclass(frozen=True)
class NipContact:
    """Pressure and width of a nip.

    Attributes:
        half_width: Of the contact along the web, m.
        peak: Largest pressure, Pa.
        mean: Mean pressure, Pa.
    """

    half_width: float
    peak: float
    mean: float

    def thin(self, thickness: float) -> bool:
        """Whether a web of that thickness (m) hands the pressure through."""
        return thickness <= THIN * self.half_width


def nip_contact(
    force: float, radius: float, counter_radius: float, modulus: float, poisson: float
) -> NipContact:
    """Contact of a roller with a counter roller whose cover gives way.

    Args:
        force: Per width, N/m.
        radius: Of the roller, which counts as rigid, m.
        counter_radius: m.
        modulus: Young's modulus of the cover, Pa.
        poisson: Its Poisson's ratio.
    """
    relative = 1 / (1 / radius + 1 / counter_radius)
    stiffness = modulus / (1 - poisson**2)
    half = math.sqrt(4 * force * relative / (math.pi * stiffness))
    return NipContact(half, 2 * force / (math.pi * half), force / (2 * half))
