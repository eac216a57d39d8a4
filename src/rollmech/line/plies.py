"""Plies of a case as the solver sees them."""

from __future__ import annotations

from rollmech.case import Case
from rollmech.mesh.patch import PatchPly

_UM, _MPA = 1e6, 1e-6


def patch_plies(case: Case, ply: int, face: str) -> tuple[PatchPly, ...]:
    """Plies from one ply inwards, um and MPa.

    Args:
        case: A resolved case.
        ply: Position of the first ply from the bottom.
        face: Its free face.
    """
    layers = case.stack[ply::-1] if face == "top" else case.stack[ply:]
    return tuple(
        PatchPly(
            layer.thickness * _UM,
            case.material_of(layer.name).value("youngs_modulus") * _MPA,
            case.material_of(layer.name).value("poisson_ratio"),
        )
        for layer in layers
    )
