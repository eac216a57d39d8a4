"""Rows and summaries as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rollmech.verify.cells import FAMILIES, effectivity_cells, family_cells, number, percent, ratio
from rollmech.verify.rows import Row, by_family, by_name
from rollmech.verify.summary import GOALS, beyond, by_kind, differences, effectivity, standing

_AT = "mean about "


def escaped(text: str) -> str:
    """A text without what a browser would take for a tag, such as ``<cos^m>``."""
    return text.replace("<", "&lt;")


def pipes(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table."""
    rows = [
        header,
        ["---"] * len(header),
        *([escaped(cell).replace("|", "\\|") for cell in line] for line in lines),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def references(rows: Sequence[Row]) -> str:
    """What each family is compared with."""
    header = ("family", "kind", "rows", "tolerance %", "reference uncertain by %", "reference")
    lines = [
        [
            family,
            members[0].kind,
            str(len(members)),
            _span([row.tolerance for row in members]),
            _span([row.uncertainty for row in members]),
            "; ".join(dict.fromkeys(row.source for row in members)),
        ]
        for family, members in by_family(rows)
    ]
    return pipes(header, lines)


def kinds(rows: Sequence[Row]) -> str:
    """Median difference of each kind against its aim."""
    lines = []
    for kind, members in by_kind(rows).items():
        found, goal = differences(members), GOALS[kind]
        middle = median(found) if found else None
        met = "-" if goal is None else _yes(middle is not None and middle <= goal)
        aim = "-" if goal is None else f"{100 * goal:g}"
        worst = percent(max(found, default=None), signed=False)
        lines.append([kind, str(len(members)), percent(middle, signed=False), aim, met, worst])
    return pipes(("kind", "rows", "median %", "aim %", "met", "worst %"), lines)


def families(rows: Sequence[Row]) -> str:
    """Accuracy of each family."""
    width = FAMILIES.index("judged")
    return pipes(FAMILIES[:width], [cells[:width] for cells in family_cells(rows)])


def effectivities(rows: Sequence[Row]) -> str:
    """How the estimates of each family, and of all rows together, hold."""
    header = ("family", *FAMILIES[FAMILIES.index("judged") :], "at least", "both aims met")
    groups = [*by_family(rows), ("**all**", list(rows))]
    counted = [(family, effectivity(members)) for family, members in groups]
    lines = [
        [family, *effectivity_cells(counts), ratio(counts.least), _yes(counts.met)]
        for family, counts in counted
        if counts.estimated
    ]
    return pipes(header, lines)


def needing_reasons(rows: Sequence[Row]) -> str:
    """Rows so far off that they need a written reason; says so if there are none."""
    header = ("family", "name", "quantity", "difference %", "reason", "note")
    lines = [
        [
            row.family,
            row.name,
            row.quantity,
            percent(row.difference),
            row.reason or "**none written**",
            row.note,
        ]
        for row in beyond(rows)
    ]
    return _listed(header, lines)


def failed(rows: Sequence[Row]) -> str:
    """Rows beyond their own tolerance; says so if there are none."""
    lines = [
        [row.family, row.name, row.quantity, percent(row.difference), f"{100 * row.tolerance:.2g}", row.note]
        for row in rows
        if not row.passed
    ]
    header = ("family", "name", "quantity", "difference %", "tolerance %", "note")
    return _listed(header, lines)


def outside(rows: Sequence[Row]) -> str:
    """Rows whose difference no error of the reference explains; says so if there are none."""
    lines = [
        [row.family, row.name, row.quantity, *_magnitudes(row)] for row in rows if standing(row) == "outside"
    ]
    header = ("family", "name", "quantity", "difference %", "estimate %", "reference uncertain by %")
    return _listed(header, lines)


def _listed(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """What follows a colon: a table, or that there is none."""
    return f"\n\n{pipes(header, lines)}" if lines else "none."


def _magnitudes(row: Row) -> list[str]:
    others = (percent(value, signed=False) for value in (row.estimate, row.uncertainty))
    return [percent(row.difference), *others]


def along_front(rows: Sequence[Row]) -> bool:
    """Whether these rows are values along fronts, so that a line can hold a whole front."""
    return all(_AT in row.quantity for row in rows)


def angle(row: Row) -> float:
    """Angle (degrees) of a row along a front."""
    return float(row.quantity.split(_AT)[1].split()[0])


def family_table(rows: Sequence[Row]) -> str:
    """Every row of one family; values along a front share a line."""
    return _angle_lines(list(by_name(rows))) if along_front(rows) else _plain_lines(rows)


def _plain_lines(rows: Sequence[Row]) -> str:
    header = ("name", "quantity", "reference", "value", "difference %", "estimate %", "passed", "s", "note")
    lines = [
        [
            row.name,
            row.quantity,
            number(row.reference, 9),
            number(row.value, 9),
            percent(row.difference),
            percent(row.estimate, signed=False),
            _yes(row.passed),
            f"{row.seconds:.1f}",
            row.note,
        ]
        for row in rows
    ]
    return pipes(header, lines)


def _angle_lines(groups: Sequence[Sequence[Row]]) -> str:
    """One line a geometry: the difference in per cent at each angle, bold if beyond tolerance."""
    header = ("geometry", *(f"{angle(row):g} deg" for row in groups[0]), "estimate %", "s")
    lines = []
    for group in groups:
        estimates = [row.estimate for row in group if row.estimate is not None]
        lines.append([group[0].name, *map(_angle_cell, group), _span(estimates), f"{group[0].seconds:.1f}"])
    return pipes(header, lines)


def _angle_cell(row: Row) -> str:
    text = percent(row.difference)
    if row.difference is not None:
        text = f"{100 * row.difference:+.2f}" + ("*" if row.absolute else "")
    return text if row.passed else f"**{text}**"


def _span(fractions: Sequence[float]) -> str:
    """Smallest to largest, in per cent."""
    low, high = (f"{100 * limit(fractions, default=0):.2g}" for limit in (min, max))
    if not high or high == "0":
        return "-"
    return low if low == high else f"{low} to {high}"


def _yes(flag: bool | None) -> str:
    return "-" if flag is None else "yes" if flag else "**no**"
