"""A thin film on a half-space: what its channel cracks release, and in which mode it peels; tabulated by own FE.

Both depend on the moduli through Dundurs' parameters only. The table (`benchmarks/film_table.py`) is even in
ln(E1'/E2') = 2 artanh(alpha) and in 4 beta - alpha, in which ln g and the phase are smooth.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from scipy.interpolate import RectBivariateSpline

from rollmech.fracture.bimaterial.tip import Dundurs


def channel_factor(mismatch: Dundurs) -> float:
    """g of Beuth (1992): a steady channel crack releases ``G = pi g sigma^2 h / (2 E1')``.

    Args:
        mismatch: Of the film (above) and what it lies on (below).
    """
    return float(np.exp(_splines()[0](*_place(mismatch))[0, 0]))


def peel_phase(mismatch: Dundurs) -> float:
    """omega of Suo & Hutchinson (1990), radians: phase of K h^(i eps) of a film in uniform tension that peels."""
    return float(_splines()[1](*_place(mismatch))[0, 0])


def within_table(mismatch: Dundurs) -> bool:
    """Whether a pair of solids lies inside the table; outside of it its edge is taken."""
    ratio, split = (
        2 * np.arctanh(np.clip(mismatch.alpha, -1 + 1e-12, 1 - 1e-12)),
        4 * mismatch.beta - mismatch.alpha,
    )
    ratios, splits = _nodes()[:2]
    return bool(ratios[0] <= ratio <= ratios[-1] and splits[0] <= split <= splits[-1])


def _place(mismatch: Dundurs) -> tuple[float, float]:
    ratio, split = (
        2 * np.arctanh(np.clip(mismatch.alpha, -1 + 1e-12, 1 - 1e-12)),
        4 * mismatch.beta - mismatch.alpha,
    )
    ratios, splits = _nodes()[:2]
    return float(np.clip(ratio, ratios[0], ratios[-1])), float(np.clip(split, splits[0], splits[-1]))


@cache
def _nodes() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """ln(E1'/E2'), shape (n,), 4 beta - alpha, shape (m,), g and phase (degrees), shape (n, m)."""
    text = files("rollmech.fracture.bimaterial").joinpath("data/film.csv").read_text(encoding="utf-8")
    rows = np.array([[float(cell) for cell in row] for row in list(csv.reader(text.splitlines()))[1:]])
    ratios, splits = np.unique(rows[:, 0]), np.unique(rows[:, 1])
    shape = len(ratios), len(splits)
    return ratios, splits, rows[:, 2].reshape(shape), rows[:, 3].reshape(shape)


@cache
def _splines() -> tuple[RectBivariateSpline, RectBivariateSpline]:
    ratios, splits, g, phase = _nodes()
    return RectBivariateSpline(ratios, splits, np.log(g)), RectBivariateSpline(
        ratios, splits, np.radians(phase)
    )
