"""Pores, pairs of cracks, weak planes and damaged skins: geometry, case keys and exact references, without a solve."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.case import parse_case
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.crack_pair import CrackPair
from rollmech.flaws.from_case import flaw_geometry
from rollmech.flaws.pore import Pore
from rollmech.loading import loadings_of, make_laminate
from rollmech.mesh.patch import PatchPly, make_patch
from rollmech.risk.judge import far_coefficients
from rollmech.verify.hole import hole_under_edge
from rollmech.verify.inclusion import beside, inside, sphere_tensor, sphere_under_face

PLY = (30.0,)


def case(flaw: dict, **layer) -> dict:
    """A one-layer case with a flaw."""
    ceramic = {"name": "ceramic", "material": "LLZTO", "thickness": "30 um", **layer}
    place = {"layer": "ceramic", "face": "top"}
    load = {"tension": "40 N/m", "bend_radius": "50 mm"}
    return {"format": 1, "title": "t", "stack": [ceramic], "flaws": [{**place, **flaw}], "load": load}


CRACK = {"kind": "crack", "depth": "2 um", "length": "6 um"}


def test_a_pore_names_its_three_places_and_scales_with_a_thin_bridge():
    pore = Pore(centre=7.0, depth=2.5, half_length=3.0, half_width=3.0)
    assert pore.places == {"ligament side": (0, 0, -4.5), "far side": (0, 0, -9.5), "face above": (0, 0, 0)}
    assert pore.local_size == 2.5
    assert Pore(2.7, 2.5, 3.0).local_size == pytest.approx(1.5 * 0.2)
    assert (pore.dimension, Pore(7.0, 2.5, 3.0).dimension) == (3, 2)


def test_only_gas_adds_a_mode():
    ply = (PatchPly(30.0, 150e3, 0.25),)
    assert "pressure" not in make_patch(ply, Pore(7.0, 2.5, 3.0)).modes
    assert make_patch(ply, Pore(7.0, 2.5, 3.0, pressurised=True)).modes[-1] == "pressure"


def test_a_hole_deep_below_the_edge_is_kirschs():
    found = hole_under_edge(200.0)
    assert found["ligament side"] == pytest.approx(3.0, abs=1e-4)
    assert found["face above"] == pytest.approx(1.0, abs=1e-4)


def test_the_front_of_a_pair_runs_from_its_outer_to_its_inner_end():
    front = CrackPair(4.0, 5.0, 12.0).front(PLY)
    np.testing.assert_allclose(
        front.point(np.array([0, np.pi / 2, np.pi])), [[0, 11, 0], [0, 6, -4], [0, 1, 0]], atol=1e-12
    )


def test_a_narrow_gap_is_the_local_size_at_the_inner_end_only():
    pair, single = CrackPair(4.0, 5.0, 10.4).front(PLY), SurfaceCrack(4.0, 5.0).front(PLY)
    outer, inner = pair.local_size(np.array([0.0, np.pi]))
    assert outer == pytest.approx(single.local_size(np.array([0.0]))[0])
    assert inner == pytest.approx(1.5 * 0.2)


def test_a_weak_plane_keeps_its_source():
    flaw = parse_case(case({**CRACK, "toughness_factor": 0.5, "toughness_source": "a paper"})).flaw
    assert (flaw.toughness_factor, flaw.toughness_source) == (0.5, "a paper")


@pytest.mark.parametrize(
    ("depth", "width", "kind"), [(None, None, "scratch"), (None, 4, "pit"), (9, 4, "pore")]
)
def test_a_particle_fills_a_cavity_of_its_own_shape(depth, width, kind):
    sizes = {"depth": depth, "height": 3, "length": 4, "width": width}
    given = {key: f"{value} um" for key, value in sizes.items() if value}
    made = parse_case(case({"kind": "particle", "material": "PEO", "misfit": "0.2 %", **given}))
    geometry = flaw_geometry(made)
    assert (geometry.kind, geometry.dimension) == (kind, 3 if width else 2)
    assert geometry.deepest == pytest.approx(1e6 * made.flaw.reach) == pytest.approx(10.5 if depth else 3)
    assert (made.flaw.filler.misfit, made.flaw.filler.fraction) == (0.002, 1.0)


def test_a_growing_sphere_under_a_face_is_exact_in_its_limits():
    # Endless solid: shear modulus, hoop stress half of the pressure that is left, (1 - 2 nu) / (3 (1 - nu)).
    deep = sphere_under_face(1e3, 0.3)
    assert deep["far side"] == pytest.approx(0.4 / 2.1, rel=1e-8) == pytest.approx(deep["ligament side"])
    stress, strain = inside(sphere_tensor(0.3), (1.0, 0.3), (1.0, 0.3), np.zeros(3), -1.0)
    wall = beside(stress, strain, (1.0, 0.3), np.array([[0.6, 0.0, 0.8]]))
    assert np.linalg.eigvalsh(wall)[0] == pytest.approx([2 * -0.4 / 2.1, 0.4 / 2.1, 0.4 / 2.1])


def test_the_stress_beside_an_empty_sphere_is_southwells():
    stress, strain = inside(sphere_tensor(0.25), (1.0, 0.25), (1e-9, 0.3), np.array([1.0, 0, 0]))
    wall = beside(stress, strain, (1.0, 0.25), np.array([[0.0, 0.0, 1.0]]))
    assert np.linalg.eigvalsh(wall)[0, -1] == pytest.approx((27 - 15 * 0.25) / (14 - 10 * 0.25))


@pytest.mark.parametrize(("depth", "end"), [(None, 90.0), ("8 um", 92.0)])
def test_the_crack_at_a_chips_root_runs_from_the_face_to_the_chips_wall(depth, end):
    sizes = {"width": "10 um", "length": "30 um", "root_crack": "1 um", **({"depth": depth} if depth else {})}
    made = parse_case(case({"kind": "edge-chip", **sizes}))
    chip = flaw_geometry(made)
    first, last = chip.front(PLY).point(np.array([0.0, chip.front(PLY).phi_max]))
    np.testing.assert_allclose(first, [0, 11, 0], atol=1e-12)
    depth_there = -last[2] / chip.depth if depth else 0.0
    assert (last[1] / 10) ** 2 + depth_there**2 == pytest.approx(1.0)
    assert np.degrees(chip.front(PLY).phi_max) == pytest.approx(end, abs=2.5)
    assert made.flaw.sharp and made.tip_layer == "ceramic" and chip.deepest == (8 if depth else 30)


def test_a_slit_edge_bears_no_stress_across_the_web():
    made = parse_case(case({"kind": "edge-chip", "width": "10 um", "length": "30 um"}))
    laminate, patch = make_laminate(made), make_patch((PatchPly(30.0, 150e3, 0.25),), flaw_geometry(made))
    found = sum(far_coefficients(patch, loadings_of(made, laminate)[0].state, 0, "top").values())
    assert found[0] > 1 and found[1] > 10 and not found[2:].any()


@pytest.mark.parametrize("face", ["top", "bottom"])
def test_a_skin_becomes_a_ply_of_its_own(face):
    skin = {
        "face": face,
        "thickness": "5 um",
        "modulus_ratio": 0.8,
        "toughness_ratio": 0.6,
        "strength_ratio": 0.7,
        "residual_stress": "-50 MPa",
    }
    plain = parse_case(case(CRACK))
    found = parse_case(case({**CRACK, "face": face}, skin=skin))
    outer = found.stack[-1 if face == "top" else 0]
    assert [layer.thickness for layer in found.stack] == pytest.approx(
        [25e-6, 5e-6][:: 1 if face == "top" else -1]
    )
    assert found.flaw.layer == outer.name == "ceramic/skin"
    for name, ratio in (
        ("youngs_modulus", 0.8),
        ("fracture_toughness", 0.6),
        ("flexural_strength", 0.7),
        ("cte", 1),
    ):
        derived, own = found.material_of(outer.name).get(name), plain.material_of("ceramic").get(name)
        if own is not None:
            assert derived.value == pytest.approx(ratio * own.value)
            assert derived.confidence == "derived"
    laminate = make_laminate(found)
    stress, thickness = laminate.residual_stress, laminate.thicknesses
    assert sorted(stress) == pytest.approx([-50e6, 10e6])
    assert stress @ thickness == pytest.approx(0, abs=1e-6)


def test_a_skin_on_the_other_face_leaves_the_flaw_in_its_layer():
    found = parse_case(case(CRACK, skin={"face": "bottom", "thickness": "5 um"}))
    assert found.flaw.layer == "ceramic"
    assert [layer.name for layer in found.stack] == ["ceramic/skin", "ceramic"]


def test_a_scratch_through_a_skin_meets_the_toughness_below_it():
    scratch = {"kind": "scratch", "depth": "8 um"}
    found = parse_case(case(scratch, skin={"face": "top", "thickness": "5 um", "toughness_ratio": 0.5}))
    assert (found.flaw.layer, found.tip_layer) == ("ceramic/skin", "ceramic")
