"""Static fatigue of a wound roll, and life against load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollmech.growth.collocation import Resistance, StressIntensity
from rollmech.growth.history import Exposure, History
from rollmech.growth.march import March, march


def hold(
    stress: Sequence[float],
    longest: float,
    k: StressIntensity,
    resistance: Resistance,
    depth: float,
    half_length: float,
    **options,
) -> March:
    """A flaw under constant stress, on a core for instance, for at most ``longest`` seconds.

    ``March.time`` is the lifetime if the outcome is ``broken``. Options are those of ``march``.
    """
    return march([Exposure("hold", stress, longest)], k, resistance, depth, half_length, **options)


@dataclass(frozen=True)
class Life:
    """One point of a life diagram.

    Attributes:
        factor: Load as a multiple of the history's.
        outcome: How the march ended; a life of ``survived`` is a lower bound.
        passes: Passes to failure: completed ones plus the one that breaks it.
        time: Time under load, s.
        station: Where it broke.
    """

    factor: float
    outcome: str
    passes: int
    time: float
    station: str | None


def life_diagram(
    exposures: Sequence[Exposure],
    factors: Sequence[float],
    k: StressIntensity,
    resistance: Resistance,
    depth: float,
    half_length: float,
    **options,
) -> list[Life]:
    """Life against load (S-N and S-t): one march for each factor on all stresses. Options are those of ``march``."""
    history = History.of(exposures)
    found = []
    for factor in np.asarray(factors, dtype=float):
        end = march(history.scaled(factor), k, resistance, depth, half_length, **options)
        broke = end.outcome != "survived"
        found.append(Life(float(factor), end.outcome, end.passes + broke, end.time, end.station))
    return found
