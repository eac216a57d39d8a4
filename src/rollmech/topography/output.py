"""What a survey leaves behind: flaw table, summary, and the flaw of a case."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from rollmech.results.folder import write_json
from rollmech.topography.depths import DepthLaw
from rollmech.topography.measure import MeasuredFlaw
from rollmech.topography.roughness import areal
from rollmech.topography.survey import Survey

SUMMARY, TABLE = "surface.json", "flaws.csv"
FORMAT = 1
_UM, _MM2 = 1e6, 1e6


def row(flaw: MeasuredFlaw) -> dict[str, Any]:
    """A flaw as the table and the summary write it: um, degrees; None where there is no number."""
    x, y = flaw.outline.centre * _UM
    numbers = {
        "x [um]": x,
        "y [um]": y,
        "depth [um]": flaw.depth * _UM,
        "depth noise [um]": flaw.depth_noise * _UM,
        "width [um]": flaw.width * _UM,
        "length [um]": flaw.length * _UM,
        "area [um^2]": flaw.outline.area * _UM**2,
        "angle to web [deg]": np.degrees(flaw.angle),
        "root radius [um]": flaw.root_radius * _UM,
        "root radius limit [um]": flaw.root_limit * _UM,
        "fit residual [-]": flaw.fit_residual,
    }
    shape = getattr(flaw.fit, "profile", "ellipsoid" if flaw.fit else None)
    return {
        "number": flaw.number,
        "kind": flaw.kind,
        **{key: _rounded(value) for key, value in numbers.items()},
        "fitted shape": shape,
        "root resolved": flaw.root_resolved,
        "touches edge": flaw.touches_edge,
        "touches missing": flaw.touches_missing,
    }


def _rounded(value: float | None, digits: int = 6) -> float | None:
    return None if value is None or not np.isfinite(value) else float(f"{value:.{digits}g}")


def write_table(path: Path, survey: Survey) -> None:
    """``flaws.csv``: one row a flaw, deepest first; an empty cell where there is no number."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        rows = [row(flaw) for flaw in survey.flaws]
        table.writerow(rows[0] if rows else ["number", "kind"])
        table.writerows(
            [
                "" if value is None else str(value).lower() if isinstance(value, bool) else value
                for value in r.values()
            ]
            for r in rows
        )


def summary(survey: Survey, source: str) -> dict[str, Any]:
    """``surface.json``: map, roughness, limits, densities, depth laws, flaws; um and mm unless a key says otherwise."""
    surface, limits = survey.surface, survey.limits
    rows, columns = surface.height.shape
    return {
        "format": FORMAT,
        "source": source,
        "map": {
            "columns": columns,
            "rows": rows,
            "pixel [um]": [_rounded(size * _UM) for size in surface.pixel],
            "inspected area [mm^2]": _rounded(surface.area * _MM2),
            "missing pixels": surface.missing,
            "spikes taken out": surface.spikes,
            "levelling": survey.method,
            "web direction [deg]": _rounded(np.degrees(survey.web)),
        },
        "roughness [um]": _roughness(surface.height),
        "roughness between the flaws [um]": _roughness(np.where(survey.labels == 0, surface.height, np.nan)),
        "limits": {
            "pixel noise [um]": _rounded(limits.noise * _UM),
            "background deviation [um]": _rounded(limits.background * _UM),
            "shallowest depth counted [um]": _rounded(limits.depth * _UM),
            "outline drawn at [um]": _rounded(limits.rim * _UM),
            "smallest area counted [um^2]": _rounded(limits.area * _UM**2),
        },
        "densities": {name: _density(item) for name, item in survey.densities.items()},
        "largest pit": next((flaw.number for flaw in survey.of_kind("pit", "irregular")), None),
        "depth laws": [_law(law) for law in survey.laws],
        "depths in the laws": int((survey.depths > limits.depth).sum()),
        "flaws": [row(flaw) for flaw in survey.flaws],
    }


def _roughness(height: np.ndarray) -> dict[str, float | None]:
    """Height parameters in um; Ssk and Sku have no unit."""
    values = areal(height)
    return {name: _rounded(value * (1 if name in ("Ssk", "Sku") else _UM)) for name, value in values.items()}


def _density(item: dict[str, float]) -> dict[str, float | None]:
    result = {"count": item["count"]}
    result |= {f"{name} [1/mm^2]": _rounded(item[key] / _MM2) for name, key in _INTERVAL}
    if "length_per_area" in item:
        result["length per area [mm/mm^2]"] = _rounded(item["length_per_area"] / 1e3)
    return result


_INTERVAL = (("density", "value"), ("low", "low"), ("high", "high"))


def _law(law: DepthLaw) -> dict[str, Any]:
    """Lengths in um; shape and spread have no unit."""

    def unit(key: str) -> float:
        return 1.0 if key in ("shape", "spread") else _UM

    return {
        "law": law.name,
        "parameters": {key: _rounded(value * unit(key)) for key, value in law.parameters.items()},
        "intervals 95 %": {
            key: [_rounded(value * unit(key)) for value in pair] for key, pair in law.intervals.items()
        },
        "largest distance": _rounded(law.distance),
        "AIC": _rounded(law.information),
    }


def write_summary(path: Path, survey: Survey, source: str) -> None:
    """Write ``surface.json``."""
    write_json(path, summary(survey, source))
