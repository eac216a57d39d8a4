"""Progress while a case runs, and its summary when it is done."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rollmech.notice import Notice
from rollmech.post.details import print_details
from rollmech.post.line_words import ending, line_words
from rollmech.post.numbers import plain_number

_STYLE = {
    "safe": "bold green",
    "fails": "bold red",
    "undecided": "bold yellow",
    "closed": "bold yellow",
    "refused": "bold yellow",
    "not judged": "bold yellow",
}
_FAILING = ("broken", "stretched")
_SHOWN = 3
QUANTITY_HEADS = ("quantity", "value", "error", "unit", "refers to")
STATION_HEADS = ("station", "ratio", "governed by", "radius_min", "tension_max")
_LONG = 1.0
"""Seconds from which on a stage is told of."""


class Terminal:
    """Says which stage runs (on stderr) and prints the summary (on stdout).

    Args:
        quiet: Say nothing of stages.
        verbose: Tell the seconds of every stage, not only of those that take long; details after the summary.
    """

    def __init__(self, quiet: bool, verbose: bool = False):
        self._quiet, self._verbose = quiet, verbose
        self._err = Console(stderr=True)
        self._status = None
        self._text, self._since = "", 0.0

    def __enter__(self) -> Terminal:
        if not self._quiet and self._err.is_terminal:
            self._status = self._err.status("starting")
            self._status.start()
        return self

    def __exit__(self, *_) -> None:
        self._close_stage()
        if self._status:
            self._status.stop()
            self._status = None

    def stage(self, text: str) -> None:
        """A new stage begins."""
        self._close_stage()
        if isinstance(text, Notice):
            if not self._quiet:
                self._err.print(f"  {text}", highlight=False, markup=False, soft_wrap=True)
            return
        self._text, self._since = text, time.perf_counter()
        if self._status:
            self._status.update(text)

    def _close_stage(self) -> None:
        seconds = time.perf_counter() - self._since
        if self._text and not self._quiet and (self._verbose or seconds > _LONG):
            self._err.print(f"  {self._text} ({seconds:.1f} s)", highlight=False)
        self._text = ""

    def summary(self, record: dict[str, Any], folder: Path) -> None:
        """Verdict first, then the numbers, stations, warnings and placeholders."""
        console = Console()
        print_summary(record, folder, console)
        if self._verbose:
            print_details(record, console)


def print_summary(record: dict[str, Any], folder: Path, console: Console) -> None:
    """Print the summary of a results record."""

    def say(text: str, style: str | None = None) -> None:
        console.print(text, style=style, highlight=False, markup=False)  # titles and names may hold brackets

    verdict = record["verdict"]
    say(record["title"], "bold")
    for failing in filter(None, (strength_line(record), growth_line(record))):
        say(failing, _STYLE["fails"])
    say(verdict_line(verdict), _STYLE[verdict.get("flaw_status", verdict["status"])])
    if verdict.get("placeholders"):
        say(f"rests on placeholders: {', '.join(verdict['placeholders'])}", "yellow")
    console.print(_quantity_table(record["quantities"]))
    if len(record["stations"]) > 1 and "ratio" in record["stations"][0]:
        console.print(_station_table(record["stations"]))
    for sentence in line_words(record["line"]):
        say(sentence)
    for line, style in assumption_lines(record["assumptions"]):
        say(line, style)
    checked = {check["text"] for group in record["assumptions"] for check in group["checks"]}
    for warning in record["warnings"]:
        if warning not in checked:
            say(f"warning: {warning}", "yellow")
    others = [f"{p['material']} {p['property']} = {p['value']}" for p in record["placeholders"]]
    if others:
        say(f"placeholder values used: {'; '.join(dict.fromkeys(others))}")
    reading = "; open report.html" if (folder / "report.html").is_file() else ""
    say(f"{folder}: written in {record['timings'].get('total', 0):.1f} s{reading}")


def strength_line(record: dict[str, Any]) -> str:
    """Where the web breaks although this crack would not grow; empty if it does not or nobody knows."""
    entry = record["quantities"].get("strength_ratio")
    allowed = record["verdict"].get("allowed")
    if not entry or entry["value"] is None or entry["value"] <= allowed:
        return ""
    return f"FAILS WITHOUT THIS CRACK: {entry['refers_to']} = {entry['value']:.3g} (allowed {allowed:g})"


def growth_line(record: dict[str, Any]) -> str:
    """Where a flaw that holds at first breaks by growing; empty if it does not or nobody asked."""
    grown = (record["line"] or {}).get("growth") or {}
    ends = [end for end in (grown.get("line"), grown.get("core")) if end and end["outcome"] != "survived"]
    if not ends or record["verdict"].get("flaw_status") == "fails":
        return ""
    end = ends[0]
    where = "" if end["runaway_station"] == "core" else f" in pass {end['runaway_pass']}"
    return f"FAILS BY GROWTH: {ending(end['outcome'])}{where} at '{end['runaway_station']}'"


def verdict_line(verdict: dict[str, Any]) -> str:
    """One sentence."""
    if verdict["status"] == "not judged":
        return f"NOT JUDGED: {verdict['reason']}"
    if verdict["flaw_status"] == "closed":
        return "CLOSED: the crack is pressed shut at every station; friction of its faces is not modelled"
    if verdict["flaw_status"] == "refused":
        reasons = "; ".join(f"station '{name}': {reason}" for name, reason in verdict["refused"].items())
        return f"REFUSED: {reasons}; neither safe nor failing is earned"
    error = f" +/- {verdict['ratio_error']:.1g}" if verdict["ratio_error"] else ""
    number = f"{verdict['ratio']:.3g}{error}"
    return (
        f"{verdict['flaw_status'].upper()}: {verdict['criterion']} = {number} (allowed {verdict['allowed']:g}) "
        f"at station '{verdict['station']}', {verdict['where']}, governed by {verdict['governed_by']}"
    )


def assumption_lines(groups: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """A line and its style for every group that does not hold, worst first in it, or one line for all."""
    checks = [check for group in groups for check in group["checks"]]
    if all(group["holds"] for group in groups):
        unknown = sum(check["status"] == "not checked" for check in checks)
        rest = f" ({unknown} more could not be checked)" if unknown else ""
        return [(f"assumptions: all {len(checks) - unknown} hold{rest}", None)] if checks else []
    return [_group_line(group) for group in groups if not group["holds"]]


def _group_line(group: dict[str, Any]) -> tuple[str, str]:
    failing = [check for check in group["checks"] if check["status"] in _FAILING]
    failing.sort(key=lambda check: _FAILING.index(check["status"]))
    text = "; ".join(f"[{check['status']}] {check['text']}" for check in failing[:_SHOWN])
    more = f"; {len(failing) - _SHOWN} more in results.json" if len(failing) > _SHOWN else ""
    style = "red" if failing[0]["status"] == "broken" else "yellow"
    return f"assumptions, {group['group']}: {text}{more}", style


def _quantity_table(quantities: dict[str, dict[str, Any]]) -> Table:
    table = Table(*QUANTITY_HEADS, box=None, pad_edge=False)
    for name, entry in quantities.items():
        table.add_row(*map(escape, quantity_cells(name, entry)))
    return table


def quantity_cells(name: str, entry: dict[str, Any]) -> tuple[str, ...]:
    """A quantity under ``QUANTITY_HEADS``."""
    flagged = f" [broken: {', '.join(entry['flags'])}]" if entry["flags"] else ""
    if entry["value"] is None:
        return name, "-", "", entry["unit"], entry.get("note", "") + flagged
    error = plain_number(entry["error"], 1) if entry["error"] is not None else "?"
    return name, plain_number(entry["value"], 4), error, entry["unit"], entry.get("refers_to", "") + flagged


def _station_table(stations: list[dict[str, Any]]) -> Table:
    change = any(row["layers"] != stations[0]["layers"] for row in stations)
    table = Table(*STATION_HEADS, *(["layers"] if change else []), box=None, pad_edge=False)
    for row in stations:
        layers = [" + ".join(row["layers"])] if change else []
        table.add_row(*map(escape, [*station_cells(row), *layers]))
    return table


def station_cells(row: dict[str, Any]) -> tuple[str, ...]:
    """A station under ``STATION_HEADS``."""
    limits = [row[key] for key in ("radius_min", "tension_max")]
    shown = [f"{plain_number(x['value'], 4)} {x['unit']}" if x["value"] is not None else "-" for x in limits]
    closed = row["ratio"] < 0
    ratio, cause = ("closed", "-") if closed else (f"{row['ratio']:.3g}", row["governed_by"])
    if (row.get("contact") or {}).get("refused"):
        ratio, cause = "refused", "-"
    return row["name"], ratio, cause, *shown
