"""Where the time of a warm case goes: seconds by stage, median and spread over repeated runs in one process.

    .venv/bin/python benchmarks/stages.py [case ...] [--repeat 5]

The first run of each case pays imports and compiled forms and is not counted. Loads of other programs on the machine
show up in the spread; compare cases within one run only.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import rollmech

CASES = Path(__file__).parents[1] / "cases"
DEFAULT = ("laminated_crack", "etch_pit", "handbook_crack", "polishing_scratch")
STAGES = ("mesh", "solve", "extract", "boundary", "verdict")


def measure(case: Path, repeat: int) -> tuple[np.ndarray, rollmech.Result]:
    """Seconds by stage, shape (repeat, stages), and the last result."""
    rollmech.run(case)
    rows = []
    for _ in range(repeat):
        result = rollmech.run(case)
        rows.append([result.timings.get(stage, 0.0) for stage in STAGES])
    return np.array(rows), result


def main() -> None:
    """Print one table row a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", type=Path, default=[CASES / f"{name}.toml" for name in DEFAULT])
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    print(
        "case | unknowns by mesh | "
        + " | ".join(STAGES)
        + " | mesh+solve+extract (spread) | estimated error %"
    )
    for case in arguments.cases:
        seconds, result = measure(case, arguments.repeat)
        core = seconds[:, :3].sum(axis=1)
        levels = result.influence.levels
        print(
            f"{case.stem} | {', '.join(str(level['unknowns']) for level in levels)} | "
            + " | ".join(f"{value:.2f}" for value in np.median(seconds, axis=0))
            + f" | {np.median(core):.2f} ({core.min():.2f}-{core.max():.2f})"
            + f" | {100 * levels[-1]['estimated relative error']:.2f}"
        )


if __name__ == "__main__":
    main()
