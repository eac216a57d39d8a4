"""One quantity as plain data: value, unit, estimated error, what it refers to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rollmech.fracture.front_integral import FrontK

MPA = 1e6
"""Pa per MPa."""
ROUNDING = 1e-12
"""Part of the largest K below which that of another mode is noise."""


def entry(value: float, unit: str, error: float, refers_to: str = "") -> dict[str, Any]:
    """A quantity; what is not finite is None."""
    found = {"value": finite(value), "unit": unit, "error": finite(error)}
    return found | ({"refers_to": refers_to} if refers_to else {})


def finite(value: float) -> float | None:
    """The number, or None where JSON has none."""
    return float(value) if math.isfinite(value) else None


def place(front: FrontK, i: int) -> str:
    """A point of a front in words."""
    return "crack tip" if front.phi.size == 1 else f"front at {np.degrees(front.phi[i]):.0f} deg"
