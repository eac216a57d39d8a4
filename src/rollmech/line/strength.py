"""Failure of the web by measured strength: faces and slit edges, station by station and per metre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rollmech.case import Case
from rollmech.case.line import Specimen, StrengthData
from rollmech.line.history import Stop
from rollmech.risk.weibull.distribution import Weibull
from rollmech.risk.weibull.effective import StressField, effective_size
from rollmech.risk.weibull.fits import Fit, fit
from rollmech.risk.weibull.multiaxial import IndependentAction
from rollmech.risk.weibull.pivots import pivots
from rollmech.risk.weibull.specimens import Bar, RingOnRing

_NODE, _WEIGHT = np.polynomial.legendre.leggauss(12)
_DRAWS = 2000


@dataclass(frozen=True)
class Measured:
    """Strength of one population with what is known of its uncertainty.

    Attributes:
        name: ``surface`` or ``edge``.
        weibull: Best estimate, per m^2 or m.
        draws: Modulus and scale of ``weibull`` that the sample is compatible with, shape (n, 2); None if the case gives
            parameters without a sample.
        fit: Of the sample, or None.
        effective: Effective size of the specimen, m^2 or m.
    """

    name: str
    weibull: Weibull
    draws: np.ndarray | None
    fit: Fit | None
    effective: float


@dataclass(frozen=True)
class Failing:
    """Failure of one metre of web.

    Attributes:
        value: P_f.
        low, high: Ends of its 95 % interval, None if only parameters are known.
        stress: Largest tension of the population, Pa.
    """

    value: float
    low: float | None
    high: float | None
    stress: float


def measured(name: str, data: StrengthData, poisson: float, uncertain: bool = True) -> Measured:
    """A population's strength from its table.

    Args:
        name: ``surface`` or ``edge``.
        data: Its table.
        poisson: Poisson's ratio of the layer, for plates on rings.
        uncertain: Whether to draw what the sample leaves open, which takes a second.
    """
    found = fit(np.array(data.values)) if data.values is not None else None
    modulus = found.modulus if found else data.modulus
    characteristic = found.characteristic if found else data.characteristic
    size = specimen_size(data.specimen, modulus, poisson, name == "edge")
    weibull = Weibull.of(modulus, characteristic, size)
    draws = None
    if found is not None and uncertain:
        moduli, strengths = compatible(found).T
        sizes = np.array([specimen_size(data.specimen, m, poisson, name == "edge") for m in moduli])
        draws = np.column_stack([moduli, strengths * sizes ** (1 / moduli)])
    return Measured(name, weibull, draws, found, size)


def compatible(found: Fit) -> np.ndarray:
    """Modulus and characteristic strength (Pa) that a complete sample is compatible with, shape (n, 2)."""
    ratio, log = (values[:_DRAWS] for values in pivots(found.specimens))
    # m_hat ln(scale_hat/scale) = log
    return np.column_stack([found.modulus / ratio, found.characteristic * np.exp(-log / found.modulus)])


def specimen_size(specimen: Specimen, modulus: float, poisson: float, edge: bool) -> float:
    """Effective face (m^2) or edge (m) of a specimen under its largest stress in one direction."""
    if specimen.kind == "size":
        return specimen.length if edge else specimen.area
    if specimen.kind == "ring on ring":
        rings = RingOnRing(specimen.load_radius, specimen.support_radius, specimen.plate_radius, poisson)
        return effective_size(rings.field(60), modulus, IndependentAction(), reference=1.0)
    bar = Bar(specimen.width, specimen.height, specimen.outer_span, specimen.inner_span or 0.0)
    return bar.effective_edge(modulus) if edge else bar.effective_area(modulus)


def face_field(stops: Sequence[Stop], width: float) -> list[StressField]:
    """Both faces of one metre of the layer at each stop; weights in m^2."""
    return [
        StressField(
            np.concatenate([_faces(stop.across(place)) for place in _NODE]),
            np.repeat(_WEIGHT / 2 * width, 2),
        )
        for stop in stops
    ]


def edge_field(stops: Sequence[Stop]) -> list[StressField]:
    """One metre of both slit edges at each stop: the larger stress of its two faces, weights in m."""
    return [
        StressField(np.array([[_faces(stop.across(place))[:, 0].max()] for place in (-1.0, 1.0)]), np.ones(2))
        for stop in stops
    ]


def _faces(modes: np.ndarray) -> np.ndarray:
    """Stress (x, y) of both faces, shape (2, 2), Pa."""
    membrane, bending = modes[0::2], modes[1::2]
    return np.array([membrane + bending, membrane - bending])


def failures(fields: Sequence[StressField], population: Measured) -> tuple[list[Failing], Failing]:
    """Failure of a metre at each stop alone, and over the whole line.

    Strengths do not fade: what a place has survived it survives again, so that over the line the worst stop of each
    place decides.
    """
    tension = np.array([field.tension(population.weibull.modulus, IndependentAction()) for field in fields])
    weight = fields[0].weight
    alone = [_failing(row, weight, population) for row in tension]
    return alone, _failing(tension.max(axis=0), weight, population)


def _failing(tension: np.ndarray, weight: np.ndarray, population: Measured) -> Failing:
    value = float(-np.expm1(-(weight @ population.weibull.risk(tension))))
    low = high = None
    if population.draws is not None:
        modulus, scale = population.draws[:, :1], population.draws[:, 1:]
        risk = (np.clip(tension, 0.0, None) / scale) ** modulus @ weight
        low, high = (float(x) for x in np.quantile(-np.expm1(-risk), [0.025, 0.975]))
    return Failing(value, low, high, float(max(tension.max(), 0.0)))


def strength_record(case: Case, stops: Sequence[Stop], poisson: float) -> dict[str, Any]:
    """The section ``strength`` of ``results.json``."""
    found: dict[str, Any] = {
        "layer": case.strength.layer,
        "populations": {},
        "stations": [stop.name for stop in stops],
    }
    lines = []
    for name in ("surface", "edge"):
        data = getattr(case.strength, name)
        if data is None:
            continue
        population = measured(name, data, poisson)
        fields = face_field(stops, case.web.width) if name == "surface" else edge_field(stops)
        alone, line = failures(fields, population)
        lines.append(line)
        found["populations"][name] = _population(population) | {
            "stations": [vars(item) for item in alone],
            "line": vars(line),
        }
    return found | {
        "failure_per_metre": _any_fails([line.value for line in lines]),
        "failure_per_metre_interval": _together(lines),
        "failure_note": "independent populations; ends of the 95 % intervals of their samples go together",
    }


def _any_fails(values: Sequence[float]) -> float:
    return float(1 - np.prod([1 - value for value in values]))


def _together(lines: Sequence[Failing]) -> list[float] | None:
    """Ends of the interval of all populations; None where one of them is given without a sample."""
    if any(line.low is None for line in lines):
        return None
    return [_any_fails([getattr(line, end) for line in lines]) for end in ("low", "high")]


def _population(population: Measured) -> dict[str, Any]:
    fitted = population.fit
    return {
        "modulus": population.weibull.modulus,
        "modulus_interval": [fitted.modulus_interval.low, fitted.modulus_interval.high] if fitted else None,
        "scale": population.weibull.scale,
        "effective_size": population.effective,
        "specimens": fitted.specimens if fitted else None,
        "given_as": "sample" if fitted else "parameters without a sample: no interval",
    }
