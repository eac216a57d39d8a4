"""The element-free blister against its limits: a thick film, a thin plate, equal solids."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.fracture.bimaterial import InterfaceTip, Isotropic
from rollmech.verify.blister import _coefficients, blister_k, blister_release_rate, blister_volume
from rollmech.verify.closed_forms import (
    HOMOGENEOUS_OMEGA,
    Arm,
    circular_blister_release_rate,
    penny_interface_crack_k,
    penny_interface_crack_volume,
)

SOLID = Isotropic(200e3, 0.3)
EQUAL = InterfaceTip(SOLID, SOLID)
STIFF_FILM = InterfaceTip(Isotropic(150e3, 0.26), Isotropic(4e3, 0.38))
SOFT_FILM = InterfaceTip(Isotropic(1e3, 0.3), Isotropic(10e3, 0.3))
THIN = np.array([0.1, 0.05, 0.025])


@pytest.mark.parametrize("tip", [EQUAL, STIFF_FILM, SOFT_FILM], ids=["equal", "stiff film", "soft film"])
def test_thick_film_is_the_penny_between_half_spaces(tip):
    thickness, radius, pressure = 900.0, 3.0, 2.0
    volume = penny_interface_crack_volume(tip, radius, pressure)
    k = penny_interface_crack_k(tip, radius, pressure)
    assert blister_volume(tip, thickness, radius, pressure) == pytest.approx(volume, rel=5e-6)
    assert blister_release_rate(tip, thickness, radius, pressure) == pytest.approx(
        tip.release_rate(k), rel=5e-6
    )
    # 0.05 degrees of phase
    assert blister_k(tip, thickness, radius, pressure) == pytest.approx(k, rel=9e-4)


def extrapolated(values: np.ndarray) -> float:
    """Limit of a quadratic through the values at the three thin films."""
    return float(np.polyval(np.polyfit(THIN, values, 2), 0.0))


def test_thin_film_is_a_clamped_plate():
    plates = [circular_blister_release_rate(Arm(h, SOLID.plane_modulus), 1.0, 1.0) for h in THIN]
    ratio = np.sqrt([blister_release_rate(EQUAL, h, 1.0, 1.0) for h in THIN] / np.array(plates))
    assert extrapolated(ratio) == pytest.approx(1.0, abs=1e-3)


def test_phase_of_a_thin_film_is_that_of_a_film_bent_off():
    phase = [np.angle(blister_k(EQUAL, h, 1.0, 1.0, terms=80)) for h in THIN]
    assert extrapolated(np.unwrap(phase)) == pytest.approx(HOMOGENEOUS_OMEGA - np.pi / 2, abs=2e-3)


@pytest.mark.parametrize("thickness", [0.1, 0.5])
def test_release_rate_has_settled(thickness):
    for tip in (STIFF_FILM, SOFT_FILM):
        few, many = (blister_release_rate(tip, thickness, 1.0, 1.0, terms) for terms in (60, 120))
        assert few == pytest.approx(many, rel=1e-5)


def test_edge_of_the_series_carries_the_release_rate_of_the_volume():
    """Equal solids: K straight from the ends of f and g, against dV/da: two routes to one G."""
    terms = 60
    coefficients = _coefficients(EQUAL, 0.3, terms)
    ends = coefficients[:terms].sum(), -coefficients[terms:].sum()
    k = complex(*ends) * EQUAL.effective_modulus * np.sqrt(np.pi) / 4
    assert EQUAL.release_rate(k) == pytest.approx(blister_release_rate(EQUAL, 0.3, 1.0, 1.0), rel=5e-6)
    assert blister_k(EQUAL, 0.3, 1.0, 1.0) == pytest.approx(k, rel=5e-6)


def test_units_of_length_do_not_matter():
    k = [blister_k(STIFF_FILM, 0.5 * unit, unit, 1.0) for unit in (1.0, 25.0)]
    assert k[1] == pytest.approx(k[0] * 25 ** (0.5 - 1j * STIFF_FILM.oscillation_index), rel=1e-9)
