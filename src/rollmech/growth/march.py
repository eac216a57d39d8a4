"""Marches: a flaw taken over a line pass by pass until it breaks, outgrows its K or survives.

Where a pass changes little, many are skipped: the growth G(y) of one pass is that of a smooth flow in the number of
passes whose speed at y + G/2 is G (midpoint rule, relative error of the order of (change of G in a pass)^2 / 24). The
flow is integrated with error control and left at a whole pass as soon as passes change more, or could break the flaw
(multirevolution methods: Petzold 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.integrate import solve_ivp

from rollmech.growth.collocation import Grower, Resistance, StressIntensity
from rollmech.growth.history import Exposure, History
from rollmech.growth.passes import Passed, walk

_RESOLVED = 20  # passes taken one by one before skipping is tried (again)


@dataclass(frozen=True)
class March:
    """A flaw's life.

    Attributes:
        outcome: ``survived`` all passes, ``broken`` (K reached the toughness) or ``outgrown`` (grew beyond the
            sizes that K covers).
        passes: Whole passes completed.
        station: Name of the station at which it ended, or None.
        time: Time under load, s.
        sizes: Depth and half-length at the end, m.
        record: Passes completed, depth (m), half-length (m), largest K met in the last of these passes
            (Pa m^0.5): one row each time the march looked, shape (n, 4).
        growth: Growth by station in the first pass, m, shape (S, 2).
    """

    outcome: Literal["survived", "broken", "outgrown"]
    passes: int
    station: str | None
    time: float
    sizes: np.ndarray
    record: np.ndarray
    growth: np.ndarray

    def __str__(self) -> str:
        size = f"depth {1e6 * self.sizes[0]:.4g} um"
        if self.outcome == "survived":
            return f"survives {self.passes} passes, {size}"
        return f"{self.outcome} in pass {self.passes + 1} at {self.station}, {size}"


def march(
    exposures: Sequence[Exposure] | History,
    k: StressIntensity,
    resistance: Resistance,
    depth: float,
    half_length: float,
    *,
    passes: int = 1,
    coupled: bool = True,
    limits: tuple[float, float] = (np.inf, np.inf),
    rtol: float = 1e-5,
) -> March:
    """Grow a flaw along a line.

    Args:
        exposures: One pass.
        k: Stress intensity at the deepest point and near the surface.
        resistance: Toughness and laws.
        depth: Of the flaw at the start, m.
        half_length: Of the flaw at the start, m.
        passes: How often the line is passed.
        coupled: Whether the growth is driven by K of the grown flaw. If not, by K of the initial flaw, as in a
            station-by-station sum; it still breaks when K of the grown flaw reaches the toughness.
        limits: Depth and half-length beyond which ``k`` says nothing, m.
        rtol: Error of the growth, relative, by station and by skip.

    Raises:
        NumericsError: The growth could not be resolved.
    """
    history = exposures if isinstance(exposures, History) else History.of(exposures)
    start, bounds = np.array([depth, half_length], dtype=float), np.array(limits, dtype=float)
    grower = Grower(history, k, resistance, rtol, None if coupled else start, bounds)
    return _Marcher(grower, bounds, passes).run(start)


@dataclass
class _Marcher:
    grower: Grower
    limits: np.ndarray
    passes: int

    def run(self, sizes: np.ndarray) -> March:
        done, first, rows = 0, None, []
        while done < self.passes:
            for _ in range(min(_RESOLVED, self.passes - done)):
                last = walk(self.grower, sizes, self.limits, done * self.grower.history.pass_time)
                first, sizes = first or last, last.sizes
                done += last.outcome == "survived"
                rows.append([done, *sizes, last.k_max])
                if last.outcome != "survived":
                    return self._ended(last, done, rows, first)
            if self.passes - done > _RESOLVED:
                skipped, sizes = self._skip(sizes, self.passes - done, rows, done)
                done += skipped
        return self._ended(last, done, rows, first)

    def _ended(self, last: Passed, done: int, rows: list, first: Passed) -> March:
        broke = last.outcome != "survived"
        return March(
            outcome=last.outcome,
            passes=done,
            station=self.grower.history.names[last.station] if broke else None,
            time=done * self.grower.history.pass_time + (last.time if broke else 0.0),
            sizes=np.array(rows[-1][1:3]),
            record=np.array(rows),
            growth=first.growth,
        )

    def _pass_growth(self, sizes: np.ndarray) -> np.ndarray:
        return walk(self.grower, sizes).sizes - sizes

    def _flow(self, sizes: np.ndarray) -> np.ndarray:
        back = np.minimum(self._pass_growth(sizes) / 2, 0.1 * sizes)
        return self._pass_growth(sizes - back)

    def _margin(self, sizes: np.ndarray) -> float:
        """Positive while passes may be skipped: they change little and end neither by breaking nor outgrowing."""
        growth = self._pass_growth(sizes)
        change = np.abs(self._pass_growth(sizes + growth) - growth) / np.maximum(growth, 1e-300)
        smooth = np.sqrt(24 * self.grower.rtol) - change.max()
        ahead = sizes + 4 * growth
        whole = 1 - self.grower.largest_k(ahead) / self.grower.resistance.toughness
        return float(min(smooth, whole, (1 - ahead / self.limits).min()))

    def _skip(self, start: np.ndarray, most: int, rows: list, done: int) -> tuple[int, np.ndarray]:
        """Whole passes skipped from a state, and the state after them."""
        if self._margin(start) <= 0:
            return 0, start

        def event(_, y):
            return self._margin(y * start)

        event.terminal = True
        found = solve_ivp(
            # Trial steps may lie beyond the margin, or below the start; the integrator then refuses them.
            lambda _, y: self._flow(np.maximum(y, 1.0) * start) / start,
            (0.0, float(most)),
            np.ones(2),
            rtol=max(self.grower.rtol / 100, 1e-11),  # of the size, of which growth may be a small part
            atol=1e-13,
            events=event,
            dense_output=True,
        )
        count = int(found.t[-1])
        for step in found.t[1:-1]:
            sizes = found.sol(step) * start
            rows.append([done + step, *sizes, self.grower.largest_k(sizes)])
        end = found.sol(count) * start
        if count:
            rows.append([done + count, *end, self.grower.largest_k(end)])
        return count, end
