"""A web whose layers come and go along the line.

A layer is bonded to the flat web (in the nip, or while it dries in the span): from then on it strains with the web, so
its strain counts from the web's own at that moment and its expansion from the temperature there. In that state it
carries nothing but a stress of its own (of drying, or of the tension that a film brings to the nip). With e_b(z) and
T_b the web's strain and temperature then,

    sigma = Q (eps - e_b) - E/(1-nu) cte (T - T_b) + own stress

(classical lamination theory with a reference strain of each ply, as for films grown on a strained substrate). A layer
that comes off takes its force along; what was locked into the others stays in them and the web finds its balance anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rollmech.web.laminate import Laminate, Ply
from rollmech.web.state import CAUSES, Cause, WebState


@dataclass(frozen=True)
class Bonding:
    """The flat web in the state in which layers were bonded to it.

    Attributes:
        web: Without these layers.
        tension: N/m; None at the very roller where they are bonded, whose tension is the one asked for.
        temperature_change: From the stress-free temperature, K; None as for the tension.
        film: What films brought of this tension, N/m; the web had the rest.
    """

    web: Laminate
    tension: float | None = None
    temperature_change: float | None = None
    film: float = 0.0

    def state(self, tension: float, temperature_change: float) -> WebState:
        """The web at that moment; tension and temperature are those of the state asked for."""
        then = tension if self.tension is None else self.tension
        change = temperature_change if self.temperature_change is None else self.temperature_change
        return self.web.web_state(then - self.film, 0.0, change)


@dataclass(frozen=True)
class Assembly(Laminate):
    """The layers at hand, some of which were bonded to the others on the way.

    Attributes:
        locked: Equibiaxial stress of each ply at zero deformation, Pa, shape (n_plies,): residual stress of the web as
            it entered the line, or what a bonded layer brings.
        bondings: In the order of the line, those of layers at hand.
        bonded: Of each ply the position in ``bondings``; None for one that entered with the web.
        tensions: Of each ply the tension along the web that it brought, N/m.

    Raises:
        ValueError: No ply, or none that entered with the web.
    """

    locked: tuple[float, ...] = ()
    bondings: tuple[Bonding, ...] = ()
    bonded: tuple[int | None, ...] = ()
    tensions: tuple[float, ...] = ()

    def __init__(
        self,
        plies: Sequence[Ply],
        locked: Sequence[float],
        bondings: Sequence[Bonding] = (),
        bonded: Sequence[int | None] = (),
        tensions: Sequence[float] = (),
    ) -> None:
        # What is locked in need not balance any more once a layer has come off.
        super().__init__([replace(ply, residual_stress=None) for ply in plies])
        object.__setattr__(self, "locked", tuple(map(float, locked)))
        object.__setattr__(self, "bondings", tuple(bondings))
        object.__setattr__(self, "bonded", tuple(bonded) or (None,) * len(self.plies))
        object.__setattr__(self, "tensions", tuple(tensions) or (0.0,) * len(self.plies))
        if None not in self.bonded:
            raise ValueError("no layer of the web has been there from the start")

    @cached_property
    def residual_stress(self) -> np.ndarray:
        """Equibiaxial stress locked into each ply, shape (n_plies,) [Pa]."""
        return np.array(self.locked)

    def web_state(self, tension: float, curvature: float, temperature_change: float = 0.0) -> WebState:
        """As of a laminate, with the strains from which bonded layers count; see ``Laminate.web_state``."""
        state = super().web_state(tension, curvature, temperature_change)
        if not self.bondings:
            return state
        earlier = tuple(bonding.state(tension, temperature_change) for bonding in self.bondings)
        deformation, stress = dict(state.deformation), dict(state.stress)
        for cause in CAUSES:
            missed = self._missed(earlier, cause)
            relief = self._relief(missed)
            deformation[cause] = state.deformation[cause] + relief
            stress[cause] = state.stress[cause] + self._face_stress(relief, None) - missed
        return replace(state, deformation=deformation, stress=stress, earlier=earlier)

    def _missed(self, earlier: Sequence[WebState], cause: Cause) -> np.ndarray:
        """Stress that plies would have had already when they were bonded, shape (n_plies, 2, 2) [Pa]."""
        missed = np.zeros((len(self.plies), 2, 2))
        for ply, number in enumerate(self.bonded):
            if number is None:
                continue
            then = earlier[number]
            strain, curvature = then.deformation[cause][0::2], then.deformation[cause][1::2]
            heights = (
                self.interfaces[ply : ply + 2] - self._offset(then.laminate) - then.laminate.neutral_axis
            )
            strains = strain + heights[:, None] * curvature
            missed[ply] = strains @ self.plies[ply].plane_stress_stiffness
            if cause == "tension":
                missed[ply, :, 0] -= self.tensions[ply] / self.thicknesses[ply]
            if cause == "thermal":
                missed[ply] += self.thermal_stress(then.temperature_change)[ply]
        return missed

    def _offset(self, other: Laminate) -> float:
        """Height of another laminate's bottom face in this one, m: by a ply that both have had from the start."""
        anchor = self.bonded.index(None)
        return float(self.interfaces[anchor] - other.interfaces[other.index(self.plies[anchor].name)])

    def _relief(self, missed: np.ndarray) -> np.ndarray:
        """Deformation, shape (4,), by which the web makes up for stress that is not there, its curvatures held."""
        lacking = WebState(self, {}, {"residual": -missed}).resultants("residual")
        return self._solve(np.zeros(4), np.array([False, True, False, True]), lacking)
