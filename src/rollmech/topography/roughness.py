"""Height parameters of surfaces (ISO 25178-2) and of profiles (ISO 4287)."""

from __future__ import annotations

import numpy as np

_NAMES = ("a", "q", "z", "p", "v", "sk", "ku")


def areal(height: np.ndarray) -> dict[str, float]:
    """Sa, Sq, Sz, Sp, Sv (unit of the heights), Ssk and Sku of a levelled map; NaN pixels are left out.

    Definitions of ISO 25178-2:2012, 4.1, over the whole map and about its mean.
    """
    return {f"S{name}": value for name, value in zip(_NAMES, _parameters(height), strict=True)}


def profile(height: np.ndarray) -> dict[str, float]:
    """Pa, Pq, Pz, Pp, Pv, Psk, Pku of a profile (ISO 4287:1997, 4.2), the primary profile, not filtered."""
    return {f"P{name}": value for name, value in zip(_NAMES, _parameters(height), strict=True)}


def _parameters(height: np.ndarray) -> tuple[float, ...]:
    z = height[np.isfinite(height)]
    z = z - z.mean()
    q = float(np.sqrt(np.mean(z**2)))
    skew, kurtosis = (float(np.mean(z**n)) / q**n if q else 0.0 for n in (3, 4))
    return float(np.mean(np.abs(z))), q, float(np.ptp(z)), float(z.max()), float(-z.min()), skew, kurtosis
