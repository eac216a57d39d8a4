"""Layers laminated and taken off along the line: laminate theory against closed forms, what the parts of a line are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rollmech.case import load_case
from rollmech.case.changes import bonded_below, parts_of, present_at
from rollmech.loading import laminates_of, loadings_of, make_laminate
from rollmech.web import Assembly, Bonding, Laminate, Ply

CASES = Path(__file__).parents[2] / "cases"
CERAMIC = Ply("ceramic", 30e-6, 150e9, 0.25, 13e-6)
FILM = Ply("film", 50e-6, 5e9, 0.25, 60e-6)
RIBBON = Laminate([CERAMIC])
SPRINGS = sum(ply.youngs_modulus * ply.thickness for ply in (CERAMIC, FILM))


def laminated(
    tension: float, temperature_change: float = 0.0, own: float = 0.0, top: bool = False
) -> Assembly:
    bonding = [Bonding(RIBBON, tension, temperature_change)]
    if top:
        return Assembly([CERAMIC, FILM], [0.0, own], bonding, [None, 0])
    return Assembly([FILM, CERAMIC], [own, 0.0], bonding, [0, None])


@pytest.mark.parametrize("top", [False, True])
def test_a_film_carries_what_came_after_its_lamination(top):
    state = laminated(100.0, top=top).web_state(300.0, 0.0)
    film, ceramic = (1, 0) if top else (0, 1)
    strain = 200.0 / SPRINGS
    assert state.total[film, :, 0] == pytest.approx(FILM.youngs_modulus * strain)
    there = 100.0 / CERAMIC.thickness + CERAMIC.youngs_modulus * strain
    assert state.total[ceramic, :, 0] == pytest.approx(there)
    assert np.abs(state.total[..., 1]).max() < 1.0
    assert state.resultants()[[0, 2]] == pytest.approx([300.0, 0.0], abs=1e-9)


def test_it_carries_nothing_in_the_state_in_which_it_was_bonded():
    state = laminated(100.0, 35.0).web_state(100.0, 0.0, 35.0)
    assert np.abs(state.total[0]).max() < 1e-6
    assert state.total[1] == pytest.approx(RIBBON.web_state(100.0, 0.0, 35.0).total[0], abs=1e-6)


def test_it_was_bonded_flat_so_that_bending_is_that_of_the_whole():
    found = laminated(100.0).web_state(100.0, 20.0).stress["bending"]
    whole = Laminate([FILM, CERAMIC]).web_state(0.0, 20.0).stress["bending"]
    assert found == pytest.approx(whole)


def test_expansion_counts_from_the_temperature_of_the_bonding():
    """Flat bimetal with one Poisson's ratio: sigma = M (mean expansion - own), the mean weighted by stiffness."""
    state = laminated(0.0, 40.0).web_state(0.0, 0.0, 0.0)
    weights = [ply.biaxial_modulus * ply.thickness for ply in (FILM, CERAMIC)]
    mean = np.average([FILM.cte, CERAMIC.cte], weights=weights)
    for i, ply in enumerate((FILM, CERAMIC)):
        assert state.total[i] == pytest.approx(ply.biaxial_modulus * (mean - ply.cte) * -40.0)


def test_a_stress_that_it_brings_presses_the_web():
    """A coating that shrinks by 2 MPa: both forces balance, the strain is common."""
    state = laminated(0.0, own=2e6).web_state(0.0, 0.0)
    stiffness = [ply.biaxial_modulus * ply.thickness for ply in (FILM, CERAMIC)]
    strain = -2e6 * FILM.thickness / sum(stiffness)
    assert state.total[0] == pytest.approx(2e6 + FILM.biaxial_modulus * strain)
    assert state.total[1] == pytest.approx(CERAMIC.biaxial_modulus * strain)


def test_a_film_under_tension_keeps_it_where_it_is_bonded_and_shares_what_comes():
    """The nip changes nothing: web and film go on with what they had, 70 and 30 of 100 N/m."""
    bonding = [Bonding(RIBBON, 100.0, 0.0, film=30.0)]
    web = Assembly([FILM, CERAMIC], [0.0, 0.0], bonding, [0, None], [30.0, 0.0])
    there = web.web_state(100.0, 0.0).total
    assert there[0] == pytest.approx(np.tile([30.0 / FILM.thickness, 0.0], (2, 1)), abs=1e-6)
    assert there[1] == pytest.approx(np.tile([70.0 / CERAMIC.thickness, 0.0], (2, 1)), abs=1e-6)
    later = web.web_state(20.0, 0.0).total
    assert later[1, :, 0] == pytest.approx(70.0 / CERAMIC.thickness - CERAMIC.youngs_modulus * 80.0 / SPRINGS)


def test_causes_add_up_and_a_second_film_counts_from_its_own_time():
    cover = Ply("cover", 20e-6, 3e9, 0.4, 80e-6)
    first = laminated(100.0, 10.0)
    both = Assembly(
        [FILM, CERAMIC, cover],
        [0, 0, 0],
        [Bonding(RIBBON, 100.0, 10.0), Bonding(first, 250.0, 20.0)],
        [0, None, 1],
    )
    then = both.web_state(250.0, 0.0, 20.0)
    assert np.abs(then.total[2]).max() < 1e-6
    assert then.total[:2] == pytest.approx(first.web_state(250.0, 0.0, 20.0).total)
    now = both.web_state(80.0, 15.0, -5.0)
    assert now.resultants()[[0, 2]] == pytest.approx([80.0, 0.0], abs=1e-9)
    assert now.total_deformation[[1, 3]] == pytest.approx([15.0, 0.0])
    assert [len(state.earlier) for state in (first.web_state(1.0, 0.0), now)] == [1, 2]


def test_a_removed_layer_leaves_the_single_layer():
    """What was locked into the ribbon by its liner is relieved when the liner is gone: a flat web has no net force."""
    alone = Assembly([CERAMIC], [50e6]).web_state(40.0, 12.0, 7.0)
    plain = RIBBON.web_state(40.0, 12.0, 7.0)
    assert alone.total == pytest.approx(plain.total)
    assert alone.stress["residual"] == pytest.approx(np.zeros((1, 2, 2)), abs=1e-6)


def test_residual_stress_finds_its_balance_without_the_layer_that_held_it():
    """Three plies of which one comes off: its force spreads over the others by their stiffness."""
    plies = [FILM, CERAMIC, Ply("liner", 25e-6, 4e9, 0.25)]
    locked = Laminate([FILM, CERAMIC, Ply("liner", 25e-6, 4e9, 0.25, residual_stress=8e6)]).residual_stress
    state = Assembly(plies[:2], locked[:2]).web_state(0.0, 0.0)
    stiffness = [ply.biaxial_modulus * ply.thickness for ply in plies[:2]]
    strain = 8e6 * 25e-6 / sum(stiffness)
    for i, ply in enumerate(plies[:2]):
        assert state.total[i] == pytest.approx(locked[i] + ply.biaxial_modulus * strain, abs=1e-3)


def test_a_line_without_changes_keeps_its_one_laminate():
    case = load_case(CASES / "laminated_crack.toml")
    web = make_laminate(case)
    assert all(found is web for found in laminates_of(case, web))


def test_layers_and_states_of_the_example():
    case = load_case(CASES / "laminating_line.toml")
    names = [[layer.name for layer in present_at(case, i)] for i in range(-1, len(case.rollers))]
    first, alone, last = ["liner", "ceramic"], ["ceramic"], ["backing", "glue", "ceramic"]
    assert names == [first, first, alone, alone, last, last]
    assert [[roller.name for roller in part.rollers] for part in parts_of(case)] == [
        ["unwind idler"],
        ["peel roller", "idler"],
        ["laminator", "rewind idler"],
    ]
    assert [bonded_below(part.inwards) for part in parts_of(case)] == [(), (), (1,)]
    loadings = loadings_of(case, make_laminate(case))
    after = loadings[-1].state
    flat = ribbon_of(case).web_state(30.0, 0.0, 35.0)
    assert after.earlier[0].total == pytest.approx(flat.total)
    # At the laminator itself another tension bonds the layers at that tension.
    stretched = load_case(CASES / "laminating_line.toml", ["stack.backing.film_tension='12 N/m'"])
    states = [loading.state for loading in loadings_of(stretched, make_laminate(stretched))]
    assert states[3].earlier[0].resultants()[0] == pytest.approx(18.0)
    assert states[4].earlier[0].resultants()[0] == pytest.approx(18.0)
    moved = loadings[3].bend.state(loadings[3].state.laminate, tension=80.0)
    assert moved.earlier[0].resultants()[0] == pytest.approx(80.0)
    later = loadings[4].bend.state(after.laminate, tension=80.0)
    assert later.earlier[0].resultants()[0] == pytest.approx(30.0)


def ribbon_of(case):
    web = make_laminate(case)
    return Laminate([web.plies[web.index("ceramic")]])
