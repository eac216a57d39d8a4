"""Remove what a run does not need: packages of extras for tests, notebooks and documentation; tests of libraries."""

import shutil
import subprocess
import sys
from importlib.metadata import distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("solver", "pdf", "cluster")
# cffi compiles forms with setuptools.
KEPT = {"pip", "setuptools"}


def needed(name: str, extras: tuple[str, ...], found: set[str]) -> None:
    """Add a package and all that it requires."""
    for text in distribution(name).requires or ():
        requirement = Requirement(text)
        if requirement.marker and not any(requirement.marker.evaluate({"extra": e}) for e in ("", *extras)):
            continue
        key = canonicalize_name(requirement.name), tuple(sorted(requirement.extras))
        if key not in found:
            found.add(key)
            needed(requirement.name, key[1], found)


found: set = {("rollmech", ())}
needed("rollmech", EXTRAS, found)
names = KEPT | {name for name, _ in found}
surplus = sorted({canonicalize_name(d.metadata["Name"]) for d in distributions()} - names)
subprocess.run([sys.executable, "-m", "pip", "uninstall", "-y", "-q", *surplus], check=True)
# The tests that libraries carry along, and headers that nothing is built with here.
site = Path(distribution("numpy").locate_file(""))
for name in ("numpy", "scipy", "pandas", "pyarrow", "matplotlib", "dask", "distributed"):
    for folder in [*site.glob(f"{name}/**/tests"), site / name / "include" / "arrow"]:
        shutil.rmtree(folder, ignore_errors=True)
print(f"kept {len(names)} packages, removed {len(surplus)}")
