"""Averages of K along a front, so that it is compared with references that are averages themselves."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import polynomial

from rollmech.fracture.influence import Influence

# What the extraction fits K of a symmetric front with: even powers of the angle from the deepest point.
_POWERS = 2 * np.arange(5)
_SAMPLES = 400
_TENSION = np.array([1.0, 0.0, 0.0, 0.0])


def hat_average(influence: Influence, coefficients: np.ndarray, centre: float, width: float) -> float:
    """Root of the mean of K_I^2 (that is, of J) under a hat along a symmetric front, MPa um^0.5.

    ``mean J = integral(J h ds) / integral(h ds)``, with h falling linearly from 1 at ``centre`` to 0 at
    ``centre +/- width`` and ds the arc length. The front is continued beyond its deepest point by symmetry
    and ends at the free surface.

    Args:
        influence: A crack across the web.
        coefficients: Of the web's far stress, shape (4,), MPa.
        centre: Angle, radians.
        width: Half-width of the hat, radians.
    """
    phi = centre + width * np.linspace(-1, 1, 2 * _SAMPLES + 1)
    weight = 1 - np.abs(phi - centre) / width
    phi = np.where(phi > np.pi / 2, np.pi - phi, phi)
    inside = phi >= 0
    phi, weight = phi[inside], weight[inside]
    weight = weight * influence.patch.front.speed(phi)
    return float(np.sqrt(weight @ _k_squared(influence, coefficients, phi) / weight.sum()))


def _k_squared(influence: Influence, coefficients: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """K_I^2 between the points of the front.

    The extraction gives K_1^2 and K_1 K as even polynomials of the angle (1 is uniform tension), which their
    values at the points therefore fix without a loss: K^2 = (K_1 K)^2 / K_1^2.
    """
    inner = ~influence.front.vertex
    opening = influence.stress_intensity(_TENSION)[inner]
    products = np.column_stack([opening**2, opening * influence.stress_intensity(coefficients)[inner]])
    angle = np.pi / 2 - influence.front.phi[inner]
    fit = np.linalg.lstsq(angle[:, None] ** _POWERS, products, rcond=None)[0]
    full = np.zeros((_POWERS[-1] + 1, 2))
    full[_POWERS] = fit
    square, mixed = polynomial.polyval(np.pi / 2 - phi, full)
    return mixed**2 / square
