"""Build the shipped library of K for a single ply, and print its errors: about half an hour on one core.

nice -n 10 python benchmarks/plain_library.py src/rollmech/library/data/plain.npz
"""

from __future__ import annotations

import sys
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


def poisson_error(table: KTable) -> float:
    """Largest change of F over the membrane's between the shipped table and other Poisson's ratios."""
    gaps = []
    for poisson in SHIPPED_POISSON:
        for place in PLACES:
            node = solve_node((ply(poisson),), *place)
            gaps.append(np.abs(node.shape - table.factors(*place)) / node.shape[:, :1])
    return float(np.max(gaps))


def main(path: Path) -> None:
    """Solve, check, write."""
    table = build_table((ply(POISSON),), Grid(), print)
    table = replace(table, poisson=poisson_error(table))
    write_table(path, table)
    print(
        f"interpolation {table.interpolation:.3g}, solves {table.solve_error:.3g}, Poisson {table.poisson:.3g}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
