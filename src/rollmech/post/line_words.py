"""What a case asks of its line, in a sentence each: growth, waiting on the core, strength, counted flaws."""

from __future__ import annotations

from typing import Any

from rollmech.post.numbers import plain_number

_UNITS = {"years": 3.15576e7, "days": 86400.0, "hours": 3600.0, "min": 60.0, "s": 1.0}


def line_words(line: dict[str, Any] | None) -> list[str]:
    """One sentence an answer of the ``line`` of a results record; none without a line."""
    parts = line or {}
    found = [
        ("growth", _growth),
        ("strength", _strength),
        ("population", _population),
    ]
    return [sentence for key, words in found if parts.get(key) for sentence in words(parts[key])]


def _growth(part: dict[str, Any]) -> list[str]:
    end, stay, life = part["line"], part["core"], part["core_life"]
    if end["runaway_pass"]:
        where = f"in pass {end['runaway_pass']} at '{end['runaway_station']}'"
        return [f"growth: {ending(end['outcome'])} {where}, {_size(end)}"]
    count = end["passes_completed"]
    words = [f"growth: the flaw holds {count} pass{'es' * (count != 1)}, {_size(end)} then"]
    if stay:
        held = (
            "holds the time on the core"
            if stay["outcome"] == "survived"
            else f"is {ending(stay['outcome'])} on the core"
        )
        bound = "at least " if life["outcome"] == "survived" else ""
        words.append(
            f"core: the flaw {held}, {_size(stay)} then; it lasts {bound}{_time(life['time_under_load'])}"
        )
    return words


def ending(outcome: str) -> str:
    """How growth ended, in words that need no glossary."""
    return {"outgrown": "grown deeper than K is known for"}.get(outcome, outcome)


def _time(seconds: float) -> str:
    """A time in the largest unit of which it has two."""
    unit = next((unit for unit in _UNITS if seconds >= 2 * _UNITS[unit]), "s")
    return f"{seconds / _UNITS[unit]:.3g} {unit}"


def _size(end: dict[str, Any]) -> str:
    return f"{end['end']['depth']:.3g} {end['end']['unit']} deep"


def _strength(part: dict[str, Any]) -> list[str]:
    interval = _interval(*(part["failure_per_metre_interval"] or (None, None)))
    return [f"strength: P_f of one metre {part['failure_per_metre']:.3g}{interval} by the measured strengths"]


def _population(part: dict[str, Any]) -> list[str]:
    breaks = part["breaks_per_km"]
    words = [f"flaws: {breaks['per_km']:.3g} breaks per km{_interval(breaks['low'], breaks['high'])}"]
    by_k = part.get("failure_by_error_of_k")
    if by_k:
        length = part["failure"]["length"]
        ends = f"{min(by_k):.3g} to {max(by_k):.3g}"
        words.append(
            f"flaws: P_f of {length:g} m {part['failure']['value']:.3g}, {ends} by the estimated error of K"
        )
    for key, name in (("depth_limit", "deepest flaw to pass"), ("density_limit", "flaws that may be there")):
        limit = part[key]
        if limit["value"] is not None:
            ends = _interval(limit["low"], limit["high"])
            unit = limit["unit"].replace("1/", "per ")
            value = f"{plain_number(limit['value'], 3)} {unit}{ends}"
            words.append(f"flaws: {name} {value} for P_f {part['target_failure']:g}")
    return words


def _interval(low: float | None, high: float | None) -> str:
    """The 95 % interval in brackets; nothing where there is none."""
    return (
        ""
        if low is None or high is None or f"{low:.3g}" == f"{high:.3g}"
        else f" (95 %: {low:.3g} to {high:.3g})"
    )
