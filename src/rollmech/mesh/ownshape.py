"""Lengths of a mesh of the user's own against the declared ones: unit, layers, ends, the flaw's wall."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rollmech.errors import Fault
from rollmech.flaws.pit import Pit
from rollmech.mesh.declared import Declared
from rollmech.mesh.meshfile import NamedMesh
from rollmech.units import parse

_UNITS = ("um", "mm", "m", "nm", "cm", "inch")
# Part of a layer's thickness, and of a flaw's size, by which the mesh may be off.
_LAYER, _SIZE, _WALL = 1e-4, 2e-3, 2e-2


def unit_fault(told: Declared, mesh: NamedMesh) -> Iterator[Fault]:
    """The unit, where the mesh's height is another one's number of the stack's thickness."""
    height = float(np.ptp(mesh.points[np.unique(mesh.corners)], axis=0)[-1])
    thickness = told.depths[-1]
    if abs(height / thickness - 1) < 0.05:
        return
    for unit in _UNITS:
        factor = parse(f"1 {unit}", "length") * 1e6 / told.given.scale
        if abs(height * factor / thickness - 1) < 0.01:
            problem = f"makes the mesh {height:.6g} um high; the stack is {thickness:.6g} um thick"
            yield Fault("mesh.unit", f'"{told.given.unit}"', problem, "the unit of the coordinates", unit)
            return


def layer_faults(told: Declared, mesh: NamedMesh, ply: np.ndarray) -> Iterator[Fault]:
    """Layers that do not reach from their upper to their lower face."""
    upper = 0.0
    for i, (name, lower) in enumerate(zip(told.layers, told.depths, strict=True)):
        cells = mesh.corners[ply == i]
        if len(cells):
            z = mesh.points[cells][:, :, -1]
            off = max(abs(z.max() + upper), abs(z.min() + lower))
            if off > _LAYER * (lower - upper):
                problem = f"reaches from z = {z.max():.6g} to {z.min():.6g} um"
                accepted = (
                    f"{-upper:.6g} to {-lower:.6g} um as in the stack (z = 0 at the flawed face, outwards)"
                )
                yield Fault(f"region {name}", "", problem, accepted)
        upper = lower


def end_faults(told: Declared, low: np.ndarray, high: np.ndarray, whole: bool) -> Iterator[Fault]:
    """A mesh that is neither the part x, y >= 0 nor the whole of a box about the flaw's centre."""
    axes = "xz" if len(low) == 2 else "xyz"
    for axis, real in zip(range(len(axes) - 1), told.ends, strict=False):
        name = f"extent along {axes[axis]}"
        span = f"{low[axis]:.6g} to {high[axis]:.6g} um"
        if abs(low[axis] + (high[axis] if whole else 0.0)) > told.tolerance:
            part = "half (x >= 0)" if len(low) == 2 else "quarter (x, y >= 0)"
            yield Fault(name, span, "is not centred on the flaw", f"a {part}, or all of it with -L to L")
        if real is not None and abs(high[axis] / real - 1) > _LAYER:
            key = ("half_length", "half_width")[axis]
            yield Fault(f"patch.{key}", f"{real:.6g} um", f"the mesh spans {span}", f"{high[axis]:.6g} um")
    if whole and told.flaw.kind != "crack":
        part = "half x >= 0" if len(low) == 2 else "quarter x, y >= 0"
        yield Fault(
            "extent along x", "", f"a whole mesh of a {told.flaw.kind}", f"its {part}: it is symmetric"
        )
    if not whole and not told.straight:
        yield Fault("extent along x", "", "a part of the mesh of an angled crack", "the whole, -L to L")


def wall_faults(told: Declared, mesh: NamedMesh, facets: np.ndarray) -> Iterator[Fault]:
    """A flaw's surface whose size or form is not the declared one; fronts are checked on their own."""
    flaw, x = told.flaw, mesh.points[np.unique(facets)]
    if flaw.kind == "crack" or (flaw.kind == "scratch" and flaw.sharp):
        off = np.abs(x[:, 0]).max()
        if off > told.tolerance:
            yield Fault("mesh.faces.flaw", "", f"lies up to {off:.4g} um off the crack's plane", "x = 0")
        return
    wall = x[~_root_crack(flaw, x)] if isinstance(flaw, Pit) else x
    sizes = {"half-width along x": (wall[:, 0].max(), getattr(flaw, "half_length", flaw.half_width))}
    if isinstance(flaw, Pit):
        sizes["half-width along y"] = (wall[:, 1].max(), flaw.half_width)
    if not flaw.sharp:
        sizes["depth"] = (-wall[:, -1].min(), flaw.depth)
    for name, (found, wanted) in sizes.items():
        if abs(found / wanted - 1) > _SIZE:
            yield Fault(f"flaw, {name}", f"{found:.6g} um", "is not the declared one", f"{wanted:.6g} um")
    if isinstance(flaw, Pit):
        axes = (flaw.half_length, flaw.half_width, flaw.depth)
        off = np.abs(np.linalg.norm(wall / np.array(axes), axis=1) - 1).max()
        if off > _WALL:
            problem = f"lies up to {100 * off:.2g} % off the declared ellipsoid"
            yield Fault("mesh.faces.flaw", "", problem, f"at most {100 * _WALL:g} %")


def _root_crack(flaw: Pit, x: np.ndarray) -> np.ndarray:
    """Mask of the nodes in the plane of a root crack that are not on the pit's wall."""
    deep = (x[:, 1] / flaw.half_width) ** 2 + (x[:, 2] / flaw.depth) ** 2 > 1 + 2 * _WALL
    return (np.abs(x[:, 0]) < 1e-4 * flaw.depth) & deep & flaw.sharp
