"""Laws of mixtures, pores, relaxation and grading against published closed forms, limits and data."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from rollmech.materials.graded import LAWS as GRADINGS
from rollmech.materials.graded import shares, sublayers_needed
from rollmech.materials.mixture import (
    RULES,
    cte_mixture,
    elastic_mixture,
    halpin_tsai,
    hashin_shtrikman,
    mori_tanaka,
    self_consistent,
)
from rollmech.materials.moduli import Elastic
from rollmech.materials.porosity import LAWS, porous, toughness_factor, upper_bound
from rollmech.materials.viscoelastic import PowerLaw, Prony, poisson_of_elastic_bulk
from rollmech.web import Laminate, Ply

POLYMER = Elastic.of(10e6, 0.46)
CERAMIC = Elastic.of(158e9, 0.257)
VOID = Elastic(0.0, 0.0)
RIGID = 1e9  # times the matrix
RUBBER = Elastic(1e15, 1.0)  # incompressible beside its shear modulus

moduli = st.floats(1e5, 1e12)
ratios = st.floats(0.05, 0.48)
fractions = st.floats(0.01, 0.99)


def test_moduli_go_there_and_back():
    assert CERAMIC.youngs_modulus == pytest.approx(158e9)
    assert CERAMIC.poisson_ratio == pytest.approx(0.257)
    assert CERAMIC.bulk == pytest.approx(158e9 / (3 * (1 - 2 * 0.257)))


# --- mixtures ---


@given(moduli, ratios, moduli, ratios, fractions)
def test_order_of_the_bounds(e1, nu1, e2, nu2, f):
    """Reuss <= HS lower <= self-consistent <= HS upper <= Voigt for every pair of phases."""
    pair = Elastic.of(e1, nu1), Elastic.of(e2, nu2)
    rules = ("reuss", "hashin-shtrikman lower", "self-consistent", "hashin-shtrikman upper", "voigt")
    values = [elastic_mixture(rule, *pair, f)[0].value for rule in rules]
    assert all(a <= b * (1 + 1e-9) for a, b in pairwise(values))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "halpin-tsai"])
@given(moduli, ratios)
def test_a_mixture_with_itself_is_itself(rule, e, nu):
    phase = Elastic.of(e, nu)
    young, poisson = elastic_mixture(rule, phase, phase, 0.3)
    assert young.value == pytest.approx(e)
    assert poisson.value == pytest.approx(nu)


@given(fractions)
def test_bounds_as_hashin_and_shtrikman_printed_them(f):
    """Eqs. for K1*, G1* of the 1963 paper, the softer phase as 1; the upper ones by exchanging the phases."""
    (k1, g1), (k2, g2) = POLYMER, CERAMIC
    low, high = hashin_shtrikman(POLYMER, CERAMIC, f)
    assert low.bulk == pytest.approx(k1 + f / (1 / (k2 - k1) + 3 * (1 - f) / (3 * k1 + 4 * g1)))
    assert low.shear == pytest.approx(
        g1 + f / (1 / (g2 - g1) + 6 * (k1 + 2 * g1) * (1 - f) / (5 * g1 * (3 * k1 + 4 * g1)))
    )
    assert high.bulk == pytest.approx(k2 + (1 - f) / (1 / (k1 - k2) + 3 * f / (3 * k2 + 4 * g2)))
    assert high.shear == pytest.approx(
        g2 + (1 - f) / (1 / (g1 - g2) + 6 * (k2 + 2 * g2) * f / (5 * g2 * (3 * k2 + 4 * g2)))
    )


@given(fractions)
def test_mori_tanaka_spheres_are_the_bound_of_their_matrix(f):
    """Weng, Int. J. Eng. Sci. 1984, 22, 845."""
    low, high = hashin_shtrikman(POLYMER, CERAMIC, f)
    assert mori_tanaka(POLYMER, CERAMIC, f) == pytest.approx(low)
    assert mori_tanaka(CERAMIC, POLYMER, 1 - f) == pytest.approx(high)


def test_rigid_spheres_in_rubber():
    """Einstein-Smallwood 1 + 2.5 f when dilute; Mori-Tanaka 1 + 2.5 f/(1 - f); self-consistent 1/(1 - 2.5 f)."""
    rigid = Elastic(1e15 * RIGID, RIGID)
    assert mori_tanaka(RUBBER, rigid, 1e-4).shear == pytest.approx(1 + 2.5e-4, rel=1e-6)
    assert mori_tanaka(RUBBER, rigid, 0.3).shear == pytest.approx(1 + 2.5 * 0.3 / 0.7, rel=1e-6)
    assert self_consistent(RUBBER, rigid, 0.2).shear == pytest.approx(1 / (1 - 0.5), rel=1e-6)


def test_voids_in_an_incompressible_solid():
    """MacKenzie 1950: K = 4 G (1 - P) / (3 P); self-consistent G = 3 G (1 - 2 P) / (3 - P) (Budiansky 1965)."""
    for p in (0.05, 0.2, 0.4):
        assert hashin_shtrikman(RUBBER, VOID, p)[1].bulk == pytest.approx(4 * (1 - p) / (3 * p), rel=1e-6)
        assert self_consistent(RUBBER, VOID, p).shear == pytest.approx(3 * (1 - 2 * p) / (3 - p), rel=1e-6)


def test_halpin_tsai_limits():
    """Long fillers give the rule of mixtures, flat ones across the load the series rule."""
    assert halpin_tsai(1.0, 100.0, 0.3, 1e9) == pytest.approx(0.7 + 30, rel=1e-6)
    assert halpin_tsai(1.0, 100.0, 0.3, 1e-9) == pytest.approx(1 / (0.7 + 0.003), rel=1e-6)


def test_voigt_is_flagged_as_no_isotropic_mixture():
    assert not elastic_mixture("voigt", POLYMER, CERAMIC, 0.2)[0].admissible
    assert elastic_mixture("mori-tanaka", POLYMER, CERAMIC, 0.2)[0].admissible


@given(fractions)
def test_expansion_of_spheres_is_kerners(f):
    """Kerner, Proc. Phys. Soc. B 1956, 69, 808, is Levin's relation at the bulk modulus of coated spheres."""
    (km, gm), (kf, _) = POLYMER, CERAMIC
    am, af = 150e-6, 13e-6
    mixed = mori_tanaka(POLYMER, CERAMIC, f)
    kerner = (1 - f) * am + f * af
    kerner += (1 - f) * f * (af - am) * (kf - km) / ((1 - f) * km + f * kf + 3 * km * kf / (4 * gm))
    found = cte_mixture("levin", (POLYMER, CERAMIC), (am, af), f, mixed.bulk)
    assert found.value == pytest.approx(kerner, rel=1e-9)
    assert found.admissible
    turner = ((1 - f) * km * am + f * kf * af) / ((1 - f) * km + f * kf)
    assert cte_mixture("turner", (POLYMER, CERAMIC), (am, af), f, mixed.bulk).value == pytest.approx(turner)


# --- pores ---


def test_spriggs_through_measured_garnet():
    """149.8 GPa at P = 0.03 and 132.6 GPa at P = 0.06 (Ni et al., J. Mater. Sci. 2012, 47, 7978)."""
    b = math.log(149.8 / 132.6) / 0.03
    solid = Elastic.of(149.8e9 * math.exp(0.03 * b), 0.257)
    assert b == pytest.approx(4.07, abs=0.01)
    for p, expected in ((0.03, 149.8e9), (0.06, 132.6e9)):
        assert porous("spriggs", solid, p, {"b": b})[0] == pytest.approx(expected)


def test_foams_of_gibson_and_ashby():
    young, poisson = porous("gibson-ashby", CERAMIC, 0.9, {"C": 1.0, "n": 2.0})
    assert young == pytest.approx(0.01 * 158e9)
    assert poisson == pytest.approx(1 / 3)


def test_coble_and_kingery_printed_numbers():
    """The printed polynomial loses half of the stiffness at P = 0.306 and all of it at P = 1."""
    solid = Elastic.of(1.0, 0.3)
    half = (1.9 - math.sqrt(1.9**2 - 4 * 0.9 * 0.5)) / 1.8
    assert porous("coble-kingery", solid, half, {})[0] == pytest.approx(0.5)
    assert porous("coble-kingery", solid, 0.1, {})[0] == pytest.approx(0.819)


def test_dilute_round_pores():
    """dE/dP = -3 (1 - nu) (9 + 5 nu) / (2 (7 - 5 nu)), the exact dilute slope (MacKenzie 1950)."""
    nu, p = 0.257, 1e-6
    slope = 3 * (1 - nu) * (9 + 5 * nu) / (2 * (7 - 5 * nu))
    for law in ("hashin-shtrikman", "self-consistent"):
        young, _ = porous(law, Elastic.of(1.0, nu), p, {})
        assert (1 - young) / p == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("law", sorted(LAWS))
def test_no_law_speaks_outside_its_range(law):
    parameters = {key: value or 3.0 for key, value in LAWS[law].parameters.items()}
    low, high = LAWS[law].low, LAWS[law].high
    with pytest.raises(ValueError, match="holds from"):
        porous(law, CERAMIC, min(high + 0.01, 1.0), parameters)
    if low > 0:
        with pytest.raises(ValueError, match="holds from"):
            porous(law, CERAMIC, low - 0.01, parameters)
    middle = (low + high) / 2
    assert 0 < porous(law, CERAMIC, middle, parameters)[0] <= upper_bound(CERAMIC, middle) * (1 + 1e-9)


def test_toughness_laws():
    """Hu et al. 2021 and Kim et al. 2016 need a b of either sign; the energy laws are Irwin's relation."""
    hu = math.log(1.51 / 0.44) / 0.15
    assert toughness_factor("exponential", 0.17, 1.0, hu) / toughness_factor(
        "exponential", 0.02, 1.0, hu
    ) == (pytest.approx(0.44 / 1.51))
    assert toughness_factor("exponential", 0.15, 1.0, -6.0) > 1
    assert toughness_factor("constant", 0.3, 0.5) == 1
    assert toughness_factor("constant energy", 0.3, 0.25) == pytest.approx(0.5)
    assert toughness_factor("solid area", 0.19, 1.0) == pytest.approx(0.9)


# --- relaxation ---

SERIES = [Prony((0.4, 0.3), (0.05, 5.0)), Prony((1.0,), (2.0,)), PowerLaw(0.3, 0.1), PowerLaw(1.0, 0.1)]


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("time", [1e-3, 0.4, 30.0])
def test_secant_is_the_mean_of_the_relaxation(series, time):
    mean = quad(series.relaxation, 0, time, epsabs=1e-13, epsrel=1e-12, limit=200)[0] / time
    assert series.secant(time) == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize("series", SERIES)
def test_nothing_relaxes_at_once(series):
    assert series.relaxation(1e-12) == pytest.approx(1, abs=1e-9)
    assert series.secant(1e-12) == pytest.approx(1, abs=1e-9)


def test_prony_limits():
    """Long after: what no term takes; a Maxwell element is down to 1/e after its time."""
    assert SERIES[0].relaxation(1e9) == pytest.approx(0.3)
    assert SERIES[0].secant(1e9) == pytest.approx(0.3, abs=1e-8)
    assert SERIES[1].relaxation(2.0) == pytest.approx(math.exp(-1))
    assert SERIES[1].secant(2.0) == pytest.approx(1 - math.exp(-1))


def test_power_law_slope():
    """On double logarithmic axes the slope is -n long after tau."""
    series = PowerLaw(0.3, 0.1)
    assert math.log10(series.relaxation(1e7) / series.relaxation(1e8)) == pytest.approx(0.3, abs=1e-6)


def test_elastic_bulk_modulus_keeps_k():
    nu = poisson_of_elastic_bulk(0.4, 0.25)
    assert Elastic.of(0.25, nu).bulk == pytest.approx(Elastic.of(1.0, 0.4).bulk)


# --- grading ---


def cut(law: str, count: int, ratio: float, exponent: float = 1.0) -> Laminate:
    """A layer of 10 um from 1 GPa at the bottom to `ratio` GPa at the top, between two others."""
    values = [1e9 * (1 + (ratio - 1) * share) for share in shares(law, count, ratio, exponent)]
    plies = [Ply(str(i), 10e-6 / count, value, 0.3) for i, value in enumerate(values)]
    return Laminate([Ply("below", 20e-6, 5e9, 0.3), *plies, Ply("above", 10e-6, 150e9, 0.3)])


def alone(law: str, count: int, ratio: float) -> Laminate:
    return Laminate(cut(law, count, ratio).plies[1:-1])


@pytest.mark.parametrize("ratio", [3.0, 1 / 20, 1e4])
def test_linear_beam_is_a_trapezoid(ratio):
    """Neutral axis (1 + 2 r)/(3 (1 + r)) and stiffness (1 + 4 r + r^2)/(36 (1 + r)): a trapezoid's second moment."""
    beam = alone("linear", sublayers_needed("linear", ratio), ratio)
    h, modulus = 10e-6, 1e9 / (1 - 0.09)
    assert beam.neutral_axis / h == pytest.approx((1 + 2 * ratio) / (3 * (1 + ratio)), rel=1e-3)
    stiffness = modulus * h**3 * (1 + 4 * ratio + ratio**2) / (36 * (1 + ratio))
    assert beam.bending_stiffness == pytest.approx(stiffness, rel=1e-3)


@pytest.mark.parametrize("ratio", [3.0, 1 / 20, 1e4])
def test_exponential_beam(ratio):
    """Neutral axis r/(r - 1) - 1/ln r of E = E_bottom r^s; its error counts against the farther face's distance."""
    beam = alone("exponential", sublayers_needed("exponential", ratio), ratio)
    axis = ratio / (ratio - 1) - 1 / math.log(ratio)
    assert beam.neutral_axis / 10e-6 == pytest.approx(axis, abs=1e-3 * max(axis, 1 - axis))


def test_cut_beam_converges_with_the_square():
    errors = [alone("linear", n, 3.0).neutral_axis / 10e-6 - 7 / 12 for n in (8, 16)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize("law", GRADINGS)
@pytest.mark.parametrize("ratio", [3.0, 1 / 150, 1e4])
def test_default_number_of_sublayers_settles_the_stress(law, ratio):
    """Stress of the plies around a graded layer, under tension with curvature, against four times the number."""
    count = sublayers_needed(law, ratio, 2.0)
    faces = [cut(law, n, ratio, 2.0).web_state(100.0, 20.0).total[[0, -1]] for n in (count, 4 * count)]
    np.testing.assert_allclose(faces[0], faces[1], atol=1e-3 * np.abs(faces[1]).max())
