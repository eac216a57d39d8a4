"""Direct loading: the stresses of one ply are given, without a roller; the other plies follow."""

from __future__ import annotations

import numpy as np

from rollmech.web.laminate import Laminate
from rollmech.web.state import FACES, Face, WebState


def direct_state(
    laminate: Laminate,
    ply: int,
    face_up: Face,
    *,
    membrane_stress: float = 0.0,
    bending_stress: float = 0.0,
    cross_membrane_stress: float = 0.0,
    cross_bending_stress: float = 0.0,
) -> WebState:
    """The state in which one ply carries exactly the given stresses.

    Strains are continuous through the stack, so the ply's own strains (Hooke, sigma_z = 0) fix e_0 and kappa
    of the whole web; the other plies follow by compatibility and the resultants are whatever that takes.
    Membrane stress is put down to cause `tension` (no curvature), bending stress to `bending` (no strain at
    the ply's mid-height); thermal and residual contributions are zero.

    Args:
        laminate: The stack.
        ply: Position from the bottom of the ply whose stresses are given.
        face_up: The face of that ply to which the bending stress refers.
        membrane_stress: sigma_x at the ply's mid-height [Pa].
        bending_stress: sigma_x at `face_up` less the membrane stress [Pa]; the other face has its negative.
        cross_membrane_stress: As membrane_stress, sigma_y [Pa].
        cross_bending_stress: As bending_stress, sigma_y [Pa].
    """
    if face_up not in FACES:
        raise ValueError(f"face must be 'bottom' or 'top', got {face_up!r}")
    compliance = np.linalg.inv(laminate.plies[ply].plane_stress_stiffness)
    stretch = compliance @ [membrane_stress, cross_membrane_stress]
    face_strain = compliance @ [bending_stress, cross_bending_stress]
    outward = 1.0 if face_up == "top" else -1.0
    curvature = outward * face_strain / (laminate.thicknesses[ply] / 2)
    middle = (laminate.interfaces[ply] + laminate.interfaces[ply + 1]) / 2
    return laminate.state(
        {
            "tension": _generalised(stretch, np.zeros(2)),
            "bending": _generalised(curvature * (laminate.neutral_axis - middle), curvature),
        }
    )


def _generalised(strain: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """(e_x0, kappa_x, e_y0, kappa_y) from (x, y) strains and (x, y) curvatures."""
    return np.column_stack([strain, curvature]).ravel()
