"""One assumption with its number, its limit and what became of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Group = Literal["numerics", "resolution", "crack tip", "web", "closure", "strength"]
Status = Literal["holds", "stretched", "broken", "not checked"]
GROUPS: tuple[Group, ...] = ("numerics", "resolution", "crack tip", "web", "closure", "strength")

# Names of quantities (docs/results.md) by what they come from.
LIMITS = ("radius_min", "tension_max")
INTERFACE = ("G_max", "G_ratio", "G_ss", "K_1", "K_2", "K_3", "phase_angle")
PAIR = ("K_I_outer_end", "K_I_inner_end", "interaction")
PORE = ("stress_ligament_side", "stress_far_side", "stress_face_above")
FRONT = (
    "K_I_max",
    "K_I_max_unbridged",
    "K_II_max",
    "K_III_max",
    "K_ratio",
    "J_max",
    "T_stress",
    *PAIR,
    *INTERFACE,
    *LIMITS,
)
NOTCH = ("stress_max", "stress_ratio", "Kt", "misfit_stress", *PORE, *LIMITS)
JOINT = (
    "joint_ratio",
    "joint_strain_mean",
    "joint_strain_face",
    "joint_strain_root",
    "joint_opening",
    "bridging_stress",
    "membrane_stiffness_ratio",
    "bending_stiffness_ratio",
    *LIMITS,
)
UNFLAWED = ("strength_ratio", "radius_min_strength", "tension_max_strength")


@dataclass(frozen=True)
class Check:
    """One assumption.

    Attributes:
        group: What kind of assumption it is.
        name: Short name; also the flag that a spoiled quantity carries.
        value: Its number; None where there is none.
        unit: Of value and limit; empty for a plain number.
        limit: Value up to which (or down to which, as the text says) the assumption holds.
        status: ``holds``; ``stretched``: the answer is still of use, the text says in which way it is off;
            ``broken``: quantities that rest on it are spoiled; ``not checked``: the case does not tell enough.
        text: One sentence with the numbers.
        bears_on: Quantities that it spoils when it is broken.
        stations: Where it was looked at; empty for everywhere.
    """

    group: Group
    name: str
    value: float | None
    unit: str
    limit: float | None
    status: Status
    text: str
    bears_on: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether the assumption is stretched or broken."""
        return self.status in ("stretched", "broken")


def grade(value: float, limit: float, broken: float) -> Status:
    """Status of a number that may go from its limit to where the assumption breaks, upwards or downwards."""
    sign = 1 if broken >= limit else -1
    if sign * (value - limit) <= 0:
        return "holds"
    return "stretched" if sign * (value - broken) <= 0 else "broken"


def graded(
    group: Group,
    name: str,
    value: float,
    limit: float,
    broken: float,
    holds: str,
    fails: str,
    unit: str = "",
    bears_on: tuple[str, ...] = (),
    stations: tuple[str, ...] = (),
) -> Check:
    """A check by `grade`, with the text of its outcome."""
    status = grade(value, limit, broken)
    text = holds if status == "holds" else fails
    return Check(group, name, value, unit, limit, status, text, bears_on, stations)


def not_checked(group: Group, name: str, text: str, stations: tuple[str, ...] = ()) -> Check:
    """A check that the case does not tell enough for."""
    return Check(group, name, None, "", None, "not checked", text, stations=stations)


def flags(checks: Iterable[Check], quantity: str, station: str | None) -> list[str]:
    """Names of the broken checks that bear on a quantity at a station (None: at any)."""
    names = [
        check.name
        for check in checks
        if check.status == "broken"
        and quantity in check.bears_on
        and (not check.stations or station is None or station in check.stations)
    ]
    return list(dict.fromkeys(names))


def by_group(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Checks as plain data for JSON: one entry a group that has any, in the order of `GROUPS`."""
    checks = list(checks)
    members = {group: [check for check in checks if check.group == group] for group in GROUPS}
    return [
        {
            "group": group,
            "holds": not any(check.fails for check in found),
            "checks": [_plain(c) for c in found],
        }
        for group, found in members.items()
        if found
    ]


def _plain(check: Check) -> dict[str, Any]:
    entry = {key: value for key, value in asdict(check).items() if key != "group"}
    for key in ("value", "limit"):
        if entry[key] is not None and not math.isfinite(entry[key]):
            entry[key] = None
    return entry | {"bears_on": list(check.bears_on), "stations": list(check.stations)}
