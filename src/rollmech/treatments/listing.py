"""What `rollmech treatments` prints: cells as printed, the assumed flaw, what is left out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rollmech.materials.listing import console
from rollmech.treatments.library import REVIEW, SEVERITIES, Surface, Treatment, library, surfaces, treatment
from rollmech.units import show


def as_json(name: str | None = None) -> dict[str, Any]:
    """Treatments by name, lengths in m, stresses in Pa; all without a name. Raises InputError if unknown."""
    chosen = library().values() if name is None else [treatment(name)]
    return {item.name: asdict(item) | {"not_modelled": item.not_modelled()} for item in chosen}


def print_treatments() -> None:
    """One line a row of the review's tables, then one a class."""
    from rich.markup import escape
    from rich.table import Table

    rows = Table("treatment", "table", "ohm cm^2", "CCD mA/cm^2", "leaves", box=None)
    for item in filter(lambda item: item.source, library().values()):
        cells = [escape(item.cell(key).printed) for key in ("interfacial_resistance", "ccd")]
        number = item.source.removeprefix(f"{REVIEW}, Table ").split(",")[0]
        leaves = item.surface.name if item.surface else "(powder)"
        rows.add_row(escape(item.name), number, *cells, leaves)
    classes = Table("class", "flaw", "depth (low, mid, high)", "stress", box=None)
    for surface in surfaces().values():
        stress = "" if surface.residual_stress is None else show(surface.residual_stress, "stress")
        classes.add_row(surface.name, surface.kind or "-", ", ".join(_depths(surface)), stress)
    out = console()
    for text in (rows, "", classes, "", f"Electrochemistry as printed in {REVIEW}; flaws are assumptions."):
        out.print(text)


def print_treatment(name: str) -> None:
    """Everything known and assumed about one treatment. Raises InputError for an unknown name."""
    from rich.markup import escape

    item = treatment(name)
    out = console()
    out.print(f"[bold]{escape(item.name)}[/bold]  {escape(item.group)}")
    for key in item.cells:
        out.print(f"  [bold]{key}[/bold] {_marked(item, key)}")
    for text in filter(None, (item.remark, item.source)):
        out.print(f"      {escape(text)}", style="dim", soft_wrap=True)
    if item.surface:
        _print_surface(item.surface, item.by_analogy)
    for text in item.not_modelled():
        out.print(f"  [yellow]in a run:[/yellow] {escape(text)}", soft_wrap=True)


def _print_surface(surface: Surface, by_analogy: bool) -> None:
    out = console()
    analogy = " (by analogy)" if by_analogy else ""
    out.print(f"  [bold]leaves[/bold] {surface.name}{analogy}: {surface.means}", soft_wrap=True)
    if surface.kind:
        sizes = ", ".join(f"{key} {text}" for key, text in zip(SEVERITIES, _depths(surface), strict=True))
        out.print(f"  [bold]flaw[/bold] {surface.kind}, depth {sizes}  [yellow]assumption[/yellow]")
        out.print(f"  [yellow]in a run:[/yellow] {surface.stand_in}", soft_wrap=True)
    out.print(f"      {surface.basis}", style="dim", soft_wrap=True)


def _depths(surface: Surface) -> list[str]:
    return [show(depth, "length") for depth in surface.depth.values()]


def _marked(item: Treatment, key: str) -> str:
    """A cell as printed, with a mark if it is doubtful."""
    from rich.markup import escape

    cell = item.cell(key)
    likely = f", more likely {cell.likely}" if cell.likely else ""
    mark = f"  [yellow]doubtful{escape(likely)}[/yellow]" if cell.doubtful else ""
    return f"{escape(str(cell))}{mark}"
