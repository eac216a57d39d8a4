"""Where the theory of a thin, wide, conforming web of plane sections is stretched."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rollmech.risk.assumptions.check import FRONT, NOTCH, UNFLAWED, Check, graded, not_checked
from rollmech.risk.limits import Bend
from rollmech.risk.verdict import Loading
from rollmech.web import Laminate, contact, shear_transfer_length

_GROUP = "web"
_ALL = tuple(dict.fromkeys((*FRONT, *NOTCH, *UNFLAWED)))
# Searle's parameter w^2 / (R t): a plate well above 100, an anticlastic beam well below 10.
SEARLE_PLATE = 100.0
SEARLE_BEAM = 10.0
# A flat web bent to R has the logarithmic strain ln(1 + t / (2 R)) at its face, t / (4 R) of it less than the
# t / (2 R) of thin-web theory (single ply, R to the mid-surface): 1.25 % here.
SLENDER_RADIUS = 20.0
# Plane sections hold where soft plies couple the others within this part of the wrapped arc.
SHEAR_SHARE = 0.1
# A slit edge disturbs the web over about this many thicknesses (Pipes & Pagano 1970; Saint-Venant).
EDGE_THICKNESSES = 2.0
EDGE_SHARE = 0.05


def web_checks(
    laminate: Laminate, loadings: Sequence[Loading], width: float | None = None
) -> Iterator[Check]:
    """The web at every station that bends it, then its slit edges.

    Args:
        laminate: The stack.
        loadings: Stations, or one direct load.
        width: Of the web, m; without it width and edges are not judged.
    """
    bent = [loading for loading in loadings if loading.bend is not None]
    for loading in bent:
        if loading.bend.wrap is not None:
            yield _conforms(laminate, loading.name, loading.bend)
            yield _shear(laminate, loading.name, loading.bend)
        curvature = abs(loading.state.curvature_x)
        if curvature > 0:
            yield _thin(loading.name, 1 / curvature, laminate.thickness)
            yield _wide(loading.name, 1 / curvature, laminate.thickness, width)
    if bent:
        yield _edge(laminate, width)


def _conforms(laminate: Laminate, station: str, bend: Bend) -> Check:
    touches = "bottom" if bend.sign > 0 else "top"
    meeting = contact(laminate, bend.radius, bend.wrap, bend.tension, touches)
    if math.isinf(meeting.critical_wrap):
        reason = f"no wrap makes a web this stiff conform at {bend.tension:.3g} N/m"
    else:
        reason = f"below the {math.degrees(meeting.critical_wrap):.3g} deg needed to conform"
    radius = f"{1e3 / meeting.curvature:.4g} mm" if meeting.curvature > 0 else "infinite"
    wrap = f"{station}: wrap {math.degrees(bend.wrap):.3g} deg"
    fails = (
        f"{wrap}, {reason}; line contact with a radius of curvature of {radius} "
        f"instead of the roller's {bend.radius * 1e3:.4g} mm"
    )
    limit = math.degrees(meeting.critical_wrap)
    status = "holds" if meeting.conforms else "stretched"  # the lower curvature is known and used
    text = f"{wrap}, above the {limit:.3g} deg needed to conform" if meeting.conforms else fails
    return Check(_GROUP, "conformance", math.degrees(bend.wrap), "deg", limit, status, text, _ALL, (station,))


def _shear(laminate: Laminate, station: str, bend: Bend) -> Check:
    """Where a soft ply is too soft for plane sections: the stack slides before the arc is long enough."""
    length, arc = shear_transfer_length(laminate), bend.radius * bend.wrap
    text = f"{station}: a soft ply hands load over in {length * 1e3:.3g} mm"
    return graded(
        _GROUP,
        "plane sections",
        length * 1e3,
        SHEAR_SHARE * arc * 1e3,
        arc * 1e3,
        holds=f"{text}, at most {SHEAR_SHARE:.0%} of the wrapped arc of {arc * 1e3:.3g} mm"
        if length
        else f"{station}: no ply lies between two others",
        fails=f"{text}, more than {SHEAR_SHARE:.0%} of the "
        f"wrapped arc of {arc * 1e3:.3g} mm: the plies slide and bend more on their own than plane sections say",
        unit="mm",
        bears_on=_ALL,
        stations=(station,),
    )


def _thin(station: str, radius: float, thickness: float) -> Check:
    """Where a bend is too tight for the theory of a thin web."""
    ratio = radius / thickness
    return graded(
        _GROUP,
        "thin web",
        ratio,
        SLENDER_RADIUS,
        SLENDER_RADIUS / 2,
        holds=f"{station}: radius of curvature is {ratio:.3g} thicknesses, at least {SLENDER_RADIUS:.0f}",
        fails=f"{station}: radius of curvature is {ratio:.3g} thicknesses, below {SLENDER_RADIUS:.0f}; "
        f"thin-web bending strain is out by about {25 / ratio:.2g} %",
        bears_on=_ALL,
        stations=(station,),
    )


def _wide(station: str, radius: float, thickness: float, width: float | None) -> Check:
    if width is None:
        text = f"{station}: no web.width, so wide-web bending (rigidity of E/(1-nu^2)) is assumed"
        return not_checked(_GROUP, "wide web", text, (station,))
    searle = width**2 / (radius * thickness)
    if searle <= SEARLE_BEAM:
        verdict = "the web bends as an anticlastic beam, rigidity of E; E/(1-nu^2) is used and overstates it"
    else:
        verdict = "between beam (E) and plate (E/(1-nu^2)); the plate's rigidity is used and overstates it"
    text = f"{station}: Searle parameter w^2/(R t) = {searle:.3g}"
    return graded(
        _GROUP,
        "wide web",
        searle,
        SEARLE_PLATE,
        SEARLE_BEAM,
        holds=f"{text}, at least {SEARLE_PLATE:.0f}",
        fails=f"{text}, below {SEARLE_PLATE:.0f}: {verdict}",
        bears_on=_ALL,
        stations=(station,),
    )


def _edge(laminate: Laminate, width: float | None) -> Check:
    """Share of the web within the reach of a slit edge, where plane stress replaces plane strain."""
    reach = EDGE_THICKNESSES * laminate.thickness
    loss = 1 - max(ply.poisson_ratio for ply in laminate.plies) ** 2
    there = (
        f"within {reach * 1e6:.3g} um of a slit edge the web is in plane stress across "
        f"(bending stress down to {loss:.3g} of the given) and a flaw is open to the edge"
    )
    if width is None:
        return not_checked(_GROUP, "slit edge", f"no web.width; {there}")
    share = 2 * reach / width
    return graded(
        _GROUP,
        "slit edge",
        share,
        EDGE_SHARE,
        10 * EDGE_SHARE,
        holds=f"{100 * share:.2g} % of the width, at most {EDGE_SHARE:.0%}, is edge: {there}",
        fails=f"slit edge: {100 * share:.2g} % of the width is edge, more than {EDGE_SHARE:.0%}: {there}",
        bears_on=_ALL,
    )
