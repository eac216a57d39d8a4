"""What many rows say together: accuracy by kind of number, and how well the estimates of error hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rollmech.verify.rows import Row, by_family

GOALS: dict[str, float | None] = {
    "2D K": 0.001,
    "2D G": 0.001,
    "3D K": 0.005,
    "Kt": 0.005,
    "T-stress": None,
    "mixed mode": None,
    "opening": None,
    "closed form": None,
    "other": None,
}
"""Kinds of number, each with the largest median difference aimed at (None: no aim beyond its tolerances)."""

LARGEST = 0.015
"""Difference beyond which a row needs a written reason."""

INSIDE = 0.95
"""Share of judged rows aimed at whose difference lies inside the estimate."""

EFFECTIVITY = 3.0
"""Largest median of estimate over difference aimed at: an estimate must not be a blanket."""


def standing(row: Row) -> str:
    """What a row says of its own estimate.

    With a reference uncertain by ``u`` the true error lies within ``u`` of the difference.

    Returns:
        ``none`` (no value or no estimate), ``outside`` (no true error that the reference allows is inside the
        estimate), ``too coarse`` (``u`` exceeds the estimate: the row can refute, but not confirm) or ``inside``.
    """
    if row.difference is None or row.estimate is None:
        return "none"
    if not row.covered_within_reference:
        return "outside"
    return "too coarse" if row.uncertainty > row.estimate else "inside"


@dataclass(frozen=True)
class Effectivity:
    """How estimates compare with differences.

    Attributes:
        estimated: Rows with an estimate.
        too_coarse: Rows among them whose reference cannot judge it.
        inside: Rows whose difference is inside the estimate, allowing for the reference's own error.
        strictly: Those that are inside without that allowance.
        ratio: Median of estimate / difference over the judged rows; None without any.
        least: The same with every reference wrong by all its uncertainty and in our disfavour.
    """

    estimated: int
    too_coarse: int
    inside: int
    strictly: int
    ratio: float | None
    least: float | None

    @property
    def judged(self) -> int:
        """Rows whose reference is fine enough, and those whose coarse one refutes the estimate all the same."""
        return self.estimated - self.too_coarse

    @property
    def share(self) -> float | None:
        """Share of the judged rows that are inside."""
        return self.inside / self.judged if self.judged else None

    @property
    def met(self) -> bool | None:
        """Whether both aims are met; None if nothing was judged."""
        return None if self.share is None else self.share >= INSIDE and self.ratio <= EFFECTIVITY


def effectivity(rows: Iterable[Row]) -> Effectivity:
    """Count the rows of any selection."""
    estimated = [row for row in rows if standing(row) != "none"]
    judged = [row for row in estimated if standing(row) != "too coarse"]
    return Effectivity(
        estimated=len(estimated),
        too_coarse=len(estimated) - len(judged),
        inside=sum(standing(row) == "inside" for row in judged),
        strictly=sum(bool(row.covered) for row in judged),
        ratio=_median(_ratio(row.estimate, abs(row.difference)) for row in judged),
        least=_median(_ratio(row.estimate, abs(row.difference) + row.uncertainty) for row in judged),
    )


def _ratio(estimate: float, error: float) -> float:
    return estimate / error if error else float("inf")


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return median(found) if found else None


def by_kind(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows of each kind, in the order of ``GOALS``."""
    found = {kind: [row for row in rows if row.kind == kind] for kind in GOALS}
    return {kind: members for kind, members in found.items() if members}


def beyond(rows: Iterable[Row]) -> list[Row]:
    """Rows that need a written reason: difference beyond ``LARGEST``, or no value."""
    return [row for row in rows if row.difference is None or not abs(row.difference) <= LARGEST]


def differences(rows: Iterable[Row]) -> list[float]:
    """Magnitudes of the differences of rows that have one."""
    return [abs(row.difference) for row in rows if row.difference is not None]


def summary(rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """By family: ``rows``, ``passed``, ``median`` and ``worst`` difference, and its effectivity.

    ``judged`` and ``too_coarse`` count rows with an estimate; ``inside`` and ``strictly_inside`` are shares of the
    judged ones, ``estimate_over_difference`` is their median; None where there is nothing to count.
    """
    return {family: _family_summary(members) for family, members in by_family(rows)}


def _family_summary(rows: list[Row]) -> dict[str, Any]:
    found, counts = differences(rows), effectivity(rows)
    return {
        "kind": rows[0].kind,
        "rows": len(rows),
        "passed": sum(row.passed for row in rows),
        "median": _median(found),
        "worst": max(found, default=None),
        "judged": counts.judged,
        "too_coarse": counts.too_coarse,
        "inside": counts.share,
        "strictly_inside": counts.strictly / counts.judged if counts.judged else None,
        "estimate_over_difference": counts.ratio,
    }
