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

_BAR = {
    "title": f"{ALONG} (MPa)\n",
    "fmt": "%.3g",
    "title_font_size": 15,
    "label_font_size": 13,
    "position_x": 0.3,
    "position_y": 0.04,
    "width": 0.62,
}
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
        file.write_bytes(pickle.dumps((run.record["title"], *window_of(run), _name_of_x(run))))
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
    words = [f"deformation x {factor:g}"]
    if scale.over or scale.under:
        words.append("what lies beyond the colour bar is singular")
    if run.sharp and not subject.plane:
        front, along = drawn_front(run, body, factor, surface.TOTAL), framing.front_scale(run)
        actors += front_actors(front, along, 0.03 * subject.size)
        symbol, unit = ("G", "J/m^2") if run.by_energy else ("K_I", "MPa m^0.5")
        words.append(f"front: {symbol} from {along.low:.3g} (blue) to {along.high:.3g} {unit} (yellow)")
    return "; ".join(words), [actor.bare() for actor in actors if actor.mesh.n_cells]


def _name_of_x(run: RunData) -> str:
    """What the first axis of the patch is; it turns with a flaw at an angle."""
    return "web" if abs(Subject.of(run).along[0] - 1) < 1e-9 else "x"


def main(file: str) -> int:
    """Open the window of a file that `show` has written."""
    import pyvista as pv

    title, caption, actors, x = pickle.loads(Path(file).read_bytes())
    plotter = pv.Plotter(title=title)
    for actor in actors:
        barred = actor.options.get("scalars") == ALONG
        plotter.add_mesh(actor.mesh, show_scalar_bar=barred, scalar_bar_args=dict(_BAR), **actor.options)
    plotter.add_text(caption, font_size=9, color=theme.INK)
    plotter.add_axes(xlabel=x, ylabel="y", zlabel="z")
    plotter.enable_parallel_projection()
    plotter.camera_position = [(0.8, -1.0, 0.62), (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)]
    plotter.reset_camera()
    plotter.show()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
