"""Life of a case's flaw over the level of load, with K of the grown flaw and with K of the initial one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rollmech.case import Case
from rollmech.growth.march import march
from rollmech.library.store import Kept
from rollmech.line.cracks import GrowingCrack
from rollmech.line.growing import LIFE, crack_angle, exposures_of_line, laws_of, start_sizes
from rollmech.line.history import Stop


def life_levels(case: Case, stops: list[Stop], kept: Kept) -> list[dict[str, Any]]:
    """Passes that the flaw survives with all stresses of the line times each level.

    Args:
        case: With ``growth.load_levels``.
        stops: Of the flawed ply, with durations.
        kept: Library of the stack.

    Returns:
        A row a level: ``level``, ``k_ratio`` of the initial flaw, and for ``coupled`` and ``uncoupled`` the outcome and
        the passes completed.

    Raises:
        NumericsError: The growth could not be resolved.
    """
    layer = case.layer(case.flaw.layer)
    toughness = case.material_of(case.flaw.layer).value("fracture_toughness")
    resistance, _ = laws_of(case.growth, toughness)
    k, start = GrowingCrack(kept.table, layer.thickness), start_sizes(case)
    angle = crack_angle(case)
    rows = []
    for level in sorted(case.growth.load_levels):
        loaded = [replace(s, parts={cause: level * v for cause, v in s.parts.items()}) for s in stops]
        line, _ = exposures_of_line(loaded, angle, k, start, resistance)
        ratio = max(np.max(k(*start, np.asarray(exposure.stress))) for exposure in line) / toughness
        row = {"level": level, "k_ratio": float(ratio)}
        for name, coupled in (("coupled", True), ("uncoupled", False)):
            end = march(line, k, resistance, *start, passes=LIFE, coupled=coupled, limits=(k.deepest, np.inf))
            row[name] = {"outcome": end.outcome, "passes": end.passes}
        rows.append(row)
    return rows
