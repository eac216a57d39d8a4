"""Effective sizes and failure probabilities of stress fields given at points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.risk.weibull.distribution import Weibull, competing
from rollmech.risk.weibull.multiaxial import IndependentAction, Multiaxial


@dataclass(frozen=True)
class StressField:
    """Principal stresses at quadrature points or nodes of a volume, face or edge.

    Attributes:
        principal: Pa, shape (n, 1) on an edge, (n, 2) on a face, (n, 3) in a volume.
        weight: Size that each point stands for (m, m^2, m^3), shape (n,).
    """

    principal: np.ndarray
    weight: np.ndarray

    def __post_init__(self):
        if self.principal.ndim != 2 or self.weight.shape != self.principal.shape[:1]:
            raise ValueError(f"stresses {self.principal.shape} and weights {self.weight.shape} do not match")

    def tension(self, modulus: float, rule: Multiaxial | None = None) -> np.ndarray:
        """Equivalent uniaxial tension at the points, Pa, shape (n,)."""
        if self.principal.shape[1] == 1:
            return np.clip(self.principal[:, 0], 0.0, None)
        return (rule or IndependentAction()).equivalent(self.principal, modulus)


def effective_size(
    field: StressField, modulus: float, rule: Multiaxial | None = None, reference: float | None = None
) -> float:
    """Size that, uniformly under the reference tension, would be as likely to fail.

    Args:
        field: Stresses of a load.
        modulus: m.
        rule: How principal stresses combine; independent action if None.
        reference: Reference tension, Pa; the largest principal stress of the field if None.

    Raises:
        ValueError: Nothing is in tension.
    """
    tension = field.tension(modulus, rule)
    reference = float(field.principal.max()) if reference is None else reference
    if not reference > 0:
        raise ValueError("no point of the field is in tension")
    return float(field.weight @ (tension / reference) ** modulus)


def loading_factor(field: StressField, modulus: float, rule: Multiaxial | None = None) -> float:
    """Effective size over the true one."""
    return effective_size(field, modulus, rule) / float(field.weight.sum())


@dataclass(frozen=True)
class Population:
    """One flaw population: faces, edges and volume have their own.

    Attributes:
        name: In words.
        weibull: Its strength.
        field: The stresses that it sees.
        rule: How principal stresses combine.
    """

    name: str
    weibull: Weibull
    field: StressField
    rule: Multiaxial | None = None

    def risk(self, factor: float = 1.0) -> float:
        """-ln(1 - P_f) with all stresses multiplied."""
        tension = factor * self.field.tension(self.weibull.modulus, self.rule)
        return float(self.field.weight @ self.weibull.risk(tension))

    def failure(self, factor: float = 1.0) -> float:
        """P_f with all stresses multiplied."""
        return float(-np.expm1(-self.risk(factor)))


def failure(populations: list[Population], factor: float = 1.0) -> tuple[float, dict[str, float]]:
    """P_f of independent populations together, and the share of each in the risk."""
    risks = {p.name: p.risk(factor) for p in populations}
    total = sum(risks.values())
    shares = {name: risk / total if total else 0.0 for name, risk in risks.items()}
    return competing(*(p.failure(factor) for p in populations)), shares
