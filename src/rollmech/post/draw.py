"""All pictures of a run, from its folder alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from rollmech.post import (
    bridge_chart,
    charts,
    coupling_chart,
    energy_chart,
    line_chart,
    renderer,
    stack,
    stations_chart,
    theme,
    thickness_chart,
)
from rollmech.post.rundata import PICTURES, RunData, read_run
from rollmech.ranks import without_launcher

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
    return draw_pictures(read_run(Path(folder)))


def draw_pictures(run: RunData) -> list[Path]:
    """The same for a run that was read; raised as by `draw_run`."""
    pictures = run.folder / PICTURES
    pictures.mkdir(exist_ok=True)
    if not run.case.flaw:
        return _draw_charts(run, pictures)
    with tempfile.TemporaryDirectory(prefix="rollmech-") as scratch:
        return _draw_all(run, pictures, Path(scratch))


def _draw_all(run: RunData, pictures: Path, scratch: Path) -> list[Path]:
    """Scenes and charts: the renderer works on the scenes while the charts are drawn here."""
    from rollmech.post import scenes  # needs PyVista, which a run without a flaw does without

    makers = {scenes.DEFORMED: scenes.deformed_patch, scenes.CLOSEUP: scenes.flaw_closeup}
    files = [scratch / f"{name}.scene" for name in makers]
    rendering, shots = _start_rendering(files, _best_window()), []
    try:
        with theme.style():
            for (name, prepare), file in zip(makers.items(), files, strict=True):
                shot = prepare(run, pictures / name)
                renderer.write_scene(file, shot.actors, shot.view)
                shots.append(shot)
    except BaseException:
        rendering.kill()
        rendering.communicate()
        raise
    finally:
        drawn = _draw_charts(run, pictures)
    problem = _outcome(rendering)
    if problem:
        # VTK's own order (X server, EGL, OSMesa) may find what the first choice did not.
        problem = _outcome(_start_rendering(files, {}))
    if problem:
        raise RuntimeError(f"no 3D picture: {problem}")
    with theme.style():
        finished = [
            shot.finish(np.load(renderer.picture_of(file))) for shot, file in zip(shots, files, strict=True)
        ]
    return [*finished, *drawn]


def _draw_charts(run: RunData, pictures: Path) -> list[Path]:
    drawn = []
    with theme.style():
        if run.by_energy:
            drawn.append(energy_chart.g_along_front(run, pictures / energy_chart.G_CHART))
        elif run.sharp:
            drawn.append(charts.k_along_front(run, pictures / charts.K_CHART))
        if run.bridged:
            drawn.append(bridge_chart.bridge(run, pictures / bridge_chart.BRIDGE))
        if run.judged:
            drawn.append(stations_chart.stations(run, pictures / stations_chart.STATIONS))
        line = run.record.get("line")
        if line:
            drawn.append(line_chart.line_page(run, pictures / line_chart.LINE))
        if line and "growth" in line:
            drawn.append(line_chart.growth_chart(run, pictures / line_chart.GROWTH))
            if "load_levels" in line["growth"]:
                drawn.append(coupling_chart.coupling_chart(run, pictures / coupling_chart.COUPLING))
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


def _start_rendering(files: list[Path], window: dict[str, str]) -> subprocess.Popen:
    # Without any working OpenGL, VTK ends the process with a segmentation fault: it must not be ours.
    return subprocess.Popen(
        [sys.executable, "-m", "rollmech.post.renderer", *map(str, files)],
        env={**without_launcher(os.environ), **window},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _outcome(rendering: subprocess.Popen) -> str:
    """Wait until the renderer is through; empty if it did well, else what went wrong in one line."""
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
