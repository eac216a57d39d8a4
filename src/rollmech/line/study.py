"""Everything that a case asks of its line besides the verdict, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rollmech.case import Case
from rollmech.line.growing import Grown, crack_angle, grow, growth_record
from rollmech.line.history import CAUSES, Stop, nips_of, stops_of, warnings_of
from rollmech.line.levels import life_levels
from rollmech.line.plies import library_of
from rollmech.line.response import Response
from rollmech.line.scatter import Scattered, aspect_warnings, population_library, scatter, scatter_record
from rollmech.line.strength import strength_record
from rollmech.web import Laminate
from rollmech.web.state import FACES

Progress = Callable[[str], None]
_MPA = 1e6


@dataclass
class LineStudy:
    """What the line does.

    Attributes:
        stops: Of the flawed ply, or of the bottom one without a flaw.
        ply, face: What they are of.
        grown: The flaw's growth.
        scattered: The population.
        strength: Record of failure by measured strength.
        record: The section ``line`` of ``results.json``.
        warnings: In words.
    """

    stops: list[Stop]
    ply: int
    face: str
    grown: Grown | None = None
    scattered: Scattered | None = None
    strength: dict[str, Any] | None = None
    record: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def has_line(case: Case) -> bool:
    """Whether the case asks for more than stations."""
    asked = (case.storage, case.growth, case.strength, case.population)
    histories = any(r.span or r.misalignment or r.tension_ripple or r.driven or r.nip for r in case.rollers)
    return bool(case.rollers) and (histories or any(item is not None for item in asked))


def study_line(case: Case, laminate: Laminate, progress: Progress = lambda text: None) -> LineStudy | None:
    """Carry out what a case asks of its line; None if it asks nothing.

    Raises:
        NumericsError: A library could not be solved, or growth not be resolved.
    """
    if not has_line(case):
        return None
    ply, face = (case.flawed_index, case.flaw.face) if case.flaw else (0, "top")
    stops = stops_of(case, Response(laminate, ply, face))
    found = LineStudy(stops, ply, face, warnings=warnings_of(case, stops))
    found.record = {"stations": [_station(case, laminate, ply, stop) for stop in stops]}
    if case.growth is not None:
        kept = library_of(case, ply, face, progress, crack_angle(case))
        progress("growing the flaw along the line")
        found.grown = grow(case, stops, kept)
        found.record["growth"] = growth_record(found.grown)
        if case.growth.load_levels:
            progress("lives over the level of load")
            found.record["growth"]["load_levels"] = life_levels(case, stops, kept)
        found.warnings += _growth_warnings(found.grown)
    if case.strength is not None:
        layer = _ply_of(case, case.strength.layer)
        poisson = case.material_of(case.strength.layer).value("poisson_ratio")
        found.strength = strength_record(case, stops_of(case, Response(laminate, layer, "top")), poisson)
        found.record["strength"] = found.strength
    if case.population is not None:
        _scatter(case, laminate, found, progress)
    found.record["warnings"] = found.warnings
    return found


def _scatter(case: Case, laminate: Laminate, found: LineStudy, progress: Progress) -> None:
    table = case.population
    layer = _ply_of(case, table.layer)
    kept = population_library(case, progress)
    progress("taking the flaw population through the line")
    stops = stops_of(case, Response(laminate, layer, table.face))
    found.scattered = scatter(case, stops, kept)
    found.warnings += aspect_warnings(found.scattered)
    found.record["population"] = scatter_record(found.scattered, stops, table, case.web.width)


def _ply_of(case: Case, name: str) -> int:
    return [layer.name for layer in case.stack].index(name)


def _growth_warnings(grown: Grown) -> list[str]:
    found = [
        f"the flaw grows until it is {end.outcome}: {where} at '{end.station}', depth {1e6 * end.sizes[0]:.3g} um"
        for where, end in ((f"pass {grown.coupled.passes + 1}", grown.coupled), ("storage", grown.core))
        if end is not None and end.outcome != "survived"
    ]
    found += [f"growth rests on a placeholder: {item}" for item in grown.placeholders]
    if grown.clipped:
        low, high = grown.kept.table.grid.aspect
        found.append(
            f"the growing flaw leaves depth over half-length from {low:g} to {high:g}, for which K is known; "
            "beyond them K of the nearest shape is used"
        )
    return found


def _station(case: Case, laminate: Laminate, ply: int, stop: Stop) -> dict[str, Any]:
    """Stresses of one stop at both faces of the ply and at both slit edges, by cause, in MPa."""
    flawed = {cause: float(stop.parts[cause][0] + stop.parts[cause][1]) / _MPA for cause in CAUSES}
    upper, lower = stop.total[0] + stop.total[1], stop.total[0] - stop.total[1]
    face = case.flaw.face if case.flaw else "top"
    faces = dict(zip((face, FACES[1 - FACES.index(face)]), (upper, lower), strict=True))
    edges = [max(m[0] + m[1], m[0] - m[1]) for m in (stop.across(-1.0), stop.across(1.0))]
    return {
        "name": stop.name,
        "kind": stop.kind,
        "tension": stop.tension,
        "slack_edge": stop.slack,
        "time": stop.duration,
        "face_stress": {name: float(value) / _MPA for name, value in faces.items()},
        "edge_stress": [float(np.real(edge)) / _MPA for edge in edges],
        "causes": flawed,
        "unit": "MPa",
        "nip": _nip(case, stop),
    }


def _nip(case: Case, stop: Stop) -> dict[str, Any] | None:
    """Pressure in the nip of a roller, which opens no crack that is normal to the face."""
    contact = nips_of(case).get(stop.name) if stop.kind == "roller" else None
    if contact is None:
        return None
    time = 2 * contact.half_width / case.web.speed if case.web.speed else None
    return {
        "peak_pressure": contact.peak / _MPA,
        "mean_pressure": contact.mean / _MPA,
        "half_width": 1e6 * contact.half_width,
        "time": time,
        "units": {"pressure": "MPa", "half_width": "um", "time": "s"},
    }
