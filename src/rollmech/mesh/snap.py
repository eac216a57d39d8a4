"""Nodes of a mesh of the user's own put onto the declared front and the declared wall of its flaw."""

from __future__ import annotations

import numpy as np

from rollmech.flaws.front import EllipticFront, Front
from rollmech.flaws.pit import Pit
from rollmech.flaws.scratch import Scratch
from rollmech.mesh.patch import Flaw


def onto_front(front: Front, points: np.ndarray) -> np.ndarray:
    """Nearest points of the front, um, shape (n, 3)."""
    phi = front.project(points)[1]
    if isinstance(front, EllipticFront):
        phi = np.clip(front.refine(points, phi), front.phi_min, front.phi_max)
    return front.point(phi)


def onto_wall(flaw: Flaw, points: np.ndarray) -> np.ndarray:
    """Points close to a blunt flaw's curved wall moved onto it, um, shape (n, 3); other flaws leave them alone."""
    moved = points.copy()
    if isinstance(flaw, Pit):
        return _scaled(points, (flaw.half_length, flaw.half_width, flaw.depth))
    if isinstance(flaw, Scratch) and flaw.profile == "U":
        return _scaled(points, (flaw.half_width, np.inf, flaw.depth))
    if isinstance(flaw, Scratch) and flaw.profile == "V":
        centre = np.array([0.0, 0.0, flaw.root_radius - flaw.depth])
        root = points[:, 2] <= flaw.tangent_point()[1]
        offset = points[root] - centre
        moved[root] = centre + flaw.root_radius * offset / np.linalg.norm(offset, axis=1)[:, None]
    return moved


def _scaled(points: np.ndarray, axes: tuple[float, float, float]) -> np.ndarray:
    """Points moved along their radius onto an ellipsoid about the origin."""
    moved = points / np.linalg.norm(points / np.array(axes), axis=1)[:, None]
    return np.where(np.isfinite(axes), moved, points)
