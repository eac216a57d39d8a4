"""Levelling: tilt, bow and line offsets taken off without being drawn down by pits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rollmech.topography.heightmap import HeightMap, spread

METHODS = {"none": None, "mean": 0, "plane": 1, "quadratic": 2, "cubic": 3, "rows": 1}
"""Degree of the surface that is taken off; ``rows`` takes off the median of every row after the plane."""
_CLIP = 2.5
_ROUNDS = 50


def levelled(surface: HeightMap, method: str = "plane") -> HeightMap:
    """The map with its reference surface at zero.

    The surface is a least-squares polynomial through the pixels within 2.5 robust deviations of it, found in
    rounds until the set of pixels stays the same, so that pits, scratches and particles do not count.

    Raises:
        ValueError: Unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"unknown levelling '{method}'; accepted: {', '.join(METHODS)}")
    degree = METHODS[method]
    if degree is None:
        return surface
    flat = surface.height - fitted_surface(surface, degree)
    if method == "rows":
        flat = flat - np.nanmedian(np.where(surface.valid, flat, np.nan), axis=1, keepdims=True)
    return replace(surface, height=flat)


def fitted_surface(surface: HeightMap, degree: int) -> np.ndarray:
    """Robust least-squares polynomial of total degree ``degree``, m, shape of the map."""
    x, y = (2 * place / place.max() - 1 for place in surface.places)
    terms = [x**i * y**j for i in range(degree + 1) for j in range(degree + 1 - i)]
    basis = np.stack([term.ravel() for term in terms], axis=1)
    height, used = surface.height.ravel(), surface.valid.ravel()
    fit = np.zeros_like(height)
    for _ in range(_ROUNDS):
        coefficients = np.linalg.lstsq(basis[used], height[used], rcond=None)[0]
        fit = basis @ coefficients
        residual = height - fit
        scale = spread(residual[surface.valid.ravel()])
        kept = surface.valid.ravel() & (np.abs(residual - np.nanmedian(residual)) <= _CLIP * scale)
        if scale == 0 or (kept == used).all():
            break
        used = kept
    return fit.reshape(surface.height.shape)
