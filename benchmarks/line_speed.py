"""How fast decisions on a line are once K is there: maps of a million points, and growth on a hundred rollers.

    .venv/bin/python benchmarks/line_speed.py [--repeat 3]

Prints wall and processor seconds of the best of several repeats; wall time grows with other programs on the machine.
Aims: a map below 1 s, a hundred rollers over a thousand passes with growth below 2 s.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from rollmech.case import Case, load_case
from rollmech.growth.march import March, march
from rollmech.library.store import library_for
from rollmech.line.cracks import GrowingCrack
from rollmech.line.growing import exposures_of_line, grow, laws_of, start_sizes
from rollmech.line.history import stops_of
from rollmech.line.maps import ratio_window
from rollmech.line.plies import patch_plies
from rollmech.line.response import Response
from rollmech.loading import make_laminate
from rollmech.pipeline import judge_of
from rollmech.windowing import axis_of, window_of

CASES = Path(__file__).parents[1] / "cases"
AXES = ("rollers.radius", "rollers.tension")


def best(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Least wall and processor seconds of repeated calls."""
    found = []
    for _ in range(repeat):
        start = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return min(wall for wall, _ in found), min(cpu for _, cpu in found)


def long_line(rollers: int, passes: int) -> Case:
    """The coating line with its rollers repeated and none below 30 mm, so that its crack survives the passes."""
    case = load_case(CASES / "coating_line.toml", ["flaws.crack.depth='3 um'"])
    repeated = tuple(
        roller.model_copy(update={"name": f"roller {i + 1}", "radius": max(roller.radius, 0.03)})
        for i, roller in zip(range(rollers), cycle(case.rollers), strict=False)
    )
    growth = case.growth.model_copy(update={"passes": passes})
    return case.model_copy(update={"rollers": repeated, "growth": growth})


def main() -> None:
    """Print one row a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    for name, of in (("qc_limit", "population"), ("slitter_winder", "strength")):
        case = load_case(CASES / f"{name}.toml")
        report(
            f"window 1000 x 1000, {of}, {len(case.rollers)} rollers",
            best(lambda c=case, o=of: window_of(c, *AXES, o), repeat),
        )
    case = load_case(CASES / "coating_line.toml", ["accuracy.target='10 %'"])
    laminate, judge = make_laminate(case), judge_of(case)
    axes = [axis_of(case, axis, "--x") for axis in AXES]
    report(
        f"window 1000 x 1000, ratio, {len(case.rollers)} rollers",
        best(lambda: ratio_window(case, laminate, judge, *axes), repeat),
    )
    line = long_line(100, 1000)
    laminate = make_laminate(line)
    kept = library_for(patch_plies(line, 0, "top"))
    stops = stops_of(line, Response(laminate, 0, "top"))
    toughness = line.material_of("ceramic").value("fracture_toughness")
    resistance, _ = laws_of(line.growth, toughness)
    k, start = GrowingCrack(kept.table, line.stack[0].thickness), start_sizes(line)

    def through() -> March:
        exposures, _ = exposures_of_line(stops, line.flaw.angle, k, start, resistance)
        return march(exposures, k, resistance, *start, passes=1000, limits=(k.deepest, float("inf")))

    report(f"100 rollers x 1000 passes, coupled march ({through()})", best(through, repeat))
    report("the same with lives, uncoupled twins and paths", best(lambda: grow(line, stops, kept), repeat))


def report(name: str, seconds: tuple[float, float]) -> None:
    """One row."""
    print(f"{name}: {seconds[0]:.2f} s wall, {seconds[1]:.2f} s processor", flush=True)


if __name__ == "__main__":
    main()
