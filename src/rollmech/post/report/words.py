"""A run's verdict in the words of somebody who runs a line: what holds, by how much, and what that rests on."""

from __future__ import annotations

from typing import Any

from rollmech.post.report.numbers import number, plain_units, unit_text, with_error
from rollmech.units import show

_HEADLINES = {
    "safe": ("Holds", "good"),
    "fails": ("Breaks", "bad"),
    "undecided": ("Too close to call", "doubt"),
    "closed": ("Pressed shut", "doubt"),
    "refused": ("No number was earned", "doubt"),
    "not judged": ("Not judged", "doubt"),
}
_KINDS = {"": "number", "m": "length", "Pa": "stress", "Pa*m^0.5": "toughness", "1/K": "expansion"}
"""SI unit to the kind of value that it is of."""
_DOUBTS = {
    "numerics": "The numerical accuracy that was asked for is not reached in all respects",
    "resolution": "The calculation is coarser at the flaw than it should be",
    "crack tip": "The flaw is near the limits of the theory that is used at its tip or root",
    "web": "The web or a roller is near the limits of what the theory of thin wide webs describes",
    "closure": "Some loads press the flaw shut, and friction between its faces is not modelled",
    "strength": "The web's strength without this flaw is the tighter limit somewhere",
}
"""A group of assumptions that do not all hold, for somebody who runs a line."""
_PRESSED = "The crack is pressed shut at every station; friction between its faces is not modelled"


def headline(record: dict[str, Any]) -> dict[str, str]:
    """``word``, ``tone`` (good, bad, doubt) and ``sentence`` of the verdict."""
    verdict = record["verdict"]
    word, tone = _HEADLINES[verdict["status"]]
    chances = _chances(record["line"] or {})
    if tone == "good" and chances:  # one flaw that holds says little about all the others
        word, tone = f"{word}, but not every metre", "doubt"
    return {"word": word, "tone": tone, "sentence": " ".join(_sentences(record))}


def _sentences(record: dict[str, Any]) -> list[str]:
    verdict = record["verdict"]
    if verdict["status"] == "not judged":
        return [f"Nothing could be judged: {verdict['reason']}."]
    if verdict["flaw_status"] == "closed":
        return [_PRESSED]
    said = [_worst(record)] if verdict["flaw_status"] != "refused" else []
    said += [f"At '{name}' nothing is known: {why}." for name, why in verdict["refused"].items()]
    strength = record["quantities"].get("strength_ratio", {}).get("value")
    if strength is not None and strength > verdict["allowed"]:
        said.append(f"Even without this flaw the web takes {number(100 * strength)} % of its strength.")
    return said + _growth(record) + _chances(record["line"] or {})


def _chances(line: dict[str, Any]) -> list[str]:
    """What is expected of all the web's flaws, where that is worse than aimed at or has no aim."""
    found = []
    part = line.get("population")
    if part and part["failure"]["value"] > (part["target_failure"] or 0.0):
        expected, aim = number(100 * part["failure"]["value"]), part["target_failure"]
        words = f", more than the {number(100 * aim)} % aimed at" if aim else ""
        length = number(part["failure"]["length"])
        found.append(
            f"Of all lengths of {length} m, {expected} % break by the flaws that were counted{words}."
        )
    if "strength" in line:
        share = number(100 * line["strength"]["failure_per_metre"])
        found.append(f"By the measured strengths {share} % of all metres break.")
    return found


def _worst(record: dict[str, Any]) -> str:
    verdict = record["verdict"]
    share = with_error(100 * verdict["ratio"], 100 * verdict["ratio_error"])
    return (
        f"At its worst station, '{verdict['station']}', {_subject(record)} reaches {share} % of what breaks it "
        f"(allowed: {number(100 * verdict['allowed'])} %). What loads it most there is {verdict['governed_by']}."
    )


def _subject(record: dict[str, Any]) -> str:
    return "the web" if "half_length" not in record["mesh"].get("patch", {}) else "the flaw"


def _growth(record: dict[str, Any]) -> list[str]:
    life = ((record["line"] or {}).get("growth") or {}).get("life")
    if life is None:
        return []
    if life["runaway_pass"] is None:
        return [f"It survives {number(life['passes_completed'])} passes of the line."]
    where = f"in pass {life['runaway_pass']} at '{life['runaway_station']}'"
    return [f"It grows from pass to pass and is {life['outcome']} {where}."]


def cards(record: dict[str, Any]) -> list[dict[str, str]]:
    """The few numbers that a decision needs: ``name``, ``value``, ``unit`` and ``note`` each."""
    if "ratio" not in record["verdict"]:
        return []
    shown = [_used(record), _limit(record, "radius_min", "Smallest roller radius", max)]
    shown += [_limit(record, "tension_max", "Largest web tension", min)]
    return [card for card in [*shown, *_line_cards(record)] if card]


def _used(record: dict[str, Any]) -> dict[str, str]:
    verdict = record["verdict"]
    value = with_error(100 * verdict["ratio"], 100 * verdict["ratio_error"])
    note = f"{verdict['criterion']}; allowed {number(100 * verdict['allowed'])} %"
    return {"name": "Used of what it can bear", "value": value, "unit": "%", "note": note}


def _limit(record: dict[str, Any], key: str, name: str, tighter: Any) -> dict[str, str] | None:
    """The tighter of the flaw's limit and that of the web's strength, and which of both it is."""
    quantities = record["quantities"]
    if key not in quantities:
        return None
    flaw, strength = quantities[key], quantities.get(f"{key}_strength", {})
    sides = [(flaw, "by the flaw"), (strength, "by the strength of the web without the flaw")]
    known = [(entry, why) for entry, why in sides if entry.get("value") is not None]
    if not known:
        return {"name": name, "value": "–", "unit": "", "note": flaw.get("note", "")}
    entry, why = tighter(known, key=lambda pair: pair[0]["value"])
    notes = [f"{why}, all else equal" if strength else "all else equal"]
    notes += ["first pass, before the flaw has grown"] if "growth" in (record["line"] or {}) else []
    notes += [entry["note"]] if entry.get("note") else []
    notes += [f"in doubt: {', '.join(entry['flags'])}"] if entry["flags"] else []
    note = "; ".join(notes)
    value = with_error(entry["value"], entry["error"])
    return {"name": name, "value": value, "unit": unit_text(entry["unit"]), "note": note}


def _line_cards(record: dict[str, Any]) -> list[dict[str, str]]:
    line = record["line"] or {}
    found = []
    life = line.get("growth", {}).get("life")
    if life:
        end = f"then {life['outcome']} at '{life['runaway_station']}'" if life["runaway_pass"] else "or more"
        passes = number(life["passes_completed"])
        found.append({"name": "Passes it survives", "value": passes, "unit": "", "note": end})
    return found + _population_cards(line.get("population")) + _strength_cards(line.get("strength"))


def _population_cards(part: dict[str, Any] | None) -> list[dict[str, str]]:
    if not part:
        return []
    breaks, limit = part["breaks_per_km"], part["depth_limit"]
    note = f"by the flaws counted; between {number(breaks['low'], 2)} and {number(breaks['high'], 2)}"
    cards = [{"name": "Breaks per km", "value": number(breaks["per_km"]), "unit": "1/km", "note": note}]
    aim = f"for {number(part['target_failure'])} failures per {number(part['failure']['length'])} m"
    if limit["value"] is not None:
        cards.append(
            {
                "name": "Deepest flaw to pass",
                "value": number(limit["value"]),
                "unit": unit_text(limit["unit"]),
                "note": f"{aim}; between {number(limit['low'])} and {number(limit['high'])}",
            }
        )
    return cards


def _strength_cards(part: dict[str, Any] | None) -> list[dict[str, str]]:
    if not part:
        return []
    share = number(100 * part["failure_per_metre"])
    return [
        {"name": "Failure of one metre", "value": share, "unit": "%", "note": "by the measured strengths"}
    ]


def foundations(record: dict[str, Any]) -> list[dict[str, str]]:
    """What the verdict rests on, in plain words: ``tone`` and ``text`` each; the table of assumptions has the rest."""
    found = [
        {"tone": "doubt", "text": _placeholder(item)} for item in record["placeholders"] if item["governs"]
    ]
    found += [_doubt(group) for group in record["assumptions"] if not group["holds"]]
    checks = [check for group in record["assumptions"] for check in group["checks"]]
    held = sum(check["status"] == "holds" for check in checks)
    if held:
        found.append(
            {"tone": "good", "text": f"{held} of {len(checks)} assumptions were looked at and hold."}
        )
    return found


def _doubt(group: dict[str, Any]) -> dict[str, str]:
    """One sentence for a group of assumptions that do not all hold."""
    failing = [check for check in group["checks"] if check["status"] in ("broken", "stretched")]
    names = ", ".join(dict.fromkeys(check["name"] for check in failing))
    places = [f"'{place}'" for place in dict.fromkeys(p for check in failing for p in check["stations"])]
    where = f" at {', '.join(places)}" if places else ""
    broken = any(check["status"] == "broken" for check in failing)
    return {"tone": "bad" if broken else "doubt", "text": f"{_DOUBTS[group['group']]} ({names}{where})."}


def _placeholder(item: dict[str, Any]) -> str:
    name = item["property"].replace("_", " ")
    kind = _KINDS.get(item["unit"])
    low, high = item["range"]
    reported = (
        f"; reported {_shown(low, kind)} to {_shown(high, kind)}" if None not in (low, high, kind) else ""
    )
    return (
        f"The {name} of {item['material']} is a placeholder ({plain_units(item['value'] + reported)}). "
        "The verdict is no better than this value, whatever the accuracy of the rest."
    )


def _shown(value: float, kind: str) -> str:
    return show(float(f"{value:.3g}"), kind)
