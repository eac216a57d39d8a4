"""The documentation site: built without a warning, closed in itself, complete."""

import os
import re
import subprocess
import sys

import pytest
from docblocks import ROOT

CASES = sorted((ROOT / "cases").rglob("*.toml"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "NO_MKDOCS_2_WARNING": "1"}
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_every_page_is_in_the_navigation(site):
    home = (site / "index.html").read_text()
    for page in site.rglob("*.html"):
        name = page.relative_to(site).as_posix()
        assert name == "404.html" or f'href="{name}"' in home, name


def test_no_page_loads_anything_from_elsewhere(site):
    loads = re.compile(r"<(?:script|img|iframe|source)[^>]+src=\"?(?:https?:)?//|<link[^>]+>", re.I)
    for page in site.rglob("*.html"):
        for tag in loads.findall(page.read_text()):
            outside = re.search(r"href=\"?(?:https?:)?//", tag)
            assert tag.startswith("<link") and (not outside or "canonical" in tag), f"{page}: {tag}"


def test_links_of_the_readme_resolve():
    text = (ROOT / "README.md").read_text()
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert targets
    assert not [target for target in targets if not (ROOT / target.split("#")[0]).exists()]


def test_every_case_is_told_of_with_its_question(site):
    page = (site / "cases.html").read_text()
    for case in CASES:
        assert case.relative_to(ROOT).as_posix() in page
        assert case.read_text().startswith("# Question: "), case.name


def test_pictures_of_guides_are_small_and_made_by_a_command_of_their_page():
    pictures = set()
    for guide in (ROOT / "docs" / "guides").glob("*.md"):
        text = guide.read_text()
        for folder, name in re.findall(r"figures/([\w.-]+?)--([\w.-]+)\.png", text):
            pictures.add(f"{folder}--{name}.png")
            commands = [line for line in re.findall(r"rollmech .*(?:\\\n.*)*", text) if _makes(folder, line)]
            assert commands, f"{guide.name}: no command writes a folder {folder}"
    there = list((ROOT / "docs" / "guides" / "figures").iterdir())
    assert {path.name for path in there} == pictures
    assert max(path.stat().st_size for path in there) < 200_000


def _makes(folder: str, command: str) -> bool:
    """Whether a command writes a folder of this name, given by --out or made of the file and the command."""
    out = re.search(r"--out \S*?([\w.-]+)(?:\s|$)", command)
    file = re.match(r"rollmech (\w+) \S*?([\w-]+)\.\w+", command)
    if out or not file:
        return bool(out) and out[1] == folder
    ends = {"rank": "-ranking", "run": "", "surface": "", "study": ""}
    return file[2] + ends.get(file[1], f"-{file[1]}") == folder
