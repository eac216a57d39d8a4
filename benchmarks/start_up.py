"""How long the commands take that solve nothing: median of several processes.

    .venv/bin/python benchmarks/start_up.py [--repeat 9]

``python -X importtime -c "import rollmech.pipeline"`` tells what of it is which import.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASE = str(ROOT / "cases" / "polishing_scratch.toml")
PYTHON = [sys.executable]
ROLLMECH = [*PYTHON, "-m", "rollmech"]


def seconds(command: list[str]) -> float:
    """Of one process.

    Raises:
        CalledProcessError: It failed.
    """
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun


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
            found = sorted(seconds(command) for _ in range(repeat))
            print(f"{name:36s} {statistics.median(found):6.2f} s  ({found[0]:.2f} to {found[-1]:.2f})")


if __name__ == "__main__":
    main()
