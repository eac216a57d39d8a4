"""The [[flaws]] entry that carries a measured flaw into a case."""

from __future__ import annotations

import numpy as np

from rollmech.case.flaws import largest_root_radius
from rollmech.topography.ellipsoid import Ellipsoid
from rollmech.topography.measure import MeasuredFlaw

_LONGEST_CRACK = 20.0


def flaw_entry(flaw: MeasuredFlaw, source: str, layer: str, face: str, section: str | None = None) -> str:
    """TOML of a [[flaws]] entry: a pit, a groove, or, where the root is sharper than the pixels show, a sharp flaw.

    Args:
        flaw: The measured flaw.
        source: Name of the map, for the comment.
        layer: Layer of the case that the flaw is in.
        face: Its free face.
        section: File of the measured section, mentioned as the alternative to a fitted groove.
    """
    kind, sizes, remarks = _entry(flaw)
    remarks = [f"flaw {flaw.number} of {source}, {flaw.kind}", *remarks, *_doubts(flaw)]
    if section and kind == "scratch":
        remarks.append(
            f'or its mean section as measured: profile = "measured", file = "{section}" in place of the sizes'
        )
    lines = [*(f"# {remark}" for remark in remarks), "[[flaws]]", f'kind = "{kind}"']
    lines += [f'layer = "{layer}"', f'face = "{face}"', *(f"{key} = {value}" for key, value in sizes.items())]
    return "\n".join(lines) + "\n"


def _entry(flaw: MeasuredFlaw) -> tuple[str, dict[str, str], list[str]]:
    """Kind, keys with their TOML values, and remarks."""
    depth = {"depth": _length(flaw.depth)}
    if flaw.kind != "scratch":
        along, across = _extents(flaw)
        turned = f"its longest direction lies at {np.degrees(flaw.angle):.0f} deg to the web direction; "
        return (
            "pit",
            depth | {"width": _length(across), "length": _length(along)},
            [turned + "extents across and along"],
        )
    angle = (
        f"it runs at {np.degrees(flaw.angle):.0f} deg to the web direction; 90 deg, as computed, is the worst"
    )
    if flaw.root_resolved and flaw.fit is not None:
        if flaw.fit.profile == "U":
            return "scratch", depth | {"profile": '"U"', "width": _length(flaw.width)}, [angle]
        radius = min(flaw.root_radius, 0.999 * largest_root_radius(flaw.depth, flaw.width))
        return "scratch", depth | {"width": _length(flaw.width), "root_radius": _length(radius)}, [angle]
    sharp = "its root is sharper than the pixels show: taken as a crack, the upper limit"
    if flaw.length <= _LONGEST_CRACK * flaw.depth and not flaw.touches_edge:
        turn = f'"{np.degrees(flaw.angle):.4g} deg"'
        return "crack", depth | {"length": _length(flaw.length), "angle": turn}, [sharp]
    return "scratch", depth, [sharp, angle]


def _extents(flaw: MeasuredFlaw) -> tuple[float, float]:
    """Full extents along and across the web, m."""
    shape = Ellipsoid(flaw.depth, flaw.length, flaw.width, flaw.angle, 0.0)
    return shape.extents(0.0)


def _doubts(flaw: MeasuredFlaw) -> list[str]:
    doubts = []
    if flaw.touches_edge:
        doubts.append("cut off by the edge of the map: depth and length are lower bounds")
    if flaw.touches_missing:
        doubts.append("adjoins pixels without a value: the depth may be larger")
    if flaw.kind == "irregular":
        doubts.append("bent or ragged: the sizes are those of the ellipse of the same moments")
    if flaw.kind == "pit" and not flaw.root_resolved:
        doubts.append("its root may be sharper than the pixels show; consider a root_crack")
    return doubts


def _length(value: float) -> str:
    return f'"{value * 1e6:.4g} um"'
