"""A groove given by points against the same groove given by its shape."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import PatchPly, make_patch
from rollmech.topography.groove import v_groove

TENSION, BENDING = np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0, 0.0])


def u_points():
    angle = np.linspace(-np.pi / 2, 0, 25)
    return [(0.0, -2.0), *zip(1.5 * np.cos(angle[1:-1]), 2 * np.sin(angle[1:-1]), strict=True), (1.5, 0.0)]


def v_points():
    x = np.linspace(0, 2, 60)
    return list(zip(x, v_groove(x, 2.0, 4.0, 0.4), strict=True))


@pytest.mark.parametrize(
    ("shape", "points"),
    [
        (Scratch(2.0, 1.5, profile="U"), u_points()),
        (Scratch(2.0, 2.0, root_radius=0.4, profile="V"), v_points()),
    ],
    ids=["U", "V"],
)
def test_points_give_the_concentration_of_the_shape(shape, points):
    measured = Scratch(2.0, shape.half_width, profile="measured", points=tuple(points))
    exact, found = (
        solve_influence(make_patch((PatchPly(30.0, 150e3, 0.26),), flaw), 0.01) for flaw in (shape, measured)
    )
    for load in (TENSION, BENDING):
        assert found.peak_stress(load)[0] == pytest.approx(exact.peak_stress(load)[0], rel=2e-3)


def test_wall_is_level_at_the_root_and_ends_at_the_face():
    flaw = Scratch(2.0, 1.5, profile="measured", points=tuple(u_points()))
    wall = flaw.wall()
    assert wall[0] == pytest.approx([0, -2])
    assert wall[-1] == pytest.approx([1.5, 0])
    assert abs(wall[1, 1] - wall[0, 1]) < 0.01 * (wall[1, 0] - wall[0, 0])
    assert np.abs(np.hypot(wall[:, 0] / 1.5, wall[:, 1] / 2) - 1).max() < 1e-3
    assert flaw.local_size == pytest.approx(1.5**2 / 2, rel=0.01)
