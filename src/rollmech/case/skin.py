"""Damaged skins: the outer part of a layer as a ply ``name/skin`` of its own, its material derived from the layer's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollmech.case.depths import DEEPEST
from rollmech.case.flaws import Flaw
from rollmech.case.laws import Skin
from rollmech.case.schema import Layer
from rollmech.errors import Fault
from rollmech.materials import Material
from rollmech.materials.provenance import derived
from rollmech.units import show

if TYPE_CHECKING:
    from rollmech.case.resolve import Resolver

SKIN = "/skin"
"""What the name of a skin's ply ends with."""
NO_INTERFACE = {"work_of_adhesion": None, "interface_toughness": None, "mode_sensitivity": None}
"""What the upper plies of a layer take out of their copy: only the lowest one lies on the layer before."""
_RATIOS = {
    "youngs_modulus": "modulus_ratio",
    "fracture_toughness": "toughness_ratio",
    "flexural_strength": "strength_ratio",
    "tensile_strength": "strength_ratio",
}

Made = list[tuple[Layer, Material | None]]


def skinned(layer: Layer, made: Made, resolver: Resolver) -> Made:
    """The plies, bottom to top, of a layer that may have a skin.

    Args:
        layer: As the case has it.
        made: The layer as one ply with its material.
        resolver: Collects the faults.
    """
    if layer.skin is None or made[0][1] is None:
        if layer.skin is not None:
            fault = Fault(f"stack.{layer.name}.skin", "", "is of a layer that is no solid", "a solid layer")
            resolver.faults.append(fault)
        return made
    name, skin = f"{layer.name}{SKIN}", layer.skin
    if name in {other.name for other in resolver.case.stack} | set(resolver.case.materials):
        accepted = f"a name other than {name}, which the skin needs"
        resolver.faults.append(Fault("stack.name, materials", f'"{name}"', "is a skin", accepted))
    own = layer.residual_stress if skin.residual_stress is None else skin.residual_stress
    core = {"skin": None, "thickness": layer.thickness - skin.thickness}
    outer = {
        "name": name,
        "material": name,
        "skin": None,
        "thickness": skin.thickness,
        "residual_stress": own,
    }
    (outer if skin.face == "top" else core).update(NO_INTERFACE)
    plies = [
        (layer.model_copy(update=core), made[0][1]),
        (layer.model_copy(update=outer), _damaged(name, made[0][1], skin)),
    ]
    return plies if skin.face == "top" else plies[::-1]


def _damaged(name: str, base: Material, skin: Skin) -> Material:
    """The material of a skin: each value times its ratio, the others as they are."""
    properties = {}
    for key, prop in base.properties.items():
        ratio = getattr(skin, _RATIOS[key]) if key in _RATIOS else 1.0
        text = f"damaged skin: {ratio:g} times that of {base.name}"
        properties[key] = derived(key, ratio * prop.value, text, "ratio of the case", (prop,))
    return Material(name, properties)


def out_of_skin(flaw: Flaw, skin: Layer) -> Fault:
    """The fault of a flaw that leaves the skin it starts in."""
    reach, limit = (show(float(f"{x:.5g}"), "length") for x in (flaw.reach, DEEPEST * skin.thickness))
    problem = (
        f"reaches {reach}, out of the damaged skin of {show(skin.thickness, 'length')}: in 3D K across an "
    )
    problem += "interface is not solved"
    accepted = (
        f"at most {limit}, {DEEPEST:g} of the skin, or a thicker skin; for a crack through the skin the upper bound "
        'is kind = "scratch" without a width: as deep, but across the whole web'
    )
    return Fault("flaws[0].depth", f'"{show(flaw.depth, "length")}"', problem, accepted)
