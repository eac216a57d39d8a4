"""How many different flaws a study solves a minute: surface cracks, each with a mesh and a solve of its own.

    .venv/bin/python benchmarks/study_throughput.py [--points 200] [--layers 1] [--target "2 %"] [--workers 2]

Depths of 2 to 12 um and ratios of depth to half-length of 0.3 to 1 in a ribbon of 30 um, alone (--layers 1) or on a
carrier of 50 um (--layers 2), are drawn by Latin hypercube. The store is empty but for one crack, which is solved
before so that the forms are compiled. The rate of the whole study counts start-up, tables, charts and report. Seconds
of the processors, meshers included, do not depend on what else runs on the machine. Aim: 30 a minute on two idle cores.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.stats import qmc

CARRIER = '[[stack]]\nname = "carrier"\nmaterial = "PET"\nthickness = "50 um"\n'
CASE = """format = 1
title = "Ribbon with a surface crack"
{carrier}[[stack]]
name = "ceramic"
material = "LLZTO"
thickness = "30 um"
[[flaws]]
kind = "crack"
layer = "ceramic"
face = "top"
depth = "4 um"
length = "20 um"
[accuracy]
target = "{target}"
[web]
width = "300 mm"
speed = "10 m/min"
[[rollers]]
name = "first idler"
radius = "75 mm"
wrap = "90 deg"
touches = "bottom"
tension = "100 N/m"
[[rollers]]
name = "second idler"
radius = "60 mm"
wrap = "90 deg"
touches = "top"
tension = "100 N/m"
"""
STUDY = """format = 1
title = "Surface cracks of different depth and aspect"
case = "case.toml"
[[vary]]
key = "flaws.depth"
values = {depths}
[[vary]]
key = "flaws.length"
values = {lengths}
[design]
kind = "zip"
"""


def write_study(folder: Path, count: int, layers: int, target: str) -> Path:
    """A study of so many different cracks."""
    places = qmc.LatinHypercube(2, rng=0).random(count)
    depth, aspect = 2 + 10 * places[:, 0], 0.3 + 0.7 * places[:, 1]
    depths, lengths = ([f"{value:.6g} um" for value in values] for values in (depth, 2 * depth / aspect))
    (folder / "case.toml").write_text(CASE.format(carrier=CARRIER if layers == 2 else "", target=target))
    path = folder / "study.toml"
    path.write_text(STUDY.format(depths=depths, lengths=lengths))
    return path


def processor() -> float:
    """Seconds that this process and its ended children have computed."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    """Run the study in a folder and with a store of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--layers", type=int, choices=(1, 2), default=1)
    parser.add_argument("--target", default="2 %")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        import rollmech

        path = write_study(Path(folder), given.points, given.layers, given.target)
        rollmech.run(Path(folder) / "case.toml", fields=False)
        used, begun = processor(), time.perf_counter()
        found = rollmech.run_study(path, Path(folder) / "out", workers=given.workers)
        seconds = time.perf_counter() - begun
        used = processor() - used
        table, record = found.table, found.record
        error = table["K_ratio error"] / table["K_ratio"]
        print(f"{given.points} cracks, {given.layers} layers, target {given.target}, {given.workers} workers")
        print(f"status: {record['status']}; solved: {record['solved_now']}")
        print(f"whole study: {seconds:.1f} s, {60 * given.points / seconds:.1f} a minute")
        between = record["timings"]["points"]
        print(f"points, workers' start included: {between:.1f} s, {60 * given.points / between:.1f} a minute")
        bound = 60 * given.points * given.workers / used
        print(
            f"processors: {used:.1f} s, {used / given.points:.2f} s a point: {bound:.0f} a minute on idle cores"
        )
        each = table["seconds"]
        print(
            f"a point: median {each.median():.2f} s, {each.quantile(0.1):.2f} to {each.quantile(0.9):.2f} s"
        )
        print(
            f"unknowns: median {table['unknowns'].median():.0f}; estimated error: median {100 * error.median():.2g} %,"
        )
        print(f"largest {100 * np.max(error):.2g} %")
        print(f"stages, s: {record['timings']}")


if __name__ == "__main__":
    main()
