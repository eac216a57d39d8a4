"""What each effect of layers, filler and locked-in stress does to one case: switched off one at a time.

Effects of the web's stress are arithmetic on the one solved influence; those that change the flaw's neighbourhood take
one more solve each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.case import Case
from rollmech.case.changes import refuse_changes
from rollmech.errors import Fault, InputError
from rollmech.fracture.influence import solve_influence
from rollmech.pipeline import Result, run
from rollmech.risk.judge import Finding, Judge, LaminateJudge
from rollmech.risk.limits import smallest_radius
from rollmech.web import Laminate, WebState

if TYPE_CHECKING:
    import pandas

Progress = Callable[[str], None]
Change = Callable[[WebState], WebState]


@dataclass(frozen=True)
class Contribution:
    """One effect: the governing station's K or peak stress, and its smallest safe radius, with and without it.

    Attributes:
        effect: Name.
        meaning: What is switched off.
        value: With everything, MPa*m^0.5 or MPa.
        without: The same without this effect.
        error: Estimated error of the difference: zero where both rest on one solve, else of both solves together.
        radius: Smallest safe radius with everything, mm; None where there is none.
        radius_without: The same without this effect.
        solves: Further solves that this row took.
        note: Why there is nothing to switch off, or no number; empty otherwise.
    """

    effect: str
    meaning: str
    value: float
    without: float | None
    error: float
    radius: float | None
    radius_without: float | None
    solves: int = 0
    note: str = ""

    @property
    def change(self) -> float | None:
        """What the effect adds, over the value without it."""
        return None if not self.without else self.value / self.without - 1


@dataclass(frozen=True)
class Contributions:
    """The rows of one case, and what they are of."""

    station: str
    quantity: str
    unit: str
    rows: tuple[Contribution, ...]
    solves: int

    def __repr__(self) -> str:
        acting = sum(not row.note for row in self.rows)
        return f"<Contributions to {self.quantity} at '{self.station}': {acting} of {len(self.rows)} effects act>"

    def _repr_html_(self) -> str:
        shown = self.table.to_html(float_format="{:.4g}".format, na_rep="", border=0)
        return f"<p>{escape(self.quantity)} ({self.unit}) at station '{escape(self.station)}'</p>\n{shown}"

    @property
    def table(self) -> pandas.DataFrame:
        """One row an effect: fields of `Contribution` and ``change``."""
        import pandas

        return pandas.DataFrame(self.as_json()["rows"]).set_index("effect")

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        rows = [asdict(row) | {"change": row.change} for row in self.rows]
        return asdict(self) | {"rows": rows}


@dataclass(frozen=True)
class _Changed:
    """A judge of states in which something is switched off."""

    judge: Judge
    change: Change

    def ratio(self, state: WebState) -> float:
        """Of the changed state."""
        return self.judge.ratio(self.change(state))

    def find(self, state: WebState) -> Finding:
        """Of the changed state."""
        return self.judge.find(self.change(state))


def contributions(case: Case, progress: Progress = lambda text: None) -> Contributions:
    """Switch every effect of a case off, one at a time.

    Raises:
        InputError: The case allows no judgement.
        NumericsError: A solve failed.
    """
    refuse_changes(
        case, "contributions", "layers come or go on the way: effects are switched off in one stack"
    )
    if case.flaw is not None and case.flaw.kind == "tile-joint":
        problem = "is judged by strain and the stress of other layers, which no effect is switched off for"
        raise InputError(
            "contributions", [Fault("flaws[0].kind", '"tile-joint"', problem, "another kind of flaw")]
        )
    result = run(case, progress, fields=False)
    if result.verdict is None:
        fault = Fault("materials", "", result.not_judged, "a strength or toughness to judge by")
        raise InputError("contributions", [fault])
    table = _Table(result, progress)
    rows = tuple(table.rows())
    crack = result.judge.quantity == "K"
    return Contributions(
        result.verdict.worst.name,
        "K" if crack else "peak stress",
        "MPa*m^0.5" if crack else "MPa",
        rows,
        (case.flaw is not None) + sum(row.solves for row in rows),
    )


class _Table:
    """Rows of one result.

    Args:
        result: What the case gave with everything on.
        progress: Called before each further solve.
    """

    def __init__(self, result: Result, progress: Progress):
        self._result, self._progress = result, progress
        self._loading = result.loadings[result.verdict.governing]
        self._judge = result.judge
        if isinstance(self._judge, LaminateJudge):
            peaks = {
                i: self._loading.state.peak_stress(i).stress / s for i, s in self._judge.strengths.items()
            }
            self._ply = max(peaks, key=peaks.__getitem__)
            self._judge = LaminateJudge({self._ply: self._judge.strengths[self._ply]})
        else:
            self._ply = result.flawed_ply
        self._finding, self._radius = self._of(self._judge)

    def rows(self) -> Iterator[Contribution]:
        """Every effect; one that the case does not have says so."""
        laminate = self._result.laminate
        alone = alone_laminate(laminate, self._ply)
        several = "" if len(laminate.plies) > 1 else "the stack has no other layer"
        for effect, meaning, causes in (
            (
                "redistribution",
                "the layer alone under the web's tension and curvature",
                ("tension", "bending"),
            ),
            ("load sharing", "the layer alone under the web's tension", ("tension",)),
            ("neutral axis", "the layer bent about its own middle to the web's curvature", ("bending",)),
        ):
            note = several
            if not note and self._loading.bend is None:
                note = "the load prescribes the layer's own stress"
            yield self._arithmetic(effect, meaning, _standing_alone(alone, self._ply, causes), note)
        yield self._neighbourhood(
            "local constraint",
            "no other layer beside the flaw, the same far stress",
            several,
            plies=1,
            cover=(),
        )
        filled = self._result.case.flaw is not None and self._result.case.flaw.filler is not None
        yield self._neighbourhood(
            "filling", "the flaw is empty", "" if filled else "nothing fills the flaw", fill=None
        )
        yield self._bridge()
        for cause, effect in (("residual", "residual stress"), ("thermal", "thermal stress")):
            none = "" if _has(self._loading.state, cause) else f"there is no {effect}"
            yield self._arithmetic(effect, f"no {effect}", _without(cause), none)

    def _of(self, judge: Judge) -> tuple[Finding, float | None]:
        """Finding at the governing station, and the smallest safe radius there, mm."""
        finding, bend = judge.find(self._loading.state), self._loading.bend
        if bend is None:
            return finding, None
        limit = smallest_radius(judge, self._result.laminate, bend, self._result.verdict.allowed)
        return finding, None if limit.value is None else 1e3 * limit.value

    def _row(self, effect: str, meaning: str, judge: Judge, error: float, solves: int) -> Contribution:
        finding, radius = self._of(judge)
        pair = (1e-6 * self._finding.value, 1e-6 * finding.value)
        return Contribution(effect, meaning, *pair, error, self._radius, radius, solves)

    def _absent(self, effect: str, meaning: str, note: str) -> Contribution:
        value = 1e-6 * self._finding.value
        return Contribution(effect, meaning, value, None, 0.0, self._radius, None, note=note)

    def _arithmetic(self, effect: str, meaning: str, change: Change, note: str) -> Contribution:
        """A row of another web stress on the same flaw."""
        if note:
            return self._absent(effect, meaning, note)
        return self._row(effect, meaning, _Changed(self._judge, change), 0.0, 0)

    def _bridge(self) -> Contribution:
        """The row of the same flaw without what bridges it; its faces may overlap no more than with it."""
        effect, meaning = "bridging", "nothing bridges the crack"
        influence = self._result.influence
        if influence is None or influence.patch.bridge is None:
            return self._absent(effect, meaning, "nothing bridges a crack")
        return self._row(effect, meaning, replace(self._judge, bridging=False), 0.0, 0)

    def _neighbourhood(
        self, effect: str, meaning: str, note: str, plies: int | None = None, **changes: Any
    ) -> Contribution:
        """A row of the same web stress on the flaw in another neighbourhood; takes a solve."""
        result = self._result
        if result.influence is None:
            note = "there is no flaw"
        elif result.case.mesh is not None:
            note = note or "not solved on a mesh of your own"
        elif plies is not None and result.influence.patch.front_plies[-1] >= plies:
            note = note or "the flaw reaches the other layers"
        if note:
            return self._absent(effect, meaning, note)
        self._progress(f"without {effect}")
        patch = result.influence.patch
        patch = replace(patch, plies=patch.plies[:plies], **changes)
        other = solve_influence(patch, result.case.accuracy.target, self._progress)
        judge = replace(self._judge, influence=other)
        error = 1e-6 * (self._finding.value_error + judge.find(self._loading.state).value_error)
        return self._row(effect, meaning, judge, error, 1)


def alone_laminate(laminate: Laminate, ply: int) -> Laminate:
    """One layer of a stack as a web of its own, free of residual stress."""
    return Laminate([replace(laminate.plies[ply], residual_stress=None, profile=None)])


def _standing_alone(alone: Laminate, ply: int, causes: tuple[str, ...]) -> Change:
    """Gives one layer the stress that it would have alone under the web's own tension and curvature."""

    def change(state: WebState) -> WebState:
        tension, curvature = state.resultants("tension")[0], state.deformation["bending"][1]
        own = alone.web_state(float(tension), float(curvature))
        stress = {cause: values.copy() for cause, values in state.stress.items()}
        for cause in causes:
            stress[cause][ply] = own.stress[cause][0]
        return replace(state, stress=stress)

    return change


def _without(cause: str) -> Change:
    """Takes one cause away."""

    def change(state: WebState) -> WebState:
        stress = dict(state.stress) | {cause: np.zeros_like(state.stress[cause])}
        rest = {"residual": {"profiles": 0.0}, "thermal": {"temperature_change": 0.0}}[cause]
        return replace(state, stress=stress, **rest)

    return change


def _has(state: WebState, cause: str) -> bool:
    """Whether a cause acts in a state."""
    if cause == "thermal" and state.temperature_change:
        return True
    profiles = cause == "residual" and state.profiles and any(ply.profile for ply in state.laminate.plies)
    return bool(np.any(state.stress[cause]) or profiles)


def print_contributions(found: Contributions) -> None:
    """The table on the terminal."""
    from rich.console import Console
    from rich.table import Column, Table

    console = Console()
    solves = f"{found.solves} solve{'s' * (found.solves != 1)} in all"
    console.print(f"{found.quantity} ({found.unit}) at station '{found.station}'; {solves}")
    heads = (
        Column("effect", no_wrap=True),
        "with",
        "without",
        "+/-",
        "change",
        "R_min with",
        "without",
        "solves",
    )
    table = Table(*heads, box=None)
    for row in (row for row in found.rows if not row.note):
        table.add_row(
            row.effect,
            f"{row.value:.4g}",
            f"{row.without:.4g}",
            f"{row.error:.1g}" if row.error else "",
            "-" if row.change is None else f"{100 * row.change:+.3g} %",
            *("-" if r is None else f"{r:.4g} mm" for r in (row.radius, row.radius_without)),
            str(row.solves),
        )
    console.print(table)
    for row in (row for row in found.rows if row.note):
        console.print(f"{row.effect}: {row.note}")
