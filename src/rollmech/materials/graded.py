"""A modulus that varies through a layer, cut into sublayers of constant modulus.

With s from 0 (bottom) to 1 (top) of the layer the share V(s) of the top material is
linear s, power s^p, exponential (r^s - 1) / (r - 1) with r = E_top / E_bottom, so that E = E_bottom r^s
(the usual laws of graded beams and plates, e.g. Reddy, Int. J. Numer. Methods Eng. 2000, 47, 663).
A sublayer takes the mean over its height: the membrane stiffness is then exact for any number of sublayers.
"""

from __future__ import annotations

import math

SOURCE = "laws of graded plates, e.g. Reddy, Int. J. Numer. Methods Eng. 2000, 47, 663"
LAWS = ("linear", "power", "exponential")
CONVERGENCE = 1e-3
MOST_SUBLAYERS = 64


def mean_share(law: str, low: float, high: float, ratio: float, exponent: float = 1.0) -> float:
    """Mean of V over the heights `low` to `high` (0 to 1).

    Args:
        law: One of `LAWS`.
        low: Lower height s.
        high: Upper height s, above `low`.
        ratio: E_top / E_bottom; exponential law only.
        exponent: p of the power law.
    """
    if law == "exponential" and abs(ratio - 1) > 1e-9:
        grow = math.log(ratio)
        mean = (math.exp(grow * high) - math.exp(grow * low)) / (grow * (high - low))
        return (mean - 1) / (ratio - 1)
    p = exponent if law == "power" else 1.0
    return (high ** (p + 1) - low ** (p + 1)) / ((p + 1) * (high - low))


def shares(law: str, count: int, ratio: float, exponent: float = 1.0) -> list[float]:
    """Mean share of the top material in each of `count` equal sublayers, bottom to top."""
    return [mean_share(law, i / count, (i + 1) / count, ratio, exponent) for i in range(count)]


def sublayers_needed(law: str, ratio: float, exponent: float = 1.0) -> int | None:
    """Fewest sublayers whose bending stresses are within `CONVERGENCE` of the limit; None beyond `MOST_SUBLAYERS`.

    Bending stress at a given curvature errs with the height of the neutral axis, at a given moment with the bending
    stiffness about it too; both are compared with a cut that is 8 times finer than the finest allowed. The layer is
    taken alone: in a stack its share of the stiffness, and so the error, is smaller.
    """
    axis, rigidity = _bending(law, 8 * MOST_SUBLAYERS, ratio, exponent)
    reach = max(axis, 1 - axis)
    for count in range(2, MOST_SUBLAYERS + 1):
        own_axis, own_rigidity = _bending(law, count, ratio, exponent)
        error = abs(own_axis - axis) / reach + abs(own_rigidity / rigidity - 1)
        if error <= CONVERGENCE:
            return count
    return None


def _bending(law: str, count: int, ratio: float, exponent: float) -> tuple[float, float]:
    """Neutral axis and bending stiffness of the cut layer of unit height and bottom modulus."""
    moduli = [1 + (ratio - 1) * share for share in shares(law, count, ratio, exponent)]
    middles = [(i + 0.5) / count for i in range(count)]
    axis = sum(e * s for e, s in zip(moduli, middles, strict=True)) / sum(moduli)
    own = 1 / (12 * count**2)
    rigidity = sum(e * ((s - axis) ** 2 + own) for e, s in zip(moduli, middles, strict=True)) / count
    return axis, rigidity
