"""One pass over the line, halved where the flaw grows too fast to take it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rollmech.errors import NumericsError
from rollmech.growth.collocation import Grower, Run, Trial

_MOST_TRIALS = 2000
_MOST_PIECES = 5000


@dataclass(frozen=True)
class Passed:
    """What one pass did to a flaw.

    Attributes:
        sizes: Depth and half-length at the end or at the break, m.
        time: Time spent under load in the pass until then, s.
        k_max: Largest K met, Pa m^0.5.
        growth: Growth by station, m, shape (S, 2).
        outcome: ``survived``, ``broken`` (K reached the toughness) or ``outgrown`` (beyond what K covers).
        station: Index of the station where it ended, or None.
    """

    sizes: np.ndarray
    time: float
    k_max: float
    growth: np.ndarray
    outcome: Literal["survived", "broken", "outgrown"] = "survived"
    station: int | None = None


def walk(grower: Grower, sizes: np.ndarray, limits: np.ndarray | None = None, elapsed: float = 0.0) -> Passed:
    """Take a flaw over one pass.

    Args:
        grower: History, K and laws.
        sizes: Depth and half-length before the pass, m.
        limits: Sizes beyond which K says nothing, m; None to go on beyond them and beyond the toughness, at the
            speed that K has there (for trial steps).
        elapsed: Time under load before the pass, s: a break is found to ``rtol`` of the total.

    Raises:
        NumericsError: The growth could not be resolved; K jumps, or its values are not numbers.
    """
    history = grower.history
    todo = [grower.whole]
    growth = np.zeros((len(history.names), 2))
    time = k_max = 0.0
    for _ in range(_MOST_TRIALS):
        if not todo:
            return Passed(sizes, time, k_max, growth)
        run = todo.pop()
        trial = grower.attempt(sizes, run)
        if not np.isfinite(trial.k_max):
            raise NumericsError(f"K is not a number for a flaw of {1e6 * sizes[0]:.4g} um depth")
        outcome = _outcome(trial, grower.resistance.toughness, limits)
        if trial.settled and outcome is None and trial.rough.any() and len(run.station) < _MOST_PIECES:
            finer = run.refined(trial.rough)
            grower.whole = finer if run is grower.whole else grower.whole
            todo.append(finer)
        elif trial.settled and outcome is None and not trial.rough.any():
            np.add.at(growth, run.station, trial.growth)
            time += _duration(grower, run)
            sizes, k_max = trial.sizes, max(k_max, trial.k_max)
        elif outcome is not None and _ends_here(grower, trial, run, sizes, elapsed + time):
            return Passed(sizes, time, max(k_max, trial.k_entry), growth, outcome, int(run.station[0]))
        else:
            first, second = run.halves()
            todo += [second, first]
    raise NumericsError(
        f"growth does not settle at {history.names[int(run.station[0])]}: "
        f"K or its law jumps at a flaw of {1e6 * sizes[0]:.4g} um depth"
    )


def _outcome(
    trial: Trial, toughness: float, limits: np.ndarray | None
) -> Literal["broken", "outgrown"] | None:
    if limits is None:
        return None
    if trial.k_max >= toughness:
        return "broken"
    return "outgrown" if np.any(trial.largest > limits) else None


def _duration(grower: Grower, run: Run) -> float:
    return float(grower.history.duration[run.station] @ (run.end - run.begin))


def _ends_here(grower: Grower, trial: Trial, run: Run, sizes: np.ndarray, elapsed: float) -> bool:
    """Whether a run that ends badly is short enough to name its beginning as the end."""
    if len(run.station) > 1:
        return False
    if trial.k_entry >= grower.resistance.toughness:
        return True
    small = np.all(trial.growth.sum(axis=0) <= grower.rtol * sizes)
    return bool(small) and _duration(grower, run) <= grower.rtol * (elapsed + _duration(grower, run))
