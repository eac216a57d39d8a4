"""K of cracks over ranges of geometry and moduli: a Gaussian process that knows its errors and does not extrapolate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from rollmech.errors import Fault, InputError
from rollmech.library import ellipse
from rollmech.library.adaptive import QUANTILE, Errors, errors_of
from rollmech.library.cache import write_whole
from rollmech.library.domain import ANGLE, ASPECT, DEPTH, LENGTH, Domain, Layer, Values
from rollmech.library.gaussian import GaussianProcess
from rollmech.library.table import PHI, size_of

_FORMAT = 1
_KIND = "rollmech surrogate"
_ARRAYS = ("x", "y", "lengths", "held_x", "held_y")
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile)


def outputs(shape: np.ndarray, shear: np.ndarray | None, aspect: float, poisson: float) -> np.ndarray:
    """What the process learns of one crack, shape (m,): log F of K_I under tension, the ratio of both loads, and K_II
    and K_III over those of an ellipse in an endless solid.

    Args:
        shape: F of K_I, shape (angles, 2).
        shear: F of K_II and K_III, shape (angles, 2, 2), or None where no crack at an angle is asked for.
        aspect: Depth over half-length.
        poisson: Poisson's ratio of the flawed layer.
    """
    opened = np.concatenate([np.log(shape[:, 0]), shape[:, 1] / shape[:, 0]])
    if shear is None:
        return opened
    return np.concatenate(
        [opened, (shear / ellipse.shear(np.array(aspect), PHI, poisson)[..., None]).ravel()]
    )


def opening_of(y: np.ndarray) -> np.ndarray:
    """F of K_I from outputs (n, m), shape (n, angles, 2)."""
    count = len(PHI)
    membrane = np.exp(y[:, :count])
    return np.stack([membrane, membrane * y[:, count : 2 * count]], axis=-1)


def shear_of(y: np.ndarray, aspect: np.ndarray, poisson: np.ndarray) -> np.ndarray:
    """F of K_II and K_III from outputs (n, m), shape (n, angles, 2, 2)."""
    ratio = y[:, 2 * len(PHI) :].reshape(len(y), len(PHI), 2, 2)
    return ratio * ellipse.shear(aspect, PHI, poisson)[..., None]


def relative_gap(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Largest error along the front and over both loads, over K under uniform tension or shear, shape (n,).

    Args:
        predicted, true: Outputs, shape (n, m).
    """
    one, two = opening_of(predicted), opening_of(true)
    found = (np.abs(one - two) / two[..., :1]).max(axis=(1, 2))
    if true.shape[1] == 2 * len(PHI):
        return found
    # Poisson's ratio and aspect drop out of the ratio, all but for how II and III share G.
    circle = np.ones(len(true)), np.full(len(true), 0.25)
    one, two = shear_of(predicted, *circle), shear_of(true, *circle)
    sheared = size_of(one - two, 0.25) / size_of(two, 0.25)[..., :1]
    return np.maximum(found, sheared.max(axis=(1, 2)))


@dataclass(frozen=True)
class Surrogate:
    """A built surrogate.

    Attributes:
        domain: What it covers.
        process: Of ``outputs`` over ``Domain.inputs``.
        held_x, held_y: Points that were never trained on.
        about: Title, target, whether it was reached, solves, their errors, versions.
        source: File that it was read from.
    """

    domain: Domain
    process: GaussianProcess
    held_x: np.ndarray
    held_y: np.ndarray
    about: dict[str, Any] = field(default_factory=dict)
    source: str = "surrogate"

    @cached_property
    def errors(self) -> Errors:
        """How far it is from solves left out and held out."""
        return errors_of(self.process, self.held_x, self.held_y, relative_gap)

    @property
    def solve_error(self) -> float:
        """Root mean square of the solves' own estimated errors at the deepest point and near the surface."""
        return float(self.about["solve_error"])

    @cached_property
    def _calibration(self) -> float:
        """Relative error per posterior deviation that all but a twentieth of the points left out stay below."""
        return float(np.quantile(self.errors.left_out / self.process.left_out_deviation(), QUANTILE))

    def interpolation_error(self, x: np.ndarray) -> np.ndarray:
        """Estimated relative error at inputs (n, dimension) by the posterior, calibrated on points left out, (n,)."""
        deviation = np.sqrt(self.process.deviation(x) ** 2 + self.process.noise)
        return self._calibration * deviation

    def checked_inputs(self, values: Values) -> np.ndarray:
        """Inputs of keys and values, shape (n, dimension).

        Raises:
            InputError: A key is missing, unknown or outside its range.
        """
        missing = [item for item in self.domain.ranges if item.key not in values]
        if missing:
            faults = [Fault(item.key, "", "is missing", item.text) for item in missing]
            raise InputError(self.source, faults)
        self.domain.check(values, self.source)
        return self.domain.inputs({key: np.atleast_1d(value) for key, value in values.items()})

    def stress_intensity(self, values: Values, modes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """K along the front of many cracks, each in a stack of its own, and the estimated relative error.

        Args:
            values: Every key of the surrogate's ranges to SI values, numbers or arrays of shape (n,).
            modes: x_membrane, x_bending, y_membrane, y_bending of the flawed layer, Pa, shape (n, 4) or (4,).

        Returns:
            sqrt(E' G) with the sign of K_I, Pa m^0.5, shape (n, angles) in the order of ``PHI``; error, shape (n,).

        Raises:
            InputError: A key is missing, unknown or outside its range.
        """
        values = dict(zip(values, np.broadcast_arrays(*map(np.atleast_1d, values.values())), strict=True))
        x = self.checked_inputs(values)
        y, modes = self.process.predict(x), np.broadcast_to(modes, (len(x), 4))
        angle = values.get(ANGLE, np.full(len(x), np.pi / 2))[:, None]
        normal = np.sin(angle) ** 2 * modes[:, :2] + np.cos(angle) ** 2 * modes[:, 2:]
        k = np.zeros((len(x), len(PHI), 3))
        k[..., 0] = np.einsum("npm,nm->np", opening_of(y), normal)
        poisson = self.domain.stack(values, "poisson_ratio")[:, 0]
        if self.domain.sheared:
            shear = np.sin(angle) * np.cos(angle) * (modes[:, :2] - modes[:, 2:])
            aside = shear_of(y, self.domain.aspect(values), poisson)
            k[..., 1:] = np.einsum("npkm,nm->npk", aside, shear)
        found = ellipse.equivalent(k, poisson[:, None])
        scale = np.sqrt(np.pi * values[DEPTH])[:, None]
        return found * scale, self.interpolation_error(x) + self.solve_error

    def at(self, layers: Sequence[Layer], angles: np.ndarray | float = np.pi / 2) -> Slice:
        """Cracks of any size in one stack of the surrogate's.

        Args:
            layers: From the flawed one inwards.
            angles: Between the cracks' traces and the web direction that will be asked for, rad.

        Raises:
            InputError: It is another stack, or lies outside the ranges.
        """
        turned = np.abs(
            (np.asarray(angles, dtype=float) + np.pi / 2) % np.pi - np.pi / 2
        )  # to a quarter turn
        if self.domain.sheared or np.any(np.abs(turned - np.pi / 2) > 1e-9):
            self.domain.check({ANGLE: turned}, self.source)
        return Slice(self, self.domain.values_of(layers, self.source))

    def write(self, path: Path) -> None:
        """Write it in one step: arrays and a JSON header, nothing that runs when it is read."""
        header = {"kind": _KIND, "format": _FORMAT, **self.about, **self.domain.record()}
        header |= {"noise": self.process.noise, "front_angles": PHI.tolist()}
        arrays = {
            "x": self.process.x,
            "y": self.process.y,
            "lengths": self.process.lengths,
            "held_x": self.held_x,
            "held_y": self.held_y,
        }
        write_whole(path, lambda file: np.savez_compressed(file, header=json.dumps(header), **arrays))


def surrogate_of(path: str | Path) -> Surrogate:
    """Read a surrogate.

    Raises:
        InputError: The file is not there, or is none.
    """
    path = Path(path)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            header = json.loads(str(data["header"]))
            arrays = {name: data[name] for name in _ARRAYS}
        if header["kind"] != _KIND or header["format"] != _FORMAT or len(header["front_angles"]) != len(PHI):
            raise ValueError("another kind of file")
        domain = Domain.from_record(header)
        process = GaussianProcess(arrays["x"], arrays["y"], arrays["lengths"], float(header["noise"]))
    except _BROKEN as error:
        problem = "does not exist" if not path.exists() else f"is no surrogate ({type(error).__name__})"
        accepted = "a file that rollmech surrogate wrote"
        raise InputError(str(path), [Fault("file", path.name, problem, accepted)]) from None
    inner = ("kind", "format", "ranges", "layers", "noise", "front_angles")
    about = {key: value for key, value in header.items() if key not in inner}
    return Surrogate(domain, process, arrays["held_x"], arrays["held_y"], about, str(path))


@dataclass(frozen=True)
class Span:
    """What a slice covers: a/t and a/c."""

    depth_ratio: tuple[float, float]
    aspect: tuple[float, float]


@dataclass(frozen=True)
class Slice:
    """F of cracks of any size in one stack, by a surrogate: takes the place of a ``KTable``.

    Attributes:
        surrogate: The surrogate.
        values: Keys of the stack to SI values, each of shape (1,).
    """

    surrogate: Surrogate
    values: Mapping[str, np.ndarray]
    extrapolates = False

    @cached_property
    def _thickness(self) -> float:
        return float(self.surrogate.domain.stack(self.values, "thickness")[0, 0])

    @cached_property
    def poisson_ratio(self) -> float:
        """Of the flawed layer."""
        return float(self.surrogate.domain.stack(self.values, "poisson_ratio")[0, 0])

    @cached_property
    def grid(self) -> Span:
        """Ends of a/t and of a/c."""
        ranges = self.surrogate.domain.by_key
        depth = ranges[DEPTH]
        if ASPECT in ranges:
            aspect = ranges[ASPECT].low, ranges[ASPECT].high
        else:
            aspect = 2 * depth.low / ranges[LENGTH].high, 2 * depth.high / ranges[LENGTH].low
        return Span((depth.low / self._thickness, depth.high / self._thickness), aspect)

    def _inputs(self, depth_ratio: np.ndarray, aspect: np.ndarray) -> np.ndarray:
        """Checked inputs of cracks of shape (n,)."""
        depth, domain = depth_ratio * self._thickness, self.surrogate.domain
        crack = (
            {DEPTH: depth, ASPECT: aspect}
            if ASPECT in domain.by_key
            else {DEPTH: depth, LENGTH: 2 * depth / aspect}
        )
        domain.check(crack, self.surrogate.source)
        return domain.inputs({**self.values, **crack})

    def _predicted(self, depth_ratio, aspect) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
        depth_ratio, aspect = np.broadcast_arrays(depth_ratio, aspect)
        flat = self._inputs(depth_ratio.ravel(), aspect.ravel())
        return self.surrogate.process.predict(flat), aspect.ravel(), depth_ratio.shape

    def factors(self, depth_ratio, aspect, points: Sequence[int] | None = None) -> np.ndarray:
        """F of K_I, shape (..., angles, 2); as ``KTable.factors``.

        Raises:
            InputError: A crack lies outside the ranges.
        """
        y, _, shape = self._predicted(depth_ratio, aspect)
        found = opening_of(y)
        found = found if points is None else found[:, list(points)]
        return found.reshape(*shape, *found.shape[1:])

    def shear_factors(self, depth_ratio, aspect, points: Sequence[int] | None = None) -> np.ndarray:
        """F of K_II and K_III, shape (..., angles, 2, 2); as ``KTable.shear_factors``.

        Raises:
            InputError: A crack lies outside the ranges, or the surrogate knows none at an angle.
        """
        y, aspect, shape = self._predicted(depth_ratio, aspect)
        if not self.surrogate.domain.sheared:
            problem = "is no range of this surrogate, which knows cracks straight across the web only"
            raise InputError(self.surrogate.source, [Fault(ANGLE, "", problem, "90 deg")])
        ratio = y[:, 2 * len(PHI) :].reshape(len(y), len(PHI), 2, 2)
        found = ratio * ellipse.shear(aspect, PHI, self.poisson_ratio)[..., None]
        found = found if points is None else found[:, list(points)]
        return found.reshape(*shape, *found.shape[1:])

    @property
    def solve_error(self) -> float:
        """Of the solves that it was trained on."""
        return self.surrogate.solve_error

    @property
    def interpolation(self) -> float:
        """What all but a twentieth of the points left out, and all held out, are predicted to."""
        return self.surrogate.errors.worst

    poisson = 0.0
    """Poisson's ratios are inputs, or fixed."""

    def opening_errors(self, depth_ratio: float, aspect: float) -> dict[str, float]:
        """Errors of K_I at one crack over that under uniform tension; that of the interpolation by the posterior."""
        x = self._inputs(np.atleast_1d(depth_ratio), np.atleast_1d(aspect))
        interpolation = float(self.surrogate.interpolation_error(x)[0])
        return {"solve_error": self.solve_error, "interpolation_error": interpolation, "poisson_error": 0.0}

    @property
    def shear_errors(self) -> dict[str, float]:
        """The same of K_II and K_III together, over the whole surrogate."""
        solved = float(self.surrogate.about.get("shear_solve_error", 0.0))
        return {"solve_error": solved, "interpolation_error": self.interpolation, "poisson_error": 0.0}
