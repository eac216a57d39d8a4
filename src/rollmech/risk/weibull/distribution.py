"""The weakest-link distribution (Weibull 1951) and what becomes of it after a proof test."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gamma


@dataclass(frozen=True)
class Weibull:
    """P_f = 1 - exp(-S ((sigma - sigma_u)/sigma_0)^m) of a size S (m^3, m^2 or m) under uniform tension.

    Attributes:
        modulus: m.
        scale: sigma_0, Pa times (unit of size)^(1/m).
        threshold: sigma_u, Pa; zero for the two-parameter form.
    """

    modulus: float
    scale: float
    threshold: float = 0.0

    def __post_init__(self):
        if not (self.modulus > 0 and self.scale > 0 and self.threshold >= 0):
            raise ValueError(f"modulus and scale must be positive and the threshold not negative: {self}")

    @classmethod
    def of(
        cls, modulus: float, characteristic: float, effective_size: float, threshold: float = 0.0
    ) -> Weibull:
        """From the characteristic strength (Pa; P_f = 63.2 %) of specimens of an effective size."""
        return cls(modulus, (characteristic - threshold) * effective_size ** (1 / modulus), threshold)

    def risk(self, stress: np.ndarray) -> np.ndarray:
        """Expected number of critical flaws per unit size under uniform tension (Pa); compression does no harm."""
        over = np.clip(np.asarray(stress, dtype=float) - self.threshold, 0.0, None)
        return (over / self.scale) ** self.modulus

    def failure(self, stress: np.ndarray, size: float = 1.0) -> np.ndarray:
        """P_f of a size under uniform tension (Pa)."""
        return -np.expm1(-size * self.risk(stress))

    def characteristic(self, size: float = 1.0) -> float:
        """Stress (Pa) at P_f = 63.2 % of a size."""
        return self.threshold + self.scale * size ** (-1 / self.modulus)

    def strength(self, failure: float, size: float = 1.0) -> float:
        """Stress (Pa) at a probability of failure."""
        return self.threshold + self.scale * (-np.log1p(-failure) / size) ** (1 / self.modulus)

    def mean(self, size: float = 1.0) -> float:
        """Mean strength of a size, Pa."""
        return self.threshold + (self.characteristic(size) - self.threshold) * float(
            gamma(1 + 1 / self.modulus)
        )

    def deviation(self, size: float = 1.0) -> float:
        """Standard deviation of the strength of a size, Pa."""
        first, second = gamma(1 + 1 / self.modulus), gamma(1 + 2 / self.modulus)
        return (self.characteristic(size) - self.threshold) * float(np.sqrt(second - first**2))

    def with_threshold(self, threshold: float) -> Weibull:
        """The same scale and modulus above another threshold."""
        return replace(self, threshold=threshold)


def size_ratio(modulus: float, size: float, reference: float) -> float:
    """Strength of a size over that of the reference at the same P_f: (S_ref/S)^(1/m)."""
    return (reference / size) ** (1 / modulus)


def after_proof(service_risk: float, proof_risk: float) -> float:
    """P_f in service of what survived a proof test (Evans & Wiederhorn 1974).

    Every element's failure in service is that of the same element conditional on surviving the proof, and the
    stress states of both have the same shape: what breaks at or below the proof stress is gone.

    Args:
        service_risk: Integral of the risk over the part in service, B = -ln(1 - P_f) without proof test.
        proof_risk: The same in the proof test.
    """
    return float(-np.expm1(-max(service_risk - proof_risk, 0.0)))


def after_proof_field(weibull: Weibull, service: np.ndarray, proof: np.ndarray, weight: np.ndarray) -> float:
    """P_f in service where the shapes of the stress states differ: element by element.

    Args:
        weibull: Distribution of the material.
        service: Tension in service at the points, Pa, shape (n,).
        proof: Tension in the proof test at the same points, Pa, shape (n,).
        weight: Size of each point's element, shape (n,).
    """
    excess = np.clip(weibull.risk(service) - weibull.risk(proof), 0.0, None)
    return float(-np.expm1(-(np.asarray(weight) @ excess)))


def competing(*failures: float) -> float:
    """P_f where independent populations (faces, edges, volume) compete: 1 - product of survivals."""
    return float(-np.expm1(np.sum(np.log1p(-np.asarray(failures, dtype=float)))))
