"""Judge of a joint between tiles: strain of what fills it, mean stress of the plies that bridge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rollmech.fracture.tile_joint import PLACES
from rollmech.risk.judge import MPA, Finding, far_coefficients, layer_force
from rollmech.web import WebState
from rollmech.web.state import CAUSES

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence

WORDS = {"mean": "mean over its height", "face": "at the flawed face", "root": "at the foot of the tiles"}


@dataclass(frozen=True)
class Use:
    """How much of one limit a state uses up.

    Attributes:
        where: What is judged, in words.
        shares: Cause to its part of the ratio.
        error: Estimated numerical error of the ratio.
    """

    where: str
    shares: dict[str, float]
    error: float

    @property
    def ratio(self) -> float:
        """Strain or stress over its limit."""
        return sum(self.shares.values())


@dataclass(frozen=True)
class JointJudge:
    """Largest of the filler's strain over its limit and of the mean stress of each ply below over its strength.

    Attributes:
        influence: The solved joint.
        ply: The ply of the tiles.
        face: The flawed face.
        strain_limit: Of the filler, along the web; None if not known.
        strengths: Ply index to strength, Pa, of plies under the tiles where it is known.
        names: Ply index to the name of its layer.
    """

    influence: Influence
    ply: int
    face: str
    strain_limit: float | None
    strengths: dict[int, float]
    names: dict[int, str]
    quantity = "use"
    resistance = 1.0

    def _parts(self, state: WebState) -> dict[str, np.ndarray]:
        return far_coefficients(self.influence.patch, state, self.ply, self.face)

    def total(self, state: WebState) -> np.ndarray:
        """Mode coefficients of all causes, MPa, as ``Patch.turned`` takes them."""
        return sum(self._parts(state).values())

    def strain(self, state: WebState) -> tuple[np.ndarray, np.ndarray]:
        """Strain along the web of what is in the gap at ``PLACES`` and its estimated error, each shape (3,)."""
        local = self.influence.patch.turned(self.total(state))
        return self.influence.joint_value(lambda joint: local @ joint.strain)

    def opening(self, state: WebState) -> tuple[float, float]:
        """The joint's own opening (um), mean over its height, and its estimated error."""
        local = self.influence.patch.turned(self.total(state))
        return self.influence.joint_value(lambda joint: local @ joint.opening)

    def bridging(self, state: WebState, ply: int) -> tuple[float, float]:
        """Mean stress (Pa) of a ply under the gap, and its estimated error."""
        local, column = self.influence.patch.turned(self.total(state)), self._column(ply)
        added, error = self.influence.joint_value(lambda joint: local @ joint.carried[:, column])
        return float(layer_force(state, ply)[0]) / self._thickness(state, ply) + added * MPA, error * MPA

    def uses(self, state: WebState) -> list[Use]:
        """Everything that is compared with a limit."""
        turned, parts = self.influence.patch.turned, self._parts(state)
        found = []
        if self.strain_limit:
            _, errors = self.strain(state)
            for i, place in enumerate(PLACES):
                unit = self.influence.joint.strain[:, i] / self.strain_limit
                shares = {cause: float(turned(part) @ unit) for cause, part in parts.items()}
                where = f"strain of the filler, {WORDS[place]}"
                found.append(Use(where, shares, float(errors[i]) / self.strain_limit))
        for ply, strength in self.strengths.items():
            unit = self.influence.joint.carried[:, self._column(ply)] * MPA
            shares = {
                cause: float(turned(part) @ unit + self._far(state, ply, cause)) / strength
                for cause, part in parts.items()
            }
            error = self.bridging(state, ply)[1] / strength
            found.append(Use(f"mean stress of '{self.names[ply]}' under the gap", shares, float(error)))
        return found

    def ratio(self, state: WebState) -> float:
        """Largest ratio of all that is compared."""
        return max(use.ratio for use in self.uses(state))

    def find(self, state: WebState) -> Finding:
        """The limit that is used up most, and what each cause adds to it."""
        use = max(self.uses(state), key=lambda use: use.ratio)
        return Finding(use.ratio, use.error, use.ratio, use.error, use.where, None, use.shares)

    def _column(self, ply: int) -> int:
        return abs(self.ply - ply) - 1

    @staticmethod
    def _thickness(state: WebState, ply: int) -> float:
        return float(state.laminate.thicknesses[ply])

    def _far(self, state: WebState, ply: int, cause: str) -> float:
        """Mean stress (Pa) of one cause along the undisturbed web; a filler's misfit leaves it alone."""
        if cause not in CAUSES:
            return 0.0
        return float(layer_force(state, ply, cause)[0]) / self._thickness(state, ply)
