"""The study file: what is varied, how it is combined, what is asked of the results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rollmech.case.load import read_toml
from rollmech.errors import Fault, InputError, nearest
from rollmech.study.expressions import ACCEPTED, Expression, ExpressionError, parse
from rollmech.study.vary import Vary, read_vary
from rollmech.units import UnitError, accepted
from rollmech.units import parse as parse_value

FORMAT = 1
DESIGNS = {
    "grid": (),
    "zip": (),
    "factorial": ("generators", "centre"),
    "latin-hypercube": ("samples", "seed"),
    "sobol": ("samples", "seed"),
    "saltelli": ("samples", "seed"),
    "morris": ("samples", "seed", "levels"),
}
"""Kinds of design and the keys that each reads besides ``kind``."""
METHODS = ("auto", "rbd-fast", "delta")
_KEYS = {
    "study": (
        "format",
        "title",
        "case",
        "set",
        "vary",
        "design",
        "derive",
        "skip_if",
        "sensitivity",
        "best",
        "execution",
        "slurm",
        "surrogate",
    ),
    "sensitivity": ("of", "method"),
    "best": ("minimize", "maximize", "subject_to", "count"),
    "execution": ("time_per_point",),
}
_EXPRESSION = f"an expression of {ACCEPTED}"


@dataclass(frozen=True)
class Design:
    """How the values are combined.

    Attributes:
        kind: Key of ``DESIGNS``.
        samples: Points of a sampled design; base samples of saltelli, trajectories of morris.
        seed: Of its random numbers.
        levels: Of morris.
        generators: Of a fractional factorial: key to the keys whose product its level is.
        centre: Whether a factorial gets its centre point.
    """

    kind: str = "grid"
    samples: int = 64
    seed: int = 0
    levels: int = 4
    generators: dict[str, tuple[str, ...]] = field(default_factory=dict)
    centre: bool = False


@dataclass(frozen=True)
class Best:
    """What counts as best: an output or an expression, the smallest or the largest, under constraints."""

    of: Expression
    largest: bool
    subject_to: tuple[Expression, ...]
    count: int


@dataclass(frozen=True)
class StudyFile:
    """A study as its file says it.

    Attributes:
        path: The file.
        title: In words.
        case: The base case's file.
        settings: Keys set for all points, with their TOML values.
        vary: What is varied.
        design: How it is combined.
        derive: Keys given by an expression of others.
        skip_if: Conditions on which a point is left out.
        outputs: Outputs whose sensitivity and charts are wanted; empty for those of the verdict.
        method: How sensitivity is found from a design that does not say so itself.
        best: What counts as best, or None.
        time_per_point: Seconds that a point may take, or None.
        slurm: Settings handed to SLURM.
        tables: The file's content.
        surrogate: Surrogate that gives K of the case's crack instead of solves, or None.
    """

    path: Path
    title: str
    case: Path
    settings: dict[str, Any]
    vary: tuple[Vary, ...]
    design: Design
    derive: dict[str, Expression]
    skip_if: tuple[Expression, ...]
    outputs: tuple[str, ...]
    method: str
    best: Best | None
    time_per_point: float | None
    slurm: dict[str, Any]
    tables: dict[str, Any]
    surrogate: Path | None = None


def load_study(path: str | Path) -> StudyFile:
    """Read a study file.

    Raises:
        InputError: Every fault of the file.
    """
    tables = read_toml(path, "a study file (docs/studies.md); cases/studies/ holds some to start from")
    if "stack" in tables and "vary" not in tables:
        fault = Fault(
            "file", str(path), "is a case, not a study", "a study file; `rollmech run` solves a case"
        )
        raise InputError(str(path), [fault])
    reader = Reader()
    study = _read(Path(path), tables, reader)
    if reader.faults:
        raise InputError(str(path), reader.faults)
    return study


class Reader:
    """Takes values out of tables and collects what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, key: str, value: Any, problem: str, accepted: str, known: tuple[str, ...] = ()) -> None:
        """Note a fault."""
        text = "" if value is None else f'"{value}"' if isinstance(value, str) else str(value)[:60]
        self.faults.append(Fault(key, text, problem, accepted, nearest(str(value), known) if known else ""))

    def known(self, where: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        """Refuse keys that are not among those given."""
        for key in table:
            if key not in keys:
                path = f"{where}.{key}" if where else key
                fault = Fault(path, "", "unknown key", ", ".join(keys), nearest(key, keys))
                self.faults.append(fault)

    def table(self, tables: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A table; empty where there is none."""
        found = tables.get(key, {})
        if not isinstance(found, dict):
            self.fault(key, found, "is not a table", f"a [{key}] table")
            return {}
        return found

    def text(self, table: Mapping[str, Any], key: str, default: str | None, where: str = "") -> str:
        """A text that is not empty; ``default`` where it is missing, if there is one."""
        value = table.get(key, default)
        if not isinstance(value, str) or not value.strip():
            problem = "is missing" if value is None else "is not a text"
            self.fault(where + key, value, problem, "a text in quotes")
            return default or ""
        return value

    def choice(self, table: Mapping[str, Any], key: str, known: tuple[str, ...], where: str) -> str:
        """One of several texts, the first by default."""
        value = table.get(key, known[0])
        if value not in known:
            self.fault(where + key, value, "is not one of the choices", ", ".join(known), known)
            return known[0]
        return value

    def count(self, table: Mapping[str, Any], key: str, default: int, least: int, where: str) -> int:
        """A whole number of at least ``least``."""
        value = table.get(key, default)
        if type(value) is not int or value < least:
            self.fault(where + key, value, "is not such a number", f"a whole number, at least {least}")
            return default
        return value

    def expression(self, key: str, value: Any) -> Expression | None:
        """An expression; None, with a fault, if it is none."""
        if not isinstance(value, str):
            self.fault(key, value, "is not a text", _EXPRESSION)
            return None
        try:
            return parse(value)
        except ExpressionError as error:
            self.fault(key, value, str(error), _EXPRESSION)
            return None

    def expressions(self, table: Mapping[str, Any], key: str, where: str = "") -> tuple[Expression, ...]:
        """A list of expressions, or one alone."""
        given = table.get(key, [])
        given = [given] if isinstance(given, str) else given
        if not isinstance(given, list):
            self.fault(where + key, given, "is no list", "a list of texts")
            return ()
        found = [self.expression(f"{where}{key}[{i}]", item) for i, item in enumerate(given)]
        return tuple(item for item in found if item)


def _read(path: Path, tables: dict[str, Any], reader: Reader) -> StudyFile:
    reader.known("", tables, _KEYS["study"])
    if tables.get("format") != FORMAT:
        reader.fault("format", tables.get("format"), "is not a format that this version reads", str(FORMAT))
    vary = read_vary(tables.get("vary"), reader)
    sensitivity = reader.table(tables, "sensitivity")
    reader.known("sensitivity", sensitivity, _KEYS["sensitivity"])
    outputs = sensitivity.get("of", [])
    outputs = [outputs] if isinstance(outputs, str) else outputs
    if not isinstance(outputs, list) or not all(isinstance(name, str) for name in outputs):
        reader.fault(
            "sensitivity.of", outputs, "is no list of outputs", 'a list, e.g. ["K_ratio", "radius_min"]'
        )
        outputs = []
    derived = {
        key: reader.expression(f"derive.{key}", text) for key, text in reader.table(tables, "derive").items()
    }
    design = _design(reader.table(tables, "design"), vary, reader)
    case = reader.text(tables, "case", None)
    return StudyFile(
        path=path,
        title=reader.text(tables, "title", path.stem),
        case=path.parent / case,
        settings=reader.table(tables, "set"),
        vary=vary,
        design=design,
        derive={key: item for key, item in derived.items() if item},
        skip_if=reader.expressions(tables, "skip_if"),
        outputs=tuple(outputs),
        method=reader.choice(sensitivity, "method", METHODS, "sensitivity."),
        best=_best(reader.table(tables, "best"), reader),
        time_per_point=_time_per_point(reader.table(tables, "execution"), reader),
        slurm=reader.table(tables, "slurm"),
        tables=tables,
        surrogate=path.parent / reader.text(tables, "surrogate", None) if "surrogate" in tables else None,
    )


def _design(table: dict[str, Any], vary: tuple[Vary, ...], reader: Reader) -> Design:
    kind = reader.choice(table, "kind", tuple(DESIGNS), "design.")
    reader.known("design", table, ("kind", *DESIGNS[kind]))
    centre = table.get("centre", False)
    if not isinstance(centre, bool):
        reader.fault("design.centre", centre, "is not a boolean", "true, false")
    design = Design(
        kind,
        reader.count(table, "samples", 64, 2, "design."),
        reader.count(table, "seed", 0, 0, "design."),
        reader.count(table, "levels", 4, 2, "design."),
        _generators(table, vary, reader),
        centre is True,
    )
    for item in vary:
        item.check(kind, reader)
    if kind in ("saltelli", "sobol") and design.samples & (design.samples - 1):
        reader.fault("design.samples", design.samples, "is no power of two", "64, 128, 256, ...")
    return design


def _generators(table: dict[str, Any], vary: tuple[Vary, ...], reader: Reader) -> dict[str, tuple[str, ...]]:
    """Of a fractional factorial; every key must be varied, and products be of keys that are not products."""
    given = table.get("generators", {})
    names = tuple(item.name for item in vary)
    accepted = (
        "a table of KEY = [KEYS], the level of the first being the product of the others', which are full"
    )
    if not isinstance(given, dict) or not all(isinstance(keys, list) for keys in given.values()):
        reader.fault("design.generators", str(given), "is no such table", accepted)
        return {}
    for key, keys in given.items():
        for name in (key, *keys):
            if name not in names:
                reader.fault("design.generators", name, "is not varied", ", ".join(names), names)
        if len(keys) < 2 or set(keys) & set(given):
            reader.fault(f"design.generators.{key}", str(keys), "is no product of full keys", accepted)
    return {key: tuple(keys) for key, keys in given.items()}


def _time_per_point(table: dict[str, Any], reader: Reader) -> float | None:
    reader.known("execution", table, _KEYS["execution"])
    given = table.get("time_per_point")
    if given is None:
        return None
    try:
        seconds = parse_value(given, "time")
    except UnitError as error:
        reader.fault("execution.time_per_point", given, error.problem, error.accepted)
        return None
    if seconds <= 0:
        reader.fault("execution.time_per_point", given, "is not positive", accepted("time"))
    return seconds


def _best(table: dict[str, Any], reader: Reader) -> Best | None:
    if not table:
        return None
    reader.known("best", table, _KEYS["best"])
    asked = [key for key in ("minimize", "maximize") if key in table]
    if len(asked) != 1:
        reader.fault(
            "best",
            None,
            "asks for none or both of minimize and maximize",
            'one of them, e.g. minimize = "K_ratio"',
        )
        return None
    of = reader.expression(f"best.{asked[0]}", table[asked[0]])
    subject_to = reader.expressions(table, "subject_to", "best.")
    count = reader.count(table, "count", 5, 1, "best.")
    return Best(of, asked[0] == "maximize", subject_to, count) if of else None
