"""The pair of solids at the tip of an interface crack: mismatch, complex K, energy release rate, phase.

Axes at the tip: x ahead along the interface, y up into the solid above, z = x cross y along the front.
The traction ahead defines K = K1 + i K2, in MPa um^(1/2) um^(-i eps) (Rice 1988):

    sigma_yy + i sigma_xy = K r^(i eps) / sqrt(2 pi r),    sigma_yz = K3 / sqrt(2 pi r),    r in um.

Seen upside down (y turned over, x kept) the solids change places and K becomes its conjugate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Isotropic(NamedTuple):
    """An isotropic elastic solid in plane strain.

    Attributes:
        youngs_modulus: MPa.
        poisson_ratio: At most 0.5.
    """

    youngs_modulus: float
    poisson_ratio: float

    @property
    def shear_modulus(self) -> float:
        """Shear modulus, MPa."""
        return self.youngs_modulus / (2 * (1 + self.poisson_ratio))

    @property
    def plane_modulus(self) -> float:
        """E / (1 - nu^2), MPa."""
        return self.youngs_modulus / (1 - self.poisson_ratio**2)

    @property
    def kolosov(self) -> float:
        """Kolosov's constant of plane strain, 3 - 4 nu."""
        return 3 - 4 * self.poisson_ratio


class Dundurs(NamedTuple):
    """Mismatch of two solids: every plane traction problem depends on the moduli only through these (Dundurs 1969)."""

    alpha: float
    beta: float


def dundurs(above: Isotropic, below: Isotropic) -> Dundurs:
    """Dundurs' parameters in plane strain; alpha > 0 when the solid above is the stiffer one (Dundurs 1969).

    ``alpha = (E1' - E2') / (E1' + E2')``,
    ``beta = (mu1 (kappa2 - 1) - mu2 (kappa1 - 1)) / (mu1 (kappa2 + 1) + mu2 (kappa1 + 1))``, 1 above, 2 below.
    """
    first, second = above.plane_modulus, below.plane_modulus
    mu1, kappa1 = above.shear_modulus, above.kolosov
    mu2, kappa2 = below.shear_modulus, below.kolosov
    beta = (mu1 * (kappa2 - 1) - mu2 * (kappa1 - 1)) / (mu1 * (kappa2 + 1) + mu2 * (kappa1 + 1))
    return Dundurs((first - second) / (first + second), beta)


@dataclass(frozen=True)
class InterfaceTip:
    """Tip of a crack between two solids; the crack lies behind it, at x < 0.

    Raises:
        ValueError: A modulus is not positive, or a Poisson ratio is outside -1 < nu <= 0.5.
    """

    above: Isotropic
    below: Isotropic

    def __post_init__(self) -> None:
        for solid in (self.above, self.below):
            if not (solid.youngs_modulus > 0 and -1 < solid.poisson_ratio <= 0.5):
                raise ValueError(f"{solid}: needs a positive modulus and -1 < Poisson ratio <= 0.5")

    @property
    def mismatch(self) -> Dundurs:
        """Dundurs' alpha and beta."""
        return dundurs(self.above, self.below)

    @property
    def oscillation_index(self) -> float:
        """``eps = ln((1 - beta) / (1 + beta)) / (2 pi)`` (Williams 1959)."""
        beta = self.mismatch.beta
        return float(np.log((1 - beta) / (1 + beta)) / (2 * np.pi))

    @property
    def effective_modulus(self) -> float:
        """E*, the harmonic mean of the plane-strain moduli, MPa."""
        return 2 / (1 / self.above.plane_modulus + 1 / self.below.plane_modulus)

    @property
    def mean_shear_modulus(self) -> float:
        """Harmonic mean of the shear moduli, MPa: what mode III sees."""
        return 2 / (1 / self.above.shear_modulus + 1 / self.below.shear_modulus)

    @property
    def interaction_scales(self) -> np.ndarray:
        """What turns interaction integrals with unit K1, K2, K3 into K1, K2, K3; shape (3,), MPa.

        ``K1, K2 = E* / (2 (1 - beta^2)) I`` and ``K3 = 2 / (1/mu1 + 1/mu2) I``: half the derivatives of the energy
        release rate, turned over.
        """
        plane = self.effective_modulus / (2 * (1 - self.mismatch.beta**2))
        return np.array([plane, plane, self.mean_shear_modulus])

    def release_rate(self, k: complex | np.ndarray, k3: float | np.ndarray = 0.0) -> np.ndarray:
        """Energy release rate of growth along the interface, J/m^2 (Malyshev & Salganik 1965).

        ``G = (1 - beta^2) |K|^2 / E* + K3^2 (1/mu1 + 1/mu2) / 4``.

        Args:
            k: Complex K, any shape, MPa um^(1/2) um^(-i eps).
            k3: K of mode III, of a shape that fits, MPa um^0.5.
        """
        plane = (1 - self.mismatch.beta**2) / self.effective_modulus
        return plane * np.abs(k) ** 2 + np.square(k3) / (2 * self.mean_shear_modulus)

    def referred_to(self, k: complex | np.ndarray, length: float) -> np.ndarray:
        """``K l^(i eps)``, MPa um^0.5: parts without the odd unit, opening and shear at the distance l (um) ahead."""
        return k * np.power(complex(length), 1j * self.oscillation_index)

    def phase(self, k: complex | np.ndarray, length: float) -> np.ndarray:
        """Phase angle ``psi = arg(K l^(i eps))`` for the reference length l (um), radians (Rice 1988)."""
        return np.angle(self.referred_to(k, length))

    def shift_phase(self, phase: float | np.ndarray, length: float, to: float) -> float | np.ndarray:
        """The same phase for another reference length: ``psi + eps ln(to / length)``, radians (Rice 1988)."""
        return phase + self.oscillation_index * np.log(to / length)
