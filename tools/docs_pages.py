"""Pages of the documentation site that are made from the package: cases, case file, commands, changelog."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent


def on_files(files: Files, config) -> Files:
    """Add the generated pages (called by MkDocs)."""
    pages = {
        "cases.md": cases_page(),
        "reference/case.md": case_page(),
        "reference/commands.md": commands_page(),
        "changelog.md": (ROOT / "CHANGELOG.md").read_text(),
    }
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def cases_page() -> str:
    """Every shipped case with the question at its head."""
    rows = [
        "# Cases to copy\n",
        "Every file starts with the question that it answers: run it, or copy and change it.\n",
    ]
    for path in sorted((ROOT / "cases").rglob("*.toml")):
        rows.append(f"## {path.relative_to(ROOT).as_posix()}\n\n{_question(path)}\n")
    return "\n".join(rows)


def _question(path: Path) -> str:
    """The comment at the head of a file, as a paragraph; indented lines of it stay code."""
    head = list(takewhile(lambda line: line.startswith("#"), path.read_text(encoding="utf-8").splitlines()))
    lines = [line[1:].removeprefix(" ") for line in head]
    words = lines[0].removeprefix("Question: ")
    lines[0] = words[0].upper() + words[1:]
    return "\n".join(f"\n    {line.strip()}\n" if line.startswith("  ") else line for line in lines)


def case_page() -> str:
    """Every table and key of the case format, from its JSON schema."""
    from rollmech.case import json_schema

    schema = json_schema()
    parts = [
        "# Case file\n",
        "A case is a TOML file. Physical values are texts with a unit. Unknown keys are refused. Made from the schema "
        "(`rollmech schema` prints it for editors); `rollmech init` writes a commented case to start from.\n",
        _table("The file", schema),
    ]
    for name, model in sorted(schema["$defs"].items()):
        if "properties" in model:
            parts.append(_table(name, model))
    return "\n".join(parts)


def _table(name: str, model: dict) -> str:
    """One model: its description and a row a key."""
    required = model.get("required", [])
    rows = [f"## {name}\n", model.get("description", "") + "\n"]
    rows += ["| key | accepted | default |", "|---|---|---|"]
    for key, field in model["properties"].items():
        default = "required" if key in required else _default(field)
        rows.append(f"| `{key}` | {_accepted(field)} | {default} |")
    return "\n".join(rows) + "\n"


def _default(field: dict) -> str:
    value = field.get("default")
    return "-" if value in (None, [], {}, "") else f"`{value}`"


def _accepted(field: dict) -> str:
    """What a field takes, in words."""
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in field and "description" not in field:
            kinds = [_accepted(kind) for kind in field[several] if kind.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        items, said = field.get("items", {}), field.get("description", "")
        tables = "$ref" in items or "oneOf" in items
        return "list of " + _accepted(items) + f" ({said})" * bool(said) if tables or not said else said
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), dict):
        return "table of " + _accepted(field["additionalProperties"])
    kinds = field.get("type", "anything")
    words = field.get("description") or (kinds if isinstance(kinds, str) else " or ".join(kinds))
    return words.replace("|", "\\|").replace("\n", " ")


def commands_page() -> str:
    """Every command and argument, from the command line's own help."""
    from rollmech.cli import app

    text = app.generate_docs(output_format="markdown", heading_level=2)
    return "# Commands\n\n" + re.sub(r"## Table of Contents\n.*?(?=\*\*Commands)", "", text, flags=re.DOTALL)
