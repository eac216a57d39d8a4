"""Checks of assumptions on closed forms and small stand-ins; no solve."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from rollmech.errors import NumericsError
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.pit import Pit
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.front_elements import front_elements
from rollmech.materials.library import Material, case_property
from rollmech.post.terminal import assumption_lines
from rollmech.risk.assumptions import by_group, flags
from rollmech.risk.assumptions.check import Check, grade, not_checked
from rollmech.risk.assumptions.closure import closure_checks
from rollmech.risk.assumptions.continuum import continuum_checks
from rollmech.risk.assumptions.crack_tip import (
    K_DOMINATED,
    ZONE_SHARE,
    crack_tip_checks,
    critical_distance,
    irwin_zone,
    k_dominated,
)
from rollmech.risk.assumptions.notch import notch_checks
from rollmech.risk.assumptions.numerics import numerics_checks, refuse_unearned
from rollmech.risk.assumptions.resolution import resolution_checks
from rollmech.risk.assumptions.strength import strength_checks
from rollmech.risk.assumptions.vertex import vertex_checks, vertex_exponent
from rollmech.risk.assumptions.web import web_checks
from rollmech.risk.limits import Bend, Limit
from rollmech.risk.verdict import Loading
from rollmech.web import Laminate, Ply

UM, GPA = 1e-6, 1e9


def check(status="broken", name="thin web", bears_on=("K_ratio",), stations=(), group="web"):
    return Check(group, name, 1.0, "", 2.0, status, f"{name} {status}", bears_on, stations)


# --- check ---


@pytest.mark.parametrize(
    ("value", "limit", "broken", "status"),
    [
        (1, 1, 3, "holds"),
        (2, 1, 3, "stretched"),
        (3.1, 1, 3, "broken"),
        (100, 100, 10, "holds"),
        (50, 100, 10, "stretched"),
        (9, 100, 10, "broken"),
        (1.01, 1, 1, "broken"),
    ],
)
def test_grade_goes_both_ways(value, limit, broken, status):
    assert grade(value, limit, broken) == status


def test_flags_name_broken_checks_of_the_quantity_s_station():
    checks = [check(stations=("idler 1",)), check("stretched", name="wide web"), check(name="slit edge")]
    assert flags(checks, "K_ratio", "idler 1") == ["thin web", "slit edge"]
    assert flags(checks, "K_ratio", "idler 2") == ["slit edge"]
    assert flags(checks, "Kt", "idler 1") == []


def test_groups_keep_their_order_and_are_strict_json():
    infinite = Check("web", "conformance", math.inf, "deg", math.inf, "stretched", "never")
    groups = by_group([infinite, check("holds", group="numerics")])
    assert [group["group"] for group in groups] == ["numerics", "web"]
    assert [group["holds"] for group in groups] == [True, False]
    assert groups[1]["checks"][0]["value"] is None


def test_terminal_says_one_line_a_failing_group_worst_first():
    groups = by_group([check("stretched"), check("broken", name="wide web"), check("holds", group="closure")])
    ((line, style),) = assumption_lines(groups)
    assert line == "assumptions, web: [broken] wide web broken; [stretched] thin web stretched"
    assert style == "red"


def test_terminal_counts_what_holds():
    groups = by_group(
        [check("holds"), check("holds", group="closure"), not_checked("web", "edge", "unknown")]
    )
    assert assumption_lines(groups) == [("assumptions: all 2 hold (1 more could not be checked)", None)]


# --- web ---


def ribbon(thickness_um):
    return Laminate([Ply("LLZO", thickness_um * UM, 150 * GPA, 0.26, 11e-6)])


def bent(web, name="idler", radius=0.05, wrap=math.pi / 2, tension=100.0):
    bend = Bend(1.0, radius, wrap, tension, 0.0)
    return Loading(name, bend.state(web), bend)


def web_status(web, width=None, **bend):
    return {c.name: c for c in web_checks(web, [bent(web, **bend)], width)}


def test_an_ordinary_wide_web_holds():
    found = web_status(ribbon(20), width=0.3)
    assert {c.status for c in found.values()} == {"holds"}
    assert set(found) == {"conformance", "plane sections", "thin web", "wide web", "slit edge"}


def test_below_the_critical_wrap():
    found = web_status(ribbon(50), name="entry", wrap=math.radians(5))["conformance"]
    assert found.status == "stretched"
    assert found.stations == ("entry",)
    assert "9.38 deg" in found.text
    assert found.limit == pytest.approx(9.38, abs=0.01)


def test_where_nothing_conforms():
    web = ribbon(200)
    assert "no wrap" in web_status(web, radius=0.01, tension=1.0)["conformance"].text
    slack = web_status(web, tension=0.0, width=0.3)
    assert "infinite" in slack["conformance"].text
    assert "thin web" not in slack  # a flat web is not bent


@pytest.mark.parametrize(
    ("width", "word", "status"), [(5e-3, "anticlastic", "broken"), (8.0e-3, "between", "stretched")]
)
def test_narrow_web(width, word, status):
    # R t = 0.05 x 100 um = 5 mm^2: Searle 5 and 12.8
    found = web_status(ribbon(100), width=width)["wide web"]
    assert (found.status, word in found.text) == (status, True)
    assert found.value == pytest.approx(width**2 / (0.05005 * 1e-4), rel=1e-9)


def test_unknown_width_is_not_checked():
    found = web_status(ribbon(100))
    assert (found["wide web"].status, found["slit edge"].status) == ("not checked", "not checked")


def test_tight_radius():
    found = web_status(ribbon(100), radius=1e-3, tension=1e5)["thin web"]
    assert found.status == "stretched"
    assert "10.5 thicknesses" in found.text


def test_a_gel_too_soft_for_plane_sections():
    stack = Laminate(
        [
            Ply("PET", 50e-6, 4.81e9, 0.38),
            Ply("gel", 50e-6, 0.1e6, 0.46),
            Ply("LLZO", 30e-6, 158e9, 0.257),
        ]
    )
    found = web_status(stack, tension=100.0)["plane sections"]
    assert found.status == "stretched"
    assert found.value == pytest.approx(20, rel=0.02)
    assert found.limit == pytest.approx(0.1 * 50 * math.pi / 2, rel=1e-12)


def test_slit_edges_take_a_share_of_a_narrow_web():
    found = web_status(ribbon(100), width=2e-3)["slit edge"]
    assert found.value == pytest.approx(4 * 100e-6 / 2e-3)
    assert found.status == "stretched"


# --- crack tip ---


def finding(value=0.1e6, error=1e3, shares=None, ratio=0.1, angle=math.pi / 2):
    shares = {"tension": value} if shares is None else shares
    return SimpleNamespace(value=value, value_error=error, shares=shares, ratio=ratio, angle=angle)


def verdict(found=None, allowed=1.0, name="idler", radius=Limit(None), tension=Limit(None)):  # noqa: B008
    worst = SimpleNamespace(name=name, finding=found or finding(), radius_min=radius, tension_max=tension)
    return SimpleNamespace(worst=worst, allowed=allowed)


def material(**values):
    return Material("M", {name: case_property(name, value) for name, value in values.items()})


def patch(flaw, thickness=30.0, poisson=0.3):
    return SimpleNamespace(
        flaw=flaw,
        front=flaw.front((thickness,)),
        flawed_thickness=thickness,
        ligament=thickness - flaw.depth,
        plies=[SimpleNamespace(poisson_ratio=poisson)],
        cut=1,
        half_length=100.0,
        real_ends=False,
        merging=0.0,
        origin=(),
        cover=(),
    )


def crack_judge(flaw, t_stress=None, toughness=1e6):
    return SimpleNamespace(
        influence=SimpleNamespace(patch=patch(flaw)), resistance=toughness, t_stress=lambda state: t_stress
    )


def tip_status(judge, found, nominal=50e6, **properties):
    properties = {"youngs_modulus": 150e9} | properties
    checks = crack_tip_checks(judge, verdict(found), None, nominal, material(**properties))
    return {c.name: c for c in checks}


def test_zone_limit_is_that_of_the_toughness_standard():
    """2.5 (K/sigma)^2 <= a."""
    k, strength = 3e6, 500e6
    assert irwin_zone(k, strength) / (2.5 * (k / strength) ** 2) == pytest.approx(ZONE_SHARE, rel=1e-12)


def test_cohesive_strength_keeps_the_process_zone_of_a_ceramic_small():
    found = tip_status(crack_judge(SurfaceCrack(0.5, 0.5)), finding())
    at_fracture = found["process zone at fracture"]
    assert at_fracture.status == "holds"
    assert at_fracture.value == pytest.approx((1e6 / 15e9) ** 2 / (2 * math.pi) * 1e6 / 0.5, rel=1e-9)
    assert "E/10" in at_fracture.text


def test_a_yielding_tip_spoils_k():
    found = tip_status(crack_judge(SurfaceCrack(2.0, 2.0)), finding(0.5e6), yield_strength=100e6)
    assert found["process zone"].status == "broken"  # 4 um against 2 um
    assert "K_I_max" in found["process zone"].bears_on
    assert found["K-dominance"].status == "broken"


def test_k_dominated_part_is_that_of_the_penny_crack():
    x = K_DOMINATED
    ratio = math.sqrt(2 * x) * (1 / math.sqrt(x * (2 + x)) + math.acos(1 / (1 + x)))
    assert ratio == pytest.approx(1.1, abs=2e-3)


def test_t_stress_shrinks_the_zone_of_k():
    flaw, k, t = Scratch(depth=3.0), 1e6, -200e6
    judge = crack_judge(flaw, t_stress=(t, 0.0))
    size = k_dominated(judge, None, k, math.pi / 2)
    assert abs(t) * math.sqrt(2 * math.pi * size * UM) / k == pytest.approx(0.1, rel=1e-9)
    small = crack_judge(flaw, t_stress=(t / 1e3, 0.0))
    assert k_dominated(small, None, k, math.pi / 2) == pytest.approx(K_DOMINATED * 3.0)


@pytest.mark.parametrize(("t", "status"), [(-50e6, "holds"), (50e6, "stretched")])
def test_positive_t_stress_turns_the_path(t, status):
    found = tip_status(crack_judge(Scratch(depth=3.0), t_stress=(t, 0.0)), finding())["straight path"]
    assert found.status == status
    assert found.value == pytest.approx(t * math.sqrt(math.pi * 3e-6) / 0.1e6)


@pytest.mark.parametrize(
    ("ratio", "nominal", "status"), [(0.9, 50e6, "holds"), (0.1, 50e6, "stretched"), (0.5, 95e6, "broken")]
)
def test_short_crack_joins_toughness_and_strength(ratio, nominal, status):
    """(K/K_Ic)^2 + (sigma/sigma_f)^2 = 1 is sigma^2 pi (a + L) = K_Ic^2 with L = (K_Ic/sigma_f)^2/pi."""
    found = tip_status(
        crack_judge(SurfaceCrack(2, 2)), finding(ratio=ratio), nominal=nominal, flexural_strength=100e6
    )["short crack"]
    assert found.status == status
    length = critical_distance(1e6, 100e6)
    equivalent = (ratio * 1e6 / nominal) ** 2 / math.pi
    assert found.value == pytest.approx(equivalent / length, rel=1e-12)


def test_short_crack_needs_a_strength():
    found = tip_status(crack_judge(SurfaceCrack(2, 2)), finding())["short crack"]
    assert found.status == "not checked"


@pytest.mark.parametrize(("grain", "status"), [(0.1e-6, "holds"), (1e-6, "stretched"), (13e-6, "broken")])
def test_grains_against_the_root_crack(grain, status):
    flaw = Pit(4.0, 3.0, 3.0, root_crack=2.0)
    (found,) = continuum_checks(patch(flaw), material(grain_size=grain))
    assert found.status == status
    (unknown,) = continuum_checks(patch(flaw), material())
    assert unknown.status == "not checked"


@pytest.mark.parametrize(("radius", "status"), [(50.0, "holds"), (5.0, "stretched")])
def test_blunt_root_against_the_critical_distance(radius, status):
    pit = Pit(radius, radius, radius)
    (found,) = notch_checks(patch(pit), material(fracture_toughness=1e6, flexural_strength=100e6))
    assert found.status == status
    assert found.value == pytest.approx(radius / (100 / math.pi))


# --- vertex ---


def test_vertex_exponent_is_one_half_only_without_poisson_s_effect():
    assert vertex_exponent(0.0) == pytest.approx(0.5)
    assert vertex_exponent(0.3) == pytest.approx(0.4523)
    assert vertex_exponent(0.257) == pytest.approx(0.4635, abs=2e-4)  # benchmarks/vertex_exponent.py
    assert np.all(np.diff([vertex_exponent(nu) for nu in np.linspace(0, 0.5, 21)]) < 0)


def vertex_of(mean, ratio):
    phi = np.radians([0, 7.5, 45, 90])
    k = np.array([mean, 1.0, 0.9, 0.8])
    front = SimpleNamespace(phi=phi, vertex=np.array([True, False, False, False]), k_unit=k[None, None])
    influence = SimpleNamespace(front=front, patch=patch(SurfaceCrack(2.0, 2.0)))
    (found,) = vertex_checks(influence, verdict(finding(ratio=ratio)))
    return found


@pytest.mark.parametrize(
    ("mean", "ratio", "status"), [(0.9, 0.95, "holds"), (1.2, 0.5, "stretched"), (1.2, 0.95, "broken")]
)
def test_k_left_out_at_the_face(mean, ratio, status):
    found = vertex_of(mean, ratio)
    assert (found.status, found.value) == (status, pytest.approx(mean - 1))
    assert "0.26 um" in found.text  # 7.5 degrees of a circle of 2 um
    if status != "holds":
        assert "20 % above K_I_max under tension, is not counted (vertex singularity)" in found.text


# --- numerics and resolution ---


def influence_of(error=0.005, boundary=0.001, spread=0.001, routes=0.01):
    front = SimpleNamespace(j_unit=None, path_spread=np.array([9.0, spread]), vertex=np.array([True, False]))
    return SimpleNamespace(
        front=front,
        relative_error=lambda: error,
        target=0.01,
        boundary=boundary,
        route_difference=lambda: routes,
        energy=None,
        joint=None,
        on_interface=False,
        patch=patch(SurfaceCrack(2.0, 2.0)),
        levels=[{"unknowns": 1234, "elements": 1000, "straightened elements": 20}],
        front_elements=None,
    )


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"error": 0.02}, "estimated error", "estimated error 2 % exceeds the target 1 %"),
        ({"boundary": 0.02}, "patch size", "2 %"),
        ({"spread": 0.02}, "path independence", "2 %"),
        ({"routes": 0.07}, "two routes to K", "two routes to K_I differ by 7 %"),
    ],
)
def test_numerics_name_what_is_stretched(change, name, words):
    judge = SimpleNamespace(quantity="K")
    assert {c.status for c in numerics_checks(influence_of(), judge, verdict())} == {"holds"}
    stretched = [c for c in numerics_checks(influence_of(**change), judge, verdict()) if c.fails]
    assert [c.name for c in stretched] == [name]
    assert words in stretched[0].text


def test_governing_load_worse_than_tension():
    judge, poor = SimpleNamespace(quantity="K"), verdict(finding(100.0, 5.0))
    (found,) = [c for c in numerics_checks(influence_of(), judge, poor) if c.fails]
    assert found.name == "error at the governing load"
    assert found.value == pytest.approx(0.05)


def test_an_error_larger_than_the_shares_is_refused():
    judge = SimpleNamespace(quantity="K")
    refuse_unearned(judge, verdict(finding(1.0, 2.0, {"tension": 3.0, "bending": -2.0})))
    with pytest.raises(NumericsError, match="no number was earned"):
        refuse_unearned(judge, verdict(finding(1.0, 6.0, {"tension": 3.0, "bending": -2.0})))


def test_straightened_elements_and_a_mesh_not_kept():
    kept, straightened = resolution_checks(influence_of())
    assert kept.status == "not checked"
    assert (straightened.status, straightened.value) == ("stretched", 0.02)


def test_front_elements_are_counted_along_the_front():
    """Ten edges on a quarter circle, their ends and middles: the coarsest is pi/20 radii long."""
    crack = patch(SurfaceCrack(2.0, 2.0))
    nodes = crack.front.point(np.linspace(0, np.pi / 2, 21))
    inside = np.array([[0.0, 0.5, -0.5], [0.3, 1.0, -1.0]])
    found = front_elements(np.vstack([nodes, inside]), crack)
    assert found == pytest.approx(20 / np.pi, rel=2e-3)  # chords for arcs


def test_tip_elements_come_from_quarter_points():
    nodes = np.array([[0.0, 0.0, -3.0], [0.0, 0.0, -3.1], [1.0, 0.0, -2.0]])
    assert front_elements(nodes, patch(Scratch(depth=3.0))) == pytest.approx(3.0 / 0.4)


# --- closure and strength ---


def closing_judge(k, partly):
    return SimpleNamespace(
        linear_k=lambda state: np.array([k[state]]),
        partly_closed=lambda state: state in partly,
        influence=SimpleNamespace(front=SimpleNamespace(vertex=np.array([True, False, False]))),
    )


def closing_station(name, contact=None, refused="", radius=None):
    found = SimpleNamespace(contact=contact, refused=refused, value=2e6, linear=1e6)
    return SimpleNamespace(
        name=name, finding=found, radius_min=radius or Limit(10e-3), tension_max=Limit(500.0)
    )


K_OF_STATIONS = {"open": [5.0, 1.0, 2.0], "partly": [5.0, -1.0, 2.0], "shut": [5.0, -1.0, -2.0]}


def closing_checks(partly_station, names=tuple(K_OF_STATIONS)):
    judge = closing_judge(K_OF_STATIONS, ("partly",))
    stations = {name: closing_station(name) for name in names}
    if "partly" in stations:
        stations["partly"] = partly_station
    loadings = [SimpleNamespace(name=n, state=n) for n in names]
    return closure_checks(judge, loadings, list(stations.values()))


def test_stations_that_close_the_crack():
    shut, partly, limits = closing_checks(closing_station("partly", refused="no plane of symmetry"))
    assert (shut.status, shut.stations) == ("broken", ("shut",))
    assert "pressed shut" in shut.text
    assert (partly.status, partly.stations, partly.value) == ("broken", ("partly",), -0.5)
    assert "no plane of symmetry" in partly.text
    assert limits.status == "holds"
    fine = closing_checks(None, ("open",))
    assert [c.status for c in fine] == ["holds", "holds", "holds"]


def test_a_closed_station_that_was_solved_is_stretched():
    contact = SimpleNamespace(closed_share=0.2, steps=6)
    _, partly, _ = closing_checks(closing_station("partly", contact=contact))
    assert (partly.status, partly.stations) == ("stretched", ("partly",))
    assert "K_I_max 2 instead of 1 MPa*m^0.5" in partly.text


def test_a_limit_at_a_partly_closed_state_is_told():
    limit = Limit(None, note="larger than 10 mm: the crack is partly closed there")
    _, _, limits = closing_checks(
        closing_station("partly", SimpleNamespace(closed_share=0.2, steps=6), radius=limit)
    )
    assert limits.status == "stretched"
    assert "partly: radius_min larger than 10 mm" in limits.text


def test_limits_that_strength_sets_first():
    crack = verdict(radius=Limit(10e-3), tension=Limit(500.0))
    web = verdict(finding(ratio=0.5), name="nip", radius=Limit(20e-3), tension=Limit(900.0))
    unflawed, radius, tension = strength_checks(crack, web)
    assert (unflawed.status, radius.status, tension.status) == ("holds", "broken", "holds")
    assert radius.text.startswith("radius: strength limits the web before this flaw does, at 20 mm")
    assert (radius.value, radius.limit) == (pytest.approx(20), pytest.approx(10))


def test_a_web_that_breaks_by_strength():
    unflawed = next(iter(strength_checks(verdict(), verdict(finding(ratio=1.2), name="nip"))))
    assert unflawed.status == "broken"
    assert unflawed.text.startswith("the unflawed web fails by strength at station 'nip'")
    (unknown,) = strength_checks(verdict(), None)
    assert unknown.status == "not checked"
