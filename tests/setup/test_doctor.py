"""Doctor passes on a working installation and names the remedy on a broken one."""

import pytest

from rollmech import doctor


def test_this_installation_is_well(capfd):
    assert doctor.main() == 0, capfd.readouterr().out
    out = capfd.readouterr().out
    assert [line.split()[1] for line in out.splitlines()[:-1]] == [check.name for check in doctor.CHECKS]
    assert "FAIL" not in out


def test_a_compiler_that_does_not_exist(monkeypatch, capfd):
    monkeypatch.setenv("CC", "no-such-compiler")
    assert doctor.main(["--setup"]) == 4
    out = capfd.readouterr().out
    assert "FAIL  compiler" in out
    assert "no-such-compiler does not exist" in out
    assert "remedy: install gcc" in out
    assert "ok    gmsh" in out


def test_a_compiler_that_fails_is_found_by_a_fresh_jit(monkeypatch):
    monkeypatch.setenv("CC", "false")
    (jit,) = (check for check in doctor.CHECKS if check.name == "jit")
    ok, detail, remedy = doctor._outside(jit)
    assert not ok
    assert detail
    assert "gcc" in remedy


def test_missing_libraries_of_gmsh_are_named_by_package(monkeypatch, tmp_path):
    (tmp_path / "gmsh.py").write_text("raise OSError('libGLU.so.1: cannot open shared object file')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    (gmsh,) = (check for check in doctor.CHECKS if check.name == "gmsh")
    ok, detail, remedy = doctor._outside(gmsh)
    assert not ok
    assert "libGLU" in detail
    assert remedy == "install libglu1-mesa (Debian)"


@pytest.mark.parametrize(
    ("body", "words"), [("os.kill(os.getpid(), 11)", "SIGSEGV"), ("time.sleep(60)", "no answer")]
)
def test_a_crash_or_a_hang_does_not_take_doctor_along(monkeypatch, tmp_path, body, words):
    (tmp_path / "gmsh.py").write_text(f"import os, time\n{body}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(doctor, "TIMEOUT", 5.0)
    (gmsh,) = (check for check in doctor.CHECKS if check.name == "gmsh")
    ok, detail, remedy = doctor._outside(gmsh)
    assert not ok
    assert words in detail
    assert remedy == gmsh.remedy
