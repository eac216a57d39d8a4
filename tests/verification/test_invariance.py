"""A case written in other units, seen in a mirror or turned on the web gives the same answer within its estimate."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.case import parse_case
from rollmech.flaws.crack import SurfaceCrack
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import PatchPly, make_patch
from rollmech.pipeline import run

CASE = {
    "format": 1,
    "title": "invariance",
    "stack": [{"name": "film", "material": "X", "thickness": "30 um"}],
    "materials": {
        "X": {"youngs_modulus": "150 GPa", "poisson_ratio": 0.26, "fracture_toughness": "1 MPa*m^0.5"}
    },
    "flaws": [{"kind": "crack", "layer": "film", "face": "top", "depth": "6 um", "length": "18 um"}],
    "load": {"membrane_stress": "40 MPa", "bending_stress": "25 MPa"},
    "output": {"pictures": False},
}
REWRITTEN = {
    **CASE,
    "stack": [{"name": "film", "material": "X", "thickness": "3e-5 m"}],
    "materials": {
        "X": {"youngs_modulus": "1.5e11 Pa", "poisson_ratio": 0.26, "fracture_toughness": "1e6 Pa*m^0.5"}
    },
    "flaws": [{"kind": "crack", "layer": "film", "face": "bottom", "depth": "6000 nm", "length": "1.8e-5 m"}],
    "load": {"membrane_stress": "4e7 Pa", "bending_stress": "0.025 GPa"},
}


def test_other_units_and_the_other_face_change_nothing():
    one, two = (run(parse_case(case)) for case in (CASE, REWRITTEN))
    assert {"K_I_max", "J_max", "K_ratio"} <= set(one.quantities)
    for name, entry in one.quantities.items():
        if entry["value"] is not None:
            assert two.quantities[name]["value"] == pytest.approx(entry["value"], rel=1e-9), name


def test_a_cracks_mirror_image_has_the_opposite_shear():
    """At 60 and at 120 degrees to the web: other meshes, the same K_I and K_III, K_II with the other sign."""
    ply = PatchPly(30.0, 150e3, 0.26)
    tension = np.array([1.0, 0.0, 0.0, 0.0])
    found = [
        solve_influence(make_patch((ply,), SurfaceCrack(6.0, 9.0), angle=np.radians(angle)), 0.03)
        for angle in (60, 120)
    ]
    (one, two), errors = (
        [i.mixed_mode(tension) for i in found],
        [i.stress_intensity_error(tension) for i in found],
    )
    limit = errors[0] + errors[1]
    np.testing.assert_array_less(np.abs(one[0] - two[0][::-1]), limit)
    # The turn mirrors the front's own axes: shear along the normal keeps its sign at the mirrored point.
    assert np.abs(one[1]).max() > 0.1 * one[0].max()
    for mode in (1, 2):
        same, opposite = (np.abs(one[mode] - sign * two[mode][::-1]) for sign in (1, -1))
        assert np.all(same < limit) or np.all(opposite < limit)


def test_turning_web_and_crack_together_changes_nothing():
    """The same stress tensor in the crack's axes, reached at three angles."""
    ply = PatchPly(30.0, 150e3, 0.26)
    for angle in (30, 75):
        patch = make_patch((ply,), SurfaceCrack(6.0, 9.0), angle=np.radians(angle))
        s, c = np.sin(patch.angle), np.cos(patch.angle)
        # Web stresses whose turned tensor is uniaxial across the crack up to the shear that xx and yy alone leave.
        stress = np.array([s * s, 0.0, c * c, 0.0])
        turned = patch.turned(stress)
        tensor = np.array([[turned[0], turned[4]], [turned[4], turned[2]]])
        np.testing.assert_allclose(np.linalg.eigvalsh(tensor), sorted([s * s, c * c]), atol=1e-12)
