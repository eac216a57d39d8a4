"""Judge of plain surface cracks by the library of K: no solve of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rollmech.case import Case
from rollmech.errors import Fault, InputError
from rollmech.library.ellipse import equivalent
from rollmech.library.store import Kept
from rollmech.library.table import PHI
from rollmech.line.cracks import crack_stress
from rollmech.line.plies import library_of
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
    def _place(self) -> tuple[float, float]:
        return self.depth / self.thickness, self.depth / self.half_length

    @cached_property
    def _unit(self) -> np.ndarray:
        """K_I, K_II, K_III per unit stress normal to the crack and shear along it, shape (angles, 3, 4)."""
        table = self.kept.table
        unit = np.zeros((len(PHI), 3, 4))
        unit[:, 0, :2] = table.factors(*self._place)
        if len(crack_stress(np.zeros(4), self.angle)) == 4:
            unit[:, 1:, 2:] = table.shear_factors(*self._place)
        return np.sqrt(np.pi * self.depth) * unit

    @property
    def relative_error(self) -> float:
        """Of K under tension: estimated error of the solves, of the interpolation, and of Poisson's ratio."""
        return _total(self.kept.table.opening_errors(*self._place))

    @property
    def shear_error(self) -> float:
        """The same of K_II and K_III under shear."""
        return _total(self.kept.table.shear_errors)

    def _k(self, modes: np.ndarray) -> np.ndarray:
        """K_I, K_II, K_III along the front, shape (angles, 3)."""
        stress = crack_stress(modes[:4], self.angle)
        return self._unit[..., : len(stress)] @ stress

    def ratio(self, state: WebState) -> float:
        """Largest equivalent K over the toughness."""
        k = self._k(sum(self._parts(state).values()))
        return float(equivalent(k, self.kept.table.poisson_ratio).max()) / self.resistance

    def find(self, state: WebState) -> Finding:
        """The governing point of the front and what each cause adds there."""
        parts, poisson = self._parts(state), self.kept.table.poisson_ratio
        total = self._k(sum(parts.values()))
        k = equivalent(total, poisson)
        at = int(k.argmax())
        mix = total[at] / (k[at] or 1.0)
        # Parts of G's bilinear form, so that all contributions add up to the whole.
        weights, opened = mix * [1, 1, 1 / (1 - poisson)], mix[0] ** 2
        error = abs(float(k[at])) * (opened * self.relative_error + (1 - opened) * self.shear_error)
        return Finding(
            ratio=float(k[at]) / self.resistance,
            error=error / self.resistance,
            value=float(k[at]),
            value_error=error,
            where=f"front at {np.degrees(PHI[at]):.0f} deg",
            angle=float(PHI[at]),
            shares={cause: float(self._k(part)[at] @ weights) for cause, part in parts.items()},
            closed=bool(total[:, 0].min() < 0),
        )

    def _parts(self, state: WebState) -> dict[str, np.ndarray]:
        return {cause: modes[:4] for cause, modes in state.ply_modes(self.ply, self.face).items()}


def surrogate_judge(case: Case) -> PlainCrackJudge:
    """The judge of a case's surface crack by the case's surrogate, without a solve.

    Raises:
        InputError: The flaw is no plain crack within its layer, or lies outside the surrogate's ranges.
    """
    flaw = case.flaw
    _refuse_unlike(case)
    kept = library_of(case, case.flawed_index, flaw.face, angles=flaw.angle)
    thickness = case.layer(flaw.layer).thickness
    toughness = flaw.toughness_factor * case.material_of(flaw.layer).value("fracture_toughness")
    sizes = (thickness, flaw.depth, flaw.length / 2, toughness, flaw.angle)
    found = PlainCrackJudge(kept, case.flawed_index, flaw.face, *sizes)
    _ = found.relative_error
    return found


def _refuse_unlike(case: Case) -> None:
    """Refuse what a surrogate of surface cracks is not about."""
    flaw, source = case.flaw, "surrogate"
    if flaw is None or flaw.kind != "crack" or flaw.tilt or case.covers or flaw.bridging is not None:
        accepted = "a surface crack, upright, in an outer layer, with nothing between its faces"
        raise InputError(
            source, [Fault("flaws", flaw.kind if flaw else "", "has no K in a surrogate", accepted)]
        )
    if case.layer(flaw.layer).residual_profile is not None:
        key = f"stack.{flaw.layer}.residual_profile"
        raise InputError(source, [Fault(key, "", "has no K in a surrogate", "a uniform residual_stress")])


def _total(errors: dict[str, float]) -> float:
    return float(sum(errors.values()))
