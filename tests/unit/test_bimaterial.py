"""Fields, K and exponents of bimaterial cracks held to the equations that define them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rollmech.fracture.bimaterial import (
    Dundurs,
    InterfaceTip,
    Isotropic,
    deflection_ratio,
    near_tip_displacement,
    near_tip_gradient,
    zak_williams_exponent,
)

MODES = (0, 1, 2)
STEEL = Isotropic(200e3, 0.3)
PAIRS = {
    "stiff on soft": InterfaceTip(Isotropic(150e3, 0.26), Isotropic(4e3, 0.38)),
    "soft on stiff": InterfaceTip(Isotropic(1e3, 0.3), Isotropic(10e3, 0.3)),
    "rubber below": InterfaceTip(Isotropic(150e3, 0.26), Isotropic(50.0, 0.499)),
    "auxetic above": InterfaceTip(Isotropic(3.0, -0.5), Isotropic(2.0, 0.45)),
}
RADII = np.geomspace(1e-3, 1e3, 7)


@pytest.fixture(params=PAIRS.values(), ids=PAIRS.keys())
def tip(request) -> InterfaceTip:
    return request.param


def fields(tip: InterfaceTip, mode: int, radius, angle, above) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and stress of a unit K."""
    gradient = near_tip_gradient(tip, mode, radius, angle, above)
    shear = np.where(above, tip.above.shear_modulus, tip.below.shear_modulus)[..., None, None]
    poisson = np.where(above, tip.above.poisson_ratio, tip.below.poisson_ratio)[..., None, None]
    strain = (gradient + np.swapaxes(gradient, -1, -2)) / 2
    trace = np.trace(strain, axis1=-2, axis2=-1)[..., None, None] * np.eye(3)
    return gradient, 2 * shear * (strain + poisson / (1 - 2 * poisson) * trace)


# --- the pair ---


@pytest.mark.parametrize(
    ("above", "below", "alpha", "beta", "eps"),
    [
        ((10, 0.3), (1, 0.3), 0.818182, 0.233766, -0.075812),
        ((150, 0.26), (4, 0.38), 0.943521, 0.178924, -0.057573),
        ((150, 0.26), (110, 0.34), 0.127946, -0.004693, 0.001494),
        ((150, 0.26), (0.05, 0.45), 0.999221, 0.090747, -0.028965),
    ],
)
def test_mismatch_of_known_pairs(above, below, alpha, beta, eps):
    tip = InterfaceTip(Isotropic(*above), Isotropic(*below))
    assert_allclose([*tip.mismatch, tip.oscillation_index], [alpha, beta, eps], atol=6e-7)


def test_exchanged_solids_turn_every_sign(tip):
    other = InterfaceTip(tip.below, tip.above)
    assert_allclose(
        [*other.mismatch, other.oscillation_index], [-x for x in (*tip.mismatch, tip.oscillation_index)]
    )
    assert other.effective_modulus == pytest.approx(tip.effective_modulus)


def test_rigid_above_makes_beta_of_an_incompressible_solid_vanish():
    assert InterfaceTip(Isotropic(1e12, 0.2), Isotropic(1.0, 0.5)).mismatch.beta == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("solid", [Isotropic(0.0, 0.3), Isotropic(1.0, 0.51), Isotropic(float("nan"), 0.3)])
def test_impossible_solids_are_refused(solid):
    with pytest.raises(ValueError, match="positive modulus"):
        InterfaceTip(STEEL, solid)


def test_phase_is_that_of_the_traction_and_shifts_with_its_length(tip):
    k = 3.0 - 1.5j
    ahead = k * 7.0 ** (1j * tip.oscillation_index)
    assert tip.phase(k, 7.0) == pytest.approx(np.angle(ahead))
    assert tip.shift_phase(tip.phase(k, 7.0), 7.0, to=40.0) == pytest.approx(tip.phase(k, 40.0))


# --- near-tip fields ---


@pytest.mark.parametrize("mode", MODES)
def test_bond_ahead_is_continuous(tip, mode):
    sides = [near_tip_displacement(tip, mode, RADII, 0.0, above) for above in (True, False)]
    assert_allclose(sides[0], sides[1], atol=1e-12 * np.abs(sides[0]).max())
    tractions = [fields(tip, mode, RADII, 0.0, above)[1][..., 1] for above in (True, False)]
    assert_allclose(tractions[0], tractions[1], atol=1e-10 * np.abs(tractions[0]).max())


@pytest.mark.parametrize("mode", MODES)
def test_traction_ahead_defines_k(tip, mode):
    _, stress = fields(tip, mode, RADII, 0.0, True)
    k, k3 = [(1, 0), (1j, 0), (0, 1)][mode]
    plane = k * RADII ** (1j * tip.oscillation_index) / np.sqrt(2 * np.pi * RADII)
    assert_allclose(stress[:, 1, 1] + 1j * stress[:, 0, 1], plane, atol=1e-10 / np.sqrt(RADII).min())
    assert_allclose(
        stress[:, 1, 2], k3 / np.sqrt(2 * np.pi * RADII), atol=1e-12 * np.abs(stress).max(), rtol=1e-10
    )


@pytest.mark.parametrize("mode", MODES)
def test_faces_are_free(tip, mode):
    for above, angle in ((True, np.pi), (False, -np.pi)):
        _, stress = fields(tip, mode, RADII, angle, above)
        assert np.abs(np.sqrt(RADII)[:, None] * stress[..., 1]).max() < 1e-10


def test_crack_opening(tip):
    eps = tip.oscillation_index
    power = RADII ** (0.5 + 1j * eps)
    scale = tip.effective_modulus * np.sqrt(2 * np.pi) * (1 + 2j * eps) * np.cosh(np.pi * eps)
    for mode, k in enumerate((1, 1j)):
        top, bottom = (
            near_tip_displacement(tip, mode, RADII, a, s) for a, s in ((np.pi, True), (-np.pi, False))
        )
        opening = (top - bottom)[:, 1] + 1j * (top - bottom)[:, 0]
        assert_allclose(opening, 8 * k * power / scale, rtol=1e-10)


@pytest.mark.parametrize("mode", MODES)
def test_gradient_and_equilibrium_by_differences(tip, mode):
    rng = np.random.default_rng(mode)
    radius, angle = rng.uniform(0.5, 20.0, 40), rng.uniform(-3.0, 3.0, 40)
    above = angle > 0
    step = 1e-4 * radius

    def moved(function, axis, sign):
        x = radius * np.cos(angle) + sign * step * (axis == 0)
        y = radius * np.sin(angle) + sign * step * (axis == 1)
        return function(tip, mode, np.hypot(x, y), np.arctan2(y, x), above)

    def difference(function, axis):
        difference = moved(function, axis, 1) - moved(function, axis, -1)
        return difference / (2 * step).reshape(-1, *(1,) * (difference.ndim - 1))

    exact = near_tip_gradient(tip, mode, radius, angle, above)
    stress = 1 / np.sqrt(2 * np.pi * radius)
    scale = (stress / np.where(above, tip.above.shear_modulus, tip.below.shear_modulus))[:, None]
    for axis in (0, 1):
        assert np.abs((difference(near_tip_displacement, axis) - exact[..., axis]) / scale).max() < 1e-6
    assert not exact[..., 2].any()
    force = sum(difference(lambda *a: fields(*a)[1], axis)[..., axis] for axis in (0, 1))
    assert (np.abs(force).max(axis=1) * radius / stress).max() < 1e-6


def test_no_volume_change_in_an_incompressible_solid():
    tip = InterfaceTip(Isotropic(150e3, 0.26), Isotropic(50.0, 0.5))
    gradient = near_tip_gradient(tip, 0, 2.0, np.linspace(-3, -0.1, 9), False)
    assert_allclose(np.trace(gradient, axis1=1, axis2=2), 0, atol=1e-12 * np.abs(gradient).max())


@pytest.mark.parametrize("mode", MODES)
def test_equal_solids_give_williams(mode):
    angle = np.linspace(-3.1, 3.1, 25)
    shear, kappa, root = STEEL.shear_modulus, STEEL.kolosov, np.sqrt(3.0 / (2 * np.pi))
    cos, sin = np.cos(angle / 2), np.sin(angle / 2)
    expected = [
        [cos * (kappa - np.cos(angle)) / 2, sin * (kappa - np.cos(angle)) / 2, 0 * cos],
        [sin * (kappa + 2 + np.cos(angle)) / 2, -cos * (kappa - 2 + np.cos(angle)) / 2, 0 * cos],
        [0 * cos, 0 * cos, 2 * sin],
    ][mode]
    u = near_tip_displacement(InterfaceTip(STEEL, STEEL), mode, 3.0, angle, angle > 0)
    assert_allclose(u, root / shear * np.transpose(expected), atol=1e-12 * root / shear)


@pytest.mark.parametrize("mode", MODES)
def test_upside_down_the_field_is_its_mirror_image(tip, mode):
    other, angle = InterfaceTip(tip.below, tip.above), np.linspace(-3, 3, 12)
    u = near_tip_displacement(tip, mode, 2.0, angle, angle > 0)
    mirrored = near_tip_displacement(other, mode, 2.0, -angle, angle < 0)
    sign = (1, -1, -1)[mode]
    assert_allclose(mirrored, sign * u * [1, -1, 1], atol=1e-12 * np.abs(u).max())


@pytest.mark.parametrize("mode", MODES)
def test_faces_keep_their_side_when_rounding_crosses_them(tip, mode):
    for above, side in ((True, 1), (False, -1)):
        on, beyond = (near_tip_displacement(tip, mode, 2.0, side * a, above) for a in (np.pi, -np.pi + 1e-9))
        assert_allclose(beyond, on, atol=1e-8 * np.abs(on).max())


# --- contour integrals ---


def interaction_integral(tip: InterfaceTip, first: int, second: int, radius: float) -> float:
    """Contour integral on a circle; the free faces add nothing. Half of it is J when both fields are one."""
    points, weights = np.polynomial.legendre.leggauss(40)
    angle = np.concatenate([np.pi / 2 * (points + 1), np.pi / 2 * (points - 1)])
    weight = radius * np.pi / 2 * np.concatenate([weights, weights])
    normal = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
    (grad1, stress1), (grad2, stress2) = (
        fields(tip, mode, radius, angle, angle > 0) for mode in (first, second)
    )
    energy = np.einsum("nij,nij->n", stress1, grad2)
    work = np.einsum("nij,nj,ni->n", stress1, normal, grad2[..., 0]) + np.einsum(
        "nij,nj,ni->n", stress2, normal, grad1[..., 0]
    )
    return float(weight @ (energy * normal[:, 0] - work))


@pytest.mark.parametrize("radius", [0.01, 50.0])
def test_interaction_scales_and_release_rate(tip, radius):
    integrals = np.array([[interaction_integral(tip, i, j, radius) for j in MODES] for i in MODES])
    assert_allclose(integrals * tip.interaction_scales, np.eye(3), atol=1e-9)
    unit = [tip.release_rate(1.0), tip.release_rate(1j), tip.release_rate(0.0, 1.0)]
    assert_allclose(np.diag(integrals) / 2, unit, rtol=1e-9)


def test_release_rate_of_mode_three_alone():
    tip = InterfaceTip(Isotropic(26.0, 0.3), Isotropic(6.5, 0.3))  # shear moduli 10 and 2.5
    assert tip.release_rate(0.0, 2.0) == pytest.approx(4 * (1 / 10 + 1 / 2.5) / 4)


# --- crack normal to the interface ---


@pytest.mark.parametrize(
    ("alpha", "quarter", "exponent"),
    [
        (-0.99, True, 0.31211),
        (-0.8, True, 0.35036),
        (0.0, True, 0.5),
        (0.4, True, 0.59117),
        (0.9, True, 0.81430),
        (0.99, True, 0.93987),
        (-0.9, False, 0.41108),
        (0.2, False, 0.53637),
        (0.8, False, 0.74503),
    ],
)
def test_zak_williams_exponent(alpha, quarter, exponent):
    assert zak_williams_exponent(Dundurs(alpha, alpha / 4 if quarter else 0.0)) == pytest.approx(
        exponent, abs=6e-6
    )


@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.15), (-0.7, -0.1), (0.9, 0.3), (-0.5, 0.05)])
def test_exponent_makes_the_wedge_determinant_singular(alpha, beta):
    """The exponent against the three wedges themselves: Williams functions in each solid, bond and free faces."""
    shear, poisson = _solids_of(alpha, beta)
    exponent = zak_williams_exponent(Dundurs(alpha, beta))

    def smallest(s: float) -> float:
        singular = np.linalg.svd(_normal_crack_conditions(shear, poisson, 1 - s), compute_uv=False)
        return singular[-1] / singular[0]

    assert smallest(exponent) < 1e-12
    assert smallest(exponent + 0.02) > 1e-5


def _solids_of(alpha: float, beta: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Shear moduli and Poisson ratios with the given mismatch; the first has nu = 0.3."""
    kappa1 = 1.8
    stiffness = (1 + alpha) / (1 - alpha)  # mu1 (kappa2 + 1) / (mu2 (kappa1 + 1))
    # beta = (mu1 (k2 - 1) - mu2 (k1 - 1)) / (mu1 (k2 + 1) + mu2 (k1 + 1)) solved for mu1 at mu2 = 1
    total = (kappa1 + 1) * (stiffness + 1)
    mu1 = (stiffness * (kappa1 + 1) - beta * total - (kappa1 - 1)) / 2
    kappa2 = stiffness * (kappa1 + 1) / mu1 - 1
    return (mu1, 1.0), (0.3, (3 - kappa2) / 4)


def _wedge_rows(power: float, angle: float, shear: float, poisson: float) -> np.ndarray:
    """Rows u_r, u_theta, sigma_theta, sigma_r_theta of the four Airy functions r^(p+1) cos/sin (p +- 1) angle."""
    p, kappa = power, 3 - 4 * poisson
    c, s = np.cos, np.sin
    plus, minus = (p + 1) * angle, (p - 1) * angle
    u_r = [-(p + 1) * c(plus), -(p + 1) * s(plus), (kappa - p) * c(minus), (kappa - p) * s(minus)]
    u_t = [(p + 1) * s(plus), -(p + 1) * c(plus), (kappa + p) * s(minus), -(kappa + p) * c(minus)]
    hoop = [p * (p + 1) * f for f in (c(plus), s(plus), c(minus), s(minus))]
    shear_stress = [p * (p + 1) * s(plus), -p * (p + 1) * c(plus), p * (p - 1) * s(minus)]
    shear_stress.append(-p * (p - 1) * c(minus))
    return np.array([np.array(u_r) / (2 * shear), np.array(u_t) / (2 * shear), hoop, shear_stress])


def _normal_crack_conditions(shear, poisson, power: float) -> np.ndarray:
    """Symmetric half: the solid ahead in 0..90 degrees from the crack's line, the cracked one in 90..180."""
    ahead = _wedge_rows(power, np.pi / 2, shear[1], poisson[1])
    # The cracked solid's angle is measured from its free face, so that the interface is at -90 degrees.
    behind = _wedge_rows(power, -np.pi / 2, shear[0], poisson[0])
    symmetric = [0, 2]  # cosines only: no shear and no u_theta on the line ahead
    face = _wedge_rows(power, 0.0, shear[0], poisson[0])[2:]
    top = np.hstack([ahead[:, symmetric], -behind])
    return np.vstack([top, np.hstack([np.zeros((2, 2)), face])])


def test_deflection_ratio_counts_the_lengths_of_the_branches():
    assert deflection_ratio(2.0, 8.0, 0.5, length_ratio=3.0) == pytest.approx(0.25)
    # G ~ a^(1 - 2 s): twice the length at s = 0.75 halves G^2.
    assert deflection_ratio(1.0 / np.sqrt(2), 1.0, 0.75, length_ratio=2.0) == pytest.approx(1.0)
