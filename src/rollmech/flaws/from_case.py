"""The flaw of a case in patch units."""

from __future__ import annotations

from rollmech.case import Crack as CrackCase
from rollmech.case import Pit as PitCase
from rollmech.case import Scratch as ScratchCase
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.pit import Pit
from rollmech.flaws.scratch import Scratch

UM = 1e6
"""Micrometres per metre."""


def flaw_geometry(flaw: CrackCase | PitCase | ScratchCase) -> SurfaceCrack | Pit | Scratch:
    """Geometry (um) of a case's flaw (m)."""
    if isinstance(flaw, CrackCase):
        return SurfaceCrack(depth=flaw.depth * UM, half_length=flaw.length * UM / 2)
    if isinstance(flaw, PitCase):
        return Pit(
            depth=flaw.depth * UM,
            half_width=flaw.width * UM / 2,
            half_length=flaw.length * UM / 2,
            root_crack=(flaw.root_crack or 0.0) * UM,
        )
    return Scratch(
        depth=flaw.depth * UM,
        half_width=(flaw.width or 0.0) * UM / 2,
        root_radius=(flaw.root_radius or 0.0) * UM,
        profile="sharp" if flaw.sharp else flaw.profile,
    )
