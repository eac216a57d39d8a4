"""``rollmech rank`` and ``rollmech tornado``: from a case file to their tables, charts and records."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rollmech.case import load_case
from rollmech.loading import case_warnings
from rollmech.results.folder import RESULTS, staged, write_json
from rollmech.results.log import RunLog

Progress = Callable[[str], None]


def write_ranking(
    path: Path, overrides: list[str], names: Sequence[str], by: str, out: Path, progress: Progress
) -> dict[str, Any]:
    """Rank the treatments of a case file and write ``ranking.csv``, ``ranking.png`` and ``results.json``."""
    from rollmech.decision.ranking import as_record, check_names, rank
    from rollmech.post import theme
    from rollmech.post.ranking_chart import draw_ranking

    check_names(names)
    case = load_case(path, overrides)
    log = RunLog(f"case: {path}", overrides, progress)
    with staged(out) as folder:
        record = as_record(rank(case, names, by, log.stage), case.title)
        _write_rows(folder / "ranking.csv", [_ranking_row(row) for row in record["treatments"]])
        log.stage("drawing")
        with theme.style():
            draw_ranking(record, folder / "ranking.png")
        write_json(folder / RESULTS, record)
        log.write(folder, "done", case_warnings(case))
    return record


def write_tornado(
    path: Path, overrides: list[str], of: str, ranges: Sequence[str], out: Path, progress: Progress
) -> dict[str, Any]:
    """Move the inputs of a case file and write ``tornado.csv``, ``tornado.png`` and ``results.json``."""
    from rollmech.decision.tornado import as_record, tornado
    from rollmech.post import theme
    from rollmech.post.tornado_chart import draw_tornado

    case = load_case(path, overrides)
    log = RunLog(f"case: {path}", overrides, progress)
    with staged(out) as folder:
        record = as_record(tornado(case, of, ranges, log.stage), case.title)
        _write_rows(folder / "tornado.csv", [_tornado_row(row) for row in record["inputs"]])
        log.stage("drawing")
        with theme.style():
            draw_tornado(record, folder / "tornado.png")
        write_json(folder / RESULTS, record)
        log.write(folder, "done", case_warnings(case))
    return record


def _tornado_row(row: dict[str, Any]) -> dict[str, Any]:
    flat = {"input": row["input"], "value": row["value"], "low": row["range"][0], "high": row["range"][1]}
    flat |= {"range from": row["range_from"], "route": row["route"]}
    for end in ("at_low", "at_high"):
        flat |= {f"{key} {end.replace('_', ' ')}": value for key, value in row[end].items()}
    return flat | {"note": row["note"]}


def _ranking_row(row: dict[str, Any]) -> dict[str, Any]:
    """One treatment as flat columns."""
    flat = {"treatment": row["name"], "class": row["class"], "governs": row["governs"]}
    for key, unit in (("resistance", "ohm cm^2"), ("ccd", "mA/cm^2")):
        flat |= {f"{key} printed ({unit})": row[key]["printed"], f"{key} ({unit})": row[key]["value"]}
        flat[f"{key} doubtful"] = row[key]["doubtful"]
    for severity, flaw in row["flaws"].items():
        flat |= {
            f"depth {severity} (um)": flaw["depth"],
            f"K/K_Ic {severity}": flaw["k_ratio"],
            f"radius_min {severity} (mm)": flaw["radius_min"],
        }
    flat["note"] = row["flaws"]["mid"]["note"] or row["flaws"]["mid"]["radius_note"]
    for key in ("value", "low", "high"):
        flat[f"P_f {key}"] = None if row["failure"] is None else row["failure"][key]
    for name, test in row["principles"].items():
        flat |= {name: test["outcome"], f"{name} score": test["score"], f"{name} basis": test["basis"]}
    flat |= {"score low": row["score"][0], "score high": row["score"][1]}
    return flat | {
        "Pareto front at": " ".join(row["pareto_front_at"]),
        "left out": "; ".join(row["not_modelled"]),
    }


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else "" if v is None else v for k, v in row.items()}
            for row in rows
        )


def print_ranking(record: dict[str, Any]) -> None:
    """Two tables on the terminal, and what they rest on."""
    from rollmech.materials.listing import console

    out = console()
    for table in (_mechanics_table(record), _principles_table(record)):
        out.print(table)
        out.print("")
    out.print(
        f"* on the Pareto front of {record['objective']} and K/K_Ic at middle severity; s: the untreated sheet's flaw "
        "governs; ?: doubtful cell, or principle that cannot be judged.",
        soft_wrap=True,
    )
    for name, reason in record["left_out"].items():
        out.print(f"{name}: not ranked, {reason}", soft_wrap=True, markup=False)
    for text in record["assumptions"]:
        out.print(f"assumption: {text}", style="yellow", soft_wrap=True, markup=False)


def _name(row: dict[str, Any]) -> str:
    from rich.markup import escape

    return escape(("* " if "mid" in row["pareto_front_at"] else "  ") + row["name"])


def _mechanics_table(record: dict[str, Any]):
    from rich.markup import escape
    from rich.table import Table

    table = Table("treatment", "ohm cm^2", "mA/cm^2", "K/K_Ic low", "mid", "high", "R_min", box=None)
    for row in record["treatments"]:
        printed = (escape(row[key]["printed"] + "?" * row[key]["doubtful"]) for key in ("resistance", "ccd"))
        ratios = [_ratio(flaw) for flaw in row["flaws"].values()]
        ratios[1] += " s" if row["governs"] == "sheet" else ""
        table.add_row(_name(row), *printed, *ratios, _radius(row["flaws"]["mid"]))
    return table


def _principles_table(record: dict[str, Any]):
    from rich.table import Table

    marks = {"meets": "+", "fails": "-", "unknown": "?"}
    heads = ("effect", "compat.", "applic.", "cost", "manuf.")
    counted = any(row["failure"] for row in record["treatments"])
    table = Table("treatment", *heads, "score", *(("P_f (interval)",) if counted else ()), box=None)
    for row in record["treatments"]:
        tests = (marks[test["outcome"]] for test in row["principles"].values())
        score = "{:.2f} to {:.2f}".format(*row["score"])
        table.add_row(_name(row), *tests, score, *((_failure(row["failure"]),) if counted else ()))
    return table


def _ratio(flaw: dict[str, Any]) -> str:
    if flaw["k_ratio"] is None:
        return "through"
    return "closed" if flaw["k_ratio"] < 0 else f"{flaw['k_ratio']:.3g}"


def _radius(flaw: dict[str, Any]) -> str:
    return "-" if flaw["radius_min"] is None else f"{flaw['radius_min']:.3g} mm"


def _failure(found: dict[str, Any] | None) -> str:
    return "" if found is None else "{value:.2g} ({low:.1g} to {high:.1g})".format(**found)


def print_tornado(record: dict[str, Any]) -> None:
    """The inputs on the terminal, the one that matters most first."""
    from rich.markup import escape
    from rich.table import Column, Table

    from rollmech.materials.listing import console

    out, base, of = console(), record["base"], record["sorted_by"]
    shown = [key for key in ("ratio", "radius", "failure") if base[key] is not None]
    out.print(
        f"unchanged: {', '.join(_base(record, key) for key in shown)}; {record['solves']} solves",
        soft_wrap=True,
    )
    table = Table(
        Column("input", no_wrap=True),
        "range",
        *(f"{key} at low, high" for key in shown),
        "route",
        box=None,
    )
    for row in record["inputs"]:
        ends = (", ".join(_number(row[end][key]) for end in ("at_low", "at_high")) for key in shown)
        table.add_row(escape(row["input"]), " to ".join(row["range"]), *ends, row["route"])
    out.print(table)
    for basis in dict.fromkeys(row["range_from"] for row in record["inputs"]):
        keys = ", ".join(row["input"] for row in record["inputs"] if row["range_from"] == basis)
        out.print(f"range, {basis}: {keys}", soft_wrap=True, markup=False)
    for row in (row for row in record["inputs"] if row["note"]):
        out.print(f"{row['input']}: {row['note']}", style="yellow", soft_wrap=True, markup=False)
    out.print(
        f"sorted by {of}; one input at a time, ends of its range only: no joint effects", soft_wrap=True
    )


def _base(record: dict[str, Any], key: str) -> str:
    base = record["base"]
    if key == "ratio":
        error = f" +/- {base['ratio_error']:.1g}" if base["ratio_error"] else ""
        return f"{record['quantity']} {base['ratio']:.3g}{error}"
    if key == "radius":
        return f"smallest safe radius at '{record['station_of_radius']}' {base['radius']:.3g} mm"
    ends = base["failure_interval"]
    known = "no interval: no sample" if ends is None else "{:.2g} to {:.2g}".format(*ends)
    return f"P_f {base['failure']:.2g} ({known})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
