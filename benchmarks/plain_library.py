"""Build the shipped library of K for a single ply, and print its errors: half an hour to an hour on one core.

nice -n 10 python benchmarks/plain_library.py src/rollmech/library/data/plain.npz
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from rollmech.library import ellipse
from rollmech.library.nodes import build_table, solve_node
from rollmech.library.store import SHIPPED_POISSON, write_table
from rollmech.library.table import PHI, Grid, KTable, PoissonSlope
from rollmech.mesh.patch import PatchPly

POISSON = 0.257
PLACES = ((0.1, 0.45), (0.435, 0.25), (0.435, 0.7), (0.77, 1.03))
"""Where other Poisson's ratios are checked."""
KNOTS, DEPTH_RATIO = (0.14, 0.45, 1.03, 2.0), 0.3
"""Where their effect is taken from."""


def ply(poisson: float) -> PatchPly:
    """A ribbon; its thickness and modulus drop out of the table."""
    return PatchPly(30.0, 1.5e5, poisson)


def poisson_slope() -> PoissonSlope:
    """What Poisson's ratio does to K of cracks of one depth."""
    slopes = [_slope(aspect) for aspect in KNOTS]
    return PoissonSlope(np.array(KNOTS), np.array(slopes))


def _slope(aspect: float) -> np.ndarray:
    """d ln K / d nu between the ends of what the table serves, shape (angles, 3)."""
    logs = []
    for poisson in SHIPPED_POISSON:
        node = solve_node((ply(poisson),), DEPTH_RATIO, aspect)
        shear = node.shear[..., 0] / ellipse.shear(np.array(aspect), PHI, poisson)
        shear[-1, 0] = shear[-2, 0]  # K_II is nil at the deepest point
        logs.append(np.log(np.abs(np.column_stack([node.shape[:, 0], shear]))))
    return (logs[1] - logs[0]) / np.diff(SHIPPED_POISSON)


def poisson_error(table: KTable) -> np.ndarray:
    """Largest differences of K_I and shear to solves with the table's other Poisson's ratios, shape (2,)."""
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
    table = replace(table, slope=poisson_slope())
    table = replace(table, gaps=replace(table.gaps, poisson=poisson_error(table)))
    write_table(path, table)
    errors = {
        "solve_error": table.solve_error,
        "interpolation_error": table.interpolation,
        "poisson_error": table.poisson,
    }
    print("K_I", errors, "left out", table.gaps.left_out[..., 0].max())
    print("shear", table.shear_errors, "left out", table.gaps.left_out[..., 1].max())
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
