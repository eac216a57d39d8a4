"""Benchmarks of joints between tiles: bars in series, shear lag, a stepped beam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from rollmech.flaws.tile_joint import TileJoint
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.fracture.tile_joint import tiled_stiffness
from rollmech.mesh.patch import Fill, Patch, PatchPly, make_patch
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

_TILE = PatchPly(30.0, 150e3, 0.25)
_TILES = 1000.0  # length of a tile over its thickness
_PLANE = _TILE.youngs_modulus / (1 - _TILE.poisson_ratio**2)

_Measure = Callable[[Patch, Any], np.ndarray]


def tile_joints(data: dict[str, Any]) -> Iterator[Benchmark]:
    """One solve a joint."""
    for entry in data["bar"]:
        yield _bar(data, entry)
    for entry in data["sheared"]:
        yield _sheared(data, entry)
    for entry in data["open"]:
        yield _open(data, entry)


def _bar(data: dict[str, Any], entry: dict[str, Any]) -> Benchmark:
    """Tiles alone with a gel in series."""
    h = _TILE.thickness
    gap, nu, young = entry["gap"] * h, entry["poisson_ratio"], entry["modulus_ratio"] * _TILE.youngs_modulus
    modulus = young * (1 - nu) / ((1 + nu) * (1 - 2 * nu)) if entry["confined"] else young / (1 - nu**2)
    soft = gap * (1 / modulus - 1 / _PLANE)
    length = _TILES * h + gap
    exact = {
        "extension per force": soft / h,
        "turn per moment": 12 * soft / h**3,
        "stretching stiffness over that without joints": length / (length + soft * _PLANE),
    }
    patch = make_patch((_TILE,), TileJoint(h, gap / 2, _TILES * h), fill=Fill(young, nu))

    def measure(patch: Patch, joint: Any) -> np.ndarray:
        tiled = tiled_stiffness(patch, joint)
        return np.array([tiled.compliance[0, 0], tiled.compliance[1, 1], tiled.membrane])

    return _benchmark(data, entry, "bar", exact, patch, measure)


def _sheared(data: dict[str, Any], entry: dict[str, Any]) -> Benchmark:
    """A tile whose load returns by shear of a soft layer over a carrier that hardly moves."""
    h, e = _TILE.thickness, _TILE.youngs_modulus
    soft = PatchPly(entry["interlayer"] * h, entry["modulus_ratio"] * e, entry["poisson_ratio"])
    carrier = PatchPly(
        data["carrier"]["thickness"] * h, data["carrier"]["modulus_ratio"] * e, _TILE.poisson_ratio
    )
    lag = float(np.sqrt(_PLANE * h * soft.thickness / soft.shear_modulus))
    exact = {
        "opening under 1 MPa over lag/E'": 2.0,
        "length to 95 % of the force over the lag": float(np.log(20)),
    }
    patch = make_patch((_TILE, soft, carrier), TileJoint(h, entry["gap"] * h / 2, _TILES * h))

    def measure(patch: Patch, joint: Any) -> np.ndarray:
        load = patch.turned(patch.reference)
        return np.array([load @ joint.opening / (lag / _PLANE), joint.recovery(load, h) / lag])

    return _benchmark(data, entry, "sheared", exact, patch, measure)


def _open(data: dict[str, Any], entry: dict[str, Any]) -> Benchmark:
    """A gap so wide that the layer below is a beam of its own in it."""
    h, gap = _TILE.thickness, entry["gap"] * _TILE.thickness
    below = PatchPly(
        entry["thickness"] * h, entry["modulus_ratio"] * _TILE.youngs_modulus, _TILE.poisson_ratio
    )
    added = gap * (_compliance((below,), h / 2) - _compliance((_TILE, below), 0.0))
    exact = {
        "extension per force": float(added[0, 0]),
        "turn per force": float(added[0, 1]),
        "turn per moment": float(added[1, 1]),
    }
    patch = make_patch((_TILE, below), TileJoint(h, gap / 2, _TILES * h))

    def measure(patch: Patch, joint: Any) -> np.ndarray:
        return tiled_stiffness(patch, joint).compliance[[0, 0, 1], [0, 1, 1]]

    return _benchmark(data, entry, "open", exact, patch, measure)


def _compliance(plies: tuple[PatchPly, ...], shift: float) -> np.ndarray:
    """Section compliance about a height ``shift`` above the middle of some plies, plane strain, shape (2, 2)."""
    thickness = sum(ply.thickness for ply in plies)
    faces = thickness / 2 - shift - np.cumsum([0.0, *(ply.thickness for ply in plies)])
    stiffness = np.zeros((2, 2))
    for ply, upper, lower in zip(plies, faces[:-1], faces[1:], strict=True):
        height, middle = upper - lower, (upper + lower) / 2
        section = np.array([[1, middle], [middle, middle**2 + height**2 / 12]])
        stiffness += ply.youngs_modulus / (1 - ply.poisson_ratio**2) * height * section
    return np.linalg.inv(stiffness)


def _benchmark(
    data: dict[str, Any],
    entry: dict[str, Any],
    group: str,
    exact: dict[str, float],
    patch: Patch,
    measure: _Measure,
) -> Benchmark:
    base = Target(
        family="tile joint",
        name=entry["name"],
        quantity="",
        reference=0.0,
        tolerance=data.get(f"{group}_tolerance", data["tolerance"]),
        source=data[f"{group}_source"],
        uncertainty=entry["uncertainty"],
        kind="opening",
    )
    targets = tuple(replace(base, quantity=name, reference=value) for name, value in exact.items())
    return Benchmark(targets, partial(_answers, patch, measure), entry.get("quick", False))


def _answers(patch: Patch, measure: _Measure) -> list[Answer]:
    influence: Influence = solve_influence(patch, TARGET)
    values, _ = influence.joint_value(partial(measure, patch))
    # The closed forms leave out more than the mesh does: they judge the model, not the estimate of the mesh's error.
    return [Answer(float(value)) for value in values]
