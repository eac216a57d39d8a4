"""A layer's residual-stress profile: points, a named shape, or a file of points."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator

from rollmech import units
from rollmech.case.flaws import Face
from rollmech.case.quantities import CaseValueError, Length, Quantity, Stress
from rollmech.errors import Fault

LARGEST = 31
"""Most points: one fewer than a compiled solver form holds, for the other end of the layer."""
_FORMS = "depth and stress (lists), shape with surface and length, or file"
_COLUMNS = ("depth", "stress")


def _list_of(dimension: str) -> Any:
    """A field type: a list of values with their units; floats in SI inside."""

    def check(value: object) -> tuple[float, ...]:
        if not isinstance(value, list | tuple):
            raise CaseValueError("is not a list", f"a list, each {units.accepted(dimension)}")
        if not 2 <= len(value) <= LARGEST:
            raise CaseValueError(f"has {len(value)} points", f"2 to {LARGEST}")
        try:
            return tuple(units.parse(item, dimension) for item in value)
        except units.UnitError as error:
            raise CaseValueError(error.problem, f"a list, each {error.accepted}") from None

    items = {"type": "string", "x-dimension": dimension, "examples": [units.DIMENSIONS[dimension].example]}
    schema = {"type": "array", "minItems": 2, "maxItems": LARGEST, "items": items}
    return Annotated[tuple[float, ...], BeforeValidator(check), WithJsonSchema(schema), Quantity(dimension)]


class ResidualProfile(BaseModel):
    """Equibiaxial residual stress (Pa) over the depth (m) below one face of a layer.

    Given as points (`depth`, `stress`), as a shape (`surface` stress and `length`: the decay length of an exponential,
    the depth at which a straight line reaches zero), or as a CSV `file` with the points. `held` says what the numbers
    are: "constrained", the stress of the layer held rigidly (the web relieves part of it), or "flat", the stress in
    the flat, unloaded web, in balance.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    face: Face
    held: Literal["constrained", "flat"] = "constrained"
    depth: _list_of("length") | None = None
    stress: _list_of("stress") | None = None
    shape: Literal["exponential", "linear"] | None = None
    surface: Stress | None = None
    surface: Stress | None = None
    length: Length | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> ResidualProfile:
        points, shape = (self.depth, self.stress), (self.shape, self.surface, self.length)
        given = [[part is not None for part in form] for form in (points, shape)]
        whole = sum(any(form) for form in given) == 1 and any(all(form) for form in given)
        if self.file is not None or not whole:
            raise CaseValueError("is not given in one whole form", _FORMS)
        if self.depth is not None:
            self._check_points()
        elif not self.surface:
            raise CaseValueError("is zero everywhere", "some stress, or no residual_profile", "surface")
        return self

    def forces(self, thickness: float) -> tuple[float, float]:
        """Integrals of the stress and of its magnitude between points over a layer's thickness (N/m)."""
        if self.shape == "exponential":
            force = self.surface * self.length * -math.expm1(-thickness / self.length)
        elif self.shape == "linear":
            force = self.surface * self.length / 2
        else:
            pieces = [
                (b - a) * (s + t) / 2
                for (a, b), (s, t) in zip(pairwise(self.depth), pairwise(self.stress), strict=True)
            ]
            return sum(pieces), sum(map(abs, pieces))
        return force, abs(force)

    def _check_points(self) -> None:
        depth, stress = self.depth, self.stress
        if len(depth) != len(stress):
            raise CaseValueError(
                f"has {len(depth)} depths and {len(stress)} stresses", "as many as there are depths", "stress"
            )
        if depth[0] != 0:
            raise CaseValueError("does not begin at the face", '"0 um" as the first depth', "depth")
        if any(b <= a for a, b in pairwise(depth)):
            raise CaseValueError(
                "does not increase from point to point", "depths in ascending order", "depth"
            )
        if not any(stress):
            raise CaseValueError("is zero everywhere", "some stress, or no residual_profile", "stress")


def read_profiles(mapping: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    """The case with profile files replaced by their points, and the faults of these files.

    Args:
        mapping: Tables of a case.
        folder: What relative file names start from.
    """
    stack = mapping.get("stack")
    if not isinstance(stack, list):
        return dict(mapping), []
    layers, faults = [], []
    for i, layer in enumerate(stack):
        profile = layer.get("residual_profile") if isinstance(layer, dict) else None
        if isinstance(profile, dict) and "file" in profile:
            key = f"stack.{layer.get('name', i)}.residual_profile.file"
            try:
                layer = {**layer, "residual_profile": _with_points(profile, folder)}
            except CaseValueError as error:
                faults.append(Fault(key, f'"{profile["file"]}"', error.problem, error.accepted))
                layer = {name: value for name, value in layer.items() if name != "residual_profile"}
        layers.append(layer)
    return {**mapping, "stack": layers}, faults


def _with_points(profile: dict[str, Any], folder: Path) -> dict[str, Any]:
    rest = {key: value for key, value in profile.items() if key != "file"}
    if {"shape", "surface", "length", *_COLUMNS} & set(rest):
        raise CaseValueError("is given beside another form", _FORMS)
    if not isinstance(profile["file"], str):
        raise CaseValueError("is not a file name", "a text")
    return rest | _read_points(folder / profile["file"])


def _read_points(path: Path) -> dict[str, list[str]]:
    """Lists of texts with units from a CSV file whose head names the columns and their units."""
    accepted = "a CSV file with the head `depth [um],stress [MPa]` and a point a line"
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CaseValueError(
            f"cannot be read ({getattr(error, 'strerror', '') or error})", accepted
        ) from None
    head = [cell.strip().rstrip("]").partition("[") for cell in rows[0]] if rows else []
    names = [name.strip() for name, _, _ in head]
    if sorted(names) != sorted(_COLUMNS) or not all(unit for _, _, unit in head):
        raise CaseValueError("has no columns depth and stress with their units", accepted)
    if any(len(row) != len(head) for row in rows[1:]):
        raise CaseValueError("has lines of differing length", accepted)
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else [(), ()]
    return {
        name: [f"{cell.strip()} {unit.strip()}" for cell in column]
        for name, (_, _, unit), column in zip(names, head, columns, strict=True)
    }
