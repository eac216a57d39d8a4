"""Pairs of isotropic elastic constants, and the largest contrast that the finite elements are to carry."""

from __future__ import annotations

from typing import NamedTuple

#: Stiffest over softest Young's modulus of a stack that the solver is tested for.
LARGEST_CONTRAST = 1e5
#: Largest Poisson's ratio that the displacement elements are tested for.
LARGEST_POISSON = 0.49


class Elastic(NamedTuple):
    """Bulk modulus K and shear modulus G [Pa] of an isotropic solid; both zero for a void."""

    bulk: float
    shear: float

    @classmethod
    def of(cls, youngs_modulus: float, poisson_ratio: float) -> Elastic:
        """K = E / (3 (1 - 2 nu)), G = E / (2 (1 + nu))."""
        return cls(youngs_modulus / (3 * (1 - 2 * poisson_ratio)), youngs_modulus / (2 * (1 + poisson_ratio)))

    @property
    def youngs_modulus(self) -> float:
        """E = 9 K G / (3 K + G) [Pa]."""
        return 9 * self.bulk * self.shear / (3 * self.bulk + self.shear) if self.shear else 0.0

    @property
    def poisson_ratio(self) -> float:
        """nu = (3 K - 2 G) / (2 (3 K + G)); raises ZeroDivisionError for a void."""
        return (3 * self.bulk - 2 * self.shear) / (2 * (3 * self.bulk + self.shear))


def liquid_stand_in(stiffest: float) -> tuple[float, float]:
    """(E, nu) [Pa, -] of the softest solid that stands in for a liquid beside a ply of modulus `stiffest` [Pa].

    A liquid has no shear modulus; the weak form needs one. The floor is the contrast that the solver is tested
    for, and nu = 0.49 instead of 0.5, which elements in displacements cannot have.
    """
    return stiffest / LARGEST_CONTRAST, LARGEST_POISSON
