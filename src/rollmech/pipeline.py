"""The walk of one case: web -> patch -> influence -> verdict -> run folder."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollmech.case import Case, load_case
from rollmech.case.changes import changes, parts_of
from rollmech.case.checks import needed_resistance
from rollmech.case.joint_checks import STRENGTHS
from rollmech.closing import close_cracks
from rollmech.fracture.contact import contact_refusal
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.library.influences import keep_influence, limit, load_influence
from rollmech.line.study import LineStudy, study_line
from rollmech.loading import case_warnings, loadings_of, make_laminate
from rollmech.materials import graded
from rollmech.mesh.own import read_own
from rollmech.mesh.ownbuild import own_levels, own_patch
from rollmech.patching import pressure_of, solve_key, solved_patch
from rollmech.ranks import is_root, on_root
from rollmech.refusals import refuse_unsolvable
from rollmech.results.folder import RESULTS, staged, write_json
from rollmech.results.log import RunLog
from rollmech.results.record import quantities, record, verdict_record
from rollmech.results.tables import (
    frame,
    front_rows,
    quantity_rows,
    station_rows,
    write_bridge,
    write_front,
    write_stations,
)
from rollmech.results.treated import assumed_sizes, assumed_weakness
from rollmech.risk.assumptions import Check, assumption_checks, refuse_unearned
from rollmech.risk.joint import JointJudge
from rollmech.risk.judge import CrackJudge, Judge, LaminateJudge, NotchJudge
from rollmech.risk.verdict import Loading, Verdict, joined, judge_line
from rollmech.web import Laminate

if TYPE_CHECKING:
    import pandas

Progress = Callable[[str], None]

_MPA = 1e6


@dataclass
class Result:
    """What a case gave: plain numbers by name, and the parts they came from.

    Attributes:
        case: The resolved case.
        laminate: Its stack, bottom to top, as it enters the line.
        loadings: States that were judged, in the order of the line.
        influence: The solved flaw, or None without one.
        judge: What the states were compared with, or None if nothing could be judged.
        verdict: The judgement, or None.
        unflawed: Judgement of the web without its crack by strength, where strengths are known.
        line: What the case asks of its line besides the verdict, or None.
        not_judged: Why there is no verdict, in words.
        assumptions: Every assumption that was looked at, with its number and whether it holds.
        warnings: Texts of those that were stretched or broken, and what else went wrong.
        timings: Seconds by stage.
        source: Where the case came from.
        overrides: Overrides given on the command line.
        parts: One result for each different stack where layers come or go on the way; ``influence`` and ``judge`` are
            then those of the governing station's part.
    """

    case: Case
    laminate: Laminate
    loadings: list[Loading]
    influence: Influence | None = None
    judge: Judge | None = None
    verdict: Verdict | None = None
    unflawed: Verdict | None = None
    line: LineStudy | None = None
    not_judged: str = ""
    assumptions: list[Check] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    source: str = "case"
    overrides: list[str] = field(default_factory=list)
    parts: tuple[Result, ...] = ()

    def part_at(self, station: int) -> Result:
        """What holds the stack, influence and judge of a station."""
        name = self.loadings[station].name
        holding = (part for part in self.parts if name in [loading.name for loading in part.loadings])
        return next(holding, self)

    @property
    def flawed_ply(self) -> int | None:
        """Index from the bottom of the ply at the flawed face, at the governing station."""
        return self.part_at(self.verdict.governing if self.verdict else 0).case.flawed_index

    def __repr__(self) -> str:
        verdict = verdict_record(self)
        told = f"not judged: {self.not_judged}"
        if self.verdict is not None:
            number = f"{verdict['ratio']:.3g} +/- {verdict['ratio_error']:.1g}"
            told = f"{verdict['status']}: {verdict['criterion']} {number} at '{verdict['station']}'"
        return f"<Result '{self.case.title}': {told}>"

    def _repr_html_(self) -> str:
        from rollmech.post.notebook import result_html

        return result_html(self.record)

    @property
    def table(self) -> pandas.DataFrame:
        """Quantities by name: value, error, unit, what they refer to, notes."""
        return frame(quantity_rows(self), "quantity")

    @property
    def stations(self) -> pandas.DataFrame:
        """One row a station, as in ``stations.csv``: ratio, cause, limits."""
        return frame(station_rows(self), "station")

    @property
    def front(self) -> pandas.DataFrame:
        """One row a point of the crack front and station, as in ``front.csv``; empty without a front."""
        return frame(front_rows(self))

    @property
    def quantities(self) -> dict[str, dict[str, Any]]:
        """Name to value, unit and error."""
        return quantities(self)

    @cached_property
    def record(self) -> dict[str, Any]:
        """The content of ``results.json``."""
        return record(self)

    def nominal_stress(self, station: int) -> float:
        """Largest in-plane stress (Pa) of the unflawed web at the flawed face; beside a chip along x."""
        ply = self.part_at(station).case.flawed_index
        stress = self.loadings[station].state.face_stress(ply, self.case.flaw.face)
        return float(stress[0] if self.case.flaw.kind == "edge-chip" else stress.max())

    @property
    def placeholders(self) -> list[dict[str, Any]]:
        """Property values and flaw sizes that the answer uses and that no source vouches for."""
        found = assumed_sizes(self.case) + assumed_weakness(self.case)
        needed = needed_resistance(self.case.flaw) if self.case.flaw else ("flexural_strength", "")
        told: set[tuple[str, str]] = set()
        for layer, name in _used_properties(self.case):
            value = self.case.material_of(layer).get(name)
            if value is not None and value.placeholder:
                if value.source.startswith(graded.SOURCE):  # its sublayers rest on the same two ends
                    if (layer.rpartition("/")[0], name) in told:
                        continue
                    told.add((layer.rpartition("/")[0], name))
                flawed = self.case.flaw is None or layer == self.case.tip_layer
                found.append(
                    {
                        "layer": layer,
                        "material": self.case.layer(layer).material,
                        "property": name,
                        "value": str(value),
                        "range": [value.low, value.high],
                        "unit": value.unit,
                        "condition": value.condition,
                        "source": value.source,
                        "governs": flawed and needed is not None and name == needed[0],
                    }
                )
        return found


def _used_properties(case: Case) -> list[tuple[str, str]]:
    """Pairs of layer and property that a run of this case reads."""
    pairs = [(layer.name, name) for layer in case.stack for name in ("youngs_modulus", "poisson_ratio")]
    if any(roller.temperature != case.web.stress_free_temperature for roller in case.rollers):
        pairs += [(layer.name, "cte") for layer in case.stack]
    if case.flaw is None:
        return pairs + [(layer.name, "flexural_strength") for layer in case.stack]
    needed = needed_resistance(case.flaw)
    own = [(case.tip_layer, needed[0])] if needed else []
    if case.flaw.kind == "tile-joint":
        below = [layer.name for layer in case.inwards[1:]]
        own = [(name, key) for name in below if (key := strength_below(case, name))]
    web = [(layer.name, "flexural_strength") for layer in case.stack] if case.flaw.sharp else []
    return [*pairs, *own, *web]


def run(
    case: Case | str | Path,
    progress: Progress = lambda text: None,
    fields: bool = True,
    memory: dict[str, Influence] | None = None,
) -> Result:
    """Solve a case and judge it, without writing anything.

    Args:
        case: A case, or the path of a case file.
        progress: Called with a line of text before each stage.
        fields: Whether the fields of the flaw are wanted; without them a stored solve will do.
        memory: Influences at hand by their keys; gets those that are needed.

    Raises:
        InputError: The case is wrong.
        NumericsError: No number was earned; says why.
    """
    source = "case"
    if not isinstance(case, Case):
        source, case = str(case), load_case(case)
    start = time.perf_counter()
    laminate = make_laminate(case, source)
    result = Result(case, laminate, loadings_of(case, laminate), warnings=case_warnings(case), source=source)
    result.timings["web"] = time.perf_counter() - start
    if changes(case.stack):
        _examine_parts(result, progress, fields, memory)
    else:
        _examine(result, progress, fields, memory)
    result.warnings += [check.text for check in result.assumptions if check.fails]
    start = time.perf_counter()
    result.line = None if result.parts else study_line(case, laminate, progress)
    if result.line is not None:
        result.warnings += result.line.warnings
        result.timings["line"] = time.perf_counter() - start
    return result


def _examine(
    result: Result, progress: Progress, fields: bool = True, memory: dict[str, Influence] | None = None
) -> None:
    """Solve the flaw, judge every state, look at the assumptions."""
    start = time.perf_counter()
    if result.case.flaw is not None:
        result.influence = influence_of(result.case, progress, fields, memory)
        stored = result.influence.problem is None
        spent = {"store": time.perf_counter() - start}
        result.timings |= spent if stored else result.influence.timings
    progress("judging")
    start = time.perf_counter()
    _judge(result, progress, memory)
    result.assumptions = assumption_checks(result)
    result.timings["verdict"] = time.perf_counter() - start


def _examine_parts(
    result: Result, progress: Progress, fields: bool, memory: dict[str, Influence] | None
) -> None:
    """The same where layers come or go: each stack with the stations that see it, then all of them together."""
    parts = []
    for case in parts_of(result.case):
        layers = " + ".join(layer.name for layer in case.stack)
        names = [roller.name for roller in case.rollers]
        loadings = [loading for loading in result.loadings if loading.name in names]
        part = Result(case, loadings[0].state.laminate, loadings)
        _examine(part, lambda text, layers=layers: progress(f"{layers}: {text}"), fields, memory)
        result.assumptions += [_of_part(check, names, layers) for check in part.assumptions]
        for name, seconds in part.timings.items():
            result.timings[name] = result.timings.get(name, 0.0) + seconds
        parts.append(part)
    result.parts = tuple(parts)
    result.not_judged = "; ".join(filter(None, dict.fromkeys(part.not_judged for part in parts)))
    stations = [loading.name for loading in result.loadings]
    if not result.not_judged:
        result.verdict = joined([part.verdict for part in parts], stations)
    if all(part.unflawed for part in parts):
        result.unflawed = joined([part.unflawed for part in parts], stations)
    governing = result.part_at(result.verdict.governing if result.verdict else 0)
    result.influence, result.judge = governing.influence, governing.judge


def _of_part(check: Check, stations: list[str], layers: str) -> Check:
    """A check of one part of the line, said to be of it."""
    if check.stations:
        return check
    return replace(check, stations=tuple(stations), text=f"{layers}: {check.text}")


def run_case_file(
    path: Path,
    overrides: list[str],
    out: Path,
    pictures: bool,
    quiet: bool,
    fields: bool = True,
    verbose: bool = False,
) -> Result:
    """Run a case file and write its run folder; used by the command line. On several ranks rank 0 writes and speaks.

    Args:
        path: Case file.
        overrides: ``key=value`` texts.
        out: Run folder to write; an earlier run there is replaced.
        pictures: Whether to draw (the case may also say no).
        quiet: No progress and no summary.
        fields: Whether fields are written, which pictures are made of.
        verbose: Every stage with its seconds, and details after the summary.
    """
    from rollmech.post.terminal import Terminal

    case = load_case(path, overrides)
    terminal = Terminal(quiet or not is_root(), verbose)
    log = RunLog(f"case: {path}", overrides, terminal.stage)
    started = time.perf_counter()
    with staged(out) as folder, terminal:
        result = run(case, log.stage, fields)
        result.source, result.overrides = str(path), list(overrides)
        drawn = fields and pictures and case.output.pictures
        _write(result, folder, fields, drawn, log.stage)
        result.timings["total"] = time.perf_counter() - started
        on_root(lambda: _seal(result, folder, drawn, log))
    if is_root() and not quiet:
        terminal.summary(result.record, out)
    return result


def _write(result: Result, folder: Path, fields: bool, pictures: bool, progress: Progress) -> None:
    """Everything but ``results.json``, which comes last and seals the folder."""
    progress("writing tables and fields" if fields else "writing tables")
    start = time.perf_counter()
    grid = _governing_fields(result) if fields else None
    on_root(lambda: _write_parts(result, folder, grid))
    result.timings["write"] = time.perf_counter() - start
    if pictures:
        progress("drawing")
        start = time.perf_counter()
        on_root(lambda: _draw(result, folder))
        result.timings["pictures"] = time.perf_counter() - start


def influence_of(
    case: Case, progress: Progress, fields: bool = True, memory: dict[str, Influence] | None = None
) -> Influence:
    """The influence of a case's flaw: at hand, from the store, or solved and stored.

    Args:
        case: With a flaw.
        progress: Called with a line of text before each stage.
        fields: Whether the solutions are wanted, which only a solve gives.
        memory: Influences at hand by their keys; gets the one found.

    Raises:
        NumericsError: No number was earned; says why.
    """
    limit()  # a wrong environment is told before anything is solved
    memory = {} if memory is None else memory
    own = None if case.mesh is None else read_own(case)
    patch = solved_patch(case) if own is None else own_patch(solved_patch(case), own)
    fields = fields or patch.bridge is not None  # what lies between the faces is solved with them
    key = solve_key(case)
    found = memory.get(key)
    if found is None and not fields:
        found = on_root(lambda: load_influence(key, patch))
    if found is None or (fields and found.problem is None):
        if own is None:
            refuse_unsolvable(case, patch)
        meshers = () if own is None else own_levels(patch, own)
        seconds = case.limits.meshing_time
        found = solve_influence(patch, case.accuracy.target, progress, meshers, meshing_time=seconds)
        _ = found.opening, found.front_elements  # these take all ranks
        on_root(lambda: keep_influence(key, found))
    memory[key] = found
    return found


def _governing_fields(result: Result):
    """Fields of the governing station on rank 0; None without a flaw and on the other ranks."""
    if result.influence is None:
        return None
    from rollmech.results.fields import patch_fields

    governing = result.verdict.governing if result.verdict else 0
    state = result.loadings[governing].state
    place = (result.flawed_ply, result.case.flaw.face)
    values = result.judge.perturbation(state) if isinstance(result.judge, CrackJudge) else None
    return patch_fields(result.influence, state, *place, pressure_of(result.case), values)


def _write_parts(result: Result, folder: Path, grid) -> None:
    from rollmech.case import dump_case

    (folder / "case.toml").write_text(dump_case(result.case), encoding="utf-8")
    write_stations(folder / "stations.csv", result)
    if result.influence is not None:
        write_front(folder / "front.csv", result)
        write_bridge(folder / "bridge.csv", result)
    if grid is not None:
        from rollmech.results.fields import write_fields

        (folder / "fields").mkdir()
        write_fields(folder / "fields", grid)
    write_json(folder / RESULTS, record(result))


def _draw(result: Result, folder: Path) -> None:
    from rollmech.post.reporting import draw_all

    result.warnings += draw_all(folder)


def _seal(result: Result, folder: Path, report: bool, log: RunLog) -> None:
    """``results.json`` with its last words, the report that quotes them, and the log."""
    write_json(folder / RESULTS, record(result))
    if report:
        from rollmech.post.reporting import report as write_report

        result.warnings += (problems := write_report(folder))
        if problems:
            write_json(folder / RESULTS, record(result))
    ranks = result.record["mesh"].get("ranks", 1)
    log.write(folder, result.record["verdict"]["status"], result.warnings, ranks)


def resistance_of(case: Case, influence: Influence) -> float:
    """What the flaw is compared with: strength (Pa), toughness, or sqrt(E' Gamma) of an interface (Pa m^0.5)."""
    needed = needed_resistance(case.flaw)
    if needed is None:
        return math.sqrt(influence.modulus * _MPA * case.flaw.interface_toughness)
    weakness = getattr(case.flaw, "toughness_factor", 1.0)
    return weakness * case.material_of(case.tip_layer).value(needed[0])


def judge_of(case: Case, progress: Progress = lambda text: None) -> Judge | None:
    """What the states of a case are compared with, solved as far as needed; None if there is nothing."""
    result = Result(case, make_laminate(case), [])
    if case.flaw is not None:
        result.influence = influence_of(case, progress, fields=False)
    result.loadings = loadings_of(case, result.laminate)
    _judge(result, progress)
    return result.judge


def laminate_judge(case: Case) -> LaminateJudge | None:
    """What the web without its flaw is compared with; None where no strength is known."""
    strengths = {
        i: case.material_of(layer.name).value("flexural_strength")
        for i, layer in enumerate(case.stack)
        if case.material_of(layer.name).get("flexural_strength")
    }
    return LaminateJudge(strengths) if strengths else None


def strength_below(case: Case, layer: str) -> str:
    """Which property a layer under a joint is held against; empty if none is known."""
    return next((key for key in STRENGTHS if case.material_of(layer).get(key)), "")


def _joint_judge(case: Case, influence: Influence) -> JointJudge:
    names = {i: layer.name for i, layer in enumerate(case.stack) if i != case.flawed_index}
    known = {i: strength_below(case, name) for i, name in names.items()}
    strengths = {i: case.material_of(names[i]).value(key) for i, key in known.items() if key}
    return JointJudge(influence, case.flawed_index, case.flaw.face, case.flaw.strain_limit, strengths, names)


def flaw_judge(case: Case, influence: Influence) -> CrackJudge | NotchJudge | JointJudge:
    """What the case's flaw is compared with."""
    if case.flaw.kind == "tile-joint":
        return _joint_judge(case, influence)
    place = (influence, case.flawed_index, case.flaw.face)
    given = (resistance_of(case, influence), pressure_of(case))
    if not case.flaw.sharp:
        return NotchJudge(*place, *given)
    return CrackJudge(*place, *given, getattr(case.flaw, "mode_sensitivity", 0.0))


def _judge(result: Result, progress: Progress, memory: dict[str, Influence] | None = None) -> None:
    """Choose the judges that the case's materials allow and let them speak."""
    case, allowed = result.case, result.case.verdict.allowable_ratio
    unflawed = laminate_judge(case)
    result.judge = flaw_judge(case, result.influence) if case.flaw else unflawed
    if result.judge is None:
        result.not_judged = "no layer's material has a flexural_strength to compare with"
        return
    if unflawed is not None and case.flaw is not None and case.flaw.sharp:
        result.unflawed = judge_line(unflawed, result.loadings, allowed)
    result.verdict = judge_line(result.judge, result.loadings, allowed)
    if isinstance(result.judge, CrackJudge):
        _solve_if_closed(result, progress, memory)
        result.verdict = close_cracks(result.judge, result.verdict, result.loadings, progress)
    if result.influence is not None:
        refuse_unearned(result.judge, result.verdict)


def _solve_if_closed(result: Result, progress: Progress, memory: dict[str, Influence] | None) -> None:
    """Solve the flaw of a stored influence after all where contact of its faces needs the problem."""
    judge = result.judge
    if result.influence.problem is not None or contact_refusal(result.influence):
        return
    if any(judge.partly_closed(loading.state) for loading in result.loadings):
        result.influence = influence_of(result.case, progress, True, memory)
        result.judge = replace(judge, influence=result.influence)
