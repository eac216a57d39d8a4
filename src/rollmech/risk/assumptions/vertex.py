"""The vertex where a crack front meets the free face: no square-root singularity, so no K."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import CubicSpline

from rollmech.flaws.front import EllipticFront
from rollmech.flaws.pit import Pit
from rollmech.risk.assumptions.check import LIMITS, Check, Status, not_checked

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence
    from rollmech.risk.verdict import Verdict

_GROUP = "crack tip"
_POISSON = (0.0, 0.15, 0.3, 0.4, 0.5)
_EXPONENT = (0.5, 0.4836, 0.4523, 0.4132, 0.3318)


def vertex_exponent(poisson: float) -> float:
    """Exponent of the stress, r^-exponent, at the vertex of a mode I front normal to the face (Benthem 1977).

    A cubic spline through Benthem's values, which `benchmarks/vertex_exponent.py` finds again to 1e-4; between them
    it is good to 2e-4 up to nu = 0.4 and to 2e-3 above. 1/2 only for nu = 0.

    Args:
        poisson: Poisson's ratio, 0 to 0.5.
    """
    return float(CubicSpline(_POISSON, _EXPONENT)(poisson))


def vertex_checks(influence: Influence, verdict: Verdict) -> Iterator[Check]:
    """What K would be in the zone at the face that is left out, for fronts that reach it."""
    front = influence.patch.front
    if not isinstance(front, EllipticFront) or "free" not in front.ends:
        return
    name, length = "vertex singularity", _zone_length(influence, front)
    exponent = vertex_exponent(influence.patch.plies[0].poisson_ratio)
    at = (
        "at a pit's wall (exponent of a front normal to it)"
        if isinstance(influence.patch.flaw, Pit)
        else "there"
    )
    zone = f"{length:.2g} um of front, {at} stress goes as r^-{exponent:.3f} and not r^-0.5"
    if not influence.front.vertex.any():
        text = f"vertex singularity: no K is claimed within 7.5 degrees of the face, nor a mean over them: {zone}"
        yield not_checked(_GROUP, name, text)
        return
    yield _rise(influence, verdict, name, zone)


def _rise(influence: Influence, verdict: Verdict, name: str, zone: str) -> Check:
    """Stretched where the mean left out is larger than what is counted, broken where that would change the verdict."""
    k, vertex = influence.front.k_unit[0, 0], influence.front.vertex
    rise = float(k[vertex].max() / k[~vertex].max() - 1)
    if rise <= 0:
        text = (
            f"K falls towards the free surface: its mean over the last 7.5 degrees, {-100 * rise:.2g} % below K_I_max "
            f"under tension, is not counted; {zone}"
        )
        return Check(_GROUP, name, rise, "", 0.0, "holds", text, ("K_ratio", *LIMITS))
    ratio, allowed = verdict.worst.finding.ratio, verdict.allowed
    status: Status = "broken" if ratio <= allowed < ratio * (1 + rise) else "stretched"
    text = (
        f"K rises towards the free surface: its mean over the last 7.5 degrees, {100 * rise:.2g} % above K_I_max "
        f"under tension, is not counted (vertex singularity); {zone}"
    )
    return Check(_GROUP, name, rise, "", 0.0, status, text, ("K_ratio", *LIMITS))


def _zone_length(influence: Influence, front: EllipticFront) -> float:
    """Arc length (um) of the front between the face and the first point that counts."""
    first = influence.front.phi[~influence.front.vertex][0]
    line = np.linspace(front.phi_min, first, 201)
    return float(np.trapezoid(front.speed(line), line))
