"""K of an edge crack in a half-plane under any pressure on its faces: a reference without elements.

Dislocations of density phi(t) along the crack 0 < x < a, with the free edge in their stress, carry the pressure:

    int_0^a phi(t) [1/(t - x) - 1/(t + x) + 6 x/(t + x)^2 - 4 x^2/(t + x)^3] dt = -pi p(x)

(kernel: Gupta & Erdogan 1974). With phi = g / sqrt(1 - s^2), t = a (1 + s)/2, Gauss-Chebyshev rules turn it into
a linear system for g (Erdogan & Gupta 1972); at the mouth g = 0, at the tip g gives K.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

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


def closed_mouth_crack(pressure: Pressure, depth: float = 1.0, points: int = _POINTS) -> tuple[float, float]:
    """K_I of an edge crack whose faces touch, without friction, from the mouth to some depth.

    What is left is an embedded crack from ``closed`` to ``depth`` whose upper end has K = 0: the faces part smoothly
    there. ``closed`` follows from the dislocations' sum, zero for a crack that is closed on both sides.

    Args:
        pressure: Opening pressure at depths below the edge, shape (n,) -> (n,); negative near the mouth.
        depth: Of the crack.
        points: Of the rule.

    Returns:
        K_I in units of pressure times sqrt(length), and ``closed``.

    Raises:
        ValueError: The mouth is not closed under this pressure.
    """

    def mouth_opening(closed: float) -> float:
        return float(_density(pressure, closed, depth, points).sum())

    closed = brentq(mouth_opening, 1e-3 * depth, (1 - 1e-6) * depth, xtol=1e-14 * depth)
    g = _density(pressure, closed, depth, points)
    return tip_k(g, depth - closed), closed


def closed_tip_depth(pressure: Pressure, depth: float = 1.0, points: int = _POINTS) -> float:
    """Depth to which an edge crack stays open whose faces touch, without friction, from there to its tip: K = 0 there.

    Raises:
        ValueError: The tip is not closed under this pressure, or the whole crack is.
    """
    return brentq(lambda open_to: edge_crack_k(pressure, open_to, points), 1e-2 * depth, depth, xtol=1e-12)


def _by_rule(pressure: Pressure, depth: float, points: int) -> float:
    return tip_k(_density(pressure, 0.0, depth, points), depth)


def _density(pressure: Pressure, start: float, end: float, points: int) -> np.ndarray:
    """Regular part g of the dislocation density of a crack over depths start to end, zero at start, shape (points,)."""
    system, x = crack_equation(start, end, points)
    return np.linalg.solve(system, -np.pi * np.append(pressure(x), 0.0))


def crack_equation(start: float, end: float, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Matrix of g of a crack over depths start to end, (points, points), and the depths of its rows but the last.

    Its right-hand side is -pi times the pressure at these depths, and zero in the last row (g at start).
    """
    k = np.arange(1, points + 1)
    s = np.cos((2 * k - 1) * np.pi / (2 * points))
    r = np.cos(np.arange(1, points) * np.pi / points)
    half, middle = (end - start) / 2, (end + start) / 2
    t, x = middle + half * s, (middle + half * r)[:, None]
    kernel = 1 / (t - x) - 1 / (t + x) + 6 * x / (t + x) ** 2 - 4 * x**2 / (t + x) ** 3
    # int f / sqrt(1 - s^2) ds = pi/n sum f(s_k), dt = half ds.
    system = np.vstack([kernel * half * np.pi / points, _at(points, -1.0)])
    return system, x[:, 0]


def tip_k(density: np.ndarray, length: float) -> float:
    """K_I of g, shape (points,), of a crack of a length."""
    return float(-_at(len(density), 1.0) @ density * np.sqrt(np.pi * length / 2))


def _at(points: int, end: float) -> np.ndarray:
    """Weights that extrapolate a function from the Chebyshev nodes to s = -1 or 1 (Krenk 1975), shape (points,)."""
    k = np.arange(1, points + 1)
    angle = (2 * k - 1) * np.pi / (4 * points)
    weight = np.sin((2 * points - 1) * angle) / np.sin(angle) / points
    return weight if end > 0 else weight[::-1]
