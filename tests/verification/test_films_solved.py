"""Layers on a ribbon solved: membrane against meshed cover, merged against meshed plies, films on deep solids."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rollmech.case import parse_case
from rollmech.films.drive import drives_of
from rollmech.films.solved import solve_film, solved_drives
from rollmech.films.stack import films_of
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.bimaterial import toughening
from rollmech.fracture.influence import solve_influence
from rollmech.loading import loadings_of, make_laminate
from rollmech.mesh.merging import merge_thin
from rollmech.mesh.patch import COVER_ERROR, PatchPly, make_patch
from rollmech.pipeline import run

CERAMIC, DEPTH = PatchPly(30.0, 150e3, 0.257), 5.0


def membrane_and_meshed(thickness: float, modulus: float) -> np.ndarray:
    """K for 1 MPa in the ceramic with the cover at its strain, and for 1 MPa in the cover; membrane, then meshed."""
    film = PatchPly(thickness, modulus, CERAMIC.poisson_ratio)
    meshed = solve_influence(make_patch((film, CERAMIC), Scratch(DEPTH + thickness)), 0.003)
    patch = replace(make_patch((CERAMIC,), Scratch(DEPTH)), cover=(film,))
    membrane = solve_influence(patch, 0.003)
    found = []
    for own, ceramic in ((modulus / CERAMIC.youngs_modulus, 1.0), (1.0, 0.0)):
        thin = np.array([ceramic, 0, 0, 0, own * thickness, 0, 0])
        full = np.array([own, 0, 0, 0, ceramic, 0, 0, 0.0])
        found.append([float(membrane.stress_intensity(thin)[0]), float(meshed.stress_intensity(full)[0])])
    return np.array(found).T


def test_a_cover_tends_to_a_membrane():
    """The limit of docs/interlayers.md: what the membrane misses goes with thickness over depth."""
    thick, thin = (membrane_and_meshed(h, 83e3) for h in (0.5, 0.1))
    apart = [np.abs(found[0] / found[1] - 1) for found in (thick, thin)]
    assert np.all(apart[0] < [2e-3, COVER_ERROR * 0.5 / DEPTH])
    assert np.all(apart[1] < [2e-4, COVER_ERROR * 0.1 / DEPTH])


@pytest.mark.parametrize(
    ("plies", "depth"),
    [
        ((CERAMIC, PatchPly(0.05, 42.6e3, 0.262), PatchPly(50.0, 4810.0, 0.38)), 20.0),
        ((CERAMIC, PatchPly(0.08, 83e3, 0.37)), 20.0),
    ],
)
def test_merging_moves_k_by_less_than_it_says(plies, depth):
    patch = make_patch(plies, Scratch(depth))
    fewer = merge_thin(patch, 0.05)
    assert len(fewer.plies) < len(plies)
    k = [float(solve_influence(p, 0.003).stress_intensity(p.tension)[0]) for p in (patch, fewer)]
    assert abs(k[1] / k[0] - 1) < fewer.merging


def stack(flaws=(), base="2000 um", **keys):
    layers = [
        {"name": "base", "material": "LLZTO", "thickness": base},
        {"name": "film", "material": "Li2CO3", "thickness": "5 um", "residual_stress": "60 MPa", **keys},
    ]
    load = {"tension": "30 N/m"}
    return parse_case({"format": 1, "title": "t", "stack": layers, "flaws": list(flaws), "load": load})


def test_a_film_on_a_deep_solid_solves_to_the_closed_forms():
    read = stack()
    laminate = make_laminate(read)
    loadings = loadings_of(read, laminate)
    (film,) = films_of(read, laminate)
    closed = drives_of(film, loadings)
    solved = solved_drives(solve_film(read, film), closed, loadings)
    for one, other in zip(closed, solved, strict=True):
        assert other.channel == pytest.approx(one.channel, rel=0.01)
        assert np.degrees(other.phase) == pytest.approx(np.degrees(one.phase), abs=1.0)


def test_a_sheared_interface_is_held_against_its_toughness_at_the_phase():
    flaw = {"kind": "delamination", "layer": "film", "face": "top", "start": "cut", "length": "40 um"}
    flaw |= {"interface_toughness": "0.5 J/m^2"}
    plain, phased = (run(stack([flaw | keys], "30 um")) for keys in ({}, {"mode_sensitivity": 0.6}))
    values = {name: entry["value"] for name, entry in phased.quantities.items()}
    gamma = 0.5 * float(toughening(np.radians(values["phase_angle"]), 0.6))
    assert gamma > 0.55
    assert values["interface_toughness"] == pytest.approx(gamma)
    assert values["G_ratio"] == pytest.approx(values["G_max"] / gamma)
    assert values["K_ratio"] == pytest.approx(np.sqrt(values["G_max"] / gamma))
    assert values["G_max"] == pytest.approx(plain.quantities["G_max"]["value"])
    assert phased.verdict.worst.finding.error > 0
