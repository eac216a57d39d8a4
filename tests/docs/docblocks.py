"""Code blocks, commands and links of README and docs, as a reader would copy them."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_SHELL = re.compile(r"(\$ )?(\.venv/bin/\S+ |rollmech |make |mpiexec )")
_TOML = re.compile(r"(\[\[?[\w.\"-]+\]\]?|[\w.-]+ = [\"{\[].*)(\s*#.*)?$")


@dataclass(frozen=True)
class Block:
    """A code block: its page, the line it starts on, its language and text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """All fenced and indented code blocks of a page."""
    found, inside, fence, start = [], [], None, 0
    lines = [*page.read_text(encoding="utf-8").splitlines(), ""]
    for number, line in enumerate(lines, 1):
        opening = re.match(r"```(\w*)", line)
        if fence is not None and line.startswith("```"):
            found.append(Block(page, start, fence, "\n".join(inside)))
            fence, inside = None, []
        elif fence is not None:
            inside.append(line)
        elif opening:
            fence, start, inside = opening[1], number + 1, []
        elif line.startswith("    ") or (inside and not line):
            start = start if inside else number
            inside.append(line[4:])
        elif inside:
            found.append(_indented(page, start, inside))
            inside = []
    return found + ([_indented(page, start, inside)] if inside else [])


def _indented(page: Path, line: int, lines: list[str]) -> Block:
    """A block without a fence; what it holds is told by its first line."""
    kinds = (("sh", _SHELL), ("toml", _TOML), ("python", re.compile(r"(import|from) \w+")))
    language = next((name for name, pattern in kinds if pattern.match(lines[0])), "")
    return Block(page, line, language, "\n".join(lines).strip("\n"))


def of(language: str) -> list[Block]:
    """All blocks in a language."""
    return [block for page in PAGES for block in blocks(page) if block.language == language]


def command_lines(block: Block) -> list[list[str]]:
    """The commands of a shell block as words, without comments and redirections."""
    text = block.text.replace("\\\n", " ")
    words = [shlex.split(line, comments=True) for line in text.splitlines()]
    return [line[: line.index(">")] if ">" in line else line for line in words if line]


def rollmech_arguments(words: list[str]) -> list[str] | None:
    """What a command hands to rollmech; None if it does not call it."""
    if "-m" in words and words[words.index("-m") + 1 : words.index("-m") + 2] == ["rollmech"]:
        return words[words.index("-m") + 2 :]
    return words[1:] if Path(words[0]).name == "rollmech" else None
