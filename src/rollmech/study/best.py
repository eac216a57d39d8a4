"""The best points of a study under constraints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.errors import Fault, InputError, nearest
from rollmech.study.collect import ERROR, split_label
from rollmech.study.expressions import Expression, ExpressionError
from rollmech.study.file import Best as Asked
from rollmech.study.file import StudyFile
from rollmech.study.space import Points, short_unit
from rollmech.units import canonical_unit, registry

if TYPE_CHECKING:
    import pandas as pd

NEAR = "within_error_of"
"""Column of the constraints that the numerical error of an output leaves open."""


@dataclass(frozen=True)
class Best:
    """The best points.

    Attributes:
        table: Their rows, the best first; None if the study asks for none.
        of: What counted, in words.
        allowed: Points that meet the constraints.
        objective: Column of what counted; its numerical error stands in the column after it.
        unit: Of both.
        reads: Names that the objective and the constraints read.
    """

    table: pd.DataFrame | None
    of: str = ""
    allowed: int = 0
    objective: str = ""
    unit: str = ""
    reads: tuple[str, ...] = ()

    def record(self) -> dict[str, Any] | None:
        """As plain data."""
        if self.table is None:
            return None
        return {
            "of": self.of,
            "points_allowed": self.allowed,
            "points": self.table["point"].tolist(),
            "objective": self.objective,
            "unit": self.unit,
            "reads": list(self.reads),
            "values": self.table[self.objective].tolist(),
            "errors": self.table[self.objective + ERROR].tolist(),
            "within_error_of": self.table[NEAR].tolist(),
        }


def best_points(study: StudyFile, points: Points, table: pd.DataFrame) -> Best:
    """Points with the smallest or largest value of what the study asks for; failed and refused points never count.

    Raises:
        InputError: An expression reads what the table does not have.
    """
    asked = study.best
    if asked is None:
        return Best(None)
    done = table[table["status"] == "done"]
    values = _quantities(points, done)
    size = _spread_out(_evaluated(study, asked.of, values), len(done)).astype(float)
    fits = np.isfinite(size)
    for constraint in asked.subject_to:
        fits &= _spread_out(_evaluated(study, constraint, values), len(done)).astype(bool)
    found = done[fits].assign(**{asked.of.text: size[fits]})
    found = found.sort_values(asked.of.text, ascending=not asked.largest, kind="stable").head(asked.count)
    found = _with_doubts(study, asked, points, found)
    words = f"{'largest' if asked.largest else 'smallest'} {asked.of.text}"
    if asked.subject_to:
        words += " with " + " and ".join(item.text for item in asked.subject_to)
    unit = _unit(_evaluated(study, asked.of, values, plain=False))
    reads = tuple(dict.fromkeys(name for item in (asked.of, *asked.subject_to) for name in item.names))
    return Best(found, words, int(fits.sum()), asked.of.text, unit, reads)


def _with_doubts(study: StudyFile, asked: Asked, points: Points, found: pd.DataFrame) -> pd.DataFrame:
    """The numerical error of what counted, and the constraints that it leaves open."""
    values, count = _quantities(points, found), len(found)

    def shifts(expression: Expression) -> list[tuple[np.ndarray, np.ndarray]]:
        """Values of an expression as they are, and with one output after another moved by its error."""
        rest = _spread_out(_evaluated(study, expression, values), count)
        moved = (_evaluated(study, expression, given) for given in _moved(expression.names, values))
        return [(rest, _spread_out(item, count)) for item in moved]

    pairs = shifts(asked.of)
    changes = [np.nan_to_num(np.abs(moved.astype(float) - rest)) for rest, moved in pairs]
    # Each output moves up and down; the larger change of the two counts.
    error = sum((np.fmax(*changes[i : i + 2]) for i in range(0, len(changes), 2)), np.zeros(count))
    near = {
        item.text: np.any([a != b for a, b in shifts(item)] or [[False] * count], axis=0)
        for item in asked.subject_to
    }
    texts = ["; ".join(text for text, rows in near.items() if rows[i]) for i in range(count)]
    return found.assign(**{asked.of.text + ERROR: error, NEAR: texts})


def _moved(names: Iterable[str], values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Values with one of the outputs moved up by its error, then down."""
    for name in names:
        error = values.get(name + ERROR)
        if error is not None:
            size = np.nan_to_num(error.magnitude) * error.units
            yield values | {name: values[name] + size}
            yield values | {name: values[name] - size}


def _spread_out(found: Any, count: int) -> np.ndarray:
    return np.broadcast_to(found, count)


def _unit(found: Any) -> str:
    """Unit of an expression in symbols; empty for a plain number."""
    units = getattr(found, "units", None)
    return "" if units is None or units.dimensionless else short_unit(str(units))


def _quantities(points: Points, table: pd.DataFrame) -> dict[str, Any]:
    """Names to values with units: outputs by their names, inputs by every key that they set."""
    ureg, found = registry(), {}
    for column in table.columns:
        name, unit = split_label(column)
        if table[column].dtype.kind in "fiu":
            values = table[column].to_numpy(dtype=float)
            found[name] = ureg.Quantity(values, ureg.parse_units(canonical_unit(unit)) if unit else "")
    for column in points.columns:
        found |= {key: found[column.name] for key in column.keys if column.name in found}
    return found


def _evaluated(study: StudyFile, expression: Expression, values: dict[str, Any], plain: bool = True) -> Any:
    missing = [name for name in expression.names if name not in values]
    if missing:
        fault = Fault(
            "best", expression.text, f"'{missing[0]}' is no output or varied key", ", ".join(values),
            nearest(missing[0], values),
        )  # fmt: skip
        raise InputError(str(study.path), [fault])
    try:
        found = expression(values)
    except ExpressionError as error:
        raise InputError(
            str(study.path), [Fault("best", expression.text, str(error), "units that fit")]
        ) from None
    return getattr(found, "magnitude", found) if plain else found
