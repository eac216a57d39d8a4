"""Averages of K along a front, so that it is compared with references that are averages themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial import polynomial

from rollmech.fracture.front_integral import FrontK

# K of a front that is smooth and symmetric about its deepest point: even powers of the angle from there.
_POWERS = 2 * np.arange(5)
_SAMPLES = 400


def hat_average(
    front: FrontK,
    coefficients: np.ndarray,
    centre: float,
    width: float,
    speed: Callable[[np.ndarray], np.ndarray],
) -> float:
    """Root of the mean of K^2 (that is, of J) under a hat along the front.

    ``mean J = integral(J h ds) / integral(h ds)``, with h falling linearly from 1 at ``centre`` to 0 at
    ``centre +/- width`` and ds the arc length. The front is continued beyond its deepest point by symmetry
    and ends at the free surface.

    Args:
        front: K per unit mode.
        coefficients: Of the modes, shape (modes,).
        centre: Angle, radians.
        width: Half-width of the hat, radians.
        speed: Arc length per radian as a function of the angle.
    """
    phi = centre + width * np.linspace(-1, 1, 2 * _SAMPLES + 1)
    weight = 1 - np.abs(phi - centre) / width
    phi = np.where(phi > np.pi / 2, np.pi - phi, phi)
    inside = phi >= 0
    phi, weight = phi[inside], weight[inside]
    weight = weight * speed(phi)
    return float(np.sqrt(weight @ _k_squared(front, coefficients, phi) / weight.sum()))


def _k_squared(front: FrontK, coefficients: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """K^2 between the points of the front.

    The extraction gives K_1^2 and K_1 K as even polynomials of the angle (1 is the opening mode), which their
    values at the points therefore fix without a loss: K^2 = (K_1 K)^2 / K_1^2.
    """
    inner = ~front.vertex
    opening = front.k_unit[0, inner]
    products = np.column_stack([opening**2, opening * (coefficients @ front.k_unit[:, inner])])
    angle = np.pi / 2 - front.phi[inner]
    fit = np.linalg.lstsq(angle[:, None] ** _POWERS, products, rcond=None)[0]
    full = np.zeros((_POWERS[-1] + 1, 2))
    full[_POWERS] = fit
    square, mixed = polynomial.polyval(np.pi / 2 - phi, full)
    return mixed**2 / square
