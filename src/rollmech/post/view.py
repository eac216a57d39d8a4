"""A parallel view of a scene: where points fall in the picture, and the picture itself, rendered off screen.

Under parallel projection a length along a fixed direction is the same everywhere in the picture, so that a scale
bar drawn along an axis is exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv

_MARGIN = 0.06
_LIGHTS = (((-0.3, 0.9, 0.8), 0.5), ((0.9, 0.1, 0.6), 0.28))
"""Lights in camera axes (right, up, towards the eye) and their strength."""


@dataclass(frozen=True)
class View:
    """A parallel camera.

    Attributes:
        right, up, back: Orthonormal axes of the picture; ``back`` points to the eye.
        centre: World point in the middle of the picture, um.
        half_height: Half of the picture's height, um.
        size: Width and height, pixels.
    """

    right: np.ndarray
    up: np.ndarray
    back: np.ndarray
    centre: np.ndarray
    half_height: float
    size: tuple[int, int]

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Where world points fall: columns and rows from the upper left corner, shape (n, 2)."""
        offset = np.atleast_2d(points) - self.centre
        scale = self.size[1] / (2 * self.half_height)
        return np.column_stack(
            [self.size[0] / 2 + scale * offset @ self.right, self.size[1] / 2 - scale * offset @ self.up]
        )

    @property
    def pixels_per_um(self) -> float:
        """Scale of lengths that lie in the plane of the picture."""
        return self.size[1] / (2 * self.half_height)


def look_at(
    points: np.ndarray, direction: tuple[float, float, float], size: tuple[int, int], left: float = 0.0
) -> View:
    """The view from a direction that just holds all points.

    Args:
        points: Shape (n, 3), um.
        direction: From the scene to the eye.
        size: Width and height, pixels.
        left: Share of the width to keep free at the left edge, for labels.
    """
    back = np.array(direction) / np.linalg.norm(direction)
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    up = np.cross(back, right)
    across, along = points @ right, points @ up
    middle = (across.max() + across.min()) / 2 * right + (along.max() + along.min()) / 2 * up
    half = max(np.ptp(along) / 2, np.ptp(across) / 2 * size[1] / size[0] / (1 - left)) * (1 + 2 * _MARGIN)
    # What the height leaves over at the left counts as free room already.
    spare = 0.5 - np.ptp(across) / 2 / (half * size[0] / size[1]) / 2
    shift = max(0.0, left - spare) * 2 * half * size[0] / size[1]
    return View(right, up, back, middle - shift * right, half, size)


@dataclass(frozen=True)
class Actor:
    """A mesh and PyVista's options to show it."""

    mesh: pv.PolyData
    options: dict[str, Any]

    def bare(self) -> Actor:
        """The same without the fields that do not show."""
        mesh, shown = self.mesh.copy(deep=False), self.options.get("scalars")
        mesh.clear_data()
        if shown:
            mesh.point_data[shown] = self.mesh.point_data[shown]
        return Actor(mesh, self.options)


def render(actors: Iterable[Actor], view: View) -> np.ndarray:
    """The picture as RGB, shape (height, width, 3)."""
    plotter = pv.Plotter(off_screen=True, window_size=view.size, lighting="none")
    plotter.set_background("white")
    plotter.enable_anti_aliasing("ssaa")
    for actor in actors:
        if actor.mesh.n_cells:
            plotter.add_mesh(actor.mesh, show_scalar_bar=False, **actor.options)
    _place_camera(plotter, view)
    try:
        return plotter.screenshot(return_img=True)
    finally:
        plotter.close()


def field_look() -> dict[str, Any]:
    """Lighting of a coloured field: nearly flat, so that colours stay those of the colour bar."""
    return {"ambient": 0.8, "diffuse": 0.28, "specular": 0.0}


def body_look() -> dict[str, Any]:
    """Lighting of a body in one colour: its shape comes from the shading."""
    return {"ambient": 0.52, "diffuse": 0.75, "specular": 0.0}


def _place_camera(plotter: pv.Plotter, view: View) -> None:
    reach = 20 * view.half_height
    for direction, strength in _LIGHTS:
        towards = direction @ np.array([view.right, view.up, view.back])
        plotter.add_light(
            pv.Light(position=view.centre + towards * reach, focal_point=view.centre, intensity=strength)
        )
    camera = plotter.camera
    camera.position, camera.focal_point, camera.up = view.centre + reach * view.back, view.centre, view.up
    camera.enable_parallel_projection()
    camera.parallel_scale = view.half_height
    plotter.reset_camera_clipping_range()
