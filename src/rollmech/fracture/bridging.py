"""Tractions of a bridged crack: what its law says to the opening that they leave, one small system a state.

The tractions are a sum of hats over the faces (``Bridge.hats``), each a unit mode of the linear patch, so that the
opening is ``opening of the load - C T``. The law holds weighted with every hat (Galerkin):

    sum_j <h_i, h_j> T_j = <h_i, law(opening)>

where the law is that of the opening since the filler came, as far as hats can tell it (a rigid bridge would answer to
what no hat can undo); the bridge breaks by the opening itself. Residual stress was there before it. The system is
solved by Newton's method for the unbroken bridge, then once more without what has opened too far, until no more breaks:
as the load grows from zero a bridge only breaks, and the least opening is the one reached (laws: Cox & Marshall 1994).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import CubicSpline

from rollmech.errors import NumericsError
from rollmech.flaws.bridge import face_coordinates
from rollmech.flaws.front import TipFront
from rollmech.fracture.face_opening import FaceOpening
from rollmech.mesh.patch import Patch

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence

RIGID = 1000.0
"""Stiffness that stands for a rigid bridge, over E' / depth of the crack."""
SAFETY = 1.25
"""As for the linear K: two meshes, the same orders."""
_POINTS = 600
_STEPS = 60
_TOLERANCE = 1e-9
_BREAKS = 2000
_FRONT = 1e-3
# Opening over the largest one from which on unbridged faces count as apart, or as overlapping.
_OVERLAP = 1e-3


@dataclass(frozen=True)
class Bridged:
    """One state of a bridged crack.

    Attributes:
        coefficients: Of the patch's modes, MPa: the tractions alone, as ``Patch.turned`` takes them, shape (modes,).
        root: ``sqrt(1 - rho)`` of places on the faces, 0 at the front and 1 at the mouth, shape (n,).
        share: Part of the faces' area that belongs to each place, shape (n,).
        opening: Opening there, um, shape (n,).
        stretch: Part of it since the filler came, um, shape (n,).
        traction: Of the law there, MPa; zero where nothing bridges, shape (n,).
        bridged: Whether a bridge was there, shape (n,).
        broken: Whether it has broken, shape (n,).
        yielded: Whether it bears its strength, shape (n,).
        steps: Newton steps.
    """

    coefficients: np.ndarray
    root: np.ndarray
    share: np.ndarray
    opening: np.ndarray
    stretch: np.ndarray
    traction: np.ndarray
    bridged: np.ndarray
    broken: np.ndarray
    yielded: np.ndarray
    steps: int

    @property
    def bridged_share(self) -> float:
        """Share of the faces' area that is still bridged."""
        return float(self.share[self.bridged & ~self.broken].sum())

    @property
    def broken_share(self) -> float:
        """Share of the faces' area whose bridge has broken."""
        return float(self.share[self.broken].sum())

    @property
    def yielded_share(self) -> float:
        """Share of the faces' area that bears the strength of the bridge."""
        return float(self.share[self.yielded].sum())

    def face_shares(self) -> tuple[float, float]:
        """Shares of the faces' area without a bridge that would overlap and that part; a filler keeps faces apart."""
        free = ~self.bridged | self.broken
        least = _OVERLAP * np.abs(self.opening).max()
        over, apart = free & (self.opening < -least), self.opening > least
        return float(self.share[over].sum()), float(self.share[apart].sum())


class Bridging:
    """The bridge of one solved patch.

    Args:
        patch: With a bridge.
        opening: Opening of the faces per unit mode.
        rigid: Factor on what stands for a rigid bridge.
        coarse: Whether to take half as many hats.
    """

    def __init__(self, patch: Patch, opening: FaceOpening, rigid: float = 1.0, coarse: bool = False):
        self._patch, self._law = patch, patch.bridge
        ply = patch.plies[patch.front_plies[0]]
        modulus = ply.youngs_modulus / (1 - ply.poisson_ratio**2)
        self._rigid = rigid * RIGID * modulus / patch.flaw.depth
        self._root, self._share, self._unit, hats = _sampled(patch, opening)
        first = patch.modes.index(self._law.modes[0])
        self._own = slice(first, first + len(self._law.modes))
        self._spread = self._law.coarser if coarse else np.eye(len(self._law.modes))
        self._hats = self._spread.T @ hats
        self._closing = self._spread.T @ self._unit[self._own]
        self._mass = (self._hats * self._share) @ self._hats.T
        self._smooth_closing = self._smooth(self._closing)
        self._held = self._root**2 <= self._law.fraction * (1 + 1e-9)
        self._last: tuple[bytes, Bridged] | None = None

    def _smooth(self, values: np.ndarray) -> np.ndarray:
        """The sum of hats nearest to values at the places, shape (..., n): what tractions of hats can answer to."""
        return np.linalg.solve(self._mass, self._hats @ (values * self._share).T).T @ self._hats

    def solve(self, load: np.ndarray, before: np.ndarray) -> Bridged:
        """Tractions of the bridge in a state.

        Args:
            load: Mode coefficients of the web's stress, MPa, as ``Patch.turned`` takes them.
            before: The part of it that was there before the filler.

        Raises:
            NumericsError: Newton's method does not settle.
        """
        key = load.tobytes() + before.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = key, self._solve(*(self._patch.turned(x) @ self._unit for x in (load, before)))
        return self._last[1]

    def _solve(self, opened: np.ndarray, earlier: np.ndarray) -> Bridged:
        tractions, smooth = np.zeros(len(self._hats)), self._smooth(opened - earlier)
        broken, total = np.zeros(len(opened), dtype=bool), 0
        for _ in range(_BREAKS):
            tractions, steps = self._newton(smooth, tractions, self._held & ~broken)
            total += steps
            stretch = opened - earlier - tractions @ self._closing
            more = self._held & ~broken & (stretch > (self._law.opening or np.inf))
            if not more.any():
                carried = self._law.traction(smooth - tractions @ self._smooth_closing, self._rigid)
                return self._told(opened, stretch, tractions, carried, broken, total)
            broken |= more
        raise NumericsError("the bridge of the crack does not stop breaking")

    def _newton(self, opened: np.ndarray, start: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, int]:
        """Tractions of the hats (MPa) with the bridge whole at some places, and the steps taken."""
        weighted = self._hats * (self._share * whole)

        def residual(tractions: np.ndarray) -> np.ndarray:
            stretch = opened - tractions @ self._smooth_closing
            return self._mass @ tractions - weighted @ self._law.traction(stretch, self._rigid)

        found, rest = start, residual(start)
        size = np.linalg.norm(residual(0 * start)) or 1.0
        for step in range(_STEPS):
            if np.linalg.norm(rest) <= _TOLERANCE * size:
                return found, step
            slope = self._law.slope(opened - found @ self._smooth_closing, self._rigid)
            change = np.linalg.solve(self._mass + (weighted * slope) @ self._smooth_closing.T, -rest)
            part = 1.0
            while np.linalg.norm(residual(found + part * change)) > np.linalg.norm(rest) and part > 1e-3:
                part /= 2
            found = found + part * change
            rest = residual(found)
        raise NumericsError("the tractions of the crack's bridge do not settle")

    def _told(
        self,
        opened: np.ndarray,
        stretch: np.ndarray,
        tractions: np.ndarray,
        carried: np.ndarray,
        broken: np.ndarray,
        steps: int,
    ) -> Bridged:
        coefficients = np.zeros(len(self._patch.tension))
        first = self._patch.place(self._law.modes[0])
        coefficients[first : first + len(self._law.modes)] = -self._spread @ tractions
        whole = self._held & ~broken
        carried = np.where(whole, carried, 0.0)
        strength = np.inf if self._law.strength is None else self._law.strength
        opening = opened - tractions @ self._closing
        places = self._root, self._share, opening, stretch, carried
        return Bridged(coefficients, *places, self._held, broken, whole & (carried >= strength), steps)


def _sampled(patch: Patch, opening: FaceOpening) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Places on the faces: ``sqrt(1 - rho)`` and share of the area (n,), opening per mode and hats there (., n).

    Between the nodes of a plane crack the opening is interpolated over ``sqrt(1 - rho)``, in which it is smooth.
    """
    if not isinstance(patch.front, TipFront):
        root, _ = face_coordinates(patch.front, opening.position)
        # No law speaks at the front, which no traction opens.
        inside = root > _FRONT
        share = opening.share[inside] / opening.share[inside].sum()
        hats = patch.bridge.hats(patch.front, opening.position[inside])
        return root[inside], share, opening.unit[:, inside], hats
    nodes, _ = face_coordinates(patch.front, opening.position)
    order = np.argsort(nodes)
    root = (np.arange(_POINTS) + 0.5) / _POINTS
    unit = CubicSpline(nodes[order], opening.unit[:, order], axis=1)(root)
    places = np.column_stack([0 * root, 0 * root, (1 - root**2) * patch.front.tip[2]])
    return root, 2 * root / _POINTS, unit, patch.bridge.hats(patch.front, places)


class BridgeModel:
    """The bridge of an influence on its two finest meshes, with what its numbers rest on varied.

    Args:
        influence: Of a patch with a bridge.
        openings: Of the faces per unit mode on the finest mesh and on the one before.
    """

    def __init__(self, influence: Influence, openings: tuple[FaceOpening, FaceOpening]):
        self._influence, self._openings = influence, openings

    @cached_property
    def finest(self) -> Bridging:
        """What answers are taken from."""
        return Bridging(self._influence.patch, self._openings[0])

    @cached_property
    def _variants(self) -> tuple[Bridging, ...]:
        """One mesh coarser, with fewer hats, with a softer stand-in for a rigid bridge."""
        patch, (now, before) = self._influence.patch, self._openings
        return Bridging(patch, before), Bridging(patch, now, coarse=True), Bridging(patch, now, rigid=0.25)

    def error(self, load: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Estimated error of the bridged K_I along the front, MPa um^0.5, shape (n,).

        Meshes: K of each mesh under its own tractions. Hats: half as many. Rigid bridges: a quarter of the stiffness,
        which doubles the K that it leaves where there is none. Path, ends and surface: of the K without a bridge, from
        which the bridge takes away.
        """
        influence, finest = self._influence, self.finest.solve(load, before)
        k = influence.stress_intensity(load + finest.coefficients)
        coarse, few, soft = (variant.solve(load, before).coefficients for variant in self._variants)
        local = influence.patch.turned(load + coarse)
        change = np.abs(k - local @ influence.front_before.k_unit[0])
        hats, rigid = (np.abs(k - influence.stress_intensity(load + part)) for part in (few, soft))
        inner = ~influence.front.vertex
        change = np.maximum(change, np.sqrt(np.mean(change[inner] ** 2)))
        return (
            SAFETY * change + hats + rigid + influence.path_share * np.abs(influence.stress_intensity(load))
        )
