"""One input at a time over its range: what it does to the ratio, the smallest safe radius, the failure probability.

Inputs of the web's stress and of resistance are arithmetic on the solved influence. Inputs that change the flaw's
neighbourhood are interpolated in the library of K where the flaw is a plain crack in one ply that a shipped or cached
library serves, and solved anew otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rollmech import units
from rollmech.case import Case
from rollmech.case.changes import refuse_changes
from rollmech.decision.inputs import Input, inputs_of
from rollmech.errors import Fault, InputError, NumericsError
from rollmech.library.store import SHIPPED_POISSON
from rollmech.line.growing import start_sizes
from rollmech.line.history import stops_of
from rollmech.line.plain import PlainCrackJudge
from rollmech.line.plies import library_of
from rollmech.line.response import Response
from rollmech.line.scatter import failure_of as scattered_failure
from rollmech.line.scatter import population_library, scatter
from rollmech.line.strength import strength_record
from rollmech.loading import loadings_of, make_laminate
from rollmech.risk.judge import Judge, LaminateJudge
from rollmech.risk.limits import smallest_radius

Progress = Callable[[str], None]

ANSWERS = ("ratio", "radius", "failure")
_LEAST_FAILURE = 1e-30
_NOT_EARNED = (InputError, NumericsError)
_UNITS = {"ratio": "", "radius": "mm", "failure": ""}


@dataclass(frozen=True)
class Answer:
    """What a case gives.

    Attributes:
        ratio: Largest over the line; None where nothing is judged.
        radius: Smallest safe radius at the station that governs the unchanged case, mm; None where there is none.
        failure: P_f of the population's length, or of a metre by measured strength; None without either.
    """

    ratio: float | None
    radius: float | None
    failure: float | None


@dataclass(frozen=True)
class Bar:
    """One input.

    Attributes:
        input: With its range.
        low, high: Answers at the ends of the range.
        route: ``arithmetic``, ``library``, ``solved`` or ``statistics``.
        note: Why an end has no answer; else empty.
    """

    input: Input
    low: Answer
    high: Answer
    route: str
    note: str = ""

    def swing(self, of: str) -> float:
        """Difference between both ends, of failure that of its logarithm; infinite where one end has no answer."""
        ends = [getattr(end, of) for end in (self.low, self.high)]
        if None in ends:
            return np.inf
        if of == "failure":
            ends = np.log(np.maximum(ends, _LEAST_FAILURE))
        return float(abs(ends[1] - ends[0]))


@dataclass(frozen=True)
class Tornado:
    """All inputs of a case, the one that matters most first.

    Attributes:
        base: Of the unchanged case.
        bars: Sorted.
        of: Key of ``ANSWERS`` that they are sorted by.
        quantity: What the ratio is of.
        failure_interval: Ends of the unchanged P_f's interval, or None.
        station: At which the radius is meant.
        error: Estimated numerical error of the ratio.
        solves: Finite-element solves.
    """

    base: Answer
    bars: tuple[Bar, ...]
    of: str
    quantity: str
    failure_interval: tuple[float, float] | None
    station: str
    error: float
    solves: int


def tornado(
    case: Case, of: str = "", ranges: Sequence[str] = (), progress: Progress = lambda text: None
) -> Tornado:
    """Move every input of a case over its range, one at a time.

    Args:
        case: A case whose flaw or web is judged, or that has a [population] or [strength].
        of: What to sort by: ``ratio``, ``radius`` or ``failure``; the first one that the case has if empty.
        ranges: ``KEY=LOW:HIGH`` texts that replace ranges.
        progress: Called with a line of text before each solve.

    Raises:
        InputError: Unknown key, unreadable range, nothing to judge.
        NumericsError: A solve of the unchanged case failed.
    """
    refuse_changes(case, "tornado", "layers come or go on the way: inputs are moved in one stack")
    if case.flaw is not None and case.flaw.kind == "tile-joint":
        problem = "is judged by several limits at once, whose inputs are not moved one by one"
        raise InputError("tornado", [Fault("flaws[0].kind", '"tile-joint"', problem, "another kind of flaw")])
    inputs = _with_ranges(list(inputs_of(case)), ranges)
    desk = _Desk(case, progress)
    has = [key for key in ANSWERS if getattr(desk.base, key) is not None]
    if not has or (of and of not in has):
        accepted = ", ".join(has) or "a flaw with a toughness, [population] or [strength]"
        raise InputError("tornado", [Fault("--of", of or "", "is no answer of this case", accepted)])
    of = of or ("failure" if case.flaw is None and "failure" in has else has[0])
    bars = [desk.bar(item) for item in inputs]
    bars = sorted((bar for bar in bars if bar is not None), key=lambda bar: -bar.swing(of))
    quantity = "K over toughness" if desk.quantity == "K" else "stress over strength"
    return Tornado(desk.base, tuple(bars), of, quantity, desk.interval, desk.station, desk.error, desk.solves)


class _Desk:
    """Answers of one case and of its neighbours."""

    def __init__(self, case: Case, progress: Progress):
        from rollmech.pipeline import judge_of

        self.case, self._progress = case, progress
        self._judge = judge_of(case, progress)
        self.solves = int(case.flaw is not None)
        self.quantity = self._judge.quantity if self._judge else ""
        self.governing, self.error, self.station = 0, 0.0, ""
        laminate = make_laminate(case)
        loadings = loadings_of(case, laminate)
        if self._judge is not None:
            ratios = [self._judge.ratio(loading.state) for loading in loadings]
            self.governing = int(np.argmax(ratios))
            self.error = self._judge.find(loadings[self.governing].state).error
            self.station = loadings[self.governing].name
        self._plain = self._plain_judge(case)
        self.base = self._answer(case, self._judge)
        self.interval = _interval(case, laminate) if self.base.failure is not None else None

    def bar(self, item: Input) -> Bar | None:
        """Both ends of one input; None if it changes nothing that is asked."""
        self._progress(f"moving {item.key}")
        ends, route, notes = [], "", []
        for value in (item.low, item.high):
            answer, route, note = self._end(item, item.change(self.case, value))
            ends.append(answer)
            notes.append(note)
        if all(end == self.base for end in ends):
            return None
        return Bar(item, *ends, route, "; ".join(dict.fromkeys(filter(None, notes))))

    def _end(self, item: Input, case: Case) -> tuple[Answer, str, str]:
        try:
            judge, route = self._judge_at(item, case)
            return self._answer(case, judge), route, ""
        except _NOT_EARNED as error:
            return Answer(None, None, None), "solved", " ".join(str(error).split())[:160]

    def _judge_at(self, item: Input, case: Case) -> tuple[Judge | None, str]:
        """What the changed case is judged by, and how that was come by."""
        if self._judge is None or item.route == "statistics":
            return self._judge, "statistics"
        if item.route == "web" or case.flaw is None:
            return self._with_resistance(case), "arithmetic"
        if self._plain is not None and item.key.split(".")[-1] in ("depth", "length", "thickness"):
            return self._by_library(case), "library"
        from rollmech.pipeline import judge_of

        self.solves += 1
        return judge_of(case, self._progress), "solved"

    def _with_resistance(self, case: Case) -> Judge:
        """The solved judge with the changed case's own resistance and pressure."""
        from rollmech.pipeline import pressure_of, resistance_of

        if isinstance(self._judge, LaminateJudge):
            strengths = {
                ply: case.material_of(case.stack[ply].name).value("flexural_strength")
                for ply in self._judge.strengths
            }
            return LaminateJudge(strengths)
        resistance = resistance_of(case, self._judge.influence)
        return replace(self._judge, resistance=resistance, pressure=pressure_of(case))

    def _plain_judge(self, case: Case) -> PlainCrackJudge | None:
        """The library's judge of a case whose flaw it serves without a solve; None for others."""
        flaw = case.flaw
        if flaw is None or flaw.kind != "crack" or flaw.tilt or len(case.stack) > 1 or case.mesh is not None:
            return None
        poisson = case.material_of(flaw.layer).value("poisson_ratio")
        edge = case.patch.half_length or case.patch.half_width
        if edge or case.stack[0].residual_profile or not _serves(poisson):
            return None
        return self._library_judge(case)

    def _library_judge(self, case: Case) -> PlainCrackJudge:
        kept = library_of(case, 0, case.flaw.face, angles=case.flaw.angle)
        depth, half_length = start_sizes(case)
        thickness = case.stack[0].thickness
        low, high = kept.table.grid.depth_ratio
        if not low <= depth / thickness <= high:
            raise InputError(
                "tornado", [Fault("depth", "", "leaves the library of K", f"a/t from {low:g} to {high:g}")]
            )
        toughness = case.material_of(case.flaw.layer).value("fracture_toughness")
        weakness = getattr(case.flaw, "toughness_factor", 1.0)
        sizes = (thickness, float(depth), float(half_length), weakness * toughness)
        return PlainCrackJudge(kept, 0, case.flaw.face, *sizes, case.flaw.angle)

    def _by_library(self, case: Case) -> Judge:
        """Interpolated K, brought to the solved one by what both say of the unchanged crack."""
        state = loadings_of(self.case, make_laminate(self.case))[self.governing].state
        factor = self._judge.ratio(state) / self._plain.ratio(state)
        found = self._library_judge(case)
        return replace(found, resistance=found.resistance / factor)

    def _answer(self, case: Case, judge: Judge | None) -> Answer:
        laminate = make_laminate(case)
        failure = failure_of(case, laminate, self._progress)
        if judge is None:
            return Answer(None, None, failure)
        loadings = loadings_of(case, laminate)
        ratio = max(judge.ratio(loading.state) for loading in loadings)
        bend = loadings[self.governing].bend
        limit = None if bend is None else smallest_radius(judge, laminate, bend, case.verdict.allowable_ratio)
        radius = None if limit is None or limit.value is None else 1e3 * limit.value
        return Answer(float(ratio), radius, failure)


def _serves(poisson: float) -> bool:
    low, high = SHIPPED_POISSON
    return low <= poisson <= high


def failure_of(case: Case, laminate, progress: Progress = lambda text: None) -> float | None:
    """P_f of the population's length, else of a metre by measured strength, else None."""
    if case.population is not None:
        return scattered_failure(case, *_population_stops(case, laminate, progress))
    if case.strength is not None:
        return strength_record(case, *_strength_stops(case, laminate))["failure_per_metre"]
    return None


def _population_stops(case: Case, laminate, progress: Progress = lambda text: None) -> tuple:
    table = case.population
    ply = [layer.name for layer in case.stack].index(table.layer)
    kept = population_library(case, progress)
    return stops_of(case, Response(laminate, ply, table.face)), kept


def _strength_stops(case: Case, laminate) -> tuple:
    ply = [layer.name for layer in case.stack].index(case.strength.layer)
    poisson = case.material_of(case.strength.layer).value("poisson_ratio")
    return stops_of(case, Response(laminate, ply, "top")), poisson


def _interval(case: Case, laminate) -> tuple[float, float] | None:
    """Ends of the unchanged case's interval of P_f."""
    if case.population is not None:
        found = scatter(case, *_population_stops(case, laminate), draw=False)
        return found.breaks.failure(case.population.length)[1:]
    found = strength_record(case, *_strength_stops(case, laminate))["failure_per_metre_interval"]
    return None if found is None else tuple(found)


def _with_ranges(inputs: list[Input], ranges: Sequence[str]) -> list[Input]:
    """The inputs with the user's own ranges."""
    found = {item.key: item for item in inputs}
    for text in ranges:
        key, _, span = (part.strip() for part in text.partition("="))
        if key not in found:
            accepted = "KEY=LOW:HIGH with KEY of " + ", ".join(found)
            raise InputError("tornado", [Fault("--range", text, "names no input of this case", accepted)])
        found[key] = _ranged(found[key], span, text)
    return list(found.values())


def _ranged(item: Input, span: str, text: str) -> Input:
    low, _, high = span.partition(":")
    example = units.DIMENSIONS[item.dimension].example
    try:
        ends = [units.parse(end.strip(), item.dimension) for end in (low, high)]
    except units.UnitError as error:
        fault = Fault("--range", text, f"range {error.problem}", f"LOW:HIGH, each as {example}")
        raise InputError("tornado", [fault]) from None
    positive = item.base > 0
    if not ends[0] < ends[1] or (positive and ends[0] <= 0):
        accepted = f"a rising {'positive ' * positive}range"
        raise InputError("tornado", [Fault("--range", text, "is no range of this input", accepted)])
    return replace(item, low=ends[0], high=ends[1], basis="given")


def as_record(found: Tornado, title: str) -> dict[str, Any]:
    """The content of ``results.json``."""
    return {
        "format": 1,
        "title": title,
        "sorted_by": found.of,
        "quantity": found.quantity,
        "station_of_radius": found.station,
        "base": vars(found.base) | {"ratio_error": found.error, "failure_interval": found.failure_interval},
        "units": _UNITS,
        "solves": found.solves,
        "inputs": [_bar(bar) for bar in found.bars],
    }


def _bar(bar: Bar) -> dict[str, Any]:
    item = bar.input
    factor = (
        "x " if item.dimension == "fraction" and item.key.split(".")[0] in ("rollers", "population") else ""
    )
    shown = {
        key: factor + units.show(float(f"{getattr(item, key):.4g}"), item.dimension)
        for key in ("base", "low", "high")
    }
    return {
        "input": item.key,
        "value": shown["base"],
        "range": [shown["low"], shown["high"]],
        "range_from": item.basis,
        "route": bar.route,
        "at_low": vars(bar.low),
        "at_high": vars(bar.high),
        "note": bar.note,
    }
