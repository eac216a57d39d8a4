"""The axis of differences of a family's figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.verify.rows import Row

_CLOSE = 0.3
"""Tolerances are left outside a figure that they would leave emptier than this."""


class Scale:
    """Differences in per cent where one tolerance holds for all rows, in units of each row's tolerance elsewhere.

    Attributes:
        words: What the axis shows.
        limits: Places of the tolerances on the axis; empty if they lie far outside.
        reach: Half the length of the axis.
        remark: The tolerance in words; empty if there are several.
    """

    def __init__(self, rows: Sequence[Row]):
        tolerance = rows[0].tolerance
        self._one = all(row.tolerance == tolerance for row in rows)
        self.words = "value \u2212 reference, %" if self._one else "(value \u2212 reference) / tolerance"
        limit = tolerance / self.unit(rows[0])
        needed = max(self._extent(row) for row in rows)
        near = needed >= _CLOSE * limit
        self.limits = (-limit, limit) if near else ()
        self.reach = 1.08 * max(needed, limit if near else 0)
        outside = "" if near else ", outside the figure"
        self.remark = f" (\u00b1{100 * tolerance:g} %{outside})" if self._one else ""

    def unit(self, row: Row) -> float:
        """What a row's difference is divided by."""
        return 0.01 if self._one else row.tolerance

    def _extent(self, row: Row) -> float:
        """How far a row with its error bar and band reaches from the middle."""
        ends = [row.uncertainty, row.tolerance * 1e-3, abs(row.difference or 0) + (row.estimate or 0)]
        return max(end for end in ends if np.isfinite(end)) / self.unit(row)
