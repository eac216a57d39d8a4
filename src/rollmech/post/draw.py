"""All pictures of a run, from its folder alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rollmech.post import (
    bridge_chart,
    charts,
    coupling_chart,
    energy_chart,
    life_chart,
    line_chart,
    mode_arrows,
    passing,
    renderer,
    stack,
    stations_chart,
    theme,
    thickness_chart,
    web_path,
    weibull_chart,
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
        The files, in the order in which a report shows them.

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

    makers = {
        scenes.DEFORMED: scenes.deformed_patch,
        scenes.CLOSEUP: scenes.flaw_closeup,
        scenes.ENERGY_PICTURE: scenes.energy_picture,
    }
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
    with theme.style():
        drawn = [make(run, pictures / name) for name, make in _charts(run).items()]
    return [path for path in drawn if path]


def _charts(run: RunData) -> dict[str, Callable[[RunData, Path], Path | None]]:
    """Names of the charts that a run may have something to show for, and what draws them."""
    found: dict[str, Callable[[RunData, Path], Path | None]] = {}
    if run.by_energy:
        found[energy_chart.G_CHART] = energy_chart.g_along_front
    elif run.sharp:
        found |= {charts.K_CHART: charts.k_along_front, mode_arrows.ARROWS: mode_arrows.mode_arrows}
    if run.sharp:
        from rollmech.post import opening_chart  # needs PyVista

        found[opening_chart.OPENING] = opening_chart.crack_opening
    if run.bridged:
        found[bridge_chart.BRIDGE] = bridge_chart.bridge
    if run.judged:
        found[stations_chart.STATIONS] = stations_chart.stations
    if run.case.rollers:
        found |= {web_path.WEB_PATH: web_path.web_path, passing.PASSING: passing.passing}
    line = run.record.get("line")
    if line:
        found[line_chart.LINE] = line_chart.line_page
    if line and "growth" in line:
        found |= {line_chart.GROWTH: line_chart.growth_chart, life_chart.LIFE: life_chart.life_diagram}
        if "load_levels" in line["growth"]:
            found[coupling_chart.COUPLING] = coupling_chart.coupling_chart
    if run.case.strength is not None:
        found[weibull_chart.WEIBULL] = weibull_chart.weibull_plot
    return found | {
        thickness_chart.THICKNESS: thickness_chart.through_thickness,
        stack.STACK: stack.stack_picture,
    }


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
