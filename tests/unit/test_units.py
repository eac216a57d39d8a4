"""Reading and showing physical values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollmech.units import DIMENSIONS, UnitError, parse, show


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("30 um", "length", 3e-5),
        ("0.03 mm", "length", 3e-5),
        ("30µm", "length", 3e-5),
        ("2 in", "length", 0.0508),
        ("50 MPa", "stress", 50e6),
        ("100 N/m", "force_per_width", 100.0),
        ("1 N/mm", "force_per_width", 1000.0),
        ("1 MPa*m^0.5", "toughness", 1e6),
        ("1 MPa m^0.5", "toughness", 1e6),
        ("1 MPa√m", "toughness", 1e6),
        ("1 MPa*m**(1/2)", "toughness", 1e6),
        ("25 degC", "temperature", 298.15),
        ("300 K", "temperature", 300.0),
        ("40 K", "temperature_difference", 40.0),
        ("40 degC", "temperature_difference", 40.0),
        ("13 ppm/K", "expansion", 1.3e-5),
        ("13e-6/K", "expansion", 1.3e-5),
        ("13e-6 1/degC", "expansion", 1.3e-5),
        ("90 deg", "angle", math.pi / 2),
        ("10 m/min", "speed", 1 / 6),
        ("1 %", "fraction", 0.01),
        (0.01, "fraction", 0.01),
        ("0.01", "fraction", 0.01),
        ("5 J/m2", "energy_per_area", 5.0),
        ("5.1 g/cm^3", "density", 5100.0),
    ],
)
def test_parse(text, dimension, value):
    assert parse(text, dimension) == value


@pytest.mark.parametrize(
    ("text", "dimension", "problem"),
    [
        ("30", "length", "has no unit"),
        (30, "length", "has no unit"),
        (True, "fraction", "is a boolean"),
        ("30 MPa", "length", "is a stress, not a length"),
        ("5 deg", "fraction", "is an angle"),
        ("1 %", "angle", "is a fraction"),
        ("30 parsec", "length", "unknown unit 'parsec'"),
        ("1,5 mm", "length", "unknown unit"),
        ("thin", "length", "does not start with a number"),
        ("", "length", "does not start with a number"),
        ("nan um", "length", "not a finite number"),
        ("-inf um", "length", "not a finite number"),
        (10**400, "fraction", "not a finite number"),
        ("1 m^9^9^9", "length", "unknown unit"),
        ("1 " + "m*" * 30, "length", "unknown unit"),
        ("-300 degC", "temperature", "below absolute zero"),
    ],
)
def test_refused(text, dimension, problem):
    with pytest.raises(UnitError, match=r"e\.g\.") as caught:
        parse(text, dimension)
    assert problem in caught.value.problem
    assert DIMENSIONS[dimension].example in caught.value.accepted


@pytest.mark.parametrize(
    ("value", "dimension", "text"),
    [
        (3e-5, "length", "30 um"),
        (0.05, "length", "50 mm"),
        (5e-7, "length", "0.5 um"),
        (158.47e9, "stress", "158.47 GPa"),
        (1e6, "toughness", "1 MPa*m^0.5"),
        (298.15, "temperature", "25 degC"),
        (math.pi / 2, "angle", "90 deg"),
        (1.3e-5, "expansion", "13 ppm/K"),
        (0.0, "stress", "0 Pa"),
    ],
)
def test_show(value, dimension, text):
    assert show(value, dimension) == text


@pytest.mark.parametrize("dimension", DIMENSIONS)
@given(value=st.floats(1e-12, 1e12))
def test_round_trip(dimension, value):
    assert parse(show(value, dimension), dimension) == pytest.approx(value, rel=1e-12, abs=0)
