"""How much the command line says: quiet, verbose, JSON, the log of a run, completion, version."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rollmech
from rollmech import doctor
from rollmech.cli import main

CASES = Path(__file__).parents[2] / "cases"
STACK, SCRATCH = str(CASES / "unflawed_stack.toml"), str(CASES / "polishing_scratch.toml")


@pytest.fixture(scope="module")
def verbose(tmp_path_factory):
    """Folder, stdout and stderr of a verbose run in a process of its own."""
    out = tmp_path_factory.mktemp("verbose") / "run"
    words = [sys.executable, "-m", "rollmech", "run", SCRATCH, "--no-pictures", "-v", "--out", str(out)]
    setting = ["--set", 'rollers.1.tension="80 N/m"']
    done = subprocess.run([*words, *setting], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    return out, done.stdout, done.stderr


def test_verbose_tells_every_stage_and_details(verbose):
    _, out, err = verbose
    assert re.search(r"mesh 1: meshing \(\d+\.\d s\)", err) and "judging (" in err
    assert re.search(r"^2 +\d+ +\d+ .* %", out, re.M), "the levels of the mesh"
    assert "holds       estimated error" in out and f"rollmech {rollmech.__version__}" in out


def test_the_log_tells_stages_that_fill_the_time_of_the_run(verbose):
    folder, _, err = verbose
    log, results = (folder / "run.log").read_text(), json.loads((folder / "results.json").read_text())
    stages = re.findall(r"^ +([\d.]+) +([\d.]+)  (.+)$", log, re.M)
    assert [text for *_, text in stages] == re.findall(r"^  (.+) \([\d.]+ s\)$", err, re.M)
    begin, spent = zip(*((float(at), float(seconds)) for at, seconds, _ in stages), strict=True)
    end = float(re.search(r"^ +([\d.]+) +safe$", log, re.M)[1])
    assert [a + s for a, s in zip(begin, spent, strict=True)] == pytest.approx([*begin[1:], end], abs=0.011)
    assert begin[0] + sum(spent) > results["timings"]["total"] - 0.1, "stages leave no time untold"
    command, *subject = log.splitlines()[:3]
    assert command.startswith("command: rollmech run ") and command.endswith("'rollers.1.tension=\"80 N/m\"'")
    assert subject == [f"case: {SCRATCH}", 'set: rollers.1.tension="80 N/m"']
    assert all(f"{name} {version}" in log for name, version in results["versions"].items())
    assert [f"warning: {text}" for text in results["warnings"]] == re.findall("^warning: .*$", log, re.M)


MAP = str(CASES.parent / "surfaces" / "etched_polished.csv")
WRITERS = {
    "run": ["run", STACK, "--no-pictures"],
    "window": ["window", STACK, "--x", "rollers.radius", "--y", "rollers.tension"],
    "films": ["films", str(CASES / "film_stack.toml")],
    "rank": ["rank", str(CASES / "five_treatments.toml"), "--only", "N2 plasma"],
    "tornado": ["tornado", STACK],
    "surface": ["surface", MAP, "--pixel", "0.25 um", "--unit", "nm", "--no-pictures"],
    "study": ["study", str(CASES / "studies" / "carrier.toml"), "--no-pictures"],
}


@pytest.mark.parametrize("name", WRITERS)
def test_quiet_says_only_what_was_written_and_the_log_the_rest(name, tmp_path, capfd):
    out = tmp_path / "out"
    assert main([*WRITERS[name], "--quiet", "--out", str(out)]) == 0
    assert capfd.readouterr() == (f"{out}\n", "")
    command, subject, *rest = (out / "run.log").read_text().splitlines()
    assert command.startswith(f"command: rollmech {name} ") and subject.split(": ")[1] == WRITERS[name][1]
    assert [line.split(": ")[0] for line in rest[:3]] == ["started", "versions", "ranks"]
    end = [line for line in rest if not line.startswith("warning: ")][-1]
    assert f"rollmech {rollmech.__version__}, python " in rest[1] and re.match(r" +[\d.]+ {3,}\S", end)


def test_a_window_tells_what_is_allowed_and_what_it_leaves_out(tmp_path, capsys):
    """The free ribbon breaks by strength long before its shallow scratch grows: the map of K alone must say so."""
    axes = ["--x", "rollers.radius=2 mm:60 mm", "--y", "rollers.tension=10 N/m:70 N/m"]
    assert main(["window", SCRATCH, *axes, "--out", str(tmp_path / "out")]) == 0
    found = capsys.readouterr().out
    limits = [float(text) for text in re.findall(r"radius of all rollers \(mm\) ([\d.]+) to 60", found)]
    assert limits == pytest.approx([8.207, 25.78], abs=0.06), "those of a run, on a grid of 0.058 mm"
    assert "placeholder fracture_toughness of ceramic" in found
    assert "Strength of the web without this crack is no part" in found


def test_quiet_and_verbose_exclude_each_other(capsys):
    assert main(["run", STACK, "--quiet", "--verbose"]) == 2
    assert "exclusive" in capsys.readouterr().err


def test_the_plan_of_a_study_as_json(capsys):
    study = str(CASES / "studies" / "pit_depth_radius.toml")
    assert main(["study", study, "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["points"] + sum(plan["left_out"].values()) == plan["planned"]
    assert 0 <= plan["in_the_store"] <= plan["distinct_solves"] == 3


def test_doctor_as_json(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "CHECKS", doctor.CHECKS[:2])
    monkeypatch.setattr(doctor, "_outside", lambda check: (check is doctor.CHECKS[0], "seen", "mend it"))
    assert main(["doctor", "--json"]) == 4
    first, second = json.loads(capsys.readouterr().out)
    assert (first["ok"], first["remedy"]) == (True, "") and (second["ok"], second["remedy"]) == (
        False,
        "mend it",
    )


@pytest.mark.parametrize(("option", "said"), [("-q", "FAIL  packages"), ("-v", "ok    python")])
def test_how_much_doctor_says(option, said, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "CHECKS", doctor.CHECKS[:2])
    monkeypatch.setattr(doctor, "_outside", lambda check: (check is doctor.CHECKS[0], "seen", "mend it"))
    assert main(["doctor", option]) == 4
    found = capsys.readouterr().out
    assert found.startswith(said) and found.endswith("see docs/troubleshooting.md\n")
    assert ("versions: rollmech" in found) == (option == "-v") != ("ok    python" not in found)


def test_verbose_validation_says_what_a_case_is(capsys):
    assert main(["validate", SCRATCH, "-v"]) == 0
    assert capsys.readouterr().out == f"{SCRATCH}: valid, ceramic; scratch in 'ceramic'; 2 rollers\n"
    assert main(["validate", SCRATCH, "-q"]) == 0
    assert capsys.readouterr().out == ""


def test_completion_is_installed_and_knows_the_commands(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert main(["--install-completion"]) == 0
    script = tmp_path / ".local/share/bash-completion/completions/rollmech"
    check = f"source {script}; COMP_WORDS=(rollmech wi); COMP_CWORD=1; _rollmech; echo ${{COMPREPLY[*]}}"
    done = subprocess.run(["bash", "-c", check], capture_output=True, text=True)
    assert done.stdout.split() == ["window"], done.stderr


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rollmech {rollmech.__version__}\n"
