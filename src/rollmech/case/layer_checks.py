"""Whether residual stress and skins fit their layers; every check takes the parts and yields faults."""

from __future__ import annotations

from collections.abc import Iterator

from rollmech.case.parts import Parts, rounded
from rollmech.case.schema import Layer, StressLoad
from rollmech.errors import Fault
from rollmech.units import show

THINNEST_SKIN, THICKEST_SKIN = 1 / 200, 0.5  # thickness of a skin over that of its layer
_BALANCE = 1e-6  # relative force that residual stresses may leave over
_PROFILE_BALANCE = 0.01  # the same for measured points, which never balance exactly


def layer_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault of what layers carry."""
    for check in (_residual_stress, _residual_profile, _skin):
        yield from check(parts)


def _residual_stress(parts: Parts) -> Iterator[Fault]:
    if None in parts.stack:
        return
    layers = [
        layer for layer in parts.stack if layer.laminated_at is None
    ]  # others bring a stress of their own
    stated = [_stated_force(layer) for layer in layers]
    if None in stated or not layers:
        return
    force = sum(force for force, _ in stated)
    if abs(force) <= sum(room for _, room in stated):
        return
    first, left = layers[0], rounded(force, "force_per_width")
    if any(layer.residual_profile and layer.residual_profile.held == "flat" for layer in layers):
        accepted = 'stresses that balance, or held = "constrained": the web then relieves what is left over'
        yield Fault("stack.residual_profile", "", f"of a flat web leaves a net force of {left}", accepted)
    elif len(layers) == 1:
        key, value = f"stack.{first.name}.residual_stress", f'"{show(first.residual_stress, "stress")}"'
        yield Fault(key, value, "cannot balance in a single layer", '"0 MPa", or leave it out')
    else:
        accepted = "a sum of stress times thickness of zero"
        yield Fault("stack.residual_stress", "", f"leaves a net force of {left}", accepted)


def _stated_force(layer: Layer) -> tuple[float, float] | None:
    """Residual force of a layer in the flat web and how much of it may be left over (N/m); None if not stated."""
    profile = layer.residual_profile
    flat = profile is not None and profile.held == "flat"
    if layer.residual_stress is None and not flat:
        return None
    uniform = (layer.residual_stress or 0.0) * layer.thickness
    if layer.skin and layer.skin.residual_stress is not None:
        uniform += (layer.skin.residual_stress - (layer.residual_stress or 0.0)) * layer.skin.thickness
    force, size = profile.forces(layer.thickness) if flat else (0.0, 0.0)
    return uniform + force, _BALANCE * abs(uniform) + _PROFILE_BALANCE * size


def _residual_profile(parts: Parts) -> Iterator[Fault]:
    for layer in filter(None, parts.stack):
        profile, key = layer.residual_profile, f"stack.{layer.name}.residual_profile"
        if profile is None:
            continue
        if layer.graded is not None:
            yield Fault(key, "", "is given for a graded layer", "a layer of one material")
        if isinstance(parts.load, StressLoad):
            accepted = "rollers, or a load by tension and bend_radius: the stresses of [load] leave no room for others"
            yield Fault(key, "", "is given beside a load by stresses", accepted)
        thickness = rounded(layer.thickness, "length")
        if profile.shape == "linear" and profile.length > layer.thickness * (1 + 1e-9):
            problem = f"is deeper than the {thickness} of the layer"
            yield Fault(
                f"{key}.length", f'"{show(profile.length, "length")}"', problem, f"at most {thickness}"
            )
        if profile.depth is None:
            continue
        last = f'"{show(profile.depth[-1], "length")}"'
        if profile.depth[-1] > layer.thickness * (1 + 1e-9):
            yield Fault(
                f"{key}.depth", last, f"is deeper than the {thickness} of the layer", f"at most {thickness}"
            )
        elif profile.stress[-1] and profile.depth[-1] < layer.thickness * (1 - 1e-9):
            problem = f"ends at {last} with a stress and does not say what follows"
            accepted = f'a last point of "0 MPa", or one at the other face, "{thickness}"'
            yield Fault(f"{key}.stress", f'"{show(profile.stress[-1], "stress")}"', problem, accepted)


def _skin(parts: Parts) -> Iterator[Fault]:
    """A skin is a thin ply of a layer of one solid material."""
    for layer in parts.stack:
        if layer is None or layer.skin is None:
            continue
        key, skin = f"stack.{layer.name}.skin", layer.skin
        for other in ("graded", "residual_profile"):
            if getattr(layer, other) is not None:
                yield Fault(key, "", f"is given beside {other}", "one of them")
        low, high = THINNEST_SKIN * layer.thickness, THICKEST_SKIN * layer.thickness
        if not low * (1 - 1e-12) <= skin.thickness <= high * (1 + 1e-12):
            problem = f"is {skin.thickness / layer.thickness:.2g} of the thickness of its layer"
            accepted = f"between {rounded(low, 'length')} and {rounded(high, 'length')}"
            if skin.thickness < low:
                accepted += "; a thinner skin acts by its force alone: a residual_profile of the layer that ends there"
            yield Fault(f"{key}.thickness", f'"{show(skin.thickness, "length")}"', problem, accepted)
