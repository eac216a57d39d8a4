"""The only place that imports DOLFINx.

``from rollmech.backend import MPI, PETSc, basix, dolfinx, ufl`` works wherever DOLFINx came from: the wheel,
conda or the official image. The import starts MPI, so it happens at the first use of one of these names;
:func:`versions` and :func:`jit_cache` never start it.

The JIT cache is rollmech's own folder below ``XDG_CACHE_HOME``: each process holds a shared lock on it, so a
process that finds itself alone can remove what a killed one left half-written.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import importlib
import importlib.util
import os
import platform
import signal
import tempfile
import threading
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from rollmech.errors import InstallationError
from rollmech.ranks import launched_size

if TYPE_CHECKING:
    import basix
    import dolfinx
    import ufl
    from mpi4py import MPI
    from petsc4py import PETSc

__all__ = [
    "MPI",
    "Backend",
    "PETSc",
    "basix",
    "dolfinx",
    "jit_cache",
    "jit_options",
    "load",
    "ufl",
    "versions",
]

MINIMUM = (0, 10)
JIT_TIMEOUT = 120
"""Seconds that a rank waits for another one's compilation."""
STALE_AFTER = 600
"""Age in seconds from which a compilation counts as abandoned although other processes are alive."""
INSTALL = (
    "run tools/bootstrap (Linux x86_64), or use conda or the official DOLFINx image (docs/troubleshooting.md)"
)

_lock: int | None = None


class Backend(NamedTuple):
    """The modules a solve needs, imported in the right order."""

    MPI: ModuleType
    PETSc: ModuleType
    basix: ModuleType
    dolfinx: ModuleType
    ufl: ModuleType


def __getattr__(name: str) -> Any:
    if name in Backend._fields:
        return getattr(load(), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@functools.cache
def load() -> Backend:
    """Import DOLFINx, PETSc and MPI once, ready to solve.

    Raises:
        InstallationError: DOLFINx is missing, too old, or has no real-valued PETSc; MPI cannot start in this process.
    """
    wheel = importlib.util.find_spec("dolfinx_solver") is not None
    if wheel:
        # UCX dies on some hosts with RDMA devices; a cluster's own setting stays.
        os.environ.setdefault("UCX_TLS", "self,sm,tcp")
    if launched_size() > 1:
        # Ranks share the cores: threads of one would take them from another.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    else:
        _clear_shared_memory()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGPIPE)}
    try:
        if wheel:
            importlib.import_module("dolfinx_solver")
        mpi = importlib.import_module("mpi4py.MPI")
        core = importlib.import_module("dolfinx")
    except (ImportError, OSError, RuntimeError) as error:
        raise InstallationError(f"DOLFINx cannot be imported ({_first_line(error)}): {INSTALL}") from error
    found = getattr(core, "__version__", "0")
    if _numbers(found) < MINIMUM:
        least = ".".join(map(str, MINIMUM))
        raise InstallationError(f"DOLFINx {found} is too old, {least} or newer is needed: {INSTALL}")
    try:
        petsc = importlib.import_module("petsc4py.PETSc")
        for name in ("dolfinx.fem.petsc", "dolfinx.io", "dolfinx.mesh"):
            importlib.import_module(name)
    except ImportError as error:
        raise InstallationError(f"DOLFINx {found} has no PETSc ({_first_line(error)}): {INSTALL}") from error
    if not getattr(core, "has_petsc4py", True):
        raise InstallationError(f"DOLFINx {found} was built without petsc4py: {INSTALL}")
    if issubclass(petsc.ScalarType, complex):
        raise InstallationError(f"DOLFINx {found} has a complex PETSc, the real one is needed: {INSTALL}")
    _give_back(handlers)
    for package in ("dolfinx", "petsc4py", "ufl", "ffcx", "basix"):
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=rf"{package}(\.|$)")
        warnings.filterwarnings("ignore", category=FutureWarning, module=rf"{package}(\.|$)")
    jit = core.jit.DOLFINX_DEFAULT_JIT_OPTIONS
    # A call without jit_options waits as long and shares the cache, too.
    for key, value in jit_options().items():
        jit[key] = (value, jit[key][1])
    _clear_stale(jit_cache())
    basix_module, ufl_module = (importlib.import_module(name) for name in ("basix", "ufl"))
    importlib.import_module("basix.ufl")
    return Backend(mpi, petsc, basix_module, core, ufl_module)


def _clear_shared_memory(folder: Path = Path("/dev/shm")) -> None:
    """Remove what a killed process of the same number left where MPICH wants its own.

    MPICH names its shared memory after the process when no launcher started it. What a process left that died while
    it started makes it wait for ever, another user's makes it end the process with "Out of memory".
    """
    left = folder / f"mpich_shm_{os.getpid():x}_0"
    try:
        left.unlink(missing_ok=True)
    except OSError as error:
        raise InstallationError(
            f"MPI cannot start in process {os.getpid()}: {left}, left by another user's run, is in its way; call again"
        ) from error


def _give_back(handlers: dict[signal.Signals, Any]) -> None:
    """Undo PETSc's own handling of signals that are no crash: it would abort MPI."""
    if threading.current_thread() is threading.main_thread():
        for number, handler in handlers.items():
            if handler not in (None, signal.SIG_DFL):
                signal.signal(number, handler)


def jit_options() -> dict[str, Any]:
    """Return the options of DOLFINx's form compiler: a long wait for other ranks and rollmech's own cache."""
    return {
        "timeout": JIT_TIMEOUT,
        "cache_dir": jit_cache(),
        "cffi_extra_compile_args": ["-O3", "-g0", *_VECTORISED, *(["-march=native"] if _processor() else [])],
    }


# Sums of an element's integrals may be taken in any order: the kernels run three times as fast. What -ffast-math adds
# (numbers that are taken to be finite, tiny ones to be zero in the whole process) is left out.
_VECTORISED = (
    "-fassociative-math",
    "-fno-signed-zeros",
    "-fno-trapping-math",
    "-fno-math-errno",
    "-freciprocal-math",
)


@functools.cache
def _processor() -> str:
    """Name of the set of instructions of this machine's processor; empty where it cannot be told.

    Kernels are compiled for the processor at hand, and a cache may be shared by machines with different ones.
    """
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    known = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    if not known:
        return ""
    return f"{platform.machine()}-{hashlib.sha256(known.encode()).hexdigest()[:8]}"


@functools.cache
def jit_cache() -> Path:
    """Return the folder of compiled forms for this processor: below XDG_CACHE_HOME or ~/.cache, else a temporary one.

    Raises:
        InstallationError: no folder can be written.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    places = [
        Path(base) if base else Path(os.path.expanduser("~"), ".cache"),
        Path(tempfile.gettempdir(), f"rollmech-{os.getuid()}"),
    ]
    for place in places:
        folder = place / "rollmech" / "forms" / (_processor() or "any")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Compiled code is loaded from here: never from a folder that someone else owns.
            if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK | os.X_OK):
                return folder
        except OSError:
            continue
    tried = " nor ".join(str(place) for place in places)
    raise InstallationError(f"no cache for compiled forms: neither {tried} is writable; set XDG_CACHE_HOME")


def versions() -> dict[str, str]:
    """Return the versions that a result depends on, without importing a heavy module."""
    found = {"rollmech": _distribution("rollmech") or importlib.import_module("rollmech").__version__}
    found["python"] = platform.python_version()
    found["dolfinx"] = _distribution("fenics-dolfinx", "dolfinx-solver-real", "dolfinx") or "missing"
    found["petsc"] = _petsc_version()
    for name, distributions in {
        "mpi4py": ("mpi4py",),
        "ffcx": ("fenics-ffcx",),
        "basix": ("fenics-basix",),
        "ufl": ("fenics-ufl",),
        "gmsh": ("gmsh", "python-gmsh"),
        "numpy": ("numpy",),
        "scipy": ("scipy",),
        "pyvista": ("pyvista",),
        "vtk": ("vtk",),
    }.items():
        found[name] = _distribution(*distributions) or "missing"
    return found


def _distribution(*names: str) -> str | None:
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None


def _petsc_version() -> str:
    # The wheel carries petsc4py without its own metadata; the package is light, only petsc4py.PETSc is not.
    found = _distribution("petsc4py")
    if found is None:
        try:
            found = importlib.import_module("petsc4py").__version__
        except ImportError:
            found = "missing"
    return found


def _numbers(text: str) -> tuple[int, ...]:
    numbers = []
    for part in text.split(".")[:2]:
        digits = "".join(c for c in part if c.isdigit())
        numbers.append(int(digits or 0))
    return tuple(numbers)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _clear_stale(folder: Path) -> None:
    """Remove compilations that no living process will finish.

    FFCx marks a compilation by a ``.c`` file and its end by ``.c.cached``; one without the other makes every
    later run wait and fail. Whoever gets the exclusive lock is alone and may remove them all; the shared lock
    then lasts as long as the process. Beside others, or without working locks, only old ones are removed.
    """
    global _lock
    if _lock is not None:
        return
    age = float(STALE_AFTER)
    try:
        _lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        age = 0.0
    except OSError:
        pass
    now = time.time()
    for source in folder.glob("libffcx_*.c"):
        done = source.with_suffix(".c.cached")
        try:
            complete = done.exists() and any(folder.glob(f"{source.stem}.*so"))
            if not complete and now - source.stat().st_mtime >= age:
                done.unlink(missing_ok=True)
                source.unlink(missing_ok=True)
        except OSError:
            continue
    if _lock is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(_lock, fcntl.LOCK_SH)
