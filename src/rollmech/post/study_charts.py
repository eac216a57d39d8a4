"""Charts of a study: main effects, interaction of two keys, a map over two keys, sensitivity indices."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from rollmech.post import theme
from rollmech.study.collect import split_label

if TYPE_CHECKING:
    import pandas as pd

    from rollmech.study.file import StudyFile
    from rollmech.study.sensitivity import Sensitivity

_FEW = 40
"""Different values up to which those of a key count as levels."""
_BINS = 6
_SHOWN = 6
_DOTS = 4000
"""Most points shown as dots."""
_PLACES = 20_000
"""Most places of a map."""
_PER_CELL = 4
_RATIOS = ("K_ratio", "stress_ratio", "strength_ratio")


def draw_study(study: StudyFile, table: pd.DataFrame, found: list[Sensitivity], folder: Path) -> list[str]:
    """Draw the charts of every output; returns the files' names."""
    names = []
    with theme.style():
        for item in found:
            data = table[np.isfinite(table[item.output].to_numpy(dtype=float))]
            if len(data) < 2:
                continue
            chart = _Chart(study, data, item)
            stem = split_label(item.output)[0]
            names.append(chart.main_effects(folder / f"main_effects_{stem}.png"))
            if not item.reason:
                names.append(chart.indices(folder / f"sensitivity_{stem}.png"))
            if len(chart.numeric) >= 2:
                names.append(chart.interaction(folder / f"interaction_{stem}.png"))
                names.append(chart.contours(folder / f"map_{stem}.png"))
    return [path.name for path in names]


class _Chart:
    """Charts of one output.

    Args:
        study: The study.
        data: Rows with a value.
        found: Sensitivity of the output.
    """

    def __init__(self, study: StudyFile, data: pd.DataFrame, found: Sensitivity) -> None:
        self.study, self.data, self.found = study, data, found
        self.y = data[found.output].to_numpy(dtype=float)
        self.columns = study.vary
        self.log = [item.log for item in study.vary]
        self._coded = cache(self._coded)
        order = [i for i in found.order if len(self._coded(i)[0]) > 1]
        self.order = order[:_SHOWN]
        self.numeric = [i for i in order if data[self.columns[i].label].dtype.kind in "fiu"][:2]

    def _frame(self, subtitle: str, *notes: str) -> theme.Frame:
        left_out = f"{len(self.data)} points with a value."
        return theme.Frame(self.study.title, subtitle, (left_out, *notes))

    def _values(self, i: int) -> np.ndarray:
        return self.data[self.columns[i].label].to_numpy()

    def _coded(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        """Different values of a key in their order, and which of them each point has."""
        import pandas as pd

        values = self._values(i)
        code, levels = pd.factorize(values if values.dtype.kind in "fiu" else values.astype(str), sort=True)
        return np.asarray(levels), code

    def _binned(self, i: int) -> bool:
        """Whether a key has a value of its own at most points, so that means are taken over bins.

        A single key has nothing to take means over: its points are joined as they are.
        """
        if len(self.columns) == 1:
            return False
        values, count = self._values(i), len(self._coded(i)[0])
        return values.dtype.kind in "fiu" and count > min(_FEW, len(values) // 2)

    def _means(self, i: int, log: bool, chosen: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Means over the levels of a key, or over bins of equal count where there are many values."""
        levels, code = self._coded(i)
        y = self.y if chosen is None else self.y[chosen]
        code = code if chosen is None else code[chosen]
        if self._binned(i):
            return _bin_means(levels[code], y, log)
        number = np.bincount(code, minlength=len(levels))
        total = np.bincount(code, weights=y, minlength=len(levels))
        at = levels if levels.dtype.kind in "fiu" else np.arange(len(levels))
        return at[number > 0], total[number > 0] / number[number > 0]

    def _scale(self, axes: Axes, i: int, which: str = "x") -> None:
        """Logarithmic where the key was varied so; plain numbers at the ticks."""
        if not self.log[i]:
            return
        getattr(axes, f"set_{which}scale")("log")
        axis, values = getattr(axes, f"{which}axis"), self._values(i)
        near = values.max() / values.min() < 50
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if near else (1.0,)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())

    def main_effects(self, path: Path) -> Path:
        """Mean of the output over each key, with the points."""
        dots = "points" if len(self.y) <= _DOTS else f"{_DOTS} of the points, drawn at random"
        note = f"Line: mean over all other keys. Dots: {dots}."
        made = theme.figure(self._frame(f"Main effects on {self.found.output}", note))
        rows = 1 if len(self.order) <= 3 else 2
        columns = -(-len(self.order) // rows)
        grid = made.add_gridspec(
            rows, columns, left=0.085, right=0.965, top=0.86, bottom=0.16, wspace=0.12, hspace=0.42
        )
        first = None
        for n, i in enumerate(self.order):
            axes = made.add_subplot(grid[divmod(n, columns)], sharey=first)
            first = first or axes
            self._effect(axes, i)
            axes.tick_params(labelleft=n % columns == 0)
            axes.set_xlabel(theme.folded(self.columns[i].label, 34), fontsize=10)
            if n % columns == 0:
                axes.set_ylabel(self.found.output)
        self._allowed_line(first)
        return theme.save(made, path)

    def _effect(self, axes: Axes, i: int) -> None:
        values = self._values(i)
        if values.dtype.kind not in "fiu":
            texts, values = self._coded(i)
            axes.set_xticks(range(len(texts)), [theme.folded(text, 14) for text in texts], fontsize=9)
        else:
            self._scale(axes, i)
        some = _some(len(values), _DOTS)
        axes.plot(values[some], self.y[some], ".", color=theme.SKY, ms=4, alpha=0.6)
        at, mean = self._means(i, axes.get_xscale() == "log")
        axes.plot(at, mean, "o-", color=theme.BLUE, linewidth=2.4, ms=5)

    def _allowed_line(self, axes: Axes) -> None:
        if split_label(self.found.output)[0] in _RATIOS and self.y.max() > 0.7:
            for item in axes.figure.axes:
                item.axhline(1.0, color=theme.VERMILLION, linewidth=1.2, linestyle="--")

    def indices(self, path: Path) -> Path:
        """Bars of the indices with their intervals."""
        found, order = self.found, self.found.order[::-1]
        note = "Whiskers: 95 % interval of the estimate. Bars without: exact on the points of the study."
        made = theme.figure(self._frame(f"Sensitivity of {found.output}: {found.method}", note))
        axes = made.add_axes((0.36, 0.16, 0.59, 0.68))
        bars = [("first", found.first, found.first_spread, theme.BLUE, "")]
        if found.total is not None:
            bars.append(("total", found.total, found.total_spread, theme.ORANGE, "///"))
        height = 0.7 / len(bars)
        for n, (label, values, spread, colour, hatch) in enumerate(bars):
            label = _legend(found.method)[n] or label
            at = np.arange(len(order)) + (0.5 * (len(bars) - 1) - n) * height
            whiskers = np.nan_to_num(spread[order])
            axes.barh(
                at, values[order], height, xerr=whiskers if whiskers.any() else None, color=colour, hatch=hatch,
                edgecolor=theme.PAPER, label=label, error_kw={"ecolor": theme.INK, "capsize": 3},
            )  # fmt: skip
        names = [self.columns[i].name for i in order]
        axes.set_yticks(range(len(order)), [theme.folded(name, 34) for name in names])
        axes.axvline(0, color=theme.INK, linewidth=0.8)
        axes.set_xlabel("index" if "effects" not in found.method else f"change of {found.output}")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.08), ncols=2)
        return theme.save(made, path)

    def interaction(self, path: Path) -> Path:
        """The output over one key for values of another."""
        i, j = self.numeric
        note = "Parallel lines: no interaction. Means over all other keys."
        made = theme.figure(self._frame(f"Interaction of two keys in {self.found.output}", note))
        axes = made.add_axes((0.09, 0.16, 0.6, 0.69))
        self._scale(axes, i)
        for n, (text, chosen) in enumerate(_slices(*self._coded(j), self._binned(j))):
            at, mean = self._means(i, axes.get_xscale() == "log", chosen)
            style = {"color": theme.LINES[n % 6], "linestyle": theme.DASHES[n % 6]}
            axes.plot(at, mean, marker="o", ms=5, label=text, **style)
        self._allowed_line(axes)
        axes.set_xlabel(self.columns[i].label)
        axes.set_ylabel(self.found.output)
        title = theme.folded(self.columns[j].label, 28)
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), title=title, alignment="left")
        return theme.save(made, path)

    def contours(self, path: Path) -> Path:
        """A map of the output over the two keys that move it most."""
        i, j = self.numeric
        x, y = self._values(i), self._values(j)
        places = self._places(i, j)
        others = len(self.columns) > 2
        scattered = others and len(places[0]) > len(x) // 2
        subtitle = f"{self.found.output} over two keys" + (", mean over the others" if others else "")
        note = "Cells: means of the points in them." if scattered else "Straight lines between the points."
        if len(places[0]) > _PLACES and not scattered:
            note += f" Drawn from {_PLACES} places of {len(places[0])}, taken at random."
        made = theme.figure(self._frame(subtitle, note))
        axes = made.add_axes((0.1, 0.16, 0.71, 0.7))
        bar = made.add_axes((0.85, 0.16, 0.022, 0.7))
        self._scale(axes, i)
        self._scale(axes, j, "y")
        filled = self._cells(axes, x, y) if scattered else self._filled(axes, *places)
        made.colorbar(filled, cax=bar).set_label(self.found.output)
        axes.set_xlabel(self.columns[i].label)
        axes.set_ylabel(self.columns[j].label)
        axes.grid(False)
        return theme.save(made, path)

    def _places(self, i: int, j: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Different values of two keys together, and the mean of the output over all points there."""
        import pandas as pd

        (x, a), (y, b) = self._coded(i), self._coded(j)
        code, pairs = pd.factorize(a.astype(np.int64) * len(y) + b, sort=True)
        mean = np.bincount(code, weights=self.y) / np.bincount(code)
        return x[pairs // len(y)], y[pairs % len(y)], mean

    def _filled(self, axes: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray) -> Any:
        """Contours between places."""
        some = _some(len(x), _PLACES)
        x, y, values = x[some], y[some], values[some]
        triangles = _triangles(x, y, axes.get_xscale() == "log", axes.get_yscale() == "log")
        filled = axes.tricontourf(triangles, values, levels=14, cmap="cividis_r")
        self._contour_lines(axes, triangles, values)
        if len(x) <= 600:
            axes.plot(x, y, ".", color=theme.INK, ms=3, alpha=0.7)
        return filled

    def _cells(self, axes: Axes, x: np.ndarray, y: np.ndarray) -> Any:
        """Means of cells: between points whose other keys differ there is nothing to interpolate."""
        count = int(np.clip(np.sqrt(len(x) / _PER_CELL), 2, 40))
        edges = [_edges(v, count, s == "log") for v, s in ((x, axes.get_xscale()), (y, axes.get_yscale()))]
        total, *_ = np.histogram2d(x, y, edges, weights=self.y)
        number, *_ = np.histogram2d(x, y, edges)
        mean = np.divide(total, number, out=np.full_like(total, np.nan), where=number > 0)
        if len(x) <= 600:
            axes.plot(x, y, ".", color=theme.INK, ms=3, alpha=0.7)
        return axes.pcolormesh(*edges, mean.T, cmap="cividis_r")

    def _contour_lines(self, axes: Axes, triangles: Any, values: np.ndarray) -> None:
        """Thin lines, and a thick one where a ratio is 1."""
        lines = axes.tricontour(triangles, values, levels=6, colors=theme.INK, linewidths=0.7)
        axes.clabel(lines, fmt=lambda value: f"{value:.3g}", fontsize=9)
        if split_label(self.found.output)[0] in _RATIOS and values.min() < 1 < values.max():
            axes.tricontour(triangles, values, levels=[1.0], colors=theme.VERMILLION, linewidths=2.6)


def _legend(method: str) -> tuple[str, str]:
    """What the two bars of a method are."""
    if method.startswith("elementary"):
        return "mu*: mean size of the effect", "sigma: how much it depends on the other keys"
    if method.startswith("first-order index and"):
        return "first order", "delta"
    return ("share of the variance by the key alone", "with its interactions")


def _bin_means(values: np.ndarray, y: np.ndarray, log: bool) -> tuple[np.ndarray, np.ndarray]:
    """Middles of bins of equal count, and the means of the output in them."""
    parts = np.array_split(np.argsort(values, kind="stable"), min(_BINS, len(values)))
    middle = np.array([np.exp(np.log(values[p]).mean()) if log else values[p].mean() for p in parts])
    return middle, np.array([y[p].mean() for p in parts])


def _slices(levels: np.ndarray, code: np.ndarray, binned: bool) -> list[tuple[str, np.ndarray]]:
    """Levels of a key, or thirds of its values, with their words."""
    if not binned:
        shown = (
            range(len(levels)) if len(levels) <= 6 else np.linspace(0, len(levels) - 1, 5).round().astype(int)
        )
        return [(f"{levels[i]:.4g}", code == i) for i in shown]
    values = levels[code]
    ends = np.quantile(values, [0, 1 / 3, 2 / 3, 1])
    return [(f"{low:.3g} to {high:.3g}", (values >= low) & (values <= high)) for low, high in pairwise(ends)]


def _edges(values: np.ndarray, count: int, log: bool) -> np.ndarray:
    """Ends of cells of equal width, or of equal ratio."""
    of = np.geomspace if log else np.linspace
    return of(values.min(), values.max(), count + 1)


def _some(size: int, most: int) -> np.ndarray:
    """Positions of at most so many of the points, without the pattern that a stride through a design has."""
    if size <= most:
        return np.arange(size)
    return np.sort(np.random.default_rng(0).choice(size, most, replace=False))


def _triangles(x: np.ndarray, y: np.ndarray, log_x: bool, log_y: bool) -> Any:
    """Triangles between places, made where both axes are drawn evenly."""
    from matplotlib.tri import Triangulation

    def even(values: np.ndarray, log: bool) -> np.ndarray:
        values = np.log(values) if log else values
        return (values - values.min()) / np.ptp(values)

    made = Triangulation(even(x, log_x), even(y, log_y)).triangles
    return Triangulation(x, y, made)
