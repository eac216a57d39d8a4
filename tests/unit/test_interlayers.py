"""The numbers of docs/interlayers.md that are closed forms of the web."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from rollmech.web import Laminate, Ply
from rollmech.web.misalignment import misaligned_edge_strain

CERAMIC = {"youngs_modulus": 150e9, "poisson_ratio": 0.257}
PET = {"youngs_modulus": 4.81e9, "poisson_ratio": 0.38}
RADIUS = 0.05


def ceramic(thickness: float) -> Ply:
    return Ply("ceramic", thickness, **CERAMIC)


def peak(*plies: Ply, tension: float = 0.0) -> float:
    """Largest stress (MPa) of the ceramic on the roller."""
    laminate = Laminate(plies)
    return laminate.web_state(tension, 1 / RADIUS).peak_stress(laminate.index("ceramic")).stress / 1e6


@pytest.mark.parametrize(
    ("thickness", "stress"), [(100, 160.6), (50, 80.3), (20, 32.1), (10, 16.1), (5, 8.0)]
)
def test_thinner_webs_bend_at_less_stress(thickness, stress):
    assert peak(ceramic(1e-6 * thickness)) == pytest.approx(stress, abs=0.05)


def test_tension_and_bending_have_a_best_thickness():
    plane, tension = CERAMIC["youngs_modulus"] / (1 - CERAMIC["poisson_ratio"] ** 2), 100.0
    best = minimize_scalar(
        lambda um: peak(ceramic(1e-6 * um), tension=tension), bounds=(1, 50), method="bounded"
    )
    assert 1e-6 * best.x == pytest.approx(np.sqrt(2 * RADIUS * tension / plane), rel=1e-3)
    assert best.fun == pytest.approx(np.sqrt(2 * tension * plane / RADIUS) / 1e6, rel=1e-6)
    assert (best.x, best.fun) == (pytest.approx(7.89, abs=0.01), pytest.approx(25.35, abs=0.01))


@pytest.mark.parametrize(("modulus", "change"), [(1e7, 2.5e-5), (1e8, 2.5e-4), (4e8, 9.9e-4), (1e9, 2.5e-3)])
@pytest.mark.parametrize("above", [True, False])
def test_a_soft_interlayer_hardly_moves_the_peak(modulus, change, above):
    soft = Ply("soft", 5e-6, modulus, 0.46)
    plies = (ceramic(2e-5), soft) if above else (soft, ceramic(2e-5))
    moved = peak(*plies) / peak(ceramic(2e-5)) - 1
    assert moved == pytest.approx(-change if above else change, rel=0.02)


def test_a_sandwich_holds_the_ceramic_at_the_neutral_axis():
    film = Ply("film", 5e-5, **PET)
    free, one_sided = (peak(*plies, tension=100.0) for plies in ((ceramic(2e-5),), (film, ceramic(2e-5))))
    sandwich = peak(film, ceramic(2e-5), film, tension=100.0)
    expected = {"free": 37.12, "one-sided": 45.77, "sandwich": 36.40}
    assert {"free": free, "one-sided": one_sided, "sandwich": sandwich} == pytest.approx(expected, abs=0.01)


def test_misaligned_roller_stretches_an_edge():
    strain = misaligned_edge_strain(width=0.3, angle=1e-3, span=1.0)
    assert CERAMIC["youngs_modulus"] * strain / 1e6 == pytest.approx(45.0)
