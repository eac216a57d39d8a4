"""A crack at the slit edge: the web's state there is not that of the wide web."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rollmech.mesh.patch import Patch
from rollmech.risk.assumptions.check import FRONT, NOTCH, Check, graded
from rollmech.web import WebState

_LIMIT, _BROKEN = 0.02, 0.15


def edge_checks(patch: Patch, state: WebState, ply: int, face: str) -> Iterator[Check]:
    """What the free edge does to the stress along it, for flaws there.

    They are given for the wide web's sigma_x. The edge is free of sigma_y while the strain along it stays, so that
    close to it sigma_x is lower by nu sigma_y (Hooke's law; sigma_z = 0, which leaves out the edge stresses of
    unlike plies, Pipes & Pagano 1970).
    """
    if not patch.at_edge:
        return
    x, y = np.asarray(state.total[ply, ("bottom", "top").index(face)])[:2]
    relief = patch.plies[0].poisson_ratio * y
    share = float(relief / x) if x else 0.0
    text = (
        f"stress at the slit edge: free of sigma_y, sigma_x there is {abs(100 * share):.2g} % "
        f"{'below' if share >= 0 else 'above'} that of the wide web, which the flaw is judged by "
        f"({'safe' if share >= 0 else 'unsafe'} side)"
    )
    yield graded(
        "crack tip",
        "edge stress",
        abs(share),
        _LIMIT,
        _BROKEN,
        text,
        text,
        bears_on=NOTCH if patch.front is None else FRONT,
    )
