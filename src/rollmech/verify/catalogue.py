"""All benchmarks: the data files and the code that reads each kind."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

from rollmech.verify.blunt import chips, notches, pits, pores
from rollmech.verify.bridging import bridgings
from rollmech.verify.buried import corner_cracks, embedded_cracks
from rollmech.verify.closure import closures
from rollmech.verify.elastica import elasticas
from rollmech.verify.fillers import fillers
from rollmech.verify.fronts import edge_cracks, films, surface_cracks
from rollmech.verify.growth import growth
from rollmech.verify.joints import tile_joints
from rollmech.verify.laminates import laminates
from rollmech.verify.layers import channels, cut_plies, delaminations, interface_cracks, spots
from rollmech.verify.particles import particles
from rollmech.verify.residual import residual_stresses
from rollmech.verify.rows import Benchmark
from rollmech.verify.strength import strength

KINDS: dict[str, Callable[[dict[str, Any]], Iterator[Benchmark]]] = {
    "laminate": laminates,
    "web on a roller": elasticas,
    "strength statistics": strength,
    "crack growth": growth,
    "edge crack": edge_cracks,
    "surface crack": surface_cracks,
    "embedded crack": embedded_cracks,
    "corner crack": corner_cracks,
    "crack through plies": cut_plies,
    "film on substrate": films,
    "channel crack": channels,
    "interface crack": interface_cracks,
    "delamination": delaminations,
    "spot under pressure": spots,
    "residual stress": residual_stresses,
    "closure": closures,
    "bridging": bridgings,
    "notch": notches,
    "edge chip": chips,
    "pit": pits,
    "filler": fillers,
    "pore": pores,
    "particle": particles,
    "tile joint": tile_joints,
}
"""Reader of each kind of data file, in the order in which they are scored."""


def tables() -> list[dict[str, Any]]:
    """Content of every data file, in the order of ``KINDS``."""
    folder = files("rollmech.verify") / "data"
    found = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in folder.iterdir()
        if path.name.endswith(".toml")
    ]
    return sorted(found, key=lambda table: list(KINDS).index(table["kind"]))


def benchmarks(quick: bool = False) -> list[Benchmark]:
    """Every benchmark, or the quick subset of every family."""
    found = [benchmark for table in tables() for benchmark in KINDS[table["kind"]](table)]
    return [benchmark for benchmark in found if benchmark.quick or not quick]
