"""What a residual-stress profile leaves over, and how the web answers to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from rollmech.web import Laminate

_MPA = 1e6


def residual_record(laminate: Laminate) -> list[dict[str, Any]]:
    """One entry a ply with a profile: its resultants as given, and the stress that relieves them.

    ``relief_flat`` is what the flat web adds (force released, curvature held, as on a roller), ``relief_free`` what a
    released web adds (force and moment released) at the bottom and top face of the ply. Both are part of cause
    ``residual``. ``free_curvature`` is that of the released web at the stress-free temperature.
    """
    flat, free = laminate.web_state(0.0, 0.0), laminate.free_state()
    return [
        {
            "layer": ply.name,
            "held": ply.profile.held,
            "force": {"value": ply.profile.force, "unit": "N/m"},
            "moment": {"value": ply.profile.moment, "unit": "N", "refers_to": "middle of the layer"},
            "relief_flat": {"value": _faces(flat.stress["residual"][i]), "unit": "MPa"},
            "relief_free": {"value": _faces(free.stress["residual"][i]), "unit": "MPa"},
            "free_curvature": {"value": free.curvature_x, "unit": "1/m"},
        }
        for i, ply in enumerate(laminate.plies)
        if ply.profile is not None
    ]


def _faces(stress: np.ndarray) -> list[float]:
    """Stress along the web at the bottom and top face, MPa."""
    return [float(value) / _MPA for value in stress[:, 0]]
