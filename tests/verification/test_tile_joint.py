"""Joints between tiles: balance of forces, order of events, limits of the filler, and the example case."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import rollmech
from rollmech.case import load_case
from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import solve_modes
from rollmech.errors import InputError
from rollmech.flaws.tile_joint import TileJoint
from rollmech.fracture.influence import LEVELS
from rollmech.fracture.tile_joint import joint_response, tiled_stiffness
from rollmech.mesh.build import spread
from rollmech.mesh.joint2d import mesh_joint
from rollmech.mesh.patch import BEFORE, Fill, PatchPly, make_patch, recovery_length

TILE = PatchPly(30.0, 150e3, 0.25)
SOFT, CARRIER = PatchPly(5.0, 50.0, 0.4), PatchPly(50.0, 4e3, 0.4)
CASE = Path(__file__).parents[2] / "cases" / "tile_joint.toml"


def solved(plies, gap, fill=None):
    patch = make_patch(plies, TileJoint(TILE.thickness, gap / 2, 5000.0), fill=fill)
    problem = PatchProblem(patch, spread(lambda: mesh_joint(patch, LEVELS[2][0])))
    return patch, joint_response(problem, solve_modes(problem)[0])


@pytest.mark.parametrize("fill", [None, Fill(20.0, 0.45), Fill(20.0, 0.45, fraction=0.5)])
def test_plies_below_and_filler_bear_what_the_gap_interrupts(fill):
    patch, joint = solved((TILE, SOFT, CARRIER), 40.0, fill)
    below = joint.carried @ [ply.thickness for ply in patch.plies[1:]]
    x = [patch.modes.index(mode) for mode in ("x_membrane", "x_bending")]
    assert (below + joint.filler)[x] == pytest.approx([TILE.thickness, 0.0], abs=1e-6 * TILE.thickness)


def test_a_filler_like_the_tiles_is_no_joint():
    patch, joint = solved((TILE, SOFT, CARRIER), 40.0, Fill(TILE.youngs_modulus, TILE.poisson_ratio))
    x = patch.modes.index("x_membrane")
    assert joint.strain[x] == pytest.approx(np.full(3, 1 / TILE.youngs_modulus), rel=1e-9)
    tiled = tiled_stiffness(patch, joint)
    assert (tiled.membrane, tiled.bending) == pytest.approx((1.0, 1.0), rel=1e-9)


def test_a_shrinking_gel_between_free_tiles_is_strained_by_its_width_alone():
    """Its strain across the web is held to that of the tiles, along the web it only contracts sideways."""
    fill = Fill(20.0, 0.3)
    patch, joint = solved((TILE,), 3000.0, fill)
    held = 1 / (3 * fill.bulk_modulus)
    assert joint.strain[patch.modes.index("misfit"), 0] == pytest.approx(-0.3 * held, rel=5e-3)


def test_stress_from_before_filling_opens_the_joint_and_leaves_the_gel_alone():
    patch, joint = solved((TILE, SOFT, CARRIER), 40.0, Fill(20.0, 0.45, prestressed=True))
    empty_patch, empty = solved((TILE, SOFT, CARRIER), 40.0)
    before, x = patch.modes.index(BEFORE[0]), empty_patch.modes.index("x_membrane")
    assert not joint.strain[before].any()
    assert joint.filler[before] == 0
    assert joint.carried[before, 1] == pytest.approx(empty.carried[x, 1], rel=2e-2)


def test_stiffness_falls_with_the_gap_and_is_symmetric():
    found = [tiled_stiffness(*solved((TILE, CARRIER), gap)) for gap in (10.0, 40.0)]
    assert 1 > found[0].membrane > found[1].membrane > 0
    assert 1 > found[0].bending > found[1].bending > 0
    assert found[0].compliance[0, 1] == pytest.approx(found[0].compliance[1, 0])


def test_a_tile_recovers_as_two_plates_sheared_against_each_other():
    """The theory gives both plates one curvature, which the soft layer does not: 7 % too long here."""
    patch, joint = solved((TILE, SOFT, CARRIER), 10.0)
    length = joint.recovery(patch.turned(patch.reference), TILE.thickness)
    assert length == pytest.approx(np.log(20) * recovery_length(patch.plies), rel=0.1)


def test_the_example_balances_its_web_tension():
    result = rollmech.run(CASE)
    judge, loading = result.judge, result.loadings[result.verdict.governing]
    joint, local = result.influence.joint, result.influence.patch.turned(judge.total(loading.state))
    below = sum(judge.bridging(loading.state, i)[0] * result.case.stack[i].thickness for i in judge.names)
    assert below + local @ joint.filler == pytest.approx(40.0, rel=1e-5)  # MPa um is N/m
    finding = result.verdict.worst.finding
    assert sum(finding.shares.values()) == pytest.approx(finding.ratio)
    assert finding.ratio == pytest.approx(max(judge.strain(loading.state)[0]) / 0.2)
    assert result.quantities["edge_G_ratio"]["value"] == pytest.approx(
        result.quantities["edge_G"]["value"] / 5
    )


def test_tiles_too_short_to_act_alone_are_refused_before_meshing():
    case = load_case(CASE, ["flaws[0].tile_length=1 mm"])
    with pytest.raises(InputError, match=r"flaws\[0\].tile_length.*act on each other"):
        rollmech.run(case)
