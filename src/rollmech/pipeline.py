"""The walk of one case: web -> patch -> influence -> verdict -> run folder."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from rollmech.case import Case, load_case
from rollmech.case.checks import needed_resistance
from rollmech.case.schema import Layer
from rollmech.closing import close_cracks
from rollmech.errors import Fault, InputError
from rollmech.flaws.bridge import Bridge
from rollmech.flaws.from_case import UM, flaw_geometry
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.line.study import LineStudy, study_line
from rollmech.loading import loadings_of, make_laminate, material_warnings, profile_of
from rollmech.materials import graded
from rollmech.mesh.merging import merge_thin
from rollmech.mesh.own import read_own
from rollmech.mesh.ownbuild import own_levels, own_patch
from rollmech.mesh.patch import Fill, Patch, PatchPly, make_patch
from rollmech.ranks import is_root, on_root
from rollmech.refusals import refuse_unsolvable
from rollmech.results.folder import RESULTS, staged, write_json
from rollmech.results.record import quantities, record
from rollmech.results.tables import write_bridge, write_front, write_stations
from rollmech.results.treated import assumed_sizes, assumed_weakness, treatment_warnings
from rollmech.risk.assumptions import Check, assumption_checks, refuse_unearned
from rollmech.risk.judge import CrackJudge, Judge, LaminateJudge, NotchJudge
from rollmech.risk.verdict import Loading, Verdict, judge_line
from rollmech.web import Laminate, StressProfile

Progress = Callable[[str], None]

_MPA = 1e6


@dataclass
class Result:
    """What a case gave: plain numbers by name, and the parts they came from.

    Attributes:
        case: The resolved case.
        laminate: Its stack, bottom to top.
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

    @property
    def flawed_ply(self) -> int | None:
        """Index from the bottom of the ply at the flawed face."""
        return self.case.flawed_index

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
        stress = self.loadings[station].state.face_stress(self.flawed_ply, self.case.flaw.face)
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
    web = [(layer.name, "flexural_strength") for layer in case.stack] if case.flaw.sharp else []
    return [*pairs, *own, *web]


def run(case: Case | str | Path, progress: Progress = lambda text: None) -> Result:
    """Solve a case and judge it, without writing anything.

    Args:
        case: A case, or the path of a case file.
        progress: Called with a line of text before each stage.

    Raises:
        InputError: The case is wrong.
        NumericsError: No number was earned; says why.
    """
    source = "case"
    if not isinstance(case, Case):
        source, case = str(case), load_case(case)
    start = time.perf_counter()
    laminate = make_laminate(case, source)
    warnings = treatment_warnings(case) + material_warnings(case)
    result = Result(case, laminate, loadings_of(case, laminate), warnings=warnings, source=source)
    result.timings["web"] = time.perf_counter() - start
    if case.flaw is not None:
        result.influence = _solved(case, progress)
        result.timings |= result.influence.timings
    progress("judging")
    start = time.perf_counter()
    _judge(result, progress)
    result.assumptions = assumption_checks(result)
    result.warnings += [check.text for check in result.assumptions if check.fails]
    result.timings["verdict"] = time.perf_counter() - start
    start = time.perf_counter()
    result.line = study_line(case, laminate, progress)
    if result.line is not None:
        result.warnings += result.line.warnings
        result.timings["line"] = time.perf_counter() - start
    return result


def run_case_file(path: Path, overrides: list[str], out: Path, pictures: bool, quiet: bool) -> Result:
    """Run a case file and write its run folder; used by the command line. On several ranks rank 0 writes and speaks.

    Args:
        path: Case file.
        overrides: ``key=value`` texts.
        out: Run folder to write; an earlier run there is replaced.
        pictures: Whether to draw (the case may also say no).
        quiet: No progress and no summary.
    """
    from rollmech.post.terminal import Terminal

    case = load_case(path, overrides)
    terminal = Terminal(quiet or not is_root())
    started = time.perf_counter()
    with staged(out) as folder, terminal:
        result = run(case, terminal.stage)
        result.source, result.overrides = str(path), list(overrides)
        drawn = pictures and case.output.pictures
        _write(result, folder, drawn, terminal.stage)
        result.timings["total"] = time.perf_counter() - started
        on_root(lambda: _seal(result, folder, drawn))
    if is_root() and not quiet:
        terminal.summary(result.record, out)
    return result


def _write(result: Result, folder: Path, pictures: bool, progress: Progress) -> None:
    """Everything but ``results.json``, which comes last and seals the folder."""
    progress("writing tables and fields")
    start = time.perf_counter()
    grid = _governing_fields(result)
    on_root(lambda: _write_parts(result, folder, grid))
    result.timings["write"] = time.perf_counter() - start
    if pictures:
        progress("drawing")
        start = time.perf_counter()
        on_root(lambda: _draw(result, folder))
        result.timings["pictures"] = time.perf_counter() - start


def _solved(case: Case, progress: Progress) -> Influence:
    """The flaw's influence on rollmech's own meshes, or on the one that the case names."""
    patch = patch_of(case)
    if case.mesh is None:
        patch = merge_thin(patch, case.accuracy.target)
        refuse_unsolvable(case, patch)
        seconds = case.limits.meshing_time
        return solve_influence(patch, case.accuracy.target, progress, meshing_time=seconds)
    own = read_own(case)
    patch = own_patch(patch, own)
    return solve_influence(patch, case.accuracy.target, progress, own_levels(patch, own))


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
    if grid is not None:
        from rollmech.results.fields import write_fields

        write_front(folder / "front.csv", result)
        write_bridge(folder / "bridge.csv", result)
        (folder / "fields").mkdir()
        write_fields(folder / "fields", grid)
    write_json(folder / RESULTS, record(result))


def _draw(result: Result, folder: Path) -> None:
    from rollmech.post.reporting import draw_all

    result.warnings += draw_all(folder)


def _seal(result: Result, folder: Path, report: bool) -> None:
    """``results.json`` with its last words, and the report that quotes them."""
    write_json(folder / RESULTS, record(result))
    if report:
        from rollmech.post.reporting import report as write_report

        result.warnings += (problems := write_report(folder))
        if problems:
            write_json(folder / RESULTS, record(result))


def patch_of(case: Case) -> Patch:
    """The patch around the case's flaw, flawed face up."""
    plies = [_patch_ply(case, layer) for layer in case.inwards]
    ends = [None if end is None else end * UM for end in (case.patch.half_length, case.patch.half_width)]
    angle = getattr(case.flaw, "angle", math.pi / 2)
    profile = _patch_profile(profile_of(case.stack[case.flawed_index]), case.flaw.face)
    fill = _fill(case) if case.flaw.filler else None
    patch = make_patch(tuple(plies), flaw_geometry(case), *ends, angle, profile, fill, _bridge(case))
    patch = replace(patch, cover=tuple(_patch_ply(case, layer) for layer in case.covers))
    for layer in case.inwards[1 : patch.cut]:
        if layer.residual_profile is not None:
            problem = "is of a layer that the flaw cuts under its own: K of it is not solved"
            accepted = "a uniform residual_stress there"
            raise InputError("case", [Fault(f"stack.{layer.name}.residual_profile", "", problem, accepted)])
    return patch


def _patch_ply(case: Case, layer: Layer) -> PatchPly:
    material = case.material_of(layer.name)
    modulus = material.value("youngs_modulus") / _MPA
    return PatchPly(layer.thickness * UM, modulus, material.value("poisson_ratio"))


def _fill(case: Case) -> Fill:
    """What fills the case's flaw, in patch units."""
    given = case.flaw.filler
    material = case.materials[given.material].material(given.material)
    enclosed = case.flaw.kind == "particle"
    residual = any(layer.residual_stress or layer.residual_profile for layer in case.stack)
    cte = material.get("cte")
    return Fill(
        material.value("youngs_modulus") / _MPA,
        material.value("poisson_ratio"),
        given.fraction,
        residual and not enclosed,
        cte.value if cte else 0.0,
        given.misfit,
        enclosed,
    )


def _bridge(case: Case) -> Bridge | None:
    """What bridges the case's flaw, in patch units; fewer hats towards a front in space, linear along it."""
    given = case.flaw.bridging
    if given is None:
        return None
    hats = (12, 1) if case.flaw.kind == "scratch" else (6, 2)
    strength = None if given.strength is None else given.strength / _MPA
    opening = None if given.opening is None else given.opening * UM
    stiffness = None if given.stiffness is None else given.stiffness / _MPA / UM
    return Bridge(strength, opening, stiffness, given.fraction, *hats)


def _patch_profile(profile: StressProfile | None, face: str) -> tuple[tuple[float, float], ...]:
    """Residual stress of the flawed ply over its largest value, by depth in um."""
    if profile is None:
        return ()
    depth, stress = profile.below(face)
    return tuple((float(d), float(s)) for d, s in zip(depth * UM, stress, strict=True))


def pressure_of(case: Case) -> float:
    """Pressure (Pa) of the gas in a case's flaw; 0 without any."""
    return getattr(case.flaw, "pressure", None) or 0.0


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
        result.influence = _solved(case, progress)
    result.loadings = loadings_of(case, result.laminate)
    _judge(result, progress)
    return result.judge


def _judge(result: Result, progress: Progress) -> None:
    """Choose the judges that the case's materials allow and let them speak."""
    case = result.case
    allowed = case.verdict.allowable_ratio
    strengths = {
        i: case.material_of(layer.name).value("flexural_strength")
        for i, layer in enumerate(case.stack)
        if case.material_of(layer.name).get("flexural_strength")
    }
    unflawed = LaminateJudge(strengths) if strengths else None
    if case.flaw is None:
        if unflawed is None:
            result.not_judged = "no layer's material has a flexural_strength to compare with"
            return
        result.judge = unflawed
    else:
        place = (result.influence, result.flawed_ply, case.flaw.face)
        given = (resistance_of(case, result.influence), pressure_of(case))
        if case.flaw.sharp:
            result.judge = CrackJudge(*place, *given, getattr(case.flaw, "mode_sensitivity", 0.0))
        else:
            result.judge = NotchJudge(*place, *given)
        if unflawed is not None and case.flaw.sharp:
            result.unflawed = judge_line(unflawed, result.laminate, result.loadings, allowed)
    result.verdict = judge_line(result.judge, result.laminate, result.loadings, allowed)
    if isinstance(result.judge, CrackJudge):
        result.verdict = close_cracks(result.judge, result.verdict, result.loadings, progress)
    if result.influence is not None:
        refuse_unearned(result.judge, result.verdict)
