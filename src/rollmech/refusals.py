"""What is refused before a mesh is made: flaws whose solve would take too long or could not earn a number."""

from __future__ import annotations

import math

import numpy as np

from rollmech.case import Case
from rollmech.errors import Fault, InputError
from rollmech.fracture.influence import LEVELS
from rollmech.mesh.forecast import expected_elements
from rollmech.mesh.patch import Patch


def refuse_unsolvable(case: Case, patch: Patch, source: str = "case") -> None:
    """Refuse a flaw that needs more elements than allowed.

    Raises:
        InputError: With the number that decides and what would be accepted.
    """
    needed = expected_elements(patch, LEVELS[patch.flaw.dimension][1])
    if needed > case.limits.elements:
        raise InputError(source, [_too_large(case, patch, needed)])


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
