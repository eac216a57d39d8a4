"""Measured section of a scratch in a case: points of half the groove, from its root to the face."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from rollmech import units
from rollmech.case.quantities import CaseValueError, Quantity
from rollmech.errors import Fault

if TYPE_CHECKING:
    from rollmech.case.flaws import Scratch

FEWEST, MOST = 5, 200
_COLUMNS = ("across", "below")
_FORM = 'file, or the lists across and below of one length, e.g. across = ["0 um", "0.5 um"]'
_ACCEPTED = "a CSV file with the head `across [um],below [um]` and a point a line, from the root to the face"


def _points(value: object) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or not FEWEST <= len(value) <= MOST:
        raise CaseValueError("is not a list of points", f"a list of {FEWEST} to {MOST} lengths")
    try:
        return tuple(units.parse(item, "length") for item in value)
    except units.UnitError as error:
        raise CaseValueError(error.problem, f"a list, each {error.accepted}") from None


_SCHEMA = {
    "type": "array",
    "minItems": FEWEST,
    "maxItems": MOST,
    "items": {"type": "string", "x-dimension": "length"},
}
Points = Annotated[tuple[float, ...], BeforeValidator(_points), WithJsonSchema(_SCHEMA), Quantity("length")]
"""A list of lengths (m)."""


def sized_by_points(data: dict[str, Any]) -> dict[str, Any]:
    """A scratch's table with the depth and width that its points say, unless they are given."""
    across, below = data.get("across"), data.get("below")
    if not (isinstance(across, list) and isinstance(below, list) and across and below):
        return data
    try:
        width = units.show(2 * units.parse(across[-1], "length"), "length")
    except units.UnitError:
        return data
    return {"depth": below[0], "width": width, **data}


def check_points(flaw: Scratch) -> None:
    """Refuse points without the profile, a profile without points, and points that are no half groove.

    Raises:
        CaseValueError: What is wrong.
    """
    across, below = flaw.across, flaw.below
    if flaw.profile != "measured":
        for key in ("file", *_COLUMNS):
            if getattr(flaw, key) is not None:
                raise CaseValueError(f"is given for profile {flaw.profile}", 'profile = "measured"', key)
        return
    if flaw.file is not None or across is None or below is None or len(across) != len(below):
        raise CaseValueError("is measured, but its points are not whole", _FORM, "profile")
    if flaw.root_radius is not None:
        raise CaseValueError(
            "is given beside measured points", "the points alone: they have a root", "root_radius"
        )
    if across[0] != 0 or any(b <= a for a, b in pairwise(across)):
        raise CaseValueError(
            "does not rise from 0", "distances from the middle, ascending from 0 um", "across"
        )
    if below[-1] != 0 or below[0] < max(below) or min(below[:-1]) <= 0:
        accepted = "depths below the face, the deepest first and 0 um last"
        raise CaseValueError("does not lead from the root to the face", accepted, "below")
    if abs(flaw.depth / below[0] - 1) > 1e-6:
        raise CaseValueError(
            "is not the depth of the first point", "no depth, or that of the points", "depth"
        )
    if abs(flaw.width / (2 * across[-1]) - 1) > 1e-6:
        raise CaseValueError("is not twice the last distance", "no width, or that of the points", "width")


def read_sections(mapping: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    """The case with files of measured sections replaced by their points, and the faults of these files.

    Args:
        mapping: Tables of a case.
        folder: What relative file names start from.
    """
    flaws = mapping.get("flaws")
    if not isinstance(flaws, list):
        return dict(mapping), []
    read, faults = [], []
    for i, flaw in enumerate(flaws):
        if isinstance(flaw, dict) and flaw.get("kind") == "scratch" and isinstance(flaw.get("file"), str):
            try:
                rest = {key: value for key, value in flaw.items() if key != "file"}
                flaw = rest | _read_points(folder / flaw["file"])
            except CaseValueError as error:
                faults.append(Fault(f"flaws[{i}].file", f'"{flaw["file"]}"', error.problem, error.accepted))
        read.append(flaw)
    return ({**mapping, "flaws": read} if not faults else dict(mapping)), faults


def _read_points(path: Path) -> dict[str, list[str]]:
    """Lists of texts with units from a CSV file whose head names the columns and their units."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", "") or error
        raise CaseValueError(f"cannot be read ({reason})", _ACCEPTED) from None
    head = [cell.strip().rstrip("]").partition("[") for cell in rows[0]] if rows else []
    if sorted(name.strip() for name, _, _ in head) != sorted(_COLUMNS) or not all(
        unit for _, _, unit in head
    ):
        raise CaseValueError("has no columns across and below with their units", _ACCEPTED)
    if any(len(row) != 2 for row in rows[1:]):
        raise CaseValueError("has lines of differing length", _ACCEPTED)
    return {
        name.strip(): [f"{row[i].strip()} {unit.strip()}" for row in rows[1:]]
        for i, (name, _, unit) in enumerate(head)
    }
