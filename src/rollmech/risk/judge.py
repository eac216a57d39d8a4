"""Judges: how much of the material's resistance a web state uses up. One kind of flaw, one judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from rollmech.fracture.bimaterial.toughness import toughening
from rollmech.mesh.patch import BEFORE, COVER
from rollmech.web import WebState
from rollmech.web.state import CAUSES, Cause

if TYPE_CHECKING:  # judges work on a solved influence and must not bring the solver along
    from rollmech.fracture.bridging import Bridged
    from rollmech.fracture.contact import ContactFront
    from rollmech.fracture.influence import Influence
    from rollmech.mesh.patch import Patch

MPA = 1e6
"""Pa per MPa."""
UM = 1e6
"""um per m."""
MPA_SQRT_UM = 1e3
"""Pa m^0.5 per MPa um^0.5."""


CONTACT = "contact"
"""Share of the pressure of touching faces: what the linear contributions of the causes leave open."""
BRIDGING = "bridging"
"""Share of the tractions of a filler between the faces of a crack."""


@dataclass(frozen=True)
class Finding:
    """What a judge says of one web state.

    Attributes:
        ratio: Driving force over resistance; negative when the flaw is pressed shut everywhere.
        error: Estimated absolute error of the ratio (numerical only).
        value: Driving force: K_I in Pa m^0.5, or stress in Pa.
        value_error: Its estimated error.
        where: Place in words.
        angle: Front angle in radians of the governing point, or None.
        shares: Contribution of each cause to ``value`` at the governing point.
        closed: Whether faces of a crack touch: linear K < 0 on the front, or linear opening < 0 on the faces.
        closed_share: Share of the faces' area whose linear opening is negative.
        contact: The solution with contact that ``value`` is from, or None.
        linear: Largest linear K_I, Pa m^0.5, where there is such a solution or a bridge: the one without either.
        bridged: The tractions that bridge the crack, or None.
        refused: Why a partly closed crack was not solved with contact; empty otherwise.
    """

    ratio: float
    error: float
    value: float
    value_error: float
    where: str
    angle: float | None
    shares: dict[str, float]
    closed: bool = False
    closed_share: float = 0.0
    contact: ContactFront | None = None
    linear: float | None = None
    refused: str = ""
    bridged: Bridged | None = None

    @property
    def governed_by(self) -> str:
        """The cause that contributes most; contact and bridges only pass on what the others cause."""
        causes = [cause for cause in self.shares if cause not in (CONTACT, BRIDGING)]
        return max(causes, key=self.shares.__getitem__)


class Judge(Protocol):
    """Compares a web state with a resistance."""

    resistance: float
    quantity: Literal["K", "stress"]

    def find(self, state: WebState) -> Finding:
        """Full finding for one state."""

    def ratio(self, state: WebState) -> float:
        """Only the ratio (cheap: called by root finding)."""


def far_coefficients(
    patch: Patch, state: WebState, ply: int, face: str, pressure: float = 0.0
) -> dict[str, np.ndarray]:
    """Mode coefficients by cause, MPa, as ``Patch.turned`` takes them.

    Args:
        patch: The patch; tells how many plies the flaw cuts.
        state: Web state.
        ply: The ply at the flawed face.
        face: The flawed face.
        pressure: Of the gas in the flaw, MPa.
    """
    inwards = -1 if face == "top" else 1
    rest = np.zeros(len(patch.reference) - 4 * patch.blocks)
    history = [*_history(patch, state, ply, face), _own_modes(patch, state, ply, face)]
    steps = [history[0], *({cause: b[cause] - a[cause] for cause in b} for a, b in pairwise(history))]
    found = {
        cause: np.concatenate([steps[-1][cause], *(step[cause] for step in steps[:-1]), rest])
        for cause in steps[-1]
    }
    if patch.profile:
        found["residual"][4 * patch.cut] = state.ply_modes(ply, face)["residual"][4] / MPA
    if patch.fill is not None:
        if not patch.fill.enclosed:
            _split_by_filling(patch, found)
        # All-round stress that it would have for each unit of strain that it lacks.
        held, place = 3 * patch.fill.bulk_modulus, patch.place("misfit")
        expansion = state.laminate.plies[ply].cte - patch.fill.cte
        found["thermal"][place] = held * expansion * state.temperature_change
        if patch.fill.misfit:
            found["misfit"] = np.zeros(len(patch.reference))
            found["misfit"][place] = -held * patch.fill.misfit
    if patch.cover:
        first, outwards = patch.place(COVER[0]), range(1, len(patch.cover) + 1)
        for cause in CAUSES:
            force = sum(layer_force(state, ply - inwards * i, cause) for i in outwards)
            found[cause][first : first + 2] = force * UM / MPA
    if "pressure" in patch.modes:
        alone = np.concatenate([np.zeros(4 * patch.cut), rest])
        alone[patch.place("pressure")] = pressure
        found["pressure"] = alone
    return found


def _own_modes(patch: Patch, state: WebState, ply: int, face: str) -> dict[Cause, np.ndarray]:
    """Mode coefficients of the plies that the flaw cuts by cause, MPa, shape (4 cut,)."""
    inwards = -1 if face == "top" else 1
    plies = [state.ply_modes(ply + inwards * i, face) for i in range(patch.cut)]
    # The slit edge is free of sigma_y.
    kept = np.array([1.0, 1.0, 0.0, 0.0] if patch.at_edge else [1.0] * 4)
    return {cause: np.concatenate([kept * modes[cause][:4] / MPA for modes in plies]) for cause in plies[0]}


def _history(patch: Patch, state: WebState, ply: int, face: str) -> list[dict[Cause, np.ndarray]]:
    """The same whenever layers were bonded to the web, if the patch tells these times apart."""
    name = state.laminate.plies[ply].name
    earlier = state.earlier if patch.earlier else ()
    return [_own_modes(patch, then, then.laminate.index(name), face) for then in earlier]


def layer_force(state: WebState, ply: int, cause: Cause | None = None) -> np.ndarray:
    """Force per width of one layer along and across the web, N/m, shape (2,)."""
    heights, stress = state.through(ply, cause)
    return np.sum(np.diff(heights)[:, None] * (stress[1:] + stress[:-1]) / 2, axis=0)


def _split_by_filling(patch: Patch, found: dict[str, np.ndarray]) -> None:
    """Let residual stress, in place, act on the flaw before it was filled, as a filler put in later feels none."""
    if patch.fill.prestressed:
        first = patch.place(BEFORE[0])
        found["residual"][first : first + 4] = found["residual"][:4]
    found["residual"][:4] = 0.0


@dataclass(frozen=True)
class CrackJudge:
    """K along a front against a toughness (Pa m^0.5): that of the ply at the front, or of an interface.

    Mixed modes are compared through the energy release rate: ``sqrt(E' G)`` with the sign of K_I, which is K_I
    itself on a front in pure mode I.

    Attributes:
        influence: The solved flaw.
        ply: The ply at the flawed face.
        face: That face.
        resistance: Toughness, or ``sqrt(E' Gamma)`` for one given as an energy per area.
        pressure: Of the gas in a delamination, Pa.
        mode_sensitivity: How much more an interface bears the more it is sheared (`bimaterial.toughening`); its phase
            refers to the thickness of the layers above.
        contacts: Solutions with contact by their state (``key``); they take the linear one's place.
        bridging: Whether what bridges the crack counts.
    """

    influence: Influence
    ply: int
    face: str
    resistance: float
    pressure: float = 0.0
    mode_sensitivity: float = 0.0
    contacts: dict[bytes, ContactFront] = field(default_factory=dict)
    bridging: bool = True
    quantity = "K"

    def _web_parts(self, state: WebState) -> dict[str, np.ndarray]:
        return far_coefficients(self.influence.patch, state, self.ply, self.face, self.pressure / MPA)

    def _parts(self, state: WebState) -> dict[str, np.ndarray]:
        bridged = self.bridged(state)
        found = {} if bridged is None else {BRIDGING: bridged.coefficients}
        return self._web_parts(state) | found

    def _load(self, state: WebState) -> tuple[np.ndarray, np.ndarray]:
        """Mode coefficients of the web's stress and of the part that was there before a filler came, MPa."""
        parts = self._web_parts(state)
        return sum(parts.values()), parts["residual"]

    def bridged(self, state: WebState) -> Bridged | None:
        """What bridges the crack in a state; None where nothing does.

        Raises:
            NumericsError: The tractions do not settle.
        """
        if self.influence.patch.bridge is None or not self.bridging:
            return None
        return self.influence.bridge.finest.solve(*self._load(state))

    def total(self, state: WebState) -> np.ndarray:
        """Mode coefficients of all causes, MPa, as ``Patch.turned`` takes them."""
        return sum(self._parts(state).values())

    def coefficients(self, state: WebState) -> np.ndarray:
        """Mode coefficients of a state, MPa, as ``Patch.turned`` takes them."""
        return self.total(state)

    def key(self, state: WebState) -> bytes:
        """What tells states of different load on the flaw apart."""
        return self.total(state).tobytes()

    def contact(self, state: WebState) -> ContactFront | None:
        """The state's solution with contact, if it was made."""
        return self.contacts.get(self.key(state)) if self.contacts else None

    def bonded_k(self, state: WebState) -> list[np.ndarray]:
        """Linear K_I along the front each time layers were bonded to the web before, Pa m^0.5, each shape (n,)."""
        patch, load = self.influence.patch, self.total(state)
        found = []
        for number in range(1, len(patch.earlier) + 1):
            then = np.zeros_like(load)
            staged = slice(4 * patch.cut, 4 * patch.cut * (1 + number))
            then[staged] = load[staged]
            found.append(self.influence.stress_intensity(then) * MPA_SQRT_UM)
        return found

    def linear_k(self, state: WebState) -> np.ndarray:
        """K_I, K_II, K_III along the front as if faces could overlap, Pa m^0.5, shape (3, n)."""
        return self.influence.mixed_mode(self.total(state)) * MPA_SQRT_UM

    def mixed_mode(self, state: WebState) -> np.ndarray:
        """K_I, K_II, K_III along the front, Pa m^0.5, shape (3, n)."""
        contact = self.contact(state)
        if contact is None:
            return self.linear_k(state)
        return np.array([contact.k, 0 * contact.k, 0 * contact.k]) * MPA_SQRT_UM

    def perturbation(self, state: WebState) -> np.ndarray | None:
        """The flaw's own displacement (um) at this rank's unknowns where the web's modes alone do not give it."""
        contact = self.contact(state)
        if contact is not None:
            return contact.values
        if self.bridged(state) is None:
            return None
        influence = self.influence
        local = dict(zip(influence.patch.modes, influence.patch.turned(self.total(state)), strict=True))
        pairs = zip(influence.problem.modes, influence.solutions, strict=True)
        return sum(local[mode] * u.x.array for mode, u in pairs)

    def unbridged_k(self, state: WebState) -> tuple[np.ndarray, np.ndarray]:
        """K_I along the front without what bridges the crack, and its estimated error, Pa m^0.5, each shape (n,)."""
        load, _ = self._load(state)
        both = self.influence.stress_intensity(load), self.influence.stress_intensity_error(load)
        return both[0] * MPA_SQRT_UM, both[1] * MPA_SQRT_UM

    def face_shares(self, state: WebState) -> tuple[float, float]:
        """Shares of the faces' area that would overlap and that part in the linear solution, bridges included."""
        bridged = self.bridged(state)
        if bridged is not None:
            return bridged.face_shares()
        return self.influence.opening.shares(self.influence.patch.turned(self.total(state)))

    def partly_closed(self, state: WebState) -> bool:
        """Whether the linear solution closes a part of the crack, on the front or on its faces, and opens another."""
        k = self.linear_k(state)[0][~self.influence.front.vertex]
        closed, opened = self.face_shares(state)
        if self.bridged(state) is not None:  # what bridges the tip also keeps its faces apart
            return bool(closed > 0 and opened > 0)
        return bool((closed > 0 or k.min() < 0) and (opened > 0 or k.max() > 0))

    def t_stress(self, state: WebState) -> tuple[float, float] | None:
        """T-stress of a plane crack and its estimated error, Pa; None for a curved front and with contact."""
        if self.contact(state) is not None:
            return None
        found = self.influence.t_stress(self.total(state))
        return None if found is None else (found[0] * MPA, found[1] * MPA)

    def front_t_stress(self, state: WebState) -> tuple[np.ndarray, np.ndarray] | None:
        """T-stress along a front that meets no face and its estimated error, Pa, each shape (n,); not with contact."""
        if self.contact(state) is not None:
            return None
        found = self.influence.front_t_stress(self.total(state))
        return None if found is None else (found[0] * MPA, found[1] * MPA)

    def route_differences(self, state: WebState) -> dict[str, float]:
        """Relative differences of the two routes to each K and to J (``Influence.route_differences``)."""
        return self.influence.route_differences(self.total(state))

    def opening_route(self, state: WebState) -> np.ndarray | None:
        """All three K by regression of the faces' opening, Pa m^0.5, shape (3, n); None where there is none."""
        if self.contact(state) is not None:
            return None
        found = self.influence.opening_route(self.total(state))
        return None if found is None else found * MPA_SQRT_UM

    def release_rate(self, state: WebState) -> np.ndarray:
        """Energy release rate along the front, J/m^2, shape (n,)."""
        contact = self.contact(state)
        if contact is not None:
            return contact.k**2 / self.influence.modulus
        return self.influence.release_rate(self.total(state))

    def error(self, state: WebState) -> np.ndarray:
        """Estimated error of K along the front, Pa m^0.5, shape (n,)."""
        contact = self.contact(state)
        if contact is not None:
            return contact.error * MPA_SQRT_UM
        if self.bridged(state) is not None:
            return self.influence.bridge.error(*self._load(state)) * MPA_SQRT_UM
        return self.influence.stress_intensity_error(self.total(state)) * MPA_SQRT_UM

    def effective(self, state: WebState) -> np.ndarray:
        """sqrt(E' G) with the sign of K_I, Pa m^0.5, shape (n,)."""
        contact = self.contact(state)
        if contact is not None:
            return contact.k * MPA_SQRT_UM
        return self.influence.effective(self.total(state)) * MPA_SQRT_UM

    def ratio(self, state: WebState) -> float:
        """Largest effective K over the toughness, vertex points left out."""
        inner = ~self.influence.front.vertex
        return float((self.effective(state) / self.resistances(state))[inner].max())

    def phase(self, state: WebState) -> np.ndarray:
        """Phase of the in-plane K along the front, radians, shape (n,)."""
        one, two, _ = self.mixed_mode(state)
        return np.arctan2(two, one)

    def resistances(self, state: WebState) -> np.ndarray:
        """Toughness along the front, of an interface that of the phase there, Pa m^0.5, shape (n,)."""
        if not self.mode_sensitivity:
            return np.full(self.influence.front.phi.shape, self.resistance)
        return self.resistance * np.sqrt(toughening(self.phase(state), self.mode_sensitivity))

    def _resistance_error(self, state: WebState, point: int, relative: float) -> float:
        """Relative error of the resistance at a point, from that of the phase: the relative error of K."""
        s, psi = self.mode_sensitivity, float(np.clip(self.phase(state)[point], -np.pi / 2, np.pi / 2))
        return abs(s * np.tan(s * psi)) * relative

    def _other_k(self, state: WebState, touching: bool) -> float | None:
        """Largest K_I without contact or without a bridge, Pa m^0.5; None where there is neither."""
        inner = ~self.influence.front.vertex
        if touching:
            return float(self.linear_k(state)[0][inner].max())
        return None if self.bridged(state) is None else float(self.unbridged_k(state)[0][inner].max())

    def find(self, state: WebState) -> Finding:
        """Governing point of the front, shares of the causes there, closure.

        The shares split the effective K by what each cause adds to it along the total's own mode mix, so that
        they sum up to it. With contact they are the linear ones and what the pressure of the faces adds, which
        belongs to the state as a whole: the causes are not additive then.
        """
        influence, front = self.influence, self.influence.front
        k = self.effective(state)
        resistances = self.resistances(state)
        i = int(np.where(front.vertex, -np.inf, k / resistances).argmax())
        error, ratio = float(self.error(state)[i]), float(k[i] / resistances[i])
        relative = error / np.linalg.norm(self.mixed_mode(state)[:, i]) if self.mode_sensitivity else 0.0
        parts = self._parts(state)
        total = sum(parts.values())
        shares = {
            cause: influence.contribution(part, total, i) * MPA_SQRT_UM for cause, part in parts.items()
        }
        contact, linear = self.contact(state), self.linear_k(state)[0][~front.vertex]
        bridged = self.bridged(state)
        if contact is not None:
            shares[CONTACT] = float(k[i]) - sum(shares.values())
        tip = "front of the channel" if influence.patch.flaw.kind == "channel" else "crack tip"
        where = tip if len(front.phi) == 1 else f"front at {np.degrees(front.phi[i]):.0f} deg"
        closed, _ = self.face_shares(state)
        return Finding(
            ratio=ratio,
            error=error / float(resistances[i]) + abs(ratio) * self._resistance_error(state, i, relative),
            value=float(k[i]),
            value_error=error,
            where=where,
            angle=float(front.phi[i]),
            shares=shares,
            closed=bool(closed > 0 or np.any(linear < 0)) if bridged is None else closed > 0,
            closed_share=closed,
            contact=contact,
            linear=self._other_k(state, contact is not None),
            bridged=bridged,
        )


@dataclass(frozen=True)
class NotchJudge:
    """Peak principal stress on a blunt flaw, and on the face above a pore, against the strength of the flawed ply.

    Attributes:
        influence: The solved flaw.
        ply: The ply at the flawed face.
        face: That face.
        resistance: Strength, Pa.
        pressure: Of the gas in a pore, Pa.
    """

    influence: Influence
    ply: int
    face: str
    resistance: float
    pressure: float = 0.0
    quantity = "stress"

    def _parts(self, state: WebState) -> dict[str, np.ndarray]:
        return far_coefficients(self.influence.patch, state, self.ply, self.face, self.pressure / MPA)

    def total(self, state: WebState) -> np.ndarray:
        """Mode coefficients of all causes, MPa, as ``Patch.turned`` takes them."""
        return sum(self._parts(state).values())

    def ratio(self, state: WebState) -> float:
        """Peak stress over the strength."""
        total = self.total(state)
        return float(self.influence.surface_stress(total).max()) * MPA / self.resistance

    def find(self, state: WebState) -> Finding:
        """Peak stress, its place, and what each cause adds to the stress in its direction there."""
        parts = self._parts(state)
        total = sum(parts.values())
        peak, error, position = self.influence.peak_stress(total)
        node = int(self.influence.surface_stress(total).argmax())
        unit, turned = self.influence.surface.unit[:, node], self.influence.patch.turned
        tensor = _tensor(turned(total) @ unit)
        direction = np.linalg.eigh(tensor)[1][:, -1]
        shares = {
            cause: float(direction @ _tensor(turned(part) @ unit) @ direction) * MPA
            for cause, part in parts.items()
        }
        x, y, z = position
        return Finding(
            ratio=peak * MPA / self.resistance,
            error=error * MPA / self.resistance,
            value=peak * MPA,
            value_error=error * MPA,
            where=f"{self._surface(z)} at x={x:.3g}, y={y:.3g}, depth={abs(min(z, 0.0)):.3g} um",
            angle=None,
            shares=shares,
        )

    def peak_of(self, state: WebState, causes: Iterable[str]) -> tuple[float, float]:
        """Largest principal stress (Pa) that some causes alone would put on the flaw, and its estimated error."""
        parts = self._parts(state)
        peak, error, _ = self.influence.peak_stress(sum(parts[cause] for cause in causes))
        return peak * MPA, error * MPA

    def places(self, state: WebState) -> dict[str, tuple[float, float]]:
        """Stress at the places that a pore names and its estimated error, Pa; empty for other flaws."""
        total = sum(self._parts(state).values())
        named = getattr(self.influence.patch.flaw, "places", {})
        found = {name: self.influence.stress_at(total, place) for name, place in named.items()}
        return {name: (value * MPA, error * MPA) for name, (value, error) in found.items()}

    def _surface(self, z: float) -> str:
        """Which surface a point at height z (um) lies on."""
        buried = self.influence.patch.flaw.kind == "pore"
        what = "pore" if self.influence.patch.fill is None else "particle"
        return (
            f"face above the {what}"
            if buried and z > -1e-6 * self.influence.patch.flaw.depth
            else "flaw surface"
        )


def _tensor(c: np.ndarray) -> np.ndarray:
    """Matrix of a stress in components xx, yy, zz, xy, yz, xz."""
    return np.array([[c[0], c[3], c[5]], [c[3], c[1], c[4]], [c[5], c[4], c[2]]])


@dataclass(frozen=True)
class LaminateJudge:
    """Peak in-plane stress of every ply whose strength is known against that strength (Pa).

    Attributes:
        strengths: Ply index to strength.
    """

    strengths: dict[int, float]
    quantity = "stress"

    @property
    def resistance(self) -> float:
        """Smallest of the strengths, Pa."""
        return min(self.strengths.values())

    def ratio(self, state: WebState) -> float:
        """Largest stress over strength of all judged plies."""
        return max(state.peak_stress(ply).stress / strength for ply, strength in self.strengths.items())

    def find(self, state: WebState) -> Finding:
        """Governing ply and face; laminate theory is exact here, so the numerical error is zero."""
        ply = max(self.strengths, key=lambda i: state.peak_stress(i).stress / self.strengths[i])
        peak = state.peak_stress(ply)
        direction = 0 if peak.direction == "x" else 1
        shares = {cause: float(state.stress_at(ply, peak.height, cause)[direction]) for cause in CAUSES}
        return Finding(
            ratio=peak.stress / self.strengths[ply],
            error=0.0,
            value=peak.stress,
            value_error=0.0,
            where=f"{peak.place}, {'along' if peak.direction == 'x' else 'across'} the web",
            angle=None,
            shares=shares,
        )
