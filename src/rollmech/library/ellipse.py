"""Courses of K along a flat elliptical crack in an endless solid: what the library's smooth factors multiply."""

from __future__ import annotations

import numpy as np
from scipy.special import ellipe, ellipkm1

_ROUND = 1e-4  # 1 - b/a below which an ellipse counts as a circle: the closed form is 0/0 there


def opening(aspect: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Course of K_I under tension (Irwin 1962), shape (..., angles).

    Args:
        aspect: Depth over half-length, shape (...).
        phi: Parametric angle from the surface, radians, shape (angles,).
    """
    return (np.multiply.outer(np.square(aspect), np.cos(phi) ** 2) + np.sin(phi) ** 2) ** 0.25


def shear(aspect: np.ndarray, phi: np.ndarray, poisson: np.ndarray | float) -> np.ndarray:
    """K_II and K_III over s sqrt(pi a) under shear s along the surface (Kassir & Sih 1966), shape (..., angles, 2).

    Arguments as in ``opening``, and Poisson's ratio, one or of shape (...).
    """
    aspect = np.asarray(aspect, dtype=float)
    slim = np.minimum(aspect, 1 / aspect)
    slim = np.where(slim > 1 - _ROUND, 1 - _ROUND, slim)
    square = 1 - slim**2
    first, second = ellipkm1(slim**2), ellipe(square)
    along = (square - poisson) * second + poisson * slim**2 * first
    across = (square + poisson * slim**2) * second - poisson * slim**2 * first
    # The long axis lies along the shear, or across it where the crack is deeper than half its length.
    flat = aspect <= 1
    glide = np.where(flat, slim * square / along, square / across * np.sqrt(slim))
    screw = np.where(flat, square / along, slim * square / across * np.sqrt(slim)) * (1 - poisson)
    course = np.stack([np.multiply.outer(glide, np.cos(phi)), np.multiply.outer(screw, np.sin(phi))], axis=-1)
    phase = np.where(flat[..., None], phi, np.pi / 2 - phi)
    return course / ((np.sin(phase) ** 2 + slim[..., None] ** 2 * np.cos(phase) ** 2) ** 0.25)[..., None]


def equivalent(k: np.ndarray, poisson: float) -> np.ndarray:
    """sqrt(E' G) with the sign of K_I of K_I, K_II, K_III in the last axis: what is compared with the toughness."""
    return np.sign(k[..., 0]) * np.sqrt(k[..., 0] ** 2 + k[..., 1] ** 2 + k[..., 2] ** 2 / (1 - poisson))
