"""What more ranks gain: seconds by stage of one large mesh on 1, 2 ... ranks, run in turns to see the same load.

    .venv/bin/python benchmarks/ranks.py [case] [--level 3] [--ranks 1 2] [--repeat 5]

Every run is an `mpiexec` of its own; one more before them fills the cache of compiled forms. Give the machine as many
free cores as ranks: the wall time is the slowest rank's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from rollmech.ranks import launcher

CASES = Path(__file__).parents[1] / "cases"
STAGES = ("mesh", "solve", "extract", "total")


def on_this_rank(case: Path, level: int) -> None:
    """Solve one level of a case on the ranks at hand; rank 0 prints its seconds as JSON."""
    from rollmech.backend import MPI
    from rollmech.case import load_case
    from rollmech.elastic.problem import PatchProblem
    from rollmech.elastic.solver import solve_modes
    from rollmech.fracture.influence import LEVELS, _extract
    from rollmech.mesh.build import build_mesh
    from rollmech.patching import patch_of

    patch = patch_of(load_case(case))
    times = [time.perf_counter()]
    problem = PatchProblem(patch, build_mesh(patch, LEVELS[patch.flaw.dimension][level - 1]))
    times.append(time.perf_counter())
    solutions, statistics = solve_modes(problem)
    MPI.COMM_WORLD.Barrier()
    times.append(time.perf_counter())
    _extract(problem, solutions)
    times.append(time.perf_counter())
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps({**statistics, "seconds": [*np.diff(times), times[-1] - times[0]]}))


def measure(ranks: int, case: Path, level: int) -> dict:
    """One run on so many ranks."""
    command = [launcher(), "-n", str(ranks), sys.executable, __file__, str(case), "--level", str(level)]
    done = subprocess.run([*command, "--inner"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Print one table row a number of ranks: median and range of the seconds, and the speed-up of the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="?", type=Path, default=CASES / "angled_crack.toml")
    parser.add_argument("--level", type=int, default=3)
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inner:
        on_this_rank(arguments.case, arguments.level)
        return
    measure(max(arguments.ranks), arguments.case, arguments.level)
    runs = [
        {n: measure(n, arguments.case, arguments.level) for n in arguments.ranks}
        for _ in range(arguments.repeat)
    ]
    print(
        f"{arguments.case.stem}, {runs[0][arguments.ranks[0]]['unknowns']} unknowns, {arguments.repeat} runs"
    )
    print("ranks | iterations | " + " | ".join(f"{stage} (s)" for stage in STAGES))
    first = None
    for n in arguments.ranks:
        seconds = np.array([run[n]["seconds"] for run in runs])
        median = np.median(seconds, axis=0)
        first = median if first is None else first
        cells = [
            f"{m:.2f} ({low:.2f}-{high:.2f}), x{gain:.2f}"
            for m, low, high, gain in zip(median, seconds.min(0), seconds.max(0), first / median, strict=True)
        ]
        print(f"{n} | {runs[0][n]['iterations']} | " + " | ".join(cells))


if __name__ == "__main__":
    main()
