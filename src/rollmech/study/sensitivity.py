"""Which keys move an output how much: indices with their intervals from the design that the study has.

Sobol indices (Saltelli et al. 2010) from a saltelli design, elementary effects (Morris 1991, Campolongo et al. 2007)
from a morris design, first-order indices of given data by RBD-FAST (Tarantola et al. 2006) or Delta (Borgonovo 2007)
from a sampled one, all by SALib; shares of the variance of means and pairs of means from a grid or factorial.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.study.collect import split_label
from rollmech.study.file import StudyFile
from rollmech.study.space import Points, problem_of

if TYPE_CHECKING:
    import pandas as pd

DEFAULT = ("K_ratio", "stress_ratio", "G_ratio", "stress_max", "strength_ratio")
"""Outputs looked at where the study names none: the first that there is."""
_LEAST = 16
"""Fewest points that indices are estimated from."""
_MOST = 20_000
"""Most points that given-data indices are estimated from, taken at random."""
_PER_HARMONIC = 32
"""Points for each harmonic of RBD-FAST: with fewer its indices are noise."""
_SAMPLED = ("latin-hypercube", "sobol")


@dataclass(frozen=True)
class Sensitivity:
    """Indices of one output.

    Attributes:
        output: Column of the table.
        method: What they are, in words.
        names: Keys.
        first: Main index of every key, shape (k,); NaN where there is none.
        first_spread: Half-width of its 95 % interval; zero where it is exact on the design.
        total: Total index, or sigma of Morris; None where the method has none.
        total_spread: Its half-width.
        pairs: Pair of keys to the share of the variance that only both together explain.
        reason: Why there are no indices; empty otherwise.
    """

    output: str
    method: str
    names: tuple[str, ...]
    first: np.ndarray
    first_spread: np.ndarray
    total: np.ndarray | None = None
    total_spread: np.ndarray | None = None
    pairs: dict[tuple[str, str], float] = field(default_factory=dict)
    reason: str = ""

    @property
    def order(self) -> list[int]:
        """Positions of the keys, the most influential first."""
        size = self.first if self.total is None else np.fmax(self.first, self.total)
        return np.argsort(-np.nan_to_num(size, nan=-1.0), kind="stable").tolist()

    @classmethod
    def of_record(cls, found: dict[str, Any], names: tuple[str, ...]) -> Sensitivity:
        """What `record` was made of.

        Args:
            found: The record.
            names: Keys in their order.
        """

        def column(key: str) -> np.ndarray:
            given = [found.get(name, {}).get(key) for name in names]
            return np.array([np.nan if value is None else value for value in given])

        main = column("first"), column("first_interval")
        if "reason" in found:
            return cls(found["output"], "", names, *main, reason=found["reason"])
        both = any("total" in found[name] for name in names)
        total = (column("total"), column("total_interval")) if both else (None, None)
        pairs = {tuple(text.split(" x ")): share for text, share in found["pairs"].items()}
        return cls(found["output"], found["method"], names, *main, *total, pairs)

    def record(self) -> dict[str, Any]:
        """As plain data."""
        if self.reason:
            return {"output": self.output, "reason": self.reason}
        found: dict[str, Any] = {"output": self.output, "method": self.method}
        for i, name in enumerate(self.names):
            found[name] = {"first": _number(self.first[i]), "first_interval": _number(self.first_spread[i])}
            if self.total is not None:
                found[name] |= {
                    "total": _number(self.total[i]),
                    "total_interval": _number(self.total_spread[i]),
                }
        found["pairs"] = {f"{a} x {b}": _number(share) for (a, b), share in self.pairs.items()}
        return found


def sensitivities(study: StudyFile, points: Points, table: pd.DataFrame) -> list[Sensitivity]:
    """Indices of every output that the study asks for."""
    return [_one(study, points, table, column) for column in output_columns(study, table)]


def output_columns(study: StudyFile, table: pd.DataFrame) -> list[str]:
    """Columns of the outputs that the study names, by default of what the verdict rests on."""
    by_name = {split_label(column)[0]: column for column in table.columns}
    if study.outputs:
        return [by_name[name] for name in study.outputs if name in by_name]
    return [by_name[name] for name in DEFAULT if name in by_name][:1]


def _one(study: StudyFile, points: Points, table: pd.DataFrame, column: str) -> Sensitivity:
    names = tuple(item.name for item in study.vary)
    full = np.full(points.planned, np.nan)
    full[points.design[table["point"].to_numpy()]] = table[column].to_numpy(dtype=float)
    kind = study.design.kind
    try:
        if kind in _SAMPLED:
            return _given(study, points, full, column, names)
        if kind in _DESIGNED:
            return _DESIGNED[kind](study, points, full, column, names)
        return _variance(points, table, column, names)
    except _NoIndices as error:
        nothing = np.full(len(names), np.nan)
        return Sensitivity(column, "", names, nothing, nothing, reason=str(error))


class _NoIndices(Exception):
    """Why there are none."""


def _complete(values: np.ndarray) -> None:
    missing = int(np.isnan(values).sum())
    if missing:
        raise _NoIndices(f"{missing} of {len(values)} points of the design have no value")
    if np.ptp(values) == 0:
        raise _NoIndices("the output is the same at all points")


def _sobol(study: StudyFile, points: Points, values: np.ndarray, column: str, names: tuple) -> Sensitivity:
    from SALib.analyze import sobol

    _complete(values)
    scaled = (values - values.mean()) / values.std()
    found = sobol.analyze(problem_of(study.vary), scaled, calc_second_order=False, seed=study.design.seed)
    return Sensitivity(
        column, "Sobol indices", names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"]
    )


def _morris(study: StudyFile, points: Points, values: np.ndarray, column: str, names: tuple) -> Sensitivity:
    from SALib.analyze import morris

    _complete(values)
    problem, levels = problem_of(study.vary), study.design.levels
    found = morris.analyze(problem, points.places, values, num_levels=levels, seed=study.design.seed)
    spread = np.asarray(found["mu_star_conf"], dtype=float)
    return Sensitivity(
        column, "elementary effects over the range: mu* and sigma", names, np.asarray(found["mu_star"], dtype=float),
        spread, np.asarray(found["sigma"], dtype=float), np.zeros(len(names)),
    )  # fmt: skip


_DESIGNED: dict[str, Callable] = {"saltelli": _sobol, "morris": _morris}


def _given(study: StudyFile, points: Points, full: np.ndarray, column: str, names: tuple) -> Sensitivity:
    """First-order indices of sampled data; points without a value are left out."""
    from SALib.analyze import delta, rbd_fast

    there = np.flatnonzero(np.isfinite(full))
    if len(there) > _MOST:
        there = np.sort(np.random.default_rng(0).choice(there, _MOST, replace=False))
    values, places = full[there], points.places[there]
    if len(values) < max(_LEAST, 4 * len(names)) or np.ptp(values) == 0:
        raise _NoIndices(f"{len(values)} points with values are too few, or all the same")
    problem, seed = problem_of(study.vary), study.design.seed
    if study.method == "delta":
        found = delta.analyze(problem, places, values, seed=seed)
        return Sensitivity(
            column, "first-order index and Borgonovo's delta", names, found["S1"], found["S1_conf"],
            found["delta"], found["delta_conf"],
        )  # fmt: skip
    harmonics = int(np.clip(len(values) // _PER_HARMONIC, 2, 10))
    found = rbd_fast.analyze(problem, places, values, M=harmonics, seed=seed)
    first, spread = (np.asarray(found[key], dtype=float) for key in ("S1", "S1_conf"))
    return Sensitivity(column, "first-order indices by RBD-FAST", names, first, spread)


def _variance(points: Points, table: pd.DataFrame, column: str, names: tuple) -> Sensitivity:
    """Shares of the variance of a grid: of means over one key, and of pairs beyond their parts."""
    keep = np.isfinite(table[column].to_numpy(dtype=float))
    values = table.loc[keep, column].to_numpy(dtype=float)
    if len(values) < 4 or np.ptp(values) == 0:
        raise _NoIndices(f"{len(values)} points with values are too few, or all the same")
    rows = table.loc[keep, "point"].to_numpy()
    codes = [_codes(points.columns[i].values[rows]) for i in range(len(names))]
    variance = values.var()
    first = np.array([_explained(values, code) for code in codes]) / variance
    pairs = {}
    for i, j in combinations(range(len(names)), 2):
        both = _explained(values, codes[i] * (codes[j].max() + 1) + codes[j]) / variance
        pairs[names[i], names[j]] = float(max(both - first[i] - first[j], 0.0))
    words = "shares of the variance on the grid"
    if not keep.all() or len(points) < points.planned:
        words += ", points without a value left out"
    return Sensitivity(column, words, names, first, np.zeros(len(names)), pairs=pairs)


def _codes(values: np.ndarray) -> np.ndarray:
    plain = values if values.dtype != object else np.array([repr(value) for value in values])
    return np.unique(plain, return_inverse=True)[1]


def _explained(values: np.ndarray, code: np.ndarray) -> float:
    """Variance of the means over the groups of a code."""
    count = np.bincount(code)
    mean = np.bincount(code, weights=values) / np.maximum(count, 1)
    return float((count * (mean - values.mean()) ** 2).sum() / len(values))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
