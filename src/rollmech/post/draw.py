"""All pictures of a run, from its folder alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

from rollmech.post import charts, stack, stations_chart, theme, thickness_chart
from rollmech.post.rundata import PICTURES, RunData, read_run

_WINDOW = "VTK_DEFAULT_OPENGL_WINDOW"
_PATIENCE = 120
"""Seconds that rendering may take on a slow machine."""


def draw_run(folder: Path) -> list[Path]:
    """Draw every picture that a run has something to show for.

    Args:
        folder: A run folder; the pictures go into its ``pictures``.

    Returns:
        The PNG files, in the order in which a report shows them.

    Raises:
        InputError: ``folder`` is not a whole run folder.
        RuntimeError: No OpenGL works here, or it gave up; the charts are drawn all the same.
        OSError: A picture cannot be written.
    """
    run = read_run(Path(folder))
    pictures = run.folder / PICTURES
    pictures.mkdir(exist_ok=True)
    rendering = _start_rendering(run.folder, _best_window()) if run.case.flaw else None
    try:
        drawn = _draw_charts(run, pictures)
    finally:
        problem = _outcome(rendering) if rendering else ""
    if problem and rendering:
        # VTK's own order (X server, EGL, OSMesa) may find what the first choice did not.
        problem = _outcome(_start_rendering(run.folder, {}))
    if problem:
        raise RuntimeError(f"no 3D picture: {problem}")
    scenes = [pictures / name for name in ("deformed_patch.png", "flaw_closeup.png")] if rendering else []
    return [*scenes, *drawn]


def _draw_charts(run: RunData, pictures: Path) -> list[Path]:
    drawn = []
    with theme.style():
        if run.sharp:
            drawn.append(charts.k_along_front(run, pictures / charts.K_CHART))
        if run.judged:
            drawn.append(stations_chart.stations(run, pictures / stations_chart.STATIONS))
        drawn.append(thickness_chart.through_thickness(run, pictures / thickness_chart.THICKNESS))
        drawn.append(stack.stack_picture(run, pictures / stack.STACK))
    return drawn


# --- rendering in a process of its own ------------------------------------------------------------


def _best_window() -> dict[str, str]:
    """EGL renders without an X server, and without VTK's complaint about a missing one."""
    if _WINDOW in os.environ or not sys.platform.startswith("linux"):
        return {}
    try:
        ctypes.CDLL("libEGL.so.1")
    except OSError:
        return {}
    return {_WINDOW: "vtkEGLRenderWindow"}


def _start_rendering(folder: Path, window: dict[str, str]) -> subprocess.Popen:
    # Without any working OpenGL, VTK ends the process with a segmentation fault: it must not be ours.
    return subprocess.Popen(
        [sys.executable, "-m", "rollmech.post.scenes", str(folder)],
        env={**os.environ, **window},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _outcome(rendering: subprocess.Popen) -> str:
    """Wait for the renderer; empty if it did well, else what went wrong in one line."""
    try:
        _, complaints = rendering.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        rendering.kill()
        rendering.communicate()
        return f"rendering took more than {_PATIENCE} s"
    if rendering.returncode == 0:
        return ""
    if rendering.returncode < 0:
        return f"no working OpenGL (the renderer ended with signal {-rendering.returncode})"
    lines = complaints.strip().splitlines()
    return lines[-1] if lines else f"the renderer ended with code {rendering.returncode}"
