"""Tables of a study's report as plain rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollmech.post.report.numbers import number, unit_text, with_error
from rollmech.study.best import NEAR
from rollmech.study.collect import ERROR, label, split_label
from rollmech.study.file import StudyFile
from rollmech.study.result import StudyResult
from rollmech.study.sensitivity import DEFAULT
from rollmech.study.summary import index_rows

if TYPE_CHECKING:
    import pandas as pd

_ROWS = 25
"""Rows of lost points that are shown."""
_SHARE = 0.005
"""Smallest share of the variance by two keys together that is shown."""
_WORDS = ("verdict", "station", "broken_names", NEAR)
_HEADS = {"broken_names": "broken assumptions", NEAR: "within the error of"}


def best(found: StudyResult) -> dict[str, list] | None:
    """The best points: settings, what was asked, outputs that count, verdict; None if none was asked for."""
    asked, rows = found.record["best"], found.best
    if asked is None or not len(rows):
        return None
    columns = _columns(found)
    outputs = [name for name in columns if split_label(name)[0] in _outputs(found)]
    settings = list(dict.fromkeys([*inputs(found), *_read(found, columns)]))
    words = [name for name in _WORDS if name in rows and rows[name].notna().any()]
    shown = [name for name in outputs if name not in settings]
    if asked["objective"] not in [split_label(name)[0] for name in (*settings, *shown)]:
        shown = [asked["objective"], *shown]
    head = ["point", *map(_title, (*settings, *shown)), *(_HEADS.get(name, name) for name in words)]
    return {"head": head, "rows": [_row(row, [*settings, *shown], words) for _, row in rows.iterrows()]}


def _columns(found: StudyResult) -> list[str]:
    return [name for name in found.table.columns if not split_label(name)[0].endswith(ERROR)]


def inputs(found: StudyResult) -> list[str]:
    """Columns of the varied and derived keys."""
    columns = list(found.table.columns)
    return columns[1 : columns.index("status")]


def _outputs(found: StudyResult) -> tuple[str, ...]:
    """Outputs that the study looks at, by default those that a verdict rests on."""
    return tuple(
        dict.fromkeys([*(split_label(item["output"])[0] for item in found.record["sensitivity"]), *DEFAULT])
    )


def _read(found: StudyResult, columns: list[str]) -> list[str]:
    """Columns that the constraints and the objective read."""
    return [column for column in columns if split_label(column)[0] in found.record["best"]["reads"]]


def _title(column: str) -> str:
    name, unit = split_label(column)
    return f"{name} ({unit_text(unit)})" if unit else name


def _row(row: pd.Series, numbers: list[str], words: list[str]) -> list[str]:
    cells = [cell(row, name, False) for name in numbers]
    return [str(row["point"]), *cells, *("" if row[name] != row[name] else str(row[name]) for name in words)]


def cell(row: pd.Series, column: str, unit: bool = True) -> str:
    """A value with its error, where it has one, and with its unit if wanted."""
    value = row[column]
    if isinstance(value, str):
        return value
    if value != value:
        return "–"
    name, shown = split_label(column)
    error = row.get(label(name + ERROR, shown))
    text = with_error(float(value), None if error is None or error != error else float(error))
    return f"{text} {unit_text(shown)}".rstrip() if unit else text


def lost(found: StudyResult) -> dict[str, Any] | None:
    """Refused and failed points with their reasons, some of them if they are many; None if there are none."""
    rows = found.table[found.table["status"] != "done"]
    if not len(rows):
        return None
    shown = inputs(found)
    # Failed ones first: a refusal tells itself, a failure is to be looked into.
    ordered = rows.sort_values("status", kind="stable").head(_ROWS)
    cells = [_row(row, shown, ["status", "reason"]) for _, row in ordered.iterrows()]
    return {"head": ["point", *map(_title, shown), "status", "reason"], "rows": cells, "all": len(rows)}


def sensitivity(record: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry an output with ``title``, ``reason`` or a table of indices with their intervals."""
    return [_indices(item) for item in record["sensitivity"]]


def _indices(item: dict[str, Any]) -> dict[str, Any]:
    if "reason" in item:
        return {"title": item["output"], "reason": item["reason"], "table": None}
    keys = index_rows(item)
    total = any("total" in index for _, index in keys)
    rows = [
        [name, *(_interval(index, which) for which in ("first", "total")[: 1 + total])]
        for name, index in keys
    ]
    shares = [(pair, share) for pair, share in item["pairs"].items() if share and share > _SHARE]
    rows += [
        [pair, _share(share), *([""] * total)] for pair, share in sorted(shares, key=lambda pair: -pair[1])
    ]
    return {
        "title": f"{item['output']}: {item['method']}",
        "reason": "",
        "table": {"head": ["key", *_heads(item["method"])[: 1 + total]], "rows": rows},
    }


def _heads(method: str) -> tuple[str, str]:
    if method.startswith("elementary"):
        return "mu*: mean size of the effect", "sigma: how much it depends on the other keys"
    if method.startswith("first-order index and"):
        return "first order", "delta"
    return "share of the variance by the key alone", "with its interactions"


def _interval(index: dict[str, Any], which: str) -> str:
    value, spread = index.get(which), index.get(f"{which}_interval")
    if value is None:
        return "–"
    return with_error(value, spread, 3) if spread else _share(value)


def _share(value: float) -> str:
    """A share without an interval, which is exact on the points of the study."""
    return number(round(value, 4), 3)


def varied(study: StudyFile) -> dict[str, list]:
    """Keys and what they are given."""
    rows = [[", ".join(item.keys), _values(item), item.together] for item in study.vary]
    rows += [[key, f"= {expression.text}", ""] for key, expression in study.derive.items()]
    return {"head": ["key", "values", "together with"], "rows": rows}


def _values(item: Any) -> str:
    unit = f" {unit_text(item.unit)}" if item.unit else ""
    if item.values:
        texts = [
            value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
            for value in item.values
        ]
        return ", ".join(texts) + unit
    count = f", {item.count} values" if item.count else ""
    return f"{item.low:g} to {item.high:g}{unit}{count}, even {'in the logarithm' if item.log else 'steps'}"


def counted(record: dict[str, Any]) -> dict[str, list]:
    """The plan and how it was carried out, in numbers."""
    rows = [
        ["design", record["design"]],
        ["points planned", str(record["planned"])],
        *([f"left out by '{text}'", str(count)] for text, count in record["left_out"].items()),
        *([f"points {name}", str(count)] for name, count in record["status"].items()),
        ["distinct solves", str(record["distinct_solves"])],
        ["evaluated as arrays", "yes" if record["evaluated_as_arrays"] else "no"],
        *([f"not as arrays: {key}", reason] for key, reason in record["not_as_arrays"].items()),
        ["seconds in all", number(record["seconds"])],
        ["seconds of all points", number(record["seconds_of_points"])],
        ["engine", record["engine"]],
    ]
    return {"head": ["what", "how many"], "rows": rows}


def settings(study: StudyFile) -> dict[str, list] | None:
    """Keys set for all points; None if there are none."""
    if not study.settings:
        return None
    return {"head": ["key", "value"], "rows": [[key, str(value)] for key, value in study.settings.items()]}
