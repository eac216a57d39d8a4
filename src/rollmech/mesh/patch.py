"""The patch: one neighbourhood of the web around its flaw, before it is meshed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rollmech.flaws.bridge import Bridge
from rollmech.flaws.channel import Channel
from rollmech.flaws.corner_crack import CornerCrack
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.crack_pair import CrackPair
from rollmech.flaws.delamination import Delamination
from rollmech.flaws.edge_chip import EdgeChip
from rollmech.flaws.front import Front
from rollmech.flaws.hidden_crack import HiddenCrack
from rollmech.flaws.pit import Pit
from rollmech.flaws.pore import Pore
from rollmech.flaws.scratch import Scratch
from rollmech.flaws.tile_joint import TileJoint

Flaw = (
    SurfaceCrack
    | HiddenCrack
    | CornerCrack
    | CrackPair
    | Pit
    | Pore
    | EdgeChip
    | Scratch
    | Delamination
    | Channel
    | TileJoint
)

MODES = ("x_membrane", "x_bending", "y_membrane", "y_bending", "xy_membrane", "xy_bending")
"""Unit far-stress states of one ply: 1 MPa uniform, or 1 MPa at its upper face falling to -1 MPa at its lower one."""

BEFORE = tuple(f"{mode} before filling" for mode in MODES[:4])
"""Stress that the flawed ply held before its flaw was filled: the filler does not feel it."""


COVER = ("cover x", "cover y", "cover xy")
"""Force of 1 MPa um in layers on the flawed face that are too thin to mesh and that the flaw cuts with its ply."""
COVER_ERROR = 0.15
"""Error of the K of a cover's force over (its thickness over the flaw's depth); measured 0.09 (docs/interlayers.md)."""


def with_plies(mode: str, count: int) -> str:
    """Name of a mode that only the first plies feel, those that were there before others were bonded to them."""
    return f"{mode} with {count} plies"


# Half-extent of the patch in units of the flaw's reach: the perturbation of a plane-like (through) flaw decays
# with the square of this number, that of a shallow one with the cube. Each run measures what is left.
_REACH = 14.0
_THROUGH = 3.0  # what a flaw through the whole thickness needs more of it
_THICKNESSES = 3.0
# A cut film on a compliant ply recovers its load over the shear-lag length; the patch holds this many of them.
_SHEAR_LAGS = 6.0


@dataclass(frozen=True)
class PatchPly:
    """One ply as the patch sees it, counted from the flawed face inwards (um, MPa)."""

    thickness: float
    youngs_modulus: float
    poisson_ratio: float

    @property
    def shear_modulus(self) -> float:
        """G = E / (2 (1 + nu)), MPa."""
        return self.youngs_modulus / (2 * (1 + self.poisson_ratio))


@dataclass(frozen=True)
class Fill:
    """Solid bonded to the wall of a blunt flaw, filled in after the web was made (um, MPa).

    Attributes:
        youngs_modulus: MPa.
        poisson_ratio: -
        fraction: Part of the flaw's depth that is filled, from its bottom.
        prestressed: Whether the flawed ply had residual stress when it was filled.
        cte: Thermal expansion, 1/K.
        misfit: Strain in every direction by which it would outgrow its cavity if it were free.
        enclosed: Whether it was there when the web was made, and shares the residual stress of its ply.
    """

    youngs_modulus: float
    poisson_ratio: float
    fraction: float = 1.0
    prestressed: bool = False
    cte: float = 0.0
    misfit: float = 0.0
    enclosed: bool = False

    @property
    def bulk_modulus(self) -> float:
        """K = E / (3 (1 - 2 nu)), MPa."""
        return self.youngs_modulus / (3 * (1 - 2 * self.poisson_ratio))

    def following(self, ply: PatchPly) -> tuple[float, float]:
        """Stress of the filler at the strain that a stress s has in a ply: ``a s + b tr(s) I``; returns (a, b)."""
        shear = self.youngs_modulus / (2 * (1 + self.poisson_ratio))
        lame = self.bulk_modulus - 2 * shear / 3
        young, nu = ply.youngs_modulus, ply.poisson_ratio
        return 2 * shear * (1 + nu) / young, (lame * (1 - 2 * nu) - 2 * shear * nu) / young


@dataclass(frozen=True)
class Patch:
    """Geometry and moduli of the neighbourhood that is solved.

    Coordinates: origin above the flaw's centre on the flawed face (at the slit edge for a crack there), x along the
    web, y across, z outwards.

    Attributes:
        plies: Plies from the flawed one (first) inwards.
        flaw: The flaw, in the first ply's free face.
        half_length: Half-extent along the web, um.
        half_width: Half-extent across the web, um; unused by plane flaws.
        real_ends: Whether the ends are those of a real finite plate (then their distance is no error).
        angle: Angle between the flaw's surface trace and the web direction, radians; the patch is turned with
            the flaw, so that its x is normal to the trace.
        profile: Equibiaxial residual stress of the flawed ply over its depth below the flawed face, pairs of um
            and MPa, linear in between, on top of what the far-stress modes hold; empty without one.
        whole: Whether the whole patch is modelled although symmetry would let a part of it do.
        fill: What fills the flaw, which must be blunt or a pit; None if nothing does.
        cover: Layers on the flawed face that are not meshed but act as a membrane along it, outermost last.
        origin: Of each ply the layer counted from the flawed one that it stands for; empty if all are as they were.
        merging: Bound of the relative effect on K or peak stress of plies merged or left out (`mesh.merging`).
        bridge: What holds the faces of a crack in a plane of symmetry together; None if nothing does.
        earlier: Numbers of plies, counted from the flawed one, that were there each time before more were bonded to
            them; empty if all were there from the start. Stress from before feels only the plies of its time.
        sheared: Whether only the part of the load that is odd in both planes of symmetry counts, shear in the face's
            plane: a quarter of the patch holds that, too.
    """

    plies: tuple[PatchPly, ...]
    flaw: Flaw
    half_length: float
    half_width: float
    real_ends: bool = False
    angle: float = np.pi / 2
    profile: tuple[tuple[float, float], ...] = ()
    whole: bool = False
    fill: Fill | None = None
    cover: tuple[PatchPly, ...] = ()
    origin: tuple[int, ...] = ()
    merging: float = 0.0
    bridge: Bridge | None = None
    earlier: tuple[int, ...] = ()
    sheared: bool = False

    @property
    def symmetric(self) -> bool:
        """Whether flaw and load share the planes x = 0 and y = 0, so that a part of the patch will do."""
        straight = self.sheared or abs(self.angle - np.pi / 2) < 1e-9
        return straight and not getattr(self.flaw, "tilt", 0.0) and not self.whole

    @property
    def at_edge(self) -> bool:
        """Whether y = 0 is the slit edge of the web, a free face, instead of a plane of symmetry."""
        return getattr(self.flaw, "at_edge", False)

    @cached_property
    def cut(self) -> int:
        """Number of plies that the flaw reaches into: those whose stress loads it."""
        return 1 + sum(self.flaw.deepest > depth * (1 + 1e-9) for depth in self.interfaces[:-1])

    @property
    def front_plies(self) -> tuple[int, ...]:
        """The ply that the flaw's deepest point lies in, or both plies of the interface that it lies on."""
        if (
            self.at_edge or self.flaw.kind == "tile-joint"
        ):  # a chip may go on, its crack does not; a joint has none
            return (0,)
        last = self.cut - 1
        on_interface = self.flaw.deepest > self.interfaces[last] * (1 - 1e-9)
        return (last, last + 1) if on_interface else (last,)

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of the unit far-stress states: ``MODES`` of the flawed ply, then of each further ply cut, then
        all of these again for each number of plies in ``earlier``, then the residual ``profile`` and the
        ``pressure`` of gas in the flaw (1 MPa).

        Of a filled flaw the stress of ``MODES`` came after filling, ``BEFORE`` and the profile before it; ``misfit`` is
        1 MPa all round that the filler would have if the web held it. Then come those of a bridge: a tension of 1 MPa
        that opens the faces at one of its hats. ``COVER`` is last.
        """
        own = MODES + tuple(f"{mode} of ply {i}" for i in range(1, self.cut) for mode in MODES)
        staged = tuple(with_plies(mode, count) for count in self.earlier for mode in own)
        profile = ("profile",) if self.profile else ()
        pressure = ("pressure",) if getattr(self.flaw, "pressurised", False) else ()
        before = BEFORE if self.fill and self.fill.prestressed else ()
        filled = before + (("misfit",) if self.fill else ())
        bridge = self.bridge.modes if self.bridge else ()
        return own + staged + profile + pressure + filled + bridge + (COVER if self.cover else ())

    @property
    def membrane(self) -> tuple[float, float]:
        """Stiffness E h / (1 - nu^2) of the cover, MPa um, and its Poisson's ratio; zeros without one."""
        stiffness = [ply.youngs_modulus * ply.thickness / (1 - ply.poisson_ratio**2) for ply in self.cover]
        held = sum(s * ply.poisson_ratio for s, ply in zip(stiffness, self.cover, strict=True))
        return (sum(stiffness), held / sum(stiffness)) if self.cover else (0.0, 0.0)

    @property
    def filler(self) -> int:
        """What cells of a filler have for the index of their ply."""
        return len(self.plies)

    @property
    def level(self) -> float:
        """Depth of the filler's surface below the flawed face, um."""
        return (1 - self.fill.fraction) * self.flaw.depth

    @property
    def blocks(self) -> int:
        """How often the modes of one ply come: once for each ply cut and each time of ``earlier`` and now."""
        return self.cut * (1 + len(self.earlier))

    def place(self, mode: str) -> int:
        """Position among the coefficients that ``turned`` takes of a mode that is not one of a ply's six."""
        return self.modes.index(mode) - 2 * self.blocks

    def turned(self, coefficients: np.ndarray) -> np.ndarray:
        """Mode coefficients in the patch's own axes.

        Args:
            coefficients: x_membrane, x_bending, y_membrane, y_bending in the web's axes for each ply cut, what came
                after all bondings first, then what came before each in the order of ``earlier``, then the factor of the
                profile if there is one, the pressure of gas in the flaw, what a filled flaw adds, and the force of a
                cover along x and y of the web with a zero.

        Returns:
            In the order of ``modes``, with xy_membrane and xy_bending: the stress tensor turned by the flaw's angle.
        """
        s, c = np.sin(self.angle), np.cos(self.angle)
        x, y = np.moveaxis(np.reshape(coefficients[: 4 * self.blocks], (self.blocks, 2, 2)), 1, 0)
        parts = np.concatenate([s * s * x + c * c * y, c * c * x + s * s * y, s * c * (x - y)], axis=1)
        rest = np.array(coefficients[4 * self.blocks :], dtype=float)
        if self.cover:
            along, across, _ = rest[-3:]
            rest[-3:] = (
                s * s * along + c * c * across,
                c * c * along + s * s * across,
                s * c * (along - across),
            )
        return np.concatenate([parts.ravel(), rest])

    @property
    def tension(self) -> np.ndarray:
        """Coefficients of 1 MPa of uniform tension along the web in every ply cut, as ``turned`` takes them."""
        uniform = np.tile([1.0, 0.0, 0.0, 0.0], self.cut)
        return np.concatenate([uniform, np.zeros(len(self.modes) - 2 * self.blocks - len(uniform))])

    @property
    def reference(self) -> np.ndarray:
        """The load that accuracy is aimed at, as ``turned`` takes it: uniform tension, the pressure that alone opens a
        delamination under whole plies, the stretch of all plies that gives the one at a chip's face 1 MPa, or tension
        along the web and pressure across it, which shear a crack at 45 degrees by 1 MPa."""
        if self.sheared:
            return self.tension - np.roll(self.tension, 2)
        if self.flaw.kind == "edge-chip":
            moduli = np.array([ply.youngs_modulus for ply in self.plies[: self.cut]])
            stretch = self.tension
            stretch[: 4 * self.cut] *= np.repeat(moduli / moduli[0], 4)
            return stretch
        if self.flaw.kind == "delamination" and not self.flaw.from_cut:
            return np.concatenate([0 * self.tension[:-1], [1.0]])
        return self.tension

    @cached_property
    def front(self) -> Front | None:
        """The front of a sharp flaw, None for a blunt one."""
        return self.flaw.front(self.interfaces, whole=not self.symmetric)

    @cached_property
    def interfaces(self) -> tuple[float, ...]:
        """Depth of every ply's lower face, um."""
        return tuple(float(depth) for depth in np.cumsum([ply.thickness for ply in self.plies]))

    @property
    def flawed_thickness(self) -> float:
        """Thickness of the flawed ply, um."""
        return self.plies[0].thickness

    @property
    def thickness(self) -> float:
        """Thickness of the whole stack, um."""
        return sum(ply.thickness for ply in self.plies)

    @property
    def ligament(self) -> float:
        """Distance from the deepest point of the flaw to the nearest interface or to the other face, um."""
        tip = self.flaw.root_crack if getattr(self.flaw, "through", False) else self.flaw.deepest
        return min(abs(depth - tip) for depth in self.interfaces)


def shear_lag_length(plies: tuple[PatchPly, ...]) -> float:
    """Length over which a cut first ply recovers its load through the plies under it, um.

    ``sqrt(E_f' h_f sum(h_i/G_i))`` over the plies softer than the first that lie between it and the next ply
    at least as stiff in tension; zero when nothing lies under it (Cox's shear-lag estimate).
    """
    film, *others = plies
    compliance = 0.0
    for ply in others:
        if ply.youngs_modulus * ply.thickness > 0.5 * film.youngs_modulus * film.thickness:
            break
        compliance += ply.thickness / ply.shear_modulus
    stiffness = film.youngs_modulus / (1 - film.poisson_ratio**2) * film.thickness
    return float(np.sqrt(stiffness * compliance))


def recovery_length(plies: tuple[PatchPly, ...]) -> float:
    """Length over which a tile recovers its load through what it lies on, um; zero for a web of tiles alone.

    Two plates that bend together, sheared against each other (Volkersen 1938; Suhir 1986)::

        sum(h_i / G_i) / (1/A_t + 1/A_c + d^2 / (D_t + D_c))

    is its square, with the stretching and bending stiffness of tile and carrier, the distance d of their axes, and in
    the sum the plies between them and a third of those two; the largest of all choices of the carrier's first ply.
    """
    tile, *below = plies
    squares = [0.0]
    for first in range(len(below)):
        carrier, between = below[first:], below[:first]
        sheared = sum(ply.thickness / ply.shear_modulus for ply in between)
        sheared += sum(ply.thickness / ply.shear_modulus for ply in (tile, carrier[0])) / 3
        (one, half, stiff), (two, axis, other) = _section((tile,)), _section(carrier)
        arm = tile.thickness - half + sum(ply.thickness for ply in between) + axis
        squares.append(sheared / (1 / one + 1 / two + arm**2 / (stiff + other)))
    return float(np.sqrt(max(squares)))


def _section(plies: Sequence[PatchPly]) -> tuple[float, float, float]:
    """Stretching stiffness, depth of the axis and bending stiffness about it: MPa um, um, MPa um^3."""
    moduli = np.array([ply.youngs_modulus / (1 - ply.poisson_ratio**2) for ply in plies])
    faces = np.cumsum([0.0, *(ply.thickness for ply in plies)])
    stretch, first, second = (moduli @ np.diff(faces**n) / n for n in (1, 2, 3))
    return float(stretch), float(first / stretch), float(second - first**2 / stretch)


def make_patch(
    plies: tuple[PatchPly, ...],
    flaw: Flaw,
    half_length: float | None = None,
    half_width: float | None = None,
    angle: float = np.pi / 2,
    profile: tuple[tuple[float, float], ...] = (),
    fill: Fill | None = None,
    bridge: Bridge | None = None,
) -> Patch:
    """Size a patch so that its ends do not matter, unless real ends are given (um); angle in radians."""
    thickness = sum(ply.thickness for ply in plies)
    if flaw.dimension == 2:
        # Plane perturbations of a plate decay exponentially within a thickness or so, shear lag apart.
        lag = recovery_length(plies) if flaw.kind == "tile-joint" else shear_lag_length(plies)
        size = flaw.reach + max(_THICKNESSES * 4 * thickness, _SHEAR_LAGS * lag)
    else:
        reach = flaw.reach * (_THROUGH if getattr(flaw, "through", False) else 1.0)
        size = max(_REACH * reach, _THICKNESSES * plies[0].thickness)
    return Patch(
        plies=plies,
        flaw=flaw,
        half_length=half_length or size,
        half_width=half_width or size,
        real_ends=half_length is not None and (half_width is not None or flaw.dimension == 2),
        angle=angle,
        profile=profile,
        fill=fill,
        bridge=bridge,
    )
