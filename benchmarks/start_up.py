"""How long small commands take: median of several processes.

    .venv/bin/python benchmarks/start_up.py [--repeat 9]

``python -X importtime -c "import rollmech.pipeline"`` tells what of it is which import.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
CASE = str(ROOT / "cases" / "polishing_scratch.toml")
PYTHON = [sys.executable]
ROLLMECH = [*PYTHON, "-m", "rollmech"]


def seconds(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of one process and its children.

    Raises:
        CalledProcessError: It failed.
    """
    begun, used = time.perf_counter(), processor()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun, processor() - used


def processor() -> float:
    """Seconds that ended children have computed."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print one row a command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=9)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        run = [*ROLLMECH, "run", CASE, "--out", f"{folder}/run", "--quiet"]
        commands = {
            "python alone": [*PYTHON, "-c", "pass"],
            "import rollmech": [*PYTHON, "-c", "import rollmech"],
            "rollmech --help": [*ROLLMECH, "--help"],
            "rollmech validate": [*ROLLMECH, "validate", CASE],
            "import rollmech.pipeline (solver)": [*PYTHON, "-c", "import rollmech.pipeline"],
            "rollmech run, no pictures": [*run, "--no-pictures"],
        }
        for name, command in commands.items():
            wall, used = zip(*(seconds(command) for _ in range(repeat)), strict=True)
            spread = f"({min(wall):.2f} to {max(wall):.2f})"
            print(f"{name:36s} {median(wall):6.2f} s {spread:16s} processor {median(used):.2f} s")


if __name__ == "__main__":
    main()
