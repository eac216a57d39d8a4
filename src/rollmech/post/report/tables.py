"""Tables of a report as plain rows of text, from the record and the front of a run."""

from __future__ import annotations

from typing import Any

import numpy as np

from rollmech.materials.library import PROPERTIES
from rollmech.post.report.numbers import number, plain_units, text_number, unit_text, with_error
from rollmech.post.rundata import Front, RunData
from rollmech.units import show

_ROUNDING = 1e-10
"""A number this small beside the largest of its kind is nothing."""
_ROWS = 19
"""Rows of the front that are shown; the file has all."""


def stations(record: dict[str, Any]) -> dict[str, list]:
    """Ratio, cause and limits of every station."""
    rows = [_station(row, record["verdict"].get("station")) for row in record["stations"] if "ratio" in row]
    whose = " by the flaw" if "radius_min_strength" in record["quantities"] else ""
    limits = [f"smallest radius{whose} (mm)", f"largest tension{whose} (N/m)"]
    head = ["station", "used (%)", "most by", *limits]
    return {"head": head, "rows": rows}


def _station(row: dict[str, Any], governing: str | None) -> list[str]:
    solved = (row.get("contact") or {}).get("solved")
    limits = [_limit(row[key]) for key in ("radius_min", "tension_max")]
    name = f"{row['name']} (worst)" if row["name"] == governing else row["name"]
    if (row.get("contact") or {}).get("refused"):
        return [name, "not known", row["contact"]["refused"], *limits]
    if row["closed"] and not solved:
        return [name, "pressed shut", "–", *limits]
    return [name, with_error(100 * row["ratio"], 100 * row["ratio_error"]), row["governed_by"], *limits]


def _limit(entry: dict[str, Any]) -> str:
    if entry["value"] is None:
        return entry.get("note") or "–"
    return with_error(entry["value"], entry["error"]) + (" (bound)" if entry.get("note") else "")


def loads(record: dict[str, Any]) -> dict[str, list]:
    """What each cause adds at every station, in the unit of the run."""
    judged = [row for row in record["stations"] if "shares" in row]
    causes = [
        c for c in (judged[0]["shares"] if judged else []) if any(row["shares"].get(c) for row in judged)
    ]
    unit = unit_text(judged[0]["shares_unit"]) if judged else ""
    largest = max((abs(share) for row in judged for share in row["shares"].values()), default=0.0)
    rows = [
        [
            row["name"],
            number(row["peak_stress"]["value"]),
            *(number(_beside(row["shares"].get(cause, 0.0), largest)) for cause in causes),
            number(sum(row["shares"].values())),
        ]
        for row in judged
    ]
    head = ["station", "largest stress without the flaw (MPa)", *causes, f"together ({unit})"]
    return {"head": head, "rows": rows}


def _beside(value: float, largest: float) -> float:
    """A value, or 0 where only rounding is left of it."""
    return 0.0 if abs(value) < _ROUNDING * largest else value


def quantities(record: dict[str, Any]) -> dict[str, list]:
    """Every number of the run with its error and what it refers to."""
    rows = []
    for name, entry in record["quantities"].items():
        refers = entry.get("refers_to", "")
        refers += f" – {entry['note']}" if entry.get("note") else ""
        refers += f" [rests on a broken assumption: {', '.join(entry['flags'])}]" if entry["flags"] else ""
        rows.append([name, with_error(entry["value"], entry["error"]), unit_text(entry["unit"]), refers])
    return {"head": ["name in results.json", "value", "unit", "refers to"], "rows": rows}


def front(run: RunData) -> dict[str, list] | None:
    """Some rows of the governing station's front; None if the run has none."""
    if not run.sharp:
        return None
    table: Front = run.fronts[run.station]
    rows, largest = [], float(np.abs([table.k, table.k_ii, table.k_iii]).max())
    for i in np.unique(np.linspace(0, table.k.size - 1, _ROWS).round().astype(int)):
        factors = [number(_beside(float(k[i]), largest), 4) for k in (table.k, table.k_ii, table.k_iii)]
        others = [number(float(values[i]), 4) for values in (table.release, table.error)]
        place = ", ".join(number(float(x)) for x in table.position[i].round(6))
        note = "mean at the surface, not counted" if table.vertex[i] else ""
        rows.append([number(float(table.angle[i])), place, *factors, *others, note])
    head = ["angle (°)", "x, y, z (µm)", "K_I", "K_II", "K_III (MPa·√m)", "J (J/m²)", "error of K", ""]
    return {"head": head, "rows": rows}


def assumptions(record: dict[str, Any]) -> dict[str, list]:
    """Every check with its number and limit; the last cell of a row is its status."""
    rows = [
        [
            group["group"],
            check["name"],
            text_number(check["value"], check["unit"]),
            text_number(check["limit"], check["unit"]),
            check["text"],
            check["status"],
        ]
        for group in record["assumptions"]
        for check in group["checks"]
    ]
    return {"head": ["group", "assumption", "number", "limit", "in words", "status"], "rows": rows}


def materials(record: dict[str, Any]) -> dict[str, list]:
    """Every property with range, condition, source and confidence."""
    rows = [
        [
            name,
            key.replace("_", " "),
            shown_value(key, entry),
            _range(key, entry),
            _origin(entry),
            _trust(entry),
        ]
        for name, entries in record["materials"].items()
        for key, entry in entries.items()
    ]
    return {"head": ["material", "property", "value", "range", "condition and source", "trust"], "rows": rows}


def shown_value(key: str, entry: dict[str, Any]) -> str:
    """Value of a material with its unit."""
    return plain_units(show(float(f"{entry['value']:.6g}"), PROPERTIES[key]))


def _range(key: str, entry: dict[str, Any]) -> str:
    ends = [entry.get("low"), entry.get("high")]
    if ends == [None, None]:
        return "–"
    shown = ["?" if end is None else show(float(f"{end:.4g}"), PROPERTIES[key]) for end in ends]
    return plain_units(" to ".join(shown))


def _origin(entry: dict[str, Any]) -> str:
    texts = [entry.get("condition"), entry.get("source", "case file"), entry.get("warning")]
    return " – ".join(text for text in texts if text)


def _trust(entry: dict[str, Any]) -> str:
    return "placeholder" if entry.get("placeholder") else entry.get("confidence", "case")


def meshes(record: dict[str, Any]) -> dict[str, list] | None:
    """One row a refinement; None without a mesh."""
    levels = record["mesh"].get("levels")
    if not levels:
        return None
    rows = [
        [
            str(i + 1),
            f"{level['elements']:,}",
            f"{level['unknowns']:,}",
            level["solver"],
            _percent(level.get("estimated relative error")),
        ]
        for i, level in enumerate(levels)
    ]
    return {"head": ["mesh", "elements", "unknowns", "solver", "estimated error"], "rows": rows}


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{number(100 * value, 2)} %"
