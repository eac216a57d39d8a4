"""What `rollmech materials` prints: values with range, condition, source and confidence."""

from __future__ import annotations

from typing import Any

from rollmech.materials.library import PROPERTIES, Material, Property, aliases_of, library, material
from rollmech.units import show


def as_json(name: str | None = None) -> dict[str, Any]:
    """Properties in SI by material; all materials without a name. Raises InputError for an unknown name."""
    chosen = library().values() if name is None else [material(name)]
    return {item.name: {key: vars(prop) for key, prop in item.properties.items()} for item in chosen}


def print_cards() -> None:
    """One line a material on the terminal."""
    from rich.table import Table

    table = Table("material", "also", "E", "nu", "CTE", "placeholders", box=None)
    for item in library().values():
        values = [
            str(prop) if (prop := item.get(key)) else "" for key in ("youngs_modulus", "poisson_ratio", "cte")
        ]
        marked = f"{len(item.placeholders())} of {len(item.properties)}"
        table.add_row(item.name, ", ".join(aliases_of(item.name)), *values, marked)
    console().print(table)


def print_material(name: str) -> None:
    """Every property of one material. Raises InputError for an unknown name."""
    from rich.markup import escape

    item: Material = material(name)
    out = console()
    also = aliases_of(item.name)
    out.print(f"[bold]{escape(item.name)}[/bold]" + (f"  also {', '.join(also)}" if also else ""))
    for prop in item.properties.values():
        mark = "  [yellow]placeholder[/yellow]" if prop.placeholder else ""
        out.print(
            f"  [bold]{prop.name}[/bold] {escape(str(prop))}{_range(prop)}  {prop.confidence}{mark}",
            soft_wrap=True,
        )
        for text in filter(None, (prop.condition, prop.source)):
            out.print(f"      {escape(text)}", style="dim", soft_wrap=True)


def _range(prop: Property) -> str:
    if prop.low is None and prop.high is None:
        return ""
    ends = ("?" if end is None else show(end, PROPERTIES[prop.name]) for end in (prop.low, prop.high))
    return f"  ({' .. '.join(ends)})"


def console() -> Any:
    """Where a listing is printed: no guessing of colours for its numbers."""
    from rich.console import Console

    return Console(highlight=False)
