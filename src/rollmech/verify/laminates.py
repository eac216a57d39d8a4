"""Benchmarks of the closed forms of the web."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from rollmech.verify.rows import Answer, Benchmark, Target
from rollmech.web import Laminate, Ply, WebState, bending_length, critical_wrap

_UM, _MM, _GPA, _MPA, _PPM = 1e-6, 1e-3, 1e9, 1e6, 1e-6


def laminates(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One state of one stack each."""
    for stack in data["stack"]:
        targets = tuple(
            Target(
                family="laminate",
                kind="closed form",
                name=stack["name"],
                quantity=reference["quantity"],
                reference=reference["value"],
                tolerance=reference["tolerance"],
                source=stack["source"],
            )
            for reference in stack["references"]
        )
        yield Benchmark(targets, lambda s=stack: _answers(s), quick=True)


def _answers(stack: dict[str, Any]) -> list[Answer]:
    laminate = Laminate(
        [
            Ply(f"ply {i}", thickness * _UM, modulus * _GPA, poisson, expansion * _PPM)
            for i, (thickness, modulus, poisson, expansion) in enumerate(stack["plies"], 1)
        ]
    )
    load = stack["load"]
    heating = load.get("heating", 0.0)
    if load.get("free"):
        state = laminate.free_state(heating)
    else:
        state = laminate.web_state(load.get("tension", 0.0), 1 / (load["radius"] * _MM), heating)
    return [Answer(_quantity(r["quantity"], laminate, state, load)) for r in stack["references"]]


def _quantity(name: str, laminate: Laminate, state: WebState, load: dict[str, Any]) -> float:
    """The value of a named quantity, in the unit that its name ends in."""
    if found := re.fullmatch(r"strain at ([\d.]+) um", name):
        return float(state.strain_at(float(found[1]) * _UM)[0])
    if found := re.fullmatch(r"stress at the top of ply (\d+), MPa", name):
        return float(state.total[int(found[1]) - 1, 1, 0]) / _MPA
    if name in ("bending length, mm", "critical wrap, deg"):
        length = bending_length(laminate.bending_stiffness, load["tension"])
        if name == "bending length, mm":
            return length / _MM
        return math.degrees(critical_wrap(length, load["radius"] * _MM))
    return {
        "neutral axis, um": laminate.neutral_axis / _UM,
        "bending stiffness, N m": laminate.bending_stiffness,
        "curvature, 1/m": state.curvature_x,
        "bending stress, MPa": float(state.stress["bending"][0, 1, 0]) / _MPA,
        "tension stress, MPa": float(state.stress["tension"][0, 1, 0]) / _MPA,
    }[name]
