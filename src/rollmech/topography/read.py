"""A height map from a file: the format is told by its first line or its suffix."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rollmech.errors import Fault, InputError
from rollmech.topography.grids import RawMap, read_esri, read_gwyddion, read_sdf, read_surfer
from rollmech.topography.heightmap import HeightMap, without_spikes
from rollmech.topography.matrices import MapError, read_array, read_matrix
from rollmech.units import UnitError, parse

FORMATS = "CSV or TSV matrix, .npy, .npz, Gwyddion text export, Surfer DSAA grid, SDF (ISO 25178-71) text, ESRI grid"
SMALLEST, LARGEST_MISSING = 16, 0.5
_AGREE = 0.01


def read_map(
    path: str | Path, pixel: str | None = None, unit: str | None = None, xy_unit: str | None = None
) -> HeightMap:
    """Read a height map; spikes are taken out and counted.

    Args:
        path: File in one of ``FORMATS``.
        pixel: Pixel size with its unit, one or two (along x, along y), e.g. ``"0.2 um"`` or ``"0.2 um, 0.5 um"``;
            needed where the file does not state it.
        unit: Unit of the heights, needed where the file does not state it.
        xy_unit: Unit of the distances of a header that gives them without one (Surfer, ESRI).

    Raises:
        InputError: The file cannot be read as a map, or size or unit are missing, wrong or against the header.
    """
    file = Path(path)
    try:
        raw = _read(file)
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise InputError(str(path), [Fault("FILE", str(path), problem, FORMATS)]) from None
    except MapError as error:
        raise InputError(
            str(path), [Fault(error.place or "FILE", "", error.problem, error.accepted)]
        ) from None
    size, faults = _pixel(raw, pixel, xy_unit)
    scale, found = _scale(raw, unit)
    faults += [*found, *_shape_faults(raw.values)]
    if faults:
        raise InputError(str(path), faults)
    missing = int((~np.isfinite(raw.values)).sum())
    height = np.where(np.isfinite(raw.values), raw.values, np.nan) * scale
    return without_spikes(HeightMap(height, size, missing))


def _read(file: Path) -> RawMap:
    if file.suffix.lower() in (".npy", ".npz"):
        return RawMap(read_array(file))
    data = file.read_bytes()
    if b"\0" in data:
        raise MapError("is binary", f"a text export: {FORMATS}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # older instruments write the micro sign in one byte
    head = text.lstrip()[:200]
    if head.startswith("DSAA"):
        return read_surfer(text)
    if head.lower().startswith("ncols"):
        return read_esri(text)
    if head.startswith(("aBCR", "aISO")):
        return read_sdf(text)
    if head.startswith(("DSBB", "DSRB", "bBCR", "bISO")):
        raise MapError("is the binary form of its format", FORMATS)
    return read_gwyddion(text) if head.startswith("#") else RawMap(read_matrix(text))


def _pixel(raw: RawMap, pixel: str | None, xy_unit: str | None) -> tuple[tuple[float, float], list[Fault]]:
    """Pixel size (m) from the option and the header, and what is wrong with them."""
    given, stated = None, raw.pixel
    try:
        if stated is not None and not raw.pixel_in_metres:
            stated = (
                None if xy_unit is None else tuple(parse(f"{step!r} {xy_unit}", "length") for step in stated)
            )
    except UnitError as error:
        return (1.0, 1.0), [Fault("--xy-unit", f'"{xy_unit}"', error.problem, 'a unit of length, e.g. "um"')]
    accepted = 'the size of a pixel with its unit, e.g. "0.2 um", or "0.2 um, 0.5 um" along rows and columns'
    if pixel is not None:
        try:
            given = [parse(part, "length") for part in pixel.split(",")]
        except UnitError as error:
            return (1.0, 1.0), [Fault("--pixel", f'"{pixel}"', error.problem, accepted)]
        if len(given) > 2 or min(given) <= 0:
            return (1.0, 1.0), [Fault("--pixel", f'"{pixel}"', "is not a size", accepted)]
        given = (given[0], given[-1])
    if given and stated and max(abs(a / b - 1) for a, b in zip(given, stated, strict=True)) > _AGREE:
        problem = f"is not the {stated[0] * 1e6:.6g} um x {stated[1] * 1e6:.6g} um of the file's header"
        return given, [Fault("--pixel", f'"{pixel}"', problem, "the header's size, or no --pixel")]
    if (stated or given) is None:
        hint = ", or --xy-unit: the header gives distances without their unit" if raw.pixel else ""
        return (1.0, 1.0), [Fault("--pixel", "", "is missing: the file does not state it", accepted + hint)]
    size = stated or given
    if not all(np.isfinite(size)) or min(size) <= 0:
        return (1.0, 1.0), [Fault("header", "", "states no positive pixel size", "a width above zero")]
    return size, []


def _scale(raw: RawMap, unit: str | None) -> tuple[float, list[Fault]]:
    """Metres per unit of the file's heights."""
    accepted = 'the unit of the heights, e.g. "nm"'
    if raw.scale is None and unit is None:
        return 1.0, [Fault("--unit", "", "is missing: the file does not state it", accepted)]
    if unit is None:
        return raw.scale, []
    try:
        scale = parse(f"1 {unit}", "length")
    except UnitError as error:
        return 1.0, [Fault("--unit", f'"{unit}"', error.problem, accepted)]
    if raw.scale is not None and abs(scale / raw.scale - 1) > _AGREE:
        problem = f"is not the unit of the file's header, {raw.scale:.6g} m"
        return scale, [Fault("--unit", f'"{unit}"', problem, "the header's unit, or no --unit")]
    return scale, []


def _shape_faults(values: np.ndarray) -> list[Fault]:
    rows, columns = values.shape
    if min(rows, columns) < SMALLEST:
        problem = f"holds {rows} x {columns} heights"
        return [Fault("FILE", "", problem, f"a map of at least {SMALLEST} x {SMALLEST} pixels")]
    share = 1 - np.isfinite(values).mean()
    if share > LARGEST_MISSING:
        return [
            Fault("FILE", "", f"has no value at {share:.0%} of its pixels", "at most half of them missing")
        ]
    return []
