"""Process windows: a ratio or a failure probability over two roller settings, a million points at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import RectBivariateSpline

from rollmech.case import Case
from rollmech.case.schema import Roller
from rollmech.line.history import added_force
from rollmech.line.response import Response, curvature
from rollmech.web import Laminate

if TYPE_CHECKING:
    import pandas

SETTINGS = {
    "radius": ("length", "mm", 1e3),
    "tension": ("force_per_width", "N/m", 1.0),
    "wrap": ("angle", "deg", 180 / np.pi),
    "temperature": ("temperature", "degC", 1.0),
    "misalignment": ("angle", "mrad", 1e3),
    "tension_ripple": ("fraction", "%", 100.0),
}
"""Roller settings that a window can vary: dimension, unit shown, unit per SI."""
_CELSIUS = 273.15
POINTS = 1000
ROWS = 101
"""Values each way in tables."""
_SHOWN = 7
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
        return f"{self.setting.replace('_', ' ')} of {whose} ({SETTINGS[self.setting][1]})"

    @property
    def shown(self) -> np.ndarray:
        """Values in the unit shown, shape (n,)."""
        offset = _CELSIUS if self.setting == "temperature" else 0.0
        return (self.values - offset) * SETTINGS[self.setting][2]


STATE = ("tension", "bend", "temperature_change", "strain")
"""What a group's rollers do to the web."""


@dataclass(frozen=True)
class Group:
    """Rollers that differ in nothing that counts: what they do to the web over the grid.

    Attributes:
        names: Of the rollers.
        tension: N/m at the top of the ripple, shape broadcastable to (ny, nx).
        bend: Signed curvature, 1/m, likewise.
        temperature_change: K, likewise.
        strain: Of the edge by misalignment, likewise.
    """

    names: tuple[str, ...]
    tension: np.ndarray
    bend: np.ndarray
    temperature_change: np.ndarray
    strain: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """Of all four together."""
        return np.broadcast_shapes(*(np.shape(getattr(self, key)) for key in STATE))

    def taken(self, rows: np.ndarray, columns: np.ndarray) -> Group:
        """The states at pairs of rows and columns of the grid, each of shape (n,)."""
        found = {key: np.broadcast_to(getattr(self, key), self.shape)[rows, columns] for key in STATE}
        return replace(self, **found)


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

    def __repr__(self) -> str:
        ends = f"{self.values.min():.3g} to {self.values.max():.3g}"
        return f"<Window of {self.quantity}: {ends} over {self.x.label} and {self.y.label}>"

    def _repr_html_(self) -> str:
        shares = [f"{100 * (self.values <= level).mean():.3g} % at most {level:g}" for level in self.levels]
        shown = self.thinned(_SHOWN).to_html(float_format="{:.3g}".format, border=0)
        return f"<p>{escape(repr(self)[1:-1])}; of the map {', '.join(shares)}</p>\n{shown}"

    @property
    def table(self) -> pandas.DataFrame:
        """About a hundred values each way: y down, x across, in the units shown; ``values`` holds all."""
        return self.thinned(ROWS)

    def thinned(self, count: int) -> pandas.DataFrame:
        """The map at ``count`` values each way."""
        import pandas

        rows, columns = (np.linspace(0, n - 1, min(count, n)).astype(int) for n in self.values.shape)
        x = pandas.Index(self.x.shown[columns], name=self.x.label)
        y = pandas.Index(self.y.shown[rows], name=self.y.label)
        return pandas.DataFrame(self.values[np.ix_(rows, columns)], y, x)


def groups_of(case: Case, laminate: Laminate, x: Axis, y: Axis) -> list[Group]:
    """The rollers of a line with both settings varied, equal ones once."""
    found: dict[tuple, Group] = {}
    for number, roller in enumerate(case.rollers):
        following = case.rollers[number + 1] if number + 1 < len(case.rollers) else None
        values, varied = _values(roller, following, x, y)
        key = (varied, *(values[key].tobytes() for key in sorted(values)), roller.touches)
        names = (*found[key].names, roller.name) if key in found else (roller.name,)
        bend = curvature(laminate, values["radius"], values["wrap"], values["tension"], roller.touches)
        strain = values["misalignment"] * (case.web.width / following.span if _enters(following) else 0.0)
        change = values["temperature"] - case.web.stress_free_temperature
        tension = values["tension"] * (1 + values["tension_ripple"])
        found[key] = Group(names, tension, bend, change, strain)
    return list(found.values())


def _enters(roller: Roller | None) -> bool:
    """Whether the web may enter a roller askew: a span of known length leads to it."""
    return roller is not None and roller.span is not None


def _values(
    roller: Roller, following: Roller | None, x: Axis, y: Axis
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """Settings of one roller over the grid, and which of them vary; the misalignment is that of the next roller."""
    owner = {key: following if key == "misalignment" else roller for key in SETTINGS}
    values = {key: np.array(float(getattr(of, key)) if of else 0.0) for key, of in owner.items()}
    varied = []
    for axis, shape in ((x, (1, -1)), (y, (-1, 1))):
        of = owner[axis.setting]
        if (
            of is not None
            and axis.roller in (None, of.name)
            and (axis.setting != "misalignment" or _enters(of))
        ):
            values[axis.setting] = axis.values.reshape(shape)
            varied.append(axis.setting)
    return values, tuple(varied)


def affine_map(groups: Sequence[Group], terms: Callable[[Group], np.ndarray]) -> np.ndarray:
    """Largest of many sums p T + q kappa + s dT + r over the groups and over the terms.

    Args:
        groups: Of rollers.
        terms: Group to its (p, q, s, r), shape (n, 4).
    """
    return reduce(np.maximum, (_largest(group, terms(group)) for group in groups))


def _largest(group: Group, terms: np.ndarray) -> np.ndarray:
    state = [np.asarray(getattr(group, key)) for key in ("tension", "bend", "temperature_change")]
    shape = np.broadcast_shapes(*(value.shape for value in state))
    best, work = np.full(shape, -np.inf), np.empty(shape)
    for *slopes, rest in terms[_envelope(terms, [np.broadcast_to(value, shape) for value in state])]:
        work[...] = rest
        for value, slope in zip(state, slopes, strict=True):
            if slope:
                work += slope * value
        np.maximum(best, work, out=best)
    return best


def _envelope(terms: np.ndarray, state: Sequence[np.ndarray]) -> np.ndarray:
    """Terms that can be the largest somewhere: those that are at sampled states, and their neighbours."""
    if state[0].ndim < 2 or len(terms) < 4:
        return np.arange(len(terms))
    step = tuple(slice(None, None, max(1, n // 40)) for n in state[0].shape)
    sampled = [value[step].ravel() for value in state]
    states = np.stack([*sampled, np.ones(sampled[0].size)])
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
        plain = np.size(group.temperature_change) == 1 and np.size(group.strain) == 1
        values, gap = (_spline if plain else _grid_spline)(group, function)
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


def _grid_spline(group: Group, function: Callable) -> tuple[np.ndarray, float]:
    """The same over the grid itself, for what depends on more than tension and curvature."""
    shape = group.shape
    places = [np.unique(np.linspace(0, max(n - 1, 1), _COARSE).astype(int)) for n in shape]
    between = [(nodes[4:-1:9] + nodes[5::9]) // 2 if len(nodes) > 5 else nodes[:1] for nodes in places]

    def at(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        mesh = np.meshgrid(np.minimum(rows, shape[0] - 1), np.minimum(columns, shape[1] - 1), indexing="ij")
        states = group.taken(mesh[0].ravel(), mesh[1].ravel())
        return function(states.tension, states.bend, states).reshape(mesh[0].shape)

    degree = {f"k{axis}": min(3, len(nodes) - 1) for axis, nodes in zip("xy", places, strict=True)}
    spline = RectBivariateSpline(*places, at(*places), **degree)
    gap = np.abs(spline(*between) - at(*between)).max()
    return spline(*(np.arange(n) for n in shape)), float(gap)


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
    return replace(group, tension=group.tension + added_force(group.tension, slope), strain=np.zeros(()))


def modes_of(response: Response, tension: np.ndarray, bend: np.ndarray, group: Group) -> np.ndarray:
    """Modes of the ply (Pa), shape (n, 4), at the edge that misalignment strains."""
    slope = group.strain * response.stretch_force
    return response.modes(tension + added_force(tension, slope), bend, group.temperature_change)


def timed(work: Callable[[], tuple[np.ndarray, float]]) -> tuple[np.ndarray, float, float]:
    """Values, interpolation error and seconds of a map."""
    start = time.perf_counter()
    values, error = work()
    return values, error, time.perf_counter() - start
