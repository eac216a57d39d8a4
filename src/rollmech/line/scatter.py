"""A flaw population taken through the line: breaks per km, failure per length, limits of inspection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rollmech import units
from rollmech.case import Case
from rollmech.case.line import Population
from rollmech.errors import Fault, InputError
from rollmech.library.domain import DEPTH
from rollmech.library.store import Kept
from rollmech.line.cracks import ScatteredCracks, Shapes
from rollmech.line.growing import library_record
from rollmech.line.history import Stop
from rollmech.line.plies import library_of
from rollmech.risk.population import distributions
from rollmech.risk.population.breaks import Breaks, Limit, breaks, largest_density, largest_depth
from rollmech.risk.population.distributions import Distribution, Empirical
from rollmech.risk.population.flaws import (
    CriticalDepths,
    FlawPopulation,
    Share,
    critical_depths,
    critical_share,
    sampled_share,
)
from rollmech.risk.population.inspection import Tail, density_interval, fit_tail

NODES = 16
_ALIGNED_NODES = 96  # of the aspect alone, where all flaws lie at one angle
_SHALLOWEST = 1e-3  # of the thickness; K/sqrt(a) of shallower cracks is that at the library's least depth
_DRAWN = 200_000
_UNTOLD = 1e-4  # share of the flaws beyond the library's shapes that is not worth a warning


@dataclass(frozen=True)
class Scattered:
    """What a population does on a line.

    Attributes:
        flaws: The population.
        interval: Of its density, or None if the case states the density itself.
        shares: Critical share at each stop alone, if asked for.
        line: Critical share over the whole line.
        drawn: The same by drawing flaws, if asked for.
        breaks: Per km, with the interval of share and density.
        depth_limit: Deepest flaw that inspection may pass.
        density_limit: Largest density.
        kept: The library.
        by_k: P_f of the population's length with K at the ends of its estimated error, if asked for.
    """

    flaws: FlawPopulation
    interval: tuple[float, float] | None
    shares: tuple[Share, ...]
    line: Share
    drawn: Share | None
    breaks: Breaks
    depth_limit: Limit
    density_limit: Limit
    kept: Kept
    by_k: tuple[float, float] | None = None


def tail_of(table: Population) -> Tail | None:
    """The tail fitted to a list of depths, or None if the case states a whole distribution."""
    if not table.depth.law.endswith("tail"):
        return None
    size = table.inspected.length or table.inspected.area
    kind = table.depth.law.removesuffix(" tail")
    return fit_tail(np.array(table.depth.values), table.depth.threshold, size, kind)


def _tail_law(tail: Tail, scale: float) -> Distribution:
    if tail.kind == "exponential":
        return distributions.exponential(scale, tail.threshold)
    return distributions.pareto(tail.threshold, 1 / scale)


def flaws_of(table: Population) -> tuple[FlawPopulation, tuple[float, float] | None]:
    """The population of a case, and the interval of a density that was counted."""
    tail = tail_of(table)
    if tail is not None:
        laws = (_tail_law(tail, tail.scale), distribution(table.aspect), distribution(table.angle))
        _, *interval = density_interval(tail.count, tail.inspected, table.confidence)
        return FlawPopulation(*laws, tail.density, table.inspected.length is not None), tuple(interval)
    per_edge = table.edge_density is not None
    density, interval = table.edge_density if per_edge else table.density, None
    if table.inspected is not None:
        per_edge = table.inspected.length is not None
        size = table.inspected.length if per_edge else table.inspected.area
        density, *interval = density_interval(table.inspected.count, size, table.confidence)
    laws = (distribution(law) for law in (table.depth, table.aspect, table.angle))
    return FlawPopulation(*laws, density, per_edge), tuple(interval) if interval else None


def distribution(law: Any) -> Distribution:
    """The distribution of a law table."""
    if law.law == "measured":
        return Empirical(np.array(law.values))
    maker = getattr(distributions, law.law)
    keys = {
        "lognormal": ("median", "spread"),
        "weibull": ("shape", "scale"),
        "exponential": ("mean",),
        "pareto": ("smallest", "exponent"),
        "uniform": ("low", "high"),
        "fixed": ("value",),
    }[law.law]
    return maker(*(getattr(law, key) for key in keys))


def scatter(case: Case, stops: Sequence[Stop], kept: Kept, draw: bool = True) -> Scattered:
    """Take a case's population through its line.

    Args:
        case: With a ``population``.
        stops: Of the population's layer and face.
        kept: Library of the stack.
        draw: Whether to check the share by drawing flaws, and to look at each stop alone.
    """
    table, width = case.population, case.web.width or 1.0
    flaws, interval = flaws_of(table)
    thickness = case.layer(table.layer).thickness
    toughness = case.material_of(table.layer).value("fracture_toughness")
    k = ScatteredCracks(kept.table, thickness)
    depths = depths_of(kept.table, thickness)
    stresses = np.array([stop.total for stop in stops])
    nodes = _ALIGNED_NODES if table.angle.law == "fixed" else NODES

    def share(at: np.ndarray) -> Share:
        return _with_steps(critical_share(flaws, k, at, toughness, depths, nodes), table, nodes)

    line = share(stresses)
    critical = critical_depths(flaws, k, stresses, toughness, depths, nodes)
    _refuse_shallow(kept.table, critical, depths[0])
    by_k = None
    if draw:
        error = k_error(kept.table)
        hard = (toughness * (1 + error), toughness * (1 - error))
        shares = [critical_depths(flaws, k, stresses, t, depths, nodes).share(flaws.depth) for t in hard]
        by_k = tuple(_failing(flaws.per_metre(width) * share_, table.length) for share_ in shares)
    drawn = _drawn(flaws, k, stresses, toughness, depths, critical, table.confidence) if draw else None
    found = _breaks(flaws, line, width, interval, critical, table)
    per_density = flaws.per_metre(width) / flaws.density
    return Scattered(
        flaws=flaws,
        interval=interval,
        shares=tuple(share(stress[None]) for stress in stresses) if draw else (),
        line=line,
        drawn=drawn,
        breaks=found,
        depth_limit=_depth_limit(critical, flaws, width, table, depths, found),
        density_limit=largest_density(line, per_density, table.target_failure, table.length),
        kept=kept,
        by_k=by_k,
    )


def k_error(table: Shapes) -> float:
    """Estimated relative error of K_I by a library."""
    return float(table.solve_error + table.interpolation + table.poisson)


def _failing(rate: float, length: float) -> float:
    """P_f of a length (m) with so many critical flaws a metre."""
    return float(-np.expm1(-rate * length))


def population_library(case: Case, progress: Callable[[str], None] = lambda text: None) -> Kept:
    """K of cracks of any size where a case's population lies.

    Raises:
        InputError: The case's surrogate does not reach that far.
        NumericsError: A solve failed.
    """
    table = case.population
    layer = [item.name for item in case.stack].index(table.layer)
    # Angles of a population count from the cross direction.
    angles = np.pi / 2 - distribution(table.angle).nodes(NODES)[0]
    return library_of(case, layer, table.face, progress, angles)


def aspect_warnings(found: Scattered) -> list[str]:
    """Says how many flaws are longer or shorter than those that the library holds."""
    low, high = found.kept.table.grid.aspect
    aspect = found.flaws.aspect
    share = 1 - float(aspect.beyond(np.array(low))) + float(aspect.beyond(np.array(high)))
    if share < _UNTOLD:
        return []
    return [
        f"{100 * share:.2g} % of the flaws leave depth over half-length from {low:g} to {high:g}, for which K is "
        "known; beyond them K of the nearest shape is used, of longer ones turned down as along an ellipse in a solid"
    ]


def depths_of(table, thickness: float) -> tuple[float, float]:
    """Least and largest depth (m) of cracks in a ply of a thickness (m) that K is asked for."""
    low, high = table.grid.depth_ratio
    return (_SHALLOWEST if table.extrapolates else low) * thickness, high * thickness


def _refuse_shallow(table, critical: CriticalDepths, least: float) -> None:
    """Cracks shallower than any that a surrogate knows count as harmless: only where its shallowest ones are."""
    if not table.extrapolates and np.any(critical.weight[critical.depth <= least * (1 + 1e-9)] > 0):
        problem = "is critical already: shallower flaws would be, which this surrogate does not know"
        depth = units.show(least, "length")
        raise InputError(
            table.surrogate.source, [Fault(DEPTH, depth, problem, "a surrogate of shallower cracks")]
        )


def failure_of(case: Case, stops: Sequence[Stop], kept: Kept) -> float:
    """P_f of the population's length alone, without interval and limits: a third of the work of ``scatter``."""
    table, thickness = case.population, case.layer(case.population.layer).thickness
    flaws, _ = flaws_of(table)
    toughness = case.material_of(table.layer).value("fracture_toughness")
    depths = depths_of(kept.table, thickness)
    nodes = _ALIGNED_NODES if table.angle.law == "fixed" else NODES
    stresses = np.array([stop.total for stop in stops])
    critical = critical_depths(
        flaws, ScatteredCracks(kept.table, thickness), stresses, toughness, depths, nodes
    )
    rate = flaws.per_metre(case.web.width or 1.0) * critical.share(flaws.depth)
    return _failing(rate, table.length)


def _with_steps(share: Share, table: Population, nodes: int) -> Share:
    """A share whose error also counts the steps of a list of depths, which quadrature over the aspect cuts across."""
    if table.depth.law != "measured" or not share.value:
        return share
    step = 1 / (len(table.depth.values) * nodes)
    return replace(share, low=max(share.low - step, 0.0), high=min(share.high + step, 1.0))


@dataclass(frozen=True)
class _Deep:
    """What lies beyond a depth of a distribution, for drawing."""

    whole: Distribution
    shallowest: float

    @property
    def share(self) -> float:
        """Part of the whole that lies there."""
        return float(self.whole.beyond(np.array(self.shallowest)))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Depth below which a part of them lies."""
        return self.whole.quantile(1 - self.share * (1 - np.asarray(u)))


def _drawn(flaws, k, stresses, toughness, depths, critical: CriticalDepths, confidence: float) -> Share:
    """Critical share by drawing flaws deeper than nine tenths of the shallowest critical one: no other is critical."""
    if not critical.depth.size:
        return sampled_share(flaws, k, stresses, toughness, depths, count=_DRAWN, confidence=confidence)
    deep = _Deep(flaws.depth, 0.9 * float(critical.depth.min()))
    found = sampled_share(
        replace(flaws, depth=deep), k, stresses, toughness, depths, count=_DRAWN, confidence=confidence
    )
    part = deep.share
    return Share(part * found.value, part * found.low, part * found.high, found.count)


def _breaks(
    flaws, line: Share, width: float, interval, critical: CriticalDepths, table: Population
) -> Breaks:
    """Breaks with their interval; that of a fitted tail counts the uncertainty of its count and scale together."""
    tail = tail_of(table)
    if tail is None:
        return breaks(flaws, line, width, interval)
    sizes = tail.excess(critical.depth)

    def share(scale: np.ndarray) -> np.ndarray:
        return np.exp(-np.divide.outer(sizes, scale)).T @ critical.weight

    per_km = 1000 * flaws.per_metre(width) / flaws.density
    _, low, high = tail.propagated(share, table.confidence, draws=20_000)
    return Breaks(per_km * flaws.density * line.value, per_km * low, per_km * high)


def _depth_limit(critical: CriticalDepths, flaws, width, table, depths, found: Breaks) -> Limit:
    """Root of the rate that is left when deeper flaws are sorted out."""

    def rate(depth: float) -> float:
        left = flaws.screened(depth)
        if not left.density:
            return 0.0
        return left.per_metre(width) * critical.share(left.depth)

    ends = (found.low / found.per_km, found.high / found.per_km) if found.per_km else (1, 1)
    return largest_depth(rate, table.target_failure, table.length, depths, ends)


def scatter_record(
    found: Scattered, stops: Sequence[Stop], table: Population, width: float | None
) -> dict[str, Any]:
    """The section ``population`` of ``results.json``."""
    value, low, high = found.breaks.failure(table.length)
    per_metre = found.flaws.per_metre(width or 1.0)
    return {
        "layer": table.layer,
        "face": table.face,
        "flaws_per_metre": per_metre,
        "density_interval": list(found.interval) if found.interval else None,
        "tail": vars(tail) if (tail := tail_of(table)) else None,
        "critical_share": vars(found.line),
        "monte_carlo": vars(found.drawn),
        "breaks_per_km": vars(found.breaks),
        "failure": {"length": table.length, "unit": "m", "value": value, "low": low, "high": high},
        "failure_by_error_of_k": list(found.by_k) if found.by_k else None,
        "failure_per_metre": found.breaks.failure(1.0)[0],
        "failure_per_metre_interval": list(found.breaks.failure(1.0)[1:]),
        "stations": [
            {
                "name": stop.name,
                "critical_share": share.value,
                "failure_per_metre": float(-np.expm1(-per_metre * share.value)),
            }
            for stop, share in zip(stops, found.shares, strict=True)
        ],
        "target_failure": table.target_failure,
        "depth_limit": _limit(found.depth_limit, 1e6, "um"),
        "density_limit": _limit(found.density_limit, 1.0, "1/m" if found.flaws.per_edge else "1/m^2"),
        "roughness_limit": _roughness(found.depth_limit, table.depth_over_roughness),
        "library": library_record(found.kept),
    }


def _roughness(limit: Limit, ratio: float | None) -> dict[str, Any] | None:
    """Largest roughness that inspection may pass, by the user's own ratio; None without one.

    Roughness and depth of flaws have no general relation, and cracks below a smooth face show in no roughness.
    """
    if ratio is None:
        return None
    note = "by the case's depth_over_roughness; cracks hidden below the face show in no roughness"
    return _limit(limit, 1e6 / ratio, "um") | {"note": "; ".join(filter(None, [limit.note, note]))}


def _limit(limit: Limit, scale: float, unit: str) -> dict[str, Any]:
    values = {
        key: None if getattr(limit, key) is None else getattr(limit, key) * scale
        for key in ("value", "low", "high")
    }
    return values | {"unit": unit, "note": limit.note}
