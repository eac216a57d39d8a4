"""Whether the numbers of the solve are as good as asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rollmech.case.depths import THICKEST_COVER
from rollmech.errors import NumericsError
from rollmech.mesh.patch import COVER_ERROR
from rollmech.risk.assumptions.check import FRONT, JOINT, NOTCH, Check, graded, not_checked

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence
    from rollmech.risk.judge import Judge
    from rollmech.risk.verdict import Verdict

_GROUP = "numerics"
# Times a limit at which a number is no longer just less accurate but wrong.
_BROKEN = 3.0
# The mesh is refined for tension; other loads may be this much worse than the target.
OTHER_LOADS = 3.0
# Scatter of K between integration domains that a converged solution stays below.
PATH_SPREAD = 0.01
# J against that of the three K; the integrals share the mesh and agree to 0.2-0.5 % on a good one.
RELEASE_APART = 0.01
# The opening of the faces is good to about 2 %; more than this says that something is wrong.
ROUTES_APART = 0.05


def numerics_checks(influence: Influence, judge: Judge | None, verdict: Verdict | None) -> Iterator[Check]:
    """Estimated error, error at the governing load, end effect, and for fronts path and routes."""
    bears = FRONT if influence.front is not None else NOTCH if influence.joint is None else JOINT
    yield _estimate(influence, bears)
    if verdict is not None:
        yield _governing_load(influence, judge, verdict, bears)
    yield _ends(influence, bears)
    yield from _thin_plies(influence, bears)
    yield from _cover(influence, bears)
    if influence.front is not None and influence.energy is None:
        yield _path(influence)
        yield _routes(influence)
        if influence.front.j_unit is not None and influence.front.k_opening is not None:
            yield _release_routes(influence)


def refuse_unearned(judge: Judge, verdict: Verdict) -> None:
    """Stop where the estimated error is as large as the number.

    Raises:
        NumericsError: The error is larger than all that the causes contribute.
    """
    worst = verdict.worst
    size = _size(verdict)
    if worst.finding.value_error > size > 0:
        raise NumericsError(
            f"station '{worst.name}': the estimated error of the {judge.quantity} is "
            f"{100 * worst.finding.value_error / size:.2g} % of it, so no number was earned; the flaw is too thin or "
            "too shallow for this mesh: try another accuracy.target or a less extreme ratio of its dimensions"
        )


def _size(verdict: Verdict) -> float:
    """What the causes contribute together, signs left out: small sums of large shares are no fault of the mesh."""
    return sum(abs(share) for share in verdict.worst.finding.shares.values())


def _estimate(influence: Influence, bears: tuple[str, ...]) -> Check:
    value, target = influence.relative_error(), influence.target
    return graded(
        _GROUP,
        "estimated error",
        value,
        target,
        _BROKEN * target,
        holds=f"estimated error {100 * value:.2g} %, target {100 * target:.2g} %",
        fails=f"accuracy: estimated error {100 * value:.2g} % exceeds the target {100 * target:.2g} % "
        f"on the finest mesh solved ({influence.levels[-1]['unknowns']} unknowns)",
        bears_on=bears,
    )


def _governing_load(influence: Influence, judge: Judge, verdict: Verdict, bears: tuple[str, ...]) -> Check:
    worst, target, size = verdict.worst, influence.target, _size(verdict)
    name = "error at the governing load"
    if size == 0:
        return not_checked(_GROUP, name, f"station '{worst.name}' does not load the flaw")
    value = worst.finding.value_error / size
    there = f"at station '{worst.name}' the estimated error of the {judge.quantity} is {100 * value:.2g} %"
    return graded(
        _GROUP,
        name,
        value,
        OTHER_LOADS * target,
        _BROKEN * OTHER_LOADS * target,
        holds=f"{there}, at most {OTHER_LOADS:.0f} times the target {100 * target:.2g} % of tension",
        fails=f"accuracy: {there}, more than the target {100 * target:.2g} %: the mesh was refined "
        "for tension, this load is resolved less well",
        bears_on=bears,
        stations=(worst.name,),
    )


def _ends(influence: Influence, bears: tuple[str, ...]) -> Check:
    target, moved = influence.target, influence.boundary - influence.patch.merging
    share = 100 * moved
    where = f"patch of half-length {influence.patch.half_length:.3g} um"
    real = "the ends are those of a real plate" if influence.patch.real_ends else ""
    return graded(
        _GROUP,
        "patch size",
        moved,
        target,
        _BROKEN * target,
        holds=real
        or f"free against stiff ends of the {where} move the answer by {share:.2g} %, counted as error",
        fails=f"patch size: free against stiff ends of the {where} move the answer by {share:.2g} %, more than the "
        f"target {100 * target:.2g} %: the far field is not undisturbed there",
        bears_on=bears,
    )


def _thin_plies(influence: Influence, bears: tuple[str, ...]) -> Iterator[Check]:
    """Plies that the patch merges or leaves out, whose effect counts as error."""
    patch = influence.patch
    if not patch.origin:
        return
    share = 100 * patch.merging
    text = f"thin layers beyond the flaw were merged into {len(patch.plies)} or left out around it"
    moves = f"{text}; this moves the answer by less than {share:.2g} %, counted as error"
    target = influence.target
    yield graded(
        _GROUP,
        "thin layers",
        patch.merging,
        target,
        _BROKEN * target,
        moves,
        f"thin layers: {moves}",
        "",
        bears,
    )


def _cover(influence: Influence, bears: tuple[str, ...]) -> Iterator[Check]:
    """Thin layers on the flawed one that act as a membrane."""
    patch = influence.patch
    if not patch.cover:
        return
    share = sum(ply.thickness for ply in patch.cover) / patch.flaw.deepest
    text = (
        f"{1e3 * share * patch.flaw.deepest:.4g} nm of layers on the flawed one act as a membrane that the flaw cuts: "
        f"{share:.2g} of its depth, of which {COVER_ERROR:g} counts as error of their share of K"
    )
    yield graded(
        _GROUP, "thin cover", share, THICKEST_COVER, 2 * THICKEST_COVER, text, f"cover: {text}", "", bears
    )


def _path(influence: Influence) -> Check:
    value = float(influence.front.path_spread[~influence.front.vertex].max())
    text = f"K differs by {100 * value:.2g} % between the integration domains"
    return graded(
        _GROUP,
        "path independence",
        value,
        PATH_SPREAD,
        5 * PATH_SPREAD,
        holds=f"{text}, at most {100 * PATH_SPREAD:.0f} %",
        fails=f"path independence: {text}, more than {100 * PATH_SPREAD:.0f} %: too coarse a mesh at the front",
        bears_on=FRONT,
    )


def _routes(influence: Influence) -> Check:
    value = influence.route_difference()
    routes = "two routes to K_I", "domain integral and opening of the faces"
    if influence.on_interface:
        routes = "two routes to sqrt(G)", "J and the K of interaction integrals"
    text = f"{routes[0]} differ by {100 * value:.2g} % ({routes[1]})"
    return graded(
        _GROUP,
        "two routes to K",
        value,
        ROUTES_APART,
        _BROKEN * ROUTES_APART,
        holds=f"{text}, at most {100 * ROUTES_APART:.0f} %",
        fails=f"{text}; the mesh near the front is too coarse for its surroundings",
        bears_on=FRONT,
    )


def _release_routes(influence: Influence) -> Check:
    value = influence.route_differences(influence.patch.reference)["J"]
    text = f"sqrt(J) of the domain integral and of the three K differ by {100 * value:.2g} % under tension"
    return graded(
        _GROUP,
        "two routes to J",
        value,
        RELEASE_APART,
        5 * RELEASE_APART,
        holds=f"{text}, at most {100 * RELEASE_APART:.0f} %",
        fails=f"{text}; the three K are not separated well",
        bears_on=FRONT,
    )
