"""Groove fitted to the section of a scratch: V with a round root, or semi-elliptical U, as a case writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import least_squares

from rollmech.case.flaws import largest_root_radius
from rollmech.topography.section import Section


@dataclass(frozen=True)
class Groove:
    """Symmetric groove in a flat face.

    Attributes:
        profile: ``V`` (straight flanks touching a round root) or ``U`` (semi-elliptical).
        depth: m.
        width: Opening at the face, m.
        root_radius: m.
        residual: Root mean square of what the fit leaves over the depth.
        centre: Of the groove on the section, m.
    """

    profile: Literal["V", "U"]
    depth: float
    width: float
    root_radius: float
    residual: float
    centre: float


def v_groove(x: np.ndarray, depth: float, width: float, radius: float) -> np.ndarray:
    """Heights (m, <= 0) of a V groove with a round root at distances x (m) from its middle.

    The flank runs from (width/2, 0) tangentially to the circle of the given radius whose lowest point is ``depth``
    below the face.
    """
    x, half, centre = np.abs(x), width / 2, radius - depth
    distance = np.hypot(half, centre)
    angle = np.arctan2(-centre, half) - np.arccos(np.clip(radius / distance, -1, 1))
    touch, sine = radius * np.cos(angle), centre + radius * np.sin(angle)
    arc = centre - np.sqrt(np.maximum(radius**2 - np.minimum(x, radius) ** 2, 0))
    flank = sine * (half - x) / max(half - touch, 1e-12 * half)
    return np.where(x >= half, 0.0, np.where(x < touch, arc, flank))


def u_groove(x: np.ndarray, depth: float, width: float) -> np.ndarray:
    """Heights (m, <= 0) of a semi-elliptical groove at distances x (m) from its middle."""
    return -depth * np.sqrt(np.maximum(1 - (2 * x / width) ** 2, 0))


def fit_groove(section: Section, width: float) -> Groove | None:
    """Least squares of both profiles through a section; the one that leaves less.

    Args:
        section: Heights across the scratch.
        width: Width to start from, m.

    Returns:
        The groove, or None where the section has too few points or none of the searches ends.
    """
    x, z = section.across, section.height
    if x.size < 7 or z.min() >= 0:
        return None
    found = [groove for groove in (_fit_v(x, z, width), _fit_u(x, z, width)) if groove]
    return min(found, key=lambda groove: groove.residual, default=None)


def _fit_v(x: np.ndarray, z: np.ndarray, width: float) -> Groove | None:
    scale = -z.min()

    def sizes(p: np.ndarray) -> tuple[float, float, float]:
        depth, opening = p[1] * scale, p[2] * width
        return depth, opening, p[3] * largest_root_radius(depth, opening)

    def left(p: np.ndarray) -> np.ndarray:
        return (v_groove(x - p[0] * width, *sizes(p)) - z) / scale

    # The radius starts from both ends of its range: the misfit has a minimum at either.
    starts = [[x[np.argmin(z)] / width, 1.0, 1.2, share] for share in (0.1, 0.6)]
    bounds = ([-1, 0.5, 0.3, 1e-3], [1, 3, 4, 1])
    tries = [least_squares(left, np.clip(start, *bounds), bounds=bounds) for start in starts]
    best = min(tries, key=lambda item: item.cost)
    depth, opening, radius = sizes(best.x)
    residual = float(np.sqrt(np.mean(best.fun**2)) * scale / depth)
    return Groove("V", depth, opening, radius, residual, best.x[0] * width) if best.success else None


def _fit_u(x: np.ndarray, z: np.ndarray, width: float) -> Groove | None:
    scale = -z.min()

    def left(p: np.ndarray) -> np.ndarray:
        return (u_groove(x - p[0] * width, p[1] * scale, p[2] * width) - z) / scale

    start, bounds = [x[np.argmin(z)] / width, 1.0, 1.1], ([-1, 0.5, 0.3], [1, 3, 4])
    best = least_squares(left, np.clip(start, *bounds), bounds=bounds)
    depth, opening = best.x[1] * scale, best.x[2] * width
    residual = float(np.sqrt(np.mean(best.fun**2)) * scale / depth)
    radius = opening**2 / (4 * depth)
    return Groove("U", depth, opening, radius, residual, best.x[0] * width) if best.success else None
