"""The tables of a run: rows of ``front.csv``, ``bridge.csv`` and ``stations.csv``, also as DataFrames."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.results.record import station_records
from rollmech.risk.judge import CrackJudge
from rollmech.risk.verdict import Loading

if TYPE_CHECKING:
    import pandas

    from rollmech.pipeline import Result

_MPA = 1e6
_MODES = ("K_I", "K_II", "K_III")
Row = dict[str, Any]


def front_rows(result: Result) -> Iterator[Row]:
    """One row a front point and station; none without a crack front."""
    if isinstance(result.judge, CrackJudge):
        for number, loading in enumerate(result.loadings):
            yield from _front_rows(result.part_at(number), loading)


def _front_rows(result: Result, loading: Loading) -> Iterator[Row]:
    judge, front = result.judge, result.influence.front
    k, second = judge.mixed_mode(loading.state), judge.opening_route(loading.state)
    second = np.full((3, front.phi.size), np.nan) if second is None else second
    release, t_stress = judge.release_rate(loading.state), judge.front_t_stress(loading.state)
    columns = {"angle [deg]": np.degrees(front.phi)}
    columns |= {f"{axis} [um]": values for axis, values in zip("xyz", front.position.T, strict=True)}
    columns |= {f"{mode} [MPa*m^0.5]": k[i] / _MPA for i, mode in enumerate(_MODES)}
    columns |= {"J [J/m^2]": release, "error [MPa*m^0.5]": judge.error(loading.state) / _MPA}
    columns |= {"path spread [-]": front.path_spread}
    columns |= {f"{mode} by face opening [MPa*m^0.5]": second[i] / _MPA for i, mode in enumerate(_MODES)}
    for i, name in enumerate(("T-stress [MPa]", "error of T-stress [MPa]")):
        columns[name] = t_stress[i] / _MPA if t_stress else [None] * front.phi.size
    flags = _flags(front.vertex, k[0] < 0, judge.contact(loading.state) is not None)
    for *numbers, flag in zip(*columns.values(), flags, strict=True):
        yield {
            "flaw": result.influence.patch.flaw.kind,
            "station": loading.name,
            **dict(zip(columns, numbers, strict=True)),
            "flag": flag,
        }


def _flags(vertex: np.ndarray, closed: np.ndarray, touches: bool) -> list[str]:
    """What there is to know of each point."""
    words = {
        "vertex (mean over the zone at the surface)": vertex,
        "closed (linear K < 0)": closed,
        "contact of the faces": np.full(closed.shape, touches),
    }
    return ["; ".join(word for word, holds in words.items() if holds[i]) for i in range(closed.size)]


def bridge_rows(result: Result) -> Iterator[Row]:
    """One row a place on the faces and station; none without a bridge."""
    judge = result.judge
    if not isinstance(judge, CrackJudge) or result.influence.patch.bridge is None:
        return
    for loading in result.loadings:
        found = judge.bridged(loading.state)
        words = np.select(
            [~found.bridged, found.broken, found.yielded], ["none", "broken", "at its strength"], "whole"
        )
        for i in np.argsort(-found.root):
            yield {
                "station": loading.name,
                "rho [-]": 1 - found.root[i] ** 2,
                "opening [um]": found.opening[i],
                "stretch [um]": found.stretch[i],
                "traction [MPa]": found.traction[i],
                "bridge": words[i],
            }


def station_rows(result: Result) -> Iterator[Row]:
    """One row a station with its finding and limits."""
    for row in station_records(result):
        yield {
            "station": row["name"],
            "curvature [1/m]": row["curvature"]["value"],
            "ratio [-]": row.get("ratio"),
            "error of ratio [-]": row.get("ratio_error"),
            "governed by": row.get("governed_by"),
            "where": row.get("where"),
            "radius_min [mm]": row.get("radius_min", {}).get("value"),
            "tension_max [N/m]": row.get("tension_max", {}).get("value"),
            "layers": " + ".join(row["layers"]),
        }


def quantity_rows(result: Result) -> Iterator[Row]:
    """One row a quantity: value, estimated numerical error, unit, what it refers to, broken assumptions."""
    for name, entry in result.quantities.items():
        yield {
            "quantity": name,
            "value": entry["value"],
            "error": entry["error"],
            "unit": entry["unit"],
            "refers to": entry.get("refers_to", ""),
            "note": "; ".join(filter(None, [entry.get("note", ""), *entry["flags"]])),
        }


def frame(rows: Iterator[Row], index: str | None = None) -> pandas.DataFrame:
    """Rows as a DataFrame; empty without any."""
    import pandas

    found = pandas.DataFrame(list(rows))
    return found.set_index(index) if index and len(found) else found


def write_front(path: Path, result: Result) -> None:
    """``front.csv``; no file without a crack front."""
    _write(path, front_rows(result))


def write_bridge(path: Path, result: Result) -> None:
    """``bridge.csv``; no file without a bridge."""
    _write(path, bridge_rows(result))


def write_stations(path: Path, result: Result) -> None:
    """``stations.csv``."""
    _write(path, station_rows(result))


def _write(path: Path, rows: Iterator[Row]) -> None:
    """Rows as CSV, numbers to six digits; no file without rows."""
    found = list(rows)
    if not found:
        return
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(found[0]))
        table.writeheader()
        for row in found:
            table.writerow({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()})
