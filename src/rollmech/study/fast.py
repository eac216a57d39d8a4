"""Many points of one solve at once: K, its error and the verdict as sums over tension, curvature and temperature.

The stress of plies is linear in the three, and so is K in pure mode I: a million points are a product of matrices.
What is not of this kind is evaluated point by point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.case.changes import changes
from rollmech.case.overrides import places_of
from rollmech.errors import InputError
from rollmech.line.response import curvature
from rollmech.line.study import has_line
from rollmech.loading import make_laminate
from rollmech.patching import patch_of
from rollmech.study.base import Base
from rollmech.study.space import Column, Points
from rollmech.units import canonical_unit, registry
from rollmech.web import Laminate, WebState

if TYPE_CHECKING:
    from rollmech.case import Case
    from rollmech.fracture.influence import Influence
    from rollmech.risk.judge import CrackJudge, LaminateJudge

SETTINGS = ("radius", "tension", "wrap", "temperature")
_CHUNK = 20_000
_SAMPLES = 512
_MPA = 1e6
CLOSED = "the crack is partly closed: K is the linear one, which contact raises"
UNEARNED = "the estimated error of K is as large as K: no number was earned"
STATUSES = ("safe", "fails", "undecided", "closed", "refused")


@dataclass(frozen=True)
class Arrays:
    """What a block of points gave; every array of shape (n,).

    Attributes:
        numbers: Output to values; names end in their unit in brackets.
        words: Column to the codes of its texts, and the texts.
    """

    numbers: dict[str, np.ndarray]
    words: dict[str, tuple[np.ndarray, list[str]]]


def slow_keys(base: Base, points: Points) -> dict[str, str]:
    """Columns, or parts of the case, that only a point-by-point evaluation serves, with the reason; empty if none."""
    found: dict[str, str] = {}
    for column in points.columns:
        for key in column.keys:
            for place in places_of(base.tables, key):
                if place[0] in ("rollers", "web", "load", "verdict") and not _is_fast(place):
                    found[column.label] = "is no sum over tension, curvature and temperature"
    try:
        case = base.case_with(points.settings(0))
    except InputError:
        return found | {"the case": "refuses the first point"}
    reason = _unfit(case)
    if reason:
        found["the case"] = reason
    return found or _out_of_range(base, points)


def _is_fast(place: tuple[str, ...]) -> bool:
    roller = place[0] == "rollers" and len(place) == 3 and place[2] in SETTINGS
    return roller or place in (("web", "stress_free_temperature"), ("verdict", "allowable_ratio"))


def _unfit(case: Case) -> str:
    if not case.rollers:
        return "has no rollers"
    if changes(case.stack):
        return "has layers that come or go on the way"
    if has_line(case):
        return "asks for growth, strength, a population or a history of the line"
    if case.flaw is None:
        return ""
    patch = patch_of(case)
    if not case.flaw.sharp:
        return "has a blunt flaw, whose peak stress moves with the load"
    if patch.bridge is not None or patch.cover:
        return "has a crack with something between or on its faces"
    if (
        not patch.symmetric
        or patch.flaw.kind not in ("crack", "pit", "scratch")
        or len(patch.front_plies) > 1
    ):
        return "has a crack in mixed modes or on an interface"
    return ""


def _out_of_range(base: Base, points: Points) -> dict[str, str]:
    """Columns with values that the case refuses: of settings these are bounds, so the ends tell."""
    found = {}
    for column in points.columns:
        if not all(_is_fast(place) for key in column.keys for place in places_of(base.tables, key)):
            continue
        for row in {int(column.values.argmin()), int(column.values.argmax())}:
            try:
                base.case_with({**points.settings(0), **{key: column.text(row) for key in column.keys}})
            except InputError:
                found[column.label] = "has values that the case refuses"
    return found


def evaluate(base: Base, points: Points, rows: np.ndarray, solved: Callable[[Case], Influence]) -> Arrays:
    """Evaluate points that share a solve.

    Args:
        base: The study's case.
        points: All points.
        rows: Those to evaluate.
        solved: Gives the influence of a case.
    """
    from rollmech.pipeline import flaw_judge, laminate_judge

    case = base.case_with(points.settings(int(rows[0])))
    laminate = make_laminate(case)
    values = _settings(base, points, rows)
    states = [_states(case, laminate, i, values, len(rows)) for i in range(len(case.rollers))]
    allowed = np.broadcast_to(
        values.get(("verdict", "allowable_ratio"), case.verdict.allowable_ratio), len(rows)
    )
    plain = laminate_judge(case)
    strength = _stress_terms(laminate, plain) if plain else None
    if case.flaw is None:
        return _unflawed(case, strength, states, allowed)
    judge = flaw_judge(case, solved(case))
    found = _cracked(case, laminate, judge, states, allowed)
    if strength is not None:
        ratio = np.max([_largest(state, strength)[0] for state in states], axis=0)
        found.numbers["strength_ratio"] = ratio
        codes, texts = found.words["verdict"]
        found.words["verdict"] = (np.where(ratio > allowed, STATUSES.index("fails"), codes), texts)
    return found


def _settings(base: Base, points: Points, rows: np.ndarray) -> dict[tuple[str, ...], np.ndarray]:
    """SI values, shape (n,), of the varied settings by their place."""
    found = {}
    for column in points.columns:
        for key in column.keys:
            for place in places_of(base.tables, key):
                if _is_fast(place):
                    found[place] = _si(column, rows)
    return found


def _si(column: Column, rows: np.ndarray) -> np.ndarray:
    if not column.unit:
        return column.values[rows].astype(float)
    ureg = registry()
    unit = ureg.parse_units(canonical_unit(column.unit))
    return ureg.Quantity(column.values[rows], unit).to_base_units().magnitude


def _states(case: Case, laminate: Laminate, number: int, values: dict, count: int) -> np.ndarray:
    """Tension (N/m), signed curvature (1/m), temperature change (K) and 1 at a roller, shape (n, 4)."""
    roller = case.rollers[number]
    radius, tension, wrap, temperature = (
        values.get(("rollers", str(number), key), getattr(roller, key)) for key in SETTINGS
    )
    free = values.get(("web", "stress_free_temperature"), case.web.stress_free_temperature)
    bend = curvature(laminate, radius, wrap, tension, roller.touches)
    found = np.ones((count, 4))
    found[:, 0], found[:, 1], found[:, 2] = tension, bend, temperature - free
    return found


def _terms(laminate: Laminate, of: Callable[[WebState], np.ndarray]) -> np.ndarray:
    """What an affine function of the web's state is per unit of tension, curvature and temperature, shape (4, m)."""
    rest = of(laminate.web_state(0.0, 0.0))
    units = [laminate.web_state(*unit) for unit in ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0, 1.0))]
    return np.array([*(of(state) - rest for state in units), rest])


def _stress_terms(laminate: Laminate, judge: LaminateJudge) -> np.ndarray:
    def ratios(state: WebState) -> np.ndarray:
        parts = [state.through(ply)[1].ravel() / strength for ply, strength in judge.strengths.items()]
        return np.concatenate(parts)

    return _terms(laminate, ratios)


def _largest(states: np.ndarray, terms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest of the terms at every state and its position, each shape (n,)."""
    best, place = np.empty(len(states)), np.empty(len(states), dtype=np.intp)
    for start in range(0, len(states), _CHUNK):
        part = slice(start, start + _CHUNK)
        values = states[part] @ terms
        place[part] = values.argmax(axis=1)
        best[part] = np.take_along_axis(values, place[part][:, None], axis=1)[:, 0]
    return best, place


def _governing(found: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Roller of the largest value, the value and its position, each shape (n,)."""
    values, places = np.array([item[0] for item in found]), np.array([item[1] for item in found])
    worst = values.argmax(axis=0)
    every = np.arange(values.shape[1])
    return worst, values[worst, every], places[worst, every]


def _unflawed(case: Case, terms: np.ndarray | None, states: list[np.ndarray], allowed: np.ndarray) -> Arrays:
    if terms is None:
        return Arrays({}, {})
    worst, ratio, _ = _governing([_largest(state, terms) for state in states])
    return Arrays({"stress_ratio": ratio}, _words(case, worst, _status(ratio, 0.0 * ratio, allowed)))


def _cracked(
    case: Case, laminate: Laminate, judge: CrackJudge, states: list[np.ndarray], allowed: np.ndarray
) -> Arrays:
    influence = judge.influence
    inner = np.flatnonzero(~influence.front.vertex)

    def k(state: WebState) -> np.ndarray:
        return judge.mixed_mode(state)[0]

    def change(state: WebState) -> np.ndarray:
        local = influence.patch.turned(judge.total(state))
        moved = influence.front.k_unit[0] - influence.front_before.k_unit[0]
        return local @ moved * 1e3  # Pa m^0.5 per MPa um^0.5

    k_terms, change_terms = _terms(laminate, k), _terms(laminate, change)
    worst, value, place = _governing([_largest(state, k_terms[:, inner]) for state in states])
    state = np.array(states)[worst, np.arange(len(worst))]
    point = inner[place]
    error = _errors(influence, state, value, change_terms, point)
    ratio, spread = value / judge.resistance, error / judge.resistance
    status = _status(ratio, spread, allowed)
    reasons = np.zeros(len(ratio), dtype=np.int8)
    closed = _partly_closed(laminate, judge, state, k_terms[:, inner])
    reasons[closed] = 1
    status[closed & (status != STATUSES.index("fails"))] = STATUSES.index("refused")
    reasons[error > np.abs(state * k_terms.T[point]).sum(axis=1)] = 2
    numbers = {
        "K_ratio": ratio,
        "K_ratio error": spread,
        "K_I_max [MPa*m^0.5]": value / _MPA,
        "K_I_max error [MPa*m^0.5]": error / _MPA,
    }
    words = _words(case, worst, status) | {"reason": (reasons, ["", CLOSED, UNEARNED])}
    return Arrays(numbers, words)


def _errors(
    influence: Influence, states: np.ndarray, value: np.ndarray, change_terms: np.ndarray, point: np.ndarray
) -> np.ndarray:
    """Estimated error of K at the governing point of the front, Pa m^0.5, shape (n,)."""
    inner = change_terms[:, ~influence.front.vertex]
    square = np.einsum("na,na->n", states @ (inner @ inner.T / inner.shape[1]), states)
    change = np.abs(np.einsum("na,na->n", states, change_terms.T[point]))
    return influence.error_from(np.abs(value), change, np.maximum(square, 0.0), point)


def _partly_closed(
    laminate: Laminate, judge: CrackJudge, states: np.ndarray, k_terms: np.ndarray
) -> np.ndarray:
    """Whether the linear solution closes a part of the crack and opens another, shape (n,).

    The faces are looked at node by node only if the front or a sample of the states says that some close.
    """
    opening = judge.influence.opening

    def gaps(state: WebState) -> np.ndarray:
        return opening.opening(judge.influence.patch.turned(judge.total(state)))

    terms = np.hstack([_terms(laminate, gaps), k_terms])
    spread = np.unique(np.linspace(0, len(states) - 1, _SAMPLES).astype(int))
    ends = np.concatenate([states.argmin(axis=0), states.argmax(axis=0)])
    if not _mixed(states[np.concatenate([spread, ends])], terms, len(opening.share)).any():
        return np.zeros(len(states), dtype=bool)
    step = _CHUNK // 4
    parts = [_mixed(states[i : i + step], terms, len(opening.share)) for i in range(0, len(states), step)]
    return np.concatenate(parts)


def _mixed(states: np.ndarray, terms: np.ndarray, nodes: int) -> np.ndarray:
    """As ``CrackJudge.partly_closed``: terms are the openings of so many nodes, then K of the front."""
    from rollmech.fracture.face_opening import OVERLAP

    values = states @ terms
    gap, k = values[:, :nodes], values[:, nodes:]
    least = OVERLAP * np.abs(gap).max(axis=1, keepdims=True)
    shut = (gap < -least).any(axis=1) | (k.min(axis=1) < 0)
    opened = (gap > least).any(axis=1) | (k.max(axis=1) > 0)
    return shut & opened


def _status(ratio: np.ndarray, error: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Codes of ``STATUSES``, as ``Verdict.status``."""
    near = np.abs(ratio - allowed) <= error
    return np.select([ratio - allowed > error, ratio < 0, near], [1, 3, 2], 0).astype(np.int8)


def _words(case: Case, worst: np.ndarray, status: np.ndarray) -> dict[str, Any]:
    names = [roller.name for roller in case.rollers]
    return {"verdict": (status, list(STATUSES)), "station": (worst.astype(np.int16), names)}
