"""Leading fields at the tip of an interface crack: auxiliary fields of interaction integrals.

Plane strain by complex potentials (Rice 1988; Nahta & Moran 1993). In each solid, with z = x + i y and bars for
conjugates,

    2 mu (u_x + i u_y) = kappa phi(z) - omega(z_bar) - (z - z_bar) conj(phi'(z)),
    sigma_yy - i sigma_xy = phi'(z) + omega'(z_bar) + (z - z_bar) conj(phi''(z)).

Tractions that agree all along y = 0 make omega of one solid the phi of the other. Bond ahead and free faces behind
then leave, for the solid above (upper sign) and below,

    phi'(z) = conj(K) z^(-1/2 - i eps) / sqrt(2 pi) * exp(-+ pi eps) / (2 cosh(pi eps)).

Mode III: u_z = K3 / mu * sqrt(2 r / pi) sin(theta / 2) in each solid with its own mu (Sih 1965).
"""

from __future__ import annotations

import numpy as np

from rollmech.fracture.bimaterial.tip import InterfaceTip


def near_tip_displacement(
    tip: InterfaceTip, mode: int, radius: np.ndarray, angle: np.ndarray, above: np.ndarray
) -> np.ndarray:
    """Displacement of a unit K, um per (MPa um^0.5 um^(-i eps)).

    Args:
        tip: The two solids.
        mode: 0, 1, 2 for K1, K2, K3 = 1 and the others 0.
        radius: Distance from the front, um, any shape.
        angle: From the interface ahead, radians, -pi to pi. Behind the tip it is read on the branch of the point's
            own solid, so that a point above counts as above when rounding puts it just under the face.
        above: Whether the point belongs to the solid above.

    Returns:
        Components along x (ahead), y (up), z (along the front); shape (..., 3).
    """
    field = _Field(tip, radius, angle, above)
    if mode == 2:
        u_z = np.sqrt(2 * field.radius / np.pi) * np.sin(field.angle / 2) / field.shear
        return np.stack([np.zeros_like(u_z), np.zeros_like(u_z), u_z], axis=-1)
    return _spread(field.displacement(_UNIT_K[mode]))


def near_tip_gradient(
    tip: InterfaceTip, mode: int, radius: np.ndarray, angle: np.ndarray, above: np.ndarray
) -> np.ndarray:
    """Exact gradient of `near_tip_displacement` with the same arguments, shape (..., 3, 3; component, direction)."""
    field = _Field(tip, radius, angle, above)
    if mode == 2:
        scale = 1 / (np.sqrt(2 * np.pi * field.radius) * field.shear)
        gradient = np.zeros((*scale.shape, 3, 3))
        gradient[..., 2, 0] = -scale * np.sin(field.angle / 2)
        gradient[..., 2, 1] = scale * np.cos(field.angle / 2)
        return gradient
    along_x, along_y = (_spread(part) for part in field.derivatives(_UNIT_K[mode]))
    return np.stack([along_x, along_y, np.zeros_like(along_x)], axis=-1)


_UNIT_K = (1.0 + 0.0j, 1.0j)


def _spread(complex_vector: np.ndarray) -> np.ndarray:
    """u_x + i u_y as components (..., 3)."""
    return np.stack([complex_vector.real, complex_vector.imag, np.zeros(complex_vector.shape)], axis=-1)


class _Field:
    """The potentials at given points; powers are taken in polar form, so that each solid keeps its branch."""

    def __init__(self, tip: InterfaceTip, radius: np.ndarray, angle: np.ndarray, above: np.ndarray):
        above = np.asarray(above, dtype=bool)
        side = np.where(above, 1.0, -1.0)
        angle = np.where(side * angle < -np.pi / 2, angle + 2 * np.pi * side, angle)
        self.radius, self.angle = np.broadcast_arrays(np.asarray(radius, dtype=float), angle)
        self.shear = np.where(above, tip.above.shear_modulus, tip.below.shear_modulus)
        self._kolosov = np.where(above, tip.above.kolosov, tip.below.kolosov)
        eps = tip.oscillation_index
        self._power = 0.5 - 1j * eps
        self._own = np.exp(-side * np.pi * eps) / (2 * np.cosh(np.pi * eps) * np.sqrt(2 * np.pi))
        self._other = np.exp(side * np.pi * eps) / (2 * np.cosh(np.pi * eps) * np.sqrt(2 * np.pi))
        self._twice_height = 2j * self.radius * np.sin(self.angle)

    def _raised(self, power: complex, side: int) -> np.ndarray:
        """The power of z (side 1) or of its conjugate (side -1)."""
        return np.exp(power * (np.log(self.radius) + 1j * side * self.angle))

    def displacement(self, k: complex) -> np.ndarray:
        """u_x + i u_y."""
        k, power = np.conj(k), self._power
        phi = k * self._own * self._raised(power, 1) / power
        omega = k * self._other * self._raised(power, -1) / power
        slope = k * self._own * self._raised(power - 1, 1)
        return (self._kolosov * phi - omega - self._twice_height * np.conj(slope)) / (2 * self.shear)

    def derivatives(self, k: complex) -> tuple[np.ndarray, np.ndarray]:
        """Derivatives of u_x + i u_y along x and y."""
        k, power = np.conj(k), self._power
        slope = k * self._own * self._raised(power - 1, 1)
        other = k * self._other * self._raised(power - 1, -1)
        bent = self._twice_height * np.conj((power - 1) * k * self._own * self._raised(power - 2, 1))
        along_x = self._kolosov * slope - other - bent
        along_y = 1j * (self._kolosov * slope + other - 2 * np.conj(slope) + bent)
        return along_x / (2 * self.shear), along_y / (2 * self.shear)
