"""The solver alone: seconds, iterations and memory of a cracked three-ply patch against size, modulus and ranks.

    .venv/bin/python benchmarks/solver.py [--sizes 65 300 1000] [--ranks 1 2] [--repeat 3]

Every solve is a process of its own, so that its peak of memory is its own. Seconds are those of assembly and set-up
and of one solve; the mesh is made before. One more process fills the cache of compiled forms.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np

from rollmech.ranks import launcher

# Element size over the coarsest level's that gives about so many thousand unknowns.
SCALES = {35: 1.0, 65: 0.67, 300: 0.31, 1000: 0.175, 3000: 0.106}
STAGES = ("assemble and set up", "solve", "both")


def on_this_rank(thousands: int, contrast: float, poisson: float) -> None:
    """Solve one load on the ranks at hand; rank 0 prints its seconds as JSON."""
    from rollmech.backend import MPI, dolfinx
    from rollmech.elastic.problem import PatchProblem
    from rollmech.elastic.two_level import coarse_name, two_level
    from rollmech.flaws.crack import SurfaceCrack
    from rollmech.mesh.build import build_mesh
    from rollmech.mesh.grading import Grading
    from rollmech.mesh.patch import PatchPly, make_patch

    ceramic = PatchPly(30.0, 150e3, 0.26)
    plies = (ceramic, PatchPly(5.0, 150e3 * contrast, poisson), PatchPly(50.0, 5e3, 0.38))
    patch = make_patch(plies, SurfaceCrack(depth=4.0, half_length=10.0))
    scale = SCALES[thousands]
    mesh = build_mesh(patch, Grading(front=scale / 14, root=1 / 7, growth=0.35 * scale**0.7))
    problem = PatchProblem(patch, mesh)
    MPI.COMM_WORLD.Barrier()
    times = [time.perf_counter()]
    supports = problem.supports(problem.space)
    solver = two_level(problem, supports, problem.stiffness)
    solver.setUp()
    times.append(time.perf_counter())
    (load,) = problem.loads(problem.space, problem.modes[:1])
    for support in supports:
        support.set(load.array_w)
    solution = dolfinx.fem.Function(problem.space)
    solver.solve(load, solution.x.petsc_vec)
    times.append(time.perf_counter())
    energy = load.dot(solution.x.petsc_vec)
    memory = MPI.COMM_WORLD.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 2**20
    if MPI.COMM_WORLD.rank == 0:
        seconds = [*np.diff(times), times[-1] - times[0]]
        told = {"unknowns": load.getSize(), "iterations": solver.getIterationNumber(), "energy": energy}
        told |= {"converged": solver.getConvergedReason() > 0, "coarse": coarse_name(solver)}
        print(json.dumps(told | {"seconds": seconds, "memory": memory}))


def measure(thousands: int, contrast: float, poisson: float, ranks: int) -> dict:
    """One process, or one a rank."""
    command = [sys.executable, __file__, "--inner", str(thousands), str(contrast), str(poisson)]
    if ranks > 1:
        command = [launcher(), "-n", str(ranks), *command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Print one table row a combination."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[65, 300, 1000], choices=SCALES)
    parser.add_argument("--contrasts", type=float, nargs="+", default=[1.0, 1e-3, 1e-5])
    parser.add_argument("--poisson", type=float, nargs="+", default=[0.3, 0.49])
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--inner", nargs=3, type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inner:
        thousands, contrast, poisson = arguments.inner
        on_this_rank(int(thousands), contrast, poisson)
        return
    measure(35, 1.0, 0.3, 1)
    print(
        "unknowns | contrast, nu | ranks | coarse level | iterations | "
        + " | ".join(f"{stage} (s)" for stage in STAGES)
        + " | GiB"
    )
    for size in arguments.sizes:
        for contrast in arguments.contrasts:
            for poisson in arguments.poisson:
                for ranks in arguments.ranks:
                    runs = [measure(size, contrast, poisson, ranks) for _ in range(arguments.repeat)]
                    print(row(runs, f"{contrast:g}, {poisson}", ranks), flush=True)


def row(runs: list[dict], stack: str, ranks: int) -> str:
    """Medians and ranges of equal runs."""
    seconds = np.array([run["seconds"] for run in runs])
    low, middle, high = seconds.min(axis=0), np.median(seconds, axis=0), seconds.max(axis=0)
    cells = [f"{m:.2f} ({a:.2f}-{b:.2f})" for a, m, b in zip(low, middle, high, strict=True)]
    first = runs[0]
    iterations = first["iterations"] if first["converged"] else "not converged"
    return (
        f"{first['unknowns']} | {stack} | {ranks} | {first['coarse']} | {iterations} | "
        + " | ".join(cells)
        + f" | {max(run['memory'] for run in runs):.2f}"
    )


if __name__ == "__main__":
    main()
