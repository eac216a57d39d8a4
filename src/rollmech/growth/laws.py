"""Laws of crack growth: speed in time under load, and advance per load cycle. SI throughout."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

GAS_CONSTANT = 8.31446
"""J/(mol K)."""


class StaticLaw(Protocol):
    """Crack speed as a function of K."""

    toughness: float

    def speed(self, k: np.ndarray) -> np.ndarray:
        """Speed in m/s at K (Pa m^0.5); zero where the crack is pressed shut."""


@dataclass(frozen=True)
class PowerLaw:
    """v = A (RH/RH_ref)^p (K/K_Ic)^n above the threshold, nothing below it.

    Power law: Evans 1972; proportionality to humidity in the stage governed by reaction (p about 1):
    Wiederhorn 1967. Beyond the toughness the speed stays that at the toughness: there the flaw breaks.

    Attributes:
        speed_at_toughness: A, m/s.
        exponent: n.
        toughness: K_Ic, Pa m^0.5.
        threshold: K below which nothing grows, Pa m^0.5.
        humidity_factor: (RH/RH_ref)^p; see ``at_humidity``.
    """

    speed_at_toughness: float
    exponent: float
    toughness: float
    threshold: float = 0.0
    humidity_factor: float = 1.0

    def __post_init__(self):
        _positive(self, "speed_at_toughness", "exponent", "toughness", "humidity_factor")
        if not 0 <= self.threshold < self.toughness:
            raise ValueError(
                f"threshold {self.threshold:g} lies outside 0 to the toughness {self.toughness:g}"
            )

    def speed(self, k: np.ndarray) -> np.ndarray:
        """Speed in m/s at K (Pa m^0.5)."""
        ratio = np.clip(np.asarray(k) / self.toughness, 0.0, 1.0)
        value = self.humidity_factor * self.speed_at_toughness * ratio**self.exponent
        return np.where(ratio * self.toughness > self.threshold, value, 0.0)

    def at_humidity(self, humidity: float, reference: float, exponent: float = 1.0) -> PowerLaw:
        """The law in another humidity than the one in which its speed was measured.

        Args:
            humidity: Relative humidity (or water vapour pressure) of the line.
            reference: The same in the test, in the same unit.
            exponent: p.
        """
        return replace(self, humidity_factor=(humidity / reference) ** exponent)


@dataclass(frozen=True)
class ReactionLaw:
    """v = v_0 exp((b K - E) / (R T)): stress-assisted reaction (Wiederhorn & Bolz 1970).

    Attributes:
        prefactor: v_0, m/s.
        activation: E, J/mol.
        slope: b, J/mol per Pa m^0.5.
        temperature: T, K.
        toughness: K_Ic, Pa m^0.5.
        threshold: K below which nothing grows, Pa m^0.5. The law itself has none.
    """

    prefactor: float
    activation: float
    slope: float
    temperature: float
    toughness: float
    threshold: float = 0.0

    def __post_init__(self):
        _positive(self, "prefactor", "slope", "temperature", "toughness")

    def speed(self, k: np.ndarray) -> np.ndarray:
        """Speed in m/s at K (Pa m^0.5)."""
        k = np.clip(k, 0.0, self.toughness)
        exponent = (self.slope * k - self.activation) / (GAS_CONSTANT * self.temperature)
        return np.where(k > self.threshold, self.prefactor * np.exp(exponent), 0.0)


@dataclass(frozen=True)
class CyclicLaw:
    """da/dN = C (dK_eff / K_Ic)^m with dK_eff = K_max (1 - R)^gamma (Paris & Erdogan 1963, Walker 1970).

    Compression closes the crack and does not count: R < 0 acts as R = 0. gamma = 1 is the plain range of K;
    ceramics, whose cycles wear down the bridges behind the tip, follow K_max more than the range (Liu & Chen
    1991), which is a small gamma.

    Attributes:
        advance_at_toughness: C, m per cycle.
        exponent: m.
        toughness: K_Ic, Pa m^0.5.
        walker: gamma, 0 to 1.
        threshold: dK_eff below which nothing grows, Pa m^0.5.
    """

    advance_at_toughness: float
    exponent: float
    toughness: float
    walker: float = 1.0
    threshold: float = 0.0

    def __post_init__(self):
        _positive(self, "advance_at_toughness", "exponent", "toughness")
        if not 0 <= self.walker <= 1:
            raise ValueError(f"Walker's exponent {self.walker:g} lies outside 0 to 1")

    def advance(self, k_max: np.ndarray, ratio: np.ndarray) -> np.ndarray:
        """Advance in m per cycle at K_max (Pa m^0.5) and R = K_min/K_max."""
        k_max = np.clip(k_max, 0.0, self.toughness)
        effective = k_max * (1 - np.clip(ratio, 0.0, 1.0)) ** self.walker
        value = self.advance_at_toughness * (effective / self.toughness) ** self.exponent
        return np.where(effective > self.threshold, value, 0.0)


def _positive(law: object, *names: str) -> None:
    for name in names:
        if not getattr(law, name) > 0:
            raise ValueError(f"{type(law).__name__}.{name} = {getattr(law, name):g} must be positive")
