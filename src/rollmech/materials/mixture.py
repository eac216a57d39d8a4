"""Two-phase composites: a matrix with a volume fraction of filler, by named rules, inside their bounds.

The Hashin-Shtrikman bounds hold for every isotropic arrangement of the phases; a rule that leaves them (Voigt and
Reuss always do) describes no isotropic mixture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from rollmech.materials.moduli import Elastic

_BISECTIONS = 80

#: Rule names of a case and their sources.
RULES: dict[str, str] = {
    "voigt": "Voigt, Lehrbuch der Kristallphysik, 1910 (uniform strain)",
    "reuss": "Reuss, Z. angew. Math. Mech. 1929, 9, 49 (uniform stress)",
    "hashin-shtrikman lower": "Hashin, Shtrikman, J. Mech. Phys. Solids 1963, 11, 127; "
    "Walpole, J. Mech. Phys. Solids 1966, 14, 151",
    "hashin-shtrikman upper": "Hashin, Shtrikman, J. Mech. Phys. Solids 1963, 11, 127; "
    "Walpole, J. Mech. Phys. Solids 1966, 14, 151",
    "mori-tanaka": "Mori, Tanaka, Acta Metall. 1973, 21, 571; Benveniste, Mech. Mater. 1987, 6, 147 (spheres)",
    "self-consistent": "Hill, J. Mech. Phys. Solids 1965, 13, 213; Budiansky, ibid. 223 (spheres)",
    "halpin-tsai": "Halpin, Kardos, Polym. Eng. Sci. 1976, 16, 344 (E alone; nu by volume)",
}
CTE_RULES: dict[str, str] = {
    "levin": "Levin, Mekh. Tverd. Tela 1967, 2, 88; bounds: Schapery, J. Compos. Mater. 1968, 2, 380",
    "turner": "Turner, J. Res. Natl. Bur. Stand. 1946, 37, 239 (uniform volume strain)",
    "volume": "volume average (uniform stress)",
}


@dataclass(frozen=True)
class Estimate:
    """A value [SI] with the bounds that every isotropic mixture obeys."""

    value: float
    low: float
    high: float

    @property
    def admissible(self) -> bool:
        """Whether an isotropic mixture can have this value."""
        slack = 1e-9 * max(abs(self.low), abs(self.high))
        return self.low - slack <= self.value <= self.high + slack


def hashin_shtrikman(matrix: Elastic, filler: Elastic, fraction: float) -> tuple[Elastic, Elastic]:
    """Lower and upper bound of K and G (Hashin, Shtrikman 1963, in Walpole's form, which needs no order of phases).

    Args:
        matrix: One phase [Pa].
        filler: The other.
        fraction: Volume fraction of the filler, 0 to 1.
    """
    least = Elastic(min(matrix.bulk, filler.bulk), min(matrix.shear, filler.shear))
    most = Elastic(max(matrix.bulk, filler.bulk), max(matrix.shear, filler.shear))
    return _embedded(matrix, filler, fraction, least), _embedded(matrix, filler, fraction, most)


def mori_tanaka(matrix: Elastic, filler: Elastic, fraction: float) -> Elastic:
    """K and G [Pa] of spheres in a matrix.

    K = Km + f (Ki - Km) / (1 + (1 - f) (Ki - Km) / (Km + 4 Gm / 3)), likewise G with
    zeta = Gm (9 Km + 8 Gm) / (6 (Km + 2 Gm)) (Benveniste 1987).
    """

    def blend(m: float, i: float, star: float) -> float:
        return m + fraction * (i - m) / (1 + (1 - fraction) * (i - m) / (m + star))

    return Elastic(
        blend(matrix.bulk, filler.bulk, 4 / 3 * matrix.shear),
        blend(matrix.shear, filler.shear, _zeta(matrix)),
    )


def self_consistent(matrix: Elastic, filler: Elastic, fraction: float) -> Elastic:
    """K and G [Pa] of a medium in which either phase is spheres in the medium itself (Hill, Budiansky 1965).

    Raises:
        ValueError: The iteration has no stiff solution (pores beyond half of the volume).
    """
    low, high = hashin_shtrikman(matrix, filler, fraction)
    bottom, top = max(low.shear, 1e-9 * high.shear) * (1 - 1e-9), high.shear * (1 + 1e-9)
    if _embedded_at(matrix, filler, fraction, bottom).shear < bottom:
        raise ValueError("the self-consistent medium has lost its stiffness")
    for _ in range(_BISECTIONS):
        middle = math.sqrt(bottom * top)
        stiffer = _embedded_at(matrix, filler, fraction, middle).shear > middle
        bottom, top = (middle, top) if stiffer else (bottom, middle)
    return _embedded_at(matrix, filler, fraction, math.sqrt(bottom * top))


def _embedded_at(matrix: Elastic, filler: Elastic, fraction: float, shear: float) -> Elastic:
    """Spheres of both phases in a medium of shear modulus `shear` [Pa] whose K is their own."""
    bulk = _embedded(matrix, filler, fraction, Elastic(0.0, shear)).bulk
    return _embedded(matrix, filler, fraction, Elastic(bulk, shear))


def halpin_tsai(matrix: float, filler: float, fraction: float, aspect_ratio: float = 1.0) -> float:
    """E [Pa] = Em (1 + s e f) / (1 - e f), e = (Ef/Em - 1) / (Ef/Em + s), s = 2 aspect ratio (Halpin, Kardos 1976)."""
    shape = 2 * aspect_ratio
    eta = (filler / matrix - 1) / (filler / matrix + shape)
    return matrix * (1 + shape * eta * fraction) / (1 - eta * fraction)


def elastic_mixture(
    rule: str, matrix: Elastic, filler: Elastic, fraction: float, aspect_ratio: float = 1.0
) -> tuple[Estimate, Estimate]:
    """E and nu of a mixture with the bounds of every isotropic mixture.

    The bounds of nu are those of the rectangle of K and G: (K low, G high) and (K high, G low).

    Args:
        rule: Key of `RULES`.
        matrix: [Pa].
        filler: [Pa].
        fraction: Volume fraction of the filler, 0 to 1.
        aspect_ratio: Length over thickness of the filler along the load; Halpin-Tsai only.
    """
    low, high = hashin_shtrikman(matrix, filler, fraction)
    if rule == "halpin-tsai":
        young = halpin_tsai(matrix.youngs_modulus, filler.youngs_modulus, fraction, aspect_ratio)
        poisson = (1 - fraction) * matrix.poisson_ratio + fraction * filler.poisson_ratio
    else:
        mixed = _ELASTIC[rule](matrix, filler, fraction)
        young, poisson = mixed.youngs_modulus, mixed.poisson_ratio
    corners = (Elastic(low.bulk, high.shear).poisson_ratio, Elastic(high.bulk, low.shear).poisson_ratio)
    return Estimate(young, low.youngs_modulus, high.youngs_modulus), Estimate(poisson, *corners)


def cte_mixture(
    rule: str, phases: tuple[Elastic, Elastic], ctes: tuple[float, float], fraction: float, bulk: float
) -> Estimate:
    """Linear thermal expansion [1/K] of a mixture with Schapery's bounds.

    Levin's relation is exact for two isotropic phases once the mixture's bulk modulus K is known:
    alpha = <alpha> + (alpha_f - alpha_m) (1/K - <1/K>) / (1/K_f - 1/K_m). Schapery's bounds are its values at the
    Hashin-Shtrikman bounds of K.

    Args:
        rule: Key of `CTE_RULES`.
        phases: Matrix and filler [Pa].
        ctes: Of matrix and filler [1/K].
        fraction: Volume fraction of the filler.
        bulk: K of the mixture [Pa].
    """
    ends = sorted(levin(phases, ctes, fraction, bound.bulk) for bound in hashin_shtrikman(*phases, fraction))
    if rule == "levin":
        value = levin(phases, ctes, fraction, bulk)
    elif rule == "turner":
        shares = ((1 - fraction) * phases[0].bulk, fraction * phases[1].bulk)
        value = sum(share * cte for share, cte in zip(shares, ctes, strict=True)) / sum(shares)
    else:
        value = _mean(*ctes, fraction)
    return Estimate(value, *ends)


def levin(phases: tuple[Elastic, Elastic], ctes: tuple[float, float], fraction: float, bulk: float) -> float:
    """Levin's relation, see `cte_mixture`; the volume average where both phases are as compressible."""
    matrix, filler = (1 / phase.bulk for phase in phases)
    average = _mean(*ctes, fraction)
    if abs(filler - matrix) <= 1e-12 * matrix:
        return average
    return average + (ctes[1] - ctes[0]) * (1 / bulk - _mean(matrix, filler, fraction)) / (filler - matrix)


def _mean(first: float, second: float, fraction: float) -> float:
    return (1 - fraction) * first + fraction * second


def _zeta(reference: Elastic) -> float:
    bulk, shear = reference
    return shear * (9 * bulk + 8 * shear) / (6 * (bulk + 2 * shear)) if shear else 0.0


def _embedded(matrix: Elastic, filler: Elastic, fraction: float, reference: Elastic) -> Elastic:
    """Spheres of both phases in a reference medium: [sum f / (K + 4 G*/3)]^-1 - 4 G*/3, G with zeta*."""

    def harmonic(m: float, f: float, star: float) -> float:
        if not (m + star and f + star):  # a void in a medium without stiffness
            return 0.0
        return 1 / ((1 - fraction) / (m + star) + fraction / (f + star)) - star

    return Elastic(
        harmonic(matrix.bulk, filler.bulk, 4 / 3 * reference.shear),
        harmonic(matrix.shear, filler.shear, _zeta(reference)),
    )


def _voigt(matrix: Elastic, filler: Elastic, fraction: float) -> Elastic:
    return Elastic(*(_mean(m, f, fraction) for m, f in zip(matrix, filler, strict=True)))


def _reuss(matrix: Elastic, filler: Elastic, fraction: float) -> Elastic:
    return Elastic(*(1 / _mean(1 / m, 1 / f, fraction) for m, f in zip(matrix, filler, strict=True)))


_ELASTIC: dict[str, Callable[[Elastic, Elastic, float], Elastic]] = {
    "voigt": _voigt,
    "reuss": _reuss,
    "hashin-shtrikman lower": lambda *phases: hashin_shtrikman(*phases)[0],
    "hashin-shtrikman upper": lambda *phases: hashin_shtrikman(*phases)[1],
    "mori-tanaka": mori_tanaka,
    "self-consistent": self_consistent,
}
