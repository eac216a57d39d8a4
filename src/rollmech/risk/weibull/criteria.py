"""What a crack of given normal stress and shear feels like: the equivalent stress of a crack plane.

Batdorf & Heinisch 1978; Shetty 1987; list as in NASA's CARES (Nemeth, Manderscheid & Gyekenyesi 1990). A plane under
normal compression is taken as closed and harmless. The shear counts as K_II/K_I of the crack's shape does: tau for a
through (Griffith) crack, tau / (1 - nu/2) for a penny.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Name = Literal["normal", "tensile", "energy", "shetty"]


@dataclass(frozen=True)
class Criterion:
    """Equivalent stress of a crack plane.

    Attributes:
        name: ``normal`` (normal stress only), ``tensile`` (largest tension at the crack's edge), ``energy``
            (coplanar release rate) or ``shetty`` (empirical mixed-mode law).
        penny: Penny-shaped crack; otherwise a through crack.
        poisson: Of the material; only a penny under shear needs it.
        shear_strength: C of Shetty's law, 0.8 to 2; 0.82 is near the largest-hoop-stress criterion.
    """

    name: Name = "normal"
    penny: bool = False
    poisson: float = 0.25
    shear_strength: float = 0.82

    def __post_init__(self):
        if self.name not in ("normal", "tensile", "energy", "shetty"):
            raise ValueError(f"unknown criterion '{self.name}'; accepted: normal, tensile, energy, shetty")

    def equivalent(self, normal: np.ndarray, shear: np.ndarray) -> np.ndarray:
        """Equivalent stress, in the unit of the arguments and of their shape; 0 for closed cracks."""
        tau = shear / (1 - self.poisson / 2) if self.penny else shear
        match self.name:
            case "normal":
                value = normal
            case "tensile":
                value = (normal + np.hypot(normal, tau)) / 2
            case "energy":
                value = np.hypot(normal, tau)
            case "shetty":
                value = (normal + np.hypot(normal, 2 * tau / self.shear_strength)) / 2
        return np.where(normal > 0, value, 0.0)
