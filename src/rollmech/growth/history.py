"""What a flaw is exposed to on one pass of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Exposure:
    """One station, or one hold.

    Attributes:
        name: Station in words.
        stress: Stress coefficients of the flawed ply, whatever the K of the march understands, shape (m,).
        duration: Time under load, s.
        cycles: Load cycles (one for a roller).
        ratio: R = K_min / K_max of these cycles.
        waveform: Mean of (stress/peak)^n over the time under load; see ``waveform.py``.
        end_stress: Stress coefficients at the end, reached linearly in time; None if constant.
    """

    name: str
    stress: Sequence[float]
    duration: float
    cycles: float = 0.0
    ratio: float = 0.0
    waveform: float = 1.0
    end_stress: Sequence[float] | None = None

    def __post_init__(self):
        for key in ("duration", "cycles", "waveform"):
            if not (np.isfinite(getattr(self, key)) and getattr(self, key) >= 0):
                raise ValueError(f"{self.name}: {key} = {getattr(self, key)} must be a number >= 0")


@dataclass(frozen=True)
class History:
    """Exposures of one pass as arrays.

    Attributes:
        names: S names.
        start: Stress on entry, shape (S, m).
        change: Stress at the end minus stress on entry, shape (S, m).
        duration: s, shape (S,).
        static_time: Duration times waveform factor, s, shape (S,).
        cycles: Shape (S,).
        ratio: Shape (S,).
    """

    names: tuple[str, ...]
    start: np.ndarray
    change: np.ndarray
    duration: np.ndarray
    static_time: np.ndarray
    cycles: np.ndarray
    ratio: np.ndarray

    @classmethod
    def of(cls, exposures: Sequence[Exposure]) -> History:
        """Collect the exposures of one pass.

        Raises:
            ValueError: There are none, or they differ in the number of coefficients.
        """
        if not exposures:
            raise ValueError("a pass needs at least one exposure")
        start = np.array([np.atleast_1d(e.stress) for e in exposures], dtype=float)
        end = [e.stress if e.end_stress is None else e.end_stress for e in exposures]
        return cls(
            names=tuple(e.name for e in exposures),
            start=start,
            change=np.array([np.atleast_1d(stress) for stress in end], dtype=float) - start,
            duration=np.array([e.duration for e in exposures], dtype=float),
            static_time=np.array([e.duration * e.waveform for e in exposures], dtype=float),
            cycles=np.array([e.cycles for e in exposures], dtype=float),
            ratio=np.array([e.ratio for e in exposures], dtype=float),
        )

    @property
    def pass_time(self) -> float:
        """Time under load in one pass, s."""
        return float(self.duration.sum())

    def scaled(self, factor: float) -> History:
        """The same history with all stresses multiplied."""
        parts = vars(self) | {"start": self.start * factor, "change": self.change * factor}
        return History(**parts)
