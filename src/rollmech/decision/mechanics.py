"""What a class of treatment does to the case's sheet: K, smallest safe radius, failure, by severity.

All flaws are put on one scale, K of a sharp flaw across the web. A pit counts as a semi-elliptical crack of its depth
and width, which is an upper limit for a blunt one; cracks and pits come from the library of K, scratches are solved.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rollmech.case import Case, Scratch
from rollmech.case.line import AspectLaw, DepthLaw
from rollmech.errors import Fault, InputError
from rollmech.library.store import Kept
from rollmech.line.history import stops_of
from rollmech.line.plain import PlainCrackJudge
from rollmech.line.plies import library_of
from rollmech.line.response import Response
from rollmech.line.scatter import scatter
from rollmech.loading import loadings_of, make_laminate
from rollmech.risk.judge import Judge
from rollmech.risk.limits import Limit
from rollmech.risk.verdict import judge_line
from rollmech.treatments import SEVERITIES, Surface
from rollmech.treatments.library import surfaces

Progress = Callable[[str], None]

SHEET = "as-sintered"
"""Class whose flaws the sheet has before it is treated, unless the case gives its own."""
_ENDS = 2 * 1.6449  # standard deviations between the 5 % and the 95 % quantile
_LOAD = "rollers, or a web load"


@dataclass(frozen=True)
class FlawState:
    """One flaw in the case.

    Attributes:
        depth: m; None for the case's own flaw.
        ratio: Largest K over the toughness on the line; None if the flaw is deeper than K is known for.
        error: Estimated numerical error of the ratio.
        station: Where it is largest.
        radius: Smallest safe radius there, m.
        route: ``library`` or ``solved``.
        note: Why there is no ratio; else empty.
    """

    depth: float | None
    ratio: float | None
    error: float = 0.0
    station: str = ""
    radius: Limit = field(default_factory=lambda: Limit(None))
    route: str = ""
    note: str = ""


@dataclass(frozen=True)
class Failing:
    """P_f of the population's length with the ends of its interval; the depth law behind it in words."""

    value: float
    low: float
    high: float
    law: str


def together(one: Failing, other: Failing) -> Failing:
    """P_f of a web with the flaws of both, which are independent; ends of intervals go together."""
    values = (1 - (1 - getattr(one, key)) * (1 - getattr(other, key)) for key in ("value", "low", "high"))
    return Failing(*values, f"{one.law}; and {other.law}")


@dataclass(frozen=True)
class SurfaceState:
    """What a class leaves: a flaw by severity, or none."""

    flaws: dict[str, FlawState]
    failure: Failing | None


class Bench:
    """Puts the flaws of treatments into one case; equal ones are worked out once.

    Args:
        case: With rollers or a web load. A flaw of its own is that of the untreated sheet.
        progress: Called with a line of text before each stage.

    Raises:
        InputError: There is no free ceramic face of known toughness, or no load.
    """

    def __init__(self, case: Case, progress: Progress = lambda text: None):
        self.case, self._progress = case, progress
        self.ply, self.face = _place(case)
        self.layer = case.stack[self.ply]
        toughness = case.material_of(self.layer.name).get("fracture_toughness")
        self.toughness = toughness.value
        self._laminate = make_laminate(case)
        self._loadings = loadings_of(case, self._laminate)
        if self._loadings[0].bend is None:
            raise InputError("rank", [Fault("load", "", "prescribes stress: no radius can be ranked", _LOAD)])
        self.used: Kept | None = None
        self._found: dict[Any, FlawState] = {}
        self.solves = 0

    @property
    def kept(self) -> Kept:
        """Library of the stack, as seen from the treated face."""
        if self.used is None:
            self.used = library_of(self.case, self.ply, self.face, self._progress)
        return self.used

    def surface(self, surface: Surface) -> SurfaceState:
        """All that is known of a class in this case."""
        flaws = {severity: self._flaw(surface, severity) for severity in SEVERITIES if surface.kind}
        return SurfaceState(flaws, self._failure(surface))

    def sheet(self) -> SurfaceState:
        """The untreated sheet: the case's own flaw and population, or the class ``as-sintered``."""
        failure = self._failing(self.case, "the sheet", "as the case gives it") if self._counts else None
        if self.case.flaw is None or self.case.treatment is not None:
            usual = surfaces()[SHEET]
            return SurfaceState({severity: self._flaw(usual, severity) for severity in SEVERITIES}, failure)
        from rollmech.pipeline import judge_of

        judge = judge_of(self.case, self._progress)
        self.solves += 1
        if judge.quantity != "K":
            problem = "is judged by stress, which no treatment's K can be compared with"
            raise InputError(
                "rank", [Fault("flaws[0].kind", f'"{self.case.flaw.kind}"', problem, "a sharp flaw")]
            )
        own = self._judged(judge, self.case.flaw.reach, "solved")
        return SurfaceState(dict.fromkeys(SEVERITIES, own), failure)

    def _flaw(self, surface: Surface, severity: str) -> FlawState:
        depth = surface.depth[severity]
        key = ("scratch", depth) if surface.kind == "scratch" else (depth, surface.aspect)
        if key not in self._found:
            self._found[key] = self._new(surface, depth)
        return self._found[key]

    def _new(self, surface: Surface, depth: float) -> FlawState:
        known = self.kept.table.grid.depth_ratio[1]
        if depth > known * self.layer.thickness:
            note = f"deeper than {100 * known:.0f} % of '{self.layer.name}': counts as through"
            return FlawState(depth, None, note=note)
        if surface.kind == "scratch":
            return self._judged(self._scratch(depth), depth, "solved")
        sizes = (self.layer.thickness, depth, surface.aspect * depth / 2)
        return self._judged(
            PlainCrackJudge(self.kept, self.ply, self.face, *sizes, self.toughness), depth, "library"
        )

    def _scratch(self, depth: float) -> Judge:
        """A sharp scratch straight across the web: a plane solve."""
        from rollmech.pipeline import judge_of

        self._progress(f"scratch of {1e6 * depth:.3g} um")
        flaw = Scratch(kind="scratch", layer=self.layer.name, face=self.face, depth=f"{depth!r} m")
        self.solves += 1
        return judge_of(self.case.model_copy(update={"flaws": (flaw,), "treatment": None}), self._progress)

    def _judged(self, judge: Judge, depth: float, route: str) -> FlawState:
        verdict = judge_line(judge, self._loadings, self.case.verdict.allowable_ratio)
        worst, radii = verdict.worst, [station.radius_min for station in verdict.stations]
        known = [limit for limit in radii if limit.value is not None]
        radius = max(known, key=lambda limit: limit.value) if known and _all_safe(radii) else worst.radius_min
        finding = worst.finding
        note = finding.refused or ("pressed shut everywhere" if finding.ratio < 0 else "")
        return FlawState(depth, finding.ratio, finding.error, worst.name, radius, route, note)

    def _failure(self, surface: Surface) -> Failing | None:
        """P_f by the case's density with the depths of a class: lognormal through its three severities."""
        if not self._counts or not surface.kind:
            return None
        table = self.case.population
        low, mid, high = (surface.depth[severity] for severity in SEVERITIES)
        spread = math.log(high / low) / _ENDS
        depth = DepthLaw(law="lognormal", median=f"{mid!r} m", spread=spread)
        aspect = 2 / surface.aspect if surface.aspect else self.kept.table.grid.aspect[0]
        update = {"depth": depth, "aspect": AspectLaw(law="fixed", value=aspect)}
        case = self.case.model_copy(update={"population": table.model_copy(update=update)})
        law = f"lognormal, median {1e6 * mid:.3g} um, 5 to 95 % within a factor {math.exp(spread * _ENDS / 2):.3g}"
        return self._failing(case, f"'{surface.name}'", law)

    @property
    def _counts(self) -> bool:
        """Whether the case counts flaws in the face that is treated."""
        table = self.case.population
        return table is not None and (table.layer, table.face) == (self.layer.name, self.face)

    def _failing(self, case: Case, whose: str, law: str) -> Failing:
        self._progress(f"population of {whose}")
        stops = stops_of(case, Response(self._laminate, self.ply, self.face))
        return Failing(
            *scatter(case, stops, self.kept, draw=False).breaks.failure(case.population.length), law
        )


def _all_safe(radii: list[Limit]) -> bool:
    """Whether no station lacks a radius because none is safe there."""
    return not any(limit.value is None and limit.note.startswith("none is safe") for limit in radii)


def _place(case: Case) -> tuple[int, str]:
    """Ply from the bottom and face that is treated: that of the flaw, of the population, or a free ceramic one."""
    if case.flaw is not None:
        return case.flawed_index, case.flaw.face
    if case.population is not None:
        return [layer.name for layer in case.stack].index(case.population.layer), case.population.face
    for ply, face in ((len(case.stack) - 1, "top"), (0, "bottom")):
        if case.material_of(case.stack[ply].name).get("fracture_toughness"):
            return ply, face
    fault = Fault(
        "stack", "", "has no outer layer of known fracture_toughness to treat", "a ceramic outer layer"
    )
    raise InputError("rank", [fault])
