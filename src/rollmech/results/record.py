"""What a run says, as plain data: the content of ``results.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.backend import versions
from rollmech.case import dump_case
from rollmech.results.entries import MPA, ROUNDING, entry, place
from rollmech.results.folder import FORMAT
from rollmech.results.interface import channel_quantities, delamination_quantities
from rollmech.results.joint import joint_quantities
from rollmech.results.residual import residual_record
from rollmech.results.treated import treatment_record
from rollmech.risk.assumptions import by_group, flags
from rollmech.risk.assumptions.check import UNFLAWED
from rollmech.risk.joint import JointJudge
from rollmech.risk.judge import CrackJudge, Finding, NotchJudge
from rollmech.risk.limits import Limit

if TYPE_CHECKING:
    from rollmech.case import Case
    from rollmech.pipeline import Result


UNITS = {"K": ("MPa*m^0.5", MPA), "stress": ("MPa", MPA), "use": ("", 1.0)}
"""Unit of a judge's driving force, and how many of the SI unit it is."""


def record(result: Result) -> dict[str, Any]:
    """Everything a run found, ready for JSON."""
    return {
        "format": FORMAT,
        "title": result.case.title,
        "verdict": verdict_record(result),
        "quantities": quantities(result),
        "assumptions": by_group(result.assumptions),
        "warnings": result.warnings,
        "placeholders": result.placeholders,
        "treatment": treatment_record(result.case),
        "residual": residual_record(result.laminate),
        "stations": station_records(result),
        "line": result.line.record if result.line else None,
        "materials": material_records(result.case),
        "inputs": {"case": dump_case(result.case), "source": result.source, "overrides": result.overrides},
        "versions": versions(),
        "mesh": _mesh(result) | _mesh_parts(result),
        "timings": {name: round(seconds, 4) for name, seconds in result.timings.items()},
    }


def material_records(case: Case) -> dict[str, dict[str, Any]]:
    """Every property of each layer's material, laws carried out, in SI with its source."""
    names = {layer.material: layer.name for layer in case.stack}
    return {
        material: {
            key: {
                field: value
                for field, value in vars(prop).items()
                if field != "name" and value not in ("", None)
            }
            for key, prop in case.material_of(layer).properties.items()
        }
        for material, layer in names.items()
    }


def quantities(result: Result) -> dict[str, dict[str, Any]]:
    """Name to value, unit, error, what the number refers to, and flags: broken assumptions that bear on it."""
    found = _numbers(result)
    for name, quantity in found.items():
        quantity["flags"] = flags(result.assumptions, name, _station_of(result, name))
    return found


def _station_of(result: Result, quantity: str) -> str | None:
    """The station that a quantity belongs to; None if nothing was judged."""
    if quantity in UNFLAWED and result.unflawed is not None:
        return result.unflawed.worst.name
    return result.verdict.worst.name if result.verdict is not None else None


def _numbers(result: Result) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if result.verdict is None:
        found["stress_max"] = _laminate_peak(result)
        return found
    worst = result.verdict.worst
    finding, judge = worst.finding, result.judge
    if isinstance(judge, CrackJudge):
        kind = {"delamination": delamination_quantities, "channel": channel_quantities}
        found |= kind.get(result.case.flaw.kind, _crack_quantities)(result, finding)
        found["stress_max"] = _face_stress(result)
    elif isinstance(judge, JointJudge):
        found |= joint_quantities(result)
        found["stress_max"] = _face_stress(result)
    else:
        found["stress_ratio"] = entry(finding.ratio, "", finding.error, "peak stress over strength")
        found["stress_max"] = entry(
            finding.value / MPA,
            "MPa",
            finding.value_error / MPA,
            f"largest principal stress, {finding.where}",
        )
    if isinstance(judge, NotchJudge):
        nominal = result.nominal_stress(result.verdict.governing)
        for place_name, (value, error) in judge.places(
            result.loadings[result.verdict.governing].state
        ).items():
            name = f"stress_{place_name.replace(' ', '_')}"
            found[name] = entry(value / MPA, "MPa", error / MPA, f"largest principal stress, {place_name}")
        if nominal > 0 and not judge.pressure:
            found["Kt"] = _concentration(result, nominal)
        if "misfit" in finding.shares:
            alone = judge.peak_of(result.loadings[result.verdict.governing].state, ("misfit",))
            text = "largest principal stress of the flawed layer from the filler's misfit alone"
            found["misfit_stress"] = entry(alone[0] / MPA, "MPa", alone[1] / MPA, text)
    if result.influence is not None and result.influence.bond is not None:
        found |= _filler_quantities(result)
    for name, limit, unit, scale in (
        ("radius_min", worst.radius_min, "mm", 1e3),
        ("tension_max", worst.tension_max, "N/m", 1.0),
    ):
        found[name] = _limit(limit, unit, scale, worst.name)
    return found | _strength_quantities(result)


def _concentration(result: Result, nominal: float) -> dict[str, Any]:
    """Peak stress over the web's own (Pa), without what a misfit adds to it."""
    finding, text = result.verdict.worst.finding, "stress_max"
    peak, error = finding.value, finding.value_error
    if "misfit" in finding.shares:
        state = result.loadings[result.verdict.governing].state
        peak, error = result.judge.peak_of(state, [cause for cause in finding.shares if cause != "misfit"])
        text = "largest principal stress on the flaw without the misfit"
    of = f"{text} over the largest in-plane stress of the unflawed web at the flawed face"
    return entry(peak / nominal, "", error / nominal, of)


def _filler_quantities(result: Result) -> dict[str, dict[str, Any]]:
    """Stress of the filler and across its bond at the governing station."""
    worst = result.verdict.governing
    load = result.judge.total(result.loadings[worst].state)
    where = f"at the bond away from its corners, station '{result.loadings[worst].name}'"
    filler, bond = result.influence.filler_stress(load), result.influence.bond_tension(load)
    return {
        "filler_stress": entry(
            filler[0], "MPa", filler[1], f"largest principal stress of the filler {where}"
        ),
        "bond_stress": entry(bond[0], "MPa", bond[1], f"largest tension across the bond, {where}"),
    }


def _strength_quantities(result: Result) -> dict[str, dict[str, Any]]:
    """What the strength of the web without this crack allows; closed form, so its numerical error is zero."""
    if result.unflawed is None:
        return {}
    worst = result.unflawed.worst
    refers = f"unflawed web: stress over flexural strength, {worst.finding.where}, station '{worst.name}'"
    return {
        "strength_ratio": entry(worst.finding.ratio, "", 0.0, refers),
        "radius_min_strength": _limit(worst.radius_min, "mm", 1e3, worst.name),
        "tension_max_strength": _limit(worst.tension_max, "N/m", 1.0, worst.name),
    }


def _crack_quantities(result: Result, finding: Finding) -> dict[str, dict[str, Any]]:
    """K and J at the governing station; K_ratio uses sqrt(E' G), which is K_I in pure mode I."""
    state = result.loadings[result.verdict.governing].state
    front, judge = result.influence.front, result.judge
    inner = np.flatnonzero(~front.vertex)
    k, error, release = judge.mixed_mode(state) / MPA, judge.error(state) / MPA, judge.release_rate(state)
    station = f"station '{result.verdict.worst.name}'"
    found = {}
    for number, name in enumerate(("K_I", "K_II", "K_III")):
        if np.abs(k[number]).max() <= ROUNDING * np.abs(k).max():
            continue
        i = inner[(k[number][inner] if number == 0 else np.abs(k[number][inner])).argmax()]
        found[f"{name}_max"] = entry(k[number][i], "MPa*m^0.5", error[i], f"{place(front, i)}, {station}")
    mixed = " (sqrt(E' G) over it, modes mixed)" if "K_II_max" in found else ""
    weak = _weak_plane(result.case.flaw)
    found["K_ratio"] = entry(
        finding.ratio,
        "",
        finding.error,
        f"K over fracture toughness{weak}{mixed}, {finding.where}, {station}",
    )
    # Where the faces are pressed together the linear J releases nothing.
    j = inner[np.where(k[0][inner] >= 0, release[inner], -1.0).argmax()]
    if found["K_I_max"]["value"] > 0:
        relative = 2 * error[j] / np.linalg.norm(k[:, j])
        found["J_max"] = entry(
            release[j], "J/m^2", relative * release[j], f"plane strain, {place(front, j)}, {station}"
        )
    if finding.bridged is not None:
        k, error = (values / MPA for values in judge.unbridged_k(state))
        i = inner[k[inner].argmax()]
        text = f"the same load without the bridge, {place(front, i)}, {station}"
        found["K_I_max_unbridged"] = entry(k[i], "MPa*m^0.5", error[i], text)
    if result.case.flaw.kind == "crack-pair":
        found |= _pair_quantities(k[0][inner], error[inner], station)
    t_stress = judge.t_stress(state)
    if t_stress is not None:
        value, spread = t_stress
        found["T_stress"] = entry(
            value / MPA, "MPa", spread / MPA, f"stress along the crack at its tip, {station}"
        )
    return found


def _weak_plane(flaw) -> str:
    """What a weak plane leaves of the toughness, with its source; empty without one."""
    factor = getattr(flaw, "toughness_factor", 1.0)
    return (
        ""
        if factor == 1.0
        else f" times {factor:g} (weak plane: {flaw.toughness_source or 'no source given'})"
    )


def _pair_quantities(k: np.ndarray, error: np.ndarray, station: str) -> dict[str, dict[str, Any]]:
    """K at both ends of the crack of a pair, its outer end first; on a single crack they are the same."""
    found = {}
    for name, i in (("outer", 0), ("inner", -1)):
        text = f"first counted point at the {name} end, {station}"
        found[f"K_I_{name}_end"] = entry(k[i], "MPa*m^0.5", error[i], text)
    if k[0] > 0:
        ratio = k[-1] / k[0]
        spread = abs(ratio) * (error[0] / k[0] + error[-1] / abs(k[-1]))
        found["interaction"] = entry(
            ratio, "", spread, "K_I_inner_end over K_I_outer_end; 1 without the other crack"
        )
    return found


def _limit(limit: Limit, unit: str, scale: float, station: str) -> dict[str, Any]:
    if limit.value is None:
        return {"value": None, "unit": unit, "error": None, "refers_to": station, "note": limit.note}
    found = entry(limit.value * scale, unit, limit.error * scale, f"station '{station}'")
    return found | ({"note": limit.note} if limit.note else {})


def _face_stress(result: Result) -> dict[str, Any]:
    stress = result.nominal_stress(result.verdict.governing) / MPA
    return entry(
        stress, "MPa", 0.0, "largest in-plane stress of the unflawed web at the flawed face (closed form)"
    )


def _laminate_peak(result: Result) -> dict[str, Any]:
    peaks = [loading.state.peak_stress() for loading in result.loadings]
    peak = max(peaks, key=lambda p: p.stress)
    return entry(peak.stress / MPA, "MPa", 0.0, f"{peak.place} (closed form)")


def verdict_record(result: Result) -> dict[str, Any]:
    """The ``verdict`` entry: status, criterion, ratio with its error, where and why."""
    if result.verdict is None:
        return {"status": "not judged", "reason": result.not_judged}
    verdict, worst = result.verdict, result.verdict.worst
    breaks = result.unflawed is not None and result.unflawed.worst.finding.ratio > verdict.allowed
    return {
        # A web that breaks without its crack is not safe, whatever the crack does.
        "status": "fails" if breaks or _grows_to_failure(result) else verdict.status,
        "flaw_status": verdict.status,
        "criterion": _criterion(result),
        "allowed": verdict.allowed,
        "ratio": worst.finding.ratio,
        "ratio_error": worst.finding.error,
        "station": worst.name,
        "where": worst.finding.where,
        "governed_by": worst.finding.governed_by,
        "placeholders": [f"{p['material']}: {p['property']}" for p in result.placeholders if p["governs"]],
        "refused": {station.name: station.finding.refused for station in verdict.refused},
    }


def _criterion(result: Result) -> str:
    """What the ratio compares."""
    if isinstance(result.judge, JointJudge):
        return (
            "strain of the joint's filler over its limit, or mean stress of a layer below over its strength"
        )
    if not isinstance(result.judge, CrackJudge):
        return "peak stress over strength"
    words = {
        "delamination": "sqrt(G / interface toughness)",
        "channel": "sqrt(E' G_ss) over fracture toughness",
    }
    return words.get(result.case.flaw.kind, "K over fracture toughness")


def _grows_to_failure(result: Result) -> bool:
    """Whether the flaw holds at first and runs away by growing, in the passes or on the core."""
    return result.line is not None and result.line.grown is not None and result.line.grown.fails


def station_records(result: Result) -> list[dict[str, Any]]:
    """One entry a station, in the order of the line."""
    return [_station(result, i) for i in range(len(result.loadings))]


def _station(result: Result, index: int) -> dict[str, Any]:
    loading = result.loadings[index]
    state = loading.state
    row: dict[str, Any] = {
        "name": loading.name,
        "layers": [ply.name for ply in state.laminate.plies],
        "curvature": {"value": state.curvature_x, "unit": "1/m"},
        "peak_stress": {
            "value": state.peak_stress().stress / MPA,
            "unit": "MPa",
            "refers_to": state.peak_stress().place,
        },
    }
    if result.flawed_ply is not None:
        row["face_stress"] = {"value": result.nominal_stress(index) / MPA, "unit": "MPa"}
    if result.verdict is not None:
        station = result.verdict.stations[index]
        finding = station.finding
        unit, scale = UNITS[result.judge.quantity]
        row |= {
            "ratio": finding.ratio,
            "ratio_error": finding.error,
            "where": finding.where,
            "governed_by": finding.governed_by,
            "shares": {cause: value / scale for cause, value in finding.shares.items()},
            "shares_unit": unit,
            "closed": finding.closed,
            "contact": _contact(finding),
            "bridging": _bridging(finding),
            "radius_min": _limit(station.radius_min, "mm", 1e3, loading.name),
            "tension_max": _limit(station.tension_max, "N/m", 1.0, loading.name),
        }
    return row


def _contact(finding: Finding) -> dict[str, Any] | None:
    """What is known of touching faces; None where none touch."""
    if not finding.closed:
        return None
    found: dict[str, Any] = {
        "linear_closed_share": finding.closed_share,
        "solved": finding.contact is not None,
    }
    if finding.refused:
        found["refused"] = finding.refused
    if finding.contact is None:
        return found
    return found | {
        "closed_share": finding.contact.closed_share,
        "steps": finding.contact.steps,
        "overlap": finding.contact.overlap,
        "penalty_change": finding.contact.penalty_change,
        "K_I_max_linear": {"value": finding.linear / MPA, "unit": "MPa*m^0.5"},
        "K_I_max": {"value": finding.value / MPA, "unit": "MPa*m^0.5", "error": finding.value_error / MPA},
    }


def _bridging(finding: Finding) -> dict[str, Any] | None:
    """What the bridge of a crack does; None without one."""
    bridged = finding.bridged
    if bridged is None:
        return None
    return {
        "bridged_share": bridged.bridged_share,
        "yielded_share": bridged.yielded_share,
        "broken_share": bridged.broken_share,
        "steps": bridged.steps,
        "traction_max": {"value": float(bridged.traction.max()), "unit": "MPa"},
        "stretch_max": {"value": float(bridged.stretch.max()), "unit": "um"},
        "K_I_max_unbridged": {"value": finding.linear / MPA, "unit": "MPa*m^0.5"},
        "K_I_max": {"value": finding.value / MPA, "unit": "MPa*m^0.5", "error": finding.value_error / MPA},
    }


def _routes(result: Result) -> dict[str, float]:
    """Differences of the two routes to each K and to J at the governing station."""
    judge = result.judge
    if not isinstance(judge, CrackJudge) or result.verdict is None:
        return result.influence.route_differences(result.influence.patch.reference)
    return judge.route_differences(result.loadings[result.verdict.governing].state)


def _mesh(result: Result) -> dict[str, Any]:
    if result.influence is None:
        return {"note": "no flaw, no mesh: laminate theory in closed form"}
    influence = result.influence
    return {
        "own": _own_mesh(result),
        "levels": influence.levels,
        "ranks": influence.ranks,
        "from_store": influence.problem is None,
        "patch": {
            "half_length": influence.patch.half_length,
            "half_width": influence.patch.half_width if influence.patch.flaw.dimension == 3 else None,
            "unit": "um",
            "boundary_effect": influence.boundary,
            "real_ends": influence.patch.real_ends,
            "modelled": _modelled(influence),
        },
        "path_spread": float(influence.front.path_spread[~influence.front.vertex].max())
        if influence.front
        else None,
        "route_difference": influence.route_difference() if influence.front else None,
        "route_differences": _routes(result) if influence.front else None,
    }


def _mesh_parts(result: Result) -> dict[str, Any]:
    """The meshes of every stack of the line where layers come or go; nothing where none do."""
    if not result.parts or result.influence is None:
        return {}
    return {
        "parts": [
            {"layers": [layer.name for layer in part.case.stack], **_mesh(part)} for part in result.parts
        ]
    }


def _own_mesh(result: Result) -> dict[str, Any] | None:
    """Which file the mesh came from and how its error was estimated; None for rollmech's own meshes."""
    given = result.case.mesh
    if given is None:
        return None
    return {
        "file": given.file,
        "sha256": given.sha256,
        "unit": given.unit,
        "elements": result.influence.levels[0]["elements"],
        "error_estimate": "first level: the file's mesh; second: every cell of it divided, where the numbers are from",
    }


def _modelled(influence) -> str:
    """Which part of the patch the mesh covers."""
    if influence.patch.flaw.dimension == 2:
        return "half of a plane section (x >= 0)"
    return "quarter (x >= 0, y >= 0)" if influence.quarter else "whole"
