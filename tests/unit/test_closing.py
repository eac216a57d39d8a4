"""Partly closed cracks on their way from the linear verdict to contact or refusal; no solve."""

from types import SimpleNamespace

import numpy as np
import pytest

from rollmech.closing import close_cracks
from rollmech.fracture.contact import contact_refusal
from rollmech.fracture.face_opening import FaceOpening
from rollmech.risk.judge import Finding
from rollmech.risk.limits import Limit
from rollmech.risk.verdict import StationVerdict, Verdict, with_findings


def finding(ratio, refused=""):
    return Finding(ratio, 0.01, ratio * 1e6, 1e4, "crack tip", None, {"tension": 1.0}, refused=refused)


def verdict(*findings, allowed=1.0):
    stations = [StationVerdict(str(i), f, Limit(1e-2), Limit(100.0)) for i, f in enumerate(findings)]
    return with_findings(Verdict(tuple(stations), 0, allowed), list(findings))


def influence(copies=2, energy=None, on_interface=False):
    return SimpleNamespace(
        patch=SimpleNamespace(fill=None, bridge=None, earlier=()),
        copies=copies,
        energy=energy,
        on_interface=on_interface,
    )


def test_a_refused_station_is_neither_safe_nor_failing():
    assert verdict(finding(0.5), finding(0.2)).status == "safe"
    for refused in (0.2, 0.7, 1.7):
        found = verdict(finding(0.5), finding(refused, "why"))
        assert found.status == "refused"
        assert [station.name for station in found.refused] == ["1"]
        assert found.stations[1].radius_min == Limit(None, note="why")
        assert found.stations[0].radius_min == Limit(1e-2)


def test_a_station_that_fails_governs_before_one_that_was_refused():
    found = verdict(finding(1.2), finding(1.7, "why"))
    assert (found.status, found.governing) == ("fails", 0)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (influence(copies=1), "plane of symmetry"),
        (influence(on_interface=True), "interface"),
        (influence(energy=np.eye(2)), "channel"),
    ],
)
def test_cracks_that_contact_is_not_solved_for_say_why(found, word):
    assert word in contact_refusal(found)
    assert not contact_refusal(influence())


def test_a_partly_closed_crack_out_of_symmetry_is_refused_and_an_open_one_kept():
    judge = SimpleNamespace(
        influence=influence(copies=1),
        partly_closed=lambda state: state == "partly",
        key=lambda state: state.encode(),
        contacts={},
    )
    loadings = [SimpleNamespace(name=state, state=state) for state in ("open", "partly")]
    told = []
    found = close_cracks(judge, verdict(finding(0.5), finding(0.4)), loadings, told.append)
    assert [bool(station.finding.refused) for station in found.stations] == [False, True]
    assert found.status == "refused"
    assert "plane of symmetry" in found.stations[1].finding.refused


def test_shares_of_overlapping_and_parting_faces():
    faces = FaceOpening(
        np.zeros((4, 3)), np.array([0.1, 0.2, 0.3, 0.4]), np.array([[1.0, 1, 1, 0], [0, -2, 2, 0]])
    )
    assert faces.shares(np.array([1.0, 0.0])) == pytest.approx((0.0, 0.6))
    assert faces.shares(np.array([1.0, 1.0])) == pytest.approx((0.2, 0.4))
    assert faces.shares(np.array([1.0, 0.5005])) == pytest.approx((0.0, 0.4))
