"""What a surrogate is built over: a stack, ranges of its keys and a crack's, their dimensionless inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from rollmech import units
from rollmech.errors import Fault, InputError

DEPTH, LENGTH, ASPECT, ANGLE = "flaws.depth", "flaws.length", "flaws.aspect", "flaws.angle"
CRACK = (DEPTH, LENGTH, ASPECT, ANGLE)
"""Keys of the crack; ``flaws.aspect`` is depth over half-length."""
_SLACK = 1e-6  # of a range, or of a value that is no range: what rounding in units leaves
_STRAIGHT = float(np.pi / 2)

Values = Mapping[str, np.ndarray]


def shown(value: float, dimension: str, digits: int = 10) -> str:
    """A value with its unit, to some digits."""
    return units.show(float(f"{value:.{digits}g}"), dimension)


@dataclass(frozen=True)
class Range:
    """One key and the values that it may take.

    Attributes:
        key: Of ``CRACK``, ``stack.NAME.thickness`` or ``materials.NAME.PROPERTY``.
        low, high: SI.
        dimension: Key of ``units.DIMENSIONS``.
        log: Whether points are even in the logarithm.
    """

    key: str
    low: float
    high: float
    dimension: str
    log: bool = False

    def at(self, place: np.ndarray) -> np.ndarray:
        """Values at places from 0 to 1."""
        if self.log:
            return self.low * (self.high / self.low) ** place
        return self.low + place * (self.high - self.low)

    @property
    def text(self) -> str:
        """Both ends with their unit."""
        return f"{shown(self.low, self.dimension)} to {shown(self.high, self.dimension)}"


@dataclass(frozen=True)
class Layer:
    """One layer of the stack, from the flawed one inwards (m, Pa)."""

    name: str
    material: str
    thickness: float
    youngs_modulus: float
    poisson_ratio: float

    @property
    def keys(self) -> dict[str, str]:
        """Attribute to the key that says it."""
        material = f"materials.{self.material}"
        return {
            "thickness": f"stack.{self.name}.thickness",
            "youngs_modulus": f"{material}.youngs_modulus",
            "poisson_ratio": f"{material}.poisson_ratio",
        }


_DIMENSIONS = {"thickness": "length", "youngs_modulus": "stress", "poisson_ratio": "number"}


@dataclass(frozen=True)
class Domain:
    """Ranges over a stack.

    Attributes:
        ranges: One a key; a crack's depth and its length or aspect are always there.
        layers: From the flawed one inwards.
    """

    ranges: tuple[Range, ...]
    layers: tuple[Layer, ...]

    @cached_property
    def solved(self) -> tuple[Range, ...]:
        """Ranges that solves are spread over: an angle is none, since the stress is turned instead."""
        return tuple(item for item in self.ranges if item.key != ANGLE)

    @cached_property
    def by_key(self) -> dict[str, Range]:
        """Ranges by their keys."""
        return {item.key: item for item in self.ranges}

    @property
    def sheared(self) -> bool:
        """Whether cracks at an angle are part of it."""
        return ANGLE in self.by_key

    def values(self, places: np.ndarray) -> dict[str, np.ndarray]:
        """Values of the keys at points of the unit cube (n, d), each of shape (n,)."""
        return {item.key: item.at(column) for item, column in zip(self.solved, places.T, strict=True)}

    def stack(self, values: Values, attribute: str) -> np.ndarray:
        """An attribute of every layer, SI, shape (n, layers)."""
        count = max(np.size(value) for value in values.values())
        columns = [
            np.broadcast_to(values.get(layer.keys[attribute], getattr(layer, attribute)), count)
            for layer in self.layers
        ]
        return np.stack(columns, axis=-1)

    def aspect(self, values: Values) -> np.ndarray:
        """Depth over half-length, shape (n,)."""
        return values[ASPECT] if ASPECT in values else 2 * values[DEPTH] / values[LENGTH]

    def _ratios(self, values: Values) -> np.ndarray:
        """All dimensionless inputs, shape (n, m): a/t, log a/c, of further layers log of thickness and modulus over
        those of the first, and all Poisson's ratios."""
        thickness, modulus, poisson = (self.stack(values, name) for name in _DIMENSIONS)
        return np.column_stack(
            [
                values[DEPTH] / thickness[:, 0],
                np.broadcast_to(np.log(self.aspect(values)), len(thickness)),
                np.log(thickness[:, 1:] / thickness[:, :1]),
                np.log(modulus[:, 1:] / modulus[:, :1]),
                poisson,
            ]
        )

    @cached_property
    def _corners(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest of every dimensionless input: each is monotonic in every key."""
        corners = np.array(list(product((0.0, 1.0), repeat=len(self.solved))))
        ratios = self._ratios(self.values(corners))
        return ratios.min(axis=0), ratios.max(axis=0)

    @property
    def _varied(self) -> np.ndarray:
        low, high = self._corners
        return high - low > 1e-9

    @property
    def dimension(self) -> int:
        """Number of dimensionless inputs that vary."""
        return int(self._varied.sum())

    def inputs(self, values: Values) -> np.ndarray:
        """Dimensionless inputs that vary, each over its range, shape (n, dimension)."""
        low, high = self._corners
        varied = self._varied
        return ((self._ratios(values) - low) / np.where(varied, high - low, 1.0))[:, varied]

    def check(self, values: Values, source: str) -> None:
        """Refuse what lies outside.

        Args:
            values: Keys to SI values.
            source: For the message.

        Raises:
            InputError: Names key, value and range of each.
        """
        faults = [fault for key, value in values.items() if (fault := self._outside(key, value))]
        if faults:
            raise InputError(source, faults)

    def _outside(self, key: str, value: np.ndarray) -> Fault | None:
        item = self.by_key.get(key) or self._fixed(key)
        if item is None:
            accepted = ", ".join(self.by_key)
            return Fault(key, "", "is no input of this surrogate", accepted)
        value = np.atleast_1d(value)
        slack = _SLACK * max(item.high - item.low, abs(item.high))
        beyond = value[~((value >= item.low - slack) & (value <= item.high + slack))]
        if not beyond.size:
            return None
        problem = "lies outside the range of the surrogate, which does not extrapolate"
        accepted = item.text if item.low < item.high else shown(item.low, item.dimension)
        return Fault(key, shown(float(beyond[0]), item.dimension, 6), problem, accepted)

    def _fixed(self, key: str) -> Range | None:
        """What is no range of this surrogate has one value."""
        if key == ANGLE:
            return Range(ANGLE, _STRAIGHT, _STRAIGHT, "angle")
        for layer in self.layers:
            for attribute, name in layer.keys.items():
                if name == key:
                    value = getattr(layer, attribute)
                    return Range(key, value, value, _DIMENSIONS[attribute])
        return None

    def values_of(self, layers: Sequence[Layer], source: str) -> dict[str, np.ndarray]:
        """Keys to values of a stack, each of shape (1,).

        Raises:
            InputError: It is another stack, or lies outside the ranges.
        """
        wanted, given = (" / ".join(layer.name for layer in item) for item in (self.layers, layers))
        if wanted != given:
            problem = "is another stack than the surrogate's, counted from the flawed layer inwards"
            raise InputError(source, [Fault("stack", given, problem, wanted)])
        found: dict[str, np.ndarray] = {}
        for own, layer in zip(self.layers, layers, strict=True):
            found |= {key: np.array([getattr(layer, attribute)]) for attribute, key in own.keys.items()}
        self.check(found, source)
        return found

    def record(self) -> dict[str, Any]:
        """JSON form."""
        return {"ranges": [asdict(r) for r in self.ranges], "layers": [asdict(r) for r in self.layers]}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Domain:
        """From its JSON form."""
        return cls(
            tuple(Range(**item) for item in record["ranges"]),
            tuple(Layer(**item) for item in record["layers"]),
        )
