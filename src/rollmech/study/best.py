"""The best points of a study under constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.errors import Fault, InputError, nearest
from rollmech.study.collect import split_label
from rollmech.study.expressions import Expression, ExpressionError
from rollmech.study.file import StudyFile
from rollmech.study.space import Points
from rollmech.units import canonical_unit, registry

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Best:
    """The best points.

    Attributes:
        table: Their rows, the best first; None if the study asks for none.
        of: What counted, in words.
        allowed: Points that meet the constraints.
    """

    table: pd.DataFrame | None
    of: str = ""
    allowed: int = 0

    def record(self) -> dict[str, Any] | None:
        """As plain data."""
        if self.table is None:
            return None
        return {"of": self.of, "points_allowed": self.allowed, "points": self.table["point"].tolist()}


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
    size = np.broadcast_to(_evaluated(study, asked.of, values), len(done)).astype(float)
    fits = np.isfinite(size)
    for constraint in asked.subject_to:
        fits &= np.broadcast_to(_evaluated(study, constraint, values), len(done)).astype(bool)
    found = done[fits].assign(**{asked.of.text: size[fits]})
    found = found.sort_values(asked.of.text, ascending=not asked.largest, kind="stable").head(asked.count)
    words = f"{'largest' if asked.largest else 'smallest'} {asked.of.text}"
    if asked.subject_to:
        words += " with " + " and ".join(item.text for item in asked.subject_to)
    return Best(found, words, int(fits.sum()))


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


def _evaluated(study: StudyFile, expression: Expression, values: dict[str, Any]) -> Any:
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
    return getattr(found, "magnitude", found)
