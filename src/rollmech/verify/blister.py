"""A circular delamination under pressure between a film and a half-space, solved without elements.

Hankel transforms of the jumps across the interface (w opening, u sliding) turn the two elastic solids into one 2 x 2
stiffness a wave number k, ``k s(k h)``, the same as in plane strain. The jumps are written with functions on 0 < t < a,

    k W(k) = int f(t) sin(k t) dt,    k U(k) = int g(t) cos(k t) dt,    int g dt = 0,

which vanish outside the crack (Sneddon & Lowengrub 1969), f and g as Legendre series. Their transforms are
spherical Bessel functions; the potential energy is made stationary. Where the film is thick the stiffness is that of
two half-spaces and integrates in closed form, so only the film's finite thickness takes quadrature.

Lengths in um, stresses in MPa, K in MPa um^0.5, G in J/m^2.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import legfit, leggauss, legval
from scipy.special import gamma, spherical_jn

from rollmech.fracture.bimaterial import InterfaceTip, Isotropic

_STEP = 1e-3
"""Relative change of the radius for dV/da."""

_FIT = 40
"""Order of the polynomial that K is read from."""

_DECAY = 20.0
"""k h beyond which the film is a half-space, to exp(-2 k h)."""


def blister_volume(
    tip: InterfaceTip, thickness: float, radius: float, pressure: float, terms: int = 60
) -> float:
    """Volume that a pressure opens, um^3.

    Args:
        tip: Film above, half-space below.
        thickness: Of the film.
        radius: Of the delamination.
        pressure: On both faces; the top of the film is free.
        terms: Of each series; 60 leave an error of G below 1e-4 down to thickness = radius / 20.
    """
    coefficients = _coefficients(tip, thickness / radius, terms)
    return float(2 * np.pi * pressure * radius**3 * coefficients[0] / 3)


def blister_release_rate(
    tip: InterfaceTip, thickness: float, radius: float, pressure: float, terms: int = 60
) -> float:
    """G along the front, ``p dV/da / (4 pi a)``; arguments as in `blister_volume`."""
    larger, smaller = (
        blister_volume(tip, thickness, radius * (1 + sign * _STEP), pressure, terms) for sign in (1, -1)
    )
    return pressure * (larger - smaller) / (2 * _STEP * radius) / (4 * np.pi * radius)


def blister_k(
    tip: InterfaceTip, thickness: float, radius: float, pressure: float, terms: int = 200
) -> complex:
    """Complex K at the right end of a section through the middle; arguments as in `blister_volume`.

    The size is that of G. The phase is that of ``(f - i g) ((a + t) / (a - t))^(i eps)`` at the edge, read off its fit
    by a polynomial; it is good to 0.05 degrees down to thickness = radius / 20.
    """
    eps = tip.oscillation_index
    coefficients = _coefficients(tip, thickness / radius, terms)
    series = np.zeros(2 * terms + 1, dtype=complex)
    series[1::2], series[2::2] = coefficients[:terms], -1j * coefficients[terms:]
    # The truncated series is poor within a few 1 / terms^2 of the edge.
    t = np.sin(np.linspace(0.0, np.pi / 2, 400))
    t = t[t < 1 - 12 / terms**2]
    smooth = legval(t, series) * ((1 + t) / (1 - t)) ** (1j * eps)
    odd, even = (
        legfit(t, part, np.arange(first, _FIT, 2)).sum()
        for part, first in ((smooth.real, 1), (smooth.imag, 0))
    )
    edge = (odd + 1j * even) * gamma(1 + 1j * eps) / gamma(0.5 + 1j * eps)
    phase = np.angle(edge) - eps * np.log(2 * radius)
    plane = (1 - tip.mismatch.beta**2) / tip.effective_modulus
    size = np.sqrt(blister_release_rate(tip, thickness, radius, 1.0) / plane)
    return complex(pressure * size * np.exp(1j * phase))


def _coefficients(tip: InterfaceTip, thickness: float, terms: int) -> np.ndarray:
    """Legendre coefficients of f (odd orders) and g (even, from 2) for unit radius and pressure, shape (2 terms,)."""
    orders = np.concatenate([np.arange(1, 2 * terms, 2), np.arange(2, 2 * terms + 1, 2)])
    field = np.repeat([0, 1], terms)  # 0 for w, 1 for u
    wave, weight = _wave_numbers(_DECAY / thickness)
    bessel = spherical_jn(orders[:, None], wave) * (-1.0) ** (orders // 2)[:, None]
    limit = _stiffness(tip, np.inf)
    excess = _stiffness(tip, wave * thickness) - limit
    matrix = np.empty((orders.size, orders.size))
    for i in (0, 1):
        for j in (0, 1):
            rows, columns = field == i, field == j
            part = (bessel[rows] * (weight * excess[:, i, j])) @ bessel[columns].T
            half_spaces = limit[i, j] * _bessel_products(orders[rows], orders[columns])
            matrix[np.ix_(rows, columns)] = half_spaces + part
    load = np.zeros(orders.size)
    load[0] = 1 / 3
    return np.linalg.solve(matrix, load)


def _wave_numbers(end: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss points and weights on 0..end, fine enough for a product of two Bessel functions of unit argument."""
    points, weights = leggauss(8)
    edges = np.linspace(0.0, end, int(np.ceil(end / 2)) + 1)
    half = (edges[1] - edges[0]) / 2
    return (edges[:-1, None] + half * (points + 1)).ravel(), np.tile(half * weights, edges.size - 1)


def _bessel_products(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Integrals over k > 0 of two spherical Bessel functions with the signs of their Legendre polynomials."""
    n, m = rows[:, None], columns[None, :]
    sign = (-1.0) ** (n // 2 + m // 2)
    difference = np.where(n == m, 1, n - m)
    unlike = np.sin(np.pi / 2 * (n - m)) / (difference * (n + m + 1))
    return sign * np.where(n == m, np.pi / 2 / (2 * n + 1), unlike)


def _stiffness(tip: InterfaceTip, relative_height: float | np.ndarray) -> np.ndarray:
    """s(k h): tractions that close the amplitudes of jumps w cos(k x), u sin(k x), over k; shape (..., 2, 2), MPa."""
    film = _face_compliance(tip.above, _film_derivatives(relative_height))
    # A half-space below is one above turned over: u_y and sigma_xy change sign.
    below = _face_compliance(tip.below, _film_derivatives(np.inf)) * [[-1, 1], [1, -1]]
    return np.linalg.inv(below - film)


def _face_compliance(solid: Isotropic, derivatives: np.ndarray) -> np.ndarray:
    """k (u_y, u_x) of the lower face for unit (sigma_yy, sigma_xy) on it, shape (..., 2, 2)."""
    nu = solid.poisson_ratio
    second, third = derivatives[..., 0, :], derivatives[..., 1, :]
    value, slope = np.array([-1.0, 0.0]), np.array([0.0, 1.0])
    up = (1 - nu) * third - (2 - nu) * slope
    along = (1 - nu) * second + nu * value
    return np.stack([up, along], axis=-2) / (2 * solid.shear_modulus)


def _film_derivatives(height: float | np.ndarray) -> np.ndarray:
    """Second and third derivatives at 0 of the Airy function for unit (sigma_yy, sigma_xy) there.

    ``g = (A + B x) exp(-x) + (C + D (H - x)) exp(x - H)``, x = k y, with ``g(0) = -sigma_yy``, ``g'(0) = sigma_xy`` and
    g = g' = 0 at the free face x = H = k h.
    """
    height = np.asarray(height, dtype=float)
    fade = np.exp(-height)
    far = np.where(np.isinf(height), 0.0, height) * fade  # H exp(-H)
    one, zero = np.ones_like(fade), np.zeros_like(fade)

    def rows(*entries):
        return np.stack([np.stack(entry, axis=-1) for entry in entries], axis=-2)

    conditions = rows(
        (one, zero, fade, far),
        (-one, one, fade, far - fade),
        (fade, far, one, zero),
        (-fade, fade - far, one, -one),
    )
    loads = np.array([[-1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    wanted = rows((one, -2 * one, fade, far - 2 * fade), (-one, 3 * one, fade, far - 3 * fade))
    return wanted @ np.linalg.solve(conditions, np.broadcast_to(loads, (*fade.shape, 4, 2)))
