"""Process windows: a ratio or a failure probability over two roller settings, a million points at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from scipy.interpolate import RectBivariateSpline

from rollmech.case import Case
from rollmech.case.schema import Roller
from rollmech.line.history import added_force
from rollmech.line.response import Response, curvature
from rollmech.web import Laminate

SETTINGS = {
    "radius": ("length", "mm", 1e3),
    "tension": ("force_per_width", "N/m", 1.0),
    "wrap": ("angle", "deg", 180 / np.pi),
}
"""Roller settings that a window can vary: dimension, unit shown, unit per SI."""
POINTS = 1000
_COARSE = 48  # states each way at which what is no sum of products is evaluated


@dataclass(frozen=True)
class Axis:
    """One setting that is varied.

    Attributes:
        setting: Key of ``SETTINGS``.
        roller: Its roller, or None for all of them together.
        values: SI, shape (n,), rising.
    """

    setting: str
    roller: str | None
    values: np.ndarray

    @property
    def label(self) -> str:
        """Setting with its unit."""
        whose = f"'{self.roller}'" if self.roller else "all rollers"
        return f"{self.setting} of {whose} ({SETTINGS[self.setting][1]})"

    @property
    def shown(self) -> np.ndarray:
        """Values in the unit shown, shape (n,)."""
        return self.values * SETTINGS[self.setting][2]


@dataclass(frozen=True)
class Group:
    """Rollers that differ in nothing that counts: what they do to the web over the grid.

    Attributes:
        names: Of the rollers.
        tension: N/m at the top of the ripple, shape broadcastable to (ny, nx).
        bend: Signed curvature, 1/m, likewise.
        temperature_change: K.
        strain: Of the edge by misalignment.
    """

    names: tuple[str, ...]
    tension: np.ndarray
    bend: np.ndarray
    temperature_change: float
    strain: float


@dataclass(frozen=True)
class Window:
    """A map over two settings.

    Attributes:
        x, y: The axes.
        values: Ratio or probability, shape (ny, nx): that of the worst roller.
        quantity: In words.
        levels: Values worth a contour.
        seconds: Time that the map took.
        interpolation: Largest difference to directly computed points; 0 where nothing was interpolated.
    """

    x: Axis
    y: Axis
    values: np.ndarray
    quantity: str
    levels: tuple[float, ...]
    seconds: float
    interpolation: float


def groups_of(case: Case, laminate: Laminate, x: Axis, y: Axis) -> list[Group]:
    """The rollers of a line with both settings varied, equal ones once."""
    found: dict[tuple, Group] = {}
    for number, roller in enumerate(case.rollers):
        following = case.rollers[number + 1] if number + 1 < len(case.rollers) else None
        strain = 0.0
        if following and following.misalignment:
            strain = case.web.width * following.misalignment / following.span
        values = {key: np.array(getattr(roller, key)) for key in SETTINGS}
        varied = []
        for axis, shape in ((x, (1, -1)), (y, (-1, 1))):
            if axis.roller in (None, roller.name):
                values[axis.setting] = axis.values.reshape(shape)
                varied.append(axis.setting)
        key = _sameness(roller, varied, strain)
        names = (*found[key].names, roller.name) if key in found else (roller.name,)
        bend = curvature(laminate, values["radius"], values["wrap"], values["tension"], roller.touches)
        change = roller.temperature - case.web.stress_free_temperature
        tension = values["tension"] * (1 + roller.tension_ripple)
        found[key] = Group(names, tension, bend, change, strain)
    return list(found.values())


def _sameness(roller: Roller, varied: Sequence[str], strain: float) -> tuple:
    fixed = tuple(getattr(roller, key) for key in SETTINGS if key not in varied)
    return (tuple(varied), fixed, roller.touches, roller.temperature, roller.tension_ripple, strain)


def affine_map(groups: Sequence[Group], terms: Callable[[Group], np.ndarray]) -> np.ndarray:
    """Largest of many sums p T + q kappa + r over the groups and over the terms.

    Args:
        groups: Of rollers.
        terms: Group to its (p, q, r), shape (n, 3).
    """
    return reduce(np.maximum, (_largest(group, terms(group)) for group in groups))


def _largest(group: Group, terms: np.ndarray) -> np.ndarray:
    shape = np.broadcast_shapes(group.tension.shape, group.bend.shape)
    tension, bend = (np.broadcast_to(value, shape) for value in (group.tension, group.bend))
    best, work = np.full(shape, -np.inf), np.empty(shape)
    for p, q, r in terms[_envelope(terms, tension, bend)]:
        np.multiply(bend, q, out=work)
        work += p * group.tension + r
        np.maximum(best, work, out=best)
    return best


def _envelope(terms: np.ndarray, tension: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Terms that can be the largest somewhere: those that are at sampled states, and their neighbours."""
    if tension.ndim < 2 or len(terms) < 4:
        return np.arange(len(terms))
    step = tuple(slice(None, None, max(1, n // 40)) for n in tension.shape)
    states = np.stack([tension[step].ravel(), bend[step].ravel(), np.ones(tension[step].size)])
    winners = np.unique((terms @ states).argmax(axis=0))
    near = np.concatenate([winners - 1, winners, winners + 1])
    return np.unique(np.clip(near, 0, len(terms) - 1))


def interpolated_map(
    groups: Sequence[Group], function: Callable[[np.ndarray, np.ndarray, Group], np.ndarray]
) -> tuple[np.ndarray, float]:
    """Largest value over the groups of a smooth function of tension and curvature, by splines, and their error.

    Args:
        groups: Of rollers.
        function: Of tension (N/m) and curvature (1/m), shape (n,) each, at one group.
    """
    maps, error = [], 0.0
    for group in groups:
        values, gap = _spline(group, function)
        maps.append(values)
        error = max(error, gap)
    return reduce(np.maximum, maps), error


def _spline(group: Group, function: Callable) -> tuple[np.ndarray, float]:
    shape = np.broadcast_shapes(group.tension.shape, group.bend.shape)
    tension, bend = _nodes(group.tension), _nodes(group.bend)
    grid = np.meshgrid(tension, bend, indexing="ij")
    coarse = function(grid[0].ravel(), grid[1].ravel(), group).reshape(len(tension), len(bend))
    spline = RectBivariateSpline(tension, bend, coarse, kx=3, ky=3)
    middle = [(nodes[5:-1:9] + nodes[6::9]) / 2 for nodes in (tension, bend)]
    check = [m.ravel() for m in np.meshgrid(*middle, indexing="ij")]
    gap = np.abs(spline.ev(*check) - function(*check, group)).max() if len(check[0]) else 0.0
    return _evaluated(spline, group, shape), float(gap)


def _nodes(values: np.ndarray) -> np.ndarray:
    """States from the least to the largest value; a constant gets a little width."""
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-30):
        low, high = low - 1e-6 * max(abs(low), 1.0), high + 1e-6 * max(abs(high), 1.0)
    return np.linspace(low, high, _COARSE)


def _evaluated(spline: RectBivariateSpline, group: Group, shape: tuple[int, ...]) -> np.ndarray:
    """The spline over the grid; on a product grid where tension and curvature vary one way each."""
    tension, bend = group.tension, group.bend
    if tension.ndim == 2 and bend.ndim == 2 and tension.shape[1] == 1 and bend.shape[0] == 1:
        order = np.argsort(bend[0])
        back = np.argsort(order)
        return spline(tension[:, 0], bend[0][order])[:, back]
    full = [np.broadcast_to(value, shape).ravel() for value in (tension, bend)]
    return spline.ev(*full).reshape(shape)


def strained(group: Group, laminate: Laminate) -> Group:
    """The same rollers with the tension of the edge that misalignment strains."""
    slope = group.strain * Response(laminate, 0, "top").stretch_force
    return replace(group, tension=group.tension + added_force(group.tension, slope), strain=0.0)


def modes_of(response: Response, tension: np.ndarray, bend: np.ndarray, group: Group) -> np.ndarray:
    """Modes of the ply (Pa), shape (n, 4), at the edge that misalignment strains."""
    slope = group.strain * response.stretch_force
    return response.modes(tension + added_force(tension, slope), bend, group.temperature_change)


def timed(work: Callable[[], tuple[np.ndarray, float]]) -> tuple[np.ndarray, float, float]:
    """Values, interpolation error and seconds of a map."""
    start = time.perf_counter()
    values, error = work()
    return values, error, time.perf_counter() - start
