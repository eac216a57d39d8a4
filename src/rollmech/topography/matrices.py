"""Matrices of numbers: delimited text and NumPy files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

MISSING = ("", "nan", "bad", "null", "na", "n/a", "nodata", "--", "***")
"""Cells that stand for a pixel without a value, in lower case."""


class MapError(ValueError):
    """A file that is no height map; carries the wording for a `Fault`."""

    def __init__(self, problem: str, accepted: str, place: str = ""):
        self.problem, self.accepted, self.place = problem, accepted, place
        super().__init__(problem)


def read_matrix(text: str, first_line: int = 1) -> np.ndarray:
    """Rows of numbers divided by semicolons, tabs, commas or blanks; lines that begin with # are left out.

    A decimal comma is understood where the divider is a semicolon or a tab.

    Args:
        text: The rows.
        first_line: Number of the text's first line in its file, for messages.

    Returns:
        Heights in the file's unit, shape (rows, columns), NaN where a cell is empty or says so.

    Raises:
        MapError: No rows, rows of differing length, or cells that are no numbers.
    """
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), first_line)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise MapError("holds no numbers", "a matrix of heights, a row of pixels a line")
    divider = next((mark for mark in ";\t," if mark in lines[0][1]), None)
    rows = [_row(line, number, divider) for number, line in lines]
    for (number, _), row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            problem = f"has {len(row)} cells, line {lines[0][0]} has {len(rows[0])}"
            raise MapError(problem, "rows of one length", f"line {number}")
    return np.array(rows)


def _row(line: str, number: int, divider: str | None) -> list[float]:
    cells = line.rstrip("\r\n").split(divider)
    if divider and len(cells) > 1 and not cells[-1].strip():
        cells.pop()  # a divider at the end of every line
    return [_cell(cell.strip(), number, i + 1, divider) for i, cell in enumerate(cells)]


def _cell(cell: str, line: int, column: int, divider: str | None) -> float:
    if cell.lower() in MISSING:
        return np.nan
    try:
        return float(cell.replace(",", ".") if divider in (";", "\t") else cell)
    except ValueError:
        accepted = "a number, or an empty cell or NaN for a missing pixel; comment lines begin with #"
        raise MapError(f"'{cell[:30]}' is not a number", accepted, f"line {line}, cell {column}") from None


def read_array(path: Path) -> np.ndarray:
    """The 2D array of a .npy file, or of a .npz file (its only one, or the one named ``height``).

    Raises:
        MapError: It is not a NumPy file, holds objects, or no such array.
    """
    accepted = "a 2D array of numbers, in an .npz alone or named height"
    try:
        data = np.load(path, allow_pickle=False)
        if isinstance(data, np.lib.npyio.NpzFile):
            name = data.files[0] if len(data.files) == 1 else "height"
            if name not in data.files:
                raise MapError(f"holds {len(data.files)} arrays, none named height", accepted)
            data = data[name]
    except (ValueError, EOFError, OSError) as error:
        if isinstance(error, MapError | FileNotFoundError | IsADirectoryError):
            raise
        raise MapError(f"is not a NumPy file of numbers ({error})", accepted) from None
    if data.ndim != 2 or data.dtype.kind not in "fiu":
        raise MapError(f"holds a {data.ndim}D array of {data.dtype}", accepted)
    values = np.array(data.filled(np.nan) if np.ma.isMaskedArray(data) else data, dtype=float)
    return values
