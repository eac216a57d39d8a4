"""A case's flaw taken through its line: growth, runaway, life, with the coupling on and off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rollmech.case import Case
from rollmech.case.line import Growth
from rollmech.growth.collocation import Resistance
from rollmech.growth.history import Exposure
from rollmech.growth.laws import CyclicLaw, PowerLaw
from rollmech.growth.march import March, march
from rollmech.library.store import Kept
from rollmech.line.cracks import GrowingCrack, crack_stress
from rollmech.line.history import Stop, exposures_of

LIFE = 10**7
"""Passes after which a flaw that still holds counts as living on."""

PLACEHOLDERS: dict[str, tuple[float, str, str]] = {
    "speed_at_toughness": (1e-3, "m/s", "1 um/s to 1 m/s among oxide ceramics"),
    "exponent": (20.0, "", "10 to 50 among oxide ceramics; none is established for a garnet"),
    "cyclic.advance_at_toughness": (1e-7, "m", "a few grains; no data for a garnet"),
    "cyclic.exponent": (20.0, "", "10 to 40 among ceramics"),
    "cyclic.walker": (0.3, "", "ceramics follow K_max more than the range"),
}
"""What stands in for parameters of growth that a case leaves out: value, unit, what is known."""


@dataclass(frozen=True)
class Placeholder:
    """A parameter that stands in for one that the case leaves out."""

    name: str
    value: float
    unit: str
    known: str

    def __str__(self) -> str:
        return f"growth.{self.name} = {self.value:g} {self.unit}".strip() + f" ({self.known})"


@dataclass(frozen=True)
class Path:
    """One pass or stay, step by step.

    Attributes:
        number: Of the pass, from 1; 0 for the core.
        station: Names of the stops, n of them.
        sizes: Depth and half-length after each stop, m, shape (n, 2).
        k: K at the deepest point and near the surface on leaving each stop, Pa m^0.5, shape (n, 2).
    """

    number: int
    station: tuple[str, ...]
    sizes: np.ndarray
    k: np.ndarray


@dataclass(frozen=True)
class Grown:
    """What becomes of the flaw.

    Attributes:
        start: Depth and half-length that it starts with, m.
        coupled: The march through passes and core by K of the grown flaw.
        uncoupled: The same by K of the initial flaw.
        core: The stay on the core after the passes, if the flaw gets there.
        life: The march through the line alone until it breaks, at most ``LIFE`` passes.
        life_uncoupled: Its twin.
        core_life: The stay on the core until it breaks, at most a century.
        paths: First pass, last pass, core.
        toughness: Pa m^0.5.
        placeholders: Parameters that the case does not give.
        kept: The library used.
        thickness: Of the flawed ply, m.
        clipped: Whether the flaw leaves the aspects of the library.
    """

    start: np.ndarray
    coupled: March
    uncoupled: March
    core: March | None
    life: March
    life_uncoupled: March
    core_life: March | None
    paths: tuple[Path, ...]
    toughness: float
    placeholders: tuple[Placeholder, ...]
    kept: Kept
    thickness: float
    clipped: bool

    @property
    def fails(self) -> bool:
        """Whether the flaw does not survive the passes and the core that the case asks for."""
        return any(
            march_ is not None and march_.outcome != "survived" for march_ in (self.coupled, self.core)
        )


def laws_of(growth: Growth, toughness: float) -> tuple[Resistance, tuple[Placeholder, ...]]:
    """Laws of growth of a case, and what stands in for what it leaves out."""
    missing: list[Placeholder] = []

    def given(value: float | None, name: str) -> float:
        if value is not None:
            return value
        missing.append(Placeholder(name, *PLACEHOLDERS[name]))
        return PLACEHOLDERS[name][0]

    speed, exponent = (
        given(growth.speed_at_toughness, "speed_at_toughness"),
        given(growth.exponent, "exponent"),
    )
    static = PowerLaw(speed, exponent, toughness, growth.threshold * toughness)
    if growth.humidity is not None:
        static = static.at_humidity(growth.humidity, growth.reference_humidity, growth.humidity_exponent)
    cyclic = None
    if growth.cyclic is not None:
        values = [
            given(getattr(growth.cyclic, key), f"cyclic.{key}")
            for key in ("advance_at_toughness", "exponent", "walker")
        ]
        cyclic = CyclicLaw(values[0], values[1], toughness, values[2], growth.cyclic.threshold * toughness)
    return Resistance(toughness, static, cyclic), tuple(missing)


def start_sizes(case: Case) -> np.ndarray:
    """Depth and half-length (m) of the crack, or of the semi-ellipse around a pit and its root crack, shape (2,)."""
    flaw = case.flaw
    length = (
        flaw.length if flaw.kind == "crack" else max(flaw.width, flaw.length) + 2 * (flaw.root_crack or 0.0)
    )
    return np.array([flaw.reach, length / 2])


def crack_angle(case: Case) -> float:
    """Angle (rad) between the crack's trace and the web direction; a pit counts as lying across."""
    return case.flaw.angle if case.flaw.kind == "crack" else np.pi / 2


def grow(case: Case, stops: list[Stop], kept: Kept) -> Grown:
    """Take the case's flaw through its line and core.

    Args:
        case: With ``growth`` and a flaw that grows.
        stops: Of the flawed ply, with durations.
        kept: Library of the stack.

    Raises:
        NumericsError: The growth could not be resolved.
    """
    toughness = case.material_of(case.flaw.layer).value("fracture_toughness")
    resistance, missing = laws_of(case.growth, toughness)
    layer = case.layer(case.flaw.layer)
    k, start = GrowingCrack(kept.table, layer.thickness), start_sizes(case)
    angle = crack_angle(case)
    line, core = exposures_of_line(stops, angle, k, start, resistance)
    options = {"limits": (k.deepest, np.inf)}

    def through(exposures, sizes, passes, coupled=True) -> March:
        return march(exposures, k, resistance, *sizes, passes=passes, coupled=coupled, **options)

    coupled = through(line, start, case.growth.passes)
    stored = core_life = None
    if core and coupled.outcome == "survived":
        stored = through(core, coupled.sizes, 1)
        core_life = through([replace(core[0], duration=3.15576e9)], coupled.sizes, 1)
    ends = [march_.sizes for march_ in (coupled, stored) if march_ is not None]
    low, high = kept.table.grid.aspect
    aspects = np.array([size[0] / size[1] for size in [start, *ends]])
    return Grown(
        start=start,
        coupled=coupled,
        uncoupled=through(line, start, case.growth.passes, coupled=False),
        core=stored,
        life=through(line, start, LIFE),
        life_uncoupled=through(line, start, LIFE, coupled=False),
        core_life=core_life,
        paths=_paths(through, k, line, core, start, coupled, stored),
        toughness=toughness,
        placeholders=missing,
        kept=kept,
        thickness=layer.thickness,
        clipped=kept.table.extrapolates and bool(np.any((aspects < low) | (aspects > high))),
    )


def exposures_of_line(
    stops: list[Stop], angle: float, k: GrowingCrack, start: np.ndarray, resistance: Resistance
) -> tuple[list[Exposure], list[Exposure]]:
    """Exposures of the line and of the core."""

    def drive(modes: np.ndarray) -> np.ndarray:
        return np.max(k(*start, crack_stress(modes, angle)), axis=0)

    exponent = resistance.static.exponent
    found = exposures_of(
        stops,
        angle,
        drive(np.array([stop.total for stop in stops])),
        drive(np.array([stop.steady for stop in stops])),
        exponent,
    )
    line = [exposure for exposure, stop in zip(found, stops, strict=True) if stop.kind != "core"]
    return line, found[len(line) :]


def _paths(through: Callable, k: GrowingCrack, line, core, start, coupled: March, stored) -> tuple[Path, ...]:
    """The first pass, the last one begun, and the core, stop by stop."""
    passes = [1]
    last = coupled.passes + (coupled.outcome != "survived")
    if last > 1:
        passes.append(last)
    found = []
    for number in passes:
        sizes = through(line, start, number - 1).sizes if number > 1 else start
        found.append(_steps(through, k, line, sizes, number))
    if stored is not None:
        found.append(_steps(through, k, core, coupled.sizes, 0))
    return tuple(found)


def _steps(through: Callable, k: GrowingCrack, exposures, sizes: np.ndarray, number: int) -> Path:
    """Sizes and K after every exposure until the flaw breaks."""
    names, after, values = [], [], []
    for exposure in exposures:
        end = through([exposure], sizes, 1)
        sizes = end.sizes
        names.append(exposure.name)
        after.append(sizes)
        values.append(k(*sizes, np.asarray(exposure.stress)))
        if end.outcome != "survived":
            break
    return Path(number, tuple(names), np.array(after), np.array(values, dtype=float))


def growth_record(grown: Grown) -> dict[str, Any]:
    """The section ``growth`` of ``results.json``: lengths in um, K in MPa m^0.5, times in s."""
    start = grown.paths[0]
    return {
        "start": _sizes(grown.start),
        "toughness": {"value": grown.toughness / 1e6, "unit": "MPa*m^0.5"},
        "line": _march(grown.coupled),
        "line_uncoupled": _march(grown.uncoupled),
        "core": _march(grown.core) if grown.core else None,
        "life": _march(grown.life),
        "life_uncoupled": _march(grown.life_uncoupled),
        "core_life": _march(grown.core_life) if grown.core_life else None,
        "largest_k_ratio_first_pass": float(start.k.max() / grown.toughness),
        "placeholders": [vars(item) for item in grown.placeholders],
        "library": library_record(grown.kept),
        "error_at_the_start": _errors_at(grown),
        "aspect_clipped": grown.clipped,
        "paths": [
            {
                "pass": path.number,
                "station": list(path.station),
                "depth": [float(x) * 1e6 for x in path.sizes[:, 0]],
                "half_length": [float(x) * 1e6 for x in path.sizes[:, 1]],
                "k_deepest": [float(x) / 1e6 for x in path.k[:, 0]],
                "k_surface": [float(x) / 1e6 for x in path.k[:, 1]],
                "units": {"length": "um", "k": "MPa*m^0.5"},
            }
            for path in grown.paths
        ],
    }


def _errors_at(grown: Grown) -> dict[str, float]:
    """Estimated errors of the initial flaw's K by the library."""
    depth, half_length = grown.start
    return grown.kept.table.opening_errors(depth / grown.thickness, depth / half_length)


def library_record(kept: Kept) -> dict[str, Any]:
    """Where K of other sizes comes from, and its errors relative to K under tension."""
    table = kept.table
    return {
        "source": kept.source,
        "solves": kept.solves,
        "depth_over_thickness": list(table.grid.depth_ratio),
        "depth_over_half_length": list(table.grid.aspect),
        "solve_error": table.solve_error,
        "interpolation_error": table.interpolation,
        "poisson_error": table.poisson,
        "shear": table.shear_errors,
        "surrogate": None if table.extrapolates else table.surrogate.source,
    }


def _sizes(sizes: np.ndarray) -> dict[str, Any]:
    return {"depth": float(sizes[0]) * 1e6, "half_length": float(sizes[1]) * 1e6, "unit": "um"}


def _march(end: March) -> dict[str, Any]:
    broke = end.outcome != "survived"
    return {
        "outcome": end.outcome,
        "passes_completed": end.passes,
        "runaway_pass": end.passes + 1 if broke else None,
        "runaway_station": end.station,
        "time_under_load": float(end.time),
        "end": _sizes(end.sizes),
    }
