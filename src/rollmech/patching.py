"""From a case to the patch around its flaw; no mesh, no solver."""

from __future__ import annotations

import math
from dataclasses import replace

from rollmech.case import Case
from rollmech.case.changes import bonded_below
from rollmech.case.schema import Layer
from rollmech.errors import Fault, InputError
from rollmech.flaws.bridge import Bridge
from rollmech.flaws.from_case import UM, flaw_geometry
from rollmech.library.influences import influence_key
from rollmech.loading import profile_of
from rollmech.mesh.merging import merge_thin
from rollmech.mesh.patch import Fill, Patch, PatchPly, make_patch
from rollmech.web import StressProfile

_MPA = 1e6


def patch_of(case: Case) -> Patch:
    """The patch around the case's flaw, flawed face up."""
    plies = [_patch_ply(case, layer) for layer in case.inwards]
    ends = [None if end is None else end * UM for end in (case.patch.half_length, case.patch.half_width)]
    angle = getattr(case.flaw, "angle", math.pi / 2)
    profile = _patch_profile(profile_of(case.stack[case.flawed_index]), case.flaw.face)
    fill = _fill(case) if case.flaw.filler else None
    patch = make_patch(tuple(plies), flaw_geometry(case), *ends, angle, profile, fill, _bridge(case))
    cover = tuple(_patch_ply(case, layer) for layer in case.covers)
    patch = replace(patch, cover=cover, earlier=bonded_below(case.inwards))
    for layer in case.inwards[1 : patch.cut]:
        if layer.residual_profile is not None:
            problem = "is of a layer that the flaw cuts under its own: K of it is not solved"
            accepted = "a uniform residual_stress there"
            raise InputError("case", [Fault(f"stack.{layer.name}.residual_profile", "", problem, accepted)])
    return patch


def solve_key(case: Case) -> str | None:
    """What tells the solves of cases apart: equal keys share one; None without a flaw.

    The extents of a mesh of the user's own are left to its digest.
    """
    if case.flaw is None:
        return None
    return influence_key(solved_patch(case), case.accuracy.target, case.mesh.sha256 if case.mesh else "")


def solved_patch(case: Case) -> Patch:
    """The patch that rollmech's own meshes are made of: thin layers merged as far as the accuracy allows."""
    patch = patch_of(case)
    if case.flaw.kind == "tile-joint":  # the bound of what merging does is one for K
        return patch
    return patch if case.mesh else merge_thin(patch, case.accuracy.target)


def _patch_ply(case: Case, layer: Layer) -> PatchPly:
    material = case.material_of(layer.name)
    modulus = material.value("youngs_modulus") / _MPA
    return PatchPly(layer.thickness * UM, modulus, material.value("poisson_ratio"))


def _fill(case: Case) -> Fill:
    """What fills the case's flaw, in patch units."""
    given = case.flaw.filler
    material = case.materials[given.material].material(given.material)
    enclosed = case.flaw.kind == "particle"
    residual = any(layer.residual_stress or layer.residual_profile for layer in case.stack)
    cte = material.get("cte")
    return Fill(
        material.value("youngs_modulus") / _MPA,
        material.value("poisson_ratio"),
        given.fraction,
        residual and not enclosed,
        cte.value if cte else 0.0,
        given.misfit,
        enclosed,
    )


def _bridge(case: Case) -> Bridge | None:
    """What bridges the case's flaw, in patch units; fewer hats towards a front in space, linear along it."""
    given = case.flaw.bridging
    if given is None:
        return None
    hats = (12, 1) if case.flaw.kind == "scratch" else (6, 2)
    strength = None if given.strength is None else given.strength / _MPA
    opening = None if given.opening is None else given.opening * UM
    stiffness = None if given.stiffness is None else given.stiffness / _MPA / UM
    return Bridge(strength, opening, stiffness, given.fraction, *hats)


def _patch_profile(profile: StressProfile | None, face: str) -> tuple[tuple[float, float], ...]:
    """Residual stress of the flawed ply over its largest value, by depth in um."""
    if profile is None:
        return ()
    depth, stress = profile.below(face)
    return tuple((float(d), float(s)) for d, s in zip(depth * UM, stress, strict=True))


def pressure_of(case: Case) -> float:
    """Pressure (Pa) of the gas in a case's flaw; 0 without any."""
    return getattr(case.flaw, "pressure", None) or 0.0
