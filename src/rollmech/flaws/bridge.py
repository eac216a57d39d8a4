"""What holds the faces of a sharp flaw together: the law of the bridge, and the hats that its tractions are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.flaws.front import Front, TipFront

MODE = "bridge"
"""First part of the names of the unit modes of a bridge."""


@dataclass(frozen=True)
class Bridge:
    """Filler between the faces of a crack, put in after the web was made (um, MPa).

    Tractions grow with the opening by ``stiffness`` up to ``strength`` and stay there until the opening reaches
    ``opening``, where the bridge breaks: Dugdale's (1960) law without a stiffness, springs (Rose 1987) without a
    strength.

    Attributes:
        strength: Largest tension, MPa; None for springs.
        opening: Opening since filling at which the bridge breaks, um; None for a bridge that never does.
        stiffness: Tension over opening, MPa/um; None for a bridge that is rigid up to its strength.
        fraction: Part of the flaw's extent that is bridged, from the front.
        intervals: Between hats from the mouth to the front, even, so that every second hat makes a coarser set.
        angles: Functions along a curved front: 1 (none varies) or 2 (linear in the angle).
    """

    strength: float | None = None
    opening: float | None = None
    stiffness: float | None = None
    fraction: float = 1.0
    intervals: int = 12
    angles: int = 1

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of its unit modes."""
        return tuple(f"{MODE}_{i}" for i in range(self.angles * (self.intervals + 1)))

    def traction(self, opening: np.ndarray, rigid: float) -> np.ndarray:
        """Tension (MPa) across the whole bridge; pressed together the filler bears as it does apart.

        Args:
            opening: Since filling, um, shape (n,).
            rigid: What stands for a stiffness without bound, MPa/um.
        """
        found = (self.stiffness or rigid) * opening
        return found if self.strength is None else np.minimum(found, self.strength)

    def slope(self, opening: np.ndarray, rigid: float) -> np.ndarray:
        """Derivative of ``traction``, MPa/um, shape (n,)."""
        stiffness = self.stiffness or rigid
        if self.strength is None:
            return np.full_like(opening, stiffness)
        return np.where(stiffness * opening < self.strength, stiffness, 0.0)

    def hats(self, front: Front, points: np.ndarray) -> np.ndarray:
        """Values of the hats at points of the faces, shape (hats, n); they add up to 1.

        They are linear in ``sqrt(1 - rho)``, which the opening at a front is, too; rho is 0 at the mouth or the centre
        of an ellipse and 1 at the front.
        """
        root, angle = face_coordinates(front, points)
        number = np.arange(self.intervals + 1)[:, None]
        radial = np.clip(1 - np.abs(self.intervals * root - number), 0, None)
        around = [np.ones_like(angle)] if self.angles == 1 else [1 - angle, angle]
        return np.concatenate([radial * part for part in around])

    @property
    def coarser(self) -> np.ndarray:
        """Values at the hats of a set of half as many from mouth to front that do not vary along it, (hats, fewer)."""
        every = np.arange(self.intervals + 1)
        few = np.clip(1 - np.abs(every[:, None] / 2 - np.arange(self.intervals // 2 + 1)), 0, None)
        return np.tile(few, (self.angles, 1))


def face_coordinates(front: Front, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``sqrt(1 - rho)`` and the angle over 90 degrees of points (n, 3) of a crack's faces, each shape (n,)."""
    if isinstance(front, TipFront):
        rho, angle = points[:, 2] / front.tip[2], np.zeros(len(points))
    else:
        u, v = ((points - np.array(front.centre)) @ np.array([front.first, front.second]).T).T
        u, v = u / front.half_width, v / front.depth
        rho, angle = np.hypot(u, v), 2 / np.pi * np.arctan2(v, u)
    return np.sqrt(np.clip(1 - rho, 0, None)), angle
