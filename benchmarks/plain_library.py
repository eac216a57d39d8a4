"""Build the shipped library of K for a single ply, and print its errors.

nice -n 10 python benchmarks/plain_library.py src/rollmech/library/data/plain.npz
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from rollmech.library.nodes import build_table, solve_node
from rollmech.library.store import SHIPPED_POISSON, write_table
from rollmech.library.table import Grid, KTable
from rollmech.mesh.patch import PatchPly

POISSON = 0.257
PLACES = ((0.1, 0.45), (0.435, 0.45), (0.435, 1.03), (0.77, 1.03))


def ply(poisson: float) -> PatchPly:
    """A ribbon; its thickness and modulus drop out of the table."""
    return PatchPly(30.0, 1.5e5, poisson)


def poisson_error(table: KTable) -> np.ndarray:
    """Largest differences of K_I and shear to solves with the other Poisson's ratios that the table serves, shape (2,)."""
    gaps = []
    for poisson in SHIPPED_POISSON:
        serving = replace(table, served=poisson)
        for place in PLACES:
            node = solve_node((ply(poisson),), *place)
            gaps.append(serving.gap(*place, node.shape, node.shear))
    return np.max(gaps, axis=0)


def main(path: Path) -> None:
    """Solve, check, write."""
    start = time.perf_counter()
    table = build_table((ply(POISSON),), Grid(), lambda text: print(text, flush=True))
    table = replace(table, gaps=replace(table.gaps, poisson=poisson_error(table)))
    write_table(path, table)
    errors = {"solve_error": table.solve_error, "interpolation_error": table.interpolation, "poisson_error": table.poisson}
    print("K_I", errors, "left out", table.gaps.left_out[..., 0].max())
    print("shear", table.shear_errors, "left out", table.gaps.left_out[..., 1].max())
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
