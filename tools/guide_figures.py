"""Follow the guides of docs/guides to the letter and put the pictures that their commands make beside them.

    .venv/bin/python tools/guide_figures.py [--only GUIDE] [--keep FOLDER]

Every `rollmech` line of a guide's shell blocks is run in an empty folder that holds copies of cases/ and surfaces/. A
picture that a guide shows as figures/FOLDER--NAME.png is then taken from the run folder of that name, in 256 colours.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "docs" / "guides"
COLOURS, WIDTH = 256, 1100


def main() -> None:
    """Run the commands of the guides and keep their pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="Stem of one guide.")
    parser.add_argument("--keep", type=Path, help="Work here and leave the run folders and outputs.")
    options = parser.parse_args()
    for guide in sorted(GUIDES.glob(f"{options.only or '*'}.md")):
        with tempfile.TemporaryDirectory() as temporary:
            place = options.keep or Path(temporary)
            follow(guide.read_text(encoding="utf-8"), place)
            take_pictures(guide.read_text(encoding="utf-8"), place)


def follow(text: str, place: Path) -> None:
    """Run every rollmech command of a guide in ``place``; its output goes to a file beside the runs."""
    place.mkdir(parents=True, exist_ok=True)
    for name in ("cases", "surfaces"):
        shutil.copytree(ROOT / name, place / name, dirs_exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "110"}
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] != ["rollmech"]:
                continue
            print(line, flush=True)
            done = subprocess.run(
                [sys.executable, "-m", *words],
                cwd=place,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            with (place / "outputs.txt").open("a", encoding="utf-8") as file:
                file.write(f"$ {line}\n{done.stdout}\n")
            if done.returncode:
                sys.exit(f"{line}\n{done.stdout}")


def take_pictures(text: str, place: Path) -> None:
    """Copy what a guide shows from the run folders, with fewer colours."""
    (GUIDES / "figures").mkdir(exist_ok=True)
    for folder, name in re.findall(r"\(figures/([\w.-]+?)--([\w.-]+)\.png\)", text):
        found = [*place.glob(f"*/{folder}/{name}.png"), *place.glob(f"*/{folder}/pictures/{name}.png")]
        if not found:
            sys.exit(f"no command makes {name}.png in a folder {folder}")
        picture = Image.open(found[0]).convert("RGB")
        picture.thumbnail((WIDTH, WIDTH))
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(
            GUIDES / "figures" / f"{folder}--{name}.png", optimize=True
        )


if __name__ == "__main__":
    main()
