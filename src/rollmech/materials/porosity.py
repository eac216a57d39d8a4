"""Elastic constants, toughness and strength of a porous solid by named laws, each inside its range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from rollmech.materials.mixture import hashin_shtrikman, self_consistent
from rollmech.materials.moduli import Elastic

_VOID = Elastic(0.0, 0.0)


@dataclass(frozen=True)
class Law:
    """Source, porosities that the law is accepted for, and parameters: name to default (None: must be given)."""

    source: str
    low: float
    high: float
    parameters: dict[str, float | None]


LAWS: dict[str, Law] = {
    "spriggs": Law("Spriggs, J. Am. Ceram. Soc. 1961, 44, 628: E = E0 exp(-b P)", 0.0, 0.4, {"b": None}),
    "coble-kingery": Law(
        "Coble, Kingery, J. Am. Ceram. Soc. 1956, 39, 377: E = E0 (1 - 1.9 P + 0.9 P^2), for nu near 0.3",
        0.0,
        0.5,
        {},
    ),
    "phani-niyogi": Law(
        "Phani, Niyogi, J. Mater. Sci. 1987, 22, 257: E = E0 (1 - a P)^n", 0.0, 1.0, {"a": 1.0, "n": None}
    ),
    "hashin-shtrikman": Law(
        "Hashin, Shtrikman, J. Mech. Phys. Solids 1963, 11, 127: upper bound, attained by closed round pores",
        0.0,
        1.0,
        {},
    ),
    "self-consistent": Law(
        "Hill, J. Mech. Phys. Solids 1965, 13, 213; Budiansky, ibid. 223: round pores, stiffness lost at P = 0.5",
        0.0,
        0.45,
        {},
    ),
    "gibson-ashby": Law(
        "Gibson, Ashby, Cellular Solids, 2nd ed. 1997, ch. 5: open cells, E = C E0 (1 - P)^n, nu = 1/3, "
        "relative density below 0.3",
        0.7,
        1.0,
        {"C": 1.0, "n": 2.0},
    ),
}

ToughnessLaw = Literal["constant", "exponential", "constant energy", "solid area"]

#: What is assumed of K_Ic; measurements of porous garnet contradict each other (Kim 2016, Hu 2021), so it is a choice.
TOUGHNESS_LAWS: dict[ToughnessLaw, str] = {
    "constant": "K_Ic of the solid kept",
    "exponential": "K_Ic = K0 exp(-b P) with a given b, negative if pores toughen",
    "constant energy": "Irwin's relation K^2 = E G with the fracture energy of the solid: K_Ic = K0 sqrt(E/E0)",
    "solid area": "fracture energy by solid area, G = G0 (1 - P): K_Ic = K0 sqrt((1 - P) E/E0)",
}
STRENGTH_SOURCE = (
    "Ryshkewitch, J. Am. Ceram. Soc. 1953, 36, 65; Duckworth, ibid. 68: strength = strength0 exp(-b P)"
)


def porous(law: str, solid: Elastic, porosity: float, parameters: dict[str, float]) -> tuple[float, float]:
    """E [Pa] and nu of a porous solid; Spriggs, Coble-Kingery and Phani-Niyogi keep the nu of the solid.

    Args:
        law: Key of `LAWS`.
        solid: Without pores [Pa].
        porosity: Volume fraction of pores, inside the range of the law.
        parameters: All of the law's parameters.

    Raises:
        ValueError: Porosity outside the range of the law; the message says which.
    """
    _within_range(law, porosity, parameters)
    young, poisson = solid.youngs_modulus, solid.poisson_ratio
    if law in ("hashin-shtrikman", "self-consistent"):
        mixed = (
            hashin_shtrikman(solid, _VOID, porosity)[1]
            if law == "hashin-shtrikman"
            else self_consistent(solid, _VOID, porosity)
        )
        return mixed.youngs_modulus, mixed.poisson_ratio
    if law == "gibson-ashby":
        return parameters["C"] * young * (1 - porosity) ** parameters["n"], 1 / 3
    if law == "spriggs":
        return young * math.exp(-parameters["b"] * porosity), poisson
    if law == "coble-kingery":
        return young * (1 - 1.9 * porosity + 0.9 * porosity**2), poisson
    return young * (1 - parameters["a"] * porosity) ** parameters["n"], poisson


def upper_bound(solid: Elastic, porosity: float) -> float:
    """Largest E [Pa] of any isotropic porous solid (Hashin, Shtrikman 1963)."""
    return hashin_shtrikman(solid, _VOID, porosity)[1].youngs_modulus


def toughness_factor(law: str, porosity: float, modulus_ratio: float, b: float = 0.0) -> float:
    """K_Ic over that of the solid by the chosen law (`TOUGHNESS_LAWS`); `modulus_ratio` is E/E0."""
    return {
        "constant": 1.0,
        "exponential": math.exp(-b * porosity),
        "constant energy": math.sqrt(modulus_ratio),
        "solid area": math.sqrt((1 - porosity) * modulus_ratio),
    }[law]


def strength_factor(porosity: float, b: float) -> float:
    """Strength over that of the solid: exp(-b P) (Ryshkewitch, Duckworth 1953)."""
    return math.exp(-b * porosity)


def _within_range(law: str, porosity: float, parameters: dict[str, float]) -> None:
    low, high = LAWS[law].low, LAWS[law].high
    if law == "phani-niyogi":
        high = min(high, 1 / parameters["a"])
    if not low <= porosity <= high or porosity >= 1 or (law == "phani-niyogi" and porosity == high):
        raise ValueError(f"{law} holds from P = {low:g} to {high:.4g}")
