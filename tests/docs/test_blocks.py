"""What README and docs tell a reader to type is what rollmech takes."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest
from docblocks import PAGES, ROOT, blocks, command_lines, of, rollmech_arguments

from rollmech.case import json_schema, load_case
from rollmech.cli import app
from rollmech.study.walk import plan_study

_ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}
_MADE_HERE = re.compile(r"(runs|studies|surveys)/")
_FILE = re.compile(r"[\w./-]+\.(toml|csv|msh|inp|npy|npz|txt|json|py)")


@pytest.mark.parametrize("block", of("sh"), ids=str)
def test_commands_parse_and_their_files_exist(block):
    for words in command_lines(block):
        arguments = rollmech_arguments(words)
        if arguments is not None and "--help" not in arguments:
            app.parse_args(arguments, exit_on_error=False, print_error=False)
        missing = [word for word in words if _FILE.fullmatch(word) and not _there(word, block.page)]
        assert not missing, f"{block}: {' '.join(words)}"


def _there(name, page) -> bool:
    """Whether a file is in the repository or is made by a command or named as the reader's own on the page."""
    if (ROOT / name).exists() or _MADE_HERE.match(name):
        return True
    commands = [words for block in blocks(page) if block.language == "sh" for words in command_lines(block)]
    made = [words[-1] for words in commands if "init" in words or "--out" in words]
    redirected = f"> {name}" in page.read_text(encoding="utf-8")
    return name in made or redirected or name.startswith("my_")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_files_named_in_the_text_exist(page):
    text = page.read_text(encoding="utf-8")
    commands = set(re.findall(r"`rollmech ([a-z]+)[ `]", text))
    assert commands <= set(app), f"{page}: {commands - set(app)}"
    files = re.findall(r"`((?:cases|benchmarks|tools|surfaces|meshes|tests|docs|src)/[\w./-]+)`", text)
    assert not [name for name in files if "KIND" not in name and not (ROOT / name).exists()], page


@pytest.mark.parametrize("block", of("toml"), ids=str)
def test_cases_load_and_parts_of_cases_have_known_keys(block, tmp_path):
    data = tomllib.loads(block.text)
    if "vary" in data:
        (tmp_path / "studies").mkdir()
        (tmp_path / "etch_pit.toml").symlink_to(ROOT / "cases" / "etch_pit.toml")
        (tmp_path / "studies" / "study.toml").write_text(block.text)
        assert plan_study(tmp_path / "studies" / "study.toml")[2].points
        return
    if "format" in data:
        (tmp_path / "case.toml").write_text(block.text)
        assert load_case(tmp_path / "case.toml").title
    schema = json_schema()
    known = {key for model in [schema, *schema["$defs"].values()] for key in model.get("properties", {})}
    assert not set(_keys(data)) - known, block


def _keys(data) -> Iterator[str]:
    """All keys of nested tables but names: of materials, of layers in a mesh, of treatments."""
    for key, value in data.items():
        yield key
        tables = value if isinstance(value, list) else [value]
        if key in ("materials", "regions", "faces", "cost"):
            tables = value.values()
        for table in tables:
            if isinstance(table, dict):
                yield from _keys(table)


_FIRST = """
import pyvista
from rollmech.cli import main

pyvista.OFF_SCREEN = True
main(["run", "cases/polishing_scratch.toml", "--no-pictures", "--quiet"])
"""


def test_python_of_all_pages_runs(tmp_path):
    for name in ("cases", "surfaces", "meshes"):
        (tmp_path / name).symlink_to(ROOT / name)
    pages = sorted({block.page for block in of("python")})
    texts = ["\n".join(block.text for block in of("python") if block.page == page) for page in pages]
    codes = [
        f"exec(compile({text!r}, {page.name!r}, 'exec'), {{}})"
        for text, page in zip(texts, pages, strict=True)
    ]
    words = [sys.executable, "-c", "\n".join([_FIRST, *codes])]
    done = subprocess.run(words, cwd=tmp_path, env=_ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
