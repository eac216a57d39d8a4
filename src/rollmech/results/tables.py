"""The tables of a run: ``front.csv`` and ``stations.csv``."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rollmech.results.record import station_records
from rollmech.risk.judge import CrackJudge

if TYPE_CHECKING:
    from rollmech.pipeline import Result

_MPA = 1e6


def write_front(path: Path, result: Result) -> None:
    """``front.csv``: one row a front point and station."""
    if not isinstance(result.judge, CrackJudge):
        return
    kind = result.influence.patch.flaw.kind
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(
            [
                "flaw",
                "station",
                "angle [deg]",
                "x [um]",
                "y [um]",
                "z [um]",
                "K_I [MPa*m^0.5]",
                "K_II [MPa*m^0.5]",
                "K_III [MPa*m^0.5]",
                "J [J/m^2]",
                "error [MPa*m^0.5]",
                "path spread [-]",
                "K_I by face opening [MPa*m^0.5]",
                "K_II by face opening [MPa*m^0.5]",
                "K_III by face opening [MPa*m^0.5]",
                "T-stress [MPa]",
                "error of T-stress [MPa]",
                "flag",
            ]
        )
        for number, loading in enumerate(result.loadings):
            part = result.part_at(number)
            judge, front = part.judge, part.influence.front
            k = judge.mixed_mode(loading.state) / _MPA
            error, release = judge.error(loading.state) / _MPA, judge.release_rate(loading.state)
            second = judge.opening_route(loading.state)
            second = np.full((3, front.phi.size), np.nan) if second is None else second / _MPA
            t_stress = judge.front_t_stress(loading.state)
            touches = "contact of the faces" if judge.contact(loading.state) is not None else ""
            for i in range(front.phi.size):
                flag = "vertex (mean over the zone at the surface)" if front.vertex[i] else ""
                closed = "closed (linear K < 0)" if k[0, i] < 0 else ""
                flag = "; ".join(filter(None, [flag, closed, touches]))
                numbers = [
                    np.degrees(front.phi[i]),
                    *front.position[i],
                    *k[:, i],
                    release[i],
                    error[i],
                    front.path_spread[i],
                    *second[:, i],
                ]
                texts = [f"{value:.6g}" for value in numbers]
                texts += [f"{part[i] / _MPA:.6g}" for part in t_stress] if t_stress else ["", ""]
                table.writerow([kind, loading.name, *texts, flag])


def write_bridge(path: Path, result: Result) -> None:
    """``bridge.csv``: one row a place on the faces and station; no file without a bridge."""
    judge = result.judge
    if not isinstance(judge, CrackJudge) or result.influence.patch.bridge is None:
        return
    names = ("rho [-]", "opening [um]", "stretch [um]", "traction [MPa]")
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["station", *names, "bridge"])
        for loading in result.loadings:
            found = judge.bridged(loading.state)
            columns = 1 - found.root**2, found.opening, found.stretch, found.traction
            words = np.select(
                [~found.bridged, found.broken, found.yielded], ["none", "broken", "at its strength"], "whole"
            )
            for i in np.argsort(-found.root):
                table.writerow([loading.name, *(f"{column[i]:.6g}" for column in columns), words[i]])


def write_stations(path: Path, result: Result) -> None:
    """``stations.csv``: one row a station with its finding and limits."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(
            [
                "station",
                "curvature [1/m]",
                "ratio [-]",
                "error of ratio [-]",
                "governed by",
                "where",
                "radius_min [mm]",
                "tension_max [N/m]",
                "layers",
            ]
        )
        for row in station_records(result):
            limits = [row.get(key, {}).get("value") for key in ("radius_min", "tension_max")]
            table.writerow(
                [
                    row["name"],
                    f"{row['curvature']['value']:.6g}",
                    row.get("ratio"),
                    row.get("ratio_error"),
                    row.get("governed_by"),
                    row.get("where"),
                    *limits,
                    " + ".join(row["layers"]),
                ]
            )
