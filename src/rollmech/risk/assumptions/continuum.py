"""Whether the flaw is large against the grains that an isotropic continuum smears out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.flaws.edge_chip import EdgeChip
from rollmech.flaws.pit import Pit
from rollmech.risk.assumptions.check import FRONT, NOTCH, Check, graded, not_checked

if TYPE_CHECKING:
    from rollmech.materials import Material
    from rollmech.mesh.patch import Patch

_GROUP = "crack tip"
# Grains that a length must hold for bulk moduli and toughness to be its own; one grain is a single crystal.
GRAINS = 10.0


def continuum_checks(patch: Patch, material: Material) -> Iterator[Check]:
    """Flaw against grain size, where the material's card or the case gives one."""
    grain = material.get("grain_size")
    if grain is None:
        text = f"grain size: {material.name} has no grain_size; isotropic bulk values are assumed"
        yield not_checked(_GROUP, "grain size", text)
        return
    flaw = patch.flaw
    length = flaw.root_crack if isinstance(flaw, Pit | EdgeChip) and flaw.sharp else flaw.depth
    value = length / (grain.value * 1e6)
    text = f"the flaw of {length:.3g} um is {value:.2g} grains of {grain} deep"
    yield graded(
        _GROUP,
        "grain size",
        value,
        GRAINS,
        1.0,
        holds=f"{text}, at least {GRAINS:.0f}",
        fails=f"grain size: {text}, below {GRAINS:.0f}: moduli and toughness of single grains and boundaries act",
        bears_on=FRONT if flaw.sharp else NOTCH,
    )
