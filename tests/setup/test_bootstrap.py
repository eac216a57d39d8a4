"""The set-up script finds the right Python, does nothing twice, and the lock holds hashes but no address."""

import hashlib
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIM = "echo 'pyenv: command not found' >&2; exit 127"


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def python(path: Path, answer: str) -> Path:
    return program(path, f"printf '{answer}'")


@pytest.fixture
def machine(tmp_path):
    """Return a call of the script on a machine with nothing but what a test puts below bin/ and pyenv/."""
    for tool in ("dirname", "uname", "getconf", "cat", "sha256sum", "mktemp", "rm", "grep", "sed"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))

    def call(*arguments, root=ROOT, **variables):
        environment = {"PATH": f"{tmp_path}/bin:{tmp_path}/bin2", "HOME": str(tmp_path), **variables}
        script = [str(root / "tools" / "bootstrap"), *arguments]
        return subprocess.run(script, env=environment, capture_output=True, text=True, check=False)

    return call


def test_shims_and_old_pythons_are_skipped(machine, tmp_path):
    program(tmp_path / "bin" / "python3.13", SHIM)
    python(tmp_path / "bin" / "python3", "3.11 old")
    wanted = python(tmp_path / "bin" / "python3.12", "3.12 ok")
    assert machine("--which").stdout.strip() == str(wanted)


def test_a_real_python_behind_a_shim_of_the_same_name(machine, tmp_path):
    program(tmp_path / "bin" / "python3.13", SHIM)
    wanted = python(tmp_path / "bin2" / "python3.13", "3.13 ok")
    assert machine("--which").stdout.strip() == str(wanted)


def test_python3_if_new_enough(machine, tmp_path):
    wanted = python(tmp_path / "bin" / "python3", "3.14 ok")
    assert machine("--which").stdout.strip() == str(wanted)


@pytest.mark.parametrize("variable", ["PYENV_ROOT", "HOME"])
def test_pyenv_without_an_active_shim(machine, tmp_path, variable):
    program(tmp_path / "bin" / "python3.13", SHIM)
    base = tmp_path / "elsewhere" if variable == "PYENV_ROOT" else tmp_path / ".pyenv"
    python(base / "versions" / "3.11.7" / "bin" / "python3", "3.11 old")
    wanted = python(base / "versions" / "3.12.1" / "bin" / "python3", "3.12 ok")
    variables = {"PYENV_ROOT": str(base)} if variable == "PYENV_ROOT" else {}
    assert machine("--which", **variables).stdout.strip() == str(wanted)


def test_the_asked_python_comes_first_and_must_do(machine, tmp_path):
    python(tmp_path / "bin" / "python3.13", "3.13 ok")
    asked = python(tmp_path / "mine" / "python", "3.12 ok")
    assert machine("--which", PYTHON=str(asked)).stdout.strip() == str(asked)
    old = python(tmp_path / "mine" / "old", "3.9 old")
    done = machine("--which", PYTHON=str(old))
    assert done.returncode == 4
    assert "3.9" in done.stderr


def test_a_missing_venv_module_names_the_package(machine, tmp_path):
    python(tmp_path / "bin" / "python3.13", "3.13 no-venv")
    done = machine("--which")
    assert done.returncode == 4
    assert "python3.13-venv" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_python_is_one_line_that_says_what_to_install(machine):
    done = machine("--which")
    assert done.returncode == 4
    assert "install python3.13" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def tree(path: Path) -> Path:
    """Make a repository whose environment is up to date."""
    (path / "tools").mkdir(parents=True)
    shutil.copy2(ROOT / "tools" / "bootstrap", path / "tools")
    content = b""
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy2(ROOT / name, path)
        content += (path / name).read_bytes()
    for name in ("python", "rollmech"):
        program(path / ".venv" / "bin" / name, "exit 0")
    stamp = f"{hashlib.sha256(content).hexdigest()}  - {path.resolve()}\n"
    (path / ".venv" / ".rollmech-stamp").write_text(stamp)
    return path


def test_nothing_happens_when_up_to_date(machine, tmp_path):
    done = machine(root=tree(tmp_path / "repo"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_changed_lock_is_noticed_and_a_foreign_platform_named(machine, tmp_path):
    root = tree(tmp_path / "repo")
    with (root / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    (tmp_path / "bin" / "uname").unlink()
    program(tmp_path / "bin" / "uname", 'test "$1" = -s && echo Darwin || echo arm64')
    done = machine(root=root)
    assert done.returncode == 4
    assert "Darwin arm64" in done.stderr
    assert "conda create" in done.stderr
    assert "docker run" in done.stderr


def locked() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {line.split("==")[0]: line for line in lines}


def test_every_locked_package_has_a_version_and_hashes():
    for name, line in locked().items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+(\s+--hash=sha256:[0-9a-f]{64})+\s*", line), name


def test_the_lock_holds_all_that_pyproject_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    wanted = project["project"]["dependencies"] + extras["solver"] + extras["test"]
    wanted += project["build-system"]["requires"]
    names = {re.split(r"[=<>!~\[; ]", item)[0].lower() for item in wanted}
    assert names <= set(locked())


def test_no_address_of_a_package_index():
    assert "://" not in (ROOT / "requirements.lock").read_text()
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    # safe.directory: containers and mounted folders belong to someone else
    command = [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    hosts = ("pypi" + r"\.org", "python" + r"hosted\.", "conda" + r"\.org", r"index-url[= ]\s*\w+:")
    address = re.compile("|".join(hosts))
    guilty = []
    for name in filter(None, listing.split("\0")):
        path = ROOT / name
        if path.is_file() and address.search(path.read_text(errors="replace")):
            guilty.append(name)
    assert guilty == []


def test_scripts_are_executable():
    for name in ("tools/bootstrap", "tools/lock", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), name
