"""The measured wall of a scratch: half a section, smoothed, as points that a case reads."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline, make_smoothing_spline

from rollmech.topography.section import Section

_MOUTH = 0.02
_POINTS = 25


def wall_of(section: Section, centre: float, width: float) -> np.ndarray | None:
    """Points of the wall from the root to the face: mean of both flanks about the middle of the groove.

    The flanks are smoothed by a cubic smoothing spline whose parameter generalised cross-validation chooses (Craven
    and Wahba 1979). Where the wall has risen to 2 % of the depth it goes on straight to the face.

    Args:
        section: Heights across the scratch.
        centre: Middle of the groove on the section, m.
        width: Rough width, m.

    Returns:
        Distance from the middle and depth below the face, m, shape (n, 2); None where the section never reaches the
        face or has too few points.
    """
    x = section.across - centre
    reach = min(-x[0], x[-1]) if x.size else 0.0
    half = x[(x >= 0) & (x <= reach)]
    if half.size < 5 or reach <= width / 2:
        return None
    flanks = [np.interp(side * half, x, section.height) for side in (1, -1)]
    whole = np.concatenate([-half[:0:-1], half]) if half[0] == 0 else np.concatenate([-half[::-1], half])
    mean = (flanks[0] + flanks[1]) / 2
    mirrored = np.concatenate([mean[:0:-1], mean]) if half[0] == 0 else np.concatenate([mean[::-1], mean])
    unit = np.ptp(half)
    smooth = make_smoothing_spline(whole / unit, mirrored)
    fine = np.linspace(0, half[-1], 2000)
    height = smooth(fine / unit)
    risen = np.flatnonzero(height >= _MOUTH * height[0])
    if height[0] >= 0 or risen.size == 0 or np.argmin(height) > risen[0]:
        return None
    return _to_the_face(fine[: risen[0] + 1], height[: risen[0] + 1])


def _to_the_face(x: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Evenly spaced points of the wall, and the place where it meets the face, shape (n, 2)."""
    spline = CubicSpline(x, height, bc_type=((1, 0.0), (2, 0.0)))
    places = np.linspace(0, x[-1], _POINTS)
    slope = float(spline(x[-1], 1))
    below = -spline(places)
    end = x[-1] + below[-1] / slope
    return np.vstack([np.column_stack([places, below]), [end, 0.0]])


def write_wall(path: Path, wall: np.ndarray) -> None:
    """CSV with the head ``across [um],below [um]`` that ``profile = "measured"`` reads."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["across [um]", "below [um]"])
        table.writerows([f"{value:.6g}" for value in point] for point in wall * 1e6)
