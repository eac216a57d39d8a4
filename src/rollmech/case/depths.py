"""How deep a flaw reaches into the layers below its face, and where its tip may not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rollmech.case.flaws import EdgeChip, Face, Flaw, InterfaceFlaw, Scratch, TileJoint
from rollmech.errors import Fault
from rollmech.units import show

if TYPE_CHECKING:  # the schema asks this module
    from rollmech.case.schema import Layer

DEEPEST = 0.9  # part of the last layer's thickness that a flaw may reach; the ligament below must be meshable
THICKEST_COVER = (
    0.05  # thickness of layers on the flawed one over the flaw's depth, up to which they are a membrane
)
_CLEAR = 0.05  # distance of a tip from an interface over the thinner layer beside it
_ROUNDING = 1e-9


def seen_from(face: Face, stack: Sequence[Layer]) -> tuple[Layer, ...]:
    """Layers of a stack (bottom to top) from a face inwards."""
    return tuple(stack) if face == "bottom" else tuple(reversed(stack))


def from_flaw(flaw: Flaw, layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Layers from the one that a flaw opens in; all of them for a flaw at an interface or of an unknown layer.

    Args:
        flaw: The flaw.
        layers: From its face inwards.
    """
    names = [layer.name for layer in layers]
    if isinstance(flaw, InterfaceFlaw) or flaw.layer not in names:
        return tuple(layers)
    return tuple(layers[names.index(flaw.layer) :])


def interfaces(layers: Sequence[Layer]) -> list[float]:
    """Depth (m) of the far side of each layer, counted inwards."""
    return [float(depth) for depth in np.cumsum([layer.thickness for layer in layers])]


def deepest(flaw: Flaw, layers: Sequence[Layer]) -> float:
    """Depth (m) of a flaw's deepest point below the face that the layers are counted from."""
    if isinstance(flaw, EdgeChip) and flaw.depth is None:
        return interfaces(layers)[-1]
    if not isinstance(flaw, InterfaceFlaw | TileJoint):
        return flaw.reach
    names = [layer.name for layer in layers]
    return interfaces(layers)[names.index(flaw.layer)]


def tip_of(flaw: Flaw, layers: Sequence[Layer]) -> Layer:
    """The layer of a flaw's deepest point, at an interface the one before it; the last one if it reaches further.

    A chip through the stack is judged in the layer at its face.
    """
    if isinstance(flaw, EdgeChip):
        return layers[0]
    depth = deepest(flaw, layers)
    inside = (
        layer for layer, end in zip(layers, interfaces(layers), strict=True) if depth <= end * (1 + _ROUNDING)
    )
    return next(inside, layers[-1])


def tip_faults(flaw: Flaw, layers: Sequence[Layer]) -> Iterator[Fault]:
    """Faults of a sharp scratch that leaves its layer: too deep, or its tip too near to an interface.

    Args:
        flaw: Any flaw; others than a sharp scratch have no fault here.
        layers: From its face inwards.
    """
    if not isinstance(flaw, Scratch) or not flaw.sharp:
        return
    value, ends = f'"{show(flaw.depth, "length")}"', interfaces(layers)
    limit = ends[-1] - (1 - DEEPEST) * layers[-1].thickness
    if flaw.depth > limit * (1 + 1e-12):
        one = len(layers) == 1
        of = f'"{layers[0].name}"' if one else "the stack"
        share = f"{DEEPEST:g} of the thickness" + ("" if one else f' of the last layer, "{layers[-1].name}"')
        problem = f"reaches {_text(flaw.depth)} into the {_text(ends[-1])} of {of}"
        yield Fault("flaws[0].depth", value, problem, f"at most {share}, {_text(limit)}")
        return
    for (near, far), end in zip(pairwise(layers), ends, strict=False):
        clear = _CLEAR * min(near.thickness, far.thickness)
        if abs(flaw.depth - end) < clear * (1 - _ROUNDING):
            problem = f'ends on or next to the interface of "{near.name}" and "{far.name}", {_text(end)} deep'
            accepted = (
                f"at most {_text(end - clear)}, at least {_text(end + clear)}, "
                f'or kind = "channel" with layer = "{near.name}" for a crack that ends on it'
            )
            yield Fault("flaws[0].depth", value, problem, accepted)


def _text(length: float) -> str:
    return show(float(f"{length:.5g}"), "length")
