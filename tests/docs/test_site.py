"""The documentation site: built without a warning, closed in itself, complete."""

import os
import re
import subprocess
import sys

import pytest
from docblocks import PAGES, ROOT

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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_case_is_told_of(case):
    words = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert case.name in words or f"{case.parent.name}/{case.stem}" in words
