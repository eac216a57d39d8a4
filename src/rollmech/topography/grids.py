"""Text grids of profilometers, AFMs and mapping programs, with what their headers state."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from rollmech.topography.matrices import MISSING, MapError, read_matrix
from rollmech.units import UnitError, parse

_SURFER_BLANK = 1.70141e38


@dataclass(frozen=True)
class RawMap:
    """A map as its file has it.

    Attributes:
        values: Heights in the file's unit, first row farthest, shape (rows, columns).
        pixel: Steps along x and y that the header states, else None.
        pixel_in_metres: Whether these are in metres; else in a unit that the header leaves out.
        scale: Metres per unit of height if the header states it, else None.
    """

    values: np.ndarray
    pixel: tuple[float, float] | None = None
    pixel_in_metres: bool = False
    scale: float | None = None


def read_gwyddion(text: str) -> RawMap:
    """Text export of Gwyddion: comment lines with Width, Height and Value units, then a matrix."""
    fields = dict(re.findall(r"^#\s*(Width|Height|Value units)\s*:\s*(.+?)\s*$", text, re.M))
    values = read_matrix(text)
    if not {"Width", "Height"} <= set(fields):
        return RawMap(values, scale=_height_unit(fields.get("Value units")))
    try:
        width, height = (parse(fields[key], "length") for key in ("Width", "Height"))
    except UnitError as error:
        raise MapError(error.problem, error.accepted, "header, Width or Height") from None
    rows, columns = values.shape
    return RawMap(values, (width / columns, height / rows), True, _height_unit(fields.get("Value units")))


def _height_unit(unit: str | None) -> float | None:
    if unit is None:
        return None
    try:
        return parse(f"1 {unit}", "length")
    except UnitError as error:
        raise MapError(error.problem, "a channel of heights", "header, Value units") from None


def read_surfer(text: str) -> RawMap:
    """Surfer text grid: DSAA, counts, limits of x, y and z, then nodes row by row from the lowest y."""
    tokens = text.split()[1:]
    columns, rows = (_count(token, "line 2") for token in (*tokens, "", "")[:2])
    limits = _numbers(tokens[2:8], 6, "lines 3 to 5")
    if min(columns, rows) < 2:
        raise MapError(f"has {columns} x {rows} nodes", "at least 2 x 2 nodes", "line 2")
    values = _numbers(tokens[8:], rows * columns, "nodes").reshape(rows, columns)[::-1]
    values = np.where(values >= 0.999 * _SURFER_BLANK, np.nan, values)
    pixel = (limits[1] - limits[0]) / (columns - 1), (limits[3] - limits[2]) / (rows - 1)
    return RawMap(values, (float(pixel[0]), float(pixel[1])))


def read_esri(text: str) -> RawMap:
    """ESRI text grid: ncols, nrows, corner, cellsize, NODATA_value, then rows from the farthest."""
    header = dict(re.findall(r"^\s*([A-Za-z_]+)\s+(\S+)\s*$", text, re.M))
    fields = {key.lower(): value for key, value in header.items()}
    for key in ("ncols", "nrows", "cellsize"):
        if key not in fields:
            raise MapError("is missing", "ncols, nrows, cellsize", f"header, {key}")
    columns, rows = (_count(fields[key], f"header, {key}") for key in ("ncols", "nrows"))
    numbers = [line for line in text.splitlines() if not re.match(r"\s*[A-Za-z_]+\s", line)]
    values = _numbers(" ".join(numbers).split(), rows * columns, "cells").reshape(rows, columns)
    blank, cell = _numbers([fields.get("nodata_value", "-9999"), fields["cellsize"]], 2, "header")
    return RawMap(np.where(values == blank, np.nan, values), (float(cell), float(cell)))


def read_sdf(text: str) -> RawMap:
    """Text form of SDF (ISO 25178-71): lines ``key = value`` up to a star, then the heights up to a star; SI."""
    header, star, body = text.partition("*")
    fields = {key.lower(): value for key, value in re.findall(r"^\s*(\w+)\s*=\s*(\S+)", header, re.M)}
    wanted = ("numpoints", "numprofiles", "xscale", "yscale", "zscale")
    lacking = [key for key in wanted if key not in fields]
    if lacking or not star:
        problem = f"lacks {', '.join(lacking) or 'the star that ends it'}"
        raise MapError(problem, "NumPoints, NumProfiles, Xscale, Yscale, Zscale, then *", "header")
    columns, rows = (_count(fields[key], f"header, {key}") for key in wanted[:2])
    x, y, z = _numbers([fields[key] for key in wanted[2:]], 3, "header")
    values = _numbers(body.partition("*")[0].split(), rows * columns, "heights").reshape(rows, columns)
    return RawMap(values, (float(x), float(y)), True, float(z))


def _count(token: str, place: str) -> int:
    if not token.isdigit() or int(token) == 0:
        raise MapError(f"'{token[:30]}' is not a count", "a whole number above zero", place)
    return int(token)


def _numbers(tokens: list[str], count: int, place: str) -> np.ndarray:
    """Exactly ``count`` numbers; cells that say so are NaN."""
    if len(tokens) != count:
        raise MapError(
            f"{len(tokens)} numbers where the header announces {count}", "as many as announced", place
        )
    try:
        return np.array([np.nan if token.lower() in MISSING else float(token) for token in tokens])
    except ValueError as error:
        raise MapError(f"hold something else than numbers ({error})", "numbers", place) from None
