"""Closed-form lifetimes of the power law with K = Y sigma sqrt(a), Y constant.

With S_i the inert strength (K = K_Ic at once) and B = 2 K_Ic^2 / (A Y^2 (n - 2)) for v = A (K/K_Ic)^n (Ritter 1978;
ASTM C1368, C1576):

    constant stress        t_f = B sigma^-n (S_i^(n-2) - sigma^(n-2))
    constant stress rate   sigma_f^(n+1) = B (n+1) rate (S_i^(n-2) - sigma_f^(n-2))

The second terms are what growth up to K_Ic leaves out; the standards drop them (``exact=False``), which is right for
sigma well below S_i.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.optimize import brentq

from rollmech.growth.laws import PowerLaw


@dataclass(frozen=True)
class Fatigue:
    """Fatigue parameters of a flaw family of constant geometry factor.

    Attributes:
        b: B, Pa^2 s.
        exponent: n > 2.
    """

    b: float
    exponent: float

    def __post_init__(self):
        if not (self.b > 0 and self.exponent > 2):
            raise ValueError(f"B = {self.b:g} must be positive and n = {self.exponent:g} above 2")

    @classmethod
    def of(cls, law: PowerLaw, geometry: float) -> Fatigue:
        """B of a power law (its threshold is not counted) and Y."""
        speed = law.humidity_factor * law.speed_at_toughness
        return cls(2 * law.toughness**2 / (speed * geometry**2 * (law.exponent - 2)), law.exponent)

    def static_life(self, stress: float, inert: float, exact: bool = True) -> float:
        """Time (s) to failure at constant stress (Pa) of a flaw of inert strength ``inert`` (Pa)."""
        if exact and stress >= inert:
            return 0.0
        return self._static(stress, inert) * (self._left(stress, inert) if exact else 1.0)

    def _static(self, stress: float, inert: float) -> float:
        return self.b * (inert / stress) ** (self.exponent - 2) / stress**2

    def _left(self, stress: float, inert: float) -> float:
        return -math.expm1((self.exponent - 2) * math.log(stress / inert))

    def static_stress(self, life: float, inert: float) -> float:
        """Constant stress (Pa) that lasts ``life`` (s); exact."""
        return brentq(
            lambda s: math.log(max(self.static_life(s, inert), 1e-300) / life),
            inert * 1e-6,
            inert,
            xtol=1e-9 * inert,
        )

    def dynamic_strength(self, rate: float, inert: float, exact: bool = True) -> float:
        """Strength (Pa) under a constant stress rate (Pa/s)."""
        n = self.exponent
        log = (math.log(self.b * (n + 1) * rate) + (n - 2) * math.log(inert)) / (n + 1)
        plain = math.exp(log)
        if not exact:
            return plain

        def excess(s: float) -> float:
            return (n + 1) * (math.log(s) - log) - math.log(self._left(s, inert))

        top = inert * (1 - 1e-15)
        return top if excess(top) < 0 else brentq(excess, 1e-6 * min(plain, inert), top, rtol=1e-14)

    def cyclic_life(self, peak: float, inert: float, waveform: float) -> float:
        """Time (s) to failure under cycles of a peak stress: the static life over g."""
        return self.static_life(peak, inert) / waveform

    def proof_life(self, stress: float, proof: float) -> float:
        """Least life (s) at ``stress`` of what survived ``proof`` (both Pa): no flaw is weaker than the proof stress.

        Holds if nothing grew while the proof stress was taken off (fast, dry unloading).
        """
        return self.static_life(stress, proof, exact=False)

    def proof_stress(self, stress: float, life: float) -> float:
        """Proof stress (Pa) that guarantees ``life`` (s) at ``stress`` (Pa)."""
        return stress * (life * stress**2 / self.b) ** (1 / (self.exponent - 2))
