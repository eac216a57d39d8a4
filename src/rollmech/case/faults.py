"""From pydantic's errors to the house's faults: key, value, problem, what is accepted, nearest match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from rollmech.case.flaws import FLAW_KINDS
from rollmech.case.line import Growth, Population, Storage, Strength
from rollmech.case.meshfile import MeshFile
from rollmech.case.profile import ResidualProfile
from rollmech.case.ranking import Ranking
from rollmech.case.schema import (
    Accuracy,
    Case,
    Layer,
    Limits,
    Output,
    PatchEnds,
    Roller,
    StressLoad,
    Treatment,
    Verdict,
    Web,
    WebLoad,
)
from rollmech.case.tables import MaterialTable
from rollmech.errors import Fault, nearest

_HALF = ", give half of it as radius"
_MODELS: dict[str, type[BaseModel]] = {
    "stack": Layer,
    "treatment": Treatment,
    "rollers": Roller,
    "materials": MaterialTable,
    "web": Web,
    "storage": Storage,
    "growth": Growth,
    "strength": Strength,
    "population": Population,
    "ranking": Ranking,
    "patch": PatchEnds,
    "mesh": MeshFile,
    "accuracy": Accuracy,
    "limits": Limits,
    "verdict": Verdict,
    "output": Output,
}
_PROBLEMS = {
    "string_type": ("is not a text", "a text in quotes"),
    "bool_type": ("is not a boolean", "true, false"),
    "model_type": ("is not a table", "a table of keys and values"),
    "model_attributes_type": ("is not a table", "a table of keys and values"),
    "dict_type": ("is not a table", "a table of keys and values"),
    "tuple_type": ("is not a list of tables", "one [[...]] entry for each"),
}
_NESTED = ("growth", "strength", "population")
"""Tables that hold tables."""
_TAGS = (*FLAW_KINDS, "stress", "web")


def faults_of(error: ValidationError, mapping: Mapping[str, Any]) -> list[Fault]:
    """Every fault of a pydantic validation, in the order of the case's sections."""
    return [fault for item in error.errors(include_url=False) for fault in _faults(item, mapping)]


def key_text(location: tuple[str | int, ...], mapping: Mapping[str, Any]) -> str:
    """Dotted path of a location; list entries go by their unique name, e.g. ``stack.ceramic.thickness``."""
    text, node = "", mapping
    for part in location:
        if isinstance(part, int):
            text += _entry_text(node, part)
            node = node[part] if isinstance(node, list) and part < len(node) else {}
        else:
            text += f".{part}" if text else part
            node = node.get(part, {}) if isinstance(node, Mapping) else {}
    return text


def shown(value: Any) -> str:
    """A given value as the user would recognise it, cut to a readable length."""
    text = f'"{value}"' if isinstance(value, str) else _plain(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(value) + " }" if value else "{}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, int) and abs(value) >= 10**50:
        return "a very long number"
    return str(value)


def _entry_text(entries: Any, index: int) -> str:
    names = (
        [item.get("name") if isinstance(item, dict) else None for item in entries]
        if isinstance(entries, list)
        else []
    )
    name = names[index] if index < len(names) else None
    return f".{name}" if isinstance(name, str) and name.strip() and names.count(name) == 1 else f"[{index}]"


def _untagged(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The location without the tags that unions put into it."""
    if location[:1] == ("load",) and location[1:2] and location[1] in _TAGS:
        return (location[0], *location[2:])
    if location[:1] == ("flaws",) and location[2:3] and location[2] in _TAGS:
        return (*location[:2], *location[3:])
    return location


def _model_at(location: tuple[str | int, ...], mapping: Mapping[str, Any]) -> type[BaseModel]:
    """The model that owns the last key of a location (tags already removed)."""
    if len(location) <= 1:
        return Case
    section = str(location[0])
    if "residual_profile" in location[:-1]:
        return ResidualProfile
    if section == "load":
        table = mapping.get("load")
        return WebLoad if isinstance(table, dict) and set(table) & set(WebLoad.model_fields) else StressLoad
    if section == "flaws":
        return _inner(FLAW_KINDS[mapping["flaws"][location[1]]["kind"]], location[2:-1])
    if section in _NESTED:
        return _inner(_MODELS[section], location[1:-1])
    return _inner(_MODELS.get(section, Case), location[2:-1])


def _inner(model: type[BaseModel], keys: tuple[str | int, ...]) -> type[BaseModel]:
    """The model of a table inside a table, such as `mixture` of a material."""
    for key in keys:
        info = model.model_fields.get(str(key))
        options = get_args(info.annotation) if info else ()
        model = next(
            (kind for kind in options if isinstance(kind, type) and issubclass(kind, BaseModel)), model
        )
    return model


def _faults(item: Mapping[str, Any], mapping: Mapping[str, Any]) -> Iterator[Fault]:
    location = _untagged(item["loc"])
    key, kind, given = key_text(location, mapping), item["type"], item["input"]
    if kind == "missing":
        yield Fault(key, "", "is missing", _accepted_by(_model_at(location, mapping), str(location[-1])))
    elif kind == "extra_forbidden":
        known, name = list(_model_at(location, mapping).model_fields), str(location[-1])
        problem = "unknown key" + (_HALF if name == "diameter" and "radius" in known else "")
        yield Fault(key, shown(given), problem, ", ".join(known), nearest(name, known))
    elif kind == "literal_error":
        choices = item["ctx"]["expected"].replace("'", '"').replace(" or ", ", ")
        known = [choice.strip('"') for choice in choices.split(", ")]
        yield Fault(key, shown(given), "is not one of the choices", choices, nearest(str(given), known))
    elif kind in ("union_tag_not_found", "union_tag_invalid"):
        yield _kind_fault(key, given)
    elif kind == "value_error":
        yield _value_fault(key, given, item["ctx"]["error"])
    else:
        problem, accepted = _PROBLEMS.get(kind, (item["msg"].lower(), "see `rollmech schema`"))
        yield Fault(key, shown(given), problem, accepted)


def _value_fault(key: str, given: Any, error: Exception) -> Fault:
    """The fault of one of our own validators; it may point at a key inside the validated table."""
    inner = getattr(error, "key", "")
    value = given.get(inner) if inner and isinstance(given, dict) else given
    text = "" if inner and value is None else shown(value)
    path = f"{key}.{inner}" if inner else key
    return Fault(
        path, text, getattr(error, "problem", str(error)), getattr(error, "accepted", "see `rollmech schema`")
    )


def _kind_fault(key: str, given: Any) -> Fault:
    known = list(FLAW_KINDS)
    if not isinstance(given, dict):
        return Fault(key, shown(given), "is not a table", "a table of keys and values")
    kind = given.get("kind")
    if kind is None:
        return Fault(f"{key}.kind", "", "is missing", ", ".join(known))
    return Fault(
        f"{key}.kind", shown(kind), "is not a kind of flaw", ", ".join(known), nearest(str(kind), known)
    )


def _accepted_by(model: type[BaseModel], name: str) -> str:
    """What a field takes, from its JSON schema."""
    schema = model.model_json_schema().get("properties", {}).get(name, {})
    if "enum" in schema:
        return ", ".join(f'"{choice}"' for choice in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    return schema.get("description") or {"string": "a text", "array": "at least one entry"}.get(
        schema.get("type", ""), "a value"
    )
