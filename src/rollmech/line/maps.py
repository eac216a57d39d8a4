"""What a window shows: K or stress over its resistance, failure by measured strength, failure by a flaw population."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rollmech.case import Case
from rollmech.library.ellipse import equivalent
from rollmech.line.cracks import crack_stress
from rollmech.line.response import Response, other
from rollmech.line.scatter import depths_of, flaws_of, population_library
from rollmech.line.strength import measured
from rollmech.line.window import (
    Axis,
    Group,
    Window,
    affine_map,
    groups_of,
    interpolated_map,
    modes_of,
    strained,
    timed,
)
from rollmech.risk.judge import CrackJudge, Judge
from rollmech.risk.weibull.multiaxial import IndependentAction
from rollmech.web import Laminate

PROBABILITIES = (1e-4, 1e-3, 1e-2)
_FLOOR = 1e-12
_ASPECTS, _ANGLES, _SCAN = 8, 4, 120


def ratio_window(case: Case, laminate: Laminate, judge: Judge, x: Axis, y: Axis) -> Window:
    """Ratio of the case's judge; sums of products where K is one, splines for peak stresses and mixed modes."""
    groups = [strained(group, laminate) for group in groups_of(case, laminate, x, y)]
    if _opens_only(judge):
        values, error, seconds = timed(
            lambda: (affine_map(groups, lambda g: _crack_terms(case, laminate, judge, g)), 0.0)
        )
    else:
        values, error, seconds = timed(lambda: interpolated_map(groups, _judged(laminate, judge)))
    names = {"K": "K over fracture toughness", "use": "use of the joint's limits"}
    name = names.get(judge.quantity, "stress over strength")
    return Window(x, y, values, name, (case.verdict.allowable_ratio,), seconds, error)


def _opens_only(judge: Judge) -> bool:
    """Whether the ratio is the largest of sums that are linear in the state: a crack in pure mode I."""
    if not isinstance(judge, CrackJudge) or judge.influence.on_interface:
        return False
    patch = judge.influence.patch
    return patch.symmetric and patch.bridge is None and patch.flaw.kind in ("crack", "pit", "scratch")


def _crack_terms(case: Case, laminate: Laminate, judge: CrackJudge, group: Group) -> np.ndarray:
    """(p, q, s, r) of K over the toughness at every point of the front, shape (n, 4)."""
    inner = ~judge.influence.front.vertex

    def k(*state: float) -> np.ndarray:
        return judge.mixed_mode(laminate.web_state(*state))[0][inner] / judge.resistance

    rest = k(0.0, 0.0, 0.0)
    return np.column_stack([*(k(*unit) - rest for unit in np.eye(3)), rest])


def _judged(laminate: Laminate, judge: Judge) -> Callable:
    def function(tension: np.ndarray, bend: np.ndarray, group: Group) -> np.ndarray:
        change = np.broadcast_to(group.temperature_change, tension.shape)
        states = zip(tension, bend, change, strict=True)
        return np.array([judge.ratio(laminate.web_state(*map(float, state))) for state in states])

    return function


def strength_window(case: Case, laminate: Laminate, x: Axis, y: Axis) -> Window:
    """P_f per metre by the measured strength of faces and edges, at the worst roller."""
    layer = case.strength.layer
    ply = [item.name for item in case.stack].index(layer)
    poisson = case.material_of(layer).value("poisson_ratio")
    populations = [
        (measured(name, data, poisson, uncertain=False), 2.0 if name == "edge" else case.web.width)
        for name in ("surface", "edge")
        if (data := getattr(case.strength, name)) is not None
    ]
    faces = [Response(laminate, ply, face) for face in ("top", other("top"))]

    def log_risk(tension: np.ndarray, bend: np.ndarray, group: Group) -> np.ndarray:
        total = np.full(len(tension), _FLOOR)
        for response in faces:
            modes = modes_of(response, tension, bend, group)
            stress = modes[:, 0::2] + modes[:, 1::2]
            for population, size in populations:
                single = stress[:, :1] if population.name == "edge" else stress
                equivalent = IndependentAction().equivalent(single, population.weibull.modulus)
                total += size * population.weibull.risk(equivalent)
        return np.log(total)

    return _probability(
        groups_of(case, laminate, x, y), log_risk, x, y, "P_f of one metre by measured strength"
    )


def population_window(
    case: Case, laminate: Laminate, x: Axis, y: Axis, progress: Callable[[str], None] = lambda text: None
) -> Window:
    """P_f of the population's length at the worst roller."""
    table = case.population
    ply = [item.name for item in case.stack].index(table.layer)
    flaws, _ = flaws_of(table)
    kept = population_library(case, progress)
    response = Response(laminate, ply, table.face)
    share = _shares(case, flaws, kept.table, laminate.plies[ply].thickness)
    count = flaws.per_metre(case.web.width or 1.0) * table.length

    def log_risk(tension: np.ndarray, bend: np.ndarray, group: Group) -> np.ndarray:
        return np.log(count * share(modes_of(response, tension, bend, group)) + _FLOOR)

    name = f"P_f of {table.length:g} m by the flaw population"
    return _probability(groups_of(case, laminate, x, y), log_risk, x, y, name, table.target_failure)


def _probability(
    groups, log_risk: Callable, x: Axis, y: Axis, name: str, target: float | None = None
) -> Window:
    def work() -> tuple[np.ndarray, float]:
        logs, error = interpolated_map(groups, log_risk)
        return -np.expm1(-np.exp(np.minimum(logs, 50.0))), error

    values, error, seconds = timed(work)
    levels = sorted({*PROBABILITIES, *([target] if target else [])})
    window = Window(x, y, values, name, tuple(levels), seconds, error)
    return replace(window, quantity=name)


def _shares(case: Case, flaws, table, thickness: float) -> Callable[[np.ndarray], np.ndarray]:
    """Critical share of a population for many states at once: modes (n, 4) to (n,).

    Like ``critical_share`` with fewer nodes, its crossings of the toughness by straight lines between depths.
    """
    toughness = case.material_of(case.population.layer).value("fracture_toughness")
    depth = np.geomspace(*depths_of(table, thickness), _SCAN)
    (aspect, aspect_weight), (angle, angle_weight) = flaws.aspect.nodes(_ASPECTS), flaws.angle.nodes(_ANGLES)
    place, root = (depth[:, None] / thickness, aspect[None, :]), np.sqrt(np.pi * depth)
    unit = table.factors(*place) * root[:, None, None, None]
    turned = bool(np.any(np.abs(np.sin(2 * angle)) > 1e-9))
    aside = table.shear_factors(*place) * root[:, None, None, None, None] if turned else None
    beyond, logs = flaws.depth.beyond(depth), np.log(depth)
    if not table.extrapolates:
        beyond[0] = 1.0  # where the shallowest crack known is critical, no shallower one is known to hold

    def share(modes: np.ndarray) -> np.ndarray:
        total = np.zeros(len(modes))
        for turn, weight in zip(angle, angle_weight, strict=True):
            # The angle of a population counts from the cross direction.
            stress = crack_stress(modes, np.pi / 2 - turn)
            for column, share_ in enumerate(aspect_weight):
                k = unit[:, column] @ stress[:, :2].T
                if stress.shape[1] == 4:
                    sheared = aside[:, column] @ stress[:, 2:].T
                    k = equivalent(np.stack([k, *np.moveaxis(sheared, 2, 0)], axis=-1), table.poisson_ratio)
                total += weight * share_ * _tail(k.max(axis=1) - toughness, logs, beyond, flaws.depth)
        return total

    return share


def _tail(excess: np.ndarray, logs: np.ndarray, beyond: np.ndarray, depth) -> np.ndarray:
    """Probability of the depths at which the excess (depths, n) is positive, and of all deeper than the last; (n,)."""
    above = excess >= 0
    total = np.where(above[0], beyond[0], 0.0) + np.where(above[-1], 0.0, beyond[-1])
    row, column = np.nonzero(above[1:] != above[:-1])
    low, high = excess[row, column], excess[row + 1, column]
    crossing = logs[row] + (logs[row + 1] - logs[row]) * low / (low - high)
    sign = np.where(above[row + 1, column], 1.0, -1.0)
    np.add.at(total, column, sign * depth.beyond(np.exp(crossing)))
    return total
