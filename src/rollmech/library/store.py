"""Where libraries are kept: one shipped with the package, those of other stacks in the user's cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from rollmech.library.cache import cache_folder, write_whole
from rollmech.library.table import PHI, Gaps, Grid, KTable, PoissonSlope, shape_of
from rollmech.ranks import on_root

_SHIPPED = Path(__file__).parent / "data" / "plain.npz"
_FORMAT = 2
# Poisson's ratios of a single ply that the shipped table serves; its error between them is part of the table's.
SHIPPED_POISSON = (0.2, 0.32)
_LAYERED = Grid(depth_ratio=(0.05, 0.85), aspect=(0.2, 2.0), size=(5, 4))
"""What is solved for a stack of several plies: 20 cracks and the five held out."""

_ARRAYS = ("shape", "error", "shear", "shear_error")
_GAPS = ("held_out", "left_out", "poisson")
_SLOPE = ("aspect", "slope")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Kept:
    """A library and where it came from.

    Attributes:
        table: The library.
        source: ``shipped``, ``cache`` or ``solved``.
        solves: Cracks that were solved for it.
    """

    table: KTable
    source: str
    solves: int


def library_for(plies: Sequence, progress: Progress = lambda text: None) -> Kept:
    """The library of a stack: shipped, from the cache, or solved now and kept.

    Args:
        plies: ``PatchPly`` from the flawed one inwards.
        progress: Called with a line of text before each solve.

    Raises:
        NumericsError: A solve failed.
    """
    low, high = SHIPPED_POISSON
    if len(plies) == 1 and low <= plies[0].poisson_ratio <= high:
        table = replace(read_table(_SHIPPED), served=plies[0].poisson_ratio)
        return Kept(table, "shipped", 0)
    grid = Grid() if len(plies) == 1 else _LAYERED
    path = cache_folder("library") / f"{_key(shape_of(plies), grid)}.npz"
    found = on_root(lambda: _readable(path))
    if found is not None:
        return Kept(found, "cache", 0)
    from rollmech.library.nodes import build_table  # starts the solver

    table = build_table(tuple(plies), grid, progress)
    on_root(lambda: _keep(path, table))
    return Kept(table, "solved", len(grid.places()) + len(grid.held_out()))


def write_table(path: Path, table: KTable) -> None:
    """Write a table in one step."""
    write_whole(
        path,
        lambda file: np.savez_compressed(
            file,
            format=_FORMAT,
            grid=json.dumps(asdict(table.grid)),
            plies=np.array(table.plies),
            **{name: getattr(table, name).astype(np.float32) for name in _ARRAYS},
            **{name: getattr(table.gaps, name) for name in _GAPS},
            **({} if table.slope is None else vars(table.slope)),
        ),
    )


def read_table(path: Path) -> KTable:
    """Read a table.

    Raises:
        OSError, ValueError, KeyError: It is not there, or is not one.
    """
    with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
        grid = Grid(**{key: tuple(value) for key, value in json.loads(str(data["grid"])).items()})
        plies = tuple(tuple(map(float, ply)) for ply in data["plies"])
        if int(data["format"]) != _FORMAT or data["shape"].shape != (*grid.size, len(PHI), 2):
            raise ValueError(f"{path} is a library of another format")
        arrays = [data[name].astype(float) for name in _ARRAYS]
        gaps = Gaps(*(data[name] for name in _GAPS))
        slope = PoissonSlope(*(data[name] for name in _SLOPE)) if "slope" in data else None
    return KTable(grid, plies, *arrays, gaps, slope)


def _readable(path: Path) -> KTable | None:
    """A kept table, or None where there is none or what lies there is broken."""
    try:
        return read_table(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _keep(path: Path, table: KTable) -> None:
    try:
        write_table(path, table)
    except OSError:  # a full or read-only cache costs time, not numbers
        return


def _key(plies: tuple, grid: Grid) -> str:
    """Hash of everything that the table depends on."""
    text = json.dumps([_FORMAT, plies, asdict(grid), [round(float(phi), 6) for phi in PHI]])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
