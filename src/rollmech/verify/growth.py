"""Benchmarks of crack growth: closed lifetimes, and marches that must reproduce them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from rollmech.growth import waveform
from rollmech.growth.collocation import Resistance
from rollmech.growth.history import Exposure
from rollmech.growth.hold import hold
from rollmech.growth.laws import CyclicLaw, PowerLaw
from rollmech.growth.lifetime import Fatigue
from rollmech.growth.march import march
from rollmech.risk.weibull.distribution import after_proof
from rollmech.verify.rows import Benchmark
from rollmech.verify.strength import single_rows

_MPA, _UM = 1e6, 1e-6
_TOUGHNESS, _GEOMETRY, _LENGTH = 1e6, 1.985, 20 * _UM


def growth(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One number each."""
    yield from single_rows(data, CHECKS)


def _k(depth: np.ndarray, half_length: np.ndarray, stress: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """K = Y sigma sqrt(a) at the deepest point; the surface points stay where they are."""
    deepest = _GEOMETRY * stress[..., 0] * np.sqrt(depth)
    return deepest, np.zeros_like(deepest)


def _depth(inert: float) -> float:
    """Depth (m) of the flaw of an inert strength (Pa)."""
    return (_TOUGHNESS / _GEOMETRY / inert) ** 2


def _resistance(b: float, exponent: float) -> Resistance:
    speed = 2 * _TOUGHNESS**2 / (b * _MPA**2 * _GEOMETRY**2 * (exponent - 2))
    return Resistance(_TOUGHNESS, static=PowerLaw(speed, exponent, _TOUGHNESS))


def _static_life(b: float, exponent: float, inert: float, stress: float) -> float:
    return Fatigue(b * _MPA**2, exponent).static_life(stress * _MPA, inert * _MPA)


def _marched_static_life(b: float, exponent: float, inert: float, stress: float) -> float:
    end = hold([stress * _MPA], 1e15, _k, _resistance(b, exponent), _depth(inert * _MPA), _LENGTH)
    return end.time if end.outcome == "broken" else math.inf


def _dynamic_strength(b: float, exponent: float, inert: float, rate: float) -> float:
    return Fatigue(b * _MPA**2, exponent).dynamic_strength(rate * _MPA, inert * _MPA) / _MPA


def _marched_dynamic_strength(b: float, exponent: float, inert: float, rate: float) -> float:
    ramp = Exposure("ramp", [0.0], 2 * inert / rate, end_stress=[2 * inert * _MPA])
    end = march([ramp], _k, _resistance(b, exponent), _depth(inert * _MPA), _LENGTH)
    return rate * end.time


def _marched_exponent(b: float, exponent: float, inert: float, rates: list[float]) -> float:
    low, high = (_marched_dynamic_strength(b, exponent, inert, rate) for rate in rates)
    return math.log(rates[1] / rates[0]) / math.log(high / low) - 1


def _marched_triangle(b: float, exponent: float, inert: float, peak: float) -> float:
    """Static life over the life under cycles of 1 s."""
    top = [peak * _MPA]
    cycle = [Exposure("up", [0.0], 0.5, end_stress=top), Exposure("down", top, 0.5, end_stress=[0.0])]
    resistance, depth = _resistance(b, exponent), _depth(inert * _MPA)
    cyclic = march(cycle, _k, resistance, depth, _LENGTH, passes=10**9)
    return _static_life(b, exponent, inert, peak) / cyclic.time


def _proof_life(b: float, exponent: float, proof: float, stress: float) -> float:
    return Fatigue(b * _MPA**2, exponent).proof_life(stress * _MPA, proof * _MPA)


def _proof_cut(modulus: float, risk: float, stress: float, proof: float) -> float:
    return after_proof(risk, risk * (proof / stress) ** modulus)


def _marched_cycles(advance: float, exponent: float, ratio: float, start: float, depth: float) -> float:
    law = CyclicLaw(advance, exponent, _TOUGHNESS)
    stress = start * _TOUGHNESS / _GEOMETRY / math.sqrt(depth * _UM)
    roller = Exposure("roller", [stress], 1.0, cycles=1.0, ratio=ratio)
    end = march([roller], _k, Resistance(_TOUGHNESS, cyclic=law), depth * _UM, _LENGTH, passes=10**9)
    return end.time


CHECKS: dict[str, Callable[..., float]] = {
    "static_life": _static_life,
    "marched_static_life": _marched_static_life,
    "dynamic_strength": _dynamic_strength,
    "marched_dynamic_strength": _marched_dynamic_strength,
    "marched_exponent": _marched_exponent,
    "ripple": waveform.ripple,
    "sine": waveform.sine,
    "marched_triangle": _marched_triangle,
    "proof_life": _proof_life,
    "proof_cut": _proof_cut,
    "marched_cycles": _marched_cycles,
}
"""What each kind of row computes."""
