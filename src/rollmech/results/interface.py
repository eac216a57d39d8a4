"""What a run says of fronts that lie on an interface: complex K, phase and energy; energy alone of a channel crack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.fracture.bimaterial import toughening, zak_williams_exponent
from rollmech.results.entries import MPA, ROUNDING, entry, place
from rollmech.risk.judge import Finding

if TYPE_CHECKING:
    from rollmech.pipeline import Result


def delamination_quantities(result: Result, finding: Finding) -> dict[str, dict[str, Any]]:
    """G, K l^(i eps), phase and mismatch at the point of the front where G is largest, governing station."""
    state, judge, influence = _governing(result), result.judge, result.influence
    release, error = judge.release_rate(state), judge.error(state)
    i = int(release.argmax())
    k = judge.mixed_mode(state)[:, i]
    relative = error[i] / np.linalg.norm(k) if k.any() else 0.0
    length, there = influence.reference_length, f"{place(influence.front, i)}, {_station(result)}"
    given, sensitivity = result.case.flaw.interface_toughness, result.case.flaw.mode_sensitivity
    gamma = given * float(toughening(np.arctan2(k[1], k[0]), sensitivity))
    found = {
        "G_max": entry(release[i], "J/m^2", 2 * relative * release[i], f"energy release rate, {there}"),
        "G_ratio": entry(
            release[i] / gamma,
            "",
            2 * relative * release[i] / gamma,
            f"G_max over the interface's {gamma:.4g} J/m^2",
        ),
        "K_ratio": entry(finding.ratio, "", finding.error, f"sqrt(G / interface toughness), {there}"),
    }
    for name, part, text in (("K_1", k[0], "opening"), ("K_2", k[1], "shear")):
        words = f"{text} part of K l^(i eps), l = {length:.4g} um, {there}"
        found[name] = entry(part / MPA, "MPa*m^0.5", error[i] / MPA, words)
    if abs(k[2]) > ROUNDING * np.linalg.norm(k):
        found["K_3"] = entry(k[2] / MPA, "MPa*m^0.5", error[i] / MPA, there)
    phase = np.degrees(np.arctan2(k[1], k[0]))
    found["phase_angle"] = entry(
        phase, "deg", np.degrees(relative), f"arctan(K_2 / K_1) for l = {length:.4g} um, {there}"
    )
    if sensitivity:
        words = f"{given:g} J/m^2 (1 + tan^2({sensitivity:g} psi)), psi = phase_angle for l = {length:.4g} um"
        found["interface_toughness"] = entry(gamma, "J/m^2", 0.0, words)
    return found | _mismatch(influence.solids)


def channel_quantities(result: Result, finding: Finding) -> dict[str, dict[str, Any]]:
    """Steady-state energy release rate at the governing station, and how singular the root on the interface is."""
    state, judge = _governing(result), result.judge
    release, error = float(judge.release_rate(state)[0]), float(judge.error(state)[0])
    relative = error / abs(finding.value) if finding.value else 0.0
    there = _station(result)
    exponent = zak_williams_exponent(result.influence.solids.mismatch)
    words = "stress goes as r^-s at the root on the interface; s, 0.5 without a mismatch"
    return {
        "G_ss": entry(release, "J/m^2", 2 * relative * release, f"released per area of new crack, {there}"),
        "K_ratio": entry(
            finding.ratio,
            "",
            finding.error,
            f"sqrt(E' G_ss) over the toughness of '{result.case.tip_layer}', {there}",
        ),
        "root_exponent": entry(exponent, "", 0.0, words),
    } | _mismatch(result.influence.solids, oscillation=False)


def _mismatch(solids, oscillation: bool = True) -> dict[str, dict[str, Any]]:
    words = "stiffer on the side of the flawed face if alpha > 0 (Dundurs 1969, plane strain)"
    found = {
        "dundurs_alpha": entry(solids.mismatch.alpha, "", 0.0, words),
        "dundurs_beta": entry(solids.mismatch.beta, "", 0.0, words),
    }
    if oscillation:
        words = "eps = ln((1 - beta) / (1 + beta)) / (2 pi)"
        found["oscillation_index"] = entry(solids.oscillation_index, "", 0.0, words)
    return found


def _governing(result: Result):
    return result.loadings[result.verdict.governing].state


def _station(result: Result) -> str:
    return f"station '{result.verdict.worst.name}'"
