"""Multiaxial stress: the uniaxial tension that is as dangerous.

Independent action adds the risks of the tensile principal stresses. Batdorf's theory (Batdorf & Crose 1974, Batdorf
& Heinisch 1978) averages over all orientations of a crack; with the crack density fitted to uniaxial tension

    sigma^m = <sigma_e(orientation)^m> / <sigma_e(orientation)^m under unit uniaxial tension>

over directions in the face for surface flaws, over the sphere for flaws in the volume. For the normal-stress criterion
the normalising constants are k_S = sqrt(pi) Gamma(m+1) / Gamma(m+1/2) and k_V = 2 m + 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
from scipy.special import gammaln

from rollmech.risk.weibull.criteria import Criterion

_CHUNK = 4_000_000  # numbers held at once


class Multiaxial(Protocol):
    """Equivalent uniaxial tension of principal stresses."""

    def equivalent(self, principal: np.ndarray, modulus: float) -> np.ndarray:
        """Tension (unit of the stresses), shape (n,), of principal stresses of shape (n, 2) or (n, 3)."""


class LargestPrincipal:
    """The largest principal stress alone."""

    def equivalent(self, principal: np.ndarray, modulus: float) -> np.ndarray:
        """See ``Multiaxial``; the modulus plays no part."""
        return np.clip(np.max(principal, axis=-1), 0.0, None)


class IndependentAction:
    """Principle of independent action (Barnett et al. 1967; Freudenthal 1968): understates equibiaxial risk."""

    def equivalent(self, principal: np.ndarray, modulus: float) -> np.ndarray:
        """See ``Multiaxial``."""
        tension = np.clip(np.asarray(principal, dtype=float), 0.0, None)
        top = tension.max(axis=-1)
        ratio = tension / np.where(top > 0, top, 1.0)[..., None]
        return top * np.sum(ratio**modulus, axis=-1) ** (1 / modulus)


class Batdorf:
    """Average over crack orientations.

    Two principal stresses mean surface flaws, normal to the face; three mean flaws in the volume.

    Args:
        criterion: Equivalent stress of a crack plane.
        points: Quadrature points per angle over a quarter turn.
    """

    def __init__(self, criterion: Criterion | None = None, points: int = 64):
        self._criterion = criterion or Criterion()
        self._points = points

    def equivalent(self, principal: np.ndarray, modulus: float) -> np.ndarray:
        """See ``Multiaxial``."""
        principal = np.asarray(principal, dtype=float)
        axes = principal.shape[-1]
        if axes not in (2, 3):
            raise ValueError(f"principal stresses come in pairs or triples, not as {axes}")
        unit = float(self._mean(np.eye(1, axes), modulus)[0])
        size = max(1, _CHUNK // self._points ** (axes - 1))
        parts = [self._mean(principal[i : i + size], modulus) for i in range(0, len(principal), size)]
        top = np.abs(principal).max(axis=-1)
        return top * (np.concatenate(parts) / unit) ** (1 / modulus)

    def _mean(self, principal: np.ndarray, modulus: float) -> np.ndarray:
        """Mean over orientations of (equivalent stress / largest stress)^m, shape (n,)."""
        squares, weight = _directions(principal.shape[-1], self._points)
        top = np.abs(principal).max(axis=-1, keepdims=True)
        scaled = principal / np.where(top > 0, top, 1.0)
        normal = scaled @ squares
        shear = np.sqrt(np.clip(scaled**2 @ squares - normal**2, 0.0, None))
        return self._criterion.equivalent(normal, shear) ** modulus @ weight


@lru_cache(maxsize=8)
def _directions(axes: int, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Squared direction cosines (axes, q) over one quadrant or octant, and weights of the mean (q,)."""
    node, weight = np.polynomial.legendre.leggauss(points)
    node, weight = (node + 1) / 2, weight / 2
    turn = np.pi / 2 * node
    plane = np.array([np.cos(turn) ** 2, np.sin(turn) ** 2])
    if axes == 2:
        return plane, weight
    flat = 1 - node**2  # squared sine of the polar angle, whose cosine is uniform on a sphere
    squares = np.stack([np.outer(node**2, np.ones(points)), *(np.outer(flat, p) for p in plane)])
    return squares.reshape(3, -1), np.outer(weight, weight).ravel()


def surface_constant(modulus: float) -> float:
    """k_S = sqrt(pi) Gamma(m+1)/Gamma(m+1/2): risk of equibiaxial over uniaxial tension, normal-stress criterion."""
    return float(np.sqrt(np.pi) * np.exp(gammaln(modulus + 1) - gammaln(modulus + 0.5)))


def volume_constant(modulus: float) -> float:
    """k_V = 2 m + 1: risk of equitriaxial over uniaxial tension, normal-stress criterion."""
    return 2 * modulus + 1
