"""What a run says of a joint between tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.fracture.tile_joint import PLACES, joint_openings, tiled_stiffness
from rollmech.results.entries import MPA, entry
from rollmech.risk.joint import WORDS
from rollmech.web.parting import Parting

if TYPE_CHECKING:
    from rollmech.pipeline import Result


def joint_quantities(result: Result) -> dict[str, dict[str, Any]]:
    """Strain, bridging stress and edge energy at the governing station; compliance and stiffness of the tiled web."""
    worst = result.verdict.worst
    state, there = result.loadings[result.verdict.governing].state, f"station '{worst.name}'"
    judge, found = result.judge, {}
    found["joint_ratio"] = entry(
        worst.finding.ratio, "", worst.finding.error, f"{worst.finding.where}, {there}"
    )
    for place, value, error in zip(PLACES, *judge.strain(state), strict=True):
        words = f"strain along the web between the walls, {WORDS[place]}, {there}"
        found[f"joint_strain_{place}"] = entry(100 * value, "%", 100 * error, words)
    words = f"more than the web's own stretch of the gap, mean over its height, {there}"
    found["joint_opening"] = entry(*_spaced(judge.opening(state), "um"), words)
    if judge.names:
        found["bridging_stress"] = _bridging(result, state, there)
        found |= _edge(result, state, there)
    return found | _web(result)


def _spaced(pair: tuple[float, float], unit: str) -> tuple[float, str, float]:
    return float(pair[0]), unit, float(pair[1])


def _bridging(result: Result, state, there: str) -> dict[str, Any]:
    judge = result.judge
    means = {ply: judge.bridging(state, ply) for ply in judge.names}
    ply = max(means, key=lambda i: means[i][0])
    words = f"mean stress of '{judge.names[ply]}' under the gap, the largest of all layers there, {there}"
    return entry(means[ply][0] / MPA, "MPa", means[ply][1] / MPA, words)


def _edge(result: Result, state, there: str) -> dict[str, dict[str, Any]]:
    """What the web releases when a tile comes off from its edge on, in closed form."""
    release = Parting(result.laminate, (result.flawed_ply,)).release_rate(state, "x")
    words = (
        f"steady energy release rate of a delamination under a tile from its edge on (closed form), {there}"
    )
    found = {"edge_G": entry(release, "J/m^2", 0.0, words)}
    given = result.case.flaw.interface_toughness
    if given:
        found["edge_G_ratio"] = entry(
            release / given, "", 0.0, f"edge_G over the interface's {given:.4g} J/m^2"
        )
    return found


def _web(result: Result) -> dict[str, dict[str, Any]]:
    """What does not depend on the station."""
    influence = result.influence
    patch = influence.patch
    reference = patch.turned(patch.reference)
    length, error = influence.joint_value(lambda joint: joint.recovery(reference, patch.flawed_thickness))
    words = "from the tile's edge to where it holds 95 % of its force, under uniform stretch"
    found = {"recovery_length": entry(length, "um", error, words)}
    openings, errors = influence.joint_value(lambda joint: joint_openings(patch, joint))
    cases = (("tension", "um*m/N", "per N/m of a web kept flat", 1.0), ("curvature", "um*m", "per 1/m", 1e-6))
    for i, place in enumerate(PLACES[1:], start=1):
        for k, (load, unit, words, scale) in enumerate(cases):
            text = f"change of the gap {WORDS[place]}, {words}"
            found[f"opening_{place}_per_{load}"] = entry(
                openings[i, k] * scale, unit, errors[i, k] * scale, text
            )

    def stiffness(joint) -> np.ndarray:
        tiled = tiled_stiffness(patch, joint)
        return np.array([tiled.membrane, tiled.bending, tiled.compliance[0, 0], tiled.compliance[1, 1] * 1e6])

    values, errors = influence.joint_value(stiffness)
    names = (
        (
            "membrane_stiffness_ratio",
            "",
            "stretching stiffness, kept flat, of tiles over that of a web without joints",
        ),
        (
            "bending_stiffness_ratio",
            "",
            "bending stiffness, free of force, of tiles over that of a web without joints",
        ),
        ("joint_extension", "um*m/N", "extension that a joint adds per tension at the middle of the stack"),
        ("joint_turn", "1/N", "turn (radians) that a joint adds per moment"),
    )
    rows = zip(names, values, errors, strict=True)
    return found | {name: entry(value, unit, error, words) for (name, unit, words), value, error in rows}
