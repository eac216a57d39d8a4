"""The scene of a run in a window of the desktop, in a process of its own: VTK crashes where OpenGL is missing."""

from __future__ import annotations

import ctypes
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rollmech.errors import Fault, InputError, InstallationError
from rollmech.post import framing, surface, theme
from rollmech.post.actors import drawn_front, edge_actors, field_actors, front_actors
from rollmech.post.fields import ALONG, add_fields, scale_for
from rollmech.post.framing import Subject
from rollmech.post.rundata import RunData, read_run
from rollmech.post.scene import kept_sectors
from rollmech.post.view import Actor

_ELSEWHERE = "open scene.html of the run folder in a browser instead"


def show(folder: Path, progress: Callable[[str], None] = lambda text: None) -> None:
    """Show a run's flaw, deformed as in ``deformed_patch.png``, until the window is closed.

    Raises:
        InputError: ``folder`` is not a run folder, or its run has no flaw.
        InstallationError: There is no display, or no OpenGL on it.
    """
    run = read_run(Path(folder))
    if run.case.flaw is None:
        raise InputError(str(folder), [Fault("RUN", str(folder), "has no flaw to show", "a run with a flaw")])
    if problem := _no_display():
        raise InstallationError(f"view: there is no display ({problem}); {_ELSEWHERE}")
    progress("preparing the scene")
    with tempfile.TemporaryDirectory(prefix="rollmech-") as scratch:
        file = Path(scratch) / "window.scene"
        file.write_bytes(pickle.dumps((run.record["title"], *window_of(run))))
        progress("window open")
        ended = subprocess.run([sys.executable, "-m", "rollmech.post.window", str(file)], check=False)
    if ended.returncode:
        raise InstallationError(
            f"view: the window could not be opened (code {ended.returncode}); {_ELSEWHERE}"
        )


def _no_display() -> str:
    """What is wrong with the display of a Linux desktop; empty if it answers, or on other systems."""
    if not sys.platform.startswith("linux") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    name = os.environ.get("DISPLAY")
    if not name:
        return "DISPLAY is not set"
    try:
        library = ctypes.CDLL("libX11.so.6")
    except OSError:
        return "libX11 is missing"
    library.XOpenDisplay.restype = ctypes.c_void_p
    return "" if library.XOpenDisplay(None) else f"{name} does not answer"


def window_of(run: RunData) -> tuple[str, list[Actor]]:
    """Caption and actors of the window."""
    subject = Subject.of(run)
    crop = framing.overview_crop(run, subject)
    width = 1.5 * crop.x if subject.plane else 0.0
    parts = surface.cut_out(run.plies, crop, kept_sectors(subject), width)
    factor = framing.overview_factor(parts, crop, subject)
    for part in parts:
        add_fields(run, subject, part)
    body = surface.deform(parts, surface.TOTAL, factor)
    scale = scale_for(run, body, ALONG)
    actors = [*field_actors(body, ALONG, scale), *edge_actors(body)]
    if run.sharp and not subject.plane:
        front = drawn_front(run, body, factor)
        actors += front_actors(front, framing.front_scale(run), 0.03 * subject.size)
    clipped = "; what lies beyond the colour bar is singular" if scale.over or scale.under else ""
    return f"{ALONG} (MPa), deformation x {factor:g}{clipped}", [a.bare() for a in actors if a.mesh.n_cells]


def main(file: str) -> int:
    """Open the window of a file that `show` has written."""
    import pyvista as pv

    title, caption, actors = pickle.loads(Path(file).read_bytes())
    plotter = pv.Plotter(title=title)
    for actor in actors:
        barred = actor.options.get("scalars") == ALONG
        plotter.add_mesh(actor.mesh, show_scalar_bar=barred, **actor.options)
    plotter.add_text(caption, font_size=9, color=theme.INK)
    plotter.add_axes(xlabel="x", ylabel="y", zlabel="z")
    plotter.enable_parallel_projection()
    plotter.camera_position = [(0.8, -1.0, 0.62), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)]
    plotter.reset_camera()
    plotter.show()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
