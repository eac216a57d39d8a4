"""Can this installation mesh, solve, run under MPI and draw? One line per check, with the remedy when not.

Every check runs in a process of its own: a broken MPI or OpenGL library ends the process that loads it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollmech import backend
from rollmech.errors import InstallationError
from rollmech.ranks import launcher, without_launcher

OLDEST_PYTHON = (3, 12)
TIMEOUT = 60.0
"""Seconds after which a check has failed."""

DEBIAN = {
    "libGLU": "libglu1-mesa",
    "libGL": "libgl1",
    "libOpenGL": "libopengl0",
    "libEGL": "libegl1",
    "libX11": "libx11-6",
    "libXext": "libxext6",
    "libXrender": "libxrender1",
    "libXcursor": "libxcursor1",
    "libXfixes": "libxfixes3",
    "libXft": "libxft2",
    "libXinerama": "libxinerama1",
    "libfontconfig": "libfontconfig1",
    "libfreetype": "libfreetype6",
    "libgomp": "libgomp1",
    "libstdc++": "libstdc++6",
    "libz": "zlib1g",
}
"""Debian and Ubuntu packages of the system libraries that the wheels load."""


class CheckError(Exception):
    """A check that did not pass, with its own remedy if it knows a better one than the table's."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.remedy = remedy


@dataclass(frozen=True)
class Check:
    """One line of the report.

    Attributes:
        name: Name in the report and of ``docs/troubleshooting.md``'s heading.
        call: Does the work in a process of its own; returns what it found.
        remedy: What to do when it fails.
    """

    name: str
    call: Callable[[], str]
    remedy: str


# --- the checks --------------------------------------------------------------------------------


def _python() -> str:
    found = platform.python_version()
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise CheckError(f"Python {found} is older than 3.12")
    return f"{found}, {platform.system()} {platform.machine()}"


def _packages() -> str:
    from packaging.requirements import Requirement

    try:
        wanted = importlib.metadata.requires("rollmech") or []
    except importlib.metadata.PackageNotFoundError:
        raise CheckError(
            "rollmech itself is not installed", "run tools/bootstrap, or pip install -e ."
        ) from None
    faults = []
    count = 0
    for requirement in map(Requirement, wanted):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        count += 1
        try:
            found = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            # conda's packages do not all carry metadata
            if importlib.util.find_spec(requirement.name.replace("-", "_")) is None:
                faults.append(f"{requirement} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            faults.append(f"{requirement.name} {found} is not {requirement.specifier}")
    if faults:
        raise CheckError("; ".join(faults))
    return f"{count} packages"


def _dolfinx() -> str:
    loaded = backend.load()
    source = "wheel" if importlib.util.find_spec("dolfinx_solver") else "conda or image"
    petsc = ".".join(map(str, loaded.PETSc.Sys.getVersion()))
    return f"DOLFINx {loaded.dolfinx.__version__} ({source}), PETSc {petsc}"


def _compiler() -> str:
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    if shutil.which(command[0]) is None:
        unset = "; unset CC" if os.environ.get("CC") else ""
        raise CheckError(f"no C compiler: {command[0]} does not exist", f"install gcc and libc6-dev{unset}")
    include = sysconfig.get_path("include")
    if not Path(include, "Python.h").exists():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise CheckError(f"no Python headers in {include}", f"install python{version}-dev")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.c")
        source.write_text(
            "#include <math.h>\n#include <Python.h>\nint probe(void) { return PY_MAJOR_VERSION; }\n"
        )
        built = subprocess.run(
            [*command, "-shared", "-fPIC", f"-I{include}", str(source), "-o", str(Path(folder, "probe.so"))],
            capture_output=True,
            text=True,
            check=False,
        )
    if built.returncode:
        raise CheckError(
            f"{command[0]} cannot compile: {(built.stderr.strip() or 'no message').splitlines()[0]}"
        )
    return f"{command[0]}, headers in {include}"


def _jit() -> str:
    loaded = backend.load()
    dolfinx, ufl = loaded.dolfinx, loaded.ufl
    mesh = dolfinx.mesh.create_unit_interval(loaded.MPI.COMM_SELF, 4)
    x = ufl.SpatialCoordinate(mesh)
    with tempfile.TemporaryDirectory() as folder:
        options = {**backend.jit_options(), "cache_dir": folder}
        form = dolfinx.fem.form(3.0 * x[0] ** 2 * ufl.dx, jit_options=options)
        value = dolfinx.fem.assemble_scalar(form)
    if abs(value - 1.0) > 1e-12:
        raise CheckError(f"the integral of a compiled form is {value!r} instead of 1")
    return "compiled and integrated a form"


def _mpi() -> str:
    mpiexec = launcher()
    if mpiexec is None:
        raise CheckError("no mpiexec")
    environment = {
        **os.environ,
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
        "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    }
    command = [mpiexec, "-n", "2", sys.executable, "-m", "rollmech.doctor", "--check", "ranks"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    answer = _answer(done.stdout)
    if done.returncode or answer is None or not answer["ok"]:
        lines = (done.stderr or done.stdout).strip().splitlines()
        reason = answer["detail"] if answer and not answer["ok"] else (lines[-1] if lines else "no message")
        raise CheckError(f"mpiexec -n 2: {reason}", COMPILER if "CompileError" in reason else "")
    return answer["detail"]


def _ranks() -> str:
    """Sum and solve on the ranks of the caller's mpiexec; part of the MPI check."""
    loaded = backend.load()
    dolfinx, ufl, comm = loaded.dolfinx, loaded.ufl, loaded.MPI.COMM_WORLD
    if comm.size != 2:
        raise CheckError(f"mpiexec -n 2 started worlds of {comm.size}: it belongs to another MPI")
    if comm.allreduce(comm.rank + 1) != 3:
        raise CheckError("a global sum over 2 ranks is wrong")
    mesh = dolfinx.mesh.create_unit_square(comm, 16, 16)
    space = dolfinx.fem.functionspace(mesh, ("Lagrange", 1))
    exact = dolfinx.fem.Function(space)
    exact.interpolate(lambda x: 1.0 + x[0] + 2.0 * x[1])
    mesh.topology.create_connectivity(1, 2)
    facets = dolfinx.mesh.exterior_facet_indices(mesh.topology)
    fixed = dolfinx.fem.dirichletbc(exact, dolfinx.fem.locate_dofs_topological(space, 1, facets))
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    zero = dolfinx.fem.Constant(mesh, 0.0)
    solution = _solve(ufl.inner(ufl.grad(u), ufl.grad(v)) * ufl.dx, zero * v * ufl.dx, [fixed])
    local = abs(solution.x.array - exact.x.array).max(initial=0.0)
    error = comm.allreduce(local, op=loaded.MPI.MAX)
    if not error < 1e-8:
        raise CheckError(f"a solve on 2 ranks is off by {error:.1e}")
    return f"sum and solve on 2 ranks, error {error:.0e}"


def _gmsh() -> str:
    cells = _box()[0]
    return f"{cells} tetrahedra in a box"


def _elasticity() -> str:
    """Pull the meshed box; linear elements hold the uniform strain exactly."""
    _, (length, stress, young, poisson) = _box(keep=True)
    import gmsh
    import numpy as np

    loaded = backend.load()
    dolfinx, ufl = loaded.dolfinx, loaded.ufl
    mesh_io = importlib.import_module("dolfinx.io.gmsh")
    mesh = mesh_io.model_to_mesh(gmsh.model, loaded.MPI.COMM_SELF, 0, gdim=3).mesh
    gmsh.finalize()
    space = dolfinx.fem.functionspace(mesh, ("Lagrange", 1, (3,)))
    fixed = []
    for axis in range(3):
        facets = dolfinx.mesh.locate_entities_boundary(mesh, 2, lambda x, axis=axis: np.isclose(x[axis], 0.0))
        dofs = dolfinx.fem.locate_dofs_topological(space.sub(axis), 2, facets)
        fixed.append(dolfinx.fem.dirichletbc(0.0, dofs, space.sub(axis)))
    end = dolfinx.mesh.locate_entities_boundary(mesh, 2, lambda x: np.isclose(x[0], length))
    tags = dolfinx.mesh.meshtags(mesh, 2, np.sort(end), np.ones(len(end), dtype=np.int32))
    pull = ufl.Measure("ds", domain=mesh, subdomain_data=tags)(1)
    lame = young * poisson / (1 + poisson) / (1 - 2 * poisson)
    shear = young / 2 / (1 + poisson)
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    strain = ufl.sym(ufl.grad(u))
    sigma = 2 * shear * strain + lame * ufl.tr(strain) * ufl.Identity(3)
    solution = _solve(ufl.inner(sigma, ufl.sym(ufl.grad(v))) * ufl.dx, stress * v[0] * pull, fixed)
    exact = stress / young * space.tabulate_dof_coordinates() * np.array([1.0, -poisson, -poisson])
    error = abs(solution.x.array.reshape(-1, 3) - exact).max() / (stress / young * length)
    if not error < 1e-8:
        raise CheckError(f"the pulled box is off by {error:.1e} of its elongation")
    return f"pulled box against closed form, error {error:.0e}"


def _render() -> str:
    import numpy as np
    import pyvista

    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "probe.png")
        sphere = pyvista.Sphere()
        sphere["height"] = sphere.points[:, 2]
        plotter = pyvista.Plotter(off_screen=True, window_size=(160, 120))
        plotter.add_mesh(sphere, scalars="height", show_scalar_bar=False)
        plotter.screenshot(picture)
        window = plotter.render_window.GetClassName() if plotter.render_window else "window"
        plotter.close()
        pixels = np.asarray(pyvista.read(picture).point_data.active_scalars)
    colours = len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0))
    if colours < 2:
        raise CheckError("the picture has one colour only")
    return f"a PNG of {colours} colours ({window})"


def _cache() -> str:
    folder = backend.jit_cache()
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"probe")
    except OSError as error:
        raise CheckError(f"{folder}: {error.strerror}") from None
    return str(folder)


def _box(keep: bool = False) -> tuple[int, tuple[float, float, float, float]]:
    """Mesh a box; return its number of cells and (length, stress, Young's modulus, Poisson's ratio)."""
    try:
        import gmsh
    except OSError as error:
        names = _missing_libraries() or re.findall(r"lib[\w+-]+(?=\.so)", str(error))
        packages = " ".join(sorted({DEBIAN.get(name, name) for name in names}))
        raise CheckError(
            f"gmsh cannot load {', '.join(names) or error}", f"install {packages} (Debian)"
        ) from None
    gmsh.initialize(readConfigFiles=False, interruptible=False)
    gmsh.option.setNumber("General.Terminal", 0)
    gmsh.option.setNumber("General.NumThreads", 1)
    gmsh.option.setNumber("Mesh.MeshSizeMax", 0.4)
    gmsh.model.occ.addBox(0, 0, 0, 2, 1, 1)
    gmsh.model.occ.synchronize()
    gmsh.model.addPhysicalGroup(3, [1], tag=1, name="box")
    gmsh.model.mesh.generate(3)
    cells = len(gmsh.model.mesh.getElementsByType(4)[0])
    if not keep:
        gmsh.finalize()
    if cells == 0:
        raise CheckError("gmsh made no tetrahedra")
    return cells, (2.0, 3.0, 150.0, 0.26)


def _missing_libraries() -> list[str]:
    """Return all system libraries that gmsh misses, as far as ldd knows."""
    found = sorted(Path(sys.prefix, "lib").glob("libgmsh.so*"))
    if not found or shutil.which("ldd") is None:
        return []
    listing = subprocess.run(["ldd", str(found[0])], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(lib[\w+-]+)\.so\S* => not found", listing)


def _solve(bilinear: object, linear: object, fixed: list[object]) -> object:
    problem = importlib.import_module("dolfinx.fem.petsc").LinearProblem(
        bilinear,
        linear,
        bcs=fixed,
        petsc_options_prefix="doctor_",
        petsc_options={"ksp_type": "cg", "pc_type": "jacobi", "ksp_rtol": 1e-12, "ksp_max_it": 2000},
        jit_options=backend.jit_options(),
    )
    solution = problem.solve()
    if problem.solver.getConvergedReason() <= 0:
        raise CheckError("the linear solver did not converge")
    return solution


COMPILER = "install gcc, libc6-dev and the Python headers (python3-dev); unset CC if it is set"
CHECKS = (
    Check("python", _python, "install Python 3.12 or newer, remove .venv and run tools/bootstrap"),
    Check("packages", _packages, "run tools/bootstrap, or pip install -e . in a conda environment or image"),
    Check("dolfinx", _dolfinx, "run tools/bootstrap; do not install another petsc4py beside the wheel"),
    Check("compiler", _compiler, COMPILER),
    Check("jit", _jit, COMPILER),
    Check("mpi", _mpi, "use the mpiexec of this environment, in a shell without another MPI's settings"),
    Check("gmsh", _gmsh, "run tools/bootstrap; it names the system libraries that gmsh needs"),
    Check(
        "elasticity", _elasticity, "repair the checks above; if they pass, remove the cache of compiled forms"
    ),
    Check(
        "render",
        _render,
        "install libegl1 libgl1-mesa-dri (or libosmesa6); unset DISPLAY without an X server",
    ),
    Check("cache", _cache, "set XDG_CACHE_HOME to a folder that can be written"),
)
SETUP = ("compiler", "gmsh")
"""Checks of the machine, not of the packages: what tools/bootstrap cannot install."""


# --- running them --------------------------------------------------------------------------------


def main(arguments: Sequence[str] = ()) -> int:
    """Run the checks and print a line for each.

    Args:
        arguments: Nothing for all checks, ``--setup`` for those of the machine only; ``--json`` for JSON, ``--quiet``
            for what fails and the verdict, ``--verbose`` for versions and places as well.

    Returns:
        0 if all pass, 4 if one does not.
    """
    if arguments[:1] == ["--check"]:
        return _inside(arguments[1])
    silent = "--json" in arguments

    def tell(found: dict[str, Any]) -> None:
        if not silent and not (found["ok"] and "--quiet" in arguments):
            _print_check(found)

    begin, found = time.perf_counter(), []
    for check in (check for check in CHECKS if "--setup" not in arguments or check.name in SETUP):
        found.append(_timed(check))
        tell(found[-1])
    if silent:
        print(json.dumps(found, indent=2))
    else:
        if "--verbose" in arguments:
            _print_places()
        _print_end(found, time.perf_counter() - begin)
    return 0 if all(item["ok"] for item in found) else InstallationError.exit_code


def _timed(check: Check) -> dict[str, Any]:
    """One check as plain data."""
    start = time.perf_counter()
    ok, detail, remedy = _outside(check)
    seconds = round(time.perf_counter() - start, 3)
    return {
        "check": check.name,
        "ok": ok,
        "seconds": seconds,
        "detail": detail,
        "remedy": "" if ok else remedy,
    }


def _print_check(found: dict[str, Any]) -> None:
    mark = "ok  " if found["ok"] else "FAIL"
    print(f"{mark}  {found['check']:<10} {found['seconds']:5.1f} s  {found['detail']}", flush=True)
    if not found["ok"]:
        print(f"      remedy: {found['remedy']}", flush=True)


def _print_places() -> None:
    """What a report of a fault needs: versions, places, the size of the machine."""
    print("versions: " + ", ".join(f"{name} {found}" for name, found in backend.versions().items()))
    print(f"python at {sys.executable}, mpiexec at {launcher() or 'nowhere'}, {os.cpu_count()} cores")


def _print_end(found: list[dict[str, Any]], seconds: float) -> None:
    failed = sum(not item["ok"] for item in found)
    verdict = f"{failed} of {len(found)} checks failed" if failed else f"all {len(found)} checks passed"
    print(f"{verdict} in {seconds:.1f} s" + ("; see docs/troubleshooting.md" if failed else ""))


def _outside(check: Check) -> tuple[bool, str, str]:
    """Run one check in a process and a folder of its own; return (ok, detail, remedy)."""
    # An outer mpiexec's settings would be taken for the check's own.
    environment = without_launcher(os.environ)
    roots = [str(Path(__file__).resolve().parents[1]), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(root for root in roots if root)
    command = [sys.executable, "-m", "rollmech.doctor", "--check", check.name]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return False, f"no answer after {TIMEOUT:.0f} s", check.remedy
    answer = _answer(output)
    if answer is not None:
        return answer["ok"], answer["detail"], answer["remedy"] or check.remedy
    if process.returncode < 0:
        return False, f"crashed ({signal.Signals(-process.returncode).name})", check.remedy
    lines = errors.strip().splitlines()
    return False, lines[-1] if lines else f"ended with code {process.returncode}", check.remedy


def _inside(name: str) -> int:
    """Run one check in this process and print its answer as the last line."""
    call = _ranks if name == "ranks" else {check.name: check.call for check in CHECKS}[name]
    ok, remedy = True, ""
    try:
        detail = call()
    except Exception as error:
        ok, remedy = False, getattr(error, "remedy", "")
        lines = str(error).strip().splitlines() or ["no message"]
        known = isinstance(error, CheckError | InstallationError)
        detail = lines[0] if known else f"{type(error).__name__}: {lines[-1]}"
    print("\n" + MARK + json.dumps({"ok": ok, "detail": detail, "remedy": remedy}), flush=True)
    if not ok and name == "ranks":
        os._exit(1)  # the other rank may wait for this one for ever; mpiexec then ends it
    return 0 if ok else 1


MARK = "rollmech-doctor "


def _answer(output: str) -> dict | None:
    """Return the worst answer among the lines of a check's output; two ranks give two."""
    answers = [json.loads(line[len(MARK) :]) for line in output.splitlines() if line.startswith(MARK)]
    return min(answers, key=lambda answer: answer["ok"]) if answers else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
