"""A resolved case as TOML again, and its JSON schema for editors."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from rollmech.case.quantities import Quantity
from rollmech.case.schema import Case
from rollmech.case.tables import MaterialTable, property_table
from rollmech.units import show


def dump_case(case: Case) -> str:
    """TOML text with units, all defaults and every material property; loading it gives an equal case."""
    import tomli_w

    return tomli_w.dumps(_table(case))


def json_schema() -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a case file, with the texts that physical values take."""
    schema = _with_text_defaults(Case.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _with_text_defaults(node: Any) -> Any:
    """Defaults as a user would write them: a physical one as text, that of a whole table left to its keys."""
    if isinstance(node, list):
        return [_with_text_defaults(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: item for key, item in node.items() if key != "default" or not isinstance(item, dict)}
    if kept.get("type") == "string" and "x-dimension" in kept and isinstance(kept.get("default"), float):
        kept["default"] = show(kept["default"], kept["x-dimension"])
    return {key: item if key == "default" else _with_text_defaults(item) for key, item in kept.items()}


def _table(model: BaseModel) -> dict[str, Any]:
    """Keys and TOML values of a model; what is None has no TOML form and is left out."""
    if isinstance(model, MaterialTable):
        return {name: property_table(prop) for name, prop in model.given().items()}
    fields = type(model).model_fields
    pairs = ((name, getattr(model, name), _dimension(fields[name])) for name in fields)
    return {name: _toml(value, dimension) for name, value, dimension in pairs if not _is_absent(value)}


def _is_absent(value: Any) -> bool:
    return value is None or value in ((), {}, "")


def _toml(value: Any, dimension: str | None) -> Any:
    if dimension in ("fraction", "number"):
        return list(value) if isinstance(value, tuple) else value
    if dimension is not None and isinstance(value, tuple):
        return [show(item, dimension) for item in value]
    if dimension is not None and isinstance(value, dict):
        return {name: show(item, dimension) for name, item in value.items()}
    if dimension is not None:
        return show(value, dimension)
    if isinstance(value, BaseModel):
        return _table(value)
    if isinstance(value, tuple):
        return [_toml(item, None) for item in value]
    if isinstance(value, dict):
        return {name: _toml(item, None) for name, item in value.items()}
    return value


def _dimension(info: Any) -> str | None:
    """Dimension of a physical field, from the metadata that `quantity` leaves on it."""
    for item in info.metadata:
        if isinstance(item, Quantity):
            return item.dimension
    for option in get_args(info.annotation):
        for item in getattr(option, "__metadata__", ()):
            if isinstance(item, Quantity):
                return item.dimension
    return None
