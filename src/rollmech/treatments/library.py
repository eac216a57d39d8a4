"""Treatments of garnet surfaces and the state in which each leaves the ceramic.

``data/treatments.csv`` repeats Tables 1 to 4 of the review, cell by cell as printed (powers of ten as ``e-4``), and
marks the cells that its own text or neighbours contradict. The resistance before a treatment is not in the tables: its
column holds the three that the text gives. ``data/surfaces.toml`` says what each class of treatment
does to the surface; the review gives kinds of damage but no sizes, so every number there is an assumption.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rollmech import units
from rollmech.errors import Fault, InputError, nearest
from rollmech.materials.library import csv_rows, data_text

REVIEW = "Hao et al., Chem. Sci. 2026, 17, 2932"
"""The review that the tables come from."""

SEVERITIES = ("low", "mid", "high")

#: Cells of a row with the unit that the head of its column states.
CELLS: dict[str, str] = {
    "material": "",
    "method": "",
    "product": "",
    "resistance_before": "ohm cm^2",
    "interfacial_resistance": "ohm cm^2",
    "ccd": "mA/cm^2",
    "ionic_conductivity": "S/cm",
    "cycling": "",
    "conditions": "",
    "relative_density": "",
}
_SHAPES = {"crack": "length", "pit": "width"}


@dataclass(frozen=True)
class Cell:
    """One cell of a table, as printed; an em dash means that the review gives nothing.

    Attributes:
        printed: The text of the cell.
        unit: Unit in the head of its column, if any.
        doubtful: Whether it is contradicted by the review's text or displaced; the row's remark says how.
        likely: What the cell should most likely say, if that is known.
    """

    printed: str
    unit: str = ""
    doubtful: bool = False
    likely: str = ""

    def __str__(self) -> str:
        return f"{self.printed} {self.unit if self.printed != '—' else ''}".rstrip()


@dataclass(frozen=True)
class Surface:
    """What a class of treatment leaves on the ceramic. Every number is an assumption.

    Attributes:
        name: Of the class.
        means: What is done and what it leaves, in words.
        kind: Flaw kind of a case that stands for it; empty if none does.
        depth: Depth (m) of that flaw by severity.
        aspect: Length of a crack, or width of a pit, over its depth.
        stand_in: How the solved flaw differs from the described one.
        orientation: Direction of the real flaws.
        skin: Thickness (m) of a damaged skin, from and to; empty if none.
        skin_modulus_ratio: Young's modulus of the skin over that of the sound ceramic.
        residual_stress: Stress (Pa) near the surface; None if nothing is known.
        added_layer: Layer that the treatment puts on top, in words.
        not_solved: Why no flaw stands for it; empty if one does.
        basis: Where the kind and the numbers come from.
    """

    name: str
    means: str
    basis: str
    kind: str = ""
    depth: Mapping[str, float] = field(default_factory=dict)
    aspect: float | None = None
    stand_in: str = ""
    orientation: str = ""
    skin: tuple[float, ...] = ()
    skin_modulus_ratio: float | None = None
    residual_stress: float | None = None
    added_layer: str = ""
    not_solved: str = ""

    def shape(self, depth: float) -> dict[str, float]:
        """Sizes (m) besides the depth that the flaw kind needs, for a depth in m."""
        size = float(f"{(self.aspect or 0.0) * depth:.6g}")  # a size to be read, free of rounding noise
        return {_SHAPES[self.kind]: size} if self.kind in _SHAPES else {}

    def not_modelled(self) -> list[str]:
        """What the treatment does that a run leaves out, one sentence each."""
        found = [self.not_solved] if self.not_solved else []
        if self.skin:
            ends = " to ".join(units.show(end, "length") for end in self.skin)
            found.append(
                f"a damaged skin of {ends} with {self.skin_modulus_ratio:g} times the modulus is left out: "
                "give the layer a skin"
            )
        if self.residual_stress is not None:
            stress = units.show(self.residual_stress, "stress")
            effect = (
                "which opens a flaw further" if self.residual_stress > 0 else "which shuts a flaw within it"
            )
            found.append(
                f"the residual stress near the surface, about {stress}, {effect}, is left out: "
                "give the layer a residual_profile"
            )
        if self.added_layer:
            found.append(f"the added layer is not modelled unless the stack has it: {self.added_layer}")
        return found


@dataclass(frozen=True)
class Treatment:
    """One row of the review's tables, or a class of treatment on its own (then without cells).

    Attributes:
        name: What a case calls it.
        surface: The state it leaves; None for a treatment of powder.
        source: Table, section and reference number in the review.
        group: Heading of the table.
        cells: Cells of the row by column of `CELLS`.
        by_analogy: Whether the row is put into its class by analogy only.
        remark: What contradicts or explains the cells.
    """

    name: str
    surface: Surface | None
    source: str = ""
    group: str = "class of treatments"
    cells: Mapping[str, Cell] = field(default_factory=dict)
    by_analogy: bool = False
    remark: str = ""

    def cell(self, name: str) -> Cell:
        """A cell; an empty one where the table has no such column."""
        return self.cells.get(name, Cell(""))

    def not_modelled(self) -> list[str]:
        """What a run of the treated sheet leaves out, one sentence each."""
        return self.surface.not_modelled() if self.surface else ["it treats powder, not a sheet"]


@cache
def library() -> dict[str, Treatment]:
    """Every row of the tables by its name, then every class by its own."""
    rows = {row["name"]: _treatment(row) for row in csv_rows("rollmech.treatments", "treatments.csv")}
    return rows | {name: Treatment(name, surface) for name, surface in surfaces().items()}


@cache
def surfaces() -> dict[str, Surface]:
    """Every class of treatment by its name."""
    tables = tomllib.loads(data_text("rollmech.treatments", "surfaces.toml"))
    return {name: _surface(name, table) for name, table in tables.items()}


def treatment(name: str) -> Treatment:
    """A treatment by name, whatever the case of its letters.

    Raises:
        InputError: There is none of that name.
    """
    found = find(name)
    if found is None:
        raise InputError("treatments", [unknown_treatment("treatment", name)])
    return found


def find(name: str) -> Treatment | None:
    """A treatment by name, whatever the case of its letters, or None."""
    return next((item for key, item in library().items() if key.lower() == name.strip().lower()), None)


def unknown_treatment(key: str, name: str) -> Fault:
    """The fault of a name that is in no table."""
    accepted = "a name that `rollmech treatments` lists"
    suggestion = nearest(name, library(), cutoff=0.5)
    return Fault(key, f'"{name}"', "is not a known treatment", accepted, suggestion)


def _treatment(row: dict[str, str]) -> Treatment:
    doubtful = row["doubtful"].split(";")
    likely = {"cycling": row["likely_cycling"]}
    cells = {
        key: Cell(row[key], unit, key in doubtful, likely.get(key, ""))
        for key, unit in CELLS.items()
        if row[key]
    }
    source = f"{REVIEW}, Table {row['table']}, section {row['section']}, ref. {row['reference']} there"
    surface = surfaces()[row["surface"]] if row["surface"] else None
    by_analogy = row["surface_link"] == "inferred"
    return Treatment(row["name"], surface, source, row["group"], cells, by_analogy, row["remark"])


def _surface(name: str, table: dict[str, Any]) -> Surface:
    given = dict(table)
    kind = given.pop("flaw", "")
    depths = [units.parse(f"{value} um", "length") for value in given.pop("depth", ())]
    skin = tuple(units.parse(f"{value} nm", "length") for value in given.pop("skin", ()))
    stress = given.pop("residual_stress", None)
    return Surface(
        name=name,
        kind=kind,
        depth=dict(zip(SEVERITIES, depths, strict=True)) if kind else {},
        skin=skin,
        residual_stress=None if stress is None else units.parse(f"{stress} MPa", "stress"),
        **given,
    )
