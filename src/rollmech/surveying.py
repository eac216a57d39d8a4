"""From a height map on file to the folder of its survey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rollmech.errors import Fault, InputError, nearest
from rollmech.post.numbers import plain_number
from rollmech.results.folder import staged
from rollmech.results.log import RunLog
from rollmech.topography.level import METHODS
from rollmech.topography.measure import MeasuredFlaw
from rollmech.topography.output import SUMMARY, TABLE, write_summary, write_table
from rollmech.topography.read import read_map
from rollmech.topography.snippet import flaw_entry
from rollmech.topography.survey import Survey, survey
from rollmech.topography.wall import wall_of, write_wall
from rollmech.units import UnitError, parse, show

ENTRY = "flaw.toml"


@dataclass(frozen=True)
class Options:
    """What the command takes beside the file; texts as the user wrote them.

    Attributes:
        pixel: Pixel size with its unit.
        unit: Unit of the heights.
        xy_unit: Unit of a header's distances.
        level: Levelling.
        web: Web direction against the rows of the map.
        threshold: Shallowest depth that counts.
        layer: Layer of the case that the flaw is in.
        face: Its free face.
        flaw: Number of the flaw to write as a case's entry; None for the deepest.
        pictures: Whether to draw.
    """

    pixel: str | None = None
    unit: str | None = None
    xy_unit: str | None = None
    level: str = "plane"
    web: str = "0 deg"
    threshold: str | None = None
    layer: str = "ceramic"
    face: str = "top"
    flaw: int | None = None
    pictures: bool = True


def survey_file(
    path: Path, options: Options, out: Path, progress: Callable[[str], None] = lambda text: None
) -> Survey:
    """Survey a map and write table, summary, pictures and the entry of one flaw; all of it or nothing.

    Raises:
        InputError: Faults of the map or of the options.
    """
    threshold, web = _checked(options)
    log = RunLog(f"map: {path}", [], progress)
    log.stage("reading the map")
    surface = read_map(path, options.pixel, options.unit, options.xy_unit)
    log.stage("finding flaws")
    found = survey(surface, options.level, threshold, web)
    chosen = _chosen(found, options.flaw)
    with staged(out, SUMMARY) as folder:
        log.stage("writing tables")
        write_table(folder / TABLE, found)
        write_summary(folder / SUMMARY, found, path.name)
        if chosen is not None:
            (folder / ENTRY).write_text(_entry(chosen, found, path, options, folder), encoding="utf-8")
        if options.pictures:
            log.stage("drawing")
            _draw(found, path.name, folder)
        log.write(folder, f"{len(found.flaws)} flaws")
    return found


def _checked(options: Options) -> tuple[float | None, float]:
    """Threshold (m) and web direction (rad)."""
    faults: list[Fault] = []

    def value(key: str, text: str, dimension: str) -> float:
        try:
            return parse(text, dimension)
        except UnitError as error:
            faults.append(Fault(key, f'"{text}"', error.problem, error.accepted))
            return 1.0

    threshold = None if options.threshold is None else value("--threshold", options.threshold, "length")
    web = value("--web", options.web, "angle")
    if threshold is not None and threshold <= 0:
        faults.append(
            Fault("--threshold", f'"{options.threshold}"', "is not above zero", "a depth below the face")
        )
    for key, text, known in (
        ("--level", options.level, tuple(METHODS)),
        ("--face", options.face, ("top", "bottom")),
    ):
        if text not in known:
            faults.append(Fault(key, f'"{text}"', "is not known", ", ".join(known), nearest(text, known)))
    if faults:
        raise InputError("surface", faults)
    return threshold, web


def _chosen(found: Survey, number: int | None) -> MeasuredFlaw | None:
    if number is None:
        return found.flaws[0] if found.flaws else None
    if not 1 <= number <= len(found.flaws):
        accepted = (
            f"a number from 1 to {len(found.flaws)}" if found.flaws else "a map with flaws: none was found"
        )
        raise InputError("surface", [Fault("--flaw", str(number), "is no flaw of this map", accepted)])
    return found.flaws[number - 1]


def _entry(flaw: MeasuredFlaw, found: Survey, path: Path, options: Options, folder: Path) -> str:
    """The case entry; of a scratch its measured wall is written as well."""
    wall = wall_of(flaw.section, flaw.fit.centre, flaw.width) if flaw.section and flaw.fit else None
    name = f"section_{flaw.number}.csv" if wall is not None else None
    if wall is not None:
        write_wall(folder / name, wall)
    return flaw_entry(flaw, path.name, options.layer, options.face, name)


def _draw(found: Survey, source: str, folder: Path) -> None:
    from rollmech.post.topography import DEPTHS, MAP, depth_distribution, height_map

    height_map(found, source, folder / MAP)
    depth_distribution(found, source, folder / DEPTHS)


def words(found: Survey) -> list[str]:
    """The survey in a few lines for the terminal."""
    surface, limits = found.surface, found.limits
    lines = [
        f"inspected {surface.area * 1e6:.4g} mm2, pixel {surface.pixel[0] * 1e6:.4g} um, "
        f"{surface.missing} pixels missing, {surface.spikes} spikes taken out",
        f"pixel noise {limits.noise * 1e9:.3g} nm, background {limits.background * 1e9:.3g} nm; "
        f"counted from {limits.depth * 1e9:.3g} nm depth and {limits.area * 1e12:.3g} um2",
    ]
    for name, item in found.densities.items():
        low, value, high = (item[key] / 1e6 for key in ("low", "value", "high"))
        lines.append(
            f"{name}: {item['count']}, {plain_number(value, 4)} per mm2 "
            f"(95 %: {plain_number(low, 4)} to {plain_number(high, 4)})"
        )
    lines += [_law_words(found)] if found.laws else ["depth law: fewer than 10 whole pits, none fitted"]
    lines += [_flaw_words(flaw) for flaw in found.flaws[:1]]
    return lines


def _law_words(found: Survey) -> str:
    law, parts = found.laws[0], []
    for key, value in law.parameters.items():
        is_length = key in ("median", "scale", "mean")
        texts = [
            show(float(f"{v:.3g}"), "length") if is_length else f"{v:.3g}"
            for v in (value, *law.intervals[key])
        ]
        parts.append(f"{key} {texts[0]} (95 %: {texts[1]} to {texts[2]})")
    return f"depth law: {law.name}, {', '.join(parts)}"


def _flaw_words(flaw: MeasuredFlaw) -> str:
    bound = "" if flaw.root_resolved else " or less"
    edge = ", cut off by the map's edge" if flaw.touches_edge else ""
    return (
        f"deepest: {flaw.kind}, {flaw.depth * 1e6:.4g} um deep, {flaw.width * 1e6:.4g} um wide, "
        f"{flaw.length * 1e6:.4g} um long at {np.degrees(flaw.angle):.0f} deg to the web, "
        f"root radius {flaw.root_radius * 1e6:.3g} um{bound}{edge}"
    )


def as_json(out: Path) -> dict[str, Any]:
    """The summary that was written to a folder."""
    import json

    return json.loads((out / SUMMARY).read_text(encoding="utf-8"))
