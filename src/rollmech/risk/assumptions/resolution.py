"""Whether the finest mesh resolves what the fields scale with, measured on its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scipy.spatial import cKDTree

from rollmech.risk.assumptions.check import FRONT, NOTCH, Check, graded, not_checked

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence

_GROUP = "resolution"
# The innermost integration domain (0.4 of the local size) then holds three elements from the front outwards.
FRONT_ELEMENTS = 8.0
# A quadratic element then turns through 11 degrees of the root's arc.
ROOT_ELEMENTS = 5.0
# Part of the elements that may have lost their curved edges.
STRAIGHTENED = 0.01


def resolution_checks(influence: Influence) -> Iterator[Check]:
    """Elements per local size of the front or per root radius, and elements that lost their curvature."""
    if influence.energy is None and influence.joint is None:  # a channel's root is resolved by extrapolation
        yield _front(influence) if influence.front is not None else _root(influence)
    yield _straightened(influence)


def _front(influence: Influence) -> Check:
    name = "elements at the front"
    value = influence.front_elements
    if value is None:
        return not_checked(_GROUP, name, "elements at the front: the mesh was not kept")
    return graded(
        _GROUP,
        name,
        value,
        FRONT_ELEMENTS,
        FRONT_ELEMENTS / 2,
        holds=f"{value:.3g} elements on the local size of the front, at least {FRONT_ELEMENTS:.0f}",
        fails=f"resolution: only {value:.2g} elements on the local size of the front, below {FRONT_ELEMENTS:.0f}",
        bears_on=FRONT,
    )


def _root(influence: Influence) -> Check:
    size = root_element(influence)
    radius = influence.patch.flaw.local_size
    value = radius / size
    text = f"elements of {size:.2g} um where the stress peaks on a local size (root radius, depth) of {radius:.3g} um"
    return graded(
        _GROUP,
        "elements at the root",
        value,
        ROOT_ELEMENTS,
        ROOT_ELEMENTS / 2,
        holds=f"{text}: {value:.3g}, at least {ROOT_ELEMENTS:.0f}",
        fails=f"resolution: {text}: {value:.2g}, below {ROOT_ELEMENTS:.0f}",
        bears_on=NOTCH,
    )


def root_element(influence: Influence) -> float:
    """Edge (um) of the elements where tension peaks: twice the distance to the nearest nodes of the surface."""
    nodes = influence.surface.position
    peak = nodes[influence.surface_stress(influence.patch.reference).argmax()]
    neighbours = influence.patch.flaw.dimension
    distance = cKDTree(nodes).query(peak, k=neighbours + 1)[0][1:]
    return 2 * float(distance.mean())


def _straightened(influence: Influence) -> Check:
    last = influence.levels[-1]
    count = last.get("straightened elements", 0)
    value = count / last["elements"]
    text = f"{count} of {last['elements']} elements were straightened to stay valid"
    return graded(
        _GROUP,
        "curved elements",
        value,
        STRAIGHTENED,
        10 * STRAIGHTENED,
        holds=text,
        fails=f"resolution: {text}, more than {STRAIGHTENED:.0%}: the flaw's surface is met less exactly",
        bears_on=NOTCH if influence.front is None else FRONT,
    )
