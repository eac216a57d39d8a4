"""What a run says about the treatment of its surface: the review's cells, assumed sizes, and what is left out."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from rollmech.case import Case
from rollmech.treatments import Treatment, treatment
from rollmech.units import show

_SIZES = ("depth", "width", "length")


def treatment_record(case: Case) -> dict[str, Any] | None:
    """The ``treatment`` entry of ``results.json``; None for a case without one."""
    if case.treatment is None:
        return None
    preset = treatment(case.treatment.name)
    return {
        "name": preset.name,
        "severity": case.treatment.severity,
        "source": preset.source,
        "as_printed": {key: asdict(cell) for key, cell in preset.cells.items()},
        "remark": preset.remark,
        "surface": {"class": preset.surface.name, "means": preset.surface.means} if preset.surface else None,
        "by_analogy": preset.by_analogy,
        "flaw_supplied": case.treatment.assumed,
        "flaw_basis": case.treatment.basis,
        "not_modelled": _left_out(case, preset),
    }


def assumed_sizes(case: Case) -> list[dict[str, Any]]:
    """Placeholder entries of the flaw's sizes that the treatment supplied."""
    if case.treatment is None or case.flaw is None:
        return []
    surface = treatment(case.treatment.name).surface
    depths = (surface.depth["low"], surface.depth["high"]) if surface and surface.kind else (None, None)
    return [
        {
            "layer": case.flaw.layer,
            "material": case.layer(case.flaw.layer).material,
            "property": f"{case.flaw.kind} {size}",
            "value": case.treatment.assumed[size],
            "range": list(depths) if size == "depth" else [None, None],
            "unit": "m",
            "condition": f"left by treatment '{case.treatment.name}', severity {case.treatment.severity}",
            "source": case.treatment.basis,
            "governs": True,
        }
        for size in _SIZES
        if size in case.treatment.assumed
    ]


def assumed_weakness(case: Case) -> list[dict[str, Any]]:
    """Placeholder entry of a weak plane's toughness factor: no card of the library vouches for one."""
    factor = getattr(case.flaw, "toughness_factor", 1.0)
    if factor == 1.0:
        return []
    return [
        {
            "layer": case.flaw.layer,
            "material": case.layer(case.flaw.layer).material,
            "property": "toughness_factor",
            "value": f"{factor:g}",
            "range": [None, None],
            "unit": "",
            "condition": f"weak plane of the {case.flaw.kind}",
            "source": case.flaw.toughness_source or "none given",
            "governs": True,
        }
    ]


def treatment_warnings(case: Case) -> list[str]:
    """What the treatment does and the run leaves out, and a blunt flaw too small for its criterion."""
    if case.treatment is None:
        return []
    said = [_left_out(case, treatment(case.treatment.name)), _overrated(case)]
    return [f"treatment '{case.treatment.name}': {'; '.join(texts)}" for texts in said if texts]


def critical_length(toughness: float, strength: float) -> float:
    """Length (m) below which a notch weakens less than its peak stress says, (K_Ic / strength)^2 / pi.

    Args:
        toughness: K_Ic, Pa m^0.5.
        strength: Strength of the smooth material, Pa.

    Source: Taylor, The Theory of Critical Distances, 2007.
    """
    return (toughness / strength) ** 2 / math.pi


def _overrated(case: Case) -> list[str]:
    """The peak-stress criterion knows no size; what that does to a flaw smaller than the critical length."""
    if case.flaw is None or case.flaw.sharp:
        return []
    material = case.material_of(case.flaw.layer)
    toughness, strength = material.get("fracture_toughness"), material.get("flexural_strength")
    if toughness is None or strength is None:
        return []
    length, depth = critical_length(toughness.value, strength.value), show(case.flaw.depth, "length")
    if case.flaw.depth >= length:
        return []
    return [
        f"the {case.flaw.kind} is blunt and {depth} deep, small beside (K_Ic / strength)^2 / pi = "
        f"{1e6 * length:.3g} um: peak stress over strength knows no size and overrates it",
        "do not rank it against a treatment that is judged by K",
    ]


def _left_out(case: Case, preset: Treatment) -> list[str]:
    found, surface = preset.not_modelled(), preset.surface
    sized = any(size in case.treatment.assumed for size in _SIZES)
    if surface and case.flaw and sized and case.flaw.kind == surface.kind:
        found = [surface.stand_in, *found]
    if case.flaw is None:
        found.append("no flaw was judged: give the sheet's own flaw in [[flaws]]")
    return found
