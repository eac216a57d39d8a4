"""What a picture of the patch shows: which cut-out, how much exaggerated, on which colour scale. Lengths in um."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from rollmech.case import Case
from rollmech.flaws.from_case import flaw_geometry
from rollmech.post import surface
from rollmech.post.canvas import Scale, round_down
from rollmech.post.rundata import RunData
from rollmech.post.surface import Body, Crop, Part

_SINGULAR_SPAN = 3.0
"""Where a crack's stress grows without bound, the colours end at this many times the web's own stress."""
CORNERS = "singular in\nits corners"
"""Why colours end where a joint between tiles does not."""
_LIFTED = 99.0
"""Where gas bends the plies over a delamination, the colours reach at least to this percentile of the stress."""
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)


@dataclass(frozen=True)
class Subject:
    """The flaw of a run as a thing to look at.

    Attributes:
        depth: Depth of the flaw without a root crack, of a hidden one's lower end, um.
        reach: Half-extent along the face, um.
        root: Radius of a root crack, um; 0 without one.
        thickness: Of the whole stack, um.
        plane: Whether the run was solved in the section.
        along: Unit vector of the web direction in the axes of the patch, which turns with the flaw, shape (3,).
        cover: Number of plies above a delamination; 0 for any other flaw.
        at_edge: Whether the body ends at y = 0, the slit edge.
    """

    depth: float
    reach: float
    root: float
    thickness: float
    plane: bool
    along: np.ndarray
    cover: int = 0
    at_edge: bool = False

    @classmethod
    def of(cls, run: RunData) -> Subject:
        """The subject of a run that has a flaw."""
        flaw, grid = flaw_geometry(run.case), run.fields
        angle = getattr(run.case.flaw, "angle", math.pi / 2)
        return cls(
            depth=flaw.deepest if hasattr(flaw, "centre") else flaw.depth,
            reach=flaw.reach,
            root=0.0 if flaw.kind == "edge-chip" else getattr(flaw, "root_crack", 0.0),
            thickness=-grid.bounds.z_min,
            plane=surface.is_plane(grid),
            along=np.array([math.sin(angle), math.cos(angle), 0.0]).round(12),
            cover=_plies_above(run.case) if flaw.kind == "delamination" else 0,
            at_edge=getattr(flaw, "at_edge", False),
        )

    @property
    def size(self) -> float:
        """Depth of what the close-up is about."""
        return self.root or self.depth


def _plies_above(case: Case) -> int:
    names = [layer.name for layer in case.inwards]
    return names.index(case.flaw.layer) + 1


def overview_crop(run: RunData, subject: Subject) -> Crop:
    """A few flaw sizes along and across, and the whole thickness unless the web is thick against that."""
    whole = subject.thickness <= 12 * subject.reach
    half = max(3 * subject.reach, 0.4 * subject.thickness) if whole else 3 * subject.reach
    along = min(half, run.fields.bounds.x_max)
    across = half if subject.plane else min(half, run.fields.bounds.y_max)
    return Crop(along, across, -subject.thickness if whole else -4 * subject.reach)


def closeup_crop(run: RunData, subject: Subject) -> Crop:
    """The flaw and its surroundings; of a pit with a root crack only the root."""
    if subject.root:
        low = -min(subject.depth + 3 * subject.root, subject.thickness)
        return Crop(4 * subject.root, 4 * subject.root, low, -max(subject.depth - 3.2 * subject.root, 0.0))
    half = 1.45 * subject.reach
    low = -min(max(2 * subject.depth, 0.9 * subject.reach), subject.thickness)
    return Crop(min(half, run.fields.bounds.x_max), half, low)


def overview_factor(parts: list[Part], crop: Crop, subject: Subject) -> float:
    """Exaggeration that opens the flaw visibly without bending the cut-out out of shape."""
    moved = max(float(np.abs(part.skin.point_data[surface.TOTAL]).max()) for part in parts)
    return _rounded(0.4 * subject.depth, largest_opening(parts, subject), 0.16 * crop.x, moved)


def closeup_factor(opening: float, subject: Subject) -> float:
    """Exaggeration of the opening (um) that still leaves the flaw its shape."""
    return _rounded(0.25 * subject.size, opening, 0.25 * subject.size, opening)


def largest_opening(parts: list[Part], subject: Subject) -> float:
    """Largest distance by which the walls part in the plane of the flaw, or on a blunt flaw anywhere, um."""
    found = surface.largest_gap(parts, subject.cover, subject.depth) if subject.cover else 0.0
    for part in parts if not subject.cover else []:
        rest, moved = part.skin.point_data[surface.REST], np.abs(part.skin.point_data[surface.FLAW][:, 0])
        in_plane = surface.on_crack(rest)
        # On a blunt flaw the plane of symmetry stays closed, and its walls are what opens.
        chosen = moved[in_plane] if in_plane.any() and moved[in_plane].max() > 1e-3 * moved.max() else moved
        found = max(found, 2 * float(chosen.max()))
    return found


def scale_of(run: RunData, body: Body, name: str) -> Scale:
    """Colour limits (MPa): all there is, but a singular end is clipped at a multiple of the web's own stress."""
    values = np.concatenate([part.skin.point_data[name] for part in body.parts])
    low, high = float(values.min()), float(values.max())
    # Both directions, whatever their sign: on a web that is pressed together the largest stress is a small one.
    stress = np.array([run.web[1].face_stress(run.case.flawed_index, run.case.flaw.face)])
    if run.by_energy or run.case.tip_layer != run.case.flaw.layer:
        stress = run.web[1].total
    web = _SINGULAR_SPAN * float(np.abs(stress).max()) / 1e6
    if getattr(run.case.flaw, "pressure", None):
        web = max(web, float(np.percentile(np.abs(values), _LIFTED)))
    if not run.singular or web == 0:
        return Scale(low, high)
    limit = _round_stress(web)
    scale = Scale(max(low, -limit), min(high, limit), over=high > limit, under=low < -limit)
    return scale if run.sharp else replace(scale, why=CORNERS)


def front_scale(run: RunData) -> Scale:
    """Limits of K_I (of G on an interface) along the counted part of the front, a tenth of its size apart or more."""
    front = run.fronts[run.station]
    k = (front.release if run.by_energy else front.k)[~front.vertex]
    spread = max(np.ptp(k), 0.1 * np.abs(k).max(), 1e-12)
    return Scale(float(k.max() - spread), float(k.max()))


def _rounded(first: float, first_moved: float, second: float, second_moved: float) -> float:
    """A round factor that moves neither of two displacements further than its room."""
    tiny = 1e-12
    if max(first_moved, second_moved) < tiny:
        return 1.0
    return round_down(min(first / max(first_moved, tiny), second / max(second_moved, tiny)))


def _round_stress(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(step for step in _STEPS if step * power <= value * (1 + 1e-9)) * power
