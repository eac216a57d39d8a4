"""Whether the peak stress of a blunt flaw may be compared with a strength."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.risk.assumptions.check import Check, graded, not_checked
from rollmech.risk.assumptions.crack_tip import critical_distance

if TYPE_CHECKING:
    from rollmech.materials import Material
    from rollmech.mesh.patch import Patch

_GROUP = "crack tip"


def notch_checks(patch: Patch, material: Material) -> Iterator[Check]:
    """Root radius against Taylor's (2007) critical distance: a sharper root does not feel its whole peak stress."""
    toughness, strength = material.get("fracture_toughness"), material.get("flexural_strength")
    if toughness is None or strength is None:
        text = "blunt root: the material has no fracture_toughness to compare its root with"
        yield not_checked(_GROUP, "blunt root", text)
        return
    length = critical_distance(toughness.value, strength.value) * 1e6
    radius = patch.flaw.local_size
    text = f"local size of the root {radius:.3g} um, critical distance (K_Ic/sigma)^2/pi = {length:.3g} um"
    yield graded(
        _GROUP,
        "blunt root",
        radius / length,
        1.0,
        0.0,
        holds=text,
        fails=f"blunt root: {text}: peak stress over flexural strength overstates the risk of so small a flaw",
    )
