"""The parts of a case as far as they could be read, for checks across them.

A part that already has a fault of its own is None here, and a check that needs it stays silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollmech.case.depths import from_flaw, seen_from, tip_of
from rollmech.case.flaws import (
    Flaw,
)
from rollmech.case.line import Growth, Population, Storage, Strength
from rollmech.case.meshfile import MeshFile
from rollmech.case.schema import Layer, Load, PatchEnds, Roller, Web
from rollmech.case.surrogate import LibraryFile
from rollmech.case.tables import MaterialTable
from rollmech.units import show


@dataclass(frozen=True)
class Parts:
    """The readable parts of a case; `mapping` is what was given, for counting and for keys."""

    mapping: Mapping[str, object]
    stack: tuple[Layer | None, ...] = ()
    flaws: tuple[Flaw | None, ...] = ()
    rollers: tuple[Roller | None, ...] = ()
    materials: Mapping[str, MaterialTable | None] = field(default_factory=dict)
    web: Web | None = None
    load: Load | None = None
    patch: PatchEnds | None = None
    mesh: MeshFile | None = None
    library: LibraryFile | None = None
    storage: Storage | None = None
    growth: Growth | None = None
    strength: Strength | None = None
    population: Population | None = None

    @property
    def flaw(self) -> Flaw | None:
        """The flaw, if it is the only one."""
        return self.flaws[0] if len(self.flaws) == 1 else None

    @property
    def flawed(self) -> Layer | None:
        """The flaw's layer, if both could be read."""
        return next(
            (item for item in self.stack if item and self.flaw and item.name == self.flaw.layer), None
        )

    @property
    def inwards(self) -> tuple[Layer, ...]:
        """Layers from the flaw's face inwards; empty if one of them, the flaw or its layer could not be read."""
        if self.flaw is None or self.flawed is None or None in self.stack:
            return ()
        return from_flaw(self.flaw, seen_from(self.flaw.face, self.stack))

    @property
    def covers(self) -> tuple[Layer, ...]:
        """Layers outside of the flaw's; empty where `inwards` is."""
        if not self.inwards:
            return ()
        return seen_from(self.flaw.face, self.stack)[: len(self.stack) - len(self.inwards)]

    @property
    def tip(self) -> Layer | None:
        """The layer of the flaw's deepest point, if all layers could be read."""
        return tip_of(self.flaw, self.inwards) if self.inwards else None


def rounded(value: float, dimension: str) -> str:
    """A derived value for a message, without rounding noise."""
    return show(float(f"{value:.5g}"), dimension)
