"""Whether the faces of a crack part everywhere, as the linear solution takes for granted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.risk.assumptions.check import FRONT, Check
from rollmech.risk.judge import CrackJudge
from rollmech.risk.verdict import Loading

_GROUP = "closure"


def closure_checks(judge: CrackJudge, loadings: Sequence[Loading]) -> tuple[Check, Check]:
    """Stations that press the crack shut, and stations that close a part of its front."""
    ends = {loading.name: _relative_ends(judge, loading) for loading in loadings}
    shut = {name: high for name, (_, high) in ends.items() if high <= 0}
    opened = {name: low for name, (low, _) in ends.items() if name not in shut}
    return _shut(shut, len(ends)), _partly(opened)


def _relative_ends(judge: CrackJudge, loading: Loading) -> tuple[float, float]:
    """Smallest and largest linear K_I along the front over its largest size, vertex points left out."""
    k = judge.mixed_mode(loading.state)[0][~judge.influence.front.vertex]
    size = np.abs(k).max() or 1.0
    return float(k.min() / size), float(k.max() / size)


def _shut(shut: dict[str, float], count: int) -> Check:
    fails = (
        f"{', '.join(shut)}: the crack is pressed shut (linear K_I <= 0 all along the front); contact is not "
        "modelled"
    )
    status, text = ("broken", fails) if shut else ("holds", f"the crack opens at all of {count} stations")
    return Check(_GROUP, "crack open", len(shut), "", 0, status, text, FRONT, tuple(shut))


def _partly(opened: dict[str, float]) -> Check:
    partly = tuple(name for name, low in opened.items() if low < 0)
    lowest = min(opened.values(), default=None)
    if partly:
        text = (
            f"{', '.join(partly)}: part of the front is in compression (linear K_I < 0): faces touch there, "
            "contact is not modelled, K elsewhere may be higher than given"
        )
    elif opened:
        text = (
            f"where the crack opens, K_I is nowhere below {lowest:.2g} of its largest value: no face touches"
        )
    else:
        return Check(_GROUP, "faces apart", None, "", 0.0, "not checked", "no station opens the crack")
    return Check(_GROUP, "faces apart", lowest, "", 0.0, "broken" if partly else "holds", text, FRONT, partly)
