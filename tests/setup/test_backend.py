"""DOLFINx is imported late and in order; a bad one is refused; remains of killed compilations are cleared."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rollmech import backend
from rollmech.errors import InstallationError


def child(code: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_versions_and_options_start_no_mpi(tmp_path):
    code = (
        "import sys; from rollmech.backend import versions, jit_options; found = versions(); jit_options()\n"
        "assert found['dolfinx'] != 'missing' and found['petsc'] != 'missing', found\n"
        "heavy = {'mpi4py.MPI', 'dolfinx', 'petsc4py.PETSc', 'gmsh', 'pyvista', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = child(code, tmp_path)
    assert done.returncode == 0, done.stderr


def test_names_come_from_the_module(tmp_path):
    code = (
        "from rollmech.backend import MPI, PETSc, basix, dolfinx, ufl, jit_cache\n"
        "assert dolfinx.jit.get_options()['cache_dir'] == jit_cache()\n"
        "assert dolfinx.jit.get_options()['timeout'] == 120\n"
        "assert dolfinx.fem.petsc and MPI.COMM_WORLD.size == 1"
    )
    done = child(code, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("trick", "words"),
    [
        ("sys.modules['dolfinx'] = None", "cannot be imported"),
        ("sys.modules['dolfinx'] = types.SimpleNamespace(__version__='0.9.0')", "too old"),
        ("sys.modules['petsc4py.PETSc'] = None", "has no PETSc"),
    ],
)
def test_an_unfit_dolfinx_is_refused_with_exit_code_4(tmp_path, trick, words):
    code = (
        f"import importlib, sys, types\n{trick}\n"
        "from rollmech import backend\nfrom rollmech.errors import InstallationError\n"
        "try:\n    backend.load()\n"
        "except InstallationError as error:\n    print(error); sys.exit(error.exit_code)"
    )
    done = child(code, tmp_path)
    assert done.returncode == 4, done.stderr
    assert words in done.stdout


LOAD = "from rollmech import backend; backend.load()"


def remains(tmp_path: Path, age: float = 0.0) -> Path:
    folder = child("from rollmech.backend import jit_cache; print(jit_cache())", tmp_path).stdout.strip()
    source = Path(folder, "libffcx_forms_killed.c")
    source.touch()
    os.utime(source, (time.time() - age,) * 2)
    return source


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no shared memory")
def test_shared_memory_of_a_killed_process_of_the_same_number_is_cleared(tmp_path):
    code = (
        "import os\nfrom pathlib import Path\nleft = Path(f'/dev/shm/mpich_shm_{os.getpid():x}_0')\n"
        "left.write_bytes(bytes(2**20))\n"
        "from rollmech import backend\nbackend.load()\nleft.unlink(missing_ok=True)"
    )
    done = child(code, tmp_path)
    assert done.returncode == 0, done.stderr


def test_shared_memory_of_another_user_is_named(tmp_path):
    (tmp_path / f"mpich_shm_{os.getpid():x}_0").mkdir()  # what cannot be unlinked, whoever runs this
    with pytest.raises(InstallationError, match="another user's run, is in its way; call again"):
        backend._clear_shared_memory(tmp_path)


def test_remains_of_a_killed_compilation_are_cleared(tmp_path):
    source = remains(tmp_path)
    assert child(LOAD, tmp_path).returncode == 0
    assert not source.exists()


def test_a_finished_compilation_stays(tmp_path):
    source = remains(tmp_path)
    library = source.with_name("libffcx_forms_killed.cpython.so")
    done = source.with_suffix(".c.cached")
    library.touch()
    done.touch()
    assert child(LOAD, tmp_path).returncode == 0
    assert source.exists()
    assert done.exists()


def test_beside_a_living_process_only_old_remains_are_cleared(tmp_path):
    code = f"{LOAD}; print('ready', flush=True); input()"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline().strip() == b"ready"
        source = remains(tmp_path)
        child(LOAD, tmp_path)
        assert source.exists()
        remains(tmp_path, age=3600.0)
        child(LOAD, tmp_path)
        assert not source.exists()
        other.communicate(b"\n")


def test_an_unwritable_cache_falls_back_to_a_private_folder(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    code = "from rollmech.backend import jit_cache; print(jit_cache())"
    done = child(code, tmp_path, XDG_CACHE_HOME=str(blocked), TMPDIR=str(tmp_path))
    assert done.stdout.startswith(str(tmp_path / f"rollmech-{os.getuid()}"))
