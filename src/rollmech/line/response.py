"""Stress of one ply as arithmetic on tension, curvature and temperature: the laminate's unit responses.

Laminate theory is linear in these three, so four states hold all that a map of a million points needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rollmech.web import Laminate
from rollmech.web.roller import bending_length
from rollmech.web.state import FACES, Face


@dataclass(frozen=True)
class Response:
    """Far stress of one ply under unit causes.

    Attributes:
        laminate: The stack.
        ply: Position from the bottom.
        face: The face that counts as flawed.
    """

    laminate: Laminate
    ply: int
    face: Face

    @cached_property
    def units(self) -> dict[str, np.ndarray]:
        """Cause to (x_membrane, x_bending, y_membrane, y_bending), shape (4,): Pa per N/m, per 1/m, per K, and Pa."""
        made = self.laminate.web_state
        return {
            "tension": self._modes(made(1.0, 0.0), "tension"),
            "bending": self._modes(made(0.0, 1.0), "bending"),
            "thermal": self._modes(made(0.0, 0.0, 1.0), "thermal"),
            "residual": self._modes(made(0.0, 0.0), "residual"),
        }

    def _modes(self, state, cause: str) -> np.ndarray:
        return state.ply_modes(self.ply, self.face)[cause][:4]

    @property
    def stretch_force(self) -> float:
        """Force per width (N/m) of a strain of 1 along the web that leaves it free across."""
        return 1.0 / float(self.laminate.web_state(1.0, 0.0).deformation["tension"][0])

    def modes(
        self, tension: np.ndarray, curvature: np.ndarray, temperature_change: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """Modes (Pa), shape (..., 4), under tension (N/m), signed curvature (1/m) and K, each of shape (...)."""
        unit = self.units
        fixed = unit["residual"] + np.multiply.outer(temperature_change, unit["thermal"])
        return (
            np.multiply.outer(tension, unit["tension"])
            + np.multiply.outer(curvature, unit["bending"])
            + fixed
        )


def curvature(
    laminate: Laminate, radius: np.ndarray, wrap: np.ndarray, tension: np.ndarray, touches: Face
) -> np.ndarray:
    """Curvature (1/m) that a roller gives the web, as ``web.roller.contact``, for arrays; positive stretches the top.

    Args:
        laminate: The stack.
        radius: m.
        wrap: rad.
        tension: N/m.
        touches: Face on the roller.
    """
    height = laminate.neutral_axis if touches == "bottom" else laminate.thickness - laminate.neutral_axis
    length = np.sqrt(bending_length(laminate.bending_stiffness, 1.0) ** 2 / np.asarray(tension, dtype=float))
    size = np.minimum(1 / (np.asarray(radius) + height), 2 / length * np.sin(np.asarray(wrap) / 4))
    return size if touches == "bottom" else -size


def other(face: Face) -> Face:
    """The opposite face."""
    return FACES[1 - FACES.index(face)]
