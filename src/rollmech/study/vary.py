"""One key that a study varies: its values, or a range between two values with units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.units import canonical_unit, registry, split_quantity

if TYPE_CHECKING:
    from rollmech.study.file import Reader

SCALES = ("linear", "log")
_KEYS = ("key", "values", "from", "to", "count", "scale", "together")
_ACCEPTED = 'values = ["2 um", "5 um"], or from = "2 um" and to = "5 um"'
_WIDE = 30.0
_SAMPLED = ("latin-hypercube", "sobol", "saltelli", "morris")


@dataclass(frozen=True)
class Vary:
    """What one ``[[vary]]`` entry says.

    Attributes:
        keys: Dotted keys that get the value together; the first names the column.
        unit: Unit of ``values``, ``low`` and ``high``; "" for plain numbers, None for what is no number.
        values: The values in their order; empty for a range.
        low, high: Ends of a range.
        count: Values of a range on a grid.
        log: Whether a range is even in its logarithm, or a list is shown so.
        together: Entries of the same name are varied together, others against each other.
        where: The entry, for messages.
    """

    keys: tuple[str, ...]
    unit: str | None
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    count: int = 0
    log: bool = False
    together: str = ""
    where: str = "vary"

    @property
    def name(self) -> str:
        """Key that the column is called by."""
        return self.keys[0]

    @property
    def label(self) -> str:
        """Name of the column with its unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @property
    def levels(self) -> tuple[Any, ...]:
        """Values on a grid."""
        return self.values or tuple(self.at(np.linspace(0, 1, self.count)).tolist())

    def at(self, unit_interval: np.ndarray) -> np.ndarray:
        """Values at places from 0 to 1, shape (n,): along a range, or the list cut into even parts."""
        if self.values:
            places = np.minimum((unit_interval * len(self.values)).astype(int), len(self.values) - 1)
            return np.array(self.values, dtype=float if self.unit is not None else object)[places]
        if self.log:
            found = np.exp(np.log(self.low) + unit_interval * np.log(self.high / self.low))
        else:
            found = self.low + unit_interval * (self.high - self.low)
        return np.array([float(f"{value:.12g}") for value in found]) if found.size < 1e5 else found

    def text(self, value: Any) -> Any:
        """A value of the column as a case file would say it."""
        if self.unit is None:
            return value
        return f"{value!r} {self.unit}" if self.unit else value

    def check(self, design: str, reader: Reader) -> None:
        """Refuse what a design cannot use."""
        if not self.values and design in ("grid", "zip") and not self.count:
            reader.fault(
                f"{self.where}.count", None, f"is missing for a {design}", "a whole number, e.g. count = 5"
            )
        if design in _SAMPLED and self.count:
            reader.fault(f"{self.where}.count", self.count, f"is not read by a {design}", "design.samples")
        if design == "factorial" and len(self.values) not in (0, 2):
            reader.fault(
                f"{self.where}.values", f"{len(self.values)} values", "are not two levels", "two values"
            )
        if self.together and design != "grid":
            reader.fault(
                f"{self.where}.together", self.together, "is only read by a grid", 'design.kind = "grid"'
            )


def read_vary(given: Any, reader: Reader) -> tuple[Vary, ...]:
    """The ``[[vary]]`` entries; faults go to the reader."""
    if not isinstance(given, list) or not given or not all(isinstance(item, dict) for item in given):
        reader.fault(
            "vary", None if given is None else str(given), "holds nothing to vary", "[[vary]] entries"
        )
        return ()
    found = tuple(item for i, entry in enumerate(given) if (item := _entry(entry, i, reader)))
    names = [key for item in found for key in item.keys]
    for key in sorted({key for key in names if names.count(key) > 1}):
        reader.fault("vary", key, "is varied twice", "every key once")
    return found


def _entry(table: dict[str, Any], number: int, reader: Reader) -> Vary | None:
    keys = table.get("key")
    keys = (keys,) if isinstance(keys, str) else tuple(keys) if isinstance(keys, list) else ()
    where = f"vary.{keys[0]}" if keys and isinstance(keys[0], str) else f"vary[{number}]"
    if not keys or not all(isinstance(key, str) and "." in key for key in keys):
        reader.fault(
            f"{where}.key", table.get("key"), "is no dotted key", 'e.g. key = "stack.ceramic.thickness"'
        )
        return None
    reader.known(where, table, _KEYS)
    together = table.get("together", "")
    if not isinstance(together, str):
        reader.fault(f"{where}.together", together, "is not a text", "a name that entries share")
        together = ""
    if "values" in table:
        return _listed(keys, table, where, together, reader)
    return _ranged(keys, table, where, together, reader)


def _listed(keys: tuple, table: dict[str, Any], where: str, together: str, reader: Reader) -> Vary | None:
    values = table["values"]
    mixed = [key for key in ("from", "to", "count", "scale") if key in table]
    if not isinstance(values, list) or not values or mixed:
        reader.fault(f"{where}.values", str(values), "is no list of its own", _ACCEPTED)
        return None
    pairs = [_number(value) for value in values]
    if None in pairs or all(type(value) is int for value in values):
        return Vary(keys, None, tuple(values), together=together, where=where)
    unit = pairs[0][1]
    numbers = [_converted(number, given, unit) for number, given in pairs]
    if None in numbers:
        reader.fault(f"{where}.values", str(values), "mixes kinds of values", "values of one kind")
        return None
    return Vary(keys, unit, tuple(numbers), log=_wide(numbers), together=together, where=where)


def _ranged(keys: tuple, table: dict[str, Any], where: str, together: str, reader: Reader) -> Vary | None:
    if "from" not in table or "to" not in table:
        reader.fault(where, None, "has neither values nor both ends of a range", _ACCEPTED)
        return None
    low, high = _number(table["from"]), _number(table["to"])
    end = _converted(*high, low[1]) if low and high else None
    log = reader.choice(table, "scale", SCALES, f"{where}.") == "log"
    count = reader.count(table, "count", 0, 2, f"{where}.") if "count" in table else 0
    if end is None or not low[0] < end:
        given = f"{table['from']} to {table['to']}"
        reader.fault(where, given, "is no rising range of one kind of value", _ACCEPTED)
        return None
    if log and low[0] <= 0:
        reader.fault(f"{where}.from", table["from"], "is not positive on a log scale", "a positive value")
        return None
    return Vary(keys, low[1], (), low[0], end, count, log, together, where)


def _wide(numbers: list[float]) -> bool:
    """Whether a list spans so much that a chart shows it on a logarithmic axis."""
    return min(numbers) > 0 and max(numbers) > _WIDE * min(numbers)


def _number(value: Any) -> tuple[float, str] | None:
    """Number and unit of a value; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return split_quantity(value)


def _converted(number: float, unit: str, wanted: str) -> float | None:
    """A number in another unit; None if they do not fit."""
    if unit == wanted:
        return number
    if not unit or not wanted:
        return None
    ureg = registry()
    try:
        found = ureg.Quantity(number, ureg.parse_units(canonical_unit(unit))).to(
            ureg.parse_units(canonical_unit(wanted))
        )
    except Exception:  # pint raises many kinds
        return None
    return float(f"{found.magnitude:.12g}")
