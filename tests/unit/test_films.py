"""Layers on a ribbon: closed forms of parting and cracking, what they are held against, maps; thin plies of a patch."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from rollmech.case import dump_case, parse_case
from rollmech.case.load import read_toml
from rollmech.errors import InputError
from rollmech.films.drive import drives_of
from rollmech.films.maps import film_map
from rollmech.films.stack import Bond, films_of
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.bimaterial import Dundurs, channel_factor, peel_phase, toughening, within_table
from rollmech.loading import loadings_of, make_laminate
from rollmech.mesh.merging import BUDGET, merge_thin, merged
from rollmech.mesh.patch import PatchPly, make_patch
from rollmech.patching import patch_of
from rollmech.peeling import layers_of
from rollmech.verify.closed_forms import Arm, delamination_release_rate
from rollmech.web import Laminate, Ply
from rollmech.web.parting import Parting

UM = 1e-6


# --- closed forms ---


@pytest.mark.parametrize("upwards", [True, False])
def test_parting_is_the_energy_of_both_beams(upwards):
    film, rest = Ply("film", 2 * UM, 150e9, 0.26, 0.0, 80e6), Ply("rest", 7 * UM, 4e9, 0.38)
    laminate = Laminate([rest, film] if upwards else [film, rest])
    parting = Parting(laminate, (1,) if upwards else (0,))
    state = laminate.web_state(30.0, 0.0)
    force = float(state.total[parting.plies[0], :, 0].mean()) * 2 * UM
    arms = (
        Arm(2.0, film.plane_strain_modulus / 1e6, force=-force),  # N/m is MPa um
        Arm(7.0, rest.plane_strain_modulus / 1e6, force=force, moment=force * 4.5),
    )
    expected = delamination_release_rate(*arms)
    assert parting.release_rate(state, "x") == pytest.approx(expected, rel=1e-9)


def test_a_film_on_a_deep_solid_parts_at_its_own_energy_and_in_omega():
    film, solid = Ply("film", 20e-9, 83e9, 0.37, 0.0, 300e6), Ply("solid", 1e-2, 83e9, 0.37)
    laminate = Laminate([solid, film])
    parting, state = Parting(laminate, (1,)), laminate.web_state(0.0, 0.0)
    energy = 300e6**2 * 20e-9 / (2 * film.plane_strain_modulus)
    assert parting.release_rate(state, "x") == pytest.approx(energy, rel=1e-4)
    assert parting.phase(state, "x", 0.9) == pytest.approx(0.9, abs=1e-3)


def test_a_bent_double_cantilever_opens_but_for_what_omega_of_a_half_space_is_off():
    """Two equal arms under moments part in pure opening: omega is 49.1 degrees there (Suo & Hutchinson 1990)."""
    laminate = Laminate([Ply("lower", UM, 1e9, 0.3), Ply("upper", UM, 1e9, 0.3)])
    parting = Parting(laminate, (1,))
    gamma = math.asin(parting.gamma_sine)
    assert math.degrees(gamma) == pytest.approx(40.9, abs=0.05)
    assert -90 + math.degrees(gamma) + 49.1 == pytest.approx(0, abs=0.05)
    assert math.degrees(peel_phase(Dundurs(0.0, 0.0))) == pytest.approx(52.07, abs=0.05)


@pytest.mark.parametrize(("alpha", "g"), [(-0.9, 0.7430), (-0.4, 0.9676), (0.0, 1.257812), (0.8, 3.7220)])
def test_channel_factor_is_beuths(alpha, g):
    mismatch = Dundurs(alpha, alpha / 4)
    assert within_table(mismatch)
    assert channel_factor(mismatch) == pytest.approx(g, rel=1e-3)


def test_beyond_the_table_its_edge_is_taken_and_told():
    assert not within_table(Dundurs(0.999, 0.25))
    assert channel_factor(Dundurs(0.999, 0.24975)) == pytest.approx(
        channel_factor(Dundurs(0.99, 0.2475)), rel=0.05
    )


def test_shear_toughens_an_interface():
    """Hutchinson & Suo (1992): lambda = 1 asks for energy only, lambda = 0 for the opening part of K only."""
    psi = np.radians([0.0, 30.0, -60.0, 90.0])
    assert toughening(psi, 0.0) == pytest.approx(1.0)
    assert toughening(psi[:3], 1.0) == pytest.approx(1 / np.cos(psi[:3]) ** 2)
    assert toughening(psi[3], 0.7) == pytest.approx(1 + math.tan(math.radians(63)) ** 2)
    assert Bond(2.0, 0.7).at(math.radians(30)) == pytest.approx(2 * (1 + math.tan(math.radians(21)) ** 2))
    assert (Bond(work=0.1).at(1.0), Bond().at(1.0)) == (0.1, None)


# --- from a case ---


def case(flaws=(), stress="300 MPa", **keys):
    stack = [
        {"name": "ceramic", "material": "LLZTO", "thickness": "30 um"},
        {
            "name": "film",
            "material": "Li2CO3",
            "thickness": "50 nm",
            "residual_stress": stress,
            **keys,
        },
    ]
    load = {"tension": "30 N/m", "bend_radius": "50 mm", "stretches": "top"}
    return parse_case({"format": 1, "title": "t", "stack": stack, "flaws": list(flaws), "load": load})


def test_the_stiffest_layer_carries_the_others_and_ratios_need_a_toughness():
    (film,) = layers_of(case())
    assert (film.film.name, film.film.below, film.film.face) == ("film", "ceramic", "top")
    assert film.peel.peel_ratio is None and film.channel.channel_ratio is not None
    assert any("stack.film.interface_toughness" in note for note in film.notes)
    assert film.peel.peel > 0 and film.channel.channel > film.peel.peel


def test_an_interface_takes_its_toughness_from_its_layer_or_from_the_flaw():
    given = {"interface_toughness": "0.1 J/m^2", "mode_sensitivity": 0.5, "work_of_adhesion": "0.05 J/m^2"}
    (film,) = layers_of(case(**given))
    assert film.film.bond == Bond(0.1, 0.5, 0.05)
    assert film.peel.bond == pytest.approx(0.1 * (1 + math.tan(0.5 * film.peel.phase) ** 2))
    flaw = {"kind": "delamination", "layer": "film", "face": "top", "start": "cut", "length": "1 um"}
    flaw |= {"interface_toughness": "0.3 J/m^2", "mode_sensitivity": 0.2}
    (film,) = layers_of(case([flaw]))
    assert film.film.bond == Bond(0.3, 0.2)


def test_pressed_films_only_come_off_by_buckling():
    (film,) = layers_of(case(stress="-400 MPa", work_of_adhesion="0.1 J/m^2"))
    assert film.peel.pressed and film.channel.channel == 0
    plane = film.film.parting.film.plies[0].plane_strain_modulus
    stress = -film.pressed.force / 50e-9
    half_width = math.pi * 50e-9 / math.sqrt(12) * math.sqrt(plane / stress)  # sigma_c = pi^2/12 E' (h/b)^2
    assert film.pressed.buckles == pytest.approx(half_width, rel=1e-9)


def test_soft_or_unlike_foundations_are_no_half_space():
    """There a phase from the table must not toughen the interface."""

    def film(*below):
        stack = [{"name": "base", "material": "LLZTO", "thickness": "30 um"}, *below]
        bond = {"interface_toughness": "0.1 J/m^2", "mode_sensitivity": 0.7}
        stack.append({"name": "film", "material": "Li2CO3", "thickness": "50 nm", **bond})
        stack[-1]["residual_stress"] = "300 MPa"
        read = parse_case({"format": 1, "title": "t", "stack": stack, "load": {"tension": "30 N/m"}})
        laminate = make_laminate(read)
        found = films_of(read, laminate, "base")[0]
        return found, drives_of(found, loadings_of(read, laminate))[0]

    held, drive = film()
    assert held.on_half_space and drive.bond > 0.1
    for material in ("PEO-LiTFSI", "Al2O3"):
        held, drive = film({"name": "under", "material": material, "thickness": "40 nm"})
        assert held.on_half_space == (material == "Al2O3")
    held, drive = film({"name": "under", "material": "PEO-LiTFSI", "thickness": "40 nm"})
    assert drive.bond == pytest.approx(0.1)


def test_graded_sublayers_are_one_layer_with_one_interface():
    graded = {"bottom": "LLZTO", "top": "Li2CO3", "sublayers": 4}
    stack = [
        {"name": "ceramic", "material": "LLZTO", "thickness": "30 um"},
        {"name": "zone", "thickness": "1 um", "graded": graded, "interface_toughness": "1 J/m^2"},
    ]
    read = parse_case({"format": 1, "title": "t", "stack": stack, "load": {"tension": "30 N/m"}})
    assert [layer.interface_toughness for layer in read.stack] == [None, 1.0, None, None, None]
    (film,) = layers_of(read)
    assert (film.film.name, film.film.own, film.film.bond.toughness) == ("zone", (1, 2, 3, 4), 1.0)


def test_keys_of_an_interface_survive_a_dump(tmp_path):
    read = case(interface_toughness="0.1 J/m^2", mode_sensitivity=0.5)
    path = tmp_path / "case.toml"
    path.write_text(dump_case(read))
    assert parse_case(read_toml(path)).stack == read.stack


def test_the_middle_of_a_map_is_the_case():
    read = case(work_of_adhesion="0.1 J/m^2")
    (film,) = layers_of(read)
    mapped = film_map(read, film.film, 3)
    assert mapped.thickness[1] == pytest.approx(50e-9) and mapped.modulus[1] == pytest.approx(80e9)
    assert mapped.peel[1, 1] == pytest.approx(film.peel.peel)
    assert mapped.peel_ratio[1, 1] == pytest.approx(film.peel.peel_ratio)
    assert mapped.channel[1, 1] == pytest.approx(film.channel.channel)
    assert np.all(np.diff(mapped.channel[1]) > 0)  # a thicker film holds more energy


# --- thin layers of a patch ---

CERAMIC, PET = PatchPly(30.0, 150e3, 0.257), PatchPly(50.0, 4810.0, 0.38)


def thinned(*plies):
    return merge_thin(make_patch(plies, Scratch(5.0)), 0.01)


def test_thin_plies_are_merged_within_the_budget_and_keep_the_force():
    moduli = 150e3 * (400 / 150e3) ** ((np.arange(31) + 0.5) / 31)
    zone = [PatchPly(2 / 31, float(modulus), 0.3) for modulus in moduli]
    patch = thinned(CERAMIC, *zone, PET)
    assert len(patch.plies) < 20 and 0 < patch.merging <= BUDGET * 0.01
    assert patch.plies[0] == CERAMIC and patch.origin[0] == 0 and patch.origin[-1] == 32
    assert all(b > a for a, b in pairwise(patch.origin))
    stiffness = [
        sum(p.youngs_modulus * p.thickness / (1 - p.poisson_ratio**2) for p in plies)
        for plies in (patch.plies, (CERAMIC, *zone, PET))
    ]
    assert stiffness[0] == pytest.approx(stiffness[1])
    assert patch.thickness == pytest.approx(82.0)


def test_a_thin_gel_stays_and_a_thin_film_on_the_other_face_is_left_out():
    gel = PatchPly(0.05, 1.0, 0.46)
    assert thinned(CERAMIC, gel, PET).plies == (CERAMIC, gel, PET)
    patch = thinned(CERAMIC, PatchPly(0.02, 83e3, 0.37))
    assert patch.plies == (CERAMIC,) and 0 < patch.merging < 1e-3
    assert thinned(CERAMIC, PET).origin == ()


def test_one_solid_cut_into_plies_is_itself_again():
    parts = [PatchPly(h, 1e5, 0.3) for h in (0.1, 0.2, 5.0)]
    assert merged(parts).youngs_modulus == pytest.approx(1e5)
    assert thinned(CERAMIC, *parts).merging == pytest.approx(0, abs=1e-12)


CRACK = {"kind": "crack", "layer": "ceramic", "face": "top", "depth": "4 um", "length": "20 um"}


def test_a_thin_cover_is_a_membrane_over_the_flaw():
    read = case([CRACK])
    assert (read.flawed_index, [layer.name for layer in read.covers]) == (0, ["film"])
    patch = patch_of(read)
    assert [ply.thickness for ply in patch.plies] == pytest.approx([30.0])
    assert patch.membrane[0] == pytest.approx(80e3 * 0.05 / (1 - 0.27**2))
    from rollmech.risk.judge import far_coefficients

    state = loadings_of(read, make_laminate(read))[0].state
    parts = far_coefficients(patch, state, 0, "top")
    assert parts["residual"][patch.place("cover x")] == pytest.approx(300 * 0.05)
    turned = patch.turned(parts["residual"])
    assert turned[patch.modes.index("cover xy")] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("flaw", "words"),
    [
        ({**CRACK, "depth": "0.5 um", "length": "2 um"}, "covers of at most 0.05"),
        (
            {"kind": "pit", "layer": "ceramic", "face": "top", "depth": "4 um", "width": "4 um"},
            "only taken along",
        ),
    ],
)
def test_other_covers_are_refused(flaw, words):
    with pytest.raises(InputError, match="is covered by another layer") as fault:
        case([flaw])
    assert words in str(fault.value)
