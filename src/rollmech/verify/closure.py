"""Benchmarks of cracks whose faces touch over a part: edge cracks in a half-plane against integral equations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rollmech.flaws.scratch import Scratch
from rollmech.fracture.contact import ContactFront, contact_front
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.verify.half_plane import closed_mouth_crack
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

_DEPTH = 20.0
_PLY = {"youngs_modulus": 150e3, "poisson_ratio": 0.3}
_UNIT = np.sqrt(np.pi * _DEPTH)
_FAMILY = "closure, edge crack in a half-plane"


def closures(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a stress gradient, the mouth closed and the tip closed."""
    for q in data["mouth"]["q"]:
        yield _closed_mouth(data, q)
    for q in data["tip"]["q"]:
        yield _closed_tip(data, q)


def closed_patch(mouth: float, tip: float, width_over_depth: float) -> Patch:
    """An edge crack under stress that is linear from its mouth to twice its depth and stays there.

    Args:
        mouth: Stress at the mouth, MPa.
        tip: Stress at the tip, MPa.
        width_over_depth: Of the strip.
    """
    width, beyond = width_over_depth * _DEPTH, 2 * tip - mouth
    profile = ((0.0, mouth), (2 * _DEPTH, beyond), (width, beyond))
    return make_patch((PatchPly(width, **_PLY),), Scratch(_DEPTH), width, profile=profile)


def _closed_mouth(data: dict[str, Any], q: float) -> Benchmark:
    k, _ = closed_mouth_crack(lambda x: x - q * (1 - x))
    target = Target(
        family=_FAMILY,
        kind="2D K",
        name=f"mouth closed, stress x/a - {q:g} (1 - x/a)",
        quantity="F",
        reference=k / np.sqrt(np.pi),
        tolerance=data["tolerance"],
        source=data["source"],
        uncertainty=data["uncertainty"],
    )
    patch = closed_patch(-q, 1.0, data["width_over_depth"])
    return Benchmark((target,), lambda: [_k_answer(_solved(patch))], quick=True)


def _closed_tip(data: dict[str, Any], q: float) -> Benchmark:
    target = Target(
        family=_FAMILY,
        kind="2D K",
        name=f"tip closed, stress 1 - {1 + q:g} x/a",
        quantity="F",
        reference=0.0,
        tolerance=data["tip"]["tolerance"],
        source=data["source"],
        absolute=True,
    )
    patch = closed_patch(1.0, -q, data["width_over_depth"])
    return Benchmark((target,), lambda: [_k_answer(_solved(patch))], quick=True)


def _solved(patch: Patch) -> ContactFront:
    return contact_front(solve_influence(patch, TARGET), np.array([0.0, 0.0, 0.0, 0.0, 1.0]))


def _k_answer(found: ContactFront) -> Answer:
    return Answer(float(found.k[0] / _UNIT), float(found.error[0] / _UNIT))
