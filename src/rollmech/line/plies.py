"""Plies of a case as the solver sees them, and the library of K that serves them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rollmech.case import Case
from rollmech.case.schema import Layer as CaseLayer
from rollmech.library.domain import Layer
from rollmech.library.store import Kept, library_for
from rollmech.library.surrogate import surrogate_of
from rollmech.mesh.patch import PatchPly
from rollmech.ranks import on_root

_UM, _MPA = 1e6, 1e-6


def patch_plies(case: Case, ply: int, face: str) -> tuple[PatchPly, ...]:
    """Plies from one ply inwards, um and MPa.

    Args:
        case: A resolved case.
        ply: Position of the first ply from the bottom.
        face: Its free face.
    """
    return tuple(
        PatchPly(
            layer.thickness * _UM,
            case.material_of(layer.name).value("youngs_modulus") * _MPA,
            case.material_of(layer.name).value("poisson_ratio"),
        )
        for layer in _inwards(case, ply, face)
    )


def _inwards(case: Case, ply: int, face: str) -> tuple[CaseLayer, ...]:
    return case.stack[ply::-1] if face == "top" else case.stack[ply:]


def layers_of(case: Case, ply: int, face: str) -> tuple[Layer, ...]:
    """Layers from one ply inwards as a surrogate names them, m and Pa. Arguments as in ``patch_plies``."""
    found = []
    for layer in _inwards(case, ply, face):
        material = case.material_of(layer.name)
        values = material.value("youngs_modulus"), material.value("poisson_ratio")
        found.append(Layer(layer.name, layer.material, layer.thickness, *values))
    return tuple(found)


def library_of(
    case: Case,
    ply: int,
    face: str,
    progress: Callable[[str], None] = lambda text: None,
    angles: np.ndarray | float = np.pi / 2,
) -> Kept:
    """K of cracks of any size in a ply: by the case's surrogate, else by the library of its stack.

    Args:
        case: A resolved case.
        ply: Position of the flawed ply from the bottom.
        face: Its flawed face.
        progress: Called with a line of text before each solve.
        angles: Between the cracks' traces and the web direction, rad.

    Raises:
        InputError: The surrogate is of another stack, or does not reach that far.
        NumericsError: A solve failed.
    """
    if case.library is None:
        return library_for(patch_plies(case, ply, face), progress)
    found = on_root(lambda: surrogate_of(case.library.surrogate))
    return Kept(found.at(layers_of(case, ply, face), angles), "surrogate", 0)
