"""How much more an interface withstands the more it is sheared."""

from __future__ import annotations

import numpy as np


def toughening(phase: float | np.ndarray, sensitivity: float) -> np.ndarray:
    """Toughness of an interface over that in pure opening, ``1 + tan^2(s psi)`` (Hutchinson & Suo 1992).

    s is 1 - lambda of the paper: 0 for an interface that only asks for energy, 1 for one that only the opening part of
    K parts. Phases beyond 90 degrees, of faces pressed together, count as 90.

    Args:
        phase: psi of K l^(i eps), radians, any shape; l is the caller's, who must refer the toughness to it.
        sensitivity: s, 0 to 1.
    """
    psi = np.clip(phase, -np.pi / 2, np.pi / 2)
    return 1 + np.tan(sensitivity * psi) ** 2
