"""The base case of a study: its tables, and cases made of them with other values."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollmech.case import Case, dump_case
from rollmech.case.groove import read_sections
from rollmech.case.load import parse_case, read_toml
from rollmech.case.meshfile import located
from rollmech.case.overrides import BadKeyError, apply_overrides, places_of, value_at, write_value
from rollmech.case.profile import read_profiles
from rollmech.errors import Fault, InputError, nearest
from rollmech.line.plain import surrogate_judge
from rollmech.study.expressions import ExpressionError
from rollmech.units import canonical_unit, registry, split_quantity

if TYPE_CHECKING:
    from rollmech.study.file import StudyFile
    from rollmech.study.space import Column

# A value of the wrong kind is a fault of the study; one out of range is a point that the case refuses.
_WRONG_KIND = ("unknown key", "is not one of the choices", "has no unit", "has the unknown unit", ", not a")


class Base:
    """Tables of the base case, from which every point's case is made.

    Args:
        tables: As read from the case file, with what the study sets for all points.
        folder: Files that the case names lie there.
        source: The case file, for messages.
        by_surrogate: Whether K of the case's crack comes from its surrogate.
    """

    def __init__(self, tables: dict[str, Any], folder: Path, source: str, by_surrogate: bool = False) -> None:
        self.tables, self.folder, self.source, self.by_surrogate = tables, folder, source, by_surrogate

    @cached_property
    def case(self) -> Case:
        """The base case itself.

        Raises:
            InputError: It is wrong.
        """
        return self.case_with({})

    def case_with(self, settings: Mapping[str, Any]) -> Case:
        """The case of a point.

        Args:
            settings: Dotted keys with their TOML values.

        Raises:
            InputError: The case refuses the values.
        """
        tables = copy.deepcopy(self.tables)
        for key, value in settings.items():
            for place in places_of(tables, key):
                write_value(tables, place, value)
        faults: list[Fault] = []
        for read in (read_profiles, read_sections):
            tables, found = read(tables, self.folder)
            faults += found
        if faults:
            raise InputError(self.source, faults)
        return parse_case(located(tables, self.folder), self.source)

    def values(self, names: Iterable[str], columns: Sequence[Column]) -> dict[str, Any]:
        """Names of an expression to quantities: of the points where they are varied, else of the base case.

        Raises:
            ExpressionError: A name is no key, no number, or several different ones.
        """
        varied = {place: column for column in columns for key in column.keys for place in self._places(key)}
        return {name: self._value(name, varied) for name in names}

    def _value(self, name: str, varied: Mapping[tuple[str, ...], Column]) -> Any:
        places = self._places(name)
        found = [varied.get(place) or self._fixed(place, name) for place in places]
        first = found[0]
        if any(item is not first and item != first for item in found[1:]):
            raise ExpressionError(f"'{name}' has several values; name one entry")
        if not hasattr(first, "values"):
            return _quantity(name, *first)
        if first.unit is None:
            return _object_values(name, first.values)
        return _quantity(name, first.values, first.unit)

    def _places(self, key: str) -> list[tuple[str, ...]]:
        try:
            return places_of(self.tables, key)
        except BadKeyError as bad:
            hint = (
                f"; did you mean '{nearest(bad.wanted, bad.known)}'?"
                if nearest(bad.wanted, bad.known)
                else ""
            )
            raise ExpressionError(f"'{key}' {bad.problem}{hint}") from None

    def _fixed(self, place: tuple[str, ...], name: str) -> tuple[Any, str]:
        """Number and unit of a key of the base case, of its resolved form where the file leaves it out."""
        value = value_at(self.tables, place)
        value = value_at(self._resolved, place) if value is None else value
        value = value.get("value") if isinstance(value, dict) else value
        pair = None if value is None or isinstance(value, bool | list) else split_quantity(value)
        if pair is None:
            raise ExpressionError(f"'{name}' is no number of the case")
        return pair

    @cached_property
    def _resolved(self) -> dict[str, Any]:
        return tomllib.loads(dump_case(self.case))


def load_base(study: StudyFile, overrides: Sequence[str] = ()) -> Base:
    """The base case of a study with what it sets for all points.

    Raises:
        InputError: The case is wrong, or the study names keys that it does not have or values of another kind.
    """
    tables = read_toml(study.case)
    faults = [
        fault
        for key, value in study.settings.items()
        if (fault := _set(tables, "set", key, value)) is not None
    ]
    faults += apply_overrides(tables, overrides)
    if faults:
        raise InputError(str(study.path), faults)
    if study.surrogate is not None:
        tables["library"] = {"surrogate": str(study.surrogate.resolve())}
    base = Base(tables, study.case.parent, str(study.case), study.surrogate is not None)
    if base.by_surrogate:
        surrogate_judge(base.case)  # refuses what it cannot serve before anything is started
    _ = base.case
    faults = [fault for item in study.vary for fault in _vary_faults(base, item)]
    faults += [
        fault for key in study.derive if (fault := _set(copy.deepcopy(tables), "derive", key, 0)) is not None
    ]
    if faults:
        raise InputError(str(study.path), faults)
    return base


def _set(tables: dict[str, Any], table: str, key: str, value: Any) -> Fault | None:
    try:
        for place in places_of(tables, key):
            write_value(tables, place, value)
    except BadKeyError as bad:
        accepted = ", ".join(bad.known) or "a key of the case"
        return Fault(f"{table}.{key}", str(value), bad.problem, accepted, nearest(bad.wanted, bad.known))
    return None


def _vary_faults(base: Base, item) -> list[Fault]:
    """Keys that lead nowhere, and values that are of another kind than the key's."""
    found = []
    for key in item.keys:
        fault = _set(copy.deepcopy(base.tables), "vary", key, None)
        if fault is not None:
            found.append(Fault(fault.key, "", fault.problem, fault.accepted, fault.suggestion))
            continue
        for value in item.values or (item.low, item.high):
            try:
                base.case_with({key: item.text(value)})
            except InputError as error:
                found += _of_wrong_kind(error, key, item.text(value))
    return found[:1]


def _of_wrong_kind(error: InputError, key: str, value: Any) -> list[Fault]:
    last = key.rpartition(".")[2]
    return [
        Fault(f"vary.{key}", f'"{value}"', fault.problem, fault.accepted, fault.suggestion)
        for fault in error.faults
        if fault.key.rpartition(".")[2] == last and any(text in fault.problem for text in _WRONG_KIND)
    ]


def _quantity(name: str, value: Any, unit: str) -> Any:
    ureg = registry()
    return ureg.Quantity(value, ureg.parse_units(canonical_unit(unit)) if unit else "")


def _object_values(name: str, values: Any) -> Any:
    """Whole numbers of a column as an array; texts have no value."""
    import numpy as np

    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise ExpressionError(f"'{name}' is no number") from None
