"""How far the walls of a flaw part: a map of its plane, or a curve for a plane run. No contact unless it was solved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.tri import Triangulation
from scipy.spatial import cKDTree

from rollmech.post import framing, surface, theme
from rollmech.post.actors import crack_cells, drawn_front
from rollmech.post.framing import Subject
from rollmech.post.rundata import RunData
from rollmech.post.surface import FLAW, REST, Body, Part, Quadrant

OPENING = "crack_opening.png"
_SIDES: tuple[list[Quadrant], list[Quadrant]] = ([(1, 1), (1, -1)], [(-1, 1), (-1, -1)])
_NANO = 1e3
_NONE = np.empty((0, 3), dtype=int)


@dataclass(frozen=True)
class Gap:
    """Opening of a flaw over its plane.

    Attributes:
        place: Coordinates in the plane, um, shape (n, 2): across the web and height, or along and across a spot.
        gap: nm, shape (n,); negative where the walls overlap.
        triangles: Shape (m, 3); none in a plane run.
        body: What it was taken from.
    """

    place: np.ndarray
    gap: np.ndarray
    triangles: np.ndarray
    body: Body


def crack_opening(run: RunData, path: Path) -> Path | None:
    """Draw the opening at the governing station; None if the flaw has no plane whose walls part."""
    subject = Subject.of(run)
    found = gap_of(run, subject)
    if found is None or len(found.gap) < 3:
        return None
    largest = found.gap[np.abs(found.gap).argmax()]
    frame = run.frame(
        f"Opening of the flaw, station '{run.station}': up to {_length(largest)} ({run.verdict_text()})",
        "Distance of the walls normal to them, by the flaw's own displacement.",
        "Below 0 the walls would overlap: contact was not solved there."
        if found.gap.min() < -1e-3 * abs(largest)
        else "",
    )
    made = theme.figure(frame)
    if len(found.triangles):
        _map(made.add_axes((0.09, 0.17, 0.74, 0.66)), run, subject, found)
    else:
        _curve(made.add_axes((0.09, 0.17, 0.86, 0.66)), subject, found)
    return theme.save(made, path)


def _length(nanometres: float) -> str:
    return f"{nanometres:.3g} nm" if abs(nanometres) < _NANO else f"{nanometres / _NANO:.3g} µm"


def gap_of(run: RunData, subject: Subject) -> Gap | None:
    """Opening over the flaw's plane; None where no wall lies in a plane of its own."""
    if not run.sharp:
        return None
    crop = framing.closeup_crop(run, subject)
    if subject.cover:
        shown = [(1, 1), (-1, 1)] if subject.plane else [(1, 1), (-1, 1), (-1, -1), (1, -1)]
        return _interface_gap(surface.cut_out(run.plies, crop, shown), subject)
    sides = [[q for q in side if q[1] > 0] if subject.plane or subject.at_edge else side for side in _SIDES]
    right, left = (surface.cut_out(run.plies, crop, side) for side in sides)
    return (
        _section_gap(right, left) if subject.plane else _wall_gap(right, left, surface.is_whole(run.fields))
    )


def _wall_gap(right: list[Part], left: list[Part], whole: bool) -> Gap | None:
    """Both walls of a crack across x = 0: their triangles on one side, their distance from the other."""
    (place, moved, triangles), (other, opposite, _) = (_walls(side, whole) for side in (right, left))
    if not len(triangles) or not len(other):
        return None
    nearest = cKDTree(other).query(place)[1]
    return Gap(place, _NANO * (moved - opposite[nearest]), triangles, Body(right))


def _walls(parts: list[Part], whole: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places (y, z), displacement in x, and triangles of the walls of one side."""
    places, moves, corners, count = [np.empty((0, 2))], [np.empty(0)], [_NONE], 0
    for part in parts:
        cells = part.skin.regular_faces[crack_cells(part.skin, whole)]
        nodes, renumbered = np.unique(cells, return_inverse=True)
        places.append(np.asarray(part.skin.point_data[REST])[nodes, 1:])
        moves.append(np.asarray(part.skin.point_data[FLAW])[nodes, 0])
        corners.append(renumbered.reshape(-1, 3) + count)
        count += len(nodes)
    return np.vstack(places), np.concatenate(moves), np.vstack(corners)


def _section_gap(right: list[Part], left: list[Part]) -> Gap:
    """Walls of a plane crack, from the mouth down."""
    sides = []
    for parts in (right, left):
        rest = np.vstack([part.skin.point_data[REST] for part in parts])
        moved = np.vstack([part.skin.point_data[FLAW] for part in parts])[:, 0]
        on = surface.on_crack(rest)
        height, first = np.unique(rest[on, 2].round(9), return_index=True)
        sides.append((height, moved[on][first]))
    (height, moved), (other, opposite) = sides
    place = np.column_stack([np.zeros_like(height), height])
    return Gap(place, _NANO * (moved - np.interp(height, other, opposite)), _NONE, Body(right))


def _interface_gap(parts: list[Part], subject: Subject) -> Gap | None:
    """Faces of a delamination: the upper one against the lower."""
    above, below = (_faces(parts, ply, subject) for ply in (subject.cover - 1, subject.cover))
    if not len(above[0]) or not len(below[0]):
        return None
    gap = _NANO * (above[1] - below[1][cKDTree(below[0]).query(above[0])[1]])
    if not subject.plane:
        return Gap(above[0], gap, above[2], Body(parts))
    order = np.argsort(above[0][:, 0])
    return Gap(above[0][order], gap[order], _NONE, Body(parts))


def _faces(parts: list[Part], ply: int, subject: Subject) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places (x, y), displacement in z, and triangles of one face of an interface."""
    places, moves, corners, count = [np.empty((0, 2))], [np.empty(0)], [_NONE], 0
    for part in parts:
        rest = np.asarray(part.skin.point_data[REST])
        on = np.abs(rest[:, 2] + subject.depth) < 1e-6 * subject.depth
        if part.ply == ply:
            number = np.cumsum(on) - 1
            faces = _NONE if subject.plane else part.skin.regular_faces
            places.append(rest[on, :2])
            moves.append(np.asarray(part.skin.point_data[FLAW])[on, 2])
            corners.append(number[faces[on[faces].all(axis=1)]] + count)
            count += int(on.sum())
    return np.vstack(places), np.concatenate(moves), np.vstack(corners)


def _map(axes: Axes, run: RunData, subject: Subject, found: Gap) -> None:
    mesh = Triangulation(*found.place.T, found.triangles)
    low, high = min(float(found.gap.min()), 0.0), max(float(found.gap.max()), 1e-9)
    shown = axes.tripcolor(
        mesh, found.gap, shading="gouraud", cmap=colormaps[theme.STRESS_MAP], vmin=low, vmax=high
    )
    front = drawn_front(run, found.body, 0.0)
    line = front.points[:, :2] if subject.cover else front.points[:, 1:]
    for sign in (1, -1) if front.twin else (1,):
        name = "front of the flaw" if sign > 0 else None
        axes.plot(sign * line[:, 0], line[:, 1], color=theme.VERMILLION, linewidth=2.4, label=name)
    axes.set_aspect("equal")
    axes.set_xlabel("along the patch, x (µm)" if subject.cover else "along the trace of the flaw, y (µm)")
    axes.set_ylabel("y (µm)" if subject.cover else "height from the face, z (µm)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.01))
    bar = axes.figure.colorbar(shown, cax=axes.figure.add_axes((0.87, 0.25, 0.022, 0.5)))
    bar.set_label("opening (nm)")
    bar.ax.grid(False)


def _curve(axes: Axes, subject: Subject, found: Gap) -> None:
    along = found.place[:, 0] if subject.cover else -found.place[:, 1]
    axes.plot(along, found.gap, color=theme.BLUE)
    axes.fill_between(along, 0.0, found.gap, color=theme.BLUE, alpha=0.2, linewidth=0)
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    axes.set_xlabel("along the web, x (µm)" if subject.cover else "depth below the face (µm)")
    axes.set_ylabel("opening (nm)")
    axes.margins(x=0.01)
