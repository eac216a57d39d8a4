"""Time to K at a given error: rollmech on its own meshes against other codes on the meshes that they can use.

    .venv/bin/python benchmarks/time_to_k.py [--error 0.005] [--repeat 3] [--ngsolve PYTHON]

The cracked three-ply quarter patch of ``peers.py``. Both families of meshes are graded alike; rollmech's has a curved
front and quarter-point elements on it, the other straight cells, which every code reads. K of both is taken by the same
domain integral, against rollmech's finest mesh; codes that solve one mesh agree to nine digits, so that K need not be
taken again. Of each family the coarsest mesh within the error (largest along the front) is timed: spaces,
assembly, set-up and one solve, on two cores, warm.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import peers

SCALES = (1.4, 1.2, 1.0, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35, 0.3, 0.25)
FINEST = 0.35


def grading(scale: float):
    """Sizes over those of rollmech's first mesh."""
    from rollmech.mesh.grading import Grading

    return Grading(front=scale / 14, root=1 / 7, growth=0.35 * scale**0.7)


def mesh_of(scale: float, straight: bool):
    """The mesh, its cells straightened if asked for; on all ranks."""
    from rollmech.mesh.build import spread
    from rollmech.mesh.patch3d import mesh_quarter
    from rollmech.mesh.topology import EDGES

    def made():
        found = mesh_quarter(peers.patch(), grading(scale))
        if straight:
            for k, (i, j) in enumerate(EDGES[3]):
                ends = found.points[found.cells[:, i]] + found.points[found.cells[:, j]]
                found.points[found.cells[:, 4 + k]] = ends / 2
        return found

    return spread(made)


def k_of(scale: float, straight: bool) -> tuple[int, np.ndarray, np.ndarray]:
    """Unknowns, angles and K per unit tension along the front."""
    from rollmech.elastic.problem import PatchProblem
    from rollmech.elastic.solver import solve_modes
    from rollmech.fracture.front_integral import front_k

    problem = PatchProblem(peers.patch(), mesh_of(scale, straight))
    solutions, told = solve_modes(problem)
    found = front_k(problem, solutions)
    inner = ~found.vertex
    return told["unknowns"], found.phi[inner], found.k_unit[0, 0, inner]


def coarsest(straight: bool, error: float, reference: tuple) -> tuple[float, float]:
    """Scale and error of the coarsest mesh within an error that the next finer one keeps."""
    _, phi, truth = reference
    scales = [s for s in SCALES if straight or s > FINEST]
    errors = {}
    for scale in scales:
        unknowns, own, k = k_of(scale, straight)
        errors[scale] = float(np.abs(np.interp(phi, own, k) / truth - 1).max())
        print(
            f"  {'straight' if straight else 'quarter-point'} {unknowns}: {100 * errors[scale]:.2f} %",
            flush=True,
        )
        kept = [s for s in errors if s > scale and max(errors[s], errors[scale]) <= error]
        if kept:
            return kept[-1], errors[kept[-1]]
    raise SystemExit(f"no mesh within {error:g}: the best has {min(errors.values()):g}")


def timed_here(scale: float) -> None:
    """Time rollmech's solve on its own mesh on the ranks at hand; rank 0 prints."""
    from rollmech.backend import MPI

    patch, mesh = peers.patch(), mesh_of(scale, straight=False)
    for _ in range(2):  # the second time warm
        told = _timed_solve(patch, mesh)
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(told))


def _timed_solve(patch, mesh) -> dict:
    """Unknowns, iterations and seconds of one solve from the mesh on."""
    from rollmech.backend import MPI, dolfinx
    from rollmech.elastic.problem import PatchProblem
    from rollmech.elastic.two_level import two_level

    MPI.COMM_WORLD.Barrier()
    start = time.perf_counter()
    problem = PatchProblem(patch, mesh)
    supports = problem.supports(problem.space)
    solver = two_level(problem, supports, problem.stiffness)
    (load,) = problem.loads(problem.space, problem.modes[:1])
    for support in supports:
        support.set(load.array_w)
    solution = dolfinx.fem.Function(problem.space)
    solver.solve(load, solution.x.petsc_vec)
    seconds = time.perf_counter() - start
    return {"n": load.getSize(), "its": solver.getIterationNumber(), "seconds": seconds}


def timed(scale: float, ranks: int) -> dict:
    """The same in a process of its own, or one a rank."""
    from rollmech.ranks import launcher

    command = [launcher(), "-n", str(ranks), sys.executable, __file__, "--inner", str(scale)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Find both meshes, time all codes, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--error", type=float, default=0.005)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ngsolve", help="a Python that has NGSolve")
    parser.add_argument("--inner", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inner:
        timed_here(arguments.inner)
        return
    reference = k_of(FINEST, straight=False)
    own, own_error = coarsest(False, arguments.error, reference)
    other, other_error = coarsest(True, arguments.error, reference)
    print("code | mesh | unknowns | error of K (%) | iterations | warm seconds")
    with tempfile.TemporaryDirectory() as folder:
        mesh = Path(folder, "mesh.npz")
        peers.write_mesh(other, mesh)
        jobs = {
            (f"rollmech, {ranks} rank{'s' * (ranks > 1)}", "quarter-point", own_error): lambda r=ranks: timed(
                own, r
            )
            for ranks in (1, 2)
        }
        for code, python in peers.available(arguments.ngsolve).items():
            jobs[code, "straight", other_error] = lambda c=code, p=python: peers.measure(p, c, mesh)
        for job in jobs.values():
            job()  # compiled forms
        runs = [{name: job() for name, job in jobs.items()} for _ in range(arguments.repeat)]
    for name in jobs:
        seconds = np.array([run[name]["seconds"] for run in runs])
        spread = f"{np.median(seconds):.2f} ({seconds.min():.2f}-{seconds.max():.2f})"
        first = runs[0][name]
        print(f"{name[0]} | {name[1]} | {first['n']} | {100 * name[2]:.2f} | {first['its']} | {spread}")


if __name__ == "__main__":
    main()
