"""What a web releases when layers on one of its faces part from the rest: steady state, in closed form.

A long delamination runs from a cut through the layers that come off. Far behind its front they carry nothing and the
rest carries the web's force and moment alone; far ahead the web is whole. With F and M the force and moment (about
their own axis) of the layers before they came off, d the distance between the axes, A and D the stretching and bending
stiffness of each part with the strain along the front held,

    G = (F^2 / A_film + M^2 / D_film + F^2 / A_rest + (M + F d)^2 / D_rest) / 2

(Suo & Hutchinson 1990; Hutchinson & Suo 1992). Force and moment of the web are held, as around a flaw of a case.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rollmech.web.laminate import Laminate
from rollmech.web.state import DIRECTIONS, WebState


@dataclass(frozen=True)
class Parting:
    """Layers at one face that come off the rest of a laminate.

    Attributes:
        laminate: The stack.
        plies: Positions from the bottom of the layers that come off: all from an interface to one face.

    Raises:
        ValueError: The layers are not at a face, or nothing is left.
    """

    laminate: Laminate
    plies: tuple[int, ...]

    def __post_init__(self) -> None:
        count, own = len(self.laminate.plies), list(self.plies)
        if not own or len(own) >= count or own not in (list(range(len(own))), list(range(own[0], count))):
            raise ValueError(f"plies {own} of {count} are not the layers from an interface to one face")

    @property
    def upwards(self) -> bool:
        """Whether the layers lie on the top face."""
        return self.plies[-1] == len(self.laminate.plies) - 1

    @cached_property
    def film(self) -> Laminate:
        """The layers that come off, without residual stress."""
        return _free(self.laminate, self.plies)

    @cached_property
    def rest(self) -> Laminate:
        """The other layers, without residual stress."""
        return _free(self.laminate, [i for i in range(len(self.laminate.plies)) if i not in self.plies])

    @cached_property
    def arm(self) -> float:
        """Distance of the two axes, m."""
        film = self.laminate.interfaces[self.plies[0]] + self.film.neutral_axis
        first = 0 if self.upwards else len(self.plies)
        return abs(float(film - self.laminate.interfaces[first] - self.rest.neutral_axis))

    def carried(self, state: WebState, direction: str) -> tuple[float, float]:
        """Force (N/m) and moment (N) of the layers that come off; the moment is positive if it lifts them, once cut."""
        axis = self.laminate.interfaces[self.plies[0]] + self.film.neutral_axis
        force, moment = _resultants(state, self.plies, DIRECTIONS.index(direction), float(axis))
        return force, moment if self.upwards else -moment

    def energies(self, force: float, moment: float) -> tuple[float, float, float]:
        """Energy release rate of the force alone, of the moment alone, and of both with each other, J/m^2."""
        film, rest = (_stiffness(part) for part in (self.film, self.rest))
        pull = force**2 * (1 / film[0] + 1 / rest[0] + self.arm**2 / rest[1]) / 2
        return pull, moment**2 * (1 / film[1] + 1 / rest[1]) / 2, force * moment * self.arm / rest[1]

    def release_rate(self, state: WebState, direction: str) -> float:
        """Steady energy release rate of a front that moves along x or y, J/m^2."""
        return sum(self.energies(*self.carried(state, direction)))

    def phase(self, state: WebState, direction: str, omega: float) -> float:
        """Phase of K h^(i eps), radians: arg((P - i e^(i gamma) M) e^(i omega)) (Suo & Hutchinson 1990).

        P and M are the roots of the two energies with the signs of force and moment, and ``sin gamma`` is what makes
        the square of the sum the whole energy. Outside -pi/2 to pi/2 the faces are pressed together.

        Args:
            state: Of the web.
            direction: The front moves in, "x" or "y".
            omega: Phase of a force alone, radians.
        """
        force, moment = self.carried(state, direction)
        pull, bend, _ = self.energies(force, moment)
        p, m = math.copysign(math.sqrt(pull), force), math.copysign(math.sqrt(bend), moment)
        gamma = math.asin(self.gamma_sine)
        return cmath.phase((p - 1j * cmath.exp(1j * gamma) * m) * cmath.exp(1j * omega))

    @cached_property
    def gamma_sine(self) -> float:
        """sin(gamma) of the pair of parts: 0 for a film on a deep solid."""
        pull, bend, both = self.energies(1.0, 1.0)
        return both / (2 * math.sqrt(pull * bend))

    def buckling_half_width(self, force: float) -> float | None:
        """Half-width (m) from which flat, clamped layers under a compressive force (N/m) buckle; None in tension.

        ``b = pi sqrt(D / N)`` (Hutchinson & Suo 1992).
        """
        return math.pi * math.sqrt(self.film.bending_stiffness / -force) if force < 0 else None


def _free(laminate: Laminate, plies) -> Laminate:
    return Laminate([replace(laminate.plies[i], residual_stress=None, profile=None) for i in plies])


def _stiffness(part: Laminate) -> tuple[float, float]:
    """Stretching (N/m) and bending (N m) stiffness with the other strain held."""
    stretching = sum(ply.plane_strain_modulus * ply.thickness for ply in part.plies)
    return stretching, part.bending_stiffness


def _resultants(state: WebState, plies, column: int, axis: float) -> tuple[float, float]:
    """Force and moment about a height of some plies' stress in one direction; exact for stress linear in pieces."""
    force = moment = 0.0
    for ply in plies:
        heights, stress = state.through(ply)
        z, s, step = heights - axis, stress[:, column], np.diff(heights)
        force += float(np.sum(step * (s[1:] + s[:-1]) / 2))
        middle = (s[1:] + s[:-1]) * (z[1:] + z[:-1]) / 4
        moment += float(np.sum(step * (s[1:] * z[1:] + s[:-1] * z[:-1] + 4 * middle) / 6))
    return force, moment
