"""What drives a layer of a stack at every station: its stress, the energy of its parting and of its cracks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollmech.films.stack import Film
from rollmech.fracture.bimaterial import channel_factor, peel_phase
from rollmech.risk.judge import layer_force
from rollmech.risk.verdict import Loading
from rollmech.web import WebState
from rollmech.web.state import CAUSES, DIRECTIONS

WORDS = {"x": "along the web", "y": "across the web"}


@dataclass(frozen=True)
class Drive:
    """One layer at one station, for stress in one direction and fronts that move in it.

    Attributes:
        station: Name.
        direction: "x" along the web, "y" across it.
        stress: Cause to mean stress of the layer, Pa.
        highest: Largest stress in the layer, Pa.
        force: Of the layer and all outside of it, N/m.
        peel: Steady energy release rate of their parting from the rest, J/m^2.
        phase: Of it, radians, for the thickness of what comes off as reference length.
        channel: Steady energy release rate of a crack through them that crosses this direction, J/m^2; 0 if they are
            pressed together.
        bond: What the interface withstands at this phase, J/m^2; None if not known.
        toughness: What a crack through them takes, J/m^2; None if not known.
        buckles: Half-width of a delamination above which they buckle, m; None in tension.
    """

    station: str
    direction: str
    stress: dict[str, float]
    highest: float
    force: float
    peel: float
    phase: float
    channel: float
    bond: float | None
    toughness: float | None
    buckles: float | None

    @property
    def mean(self) -> float:
        """Mean stress of all causes, Pa."""
        return sum(self.stress.values())

    @property
    def pressed(self) -> bool:
        """Whether the front's faces are pressed together: what is released drives the parting only once it buckles."""
        return abs(self.phase) >= math.pi / 2

    @property
    def peel_ratio(self) -> float | None:
        """G of the parting over what the interface withstands; of pressed faces over that in pure shear."""
        return None if not self.bond else self.peel / self.bond

    @property
    def channel_ratio(self) -> float | None:
        """G of the crack over what it takes."""
        return None if not self.toughness else self.channel / self.toughness


def drives_of(film: Film, loadings: Sequence[Loading]) -> list[Drive]:
    """The layer at every station, both directions."""
    return [drive_of(film, loading.name, loading.state, d) for loading in loadings for d in DIRECTIONS]


def drive_of(film: Film, station: str, state: WebState, direction: str) -> Drive:
    """Closed forms: laminate energy of the parting, its phase and the crack's factor of a film on a half-space."""
    parting = film.parting
    force, moment = parting.carried(state, direction)
    phase = parting.phase(state, direction, peel_phase(film.mismatch)) if force or moment else 0.0
    return Drive(
        station,
        direction,
        {cause: _mean(film, state, direction, cause) for cause in CAUSES},
        max(float(state.through(ply)[1][:, DIRECTIONS.index(direction)].max()) for ply in film.own),
        force,
        parting.release_rate(state, direction),
        phase,
        channel_energy(film, state, direction) if force > 0 else 0.0,
        film.bond.at(phase if film.on_half_space else 0.0),  # a phase that does not hold must not toughen
        film.toughness,
        parting.buckling_half_width(force),
    )


def channel_energy(film: Film, state: WebState, direction: str) -> float:
    """``pi g / 2 int(sigma^2 / E') dz``, J/m^2: exact for one uniformly stressed film on a half-space (Beuth 1992)."""
    energy = 0.0
    for ply in film.parting.plies:
        heights, stress = state.through(ply)
        s = stress[:, DIRECTIONS.index(direction)]
        squares = np.diff(heights) * (s[1:] ** 2 + s[1:] * s[:-1] + s[:-1] ** 2) / 3
        energy += float(squares.sum()) / film.parting.laminate.plies[ply].plane_strain_modulus
    return math.pi / 2 * channel_factor(film.mismatch) * energy


def _mean(film: Film, state: WebState, direction: str, cause: str) -> float:
    """Mean stress of one cause in the layer, Pa."""
    forces = sum(layer_force(state, ply, cause) for ply in film.own)
    return float(forces[DIRECTIONS.index(direction)]) / film.thickness
