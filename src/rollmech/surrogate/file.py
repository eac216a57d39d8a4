"""The file of a surrogate: base case, ranges of its keys, target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollmech import units
from rollmech.case import Case, load_case
from rollmech.case.load import read_toml
from rollmech.errors import InputError
from rollmech.library.domain import ANGLE, ASPECT, CRACK, DEPTH, LENGTH, Domain, Layer, Range
from rollmech.line.plies import layers_of
from rollmech.study.file import Reader

FORMAT = 1
_KEYS = ("format", "title", "case", "target", "most_solves", "held_out", "seed", "range")
_RANGE_KEYS = ("key", "from", "to", "scale")
_DIMENSIONS = {
    DEPTH: "length",
    LENGTH: "length",
    ASPECT: "number",
    ANGLE: "angle",
    "thickness": "length",
    "youngs_modulus": "stress",
    "poisson_ratio": "number",
}
_DEEPEST = 0.9  # of the flawed layer: the front must keep clear of what lies under it
_MOST_CORNERS = 10


@dataclass(frozen=True)
class SurrogateFile:
    """What a file asks for.

    Attributes:
        path: The file.
        title: In words.
        case: The base case's file.
        domain: Ranges over the case's stack.
        target: Relative error of K to reach.
        most_solves: Largest number of cracks, those held out included.
        held_out: Cracks that are never trained on.
        seed: Of the points.
    """

    path: Path
    title: str
    case: Path
    domain: Domain
    target: float
    most_solves: int
    held_out: int
    seed: int


def load_surrogate_file(path: Path, overrides: Sequence[str] = ()) -> SurrogateFile:
    """Read a file and its case.

    Raises:
        InputError: Every fault of the file, or of the case.
    """
    tables = read_toml(path, "a surrogate file (docs/studies.md#surrogates); cases/surrogates/ holds one")
    reader = Reader()
    reader.known("", tables, _KEYS)
    if tables.get("format") != FORMAT:
        reader.fault("format", tables.get("format"), "is not a format that this version reads", str(FORMAT))
    target = _target(tables, reader)
    named = reader.text(tables, "case", None)
    counts = {
        "held_out": reader.count(tables, "held_out", 6, 3, ""),
        "most_solves": reader.count(tables, "most_solves", 60, 12, ""),
        "seed": reader.count(tables, "seed", 0, 0, ""),
    }
    _stop(path, reader)
    case = load_case(path.parent / named, list(overrides))
    layers = layers_of(case, *_flawed(case))
    ranges = _ranges(tables.get("range"), layers, reader)
    _stop(path, reader)
    domain = Domain(ranges, layers)
    _checked(domain, reader)
    _stop(path, reader)
    title = reader.text(tables, "title", path.stem)
    return SurrogateFile(path, title, path.parent / named, domain, target, **counts)


def _stop(path: Path, reader: Reader) -> None:
    if reader.faults:
        raise InputError(str(path), reader.faults)


def _target(tables: Mapping[str, Any], reader: Reader) -> float:
    given = tables.get("target")
    accepted = 'a relative error between 0.2 % and 50 %, e.g. "3 %"'
    try:
        value = units.parse(given, "fraction")
    except units.UnitError as error:
        reader.fault("target", given, error.problem, accepted)
        return 0.05
    if not 0.002 <= value <= 0.5:
        reader.fault("target", given, "is out of bounds: solves are no better, or nothing is asked", accepted)
    return value


def _flawed(case: Case) -> tuple[int, str]:
    """Ply and face of a case's crack, else of its population, else the top."""
    if case.flaw is not None:
        return case.flawed_index, case.flaw.face
    if case.population is not None:
        return [layer.name for layer in case.stack].index(case.population.layer), case.population.face
    return len(case.stack) - 1, "top"


def _ranges(given: Any, layers: tuple[Layer, ...], reader: Reader) -> tuple[Range, ...]:
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        reader.fault("range", None, "holds no ranges", "[[range]] entries with key, from, to")
        return ()
    known = (*CRACK, *dict.fromkeys(key for layer in layers for key in layer.keys.values()))
    found = [_range(entry, number, known, reader) for number, entry in enumerate(given)]
    ranges = tuple(item for item in found if item)
    keys = [item.key for item in ranges]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        reader.fault("range", key, "is given twice", "every key once")
    if DEPTH not in keys or (LENGTH in keys) == (ASPECT in keys):
        accepted = f"{DEPTH}, and one of {ASPECT} (depth over half-length) and {LENGTH}"
        reader.fault("range", ", ".join(keys), "does not span the sizes of a crack", accepted)
    return ranges


def _range(entry: Mapping[str, Any], number: int, known: tuple[str, ...], reader: Reader) -> Range | None:
    key = entry.get("key")
    where = f"range.{key}" if isinstance(key, str) else f"range[{number}]"
    reader.known(where, entry, _RANGE_KEYS)
    if key not in known:
        reader.fault(f"{where}.key", key, "is no input of a surrogate of this case", ", ".join(known), known)
        return None
    dimension = _DIMENSIONS.get(key) or _DIMENSIONS[key.rpartition(".")[2]]
    ends = []
    for end in ("from", "to"):
        try:
            ends.append(units.parse(entry.get(end), dimension))
        except units.UnitError as error:
            accepted = f"{units.DIMENSIONS[dimension].noun}, e.g. {units.DIMENSIONS[dimension].example}"
            reader.fault(f"{where}.{end}", entry.get(end), error.problem, accepted)
    if len(ends) < 2:
        return None
    positive = key not in (ANGLE,) and not key.endswith("poisson_ratio")
    if not ends[0] < ends[1] or (positive and ends[0] <= 0):
        reader.fault(
            where, f"{entry['from']} to {entry['to']}", "is no rising range", "a positive, rising one"
        )
        return None
    log = reader.choice(entry, "scale", ("linear", "log"), f"{where}.") == "log"
    return Range(key, *ends, dimension, log)


def _checked(domain: Domain, reader: Reader) -> None:
    """Ranges that would ask for what is no crack in its layer."""
    ranges, flawed = domain.by_key, domain.layers[0]
    key = flawed.keys["thickness"]
    thinnest = ranges[key].low if key in ranges else flawed.thickness
    if ranges[DEPTH].high > _DEEPEST * thinnest:
        most = units.show(float(f"{_DEEPEST * thinnest:.4g}"), "length")
        accepted = f"up to {most}, nine tenths of the thinnest '{flawed.name}'"
        reader.fault(f"range.{DEPTH}.to", units.show(ranges[DEPTH].high, "length"), "is too deep", accepted)
    if len(ranges) > _MOST_CORNERS:
        reader.fault(
            "range", str(len(ranges)), "are too many keys to learn at this cost", f"up to {_MOST_CORNERS}"
        )
    if ANGLE in ranges and not 0 <= ranges[ANGLE].low < ranges[ANGLE].high <= 1.5707964:
        reader.fault(f"range.{ANGLE}", ranges[ANGLE].text, "lies outside a quarter turn", "0 deg to 90 deg")
    for item in domain.ranges:
        if item.key.endswith("poisson_ratio") and not (item.low >= 0 and item.high <= 0.49):
            reader.fault(f"range.{item.key}", item.text, "is out of bounds for these elements", "0 to 0.49")
