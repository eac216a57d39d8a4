"""The survey of a surface: from a raw map to its flaws and what they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rollmech.topography.depths import DepthLaw, density, fit_laws
from rollmech.topography.detect import Limits, find_regions, limits_of
from rollmech.topography.heightmap import HeightMap
from rollmech.topography.level import levelled
from rollmech.topography.measure import MeasuredFlaw, measure


@dataclass(frozen=True)
class Survey:
    """A levelled map with its flaws.

    Attributes:
        surface: Levelled map.
        limits: Detection limits.
        labels: Number of the flaw at every pixel, 0 between them.
        flaws: Deepest first.
        method: Levelling.
        web: Web direction against x, rad.
    """

    surface: HeightMap
    limits: Limits
    labels: np.ndarray
    flaws: list[MeasuredFlaw]
    method: str
    web: float

    def of_kind(self, *kinds: str) -> list[MeasuredFlaw]:
        """Flaws of the kinds named."""
        return [flaw for flaw in self.flaws if flaw.kind in kinds]

    @property
    def counted(self) -> list[MeasuredFlaw]:
        """Pits and irregular flaws that count for the density: those that touch the right or upper edge do not.

        Of flaws that stick out of a frame, half would be counted too often (Gundersen 1977).
        """
        return [flaw for flaw in self.of_kind("pit", "irregular") if not {"right", "top"} & set(flaw.ends)]

    @property
    def densities(self) -> dict[str, dict[str, float]]:
        """Pits per m^2 with an exact interval; scratches likewise, and their length per area (1/m)."""
        area, scratches = self.surface.area, self.of_kind("scratch")
        result = {"pits": density(len(self.counted), area), "scratches": density(len(scratches), area)}
        result["scratches"]["length_per_area"] = sum(flaw.length for flaw in scratches) / area
        return result

    @property
    def depths(self) -> np.ndarray:
        """Depths that the law is fitted to, m: of counted flaws that no edge cuts off."""
        return np.array([flaw.depth for flaw in self.counted if not flaw.touches_edge])

    @cached_property
    def laws(self) -> list[DepthLaw]:
        """Laws of depth, best first."""
        return fit_laws(self.depths, self.limits.depth, self.surface.area)


def survey(
    surface: HeightMap, method: str = "plane", threshold: float | None = None, web: float = 0.0
) -> Survey:
    """Level a map, find its flaws and measure them.

    Args:
        surface: Raw map.
        method: Levelling, one of ``level.METHODS``.
        threshold: Shallowest depth that counts (m); default five background deviations.
        web: Web direction against x, counter-clockwise, rad.

    Raises:
        ValueError: Unknown levelling.
    """
    flat = levelled(surface, method)
    limits = limits_of(flat, threshold)
    labels = find_regions(flat, limits)
    return Survey(flat, limits, labels, measure(flat, labels, limits, web), method, web)
