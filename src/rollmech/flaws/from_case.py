"""The flaw of a case in patch units."""

from __future__ import annotations

from rollmech.case import Case
from rollmech.case import Channel as ChannelCase
from rollmech.case import CornerCrack as CornerCrackCase
from rollmech.case import Crack as CrackCase
from rollmech.case import CrackPair as CrackPairCase
from rollmech.case import Delamination as DelaminationCase
from rollmech.case import EdgeChip as EdgeChipCase
from rollmech.case import HiddenCrack as HiddenCrackCase
from rollmech.case import Particle as ParticleCase
from rollmech.case import Pit as PitCase
from rollmech.case import Pore as PoreCase
from rollmech.case import TileJoint as TileJointCase
from rollmech.flaws.channel import Channel
from rollmech.flaws.corner_crack import CornerCrack
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.crack_pair import CrackPair
from rollmech.flaws.delamination import Delamination
from rollmech.flaws.edge_chip import EdgeChip
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
    | Channel
    | Delamination
    | TileJoint
)

UM = 1e6
"""Micrometres per metre."""


def flaw_geometry(case: Case) -> Flaw:
    """Geometry (um) of the flaw (m) of a case that has one."""
    flaw = case.flaw
    if isinstance(flaw, ChannelCase):
        return Channel(case.flaw_depth * UM)
    if isinstance(flaw, DelaminationCase):
        return Delamination(
            depth=case.flaw_depth * UM,
            half_length=flaw.length * UM / 2,
            half_width=None if flaw.width is None else flaw.width * UM / 2,
            from_cut=flaw.start == "cut",
        )
    if isinstance(flaw, TileJointCase):
        return TileJoint(case.flaw_depth * UM, flaw.gap * UM / 2, flaw.tile_length * UM)
    if isinstance(flaw, CrackCase):
        return SurfaceCrack(depth=flaw.depth * UM, half_length=flaw.length * UM / 2, tilt=flaw.tilt)
    if isinstance(flaw, HiddenCrackCase):
        return HiddenCrack(flaw.depth * UM, flaw.height * UM / 2, flaw.length * UM / 2, flaw.tilt)
    if isinstance(flaw, CornerCrackCase):
        return CornerCrack(flaw.depth * UM, flaw.length * UM)
    if isinstance(flaw, EdgeChipCase):
        sizes = (case.flaw_depth * UM, flaw.width * UM, flaw.length * UM / 2)
        return EdgeChip(*sizes, through=flaw.depth is None, root_crack=(flaw.root_crack or 0.0) * UM)
    if isinstance(flaw, CrackPairCase):
        return CrackPair(flaw.depth * UM, flaw.length * UM / 2, flaw.spacing * UM)
    if isinstance(flaw, PitCase):
        return Pit(
            depth=flaw.depth * UM,
            half_width=flaw.width * UM / 2,
            half_length=flaw.length * UM / 2,
            root_crack=(flaw.root_crack or 0.0) * UM,
        )
    if isinstance(flaw, PoreCase):
        width = None if flaw.width is None else flaw.width * UM / 2
        sizes = (flaw.depth * UM, flaw.height * UM / 2, flaw.length * UM / 2)
        return Pore(*sizes, width, pressurised=flaw.pressure is not None)
    if isinstance(flaw, ParticleCase):
        return _particle(flaw)
    return Scratch(
        depth=flaw.depth * UM,
        half_width=(flaw.width or 0.0) * UM / 2,
        root_radius=(flaw.root_radius or 0.0) * UM,
        profile="sharp" if flaw.sharp else flaw.profile,
        points=tuple((x * UM, -z * UM) for x, z in zip(flaw.across or (), flaw.below or (), strict=True)),
    )


def _particle(flaw: ParticleCase) -> Pore | Pit | Scratch:
    """The cavity that a particle fills."""
    height, half_length = flaw.height * UM, flaw.length * UM / 2
    half_width = None if flaw.width is None else flaw.width * UM / 2
    if flaw.depth is not None:
        return Pore(flaw.depth * UM, height / 2, half_length, half_width)
    return (
        Scratch(height, half_length, profile="U")
        if half_width is None
        else Pit(height, half_width, half_length)
    )
