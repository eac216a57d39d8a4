"""The same two energies by finite elements of the case's own stack, in place of a film on a half-space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rollmech.case import Case
from rollmech.errors import Fault, InputError
from rollmech.films.drive import Drive
from rollmech.films.stack import Film
from rollmech.flaws.channel import Channel
from rollmech.flaws.delamination import Delamination
from rollmech.flaws.from_case import UM
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.mesh.patch import Patch, PatchPly, make_patch, shear_lag_length
from rollmech.risk.judge import far_coefficients
from rollmech.risk.verdict import Loading

# A delamination this many covers and shear-lag lengths long has the phase of an endless one to a degree.
_COVERS, _LAGS = 20.0, 3.0


@dataclass(frozen=True)
class Solved:
    """A layer's channel crack and long delamination in its own stack."""

    film: Film
    channel: Influence
    peel: Influence

    def drive(self, drive: Drive, loading: Loading) -> Drive:
        """A drive with the crack's energy, the phase and what the interface withstands at it as solved."""
        found = self._coefficients(self.channel.patch, loading, drive.direction)
        k, _, _ = self.channel.mixed_mode(found)
        phase = drive.phase
        if not drive.pressed:
            one, two, _ = self.peel.mixed_mode(self._coefficients(self.peel.patch, loading, drive.direction))
            phase = float(np.arctan2(two, one)[0])
        energy = float(k[0] ** 2 / self.channel.modulus) if k[0] > 0 else 0.0
        return replace(drive, channel=energy, phase=phase, bond=self.film.bond.at(phase))

    @property
    def error(self) -> float:
        """Estimated relative error of the crack's energy under uniform tension."""
        return 2 * self.channel.relative_error()

    def _coefficients(self, patch: Patch, loading: Loading, direction: str) -> np.ndarray:
        """Of one direction's stress across the crack; a patch only knows its own x."""
        top = self.film.face == "top"
        ply = len(self.film.parting.laminate.plies) - 1 if top else 0
        total = sum(far_coefficients(patch, loading.state, ply, self.film.face).values())
        if direction == "y":
            own = total[: 4 * patch.cut].reshape(patch.cut, 2, 2)[:, ::-1]
            total = np.concatenate([own.ravel(), total[4 * patch.cut :]])
        return total


def solve_film(case: Case, film: Film, progress: Callable[[str], None] = lambda text: None) -> Solved:
    """Solve a layer's channel crack and delamination.

    Raises:
        InputError: A layer that would be cut has a residual profile.
        NumericsError: A solve failed.
    """
    laminate = film.parting.laminate
    for i in film.parting.plies:
        if laminate.plies[i].profile is not None:
            key = f"stack.{case.stack[i].name}.residual_profile"
            accepted = "a uniform residual_stress there, or no --solve"
            raise InputError("films", [Fault(key, "", "is of a layer that would be cut", accepted)])
    order = laminate.plies[::-1] if film.face == "top" else laminate.plies
    plies = tuple(PatchPly(p.thickness * UM, p.youngs_modulus / 1e6, p.poisson_ratio) for p in order)
    depth = film.parting.film.thickness * UM
    length = _COVERS * depth + _LAGS * shear_lag_length(plies)
    progress(f"{film.name}: channel crack")
    channel = solve_influence(make_patch(plies, Channel(depth)), case.accuracy.target)
    progress(f"{film.name}: delamination")
    flaw = Delamination(depth, length, from_cut=True)
    return Solved(film, channel, solve_influence(make_patch(plies, flaw), case.accuracy.target))


def solved_drives(solved: Solved, drives: Sequence[Drive], loadings: Sequence[Loading]) -> list[Drive]:
    """Drives of `drives_of` with what was solved."""
    by_name = {loading.name: loading for loading in loadings}
    return [solved.drive(drive, by_name[drive.station]) for drive in drives]
