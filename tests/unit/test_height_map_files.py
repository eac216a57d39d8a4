"""Height maps from every format, and the files that are none."""

from __future__ import annotations

import numpy as np
import pytest

from rollmech.errors import InputError
from rollmech.topography.read import read_map

Z = np.round(np.random.default_rng(2).normal(scale=20, size=(18, 24)), 2)
"""nm"""
X, Y = 0.2, 0.5
"""um"""


def text(matrix, divider=","):
    return "\n".join(divider.join(f"{value:.2f}" for value in row) for row in matrix) + "\n"


def gwyddion():
    head = f"# Channel: Topography\n# Width: {24 * X} µm\n# Height: {18 * Y} µm\n# Value units: m\n"
    return head + "\n".join("\t".join(f"{value * 1e-9:.6e}" for value in row) for row in Z)


def surfer():
    head = f"DSAA\n24 18\n0 {23 * X}\n0 {17 * Y}\n{Z.min()} {Z.max()}\n"
    return head + text(Z[::-1], " ")


def sdf():
    head = (
        "aBCR-1.0\nManufacID = none\nNumPoints = 24\nNumProfiles = 18\nXscale = 0.2E-06\nYscale = 0.5E-06\n"
        "Zscale = 1.0E-09\nZresolution = -1\nCompression = 0\nDataType = 7\nCheckType = 0\n*\n"
    )
    return head + text(Z, " ") + "*\nend\n"


def esri(nodata=-9999):
    head = f"ncols 24\nnrows 18\nxllcorner 0.0\nyllcorner 0.0\ncellsize {X}\nNODATA_value {nodata}\n"
    return head + text(Z, " ")


FORMATS = {
    "comma.csv": (text(Z), {"pixel": "0.2 um, 0.5 um", "unit": "nm"}),
    "tab.tsv": (text(Z, "\t"), {"pixel": "0.2 um, 500 nm", "unit": "nm"}),
    "blank.txt": ("# a comment\n" + text(Z, "  "), {"pixel": "0.2 um, 0.5 um", "unit": "nm"}),
    "decimal_comma.csv": (text(Z, ";").replace(".", ","), {"pixel": "0.2 um, 0.5 um", "unit": "nm"}),
    "gwyddion.txt": (gwyddion(), {}),
    "surfer.grd": (surfer(), {"xy_unit": "um", "unit": "nm"}),
    "standard.sdf": (sdf(), {}),
    "esri.asc": (esri(), {"xy_unit": "um", "unit": "nm"}),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_give_the_same_map(name, tmp_path):
    content, options = FORMATS[name]
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    found = read_map(file, **options)
    assert np.allclose(found.height, Z * 1e-9, rtol=1e-9, atol=1e-16)
    assert found.pixel == pytest.approx((X * 1e-6, (X if name == "esri.asc" else Y) * 1e-6), rel=1e-9)
    assert (found.missing, found.spikes) == (0, 0)


@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_numpy_files(suffix, tmp_path):
    file = tmp_path / f"map.{suffix}"
    np.save(file, Z) if suffix == "npy" else np.savez(file, height=Z, other=np.zeros(3))
    found = read_map(file, "0.2 um", "nm")
    assert np.array_equal(found.height, Z * 1e-9)


@pytest.mark.parametrize("blank", ["", "nan", "BAD", "--"])
def test_missing_cells_are_counted(blank, tmp_path):
    rows = [[f"{value:.2f}" for value in row] for row in Z]
    rows[3][4] = rows[7][9] = blank
    file = tmp_path / "map.csv"
    file.write_text("\n".join(",".join(row) for row in rows))
    found = read_map(file, "0.2 um", "nm")
    assert found.missing == 2
    assert np.isnan(found.height[3, 4])
    assert found.area == pytest.approx((18 * 24 - 2) * 0.04e-12)


def test_blanks_of_the_grid_formats_are_missing(tmp_path):
    file = tmp_path / "map.grd"
    first = f"{Z[0, 0]:.2f}"
    file.write_text(surfer().replace(f"\n{first} ", "\n1.70141e+38 ", 1))
    assert read_map(file, xy_unit="um", unit="nm").missing == 1
    file = tmp_path / "map.asc"
    file.write_text(esri(nodata=first))
    assert read_map(file, xy_unit="um", unit="nm").missing == int((Z[0, 0] == Z).sum())


BAD = {
    "no pixel": (text(Z), {"unit": "nm"}, "--pixel", "missing"),
    "no unit": (text(Z), {"pixel": "0.2 um"}, "--unit", "missing"),
    "bare pixel": (text(Z), {"pixel": "0.2", "unit": "nm"}, "--pixel", "no unit"),
    "pixel in volts": (text(Z), {"pixel": "0.2 MPa", "unit": "nm"}, "--pixel", "stress"),
    "negative pixel": (text(Z), {"pixel": "-0.2 um", "unit": "nm"}, "--pixel", "not a size"),
    "three pixels": (text(Z), {"pixel": "1 um, 1 um, 1 um", "unit": "nm"}, "--pixel", "not a size"),
    "unit no length": (text(Z), {"pixel": "0.2 um", "unit": "N"}, "--unit", "not a length"),
    "ragged": (text(Z) + "1,2,3\n", {"pixel": "0.2 um", "unit": "nm"}, "line 19", "3 cells"),
    "words": (
        text(Z).replace(f"{Z[2, 1]:.2f}", "deep", 1),
        {"pixel": "0.2 um", "unit": "nm"},
        "line",
        "'deep'",
    ),
    "empty": ("", {"pixel": "0.2 um", "unit": "nm"}, "FILE", "no numbers"),
    "too small": (text(Z[:4]), {"pixel": "0.2 um", "unit": "nm"}, "FILE", "4 x 24"),
    "mostly missing": (
        text(np.where(Z > 0, np.nan, np.where(Z > -9, np.nan, Z))),
        {"pixel": "1 um", "unit": "nm"},
        "FILE",
        "no value",
    ),
    "against the header": (sdf(), {"pixel": "0.3 um"}, "--pixel", "header"),
    "unit against the header": (sdf(), {"unit": "um"}, "--unit", "header"),
    "header without unit": (surfer(), {"unit": "nm"}, "--pixel", "missing"),
    "wrong xy unit": (surfer(), {"unit": "nm", "xy_unit": "kg"}, "--xy-unit", "unit"),
    "cut off": (surfer()[:-200], {"unit": "nm", "xy_unit": "um"}, "nodes", "announces"),
    "sdf without scale": (sdf().replace("Zscale", "Zedscale"), {}, "header", "zscale"),
    "sdf binary": ("bBCR-1.0\n", {}, "FILE", "binary"),
    "gwyddion in volts": (gwyddion().replace("units: m", "units: V"), {}, "Value units", "unit"),
    "no columns": (esri().replace("ncols", "ncol_"), {"unit": "nm", "pixel": "1 um"}, "line", "not a number"),
    "count in words": (esri().replace("ncols 24", "ncols many"), {"unit": "nm"}, "ncols", "not a count"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_named(case, tmp_path):
    content, options, key, problem = BAD[case]
    file = tmp_path / "map.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_map(file, **options)
    message = str(caught.value)
    assert key in message
    assert problem in message
    assert "accepted:" in message


def test_files_that_are_no_maps(tmp_path):
    file = tmp_path / "map.npy"
    np.save(file, np.zeros(5))
    with pytest.raises(InputError, match="1D array"):
        read_map(file, "1 um", "nm")
    file.write_bytes(b"no numpy")
    with pytest.raises(InputError, match="not a NumPy file"):
        read_map(file, "1 um", "nm")
    with pytest.raises(InputError, match="cannot be read"):
        read_map(tmp_path / "none.csv", "1 um", "nm")
    with pytest.raises(InputError, match="cannot be read"):
        read_map(tmp_path, "1 um", "nm")
    binary = tmp_path / "map.bin"
    binary.write_bytes(b"\x00\x01\x02")
    with pytest.raises(InputError, match="binary"):
        read_map(binary, "1 um", "nm")
