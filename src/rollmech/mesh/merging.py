"""Plies that are thin against their distance from a flaw, merged or left out: what that does to it is bounded.

Only plies that the flaw does not reach are merged; all that counts of them is their stiffness. The merged ply keeps
the force, ``sum(E' h)``. What changes is looked at to first order in the thickness (as for thin interphases, Benveniste
& Miloh 2001): a layer of thickness h at the distance d, which stretches with its surroundings and passes on their
traction, holds the shares

    h / d |E' - E_m'| / E_1'    and    h / d mu_1 |1/mu - 1/mu_m| (2 mu_m / (mu_1 + mu_m))^2

of the energy that the field of the flaw, in a ply of modulus 1, has within d; the last factor is how much of a traction
a layer of modulus m takes off a solid 1. On a free face a thin ply is left out: E_m = 0 and no traction to pass on.
The effect on K is taken as 2 sqrt(a/(a + d)) of the first, a the depth of the flaw, and a quarter of the second:
docs/interlayers.md has what solves gave.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rollmech.mesh.patch import Patch, PatchPly

THIN = 0.01
"""Thickness over distance from the flaw below which a ply is worth merging."""
STRETCHED, SHEARED = 2.0, 0.25
"""Effect on K over the two shares, of the first for a deep flaw: bending of the ligament feels its far side most."""
BUDGET = 0.25
"""Part of the error aimed at that merging may add."""

Group = tuple[int, ...]


def merge_thin(patch: Patch, target: float) -> Patch:
    """The patch with thin plies merged as far as their estimated effect stays below a quarter of the target.

    Args:
        patch: As the case has it.
        target: Relative error aimed at.
    """
    if patch.earlier:  # which plies were there at a time is told by their number
        return patch
    first = patch.front_plies[-1] + 1
    groups = tuple((i,) for i in range(len(patch.plies)))
    rule = _Rule(patch)
    while True:
        options = list(_options(rule, groups, first))
        if not options:
            break
        best = min(options, key=rule.effect)
        if rule.effect(best) > BUDGET * target:
            break
        groups = best
    if len(groups) == len(patch.plies):
        return patch
    plies = tuple(merged([patch.plies[i] for i in group]) for group in groups)
    origin = tuple(max(group, key=lambda i: patch.plies[i].thickness) for group in groups)
    return replace(patch, plies=plies, origin=origin, merging=rule.effect(groups))


def merged(plies: Sequence[PatchPly]) -> PatchPly:
    """One ply as thick and as stiff in tension as all together."""
    if len(plies) == 1:
        return plies[0]
    thickness = sum(ply.thickness for ply in plies)
    poisson = sum(ply.poisson_ratio * ply.thickness for ply in plies) / thickness
    stiffness = sum(_plane(ply) * ply.thickness for ply in plies)
    return PatchPly(thickness, stiffness / thickness * (1 - poisson**2), poisson)


@dataclass(frozen=True)
class _Rule:
    """What merging does to a flaw."""

    patch: Patch

    def distance(self, ply: int) -> float:
        """From the flaw to the near face of a ply, um."""
        return self.patch.interfaces[ply - 1] - self.patch.flaw.deepest

    def stretched(self, ply: int) -> float:
        """Effect over the share of stretching: less for a flaw that leaves most of what lies over the ply whole."""
        if len(self.patch.front_plies) == 2:  # layers that part bend as wholes
            return STRETCHED
        return STRETCHED * math.sqrt(self.patch.flaw.deepest / self.patch.interfaces[ply - 1])

    def effect(self, groups: Sequence[Group]) -> float:
        """Estimated relative effect of merging each group into one ply and leaving out those that are in none."""
        inside = sum(self._group(group) for group in groups if len(group) > 1)
        out = range(groups[-1][-1] + 1, len(self.patch.plies))
        return inside + sum(self._left_out(i) for i in out)

    def _left_out(self, ply: int) -> float:
        own, layer = self.patch.plies[self.patch.front_plies[-1]], self.patch.plies[ply]
        return self.stretched(ply) * layer.thickness / self.distance(ply) * _plane(layer) / _plane(own)

    def _group(self, group: Group) -> float:
        plies, own = self.patch.plies, self.patch.plies[self.patch.front_plies[-1]]
        whole = merged([plies[i] for i in group])
        mu, mean = own.shear_modulus, whole.shear_modulus
        passed = (2 * mean / (mu + mean)) ** 2
        return sum(
            plies[i].thickness
            / self.distance(i)
            * (
                self.stretched(i) * abs(_plane(plies[i]) - _plane(whole)) / _plane(own)
                + SHEARED * mu * abs(1 / plies[i].shear_modulus - 1 / mean) * passed
            )
            for i in group
        )


def _options(rule: _Rule, groups: tuple[Group, ...], first: int) -> Iterator[tuple[Group, ...]]:
    """Every way to merge one thin group with a neighbour that the flaw does not reach, or to leave out the last."""
    plies = rule.patch.plies
    thin = [
        n
        for n in range(first, len(groups))
        if sum(plies[i].thickness for i in groups[n]) < THIN * rule.distance(groups[n][0])
    ]
    for pair in sorted({(m, m + 1) for n in thin for m in (n - 1, n) if first <= m < len(groups) - 1}):
        yield (*groups[: pair[0]], groups[pair[0]] + groups[pair[1]], *groups[pair[1] + 1 :])
    if thin and thin[-1] == len(groups) - 1 and len(groups[-1]) == 1:
        yield groups[:-1]


def _plane(ply: PatchPly) -> float:
    return ply.youngs_modulus / (1 - ply.poisson_ratio**2)
