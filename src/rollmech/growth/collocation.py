"""Growth over a run of stations, all of them at once.

dy/dt = f(t, y) for y = (depth, half-length) is collocated at five Lobatto points of every station (order 8). Since a
pass changes a flaw little, Picard iteration over the whole run converges in a few sweeps, each of which is one
vectorised evaluation of K. A run that grows too much for that is refused; the march halves it and tries again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rollmech.growth.history import History
from rollmech.growth.laws import CyclicLaw, StaticLaw

_S = np.sqrt(3 / 7)
NODES = (1 + np.array([-1, -_S, 0, _S, 1])) / 2
_POWERS = np.arange(5)
# Integrals of the Lagrange polynomials from 0 to each node, and the weights over the whole interval.
_INNER = (NODES[:, None] ** (_POWERS + 1) / (_POWERS + 1)) @ np.linalg.inv(NODES[:, None] ** _POWERS)
_WEIGHTS = _INNER[-1]
_SIMPSON = np.array([1 / 6, 0, 2 / 3, 0, 1 / 6])
_SWEEPS = 12


class StressIntensity(Protocol):
    """K of a surface flaw as arithmetic: K(depth, half_length, stress coefficients)."""

    def __call__(
        self, depth: np.ndarray, half_length: np.ndarray, stress: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """K at the deepest point and near the surface.

        Args:
            depth: m, shape (...).
            half_length: m, shape (...).
            stress: Stress coefficients of the exposures, shape (..., m).

        Returns:
            Two arrays of shape (...), Pa m^0.5; negative where the flaw is pressed shut.
        """


@dataclass(frozen=True)
class Resistance:
    """What the flaw grows by and breaks at.

    Attributes:
        toughness: K_Ic at which the flaw runs away, Pa m^0.5.
        static: Law of growth in time, or None.
        cyclic: Law of growth per cycle, or None.
    """

    toughness: float
    static: StaticLaw | None = None
    cyclic: CyclicLaw | None = None


@dataclass(frozen=True)
class Run:
    """Consecutive pieces: whole stations or parts of them.

    Attributes:
        station: Index of each piece's station, shape (B,).
        begin: Share of the station at which the piece begins, shape (B,).
        end: Share at which it ends, shape (B,).
    """

    station: np.ndarray
    begin: np.ndarray
    end: np.ndarray

    @classmethod
    def whole(cls, count: int) -> Run:
        """All stations of a pass."""
        return cls(np.arange(count), np.zeros(count), np.ones(count))

    def halves(self) -> tuple[Run, Run]:
        """Its first and second half: of the list, or of the one piece left."""
        if len(self.station) > 1:
            cut = len(self.station) // 2
            return tuple(
                Run(self.station[s], self.begin[s], self.end[s]) for s in (slice(cut), slice(cut, None))
            )
        middle = (self.begin + self.end) / 2
        return Run(self.station, self.begin, middle), Run(self.station, middle, self.end)

    def refined(self, rough: np.ndarray) -> Run:
        """The same run with the marked pieces (B,) halved."""
        count = 1 + rough
        station, begin, end = (np.repeat(x, count) for x in (self.station, self.begin, self.end))
        first = np.cumsum(count)[rough] - 2
        middle = (begin[first] + end[first]) / 2
        end[first], begin[first + 1] = middle, middle
        return Run(station, begin, end)


@dataclass(frozen=True)
class Trial:
    """Outcome of one attempt at a run.

    Attributes:
        sizes: Depth and half-length at the end of the run, m.
        growth: Their growth by piece, m, shape (B, 2).
        k_max: Largest K met, Pa m^0.5.
        k_entry: Largest K on entry.
        largest: Largest sizes met, m.
        settled: Whether Picard met the tolerance.
        rough: Pieces whose quadrature does not meet their part of it, shape (B,).
    """

    sizes: np.ndarray
    growth: np.ndarray
    k_max: float
    k_entry: float
    largest: np.ndarray
    settled: bool
    rough: np.ndarray


class Grower:
    """Grows a flaw over runs of one history.

    Args:
        history: The exposures.
        k: Stress intensity.
        resistance: Laws and toughness.
        rtol: Error of the growth over a run, relative to that growth.
        frozen: Sizes whose K drives the growth (no coupling), shape (2,); None for the sizes of the moment.
        limits: Sizes beyond which ``k`` says nothing, m, shape (2,).
    """

    def __init__(
        self,
        history: History,
        k: StressIntensity,
        resistance: Resistance,
        rtol: float,
        frozen: np.ndarray | None,
        limits: np.ndarray,
    ):
        self.history, self.resistance, self.rtol = history, resistance, rtol
        self._k, self._frozen, self._limits = k, frozen, limits
        self.whole = Run.whole(len(history.names))
        """A pass in pieces; refined as marches need it, since the next pass will need the same."""

    def k(self, sizes: np.ndarray, stress: np.ndarray) -> np.ndarray:
        """K at the deepest point and near the surface, Pa m^0.5, shape (..., 2)."""
        inside = np.minimum(sizes, self._limits)
        return np.stack(np.broadcast_arrays(*self._k(inside[..., 0], inside[..., 1], stress)), axis=-1)

    def largest_k(self, sizes: np.ndarray) -> float:
        """Largest K of a flaw of given sizes over the ends of all exposures, Pa m^0.5."""
        h = self.history
        stress = np.stack([h.start, h.start + h.change])
        return float(self.k(sizes[None, None], stress).max())

    def attempt(self, sizes: np.ndarray, run: Run) -> Trial:
        """Picard sweeps over a run."""
        share = (run.end - run.begin)[:, None, None]
        stress = self._stress(run)
        y = np.broadcast_to(sizes, (*stress.shape[:2], 2))
        for _ in range(_SWEEPS):
            k, rate = self._rate(y, stress, run)
            growth = share[:, 0] * np.einsum("q,bqi->bi", _WEIGHTS, rate)
            entry = sizes + np.cumsum(growth, axis=0) - growth
            new = entry[:, None] + share * np.einsum("pq,bqi->bpi", _INNER, rate)
            change, y = np.abs(new - y).max(axis=(0, 1)), new
            total = growth.sum(axis=0)
            settled = bool(np.all(change <= 0.1 * self.rtol * total + 1e-14 * sizes))
            if settled or np.any(total > sizes):
                break
        difference = np.abs(share[:, 0] * np.einsum("q,bqi->bi", _WEIGHTS - _SIMPSON, rate))
        rough = np.any(difference * len(run.station) > self.rtol * total + 1e-13 * sizes, axis=1)
        return Trial(
            sizes=sizes + total,
            growth=growth,
            k_max=float(k.max()),
            k_entry=float(k[0, 0].max()),
            largest=y.max(axis=(0, 1)),
            settled=settled,
            rough=rough,
        )

    def _stress(self, run: Run) -> np.ndarray:
        """Coefficients at the nodes, shape (B, 5, m)."""
        share = run.begin[:, None] + (run.end - run.begin)[:, None] * NODES
        h = self.history
        return h.start[run.station, None] + share[..., None] * h.change[run.station, None]

    def _rate(self, sizes: np.ndarray, stress: np.ndarray, run: Run) -> tuple[np.ndarray, np.ndarray]:
        """K at the nodes and growth per whole station there, shape (B, 5, 2)."""
        k = self.k(sizes, stress)
        driving = k if self._frozen is None else self.k(self._frozen[None, None], stress)
        rate = np.zeros_like(driving)
        if self.resistance.static is not None:
            time = self.history.static_time[run.station, None, None]
            rate += time * self.resistance.static.speed(driving)
        if self.resistance.cyclic is not None:
            cycles, ratio = (x[run.station, None, None] for x in (self.history.cycles, self.history.ratio))
            rate += cycles * self.resistance.cyclic.advance(driving, ratio)
        return k, rate
