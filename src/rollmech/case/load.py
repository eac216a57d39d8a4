"""Loading a case: file, overrides, fields, cross checks. All faults of a case end in one InputError."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rollmech.case.checks import cross_faults
from rollmech.case.faults import faults_of
from rollmech.case.flaws import Flaw
from rollmech.case.grading import without_laws
from rollmech.case.groove import read_sections
from rollmech.case.line import Growth, Population, Storage, Strength
from rollmech.case.meshfile import MeshFile, digest, located
from rollmech.case.overrides import apply_overrides
from rollmech.case.parts import Parts
from rollmech.case.profile import read_profiles
from rollmech.case.schema import Case, Layer, Load, PatchEnds, Roller, Web, WebLoad
from rollmech.case.surrogate import LibraryFile
from rollmech.case.tables import MaterialTable
from rollmech.case.treatment import apply_treatment, name_source
from rollmech.errors import Fault, InputError
from rollmech.materials import canonical_name

CASE_FILE = "a TOML case file; `rollmech init` writes one to start from"
_LINE = {"storage": Storage, "growth": Growth, "strength": Strength, "population": Population}


def load_case(path: str | Path, overrides: Sequence[str] = ()) -> Case:
    """Read, check and resolve a case file.

    Args:
        path: TOML file.
        overrides: ``KEY=VALUE`` texts, e.g. ``stack.ceramic.thickness="20 um"``; they win over the file.

    Raises:
        InputError: Every fault of the file and of the overrides, together.
    """
    mapping = read_toml(path)
    if "vary" in mapping and "stack" not in mapping:
        raise _file_error(path, "is a study, not a case", "a case; `rollmech study` evaluates a study")
    faults = apply_overrides(mapping, overrides)
    mapping, unread = read_profiles(mapping, Path(path).parent)
    faults += unread
    mapping, unread = read_sections(mapping, Path(path).parent)
    faults += unread
    try:
        case = parse_case(located(mapping, Path(path).parent), str(path))
    except InputError as error:
        raise InputError(str(path), [*faults, *error.faults]) from None
    if faults:
        raise InputError(str(path), faults)
    return case


def parse_case(mapping: Mapping[str, Any], source: str = "case") -> Case:
    """Check and resolve a case given as nested tables.

    Raises:
        InputError: Every fault, of single fields and between parts.
    """
    canonical, faults = _canonical(mapping)
    canonical, found = apply_treatment(canonical)
    faults += found
    case = None
    try:
        case = Case.model_validate(canonical)
    except ValidationError as error:
        faults += faults_of(error, canonical)
    faults += cross_faults(_parts(canonical))
    if faults or case is None:
        raise InputError(source, name_source(faults, canonical))
    return _resolved(case, source)


def read_toml(path: str | Path, wanted: str = CASE_FILE) -> dict[str, Any]:
    """The tables of a TOML file; ``wanted`` is what a message asks for.

    Raises:
        InputError: Missing, no file, unreadable, not UTF-8, empty or not TOML (with line and column).
    """
    file = Path(path)
    try:
        if file.exists() and not file.is_file():
            kind = "is a directory" if file.is_dir() else "is not a regular file"
            raise _file_error(path, kind, wanted)
        text = file.read_bytes().decode("utf-8-sig")
        mapping = tomllib.loads(text)
    except FileNotFoundError:
        raise _file_error(path, "does not exist", wanted) from None
    except UnicodeDecodeError as error:
        raise _file_error(path, f"is not UTF-8 text (byte {error.start})", wanted) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line \d+, column \d+|end of document", str(error))
        message = f"is not TOML: {str(error).rstrip('.')}"
        raise InputError(str(path), [Fault("file", place[0] if place else "", message, "TOML")]) from None
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", "") or "nested too deeply or malformed"
        raise _file_error(path, f"cannot be read: {reason}", wanted) from None
    if not mapping:
        raise _file_error(path, "is empty", wanted)
    return mapping


def _file_error(path: str | Path, problem: str, wanted: str) -> InputError:
    fault = Fault("file", str(path), problem, wanted)
    return InputError(str(path), [fault])


def _canonical(mapping: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The case with material aliases replaced by their card's name."""
    tables, faults = mapping.get("materials", {}), []
    result = dict(mapping)
    if isinstance(tables, dict):
        result["materials"] = {canonical_name(name): table for name, table in tables.items()}
        for name in tables:
            if canonical_name(name) != name and canonical_name(name) in tables:
                fault = Fault(
                    f"materials.{name}",
                    "",
                    f"is another name of '{canonical_name(name)}'",
                    "one table for each material",
                )
                faults.append(fault)
    if isinstance(mapping.get("stack"), list):
        result["stack"] = [_canonical_table(layer) for layer in mapping["stack"]]
    if isinstance(mapping.get("flaws"), list):
        result["flaws"] = [_canonical_fill(flaw) for flaw in mapping["flaws"]]
    return result, faults


def _canonical_table(table: Any) -> Any:
    name = table.get("material") if isinstance(table, dict) else None
    return {**table, "material": canonical_name(name)} if isinstance(name, str) else table


def _canonical_fill(flaw: Any) -> Any:
    flaw = _canonical_table(flaw)  # a particle names its own material
    filled = isinstance(flaw, dict) and "fill" in flaw
    return {**flaw, "fill": _canonical_table(flaw["fill"])} if filled else flaw


def _parts(mapping: Mapping[str, Any]) -> Parts:
    """Each part that can be read on its own, None for the others."""
    return Parts(
        mapping=mapping,
        stack=_entries(mapping.get("stack"), Layer),
        flaws=_entries(mapping.get("flaws"), Flaw),
        rollers=_entries(mapping.get("rollers"), Roller),
        materials={
            name: _try(MaterialTable, table) for name, table in _table(mapping.get("materials")).items()
        },
        web=_try(Web, mapping.get("web", {})),
        load=_try(Load, mapping.get("load")),
        patch=_try(PatchEnds, mapping.get("patch", {})),
        mesh=_try(MeshFile, mapping.get("mesh")),
        library=_try(LibraryFile, mapping.get("library")),
        **{name: _try(kind, mapping.get(name)) for name, kind in _LINE.items()},
    )


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(value: Any, kind: Any) -> tuple[Any, ...]:
    return tuple(_try(kind, item) for item in value) if isinstance(value, list) else ()


def _try(kind: Any, value: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return None


def _resolved(case: Case, source: str) -> Case:
    """The case with its laws carried out, every used material's properties filled in, the bent face decided."""
    case = without_laws(case, source)
    updates: dict[str, Any] = {}
    if isinstance(case.load, WebLoad) and case.load.stretches is None:
        face = case.flaw.face if case.flaw else "top"
        updates["load"] = case.load.model_copy(update={"stretches": face})
    if case.mesh is not None:
        updates["mesh"] = case.mesh.model_copy(update={"sha256": digest(case.mesh.file)})
    if case.library is not None:
        updates["library"] = case.library.model_copy(update={"sha256": digest(case.library.surrogate)})
    return case.model_copy(update=updates)
