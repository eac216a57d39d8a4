"""What pictures call the layers: one label for each, and one for all the plies of a graded layer."""

from __future__ import annotations

from rollmech.case import Case
from rollmech.case.skin import SKIN
from rollmech.materials import graded


def labelled_layers(case: Case) -> dict[int, tuple[str, str, float]]:
    """Position of the ply to label: name, material and thickness (um); of a graded layer its middle ply."""
    groups: list[list[int]] = []
    for i, layer in enumerate(case.stack):
        stem = _graded_stem(case, i)
        if stem and groups and _graded_stem(case, groups[-1][-1]) == stem and not layer.name.endswith("/1"):
            groups[-1].append(i)
        else:
            groups.append([i])
    return {group[len(group) // 2]: _label(case, group) for group in groups}


def _graded_stem(case: Case, index: int) -> str:
    """Name of the graded layer that a ply is cut from; empty if it is none."""
    layer = case.stack[index]
    young = case.material_of(layer.name).get("youngs_modulus")
    return layer.name.rpartition("/")[0] if young and young.source.startswith(graded.SOURCE) else ""


def _label(case: Case, group: list[int]) -> tuple[str, str, float]:
    thickness = sum(case.stack[i].thickness for i in group) * 1e6
    first = case.stack[group[0]]
    if len(group) == 1:
        return first.name, "damaged" if first.name.endswith(SKIN) else first.material, thickness
    return _graded_stem(case, group[0]), f"graded, {len(group)} plies", thickness
