"""Papers that the code cites are in the documentation."""

import re

from docblocks import PAGES, ROOT

_CITED = re.compile(r"([A-Z][a-z]+[A-Za-z\'-]*)(?: et al\.)?,? \(?((?:18|19|20)\d\d)\b(?!-)")
_TITLES = {"Mechanics", "Kristallphysik", "Solids", "Tela"}  # last words of titles, not of names


def test_papers_cited_in_the_code_are_in_the_documentation():
    pages = " ".join(" ".join(page.read_text(encoding="utf-8").split()) for page in PAGES)
    missing = set()
    rooms = (ROOT / "src" / "rollmech").rglob("*.py")
    for file in (file for file in rooms if "verify" not in file.parts):  # its page is written from its data
        for name, year in _CITED.findall(" ".join(file.read_text(encoding="utf-8").split())):
            name = name.removesuffix("'s")
            if name not in _TITLES and not re.search(rf"{name}[^|;]{{0,60}}{year}", pages):
                missing.add(f"{file.relative_to(ROOT)}: {name} {year}")
    assert not missing, sorted(missing)
