"""Quadratic displacement elements next to Poisson's ratio 1/2: K under tractions on a strip does not depend on it."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import PatchPly, make_patch

# Edge crack of 0.3 of a strip in tension (Kaya & Erdogan 1987).
SHAPE = 1.6599


@pytest.mark.parametrize(("poisson", "within"), [(0.3, 5e-4), (0.49, 1e-3), (0.4999, 3e-3)])
def test_an_edge_crack_does_not_lock(poisson, within):
    patch = make_patch((PatchPly(30.0, 1e3, poisson),), Scratch(9.0))
    influence = solve_influence(patch, 0.01)
    k = influence.mixed_mode(patch.tension)[0][0]
    expected = SHAPE * np.sqrt(np.pi * 9.0)
    assert k == pytest.approx(expected, rel=within)
    assert abs(k - expected) < influence.stress_intensity_error(patch.tension)[0] + 2e-4 * expected
