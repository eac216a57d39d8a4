"""Treatments side by side: electrochemistry as printed against mechanics in the case; the Pareto front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import numpy as np

from rollmech.case import Case
from rollmech.case.changes import refuse_changes
from rollmech.case.ranking import Ranking
from rollmech.decision import principles
from rollmech.decision.cells import Printed, number_of
from rollmech.decision.mechanics import Bench, Failing, FlawState, SurfaceState, together
from rollmech.decision.principles import NAMES, Test
from rollmech.errors import Fault, InputError
from rollmech.notice import Notice
from rollmech.treatments import SEVERITIES, Surface, Treatment, library, treatment

OBJECTIVES = {
    "resistance": ("interfacial_resistance", "interfacial resistance", "ohm cm^2", True),
    "ccd": ("ccd", "critical current density", "mA/cm^2", False),
}
"""Objective to its column, name, unit, and whether less is better."""


@dataclass(frozen=True)
class Row:
    """One treatment.

    Attributes:
        treatment: As the library has it.
        resistance, ccd: As printed, ohm cm^2 and mA/cm^2.
        own: What it leaves itself.
        flaws: What governs by severity: its own flaw, or the sheet's where that is worse or the only one.
        sheet_governs: Whether that is the sheet's at middle severity.
        failure: P_f by its own flaws and those of the sheet, or None.
        tests: Principle to its test.
        front: Severities at which no other treatment is better in both objectives.
    """

    treatment: Treatment
    resistance: Printed
    ccd: Printed
    own: SurfaceState
    flaws: dict[str, FlawState]
    sheet_governs: bool
    failure: Failing | None
    tests: dict[str, Test]
    front: tuple[str, ...] = ()

    @property
    def score(self) -> tuple[float, float]:
        """Mean of the five scores with what is unknown counted as 0 and as 1."""
        known = [test.score for test in self.tests.values() if test.score is not None]
        missing = len(NAMES) - len(known)
        return sum(known) / len(NAMES), (sum(known) + missing) / len(NAMES)

    def ratio(self, severity: str = "mid") -> float | None:
        """K over toughness of what governs."""
        return self.flaws[severity].ratio


@dataclass(frozen=True)
class Ranked:
    """All treatments, best first.

    Attributes:
        rows: Those on the front at middle severity first, then by K over toughness and the objective.
        by: Key of ``OBJECTIVES``.
        allowed: Largest ratio that counts as safe.
        sheet: Flaws of the untreated sheet.
        left_out: Treatment to the reason why it is not ranked.
        solves: Finite-element solves.
        library: Source of the library of K and its relative error, or None.
        assumptions: What every row rests on, in words.
    """

    rows: tuple[Row, ...]
    by: str
    allowed: float
    sheet: dict[str, FlawState]
    left_out: dict[str, str]
    solves: int
    library: tuple[str, float] | None
    assumptions: tuple[str, ...]


def rank(
    case: Case, names: Sequence[str] = (), by: str = "resistance", progress: Callable = lambda text: None
) -> Ranked:
    """Compare treatments in a case.

    Args:
        case: With rollers or a web load, and a ceramic face; ``ranking`` holds the user's own knowledge.
        names: Treatments or classes; without any those of the case, else all rows of the tables.
        by: ``resistance`` or ``ccd``.
        progress: Called with a line of text before each stage.

    Raises:
        InputError: The case cannot be ranked.
        NumericsError: A solve failed.
    """
    refuse_changes(case, "rank", "layers come or go on the way: treatments are compared in one stack")
    wish = case.ranking or Ranking()
    chosen = [treatment(name) for name in (names or wish.treatments)] or [
        item for item in library().values() if item.source
    ]
    bench = Bench(case, progress)
    surfaces_of = {item.surface.name: item.surface for item in chosen if item.surface}
    progress(_plan(chosen, list(surfaces_of.values())))
    sheet, left_out, rows = bench.sheet(), {}, []
    surface = cache(lambda name: bench.surface(surfaces_of[name]))
    for item in chosen:
        reason = _no_row(item)
        if reason:
            left_out[item.name] = reason
        else:
            rows.append(_row(item, surface(item.surface.name), sheet, bench, wish))
    if not rows:
        fault = Fault("ranking.treatments", "", "leaves nothing to rank", "treatments of a sheet")
        raise InputError("rank", [fault])
    rows = _with_fronts(rows, by)
    kept = bench.used
    return Ranked(
        rows=tuple(sorted(rows, key=lambda row: _order(row, by))),
        by=by,
        allowed=case.verdict.allowable_ratio,
        sheet=sheet.flaws,
        left_out=left_out,
        solves=bench.solves + (kept.solves if kept else 0),
        library=None
        if kept is None
        else (kept.source, float(kept.table.solve_error + kept.table.interpolation)),
        assumptions=_assumptions(case, wish, bench),
    )


def _plan(chosen: Sequence[Treatment], left: Sequence[Surface]) -> Notice:
    """What will be worked out, before it begins."""
    scratches = {depth for surface in left if surface.kind == "scratch" for depth in surface.depth.values()}
    solved = f"; scratches to solve in the plane unless they are stored, a few seconds each: {len(scratches)}"
    return Notice(
        f"treatments: {len(chosen)}, classes of surface that they leave: {len(left)}; K of cracks and pits comes from "
        f"a library{solved if scratches else ''}"
    )


def _no_row(item: Treatment) -> str:
    """Why a treatment is not ranked; empty if it is."""
    if item.surface is None:
        return "it treats powder, not a sheet"
    if item.source and not any(item.cell(column).printed for column, *_ in OBJECTIVES.values()):
        return "the review gives neither resistance nor critical current density"
    return ""


def _row(item: Treatment, own: SurfaceState, sheet: SurfaceState, bench: Bench, wish: Ranking) -> Row:
    """One treatment; what the sheet had before still counts where it is worse."""
    flaws = {severity: _worse(own.flaws.get(severity), sheet.flaws[severity]) for severity in SEVERITIES}
    failing = [failure for failure in (own.failure, sheet.failure) if failure is not None]
    mid, high = flaws["mid"], flaws["high"]
    ceramic = bench.case.material_of(bench.layer.name)
    allowed = bench.case.verdict.allowable_ratio
    tests = {
        "effectiveness": principles.effectiveness(item, wish),
        "compatibility": principles.compatibility(item, wish, ceramic),
        "application": principles.application(item, wish),
        "cost": principles.cost(item, wish),
        "manufacturing": principles.manufacturing(mid.ratio, high.ratio, allowed, mid.note),
    }
    cells = {key: item.cell(OBJECTIVES[key][0]) for key in OBJECTIVES}
    return Row(
        treatment=item,
        resistance=number_of(cells["resistance"].printed, True, cells["resistance"].doubtful),
        ccd=number_of(cells["ccd"].printed, False, cells["ccd"].doubtful),
        own=own,
        flaws=flaws,
        sheet_governs=flaws["mid"] is sheet.flaws["mid"] and own.flaws.get("mid") is not flaws["mid"],
        failure=reduce(together, failing) if failing else None,
        tests=tests,
    )


def _worse(own: FlawState | None, sheet: FlawState) -> FlawState:
    """The flaw that breaks first; one that cuts the layer is worse than any K."""
    if own is None:
        return sheet
    return max((own, sheet), key=lambda flaw: np.inf if flaw.ratio is None else flaw.ratio)


def _with_fronts(rows: Sequence[Row], by: str) -> list[Row]:
    fronts = {severity: pareto([_point(row, by, severity) for row in rows]) for severity in SEVERITIES}
    return [
        Row(**{**vars(row), "front": tuple(s for s in SEVERITIES if fronts[s][i])})
        for i, row in enumerate(rows)
    ]


def _point(row: Row, by: str, severity: str) -> tuple[float, float] | None:
    """Both objectives, less is better; None where one is not known."""
    value, ratio = getattr(row, by).value, row.ratio(severity)
    if value is None or ratio is None:
        return None
    return (value if OBJECTIVES[by][3] else -value, ratio)


def pareto(points: Sequence[tuple[float, float] | None]) -> list[bool]:
    """Which points no other one beats: at least as good in both and better in one; less is better."""
    known = [point for point in points if point is not None]

    def beaten(point: tuple[float, float]) -> bool:
        return any(a <= point[0] and b <= point[1] and (a, b) != point for a, b in known)

    return [point is not None and not beaten(point) for point in points]


def _order(row: Row, by: str) -> tuple:
    point = _point(row, by, "mid")
    value = getattr(row, by).value
    ratio = row.ratio()
    return (
        "mid" not in row.front,
        np.inf if ratio is None else ratio,
        np.inf if value is None else (point[0] if point else 0.0),
        row.treatment.name,
    )


def _assumptions(case: Case, wish: Ranking, bench: Bench) -> tuple[str, ...]:
    toughness = case.material_of(bench.layer.name).get("fracture_toughness")
    bounds = (
        "" if toughness.low is None else f", reported {toughness.low / 1e6:g} to {toughness.high / 1e6:g}"
    )
    state = "placeholder" if toughness.placeholder else "given"
    found = [
        f"every ratio is over K_Ic = {toughness.value / 1e6:g} MPa*m^0.5 ({state}{bounds})",
        "depths of flaws by severity are assumptions of this library: the review gives none",
        "a pit counts as a crack of its depth and width, an upper limit for a blunt one",
        "flaws lie straight across the web, the worst direction",
        "the untreated sheet's flaw counts where it is worse: no treatment is taken to remove it",
        "skins and residual stress that treatments leave, and what added layers carry, are left out",
        "electrochemistry is as printed, on different garnets and cells: differences below a factor of two say little",
        f"bounds such as <10 count as the number; resistance must fall by more than {100 * wish.reduction:g} %",
    ]
    if wish.temperature_swing is not None:
        found.append(
            f"deposited layers: {1e9 * wish.layer_thickness:g} nm thick, adhesion {wish.adhesion:g} J/m^2, "
            f"swing {wish.temperature_swing:g} K"
        )
    found.append("scores: mean of five with equal weights; what is unknown counts from 0 to 1")
    if case.population is not None:
        found.append(
            "P_f: flaws of the sheet as the case gives them, and as many of the treatment, their depths lognormal with "
            "low and high severity as 5 % and 95 %; intervals are those of the count alone"
        )
    return tuple(found)


def check_names(names: Sequence[str]) -> None:
    """Raise InputError for treatments named twice."""
    twice = [name for name in names if [n.lower() for n in names].count(name.lower()) > 1]
    if twice:
        raise InputError("rank", [Fault("--only", twice[0], "is given twice", "every treatment once")])


def as_record(found: Ranked, title: str) -> dict[str, Any]:
    """The content of ``results.json``: lengths in um, radii in mm."""
    return {
        "format": 1,
        "title": title,
        "objective": OBJECTIVES[found.by][1],
        "unit": OBJECTIVES[found.by][2],
        "allowed": found.allowed,
        "library": None
        if found.library is None
        else {"source": found.library[0], "relative_error": found.library[1]},
        "solves": found.solves,
        "sheet": {key: _flaw(flaw) for key, flaw in found.sheet.items()},
        "assumptions": list(found.assumptions),
        "left_out": found.left_out,
        "treatments": [_row_record(row) for row in found.rows],
    }


def _row_record(row: Row) -> dict[str, Any]:
    item = row.treatment
    return {
        "name": item.name,
        "source": item.source,
        "class": item.surface.name,
        "by_analogy": item.by_analogy,
        "resistance": vars(row.resistance) | {"unit": "ohm cm^2"},
        "ccd": vars(row.ccd) | {"unit": "mA/cm^2"},
        "governs": "sheet" if row.sheet_governs else "treatment",
        "own_flaws": {key: _flaw(flaw) for key, flaw in row.own.flaws.items()},
        "flaws": {key: _flaw(flaw) for key, flaw in row.flaws.items()},
        "failure": None if row.failure is None else vars(row.failure),
        "principles": {key: vars(test) for key, test in row.tests.items()},
        "score": list(row.score),
        "pareto_front_at": list(row.front),
        "not_modelled": item.not_modelled(),
    }


def _flaw(flaw: FlawState) -> dict[str, Any]:
    return {
        "depth": None if flaw.depth is None else 1e6 * flaw.depth,
        "k_ratio": flaw.ratio,
        "error": flaw.error,
        "station": flaw.station,
        "radius_min": None if flaw.radius.value is None else 1e3 * flaw.radius.value,
        "radius_note": flaw.radius.note,
        "route": flaw.route,
        "note": flaw.note,
        "units": {"depth": "um", "radius_min": "mm"},
    }
