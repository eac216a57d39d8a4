"""Whether a joint between tiles suits its stack, and whether anything is known to judge it by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.case.flaws import TileJoint
from rollmech.errors import Fault
from rollmech.materials import canonical_name, library

if TYPE_CHECKING:
    from rollmech.case.parts import Parts

STRENGTHS = ("yield_strength", "tensile_strength", "flexural_strength")
"""What a layer under a gap is held against: the first that is known of it."""


def joint_faults(parts: Parts) -> Iterator[Fault]:
    """Faults of a joint between tiles; none of any other flaw."""
    flaw = parts.flaw
    if not isinstance(flaw, TileJoint) or not parts.inwards:
        return
    tiles, *below = parts.inwards
    if tiles.graded or tiles.skin or tiles.residual_profile is not None:
        problem = "is graded, has a skin or a residual_profile, which no joint through it is solved for"
        yield Fault(
            "flaws[0].layer", f'"{flaw.layer}"', problem, "a layer of one material and uniform stress"
        )
    if not below and flaw.fill is None:
        problem = "has no layer under its tiles, and nothing is in the gap: the web is in pieces"
        yield Fault("flaws[0].layer", f'"{flaw.layer}"', problem, "a layer below, or a fill")
    if not below and flaw.fill is not None and flaw.fill.fraction < 1:
        problem = "leaves a part of the gap open in a web without a layer below, whose face that would shift"
        yield Fault("flaws[0].fill.fraction", f"{flaw.fill.fraction:g}", problem, '"100 %", or a layer below')
    if not below and flaw.interface_toughness is not None:
        problem = "is given, but no layer lies under the tiles"
        yield Fault("flaws[0].interface_toughness", "", problem, "no such key, or a layer below")
    if flaw.strain_limit is None and not any(_knows_strength(parts, layer.material) for layer in below):
        problem = "has nothing to be judged by"
        accepted = (
            f"strain_limit of a fill, or {', '.join(STRENGTHS[:-1])} or {STRENGTHS[-1]} of a layer below"
        )
        yield Fault("flaws[0]", flaw.kind, problem, accepted)


def _knows_strength(parts: Parts, material: str | None) -> bool:
    if material is None:  # of a law, carried out later
        return False
    card, table = library().get(canonical_name(material)), parts.materials.get(canonical_name(material))
    known = {*(card.properties if card else ()), *(table.given() if table else ())}
    return any(key in known for key in STRENGTHS)
