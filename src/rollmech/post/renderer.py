"""Renders scenes, as a program of its own: without any working OpenGL, VTK crashes instead of raising.

Its arguments name scene files; it waits for each and writes the picture beside it. It imports little, so that it is
ready by the time the first scene is cut out. No pipe leads to it: writing to one whose reader has crashed can end the
writer by a signal.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from rollmech.post.view import Actor, View, render

_PAUSE = 0.01
"""Seconds between two looks for a scene."""


def write_scene(path: Path, actors: Iterable[Actor], view: View) -> None:
    """Put a scene into a file for the renderer."""
    whole = path.with_suffix(".part")
    whole.write_bytes(pickle.dumps(([actor.bare() for actor in actors if actor.mesh.n_cells], view)))
    whole.replace(path)


def picture_of(path: Path) -> Path:
    """Where the picture of a scene file goes."""
    return path.with_suffix(".npy")


def main(arguments: list[str]) -> int:
    """Render every scene file that is named, as soon as it is there; 1 if the folder is gone before."""
    import pyvista.plotting  # noqa: F401 - takes a while: done while the caller cuts out the first scene

    for path in map(Path, arguments):
        while not path.exists():
            if not path.parent.is_dir():
                return 1
            time.sleep(_PAUSE)
        actors, view = pickle.loads(path.read_bytes())
        np.save(picture_of(path), render(actors, view))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
