"""``rollmech window``: from a case file to a map over two roller settings, written as picture, arrays and table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rollmech import units
from rollmech.case import Case, load_case
from rollmech.case.changes import refuse_changes
from rollmech.case.checks import needed_resistance
from rollmech.errors import Fault, InputError
from rollmech.line.maps import population_window, ratio_window, strength_window
from rollmech.line.window import POINTS, SETTINGS, Axis, Window
from rollmech.loading import case_warnings, make_laminate
from rollmech.results.folder import FORMAT, RESULTS, staged, write_json
from rollmech.results.log import RunLog

Progress = Callable[[str], None]

_SPREAD = {
    "radius": (0.2, 3.0),
    "tension": (0.1, 4.0),
    "wrap": (0.2, 1.5),
    "misalignment": (0.0, 3.0),
    "tension_ripple": (0.0, 3.0),
}
"""Default ranges as multiples of the least and the largest value of the line."""
_SWING = 40.0
"""Default range of temperatures on either side of those of the line, K."""
_FROM_ZERO = ("misalignment", "tension_ripple")


def window_of(
    case: Case, x: str, y: str, of: str = "ratio", progress: Progress = lambda text: None
) -> Window:
    """The map of a case.

    Args:
        case: With rollers.
        x: ``rollers.SETTING`` or ``rollers.NAME.SETTING``, with ``=LOW:HIGH`` if the default range will not do.
        y: The same.
        of: ``ratio``, ``population`` or ``strength``.
        progress: Called with a line of text before each stage.

    Raises:
        InputError: The case has no such map.
    """
    refuse_changes(case, "window", "layers come or go on the way: a window is mapped for one stack")
    axes = axis_of(case, x, "--x"), axis_of(case, y, "--y")
    if axes[0].setting == axes[1].setting and axes[0].roller == axes[1].roller:
        raise InputError("window", [Fault("--y", y, "is the same as --x", "another setting")])
    laminate = make_laminate(case)
    if of != "ratio":
        if getattr(case, of) is None:
            raise InputError("window", [Fault("--of", of, f"needs [{of}] in the case", "--of ratio")])
        if of == "population":
            return population_window(case, laminate, *axes, progress)
        return strength_window(case, laminate, *axes)
    from rollmech.pipeline import judge_of  # brings the solver

    judge = judge_of(case, progress)
    if judge is None:
        fault = Fault("--of", of, "nothing to compare with: no flaw and no flexural_strength", "strength")
        raise InputError("window", [fault])
    return ratio_window(case, laminate, judge, *axes)


def axis_of(case: Case, text: str, option: str) -> Axis:
    """An axis from its text.

    Raises:
        InputError: Unknown roller or setting, or an unreadable range.
    """
    key, _, span = text.partition("=")
    parts = key.strip().split(".")
    accepted = ", ".join(f"rollers.{setting}" for setting in SETTINGS) + ", or rollers.NAME.SETTING"
    names = [roller.name for roller in case.rollers]
    roller = ".".join(parts[1:-1]) or None
    if key.strip() in ("web.speed", "speed"):
        reason = (
            "changes times only, of which neither ratio nor failure asks; lives are in results.json of a run"
        )
        raise InputError("window", [Fault(option, text, reason, accepted)])
    if len(parts) < 2 or parts[0] != "rollers" or parts[-1] not in SETTINGS or roller not in (None, *names):
        raise InputError("window", [Fault(option, text, "is no setting of a roller", accepted)])
    if not case.rollers:
        raise InputError("window", [Fault(option, text, "needs a line", "a case with [[rollers]]")])
    setting = parts[-1]
    _refuse_idle(case, setting, roller, option, text)
    chosen = [getattr(r, setting) for r in case.rollers if roller in (None, r.name)]
    low, high = _range(span, setting, option, text) if span else _default_range(setting, chosen, option, text)
    if setting == "wrap":
        high = min(high, 2 * np.pi)
    return Axis(setting, roller, np.linspace(low, high, POINTS))


def _refuse_idle(case: Case, setting: str, roller: str | None, option: str, text: str) -> None:
    """Refuse an axis whose setting cannot act in this case."""
    if setting == "temperature":
        lacking = sorted(
            {layer.material for layer in case.stack if not case.material_of(layer.name).get("cte")}
        )
        if lacking:
            accepted = f"a cte in [materials.{lacking[0]}]"
            raise InputError(
                "window", [Fault(option, text, f"needs the expansion of {', '.join(lacking)}", accepted)]
            )
    if setting == "misalignment":
        entered = [r for r in case.rollers[1:] if r.span is not None and roller in (None, r.name)]
        if not entered or case.web.width is None:
            accepted = "web.width, and the span of a roller after the first one"
            raise InputError("window", [Fault(option, text, "has no span to bend in its plane", accepted)])


def _default_range(setting: str, chosen: list[float], option: str, text: str) -> tuple[float, float]:
    """A range around the values of the line."""
    if setting == "temperature":
        return min(chosen) - _SWING, max(chosen) + _SWING
    low, high = (
        factor * end for factor, end in zip(_SPREAD[setting], (min(chosen), max(chosen)), strict=True)
    )
    if setting == "tension_ripple":
        high = min(high, 0.99)
    if high <= low:
        raise InputError("window", [Fault(option, text, "is zero on this line", f"a range, {text}=LOW:HIGH")])
    return low, high


def _range(span: str, setting: str, option: str, text: str) -> tuple[float, float]:
    low, _, high = span.partition(":")
    dimension = SETTINGS[setting][0]
    example = units.DIMENSIONS[dimension].example
    try:
        ends = units.parse(low.strip(), dimension), units.parse(high.strip(), dimension)
    except units.UnitError as error:
        fault = Fault(option, text, f"range {error.problem}", f"LOW:HIGH, each as {example}")
        raise InputError("window", [fault]) from None
    least_fits = ends[0] >= 0 if setting in _FROM_ZERO else ends[0] > 0
    if not (least_fits and ends[0] < ends[1]) or (setting == "tension_ripple" and ends[1] >= 1):
        raise InputError("window", [Fault(option, text, "is no rising positive range", "LOW:HIGH")])
    return ends


def limits_of(window: Window, level: float) -> dict[str, Any]:
    """Ends of what is allowed along each axis with the other at its middle, in the units shown; None if nothing is."""
    fine = window.values <= level
    middle = [size // 2 for size in window.values.shape]
    found = {}
    for axis, row in ((window.x, fine[middle[0], :]), (window.y, fine[:, middle[1]])):
        shown = axis.shown[row]
        found[axis.label] = [float(shown.min()), float(shown.max())] if row.any() else None
    return found | {"share_of_the_map": float(fine.mean())}


def strength_of_the_web(case: Case, x: Axis, y: Axis) -> Window | None:
    """The map of the web without its crack by strength; None where that is not known or is the map itself."""
    from rollmech.pipeline import laminate_judge

    judge = laminate_judge(case)
    if judge is None or case.flaw is None or not case.flaw.sharp:
        return None
    return ratio_window(case, make_laminate(case), judge, x, y)


def rests_on(case: Case, of: str) -> str:
    """What a map leaves open, in words."""
    if of == "ratio":
        found = [f"It is governed by the placeholder {text}." for text in _placeholders(case)]
        if case.flaw is not None and case.flaw.sharp:
            found.append("Strength of the web without this crack is no part of this map.")
        return " ".join(found)
    found = ["A map of the best estimate: its interval is among the results of a run of the case."]
    if of == "population":
        toughness = case.material_of(case.population.layer).get("fracture_toughness")
        if toughness.placeholder:
            found.append(f"It is governed by the placeholder K_Ic = {toughness}.")
    elif any(data and data.values is None for data in (case.strength.surface, case.strength.edge)):
        found.append("Strength is given by parameters without a sample, of which no interval is known.")
    return " ".join(found)


def _placeholders(case: Case) -> list[str]:
    """Resistances without a source that the ratio is over."""
    needed = needed_resistance(case.flaw) if case.flaw else ("flexural_strength", "")
    layers = [case.tip_layer] if case.flaw else [layer.name for layer in case.stack]
    values = [(layer, case.material_of(layer).get(needed[0])) for layer in layers if needed]
    return [f"{needed[0]} of {layer} = {value}" for layer, value in values if value and value.placeholder]


def write_window(
    case_path: Path,
    overrides: list[str],
    x: str,
    y: str,
    of: str,
    out: Path,
    progress: Progress = lambda text: None,
) -> dict[str, Any]:
    """Make the window of a case file and write it; returns the content of its ``results.json``."""
    from rollmech.post import theme
    from rollmech.post.window_chart import draw_window

    case = load_case(case_path, overrides)
    log = RunLog(f"case: {case_path}", overrides, progress)
    with staged(out) as folder:
        window = window_of(case, x, y, of, log.stage)
        log.stage("drawing")
        record = {
            "format": FORMAT,
            "title": case.title,
            "quantity": window.quantity,
            "x": window.x.label,
            "y": window.y.label,
            "points": list(window.values.shape),
            "seconds": round(window.seconds, 4),
            "interpolation_error": window.interpolation,
            "rests_on": rests_on(case, of),
            "allowed": {f"{level:g}": limits_of(window, level) for level in window.levels},
        }
        strength = strength_of_the_web(case, window.x, window.y) if of == "ratio" else None
        if strength is not None:
            record["allowed_by_strength"] = limits_of(strength, *strength.levels)
        np.savez_compressed(
            folder / "window.npz",
            x=window.x.shown,
            y=window.y.shown,
            values=window.values.astype(np.float32),
            names=np.array([window.x.label, window.y.label, window.quantity]),
        )
        _write_table(folder / "window.csv", window)
        with theme.style():
            draw_window(case.title, window, folder / "window.png", record["rests_on"])
        write_json(folder / RESULTS, record)
        log.write(folder, "done", case_warnings(case))
    return record


def print_window(record: dict[str, Any], target: Path) -> None:
    """What is allowed along each axis, level by level, on the terminal."""
    print(f"{record['title']}: {record['quantity']}")
    for level, found in record["allowed"].items():
        print(f"at most {level}: {_allowed(found)}")
    if "allowed_by_strength" in record:
        print(f"allowed by strength of the web without this crack: {_allowed(record['allowed_by_strength'])}")
    print("each range with the other setting at the middle of its axis")
    if record["rests_on"]:
        print(record["rests_on"])
    print(f"{target}: written, {record['seconds']:.2g} s; see window.png")


def _allowed(found: dict[str, Any]) -> str:
    ranges = {label: ends for label, ends in found.items() if label != "share_of_the_map"}
    texts = [
        f"{label} {'nowhere' if ends is None else f'{ends[0]:.4g} to {ends[1]:.4g}'}"
        for label, ends in ranges.items()
    ]
    return f"{', '.join(texts)}; {100 * found['share_of_the_map']:.3g} % of the map"


def _write_table(path: Path, window: Window) -> None:
    """About a hundred values each way; the whole map is in ``window.npz``."""
    thinned = window.table
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow([window.x.label, window.y.label, window.quantity])
        for y, row in thinned.iterrows():
            for x, value in row.items():
                table.writerow([f"{number:.6g}" for number in (x, y, value)])
