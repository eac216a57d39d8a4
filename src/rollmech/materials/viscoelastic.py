"""Linear viscoelastic modulus at a given time: Prony series, Maxwell, standard linear solid, power law.

E(t) is the relaxation modulus after a strain step at t = 0. The secant modulus is stress over strain after a ramp
at constant rate that ends at t: (1/t) times the integral of E from 0 to t.
Sources: Ferry, Viscoelastic Properties of Polymers, 3rd ed. 1980, ch. 1 and 3 (spectra, constant rate); Williams,
AIAA J. 1964, 2, 785 (modified power law); Tschoegl, Knauss, Emri, Mech. Time-Depend. Mater. 2002, 6, 3 (nu).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SOURCE = "Ferry, Viscoelastic Properties of Polymers, 3rd ed. 1980"
POWER_SOURCE = "Williams, AIAA J. 1964, 2, 785"


@dataclass(frozen=True)
class Prony:
    """E(t) / E0 = 1 - sum g (1 - exp(-t / tau)); Maxwell is one term with g = 1, the standard solid one below.

    Attributes:
        fractions: g, part of E0 that relaxes with each time; the sum is at most 1.
        times: tau [s], as many.
    """

    fractions: Sequence[float]
    times: Sequence[float]

    def relaxation(self, time: float) -> float:
        """E(t) / E0 at t = `time` [s]."""
        return 1 - sum(g * -math.expm1(-time / tau) for g, tau in self._terms())

    def secant(self, time: float) -> float:
        """Mean of E / E0 from 0 to `time` [s]."""
        return 1 - sum(g * (1 + math.expm1(-time / tau) * tau / time) for g, tau in self._terms())

    def _terms(self) -> zip[tuple[float, float]]:
        return zip(self.fractions, self.times, strict=True)


@dataclass(frozen=True)
class PowerLaw:
    """E(t) / E0 = (1 + t / tau)^-n.

    Attributes:
        exponent: n, above 0.
        time: tau [s].
    """

    exponent: float
    time: float

    def relaxation(self, time: float) -> float:
        """E(t) / E0 at t = `time` [s]."""
        return (1 + time / self.time) ** -self.exponent

    def secant(self, time: float) -> float:
        """Mean of E / E0 from 0 to `time` [s]."""
        ratio, n = time / self.time, self.exponent
        grown = math.log1p(ratio)
        return (grown if n == 1 else math.expm1((1 - n) * grown) / (1 - n)) / ratio


def poisson_of_elastic_bulk(poisson_ratio: float, modulus_ratio: float) -> float:
    """nu when E falls to `modulus_ratio` of its instantaneous value while K stays: 1/2 - (1/2 - nu0) E/E0."""
    return 0.5 - (0.5 - poisson_ratio) * modulus_ratio
