"""What a case says that a mesh of the user's own is of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.case import Case
from rollmech.case.meshfile import MeshFile
from rollmech.flaws.from_case import UM, flaw_geometry
from rollmech.mesh.patch import Flaw

# A facet lies in a plane if its corners are closer to it than this part of the flaw's depth.
_PLANE = 1e-4


@dataclass(frozen=True)
class Declared:
    """The parts of a case that its mesh must agree with (um).

    Attributes:
        given: The case's [mesh] table.
        layers: Names from the flawed layer inwards.
        depths: Depth of each layer's lower face.
        flaw: The flaw.
        straight: Whether the flaw lies straight across the web, so that a part of the patch will do.
        ends: Real half-length and half-width, None where the web goes on.
    """

    given: MeshFile
    layers: tuple[str, ...]
    depths: tuple[float, ...]
    flaw: Flaw
    straight: bool
    ends: tuple[float | None, float | None]

    @property
    def tolerance(self) -> float:
        """Distance within which a facet counts to a plane, um."""
        return _PLANE * self.flaw.depth


def declared(case: Case) -> Declared:
    """What a case with a [mesh] table says of its mesh."""
    flaw, stack = case.flaw, case.inwards
    ends = tuple(None if end is None else end * UM for end in (case.patch.half_length, case.patch.half_width))
    return Declared(
        case.mesh,
        tuple(layer.name for layer in stack),
        tuple(float(depth) for depth in np.cumsum([layer.thickness * UM for layer in stack])),
        flaw_geometry(case),
        abs(getattr(flaw, "angle", np.pi / 2) - np.pi / 2) < 1e-9,
        ends,
    )
