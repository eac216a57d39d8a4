"""One linear solve of the same mesh by rollmech's solver, plain DOLFINx and NGSolve: seconds, iterations, memory.

    .venv/bin/python benchmarks/peers.py [--scales 0.67 0.31] [--repeat 3] [--ngsolve PYTHON]

Every code may use two cores: rollmech and DOLFINx as two ranks, NGSolve as two threads.

A cracked three-ply quarter patch, straight tetrahedra, quadratic displacements, traction on the crack: every code gets
the same vertices, cells, moduli and supports, and all must agree in the work of the load. NGSolve is not a dependency:
name a Python that has it. Every code runs twice in a process of its own: the first time with loading of compiled code,
then warm. Seconds are spaces, assembly, set-up and one solve to a relative residual of 1e-6.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TOLERANCE = 1e-6


def patch():
    """A crack in the outer of three plies."""
    from rollmech.flaws.crack import SurfaceCrack
    from rollmech.mesh.patch import PatchPly, make_patch

    plies = (PatchPly(30.0, 150e3, 0.26), PatchPly(5.0, 150.0, 0.4), PatchPly(50.0, 5e3, 0.38))
    return make_patch(plies, SurfaceCrack(depth=4.0, half_length=10.0))


def write_mesh(scale: float, path: Path) -> None:
    """Vertices, cells, ply of each cell and named facets of the patch."""
    from rollmech.mesh.grading import Grading
    from rollmech.mesh.patch3d import mesh_quarter

    cracked = patch()
    found = mesh_quarter(cracked, Grading(front=scale / 14, root=1 / 7, growth=0.35 * scale**0.7))
    used, cells = np.unique(found.cells[:, :4], return_inverse=True)
    faces = {f"face_{n}": np.searchsorted(used, f[:, :3]) for n, f in found.faces.items()}
    moduli = np.array([[p.youngs_modulus, p.poisson_ratio] for p in cracked.plies])[found.ply]
    np.savez(
        path, points=found.points[used], cells=cells.reshape(-1, 4), ply=found.ply, moduli=moduli, **faces
    )


SUPPORTS = (("symmetry_x", 0), ("symmetry_y", 1), ("end_x", 2))
"""Faces and the component that they hold; the last stops the rigid motion left over."""


def in_dolfinx(data, solver: str) -> dict:
    """DOLFINx with GAMG on the quadratic space, MUMPS, or rollmech's two levels."""
    from rollmech.backend import MPI, PETSc, basix, dolfinx, ufl

    fem = dolfinx.fem
    element = basix.ufl.element("Lagrange", "tetrahedron", 1, shape=(3,))
    first = MPI.COMM_WORLD.rank == 0  # which hands out the mesh
    own = slice(None) if first else slice(0)
    mesh = dolfinx.mesh.create_mesh(MPI.COMM_WORLD, data["cells"][own], element, data["points"][own])
    mesh.topology.create_connectivity(2, 3)
    order = mesh.topology.original_cell_index
    constants = fem.functionspace(mesh, ("DG", 0))
    young, poisson = fem.Function(constants), fem.Function(constants)
    young.x.array[:], poisson.x.array[:] = data["moduli"][order].T
    names = [name for name in data if name.startswith("face_")]
    tagged = dolfinx.io.distribute_entity_data(
        mesh,
        2,
        np.concatenate([data[n] for n in names])[own],
        np.concatenate([np.full(len(data[n]), i, np.int32) for i, n in enumerate(names)])[own],
    )
    tags = dolfinx.mesh.meshtags_from_entities(mesh, 2, dolfinx.graph.adjacencylist(tagged[0]), tagged[1])

    def stiffness(space):
        u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
        lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
        strain = ufl.sym(ufl.grad(u))
        stress = lame * ufl.tr(strain) * ufl.Identity(3) + young / (1 + poisson) * strain
        return fem.form(ufl.inner(stress, ufl.sym(ufl.grad(v))) * ufl.dx(metadata={"quadrature_degree": 2}))

    def supports(space):
        found = []
        for face, component in SUPPORTS:
            sub = space.sub(component)
            facets = tags.find(names.index(f"face_{face}"))
            found.append(fem.dirichletbc(0.0, fem.locate_dofs_topological(sub, 2, facets), sub))
        return found

    mesh.comm.Barrier()
    start = time.perf_counter()
    space = fem.functionspace(mesh, ("Lagrange", 2, (3,)))
    held = supports(space)
    v = ufl.TestFunction(space)
    ds = ufl.Measure("ds", mesh, subdomain_data=tags)(names.index("face_flaw"))
    load = fem.petsc.assemble_vector(fem.form(v[0] * ds))
    load.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
    for support in held:
        support.set(load.array_w)
    ksp = _ksp(solver, space, held, stiffness, supports)
    solution = load.duplicate()
    ksp.solve(load, solution)
    seconds = time.perf_counter() - start
    told = {"n": load.getSize(), "its": ksp.getIterationNumber(), "work": load.dot(solution), "speaks": first}
    memory = mesh.comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 2**20
    return told | {"seconds": seconds, "memory": memory}


def _ksp(solver: str, space, held: list, stiffness, supports):
    """A solver of a name, with its matrix assembled."""
    from rollmech.backend import PETSc, dolfinx
    from rollmech.elastic import two_level as levels
    from rollmech.elastic.matrices import assembled, factorised

    if solver == "rollmech":
        coarse = dolfinx.fem.functionspace(space.mesh, ("Lagrange", 1, (3,)))

        class Problem:
            pass

        problem = Problem()
        problem.mesh = space.mesh
        problem.space, problem.coarse_space, problem.supports = space, coarse, supports
        levels.TOLERANCE = TOLERANCE
        return levels.two_level(problem, held, stiffness)
    matrix = assembled(stiffness(space), held, "aij")
    if solver == "MUMPS":
        return factorised(matrix)
    matrix.setNearNullSpace(levels.rigid_motions(matrix, space))
    ksp = PETSc.KSP().create(matrix.comm)
    ksp.setOperators(matrix)
    ksp.setType("cg")
    ksp.setTolerances(rtol=TOLERANCE, max_it=1000)
    ksp.getPC().setType("gamg")
    options = PETSc.Options("peer_")
    options["mg_levels_ksp_type"] = "chebyshev"
    options["mg_levels_pc_type"] = "jacobi"
    ksp.setOptionsPrefix("peer_")
    ksp.setFromOptions()
    return ksp


def in_ngsolve(data, solver: str) -> dict:
    """NGSolve with balancing domain decomposition by constraints, or its sparse Cholesky."""
    import ngsolve as ngs
    from netgen.meshing import Element2D, Element3D, FaceDescriptor, MeshPoint, Pnt
    from netgen.meshing import Mesh as NetgenMesh

    raw = NetgenMesh(dim=3)
    points = [raw.Add(MeshPoint(Pnt(*place))) for place in data["points"].tolist()]
    names = [name for name in data if name.startswith("face_")]
    for i, name in enumerate(names):
        face = raw.Add(FaceDescriptor(surfnr=i + 1, domin=1, bc=i + 1))
        raw.SetBCName(i, name)
        for nodes in data[name].tolist():
            raw.Add(Element2D(face, [points[n] for n in nodes]))
    for ply, nodes in zip(data["ply"].tolist(), data["cells"].tolist(), strict=True):
        raw.Add(Element3D(ply + 1, [points[n] for n in nodes]))
    count = int(data["ply"].max()) + 1
    for i in range(count):
        raw.SetMaterial(i + 1, f"ply{i}")
    mesh = ngs.Mesh(raw)
    by_ply = [data["moduli"][np.argmax(data["ply"] == i)] for i in range(count)]
    young = ngs.CoefficientFunction([float(m[0]) for m in by_ply])
    poisson = ngs.CoefficientFunction([float(m[1]) for m in by_ply])
    start = time.perf_counter()
    with ngs.TaskManager():
        held = {f"dirichlet{'xyz'[c]}": f"face_{face}" for face, c in SUPPORTS}
        space = ngs.VectorH1(mesh, order=2, **held)
        u, v = space.TnT()
        strain = ngs.Sym(ngs.Grad(u))
        lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
        stress = lame * ngs.Trace(strain) * ngs.Id(3) + young / (1 + poisson) * strain
        form = ngs.BilinearForm(space, symmetric=True)
        form += ngs.InnerProduct(stress, ngs.Sym(ngs.Grad(v))) * ngs.dx
        load = ngs.LinearForm(space)
        load += v[0] * ngs.ds("face_flaw")
        pre = ngs.Preconditioner(form, "bddc") if solver == "BDDC" else None
        form.Assemble()
        load.Assemble()
        solution = ngs.GridFunction(space)
        steps = 1
        if solver == "two-level":
            pre = _two_levels(ngs, form, space, mesh.nv)
        if pre is None:
            solution.vec.data = form.mat.Inverse(space.FreeDofs(), inverse="sparsecholesky") * load.vec
        else:
            krylov = ngs.krylovspace.CGSolver(form.mat, getattr(pre, "mat", pre), tol=TOLERANCE, maxiter=1000)
            solution.vec.data = krylov * load.vec
            steps = len(krylov.residuals) - 1
        work = ngs.InnerProduct(solution.vec, load.vec)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"n": space.ndof, "seconds": seconds, "its": steps, "work": work, "memory": memory, "speaks": True}


def _two_levels(ngs, form, space, vertices: int):
    """A Gauss-Seidel sweep, the vertices' unknowns solved by sparse Cholesky, the sweep backwards."""
    free = space.FreeDofs()
    on_vertices = ngs.BitArray(space.ndof)
    on_vertices.Clear()
    for component in range(3):
        first = space.Range(component).start
        on_vertices[first : first + vertices] = True
    coarse = form.mat.Inverse(on_vertices & free, inverse="sparsecholesky")
    smoother = form.mat.CreateSmoother(free)

    class Cycle(ngs.BaseMatrix):
        def Height(self):
            return form.mat.height

        def Width(self):
            return form.mat.width

        def IsComplex(self):
            return False

        def CreateColVector(self):
            return form.mat.CreateColVector()

        CreateRowVector = CreateColVector

        def Mult(self, given, result):
            result[:] = 0.0
            smoother.Smooth(result, given)
            left = given.CreateVector()
            left.data = given - form.mat * result
            result.data += coarse * left
            smoother.SmoothBack(result, given)

    return Cycle()


CODES = {
    "rollmech, P2 over P1": (in_dolfinx, "rollmech", 2),
    "rollmech, P2 over P1, one rank": (in_dolfinx, "rollmech", 1),
    "DOLFINx, GAMG on P2": (in_dolfinx, "GAMG", 2),
    "DOLFINx, MUMPS": (in_dolfinx, "MUMPS", 2),
    "NGSolve, two-level on vertices": (in_ngsolve, "two-level", 1),
    "NGSolve, BDDC": (in_ngsolve, "BDDC", 1),
    "NGSolve, sparse Cholesky": (in_ngsolve, "Cholesky", 1),
}


def available(ngsolve: str | None) -> dict[str, str]:
    """Python of every code that can be run."""
    codes = {code: sys.executable for code, (run, *_) in CODES.items() if run is in_dolfinx}
    return codes | (dict.fromkeys([c for c in CODES if c not in codes], ngsolve) if ngsolve else {})


def measure(python: str, code: str, mesh: Path) -> dict:
    """Two runs in one process, or one a rank: the second's answer and the first's seconds."""
    from rollmech.ranks import launcher  # not there for NGSolve's Python

    ranks = CODES[code][2]
    command = [python, __file__, "--inner", code, str(mesh)]
    if ranks > 1:
        command = [launcher(), "-n", str(ranks), *command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    """Print one table row a code and mesh."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scales", type=float, nargs="+", default=[0.67, 0.31])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ngsolve", help="a Python that has NGSolve")
    parser.add_argument("--inner", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inner:
        run, solver, _ = CODES[arguments.inner[0]]
        data = dict(np.load(arguments.inner[1]))
        cold, warm = run(data, solver), run(data, solver)
        if warm["speaks"]:
            print(json.dumps(warm | {"cold": cold["seconds"]}))
        return
    codes = available(arguments.ngsolve)
    print("code | unknowns | iterations | warm (s) | first time (s) | GiB | work")
    with tempfile.TemporaryDirectory() as folder:
        for scale in arguments.scales:
            mesh = Path(folder, "mesh.npz")
            write_mesh(scale, mesh)
            for code in codes:
                measure(codes[code], code, mesh)  # compiled forms
            runs = [
                {c: measure(python, c, mesh) for c, python in codes.items()} for _ in range(arguments.repeat)
            ]
            for code in codes:
                print(row(code, [run[code] for run in runs]), flush=True)


def row(code: str, runs: list[dict]) -> str:
    """Medians and ranges of equal runs."""
    cells = []
    for key in ("seconds", "cold"):
        values = np.array([run[key] for run in runs])
        cells.append(f"{np.median(values):.2f} ({values.min():.2f}-{values.max():.2f})")
    first = runs[0]
    memory = max(run["memory"] for run in runs)
    return (
        f"{code} | {first['n']} | {first['its']} | {' | '.join(cells)} | {memory:.2f} | {first['work']:.9g}"
    )


if __name__ == "__main__":
    main()
