"""What is refused before a mesh is made: flaws whose solve would take too long or could not earn a number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from rollmech.case import Case
from rollmech.errors import Fault, InputError
from rollmech.fracture.channel import root_order
from rollmech.fracture.influence import LEVELS
from rollmech.fracture.interaction_integral import front_solids
from rollmech.mesh.forecast import expected_elements
from rollmech.mesh.patch import Patch, recovery_length
from rollmech.units import show

# Least power of the element size with which the energy of a channel crack may converge: at 0.06 what three meshes
# leave to extrapolation is three times their last change.
_LEAST_ORDER = 0.06
# Modulus of a filler over its layer's from which the stress where its surface meets a U's wall outweighs the root's.
_STIFF_FILLER = 0.25
# Least radius of a measured wall over the distance of its points: a sharper turn is scatter of the points.
_SHARPEST_TURN = 0.05
SHORTEST_TILE = 1.5
"""Half of a tile over its recovery length: at 1.5 a neighbour takes 1 - tanh(1.5) = 10 % off a joint's opening."""
_MPA = 1e6


def refuse_unsolvable(case: Case, patch: Patch, source: str = "case") -> None:
    """Refuse a flaw that needs more elements than allowed, or whose answer no mesh would settle.

    Raises:
        InputError: With the numbers that decide and what would be accepted.
    """
    checks = (_elements, _root_of_channel, _shore, _measured_wall, _short_tiles)
    faults = [fault for check in checks for fault in check(case, patch)]
    if faults:
        raise InputError(source, faults)


def _elements(case: Case, patch: Patch) -> Iterator[Fault]:
    needed = expected_elements(patch, LEVELS[patch.flaw.dimension][1])
    if needed > case.limits.elements:
        yield _too_large(case, patch, needed)


def _root_of_channel(case: Case, patch: Patch) -> Iterator[Fault]:
    """A root on a layer so soft that the stress falls off like the inverse distance."""
    if patch.flaw.kind != "channel" or (order := root_order(front_solids(patch))) >= _LEAST_ORDER:
        return
    above, below = (patch.plies[i] for i in patch.front_plies)

    def excess(log_ratio: float) -> float:
        softer = replace(below, youngs_modulus=above.youngs_modulus * math.exp(log_ratio))
        plies = tuple(softer if i == patch.front_plies[1] else ply for i, ply in enumerate(patch.plies))
        return root_order(front_solids(replace(patch, plies=plies))) - _LEAST_ORDER

    least = above.youngs_modulus * math.exp(brentq(excess, math.log(1e-6), 0.0))
    problem = (
        f"ends on a layer of {below.youngs_modulus / above.youngs_modulus:.2g} times its modulus: its energy converges "
        f"with the power {order:.2g} of the element size, and no mesh settles it"
    )
    accepted = f"a layer below of at least {show(float(f'{1.01 * least:.3g}') * _MPA, 'stress')}"
    yield Fault("flaws[0].layer", f'"{case.flaw.layer}"', problem, accepted)


def _shore(case: Case, patch: Patch) -> Iterator[Fault]:
    """A stiff filler that does not fill a blunt flaw: its edge on the wall is a re-entrant corner."""
    fill, film = patch.fill, patch.plies[0].youngs_modulus
    if fill is None or patch.flaw.kind == "tile-joint":
        return
    if patch.flaw.sharp or fill.fraction == 1 or fill.youngs_modulus <= _STIFF_FILLER * film:
        return
    problem = (
        f"leaves an edge on the wall of a filler of {fill.youngs_modulus / film:.2g} times the layer's modulus: the "
        "stress there has no finite value and outweighs that at the root"
    )
    accepted = f'"100 %", or a filler of at most {show(_STIFF_FILLER * film * _MPA, "stress")}'
    yield Fault("flaws[0].fill.fraction", f"{fill.fraction:g}", problem, accepted)


def _measured_wall(case: Case, patch: Patch) -> Iterator[Fault]:
    """A measured groove whose points scatter, so that the wall through them turns between two of them."""
    if getattr(patch.flaw, "profile", "") != "measured":
        return
    radius, steps = patch.flaw.local_size, np.diff(patch.flaw.points, axis=0)
    spacing = float(np.median(np.linalg.norm(steps, axis=1)))
    if radius < _SHARPEST_TURN * spacing:
        problem = (
            f"scatter: the wall through these points turns with a radius of {radius:.2g} um between points "
            f"{spacing:.2g} um apart, and its stress would be that of the scatter"
        )
        accepted = f"smoother points: a radius of at least {_SHARPEST_TURN * spacing:.2g} um"
        yield Fault("flaws[0].below", "", problem, accepted)


def _short_tiles(case: Case, patch: Patch) -> Iterator[Fault]:
    """Tiles whose joints feel each other: each is solved as if it were alone."""
    if patch.flaw.kind != "tile-joint":
        return
    recovery = max(recovery_length(patch.plies), patch.flawed_thickness)
    least = 2 * SHORTEST_TILE * recovery
    if patch.flaw.tile_length < least:
        times = patch.flaw.tile_length / recovery
        problem = (
            f"is {times:.3g} times the {recovery:.3g} um in which a tile recovers its load: "
            "joints are solved one by one, and those of so short tiles act on each other"
        )
        given = show(case.flaw.tile_length, "length")
        yield Fault("flaws[0].tile_length", f'"{given}"', problem, f"at least {math.ceil(least)} um")


def _too_large(case: Case, patch: Patch, needed: float) -> Fault:
    digits = 10 ** (math.floor(math.log10(needed)) - 1)
    enough = math.ceil(needed / digits) * digits
    smallest = _smallest_length(patch)
    problem = (
        f"is less than the about {enough} elements of this flaw's second mesh, which is always solved: its fields "
        f"vary over lengths from {smallest:.2g} um on, and it reaches {patch.flaw.reach:.3g} um"
    )
    accepted = f"at least {enough} (time and memory grow with it), or a flaw of less extreme proportions"
    if not patch.symmetric:
        accepted += ", or one straight across and straight down, which takes a quarter of the elements"
    return Fault("limits.elements", str(case.limits.elements), problem, accepted)


def _smallest_length(patch: Patch) -> float:
    """Smallest length (um) that the element size follows."""
    if patch.front is None:
        return patch.flaw.local_size
    angles = np.linspace(patch.front.phi_min, patch.front.phi_max, 401)
    return float(patch.front.local_size(angles).min())
