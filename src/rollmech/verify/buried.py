"""Benchmarks of cracks that are not at the middle of a face: inside a body, and at a corner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rollmech.flaws.corner_crack import CornerCrack
from rollmech.flaws.hidden_crack import HiddenCrack
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.verify.closed_forms import (
    corner_crack_k,
    embedded_ellipse_k,
    embedded_ellipse_t,
    leaning_penny_k,
)
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

_LARGEST = 10.0
_MODULUS = 150e3
_TENSION = np.array([1.0, 0.0, 0.0, 0.0])
_ROUND = np.linspace(-np.pi / 2, np.pi / 2, 181)
_MODES = ("K_I", "K_II", "K_III")


def embedded_cracks(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve an ellipse straight across the load, one a leaning penny."""
    for ellipse in data["ellipse"]:
        yield _ellipse(data, ellipse)
    for penny in data["penny"]:
        yield _penny(data, penny)


def _body(data: dict[str, Any], depth: float, tilt: float = 0.0) -> Patch:
    cover = data["cover"] * _LARGEST
    ply = PatchPly(2 * cover, _MODULUS, data["poisson_ratio"])
    return make_patch((ply,), HiddenCrack(cover, depth, _LARGEST, tilt))


def _ellipse(data: dict[str, Any], ellipse: dict[str, Any]) -> Benchmark:
    depth = _LARGEST * ellipse["a_over_c"]
    angles = np.radians(data["angles"])
    references = embedded_ellipse_k(depth, _LARGEST, np.abs(angles), 1.0)
    targets = tuple(
        Target(
            family="embedded crack",
            kind="3D K",
            name=f"a/c = {ellipse['a_over_c']:g}",
            quantity=f"K_I/(s sqrt(pi a)) at {angle:g} deg",
            reference=float(k / np.sqrt(np.pi * depth)),
            tolerance=data["tolerance"],
            source=data["source"],
            uncertainty=data["uncertainty"],
        )
        for angle, k in zip(data["angles"], references, strict=True)
    )
    mean = Target(
        family="embedded crack, T-stress",
        kind="T-stress",
        name=f"a/c = {ellipse['a_over_c']:g}",
        quantity="T/s, mean over the angle",
        reference=float(embedded_ellipse_t(depth, _LARGEST, _ROUND, 1.0, data["poisson_ratio"]).mean()),
        tolerance=data["t_tolerance"],
        source=data["t_source"],
        uncertainty=data["uncertainty"],
        absolute=True,
        note="in units of the tension",
    )

    def solve() -> list[Answer]:
        influence = solve_influence(_body(data, depth), TARGET)
        t, error = influence.front_t_stress(_TENSION)
        means = [np.interp(_ROUND, influence.front.phi, part).mean() for part in (t, error)]
        return [*_along(influence, angles, 0, np.sqrt(np.pi * depth)), Answer(*map(float, means))]

    return Benchmark((*targets, mean), solve, ellipse.get("quick", False))


def _penny(data: dict[str, Any], penny: dict[str, Any]) -> Benchmark:
    tilt, angles = np.radians(penny["tilt"]), np.radians(data["angles"])
    exact = leaning_penny_k(_LARGEST, tilt, angles, 1.0, data["poisson_ratio"])
    unit = exact[0, 0]
    targets = tuple(
        Target(
            family="embedded crack, leaning penny",
            kind="mixed mode",
            name=f"tilt {penny['tilt']:g} deg",
            quantity=f"{_MODES[mode]}/K_I exact at {angle:g} deg",
            reference=float(exact[mode, i] / unit),
            tolerance=data["tolerance"],
            source=data["mixed_source"],
            uncertainty=data["uncertainty"],
            absolute=True,
        )
        for mode in range(3)
        for i, angle in enumerate(data["angles"])
    )

    def solve() -> list[Answer]:
        influence = solve_influence(_body(data, _LARGEST * np.cos(tilt), tilt), TARGET)
        return [answer for mode in range(3) for answer in _along(influence, angles, mode, unit)]

    return Benchmark(targets, solve, penny.get("quick", False))


def corner_cracks(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a geometry under tension."""
    angles = np.radians(data["angles"])
    for geometry in data["geometry"]:
        half_length = _LARGEST / geometry["a_over_c"]
        references = corner_crack_k(_LARGEST, half_length, _LARGEST / data["a_over_t"], angles, 1.0)
        unit = np.sqrt(np.pi * _LARGEST)
        targets = tuple(
            Target(
                family="corner crack",
                kind="3D K",
                name=f"a/c = {geometry['a_over_c']:g}",
                quantity=f"K/(s sqrt(pi a)) at {angle:g} deg",
                reference=float(k / unit),
                tolerance=data["tolerance"],
                source=data["source"],
                uncertainty=data["uncertainty"],
                reason=data["reason"],
            )
            for angle, k in zip(data["angles"], references, strict=True)
        )
        ply = PatchPly(_LARGEST / data["a_over_t"], _MODULUS, data["poisson_ratio"])
        patch = make_patch((ply,), CornerCrack(_LARGEST, half_length))

        def solve(patch=patch, unit=unit) -> list[Answer]:
            return _along(solve_influence(patch, TARGET), angles, 0, unit)

        yield Benchmark(targets, solve, geometry.get("quick", False))


def _along(influence: Influence, angles: np.ndarray, mode: int, unit: float) -> list[Answer]:
    """One K under tension at some angles of the front, with its estimated error."""
    front = influence.front
    inner = ~front.vertex
    k = influence.mixed_mode(_TENSION)[mode, inner] / unit
    error = influence.stress_intensity_error(_TENSION)[inner] / unit
    return [
        Answer(float(np.interp(a, front.phi[inner], k)), float(np.interp(a, front.phi[inner], error)))
        for a in angles
    ]
