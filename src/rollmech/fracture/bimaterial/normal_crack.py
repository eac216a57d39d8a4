"""A crack that meets an interface at a right angle: its singularity, and whether it turns or goes on."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from rollmech.fracture.bimaterial.tip import Dundurs


def zak_williams_exponent(mismatch: Dundurs) -> float:
    """Exponent s of the stress, ``r^-s``, at a crack in the solid above that ends at the interface below it.

    Root in 0 < s < 1 of ``cos(s pi) - 2 (alpha - beta) / (1 - beta) (1 - s)^2 + (alpha - beta^2) / (1 - beta^2)``
    (Zak & Williams 1963; Beuth 1992): 1/2 without mismatch, more when the solid ahead is more compliant.

    Raises:
        ValueError: alpha = 1 (nothing ahead, no root), or beta outside -1/2 < beta < 1.
    """
    alpha, beta = mismatch
    if not (-1 <= alpha < 1 and -0.5 < beta < 1):
        raise ValueError(f"alpha = {alpha:g}, beta = {beta:g}: no exponent between 0 and 1")
    quadratic, constant = 2 * (alpha - beta) / (1 - beta), (alpha - beta**2) / (1 - beta**2)

    def characteristic(s: float) -> float:
        return np.cos(np.pi * s) - quadratic * (1 - s) ** 2 + constant

    # The signs differ: (1 - alpha)(1 + 2 beta)/(1 - beta^2) at 0 and (alpha - 1)/(1 - beta^2) at 1.
    return float(brentq(characteristic, 0.0, 1.0, xtol=1e-14))


def deflection_ratio(
    deflected: float, penetrating: float, exponent: float, length_ratio: float = 1.0
) -> float:
    """G_d / G_p of He & Hutchinson (1989), for branches of equal length.

    The main crack turns along the interface when (interface toughness) / (toughness of the solid ahead) is less
    than this. Each G is that of a branch much shorter than the layer, so it goes with the length of the branch
    to the power 1 - 2 s, by which branches of unequal length are made comparable.

    Args:
        deflected: Energy release rate of the branch along the interface, J/m^2.
        penetrating: Energy release rate of the branch straight ahead, J/m^2.
        exponent: s of `zak_williams_exponent`.
        length_ratio: Length of the deflected branch over that of the penetrating one.
    """
    return deflected / penetrating * length_ratio ** (2 * exponent - 1)
