"""Judge of plain surface cracks by the library of K: no solve of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rollmech.library.store import Kept
from rollmech.library.table import PHI
from rollmech.line.history import normal_stress
from rollmech.risk.judge import Finding
from rollmech.web import WebState


@dataclass(frozen=True)
class PlainCrackJudge:
    """Largest K along a semi-elliptical crack over the toughness, interpolated: a ``risk.judge`` ``Judge``.

    Attributes:
        kept: Library of the stack.
        ply: The flawed ply.
        face: Its flawed face.
        thickness: Of that ply, m.
        depth, half_length: Of the crack, m.
        resistance: Toughness, Pa m^0.5.
        angle: Between the crack's trace and the web direction, rad.
    """

    kept: Kept
    ply: int
    face: str
    thickness: float
    depth: float
    half_length: float
    resistance: float
    angle: float = np.pi / 2
    quantity = "K"

    @cached_property
    def _unit(self) -> np.ndarray:
        """K per unit stress, shape (angles, 2)."""
        factors = self.kept.table.factors(self.depth / self.thickness, self.depth / self.half_length)
        return np.sqrt(np.pi * self.depth) * factors

    @property
    def relative_error(self) -> float:
        """Of K under tension: estimated error of the solves, of the interpolation, and of Poisson's ratio."""
        table = self.kept.table
        return float(table.solve_error + table.interpolation + table.poisson)

    def _k(self, modes: np.ndarray) -> np.ndarray:
        return self._unit @ normal_stress(modes[:4], self.angle)

    def ratio(self, state: WebState) -> float:
        """Largest K over the toughness."""
        return float(self._k(sum(self._parts(state).values())).max()) / self.resistance

    def find(self, state: WebState) -> Finding:
        """The governing point of the front and what each cause adds there."""
        parts = self._parts(state)
        k = self._k(sum(parts.values()))
        at = int(k.argmax())
        error = self.relative_error * abs(float(k[at]))
        return Finding(
            ratio=float(k[at]) / self.resistance,
            error=error / self.resistance,
            value=float(k[at]),
            value_error=error,
            where=f"front at {np.degrees(PHI[at]):.0f} deg",
            angle=float(PHI[at]),
            shares={cause: float(self._k(part)[at]) for cause, part in parts.items()},
            closed=bool(k.min() < 0),
        )

    def _parts(self, state: WebState) -> dict[str, np.ndarray]:
        return {cause: modes[:4] for cause, modes in state.ply_modes(self.ply, self.face).items()}
