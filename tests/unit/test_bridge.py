"""Laws of a bridge, and the hats that its tractions are made of."""

import numpy as np
import pytest

from rollmech.flaws.bridge import Bridge
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.scratch import Scratch
from rollmech.verify.bridged_crack import HalfPlaneCrack
from rollmech.verify.half_plane import edge_crack_k

OPENINGS = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])


@pytest.mark.parametrize(
    ("law", "tractions"),
    [
        (Bridge(stiffness=3.0), [-3.0, 0.0, 1.5, 3.0, 6.0]),
        (Bridge(strength=2.0, stiffness=3.0), [-3.0, 0.0, 1.5, 2.0, 2.0]),
        (Bridge(strength=2.0), [-100.0, 0.0, 2.0, 2.0, 2.0]),
    ],
)
def test_traction_of_an_opening(law, tractions):
    assert law.traction(OPENINGS, 100.0) == pytest.approx(tractions)
    step = 1e-6
    slope = (law.traction(OPENINGS + step, 100.0) - law.traction(OPENINGS - step, 100.0)) / (2 * step)
    smooth = OPENINGS != 0.0
    assert law.slope(OPENINGS, 100.0)[smooth] == pytest.approx(slope[smooth])


@pytest.mark.parametrize(
    ("flaw", "bridge"), [(Scratch(5.0), Bridge(1.0)), (SurfaceCrack(4.0, 6.0), Bridge(1.0, angles=2))]
)
def test_hats_add_up_and_hold_the_coarser_ones(flaw, bridge):
    front = flaw.front((30.0,))
    part, angle = np.random.default_rng(1).uniform(size=(2, 200))
    wide = getattr(flaw, "half_length", 0.0)
    turned = angle * np.pi / 2 if wide else np.full_like(angle, np.pi / 2)
    across, down = wide * np.cos(turned), np.sin(turned)
    points = part[:, None] * np.column_stack([0 * part, across, -flaw.depth * down])
    hats = bridge.hats(front, points)
    assert hats.shape[0] == len(bridge.modes)
    assert hats.sum(axis=0) == pytest.approx(1.0)
    coarse = bridge.coarser.T @ hats
    assert coarse.sum(axis=0) == pytest.approx(1.0)
    # A sum of coarse hats that is linear in sqrt(1 - rho) is that line.
    line = np.linspace(0, 1, coarse.shape[0]) @ coarse
    assert line == pytest.approx(np.sqrt(1 - part))


def test_reference_without_a_bridge_is_the_plain_edge_crack():
    crack = HalfPlaneCrack(600)
    assert crack.springs(0.0) == pytest.approx(edge_crack_k(np.ones_like), rel=1e-5)
    # Mouth opening of an edge crack (Tada, Paris & Irwin): 4 * 1.454 stress a / E'.
    assert crack.whole(1e-3)[1] == pytest.approx(5.816, rel=2e-3)


def test_reference_of_a_deep_notch_yields_as_dugdale_says():
    """Work balance of Dugdale's strip: the zone's opening grows with the load as J / strength does at small loads."""
    end, opening = HalfPlaneCrack(1200).yield_zone(0.1, 0.5)
    k = 0.1 * 1.1215 * np.sqrt(np.pi * 0.5)
    assert opening == pytest.approx(k**2, rel=0.03)
    assert end - 0.5 == pytest.approx(np.pi / 8 * k**2, rel=0.03)
