"""What one ply meets on its way: rollers, the spans between them, the core; stress by cause, time, cycles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from rollmech.case import Case
from rollmech.case.schema import Roller
from rollmech.growth.history import Exposure
from rollmech.growth.waveform import ripple
from rollmech.line.cracks import crack_stress
from rollmech.line.rainflow import rainflow
from rollmech.line.response import Response, curvature
from rollmech.web.nip import NipContact, nip_contact

CAUSES = ("tension", "bending", "thermal", "residual", "misalignment", "ripple")


@dataclass(frozen=True)
class Stop:
    """One place on the way: the web under a state that does not change while it is there.

    Attributes:
        name: Of the roller, ``span to NAME``, or ``core``.
        kind: ``roller``, ``span`` or ``core``.
        parts: Cause to (x_membrane, x_bending, y_membrane, y_bending) of the ply, shape (4,), Pa; ``misalignment`` at
            the edge that it strains, ``ripple`` at the top of the tension.
        tension: Mean, N/m.
        duration: s, or None without a web speed.
        pull: Modes of 1 N/m, shape (4,), Pa.
        slope: Force per width (N/m) that misalignment adds to one edge and takes from the other as long as that one
            is not slack.
    """

    name: str
    kind: str
    parts: dict[str, np.ndarray] = field(repr=False)
    tension: float
    duration: float | None
    pull: np.ndarray = field(repr=False)
    slope: float = 0.0

    @property
    def total(self) -> np.ndarray:
        """Modes of all causes, shape (4,), Pa: the worst edge at the top of the ripple."""
        return sum(self.parts.values())

    @property
    def steady(self) -> np.ndarray:
        """Modes without ripple, shape (4,), Pa."""
        return self.total - self.parts["ripple"]

    def across(self, place: float) -> np.ndarray:
        """Modes at a place across the web, shape (4,), Pa; -1 and 1 are its edges, 1 the strained one."""
        there = added_force(self.tension, self.slope, place)
        return self.total + (there - added_force(self.tension, self.slope)) * self.pull

    @property
    def slack(self) -> bool:
        """Whether misalignment leaves an edge without tension."""
        return self.slope > self.tension


def added_force(tension: np.ndarray | float, slope: float, place: float = 1.0) -> np.ndarray:
    """What bending in the plane adds to the tension (N/m) at a place across the web from -1 to 1, the strained edge.

    Linear across the web; a web cannot be pushed, so that beyond a slack edge the rest of the width carries it all:
    the largest tension is then 2 sqrt(tension x slope), which is tension + slope where the edge just goes slack.

    Args:
        tension: Mean, N/m.
        slope: Force per width that the strained edge gains as long as the other one is not slack, N/m.
        place: Across the web.
    """
    top = np.where(slope <= tension, tension + slope, 2 * np.sqrt(np.multiply(tension, slope)))
    return np.maximum(top - slope * (1 - place), 0.0) - tension


def stops_of(case: Case, response: Response) -> list[Stop]:
    """Rollers, spans of known length and the core, in the order of the line.

    A misaligned roller bends the span before it in its plane: the web enters it at right angles, the moment falls from
    the roller before to nothing (normal entry: Shelton 1968), and an edge is strained by width x angle / span.
    """
    rollers, found = case.rollers, []
    for i, roller in enumerate(rollers):
        strain = _edge_strain(case, roller)
        if roller.span is not None:
            found.append(_span(case, response, roller, strain))
        following = rollers[i + 1] if i + 1 < len(rollers) else None
        found.append(_on_roller(case, response, roller, _edge_strain(case, following) if following else 0.0))
    return found + ([_core(case, response)] if case.storage else [])


def _edge_strain(case: Case, roller: Roller) -> float:
    return case.web.width * roller.misalignment / roller.span if roller.misalignment else 0.0


def _parts(
    case: Case,
    response: Response,
    tension: float,
    bend: float,
    temperature: float,
    slope: float = 0.0,
    wave: float = 0.0,
) -> dict:
    unit = response.units
    return {
        "tension": tension * unit["tension"],
        "bending": bend * unit["bending"],
        "thermal": (temperature - case.web.stress_free_temperature) * unit["thermal"],
        "residual": unit["residual"],
        "misalignment": added_force(tension, slope) * unit["tension"] if slope else 0.0 * unit["tension"],
        "ripple": wave * tension * unit["tension"],
    }


def _time(case: Case, length: float) -> float | None:
    return length / case.web.speed if case.web.speed else None


def _on_roller(case: Case, response: Response, roller: Roller, strain: float) -> Stop:
    bend = float(curvature(response.laminate, roller.radius, roller.wrap, roller.tension, roller.touches))
    slope = strain * response.stretch_force
    parts = _parts(case, response, roller.tension, bend, roller.temperature, slope, roller.tension_ripple)
    time, pull = _time(case, roller.radius * roller.wrap), response.units["tension"]
    return Stop(roller.name, "roller", parts, roller.tension, time, pull, slope)


def _span(case: Case, response: Response, roller: Roller, strain: float) -> Stop:
    slope = strain * response.stretch_force
    parts = _parts(case, response, roller.tension, 0.0, roller.temperature, slope, roller.tension_ripple)
    time, pull = _time(case, roller.span), response.units["tension"]
    return Stop(f"span to {roller.name}", "span", parts, roller.tension, time, pull, slope)


def _core(case: Case, response: Response) -> Stop:
    store = case.storage
    height = response.laminate.neutral_axis
    height = height if store.stretches == "top" else response.laminate.thickness - height
    bend = (1 if store.stretches == "top" else -1) / (store.radius + height)
    parts = _parts(case, response, store.tension, bend, store.temperature)
    return Stop("core", "core", parts, store.tension, store.duration, response.units["tension"])


def _slack_text(stop: Stop) -> str:
    share = math.sqrt(stop.tension / stop.slope)
    factor = float(added_force(stop.tension, stop.slope)) / stop.tension + 1
    return (
        f"{stop.name}: misalignment leaves one edge slack; {100 * share:.3g} % of the width carry the web, the other "
        f"edge {factor:.3g} times the mean tension of {stop.tension:.3g} N/m"
    )


def nips_of(case: Case) -> dict[str, NipContact]:
    """Roller to the contact in its nip."""
    return {
        roller.name: nip_contact(
            roller.nip.force, roller.radius, roller.nip.radius, roller.nip.modulus, roller.nip.poisson_ratio
        )
        for roller in case.rollers
        if roller.nip is not None
    }


def _nip_warnings(case: Case) -> list[str]:
    thickness = sum(layer.thickness for layer in case.stack)
    return [
        f"{name}: the web, {1e6 * thickness:.3g} um, is not thin against the nip's half-width, "
        f"{1e6 * contact.half_width:.3g} um: the pressure given is not Hertz's any more, bending around the nip unknown"
        for name, contact in nips_of(case).items()
        if not contact.thin(thickness)
    ]


def warnings_of(case: Case, stops: Sequence[Stop]) -> list[str]:
    """What of the line is doubtful, in words."""
    found = _nip_warnings(case)
    found += [_slack_text(stop) for stop in stops if stop.slack and stop.kind == "roller"]
    for before, roller in pairwise(case.rollers):
        if before.tension != roller.tension and any(r.driven for r in case.rollers) and not before.driven:
            found.append(
                f"{roller.name}: tension changes from {before.tension:.4g} to {roller.tension:.4g} N/m after "
                f"'{before.name}', which is not driven"
            )
    return found


def cycles_of(drive: Sequence[float]) -> list[tuple[float, float]]:
    """Load cycles of each stop and their R, from a record of K over one pass (rainflow); compression counts as 0.

    Args:
        drive: K of the flaw at each stop.

    Returns:
        One pair of count and R a stop: a cycle belongs to the stop that its top is at.
    """
    record = np.clip(np.asarray(drive, dtype=float), 0.0, None)
    found = [(0.0, 0.0)] * len(record)
    for cycle in rainflow([0.0, *record, 0.0]):
        if cycle.high <= 0:
            continue
        at = int(np.abs(record - cycle.high).argmin())
        count, ratio = found[at]
        found[at] = (
            count + cycle.count,
            cycle.low / cycle.high if not count else min(ratio, cycle.low / cycle.high),
        )
    return found


def exposures_of(
    stops: Sequence[Stop], angle: float, drive: Sequence[float], mean: Sequence[float], exponent: float | None
) -> list[Exposure]:
    """What a crack is exposed to in one pass.

    Args:
        stops: With their durations.
        angle: Of the crack's trace to the web direction, rad.
        drive: K at each stop at the top of the ripple, Pa m^0.5.
        mean: The same at the mean tension.
        exponent: n of growth in time, which decides what a ripple's mean does; None without.
    """
    found = []
    for stop, (count, ratio), high, middle in zip(stops, cycles_of(drive), drive, mean, strict=True):
        wave = 1.0
        if exponent is not None and high > middle > 0:
            wave = ripple(exponent, min((high - middle) / middle, 1.0))
        stress = crack_stress(stop.total, angle)
        found.append(Exposure(stop.name, stress, stop.duration, count, ratio, wave))
    return found
