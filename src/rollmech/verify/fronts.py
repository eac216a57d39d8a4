"""Benchmarks of K: surface cracks, edge cracks, films on substrates."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.verify.hat import hat_average
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

# K over stress and sqrt(length) depends on neither: any size and modulus will do.
_DEPTH = 20.0
_MODULUS = 150e3

LOADS = {"tension": np.array([1.0, 0.0, 0.0, 0.0]), "bending": np.array([0.0, 1.0, 0.0, 0.0])}
"""Unit loads of the references by name: far-stress coefficients of the web (MPa)."""


def surface_cracks(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a geometry, for tension and bending and all angles."""
    for geometry in data["geometry"]:
        loads = [load for load in LOADS if load in geometry]
        targets = [target for load in loads for target in _angle_targets(data, geometry, load)]

        def solve(geometry=geometry, loads=loads) -> list[Answer]:
            influence = solve_influence(_cracked_plate(data, geometry), TARGET)
            return [answer for load in loads for answer in _angle_answers(data, influence, load)]

        yield Benchmark(tuple(targets), solve, geometry.get("quick", False))


def _cracked_plate(data: dict[str, Any], geometry: dict[str, Any]) -> Patch:
    half_length = _DEPTH / geometry["a_over_c"]
    edge = half_length / geometry["c_over_b"]
    ply = PatchPly(_DEPTH / geometry["a_over_t"], _MODULUS, data["poisson_ratio"])
    return make_patch((ply,), SurfaceCrack(_DEPTH, half_length), half_length=edge, half_width=edge)


def _angle_targets(data: dict[str, Any], geometry: dict[str, Any], load: str) -> Iterator[Target]:
    for angle, printed in zip(data["angles"], geometry[load], strict=True):
        absolute = abs(printed) < data["absolute_below"]
        yield Target(
            family=f"surface crack, {load}",
            kind="3D K",
            name=f"a/c = {geometry['a_over_c']:g}, a/t = {geometry['a_over_t']:g}",
            quantity=f"K/(s sqrt(pi a)), mean about {angle:g} deg",
            reference=printed * geometry["correction"],
            tolerance=data["tolerance"],
            source=data["source"],
            uncertainty=data["absolute_uncertainty"] if absolute else data["uncertainty"],
            absolute=absolute,
            note=f"printed {printed:g}" + ("; unsigned mean near a change of sign" if absolute else ""),
        )


def _angle_answers(data: dict[str, Any], influence: Influence, load: str) -> Iterator[Answer]:
    front, far, unit = influence.front, LOADS[load], np.sqrt(np.pi * _DEPTH)
    k, error = (f(far) / unit for f in (influence.stress_intensity, influence.stress_intensity_error))
    inner = ~front.vertex
    for angle in np.radians(data["angles"]):
        if angle == 0:
            # The front's own end point already is the one-sided mean that the reference has there.
            yield Answer(abs(float(k[0])), float(error[0]))
            continue
        mean = hat_average(influence, far, angle, np.radians(data["hat"]))
        local = float(np.interp(angle, front.phi[inner], k[inner]))
        yield Answer(
            mean / unit,
            float(np.interp(angle, front.phi[inner], error[inner])),
            f"at the point itself {local:.4f}",
        )


def edge_cracks(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a depth, for tension and bending of a strip with real ends."""
    for crack in data["crack"]:
        loads = [load for load in LOADS if load in crack]
        width = _DEPTH / crack["a_over_w"]
        patch = make_patch(
            (PatchPly(width, _MODULUS, 0.3),), Scratch(_DEPTH), data["half_length_over_width"] * width
        )
        targets = tuple(
            Target(
                family="edge crack",
                kind="2D K",
                name=f"a/W = {crack['a_over_w']:g}, {load}",
                quantity="F",
                reference=crack[load],
                tolerance=data["tolerance"],
                source=data["source"],
                uncertainty=data["uncertainty"],
            )
            for load in loads
        )
        yield Benchmark(targets, lambda p=patch, names=loads: _plane_answers(p, names), True)


def films(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a depth and modulus ratio."""
    poisson = float(Fraction(data["poisson_ratio"]))
    for film in data["film"]:
        alpha = film["alpha"]
        for crack in film["cracks"]:
            thickness = _DEPTH / crack["a_over_h"]
            plies = (
                PatchPly(thickness, _MODULUS, poisson),
                PatchPly(
                    data["substrate_over_film"] * thickness,
                    _MODULUS * (1 - alpha) / (1 + alpha),
                    poisson,
                ),
            )
            patch = make_patch(plies, Scratch(_DEPTH), data["half_length_over_film"] * thickness)
            target = Target(
                family="film on substrate",
                kind="2D K",
                name=f"alpha = {alpha:g}, a/h = {crack['a_over_h']:g}",
                quantity="F",
                reference=crack["f"],
                tolerance=data["tolerance"],
                source=data["source"],
                uncertainty=data["rounding"] / crack["f"],
            )
            yield Benchmark(
                (target,), lambda p=patch: _plane_answers(p, ["tension"]), crack.get("quick", False)
            )


def _plane_answers(patch: Patch, loads: list[str]) -> list[Answer]:
    """F and its estimated error under each load."""
    influence = solve_influence(patch, TARGET)
    unit = np.sqrt(np.pi * patch.flaw.depth)
    return [
        Answer(
            float(influence.stress_intensity(LOADS[load])[0] / unit),
            float(influence.stress_intensity_error(LOADS[load])[0] / unit),
        )
        for load in loads
    ]
