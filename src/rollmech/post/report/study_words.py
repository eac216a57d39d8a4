"""What a study found, in words: the best point, what drives the result, what the numbers rest on."""

from __future__ import annotations

from typing import Any

from rollmech.post.report.numbers import plain_units, unit_text, with_error
from rollmech.post.report.study_tables import cell, inputs
from rollmech.post.report.tables import shown_value
from rollmech.study.collect import split_label
from rollmech.study.result import StudyResult
from rollmech.study.summary import index_rows

_VERDICTS = {
    "safe": "hold",
    "fails": "break",
    "undecided": "are too close to call",
    "closed": "are pressed shut",
    "refused": "earned no verdict",
    "not judged": "could not be judged",
}
_WEAK = 0.01
"""Share of the variance from which on a key counts as driving the result."""


def headline(found: StudyResult) -> dict[str, str]:
    """``word``, ``tone`` (good, bad, doubt) and ``sentence`` of a study."""
    record = found.record
    if not record["status"].get("done"):
        return {"word": "No point was evaluated", "tone": "bad", "sentence": _counts(record)}
    best = record["best"]
    if best is None:
        return {"word": "Evaluated", "tone": "doubt", "sentence": f"{_counts(record)} {_verdicts(record)}"}
    if not best["points"]:
        return {
            "word": "No point meets the constraints",
            "tone": "bad",
            "sentence": f"{_of(best)} {_counts(record)}",
        }
    doubt = best["within_error_of"][0] or _spoiled(found)
    word = "Best point found, with a doubt" if doubt else "Best point found"
    return {"word": word, "tone": "doubt" if doubt else "good", "sentence": _best(found)}


def _of(best: dict[str, Any]) -> str:
    return f"Asked for: {best['of']}."


def _best(found: StudyResult) -> str:
    """Value and settings of the best point, what else was asked of it, and how many others were allowed."""
    best = found.record["best"]
    row, point = found.best.iloc[0], best["points"][0]
    told = [column for column in inputs(found) if split_label(column)[0] != best["objective"]]
    there = ", ".join(f"{split_label(column)[0]} = {cell(row, column)}" for column in told)
    read = [column for column in found.table.columns if split_label(column)[0] in best["reads"]]
    outputs = [
        column
        for column in read
        if column not in inputs(found) and split_label(column)[0] != best["objective"]
    ]
    values = " and ".join(f"{split_label(column)[0]} is {cell(row, column)}" for column in outputs)
    allowed = best["points_allowed"]
    said = f"{best['objective']} = {best_value(best, 0)} at point {point}"
    said += f", where {there}." if there else "."
    said += f" There {values}." if values else ""
    return f"{said} {_of(best)} {allowed} {'point fits' if allowed == 1 else 'points fit'}."


def best_value(best: dict[str, Any], place: int) -> str:
    """Objective of one of the best points with its numerical error and unit."""
    return f"{with_error(best['values'][place], best['errors'][place])} {unit_text(best['unit'])}".rstrip()


def _counts(record: dict[str, Any]) -> str:
    status = record["status"]
    parts = [f"{status.get('done', 0)} of {record['points']} points were evaluated"]
    parts += [
        f"{status[key]} {word}"
        for key, word in (("refused", "refused by the case"), ("failed", "failed"))
        if key in status
    ]
    return ", ".join(parts) + "."


def _verdicts(record: dict[str, Any]) -> str:
    parts = [f"{count} {_VERDICTS.get(name, name)}" for name, count in record["verdict"].items()]
    return f"Of these {', '.join(parts)}." if parts else ""


def cards(found: StudyResult) -> list[dict[str, str]]:
    """The few numbers that a decision needs: ``name``, ``value``, ``unit`` and ``note`` each."""
    record, best = found.record, found.record["best"]
    shown = []
    if best and best["points"]:
        value = with_error(best["values"][0], best["errors"][0])
        note = f"{best['of']}; point {best['points'][0]}"
        shown.append(
            {
                "name": f"Best {best['objective']}",
                "value": value,
                "unit": unit_text(best["unit"]),
                "note": note,
            }
        )
    left_out = sum(record["left_out"].values())
    note = _counts(record) + (
        f" {left_out} more were left out by the study's conditions." if left_out else ""
    )
    shown.append({"name": "Points", "value": str(record["points"]), "unit": "", "note": note})
    if "safe" in record["verdict"] or "fails" in record["verdict"]:
        value = f"{record['verdict'].get('safe', 0)} of {record['status']['done']}"
        shown.append({"name": "Points that hold", "value": value, "unit": "", "note": _verdicts(record)})
    return shown + [card for item in record["sensitivity"][:2] if (card := _driver(item))]


def _driver(item: dict[str, Any]) -> dict[str, str] | None:
    """The key that moves an output most."""
    rows = index_rows(item)
    if "reason" in item or not rows:
        return None
    name, index = rows[0]
    which = "total" if index.get("total") is not None else "first"
    effects = "effects" in item["method"]
    which = "first" if effects else which
    value = with_error(index[which], index[f"{which}_interval"] or 0.0, 3)
    others = [key for key, other in rows[1:] if not effects and (other[which] or 0.0) > _WEAK]
    note = f"{item['method']} of {split_label(item['output'])[0]}"
    note += f"; then {', '.join(others)}" if others else ""
    return {
        "name": f"Drives {split_label(item['output'])[0]} most",
        "value": name,
        "unit": "",
        "note": f"{value}: {note}",
    }


def foundations(found: StudyResult, materials: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """What the numbers rest on, in plain words: ``tone`` and ``text`` each."""
    record = found.record
    said = [
        *_losses(record),
        *_doubts(found),
        *_assumptions(record),
        *_unsure(record),
        *_placeholders(materials),
    ]
    if record["status"].get("done") == record["points"]:
        said.append({"tone": "good", "text": f"All {record['points']} points were evaluated."})
    if record["status"].get("done") and not record["broken"] and not record["evaluated_as_arrays"]:
        said.append({"tone": "good", "text": "No assumption that was looked at is broken at any point."})
    return said


def _losses(record: dict[str, Any]) -> list[dict[str, str]]:
    words = {"failed": ("bad", "failed"), "refused": ("doubt", "refused by the case")}
    return [
        {
            "tone": words[status][0],
            "text": f"{count} {'point' if count == 1 else 'points'} {words[status][1]}: {reason}",
        }
        for status, reasons in record["reasons"].items()
        for reason, count in list(reasons.items())[:5]
    ]


def _spoiled(found: StudyResult) -> str:
    """Outputs read for the best point that a broken assumption spoils there."""
    if found.best is None or not len(found.best) or "spoiled" not in found.best:
        return ""
    names = found.best.iloc[0]["spoiled"]
    spoiled = names.split("; ") if isinstance(names, str) else []
    return ", ".join(name for name in spoiled if name in found.record["best"]["reads"])


def _doubts(found: StudyResult) -> list[dict[str, str]]:
    """What is not certain of the best point."""
    best, said = found.record["best"], []
    if not best or not best["points"]:
        return []
    if best["within_error_of"][0]:
        text = f"At the best point the numerical error leaves open whether {best['within_error_of'][0]}."
        said.append({"tone": "doubt", "text": text})
    if names := _spoiled(found):
        broken = found.best.iloc[0]["broken_names"]
        said.append(
            {"tone": "bad", "text": f"At the best point {names} rests on broken assumptions: {broken}."}
        )
    return said


def _assumptions(record: dict[str, Any]) -> list[dict[str, str]]:
    """Broken assumptions, those of equally many points together."""
    names: dict[int, list[str]] = {}
    for name, count in record["broken"].items():
        names.setdefault(count, []).append(name)
    said = [
        {"tone": "bad", "text": f"Broken at {count} of {record['points']} points: {', '.join(same)}."}
        for count, same in names.items()
    ]
    if record["evaluated_as_arrays"]:
        text = (
            "Points were evaluated as arrays: no limits on radius and tension, no assumptions were looked at."
        )
        said.append({"tone": "doubt", "text": text})
    return said


def _unsure(record: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"tone": "doubt", "text": f"No sensitivity of {item['output']}: {item['reason']}."}
        for item in record["sensitivity"]
        if "reason" in item
    ]


def _placeholders(materials: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Values of the base case that no source vouches for."""
    used = [
        f"{key.replace('_', ' ')} of {name} ({plain_units(shown_value(key, entry))})"
        for name, entries in materials.items()
        for key, entry in entries.items()
        if entry.get("placeholder")
    ]
    if not used:
        return []
    text = f"Placeholders among the material values of the base case: {', '.join(used)}."
    return [{"tone": "doubt", "text": text}]
