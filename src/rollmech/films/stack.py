"""The layers of a case around the one that carries them, and what their interfaces and themselves withstand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rollmech.case import Case
from rollmech.case.flaws import Delamination, InterfaceFlaw
from rollmech.errors import Fault, InputError, nearest
from rollmech.fracture.bimaterial import Dundurs, Isotropic, dundurs, toughening, within_table
from rollmech.web import Laminate
from rollmech.web.parting import Parting

THICK = 0.05
"""Thickness of what comes off over that of the rest, up to which the rest is a half-space."""
FOUNDATION, UNLIKE = 10.0, 3.0
"""Plies this many thicknesses below must not differ in stiffness by this factor."""


@dataclass(frozen=True)
class Bond:
    """What an interface withstands, J/m^2; None where it is not known.

    Attributes:
        toughness: In pure opening.
        sensitivity: To the phase (`toughening`).
        work: Of adhesion: the least that a toughness can be.
    """

    toughness: float | None = None
    sensitivity: float = 0.0
    work: float | None = None

    def at(self, phase: float) -> float | None:
        """Toughness at a phase (radians), else the work of adhesion."""
        if self.toughness is None:
            return self.work
        return self.toughness * float(toughening(phase, self.sensitivity))


@dataclass(frozen=True)
class Film:
    """One layer on the carrying one, with everything that lies on it.

    Attributes:
        name: Of the layer.
        below: The layer that it lies on, seen from outside.
        face: The face of the stack that it lies towards.
        own: Positions of its plies from the bottom.
        parting: Its plies and those outside of it against the rest.
        bond: Of its inner interface.
        toughness: Energy per area (J/m^2) that a crack through it and all outside takes; None if one is not known.
        missing: Keys that a verdict lacks.
    """

    name: str
    below: str
    face: str
    own: tuple[int, ...]
    parting: Parting
    bond: Bond
    toughness: float | None
    missing: tuple[str, ...]

    @property
    def thickness(self) -> float:
        """Of the layer itself, m."""
        return float(sum(self.parting.laminate.thicknesses[i] for i in self.own))

    @cached_property
    def mismatch(self) -> Dundurs:
        """Of the two plies at the inner interface, the layer's first."""
        plies, off = self.parting.laminate.plies, self.parting.plies
        pair = (off[0], off[0] - 1) if self.parting.upwards else (off[-1], off[-1] + 1)
        return dundurs(*(Isotropic(plies[i].youngs_modulus / 1e6, plies[i].poisson_ratio) for i in pair))

    @property
    def on_half_space(self) -> bool:
        """Whether g and phase of a film on a half-space hold: thin, of the table, nothing unlike near below."""
        return self.slender <= THICK and within_table(self.mismatch) and self._even_below

    @property
    def _even_below(self) -> bool:
        """Whether plies within a few thicknesses under the interface are about as stiff as the one at it."""
        plies, off = self.parting.laminate.plies, self.parting.plies
        under = plies[off[0] - 1 :: -1] if self.parting.upwards else plies[off[-1] + 1 :]
        reach, depth = FOUNDATION * self.parting.film.thickness, 0.0
        for ply in under:
            if depth < reach and not 1 / UNLIKE < ply.youngs_modulus / under[0].youngs_modulus < UNLIKE:
                return False
            depth += ply.thickness
        return True

    @property
    def slender(self) -> float:
        """Thickness of what comes off over that of the rest."""
        return self.parting.film.thickness / self.parting.rest.thickness


def films_of(case: Case, laminate: Laminate, on: str | None = None) -> list[Film]:
    """Every layer on the carrying one, from the top of the stack to its bottom.

    Args:
        case: Resolved.
        laminate: Its stack.
        on: Name of the carrying layer; default that of the flaw, under a delamination or channel crack the next one
            inwards, without a flaw the stiffest in tension.

    Raises:
        InputError: There is no such layer, or no other one.
    """
    groups = _groups([layer.name for layer in case.stack])
    core = _core(case, laminate, groups, on)
    if len(groups) == 1:
        raise InputError(
            "films", [Fault("stack", groups[0][0], "is the only layer", "a stack of two layers or more")]
        )
    above = [_film(case, laminate, groups, i, i - 1, "top") for i in range(core + 1, len(groups))]
    under = [_film(case, laminate, groups, i, i + 1, "bottom") for i in range(core)]
    return [*above[::-1], *under[::-1]]


Group = tuple[str, tuple[int, ...]]


def _groups(names: list[str]) -> list[Group]:
    """Layers with their plies: sublayers ``name/1`` ... of a graded layer are one."""
    found: list[Group] = []
    for i, name in enumerate(names):
        whole, _, number = name.rpartition("/")
        label = whole if whole and number.isdigit() else name
        if found and label != name and found[-1][0] == label:
            found[-1] = (label, (*found[-1][1], i))
        else:
            found.append((label, (i,)))
    return found


def _core(case: Case, laminate: Laminate, groups: list[Group], on: str | None) -> int:
    labels = [label for label, _ in groups]
    if on is not None:
        if on not in labels:
            names = ", ".join(labels)
            raise InputError(
                "films", [Fault("--on", on, "is no layer of the stack", names, nearest(on, labels))]
            )
        return labels.index(on)
    if case.flaw is not None:
        names = [layer.name for layer in case.stack]
        ply = names.index(case.flaw.layer)
        if isinstance(case.flaw, InterfaceFlaw):
            ply += -1 if case.flaw.face == "top" else 1
        return next(i for i, (_, plies) in enumerate(groups) if ply in plies)
    stiffness = [
        sum(laminate.plies[i].plane_strain_modulus * laminate.thicknesses[i] for i in p) for _, p in groups
    ]
    return stiffness.index(max(stiffness))


def _film(case: Case, laminate: Laminate, groups: list[Group], at: int, inner: int, face: str) -> Film:
    name, own = groups[at]
    outside = groups[at:] if face == "top" else groups[: at + 1]
    plies = tuple(i for _, part in outside for i in part)
    bond, toughness = _bond(case, groups, at, inner), _energy(case, laminate, plies)
    missing = [] if bond.at(0.0) is not None else [_bond_key(groups, at, inner)]
    if toughness is None:
        lacking = {case.stack[i].material for i in plies if not _toughness(case, i)}
        missing += [f"materials.{material}.fracture_toughness" for material in sorted(lacking)]
    return Film(name, groups[inner][0], face, own, Parting(laminate, plies), bond, toughness, tuple(missing))


def _bond_key(groups: list[Group], at: int, inner: int) -> str:
    return f"stack.{groups[max(at, inner)][0]}.interface_toughness (or work_of_adhesion)"


def _bond(case: Case, groups: list[Group], at: int, inner: int) -> Bond:
    """Of the interface between two layers: keys of the upper one, else of a delamination of the case along it."""
    upper = case.stack[groups[max(at, inner)][1][0]]
    toughness, sensitivity = upper.interface_toughness, upper.mode_sensitivity or 0.0
    flaw = case.flaw
    if toughness is None and isinstance(flaw, Delamination):
        names = [case.stack[i].name for i in groups[at][1]]
        outwards = "top" if at > inner else "bottom"
        if flaw.layer in names and flaw.face == outwards:
            toughness, sensitivity = flaw.interface_toughness, flaw.mode_sensitivity
    return Bond(toughness, sensitivity, upper.work_of_adhesion)


def _toughness(case: Case, ply: int) -> float | None:
    found = case.material_of(case.stack[ply].name).get("fracture_toughness")
    return None if found is None else found.value


def _energy(case: Case, laminate: Laminate, plies: tuple[int, ...]) -> float | None:
    """``sum(h K_Ic^2 / E') / sum(h)``: what a crack through all of them takes per area; None if one is not known."""
    known = {i: _toughness(case, i) for i in plies}
    if None in known.values():
        return None
    energy = sum(
        laminate.thicknesses[i] * k**2 / laminate.plies[i].plane_strain_modulus for i, k in known.items()
    )
    return float(energy / sum(laminate.thicknesses[i] for i in plies))
