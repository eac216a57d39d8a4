"""The points of a study: designs over its keys, derived keys, points left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from rollmech.errors import Fault, InputError
from rollmech.study.base import Base
from rollmech.study.expressions import ExpressionError
from rollmech.study.file import Design, StudyFile
from rollmech.study.vary import Vary
from rollmech.units import registry

LARGEST = 5_000_000
"""Most points of a study."""


@dataclass(frozen=True)
class Column:
    """One key over all points.

    Attributes:
        keys: Keys that get the value.
        unit: Of the values; "" for plain numbers, None for what is no number.
        values: Shape (n,), floats or objects.
        derived: Whether an expression gives it.
    """

    keys: tuple[str, ...]
    unit: str | None
    values: np.ndarray
    derived: bool = False

    @property
    def name(self) -> str:
        """Key that the column is called by."""
        return self.keys[0]

    @property
    def label(self) -> str:
        """Name with the unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def text(self, row: int) -> Any:
        """The value of a point as a case file would say it."""
        value = self.values[row]
        if self.unit is None:
            return value
        return f"{float(value)!r} {self.unit}" if self.unit else float(value)


@dataclass(frozen=True)
class Points:
    """All points of a study.

    Attributes:
        columns: Varied keys, then derived ones.
        design: Row of the full design that each point is, shape (n,).
        places: The full design in the unit cube, shape (m, varied); None for lists of values.
        planned: Rows of the full design, m.
        skipped: Condition to the number of points that it left out.
    """

    columns: tuple[Column, ...]
    design: np.ndarray
    places: np.ndarray | None
    planned: int
    skipped: dict[str, int]

    def __len__(self) -> int:
        return len(self.design)

    def settings(self, row: int) -> dict[str, Any]:
        """Keys of one point with their TOML values."""
        return {key: column.text(row) for column in self.columns for key in column.keys}


def make_points(study: StudyFile, base: Base) -> Points:
    """Lay out a study.

    Raises:
        InputError: Too many points, or an expression that cannot be evaluated.
    """
    places, levels = _layout(study)
    columns = [Column(item.keys, item.unit, values) for item, values in zip(study.vary, levels, strict=True)]
    size = len(levels[0])
    for key, expression in study.derive.items():
        found = _evaluated(study, f"derive.{key}", expression, base, columns, size)
        columns.append(_derived(key, found, size))
    kept, skipped = np.ones(size, dtype=bool), {}
    for expression in study.skip_if:
        left_out = np.broadcast_to(_evaluated(study, "skip_if", expression, base, columns, size), size)
        if left_out.dtype != bool:
            fault = Fault(
                "skip_if", expression.text, "is no condition", "a comparison, e.g. flaws.depth > 4 um"
            )
            raise InputError(str(study.path), [fault])
        skipped[expression.text] = int((left_out & kept).sum())
        kept &= ~left_out
    if not kept.any():
        raise InputError(
            str(study.path), [Fault("skip_if", "", "leaves no point", "conditions that some points pass")]
        )
    columns = [replace(column, values=column.values[kept]) for column in columns]
    return Points(tuple(columns), np.flatnonzero(kept), places, size, skipped)


def _layout(study: StudyFile) -> tuple[np.ndarray | None, list[np.ndarray]]:
    """The design in the unit cube, if it is one, and the values of every varied key."""
    vary, design = study.vary, study.design
    if design.kind in ("grid", "zip"):
        found = zip(vary, _positions(study), strict=True)
        return None, [_array(item, item.levels)[positions] for item, positions in found]
    places = _DESIGNS[design.kind](vary, design)
    _refuse_too_many(study, len(places))
    if design.kind == "factorial":
        ends = [
            item.at(np.array([0.0, 1.0])) if not item.values else _array(item, item.values) for item in vary
        ]
        middle = [item.at(np.array([0.5]))[0] for item in vary]
        return places, [
            np.where(places[:, i] == 0.5, middle[i], ends[i][(places[:, i] > 0.5).astype(int)])
            for i in range(len(vary))
        ]
    return places, [item.at(places[:, i]) for i, item in enumerate(vary)]


def _positions(study: StudyFile) -> list[np.ndarray]:
    """Position among its levels of every key at each row, entries of one group side by side; a zip is one group."""
    groups: dict[str, list[int]] = {}
    for i, item in enumerate(study.vary):
        name = "" if study.design.kind == "zip" else item.together or f"\0{i}"
        groups.setdefault(name, []).append(i)
    sizes = []
    for name, members in groups.items():
        lengths = [len(study.vary[i].levels) for i in members]
        if len(set(lengths)) > 1:
            counts = ", ".join(f"{study.vary[i].name}: {len(study.vary[i].levels)}" for i in members)
            fault = Fault(
                f"vary.{name.strip(chr(0)) or 'zip'}", counts, "are not equally many", "lists of one length"
            )
            raise InputError(str(study.path), [fault])
        sizes.append(lengths[0])
    _refuse_too_many(study, math.prod(sizes))
    counted = np.indices(sizes).reshape(len(sizes), -1)
    of = {i: row for members, row in zip(groups.values(), counted, strict=True) for i in members}
    return [of[i] for i in range(len(study.vary))]


def _refuse_too_many(study: StudyFile, count: int) -> None:
    if count > LARGEST:
        fault = Fault("design", f"{count} points", "are too many", f"at most {LARGEST}")
        raise InputError(str(study.path), [fault])


def _array(item: Vary, values: Sequence[Any]) -> np.ndarray:
    if item.unit is not None:
        return np.array(values, dtype=float)
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _latin_hypercube(vary: tuple[Vary, ...], design: Design) -> np.ndarray:
    from scipy.stats import qmc

    return qmc.LatinHypercube(len(vary), rng=design.seed).random(design.samples)


def _sobol(vary: tuple[Vary, ...], design: Design) -> np.ndarray:
    from scipy.stats import qmc

    return qmc.Sobol(len(vary), rng=design.seed).random(design.samples)


def _saltelli(vary: tuple[Vary, ...], design: Design) -> np.ndarray:
    from SALib.sample import sobol

    return sobol.sample(problem_of(vary), design.samples, calc_second_order=False, seed=design.seed)


def _morris(vary: tuple[Vary, ...], design: Design) -> np.ndarray:
    from SALib.sample import morris

    return morris.sample(problem_of(vary), design.samples, num_levels=design.levels, seed=design.seed)


def _factorial(vary: tuple[Vary, ...], design: Design) -> np.ndarray:
    """Two levels of every key, the generated ones as products of others (Box, Hunter & Hunter 2005)."""
    names = [item.name for item in vary]
    full = [name for name in names if name not in design.generators]
    signs = np.array(list(product((-1, 1), repeat=len(full))))
    level = {name: signs[:, i] for i, name in enumerate(full)}
    for name, factors in design.generators.items():
        level[name] = np.prod([level[factor] for factor in factors], axis=0)
    places = (np.column_stack([level[name] for name in names]) + 1) / 2
    return np.vstack([places, np.full((1, len(vary)), 0.5)]) if design.centre else places


_DESIGNS: dict[str, Callable[[tuple[Vary, ...], Design], np.ndarray]] = {
    "latin-hypercube": _latin_hypercube,
    "sobol": _sobol,
    "saltelli": _saltelli,
    "morris": _morris,
    "factorial": _factorial,
}


def problem_of(vary: Sequence[Vary]) -> dict[str, Any]:
    """What SALib calls a problem: the unit cube over the varied keys."""
    return {"num_vars": len(vary), "names": [item.name for item in vary], "bounds": [[0.0, 1.0]] * len(vary)}


def _evaluated(study: StudyFile, key: str, expression, base: Base, columns: list[Column], size: int) -> Any:
    try:
        return expression(base.values(expression.names, columns))
    except ExpressionError as error:
        fault = Fault(key, expression.text, str(error), "keys of the case, units that fit")
        raise InputError(str(study.path), [fault]) from None


def _derived(key: str, found: Any, size: int) -> Column:
    ureg = registry()
    quantity = found if hasattr(found, "units") else ureg.Quantity(found, "")
    unit = str(quantity.units) if len(quantity._units) == 1 else ""
    if not unit and quantity.dimensionality:
        quantity = quantity.to_base_units()
        unit = str(quantity.units)
    values = np.broadcast_to(np.asarray(quantity.magnitude, dtype=float), size)
    if size < 1e5:
        values = np.array([float(f"{value:.12g}") for value in values])
    return Column((key,), short_unit(unit), values, derived=True)


def short_unit(unit: str) -> str:
    """Symbols instead of names: um for micrometer."""
    if unit in ("", "dimensionless"):
        return ""
    return (
        f"{registry().parse_units(unit):~}".replace(" ", "")
        .replace("**", "^")
        .replace("µ", "u")
        .replace("μ", "u")
    )
