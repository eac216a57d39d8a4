"""How far radius and tension may go before a judge's ratio reaches what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from rollmech.risk.judge import CrackJudge, Judge
from rollmech.web import Laminate, WebState, contact

# Beyond these the thin-web theory has nothing to say: a radius of ten thicknesses, a tension a thousand times
# the usual.
_SMALLEST_RADIUS = 10.0
_LARGEST_TENSION = 1e5
# States up to a limit that are looked at for closure of the crack.
_PATH = 24


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes:
        value: Radius (m) or tension (N/m); None when there is no such limit or nothing is safe.
        error: Estimated numerical error, from the error of the ratio at the limit.
        note: Why there is no value, or what else to know of it, in words; else empty.
    """

    value: float | None
    error: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Bend:
    """How a station bends the web: enough to change radius and tension.

    Attributes:
        sign: +1 stretches the top face, -1 the bottom.
        radius: Radius to which the web is bent (roller surface, or the web itself when wrap is None), m.
        wrap: Wrap angle, rad; None when the web takes the radius without conditions.
        tension: N/m.
        temperature_change: K.
    """

    sign: float
    radius: float
    wrap: float | None
    tension: float
    temperature_change: float

    def state(
        self, laminate: Laminate, tension: float | None = None, radius: float | None = None
    ) -> WebState:
        """Web state with another tension or radius."""
        tension = self.tension if tension is None else tension
        radius = self.radius if radius is None else radius
        if self.wrap is None:
            curvature = 1 / radius if np.isfinite(radius) else 0.0
        else:
            touches = "bottom" if self.sign > 0 else "top"
            curvature = contact(laminate, radius, self.wrap, tension, touches).curvature
        return laminate.web_state(tension, self.sign * curvature, self.temperature_change)


def smallest_radius(judge: Judge, laminate: Laminate, bend: Bend, allowed: float) -> Limit:
    """Smallest safe radius at the station's tension."""

    def state(curvature: float) -> WebState:
        radius = 1 / curvature if curvature > 0 else np.inf
        if bend.wrap is not None and np.isinf(radius):
            radius = 1e6  # a flat roller
        return bend.state(laminate, radius=radius)

    def excess(curvature: float) -> float:
        return judge.ratio(state(curvature)) - allowed

    tightest = 1 / (_SMALLEST_RADIUS * laminate.thickness)
    if excess(0.0) > 0:
        return Limit(
            None, note="none is safe: tension, thermal and residual stress, gas or misfit alone are too much"
        )
    curvature = _first_crossing(excess, 0.0, tightest)
    if curvature is None:
        reason = f"any down to {_SMALLEST_RADIUS:.0f} thicknesses is safe"
        if excess(tightest) == excess(0.0):
            reason = "any is safe: bending does not load this flaw"
        elif bend.wrap is not None and not contact(laminate, 1 / tightest, bend.wrap, bend.tension).conforms:
            reason = "any is safe: at this wrap and tension the web is too stiff to follow a smaller roller"
        return _by_closure(judge, Limit(None, note=reason), state, tightest, "")
    error = _spread(judge, state(curvature), excess, curvature)
    limit = Limit(1 / curvature, error / curvature**2)
    return _by_closure(judge, limit, state, curvature, f"larger than {1e3 / curvature:.4g} mm")


def largest_tension(judge: Judge, laminate: Laminate, bend: Bend, allowed: float) -> Limit:
    """Largest safe tension at the station's radius."""

    def state(tension: float) -> WebState:
        return bend.state(laminate, tension=tension)

    def excess(tension: float) -> float:
        return judge.ratio(state(tension)) - allowed

    smallest = 1e-3
    if excess(smallest) > 0:
        return Limit(
            None, note="none is safe: bending, thermal and residual stress, gas or misfit alone are too much"
        )
    tension = _first_crossing(excess, smallest, _LARGEST_TENSION)
    if tension is None:
        reason = f"no limit below {_LARGEST_TENSION:.0e} N/m"
        if excess(_LARGEST_TENSION) == excess(smallest):
            reason = "any is safe: tension does not load this flaw"
        return _by_closure(judge, Limit(None, note=reason), state, _LARGEST_TENSION, "")
    limit = Limit(tension, _spread(judge, state(tension), excess, tension))
    return _by_closure(judge, limit, state, tension, f"smaller than {tension:.4g} N/m")


def _by_closure(
    judge: Judge, limit: Limit, state: Callable[[float], WebState], end: float, bound: str
) -> Limit:
    """The limit with what faces that touch make of it, on the way from nothing to the state at ``end``.

    Limits rest on the linear K, which contact can only raise: a limit at a partly closed state is a bound from the
    unsafe side and is not given as a value.
    """
    if not isinstance(judge, CrackJudge):
        return limit
    path = end * np.linspace(0, 1, _PATH + 1)[1:]
    touching = [x for x in path if judge.partly_closed(state(x))]
    if not touching:
        return limit
    if limit.value is not None and touching[-1] == path[-1]:
        note = f"{bound}: the crack is partly closed there, and contact raises K above the linear one"
        return Limit(None, note=note)
    note = "the crack is partly closed in states on the way, whose K is higher than the linear one used here"
    return replace(limit, note="; ".join(filter(None, [limit.note, note])))


def _first_crossing(excess: Callable[[float], float], low: float, high: float) -> float | None:
    """First zero of a function that is negative at ``low``, or None if it stays negative to ``high``.

    The ratio need not be monotonic (a tenser web may lie flatter on the next roller), so it is sampled first.
    """
    grid = np.concatenate([[low], np.geomspace(max(low, high * 1e-6), high, 80)])
    for before, x in pairwise(grid):
        if excess(x) > 0:
            return float(brentq(excess, before, x, xtol=1e-12 * high, rtol=1e-10))
    return None


def _spread(judge: Judge, state: WebState, excess: Callable[[float], float], x: float) -> float:
    """Error of a zero from the error of the ratio there and its slope."""
    step = 1e-4 * x
    slope = (excess(x + step) - excess(x - step)) / (2 * step)
    return abs(judge.find(state).error / slope) if slope else float("inf")
