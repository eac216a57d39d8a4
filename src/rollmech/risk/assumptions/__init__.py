"""What a run takes for granted: every assumption as a check with its number, whether it holds or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.risk.assumptions.bond import bond_checks, bridge_checks
from rollmech.risk.assumptions.check import GROUPS, Check, by_group, flags
from rollmech.risk.assumptions.closure import bonding_checks, closure_checks
from rollmech.risk.assumptions.continuum import continuum_checks
from rollmech.risk.assumptions.crack_tip import crack_tip_checks
from rollmech.risk.assumptions.delamination import delamination_checks
from rollmech.risk.assumptions.edge import edge_checks
from rollmech.risk.assumptions.joint import joint_checks
from rollmech.risk.assumptions.notch import notch_checks
from rollmech.risk.assumptions.numerics import numerics_checks, refuse_unearned
from rollmech.risk.assumptions.resolution import resolution_checks
from rollmech.risk.assumptions.strength import strength_checks
from rollmech.risk.assumptions.vertex import vertex_checks
from rollmech.risk.assumptions.web import web_checks
from rollmech.risk.judge import CrackJudge, NotchJudge

if TYPE_CHECKING:  # only reads its attributes
    from rollmech.pipeline import Result

__all__ = ["GROUPS", "Check", "assumption_checks", "by_group", "flags", "refuse_unearned"]


def assumption_checks(result: Result) -> list[Check]:
    """Every check that a solved and judged result allows, in the order of `GROUPS`."""
    return sorted(_all(result), key=lambda check: GROUPS.index(check.group))


def _all(result: Result) -> Iterator[Check]:
    yield from web_checks(result.laminate, result.loadings, result.case.web.width)
    if result.influence is None:
        return
    yield from numerics_checks(result.influence, result.judge, result.verdict)
    yield from resolution_checks(result.influence)
    if result.influence.joint is not None:
        yield from joint_checks(result)
        return
    yield from bond_checks(result)
    if result.case.flaw.kind != "delamination":
        yield from continuum_checks(result.influence.patch, result.case.material_of(result.case.tip_layer))
    if isinstance(result.judge, CrackJudge):
        yield from _crack(result)
    if isinstance(result.judge, NotchJudge):
        worst = result.loadings[result.verdict.governing].state
        yield from edge_checks(result.influence.patch, worst, result.flawed_ply, result.case.flaw.face)
        yield from notch_checks(result.influence.patch, result.case.material_of(result.case.tip_layer))


def _crack(result: Result) -> Iterator[Check]:
    worst = result.verdict.governing
    material = result.case.material_of(result.case.tip_layer)
    state, nominal = result.loadings[worst].state, result.nominal_stress(worst)
    yield from crack_tip_checks(result.judge, result.verdict, state, nominal, material)
    yield from edge_checks(result.influence.patch, state, result.flawed_ply, result.case.flaw.face)
    yield from vertex_checks(result.influence, result.verdict)
    yield from closure_checks(result.judge, result.loadings, result.verdict.stations)
    yield from bonding_checks(result.judge, result.loadings)
    yield from bridge_checks(result.verdict)
    yield from delamination_checks(result.judge, result.loadings, worst)
    yield from strength_checks(result.verdict, result.unflawed)
