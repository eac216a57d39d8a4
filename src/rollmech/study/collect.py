"""From finished points to the table of a study: one row a point, units in the names and in Parquet's metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.library.cache import write_whole
from rollmech.study.plan import Plan
from rollmech.study.space import Points
from rollmech.study.worker import BLOCK, BLOCKS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PARQUET, CSV = "results.parquet", "results.csv"
_STATE = (
    "status",
    "verdict",
    "reason",
    "station",
    "where",
    "governed_by",
    "broken",
    "broken_names",
    "spoiled",
)
_MESH = ("source", "elements", "unknowns", "seconds")
ERROR = " error"


def table_of(plan: Plan, rows: Mapping[int, dict[str, Any]], folder: Path) -> pd.DataFrame:
    """The table, rows in the order of the points.

    Args:
        plan: Of the study.
        rows: Finished rows by their point; points without one are left out.
        folder: Of the results, where blocks lie.
    """
    import pandas as pd

    single = {point: row for point, row in rows.items() if "rows" not in row}
    parts = [_blocks(plan, row, folder) for row in rows.values() if "rows" in row]
    if single or not parts:
        parts.append(_singles(single))
    found = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    if not found["point"].is_monotonic_increasing:
        found = found.sort_values("point", ignore_index=True)
    inputs = inputs_of(plan.points, found["point"].to_numpy())
    given = pd.concat([found[["point"]], inputs, found.drop(columns="point")], axis=1)
    return given[_ordered(list(given.columns), list(inputs.columns))]


def inputs_of(points: Points, rows: np.ndarray) -> pd.DataFrame:
    """Values of the varied and derived keys at some points, units in the names."""
    import pandas as pd

    return pd.DataFrame({column.label: _plain(column.values[rows]) for column in points.columns})


def _plain(values: np.ndarray) -> np.ndarray:
    """Values that a table can hold: lists and tables as JSON."""
    if values.dtype != object:
        return values
    kinds = (str, int, float, bool)
    return np.array([item if isinstance(item, kinds) else json.dumps(item) for item in values], dtype=object)


def _singles(rows: Mapping[int, dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    records = []
    for point, row in rows.items():
        record = {"point": point, **{key: row[key] for key in (*_STATE, *_MESH) if key in row}}
        for name, (value, unit, error) in row.get("outputs", {}).items():
            record[label(name, unit)] = np.nan if value is None else value
            if error is not None:
                record[label(name + ERROR, unit)] = error
        records.append(record)
    found = pd.DataFrame.from_records(records)
    return found if len(found) else pd.DataFrame({"point": np.array([], dtype=int), "status": []})


def _blocks(plan: Plan, row: dict[str, Any], folder: Path) -> pd.DataFrame:
    """Points that were evaluated as arrays, or their common fault."""
    import pandas as pd

    if BLOCK not in row:
        rows = next(rows for rows in plan.keys.values() if row["point"] in rows)
        rows = rows[rows >= row["point"]][: row["rows"]]
        return pd.DataFrame({"point": rows, "status": row["status"], "reason": row["reason"]})
    with np.load(folder / BLOCKS / row[BLOCK], allow_pickle=False) as data:
        done = np.zeros(row["rows"], dtype=np.int8)
        found: dict[str, Any] = {"point": data["rows"], "status": pd.Categorical.from_codes(done, ["done"])}
        for name in data.files:
            kind, _, key = name.partition(".")
            if kind == "number":
                found[key] = data[name]
            elif kind == "codes":
                found[key] = pd.Categorical.from_codes(
                    data[name], [str(item) for item in data[f"words.{key}"]]
                )
    found["seconds"] = row["seconds"] / row["rows"]
    return pd.DataFrame(found)


def block_rows(row: dict[str, Any], folder: Path) -> np.ndarray:
    """Points of a block; none if its file cannot be read."""
    try:
        with np.load(folder / BLOCKS / row[BLOCK], allow_pickle=False) as data:
            return data["rows"]
    except (OSError, ValueError, KeyError):
        return np.array([], dtype=int)


def label(name: str, unit: str) -> str:
    """Name of a column: with its unit unless it is a plain number."""
    return f"{name} [{unit}]" if unit else name


def split_label(text: str) -> tuple[str, str]:
    """Name and unit of a column."""
    name, bracket, unit = text.partition(" [")
    return name, unit.rstrip("]") if bracket else ""


def _ordered(columns: list[str], inputs: list[str]) -> list[str]:
    """Point, inputs, verdict, outputs, mesh."""
    outputs = [name for name in columns if name not in ("point", *inputs, *_STATE, *_MESH)]
    order = ["point", *inputs, *_STATE, *outputs, *_MESH]
    return [name for name in order if name in columns]


def write_parquet(table: pd.DataFrame, inputs: int, folder: Path) -> pa.Table:
    """Write ``results.parquet`` in one step; returns what it holds.

    Args:
        table: Of the study.
        inputs: Number of input columns, which follow the first.
        folder: Of the results.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.Table.from_pandas(table, preserve_index=False)
    fields = []
    for i, field in enumerate(made.schema):
        name, unit = split_label(field.name)
        kind = "input" if 0 < i <= inputs else "error" if name.endswith(ERROR) else "output"
        fields.append(field.with_metadata({"name": name, "unit": unit, "kind": kind}))
    made = made.cast(pa.schema(fields, metadata=made.schema.metadata))
    write_whole(folder / PARQUET, lambda file: pq.write_table(made, file))
    return made


def write_csv(made: pa.Table, folder: Path) -> None:
    """Write ``results.csv`` in one step."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    plain = [pa.field(f.name, pa.string()) if pa.types.is_dictionary(f.type) else f for f in made.schema]
    flat = made.cast(pa.schema(plain))
    write_whole(
        folder / CSV, lambda file: pacsv.write_csv(flat, file, pacsv.WriteOptions(quoting_style="needed"))
    )
