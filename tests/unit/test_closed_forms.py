"""Closed-form references held to each other, to limits and to the equations behind them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rollmech.fracture.bimaterial import InterfaceTip, Isotropic
from rollmech.verify.closed_forms import (
    HOMOGENEOUS_OMEGA,
    Arm,
    central_interface_crack_k,
    channel_crack_release_rate,
    circular_blister_release_rate,
    delaminated_film_k,
    delamination_release_rate,
    embedded_ellipse_k,
    penny_crack_k,
    penny_interface_crack_k,
    penny_interface_crack_volume,
    stressed_film_release_rate,
)

SOLID = Isotropic(200e3, 0.3)
PAIRS = {
    "stiff on soft": InterfaceTip(Isotropic(150e3, 0.26), Isotropic(4e3, 0.38)),
    "soft on stiff": InterfaceTip(Isotropic(1e3, 0.3), Isotropic(10e3, 0.3)),
    "auxetic above": InterfaceTip(Isotropic(3.0, -0.5), Isotropic(2.0, 0.45)),
    "equal": InterfaceTip(SOLID, SOLID),
}


@pytest.fixture(params=PAIRS.values(), ids=PAIRS.keys())
def tip(request) -> InterfaceTip:
    return request.param


# --- cracks along an interface ---


def test_central_crack_of_a_printed_pair():
    tip = InterfaceTip(Isotropic(150.0, 0.26), Isotropic(4.0, 0.38))
    assert central_interface_crack_k(tip, 1.0, 1.0) == pytest.approx(1.779185 - 0.133215j, abs=1e-6)


def test_central_crack_is_that_of_point_loads_summed_over_its_face(tip):
    """Rice & Sih's point loads on a finite crack: K ~ integral of ((a + x) / (a - x))^(1/2 + i eps)."""
    a, eps = 4.0, tip.oscillation_index
    # x = a tanh(y) makes the weight smooth.
    y, h = np.linspace(-40, 40, 8001, retstep=True)
    weight = np.exp((1 + 2j * eps) * y) / np.cosh(y) ** 2
    k = np.sqrt(a / np.pi) * np.cosh(np.pi * eps) * (2 * a) ** (-1j * eps) * h * weight.sum()
    assert central_interface_crack_k(tip, a, 1.0) == pytest.approx(k, rel=1e-9)


def test_penny_interface_crack_g_follows_from_its_volume(tip):
    radius, pressure = 7.0, 3.0
    release_rate = tip.release_rate(penny_interface_crack_k(tip, radius, pressure))
    # d(p V / 2) = G 2 pi a da with V ~ a^3
    volume = penny_interface_crack_volume(tip, radius, pressure)
    assert release_rate == pytest.approx(3 * pressure * volume / (4 * np.pi * radius**2), rel=1e-12)


def test_penny_interface_crack_volume_by_energy(tip):
    """The opening that makes the potential energy stationary, in Legendre polynomials.

    With jumps w = int f / sqrt(t^2 - r^2) dt and, for u, h (odd f, even h of zero mean on -1 < t < 1), Hankel
    transforms turn the energy of two half-spaces into (f, f) + (h, h) - (2 beta / pi) (f, PV int h / (t - s) ds).
    """
    beta = tip.mismatch.beta
    odd, even = np.arange(1, 400, 2), np.arange(2, 401, 2)
    # int P_m(t) PV int P_n(s) / (t - s) ds dt = 4 / ((n - m)(n + m + 1)) for n + m odd
    coupling = 4 / ((even[None, :] - odd[:, None]) * (even[None, :] + odd[:, None] + 1.0))
    matrix = np.block(
        [
            [np.diag(2 / (2 * odd + 1)), -beta / np.pi * coupling],
            [-beta / np.pi * coupling.T, np.diag(2 / (2 * even + 1))],
        ]
    )
    load = np.zeros(len(matrix))
    load[0] = 2 / 3  # t against P_1
    compliance = load @ np.linalg.solve(matrix, load)
    # V = pi int f t dt, f = 2 p / (pi C) x solution, C = E* / (4 (1 - beta^2))
    volume = 8 * (1 - beta**2) * compliance / tip.effective_modulus
    assert penny_interface_crack_volume(tip, 1.0, 1.0) == pytest.approx(volume, rel=1e-5)


def test_penny_interface_crack_without_mismatch_is_a_penny():
    tip = PAIRS["equal"]
    assert penny_interface_crack_k(tip, 5.0, 2.0) == pytest.approx(penny_crack_k(5.0, 2.0))
    sneddon = 16 * (1 - 0.3**2) * 2.0 * 5.0**3 / (3 * 200e3)
    assert penny_interface_crack_volume(tip, 5.0, 2.0) == pytest.approx(sneddon)


def test_interface_cracks_rescale_with_the_unit_of_length(tip):
    """The same crack in other units of length keeps its traction: K changes by sqrt(l) l^(-i eps)."""
    factor = 1000 ** (0.5 - 1j * tip.oscillation_index)
    for k in (central_interface_crack_k, penny_interface_crack_k):
        assert k(tip, 1000 * 3.0, 1.0) == pytest.approx(factor * k(tip, 3.0, 1.0))


# --- delamination ---


@pytest.mark.parametrize("ratio", [0.01, 0.3, 1.0])
@pytest.mark.parametrize(("force", "moment"), [(1.0, 0.0), (0.0, 1.0), (2.0, -0.7), (1.3, 2.1)])
def test_delaminated_film_k_carries_the_energy_of_its_beams(tip, ratio, force, moment):
    h, big = 2.0, 2.0 / ratio
    film = Arm(h, tip.above.plane_modulus, -force, -moment)
    base = Arm(big, tip.below.plane_modulus, force, moment + force * (h + big) / 2)
    k = delaminated_film_k(tip, h, big, force, moment, HOMOGENEOUS_OMEGA)
    assert tip.release_rate(k) == pytest.approx(delamination_release_rate(film, base), rel=1e-9)


def test_delaminated_film_without_mismatch():
    """K = (0.434, 0.558) P / sqrt(h) stretched, (1.932, -1.506) M / h^1.5 bent (Thouless et al. 1987)."""
    stretched = delaminated_film_k(PAIRS["equal"], 1.0, np.inf, 1.0, 0.0, HOMOGENEOUS_OMEGA)
    bent = delaminated_film_k(PAIRS["equal"], 1.0, np.inf, 0.0, 1.0, HOMOGENEOUS_OMEGA)
    assert_allclose([stretched.real, stretched.imag], [0.434, 0.558], atol=1e-3)
    assert_allclose([bent.real, bent.imag], [1.932, -1.506], atol=1e-3)


def test_bent_delamination_specimen():
    """Equal layers, E = 1, nu = 0.3, h = 1: G = 21 (1 - nu^2) M^2 / (4 E h^3) (Charalambides et al. 1989)."""
    modulus = 1 / (1 - 0.3**2)
    cut, whole = Arm(1.0, modulus), Arm(1.0, modulus, moment=1.0)
    assert delamination_release_rate(cut, whole) == pytest.approx(21 * (1 - 0.3**2) / 4)
    # Modulus ratio 3 with unlike layers, from lambda and the second moments of the paper.
    h1, h2, e1, e2 = 0.7, 1.9, 1.0, 3.0
    ratio = e2 / e1
    inertia = h1**3 / 12 + ratio * h2**3 / 12 + ratio * h1 * h2 * (h1 + h2) ** 2 / (4 * (h1 + ratio * h2))
    expected = (12 / h2**3 - ratio / inertia) / (2 * e2)
    got = delamination_release_rate(Arm(h1, e1), Arm(h2, e2, moment=1.0))
    assert got == pytest.approx(expected)


def test_double_cantilever_beam():
    arms = Arm(0.5, 100.0, moment=-3.0), Arm(0.5, 100.0, moment=3.0)
    assert delamination_release_rate(*arms) == pytest.approx(12 * 3.0**2 / (100.0 * 0.5**3))


def test_arms_bent_and_stretched_as_one_release_nothing():
    h1, h2, e1, e2, strain, curvature = 1.0, 3.0, 5.0, 2.0, 1e-3, 2e-4
    arms = [
        Arm(h, e, e * h * (strain + curvature * middle), e * h**3 / 12 * curvature)
        for h, e, middle in ((h1, e1, h2 + h1 / 2), (h2, e2, h2 / 2))
    ]
    stored = sum(a.force**2 / (a.plane_modulus * a.thickness) for a in arms)
    assert delamination_release_rate(*arms) == pytest.approx(0, abs=1e-12 * stored)


def test_stressed_film():
    film, stress = Arm(2.0, 150.0), 3.0
    thick = stressed_film_release_rate(film, Arm(2e8, 4.0), stress)
    assert thick == pytest.approx(stress**2 * 2.0 / (2 * 150.0), rel=2e-6)
    # Equal layers: the bonded pair relaxes P^2 (1 / (2 h) + (h/2)^2 / (8 h^3 / 12)) / E of P^2 / (E h).
    equal = stressed_film_release_rate(film, Arm(2.0, 150.0), stress)
    assert equal == pytest.approx(stress**2 * 2.0 / (2 * 150.0) * (1 - 1 / 2 - 3 / 8))


def test_channel_crack_is_half_the_edge_crack_without_mismatch():
    film, stress = Arm(2.0, 150.0), 3.0
    # A channel takes the mean of the plane crack's G over its growth, and G ~ depth.
    edge = 1.12152226**2 * stress**2 * np.pi * 2.0 / 150.0  # K^2 / E' of an edge crack as deep as the film
    assert channel_crack_release_rate(film, stress, 1.12152226**2) == pytest.approx(edge / 2)


# --- cracks inside a body ---


def test_embedded_ellipse():
    assert_allclose(embedded_ellipse_k(3.0, 3.0, np.array([0.0, 1.0]), 2.0), penny_crack_k(3.0, 2.0))
    unit = np.sqrt(np.pi * 1.0)
    assert embedded_ellipse_k(1.0, 2.0, np.pi / 2, 1.0) / unit == pytest.approx(0.825726, abs=1e-6)
    assert embedded_ellipse_k(1.0, 1e6, np.pi / 2, 1.0) == pytest.approx(unit, rel=1e-6)


def test_circular_blister_is_its_edge_moment_and_its_volume():
    film, radius, pressure = Arm(2.0, 150.0), 40.0, 0.3
    release_rate = circular_blister_release_rate(film, radius, pressure)
    edge_moment = pressure * radius**2 / 8
    assert release_rate == pytest.approx(
        delamination_release_rate(film._replace(moment=edge_moment), Arm(1e6, 1e9)), rel=1e-6
    )
    rigidity = 150.0 * 2.0**3 / 12
    volume = np.pi * pressure * radius**6 / (192 * rigidity)
    # d(p V / 2) = G 2 pi a da with V ~ a^6
    assert release_rate == pytest.approx(6 * pressure * volume / 2 / (2 * np.pi * radius**2))
