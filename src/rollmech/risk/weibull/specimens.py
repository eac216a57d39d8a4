"""Effective sizes of test specimens, for the transfer of their strength to the web.

Bars: Quinn 2003, ASTM C1683. Uniaxial stress, reference the largest one. Ring on ring: plate theory (Timoshenko &
Woinowsky-Krieger 1959; Fessler & Fricker 1984; ASTM C1499 for the peak stress). SI.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rollmech.risk.weibull.effective import StressField


def tension_bending_factor(modulus: float, tension: float, bending: float) -> float:
    """Effective over true volume of a strip of stress tension + bending (2 z/t), tensile side only.

    The reference is tension + |bending|. Pure bending gives 1/(2 (m+1)), pure tension 1.
    """
    bending = abs(bending)
    top, low = tension + bending, max(tension - bending, 0.0)
    if not top > 0:
        raise ValueError("no part of the strip is in tension")
    if bending == 0:
        return 1.0
    return top / (2 * bending * (modulus + 1)) * (1 - (low / top) ** (modulus + 1))


@dataclass(frozen=True)
class Bar:
    """Rectangular bar in three- or four-point bending.

    Attributes:
        width: b, m.
        height: d, m.
        outer_span: m.
        inner_span: m; 0 is three-point bending.
    """

    width: float
    height: float
    outer_span: float
    inner_span: float = 0.0

    def _length(self, modulus: float) -> float:
        """Length under uniform moment that is as dangerous."""
        return (self.outer_span + modulus * self.inner_span) / (modulus + 1)

    def effective_volume(self, modulus: float) -> float:
        """m^3: L_e b d / (2 (m+1))."""
        return self._length(modulus) * self.width * self.height / (2 * (modulus + 1))

    def effective_area(self, modulus: float) -> float:
        """m^2: tensile face and both sides, L_e (b + d/(m+1))."""
        return self._length(modulus) * (self.width + self.height / (modulus + 1))

    def effective_edge(self, modulus: float) -> float:
        """m: both edges of the tensile face, 2 L_e."""
        return 2 * self._length(modulus)


@dataclass(frozen=True)
class RingOnRing:
    """Thin plate on a support ring, loaded by a smaller ring; small deflections.

    Attributes:
        load_radius: m.
        support_radius: m.
        plate_radius: m; of a rectangular plate use that of ASTM C1499.
        poisson: Of the plate.
    """

    load_radius: float
    support_radius: float
    plate_radius: float
    poisson: float

    def __post_init__(self):
        if not 0 < self.load_radius < self.support_radius <= self.plate_radius:
            raise ValueError(f"radii must rise from load to support to plate: {self}")

    def peak_stress(self, force: float, thickness: float) -> float:
        """Equibiaxial stress (Pa) inside the load ring at a force (N)."""
        return 3 * force / (2 * np.pi * thickness**2) * self._inner()

    def _inner(self) -> float:
        a, b, r = self.support_radius, self.load_radius, self.plate_radius
        return (1 + self.poisson) * np.log(a / b) + (1 - self.poisson) * (a**2 - b**2) / (2 * r**2)

    def stress(self, radius: np.ndarray) -> np.ndarray:
        """Radial and tangential stress over the peak, shape (n, 2), at radii (m), shape (n,)."""
        a, b, plate = self.support_radius, self.load_radius, self.plate_radius
        radius = np.asarray(radius, dtype=float)
        inside = np.clip(radius, b, a)
        logarithm = (1 + self.poisson) * np.log(a / inside)
        half = (1 - self.poisson) / 2
        # What the overhang takes off between the rings; outside the support it is all there is.
        hoop = half * (a**2 - b**2)
        between_r = logarithm + half * b**2 * (1 / inside**2 - 1 / a**2) - hoop * (1 / a**2 - 1 / plate**2)
        between_t = logarithm + half * (2 - b**2 / a**2 - b**2 / inside**2) - hoop * (1 / a**2 - 1 / plate**2)
        outer = np.maximum(radius, a)
        beyond_r = -hoop * (1 / outer**2 - 1 / plate**2)
        beyond_t = hoop * (1 / outer**2 + 1 / plate**2)
        over = (radius > a)[:, None]
        stress = np.where(over, np.stack([beyond_r, beyond_t], -1), np.stack([between_r, between_t], -1))
        return stress / self._inner()

    def field(self, points: int = 200) -> StressField:
        """The tensile face in units of the peak stress, weights in m^2 (Gauss points on each of three zones)."""
        node, weight = np.polynomial.legendre.leggauss(points)
        bounds = [0.0, self.load_radius, self.support_radius, self.plate_radius]
        zones = [(lo, hi) for lo, hi in pairwise(bounds) if hi > lo]
        radius = np.concatenate([(lo + hi) / 2 + (hi - lo) / 2 * node for lo, hi in zones])
        share = np.concatenate([(hi - lo) / 2 * weight for lo, hi in zones])
        return StressField(self.stress(radius), 2 * np.pi * radius * share)
