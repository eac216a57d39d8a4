"""K of an edge crack in a half-plane under any pressure on its faces: a reference without elements.

Dislocations of density phi(t) along the crack 0 < x < a, with the free edge in their stress, carry the pressure:

    int_0^a phi(t) [1/(t - x) - 1/(t + x) + 6 x/(t + x)^2 - 4 x^2/(t + x)^3] dt = -pi p(x)

(kernel: Gupta & Erdogan 1974). With phi = g / sqrt(1 - s^2), t = a (1 + s)/2, Gauss-Chebyshev rules turn it into
a linear system for g (Erdogan & Gupta 1972); at the mouth g = 0, at the tip g gives K.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_POINTS = 200

Pressure = Callable[[np.ndarray], np.ndarray]


def edge_crack_k(pressure: Pressure, depth: float = 1.0, points: int = _POINTS) -> float:
    """K_I of an edge crack with its faces under pressure.

    The rule's error is of second order where the mouth is loaded; two rules take it out (Richardson).

    Args:
        pressure: Opening pressure at depths below the edge, shape (n,) -> (n,).
        depth: Of the crack.
        points: Of the coarser rule; 200 give eight digits for a uniform pressure.

    Returns:
        K_I in units of pressure times sqrt(length).
    """
    coarse, fine = (_by_rule(pressure, depth, n) for n in (points, 2 * points))
    return (4 * fine - coarse) / 3


def _by_rule(pressure: Pressure, depth: float, points: int) -> float:
    k = np.arange(1, points + 1)
    s = np.cos((2 * k - 1) * np.pi / (2 * points))
    r = np.cos(np.arange(1, points) * np.pi / points)
    t, x = (1 + s) / 2, ((1 + r) / 2)[:, None]
    kernel = 1 / (t - x) - 1 / (t + x) + 6 * x / (t + x) ** 2 - 4 * x**2 / (t + x) ** 3
    # int f / sqrt(1 - s^2) ds = pi/n sum f(s_k), dt = ds/2.
    system = np.vstack([kernel * np.pi / (2 * points), _at(points, -1.0)])
    values = -np.pi * np.append(pressure(depth * x[:, 0]), 0.0)
    g = np.linalg.solve(system, values)
    return float(-_at(points, 1.0) @ g * np.sqrt(np.pi * depth / 2))


def _at(points: int, end: float) -> np.ndarray:
    """Weights that extrapolate a function from the Chebyshev nodes to s = -1 or 1 (Krenk 1975), shape (points,)."""
    k = np.arange(1, points + 1)
    angle = (2 * k - 1) * np.pi / (4 * points)
    weight = np.sin((2 * points - 1) * angle) / np.sin(angle) / points
    return weight if end > 0 else weight[::-1]
