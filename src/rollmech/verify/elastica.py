"""Benchmarks of the web on a roller: closed forms of conformance against the elastica as a boundary value problem.

Inextensible web of stiffness D, from its last contact with the roller (s = 0) to a far end that is free of moment and
pulled by T: x' = cos(phi), y' = sin(phi), D phi'' = T sin(phi), phi against the direction of the pull (Love 1927).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from scipy.integrate import solve_bvp

from rollmech.verify.rows import Benchmark
from rollmech.verify.strength import single_rows
from rollmech.web.roller import critical_wrap, line_contact_curvature

_FAR = 20.0
"""Length of the free span over the bending length: what is left of the bend there is exp(-20)."""


def elasticas(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One number each."""
    yield from single_rows(data, CHECKS)


@cache
def _solved(angle: float | None, curvature: float | None) -> tuple[float, float, float, float]:
    """Angle, curvature, its slope and the arm of the pull at the last contact; lengths over the bending length.

    Args:
        angle: Given there, rad, or None.
        curvature: Given there instead, or None.
    """

    def slope(s: np.ndarray, state: np.ndarray) -> np.ndarray:
        _, _, phi, bend = state
        return np.array([np.cos(phi), np.sin(phi), bend, np.sin(phi)])

    def ends(near: np.ndarray, far: np.ndarray) -> np.ndarray:
        given = near[2] - angle if angle is not None else near[3] + curvature
        return np.array([near[0], near[1], given, far[3]])

    s = np.linspace(0.0, _FAR, 400)
    first = angle if angle is not None else curvature
    decay = first * np.exp(-s)
    found = solve_bvp(
        slope, ends, s, np.array([s, first - decay, decay, -decay]), tol=1e-9, max_nodes=200_000
    )
    if not found.success:
        raise ValueError(f"the elastica was not solved: {found.message}")
    near, far = found.y[:, 0], found.y[:, -1]
    return float(near[2]), float(-near[3]), float(math.sin(near[2])), float(far[1] - near[1])


def _line_contact(wrap: float) -> float:
    """Closed curvature at a line contact over the elastica's; wrap in degrees."""
    angle = math.radians(wrap)
    return line_contact_curvature(1.0, angle) / _solved(angle / 2, None)[1]


def _arm(wrap: float) -> float:
    """Moment of the pull about the contact, T times the arm, over D times the closed curvature."""
    angle = math.radians(wrap)
    return _solved(angle / 2, None)[3] / line_contact_curvature(1.0, angle)


def _critical(radius: float) -> float:
    """Closed critical wrap over the elastica's that just takes the roller's curvature; radius over bending length."""
    return critical_wrap(1.0, radius) / (2 * _solved(None, 1 / radius)[0])


def _flexible(radius: float) -> float:
    """The elastica's critical wrap over its limit for flexible webs, 2 lambda / R."""
    return 2 * _solved(None, 1 / radius)[0] * radius / 2


def _force(radius: float, wrap: float) -> float:
    """All that presses a conforming web on the roller over 2 T sin(wrap / 2).

    Along the arc the web presses with N / R, N = T - D / (2 R^2); at both ends of the arc the elastica hands over its
    shear force as a force of its own.
    """
    phi, _, shear, _ = _solved(None, 1 / radius)
    half = math.radians(wrap) / 2
    arc, axial = half - critical_wrap(1.0, radius) / 2, 1 - 1 / (2 * radius**2)
    return (2 * axial * math.sin(arc) + 2 * shear * math.cos(half - phi)) / (2 * math.sin(half))


CHECKS: dict[str, Callable[..., float]] = {
    "line_contact": _line_contact,
    "arm": _arm,
    "critical": _critical,
    "flexible": _flexible,
    "force": _force,
}
"""What each kind of row computes."""
