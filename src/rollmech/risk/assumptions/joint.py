"""Whether joints between tiles act alone, and how much softer they make the web than its rollers were told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.fracture.tile_joint import tiled_stiffness
from rollmech.risk.assumptions.check import JOINT, Check, graded, not_checked
from rollmech.web.parting import Parting

if TYPE_CHECKING:
    from rollmech.pipeline import Result

# Half of a tile over the distance within which 95 % of its force is back; at half of that joints take 10 % off each
# other.
_ALONE, _TOGETHER = 1.0, 0.5
# Share of the bending stiffness that joints may take before the web on a roller is another one.
_SOFTER = 0.05


def joint_checks(result: Result) -> Iterator[Check]:
    """Length of the tiles, bending stiffness, a tile's edge."""
    influence = result.influence
    patch, joint = influence.patch, influence.joint
    length = joint.recovery(patch.turned(patch.reference), patch.flawed_thickness)
    tile = patch.flaw.tile_length
    value = tile / 2 / length if length else float("inf")
    text = f"half a tile is {value:.3g} times the {length:.3g} um in which 95 % of its force is back"
    yield graded(
        "web",
        "joints alone",
        value,
        _ALONE,
        _TOGETHER,
        holds=text,
        fails=f"tiles: {text}: joints act on each other and open less than computed",
        bears_on=JOINT,
    )
    lost = 1 - tiled_stiffness(patch, joint).bending
    text = f"joints take {100 * lost:.2g} % off the bending stiffness"
    yield graded(
        "web",
        "stiffness of the tiled web",
        lost,
        _SOFTER,
        float("inf"),
        holds=text,
        fails=f"tiles: {text}: on a roller tiles bend less and joints more evenly than in the web without joints that "
        "the line is computed with; its strain of joints in bending is an upper limit",
    )
    yield _edge(result)


def _edge(result: Result) -> Check:
    """Parting of a tile from its edge on."""
    name, given = "edge of the tiles", result.case.flaw.interface_toughness
    worst = result.verdict.governing
    if not result.judge.names:
        return not_checked(
            "strength", name, "edge of the tiles: no layer lies below that they could part from"
        )
    release = Parting(result.laminate, (result.flawed_ply,)).release_rate(result.loadings[worst].state, "x")
    station = result.loadings[worst].name
    text = f"parting a tile from its edge on releases {release:.3g} J/m^2 at station '{station}'"
    if given is None:
        return not_checked("strength", name, f"{text}, no interface_toughness is given", (station,))
    return graded(
        "strength",
        name,
        release / given,
        1.0,
        1.0,
        holds=f"{text}, the interface withstands {given:.3g} J/m^2",
        fails=f"tiles: {text}, more than the {given:.3g} J/m^2 of the interface: tiles come off from their edges on",
        bears_on=JOINT,
        stations=(station,),
    )
