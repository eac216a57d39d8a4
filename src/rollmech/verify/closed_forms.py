"""Closed-form K and G of interface, layered and embedded cracks: what solved fields are held against.

Lengths in um, stresses and moduli in MPa, loads per width in MPa um (N/m), K in MPa um^0.5, G in J/m^2. "Above" is
the film; complex K and axes are those of `rollmech.fracture.bimaterial`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ellipe, ellipk, gamma

from rollmech.fracture.bimaterial import InterfaceTip

HOMOGENEOUS_OMEGA = np.radians(52.07)
"""Angle of `delaminated_film_k` without mismatch on a thick substrate, radians (Thouless, Evans, Ashby &
Hutchinson 1987; Suo & Hutchinson 1990)."""


class Arm(NamedTuple):
    """A layer behind the tip of a delamination, with what its end carries.

    Attributes:
        thickness: um.
        plane_modulus: E / (1 - nu^2), MPa.
        force: Tension through its middle, MPa um.
        moment: MPa um^2, positive when it stretches the top face.
    """

    thickness: float
    plane_modulus: float
    force: float = 0.0
    moment: float = 0.0


# --- cracks along an interface ---


def central_interface_crack_k(
    tip: InterfaceTip, half_length: float, tension: float, shear: float = 0.0
) -> complex:
    """Complex K at the right tip of a crack 2a between two half-planes (Rice & Sih 1965).

    ``K = (sigma + i tau) (1 + 2 i eps) sqrt(pi a) (2 a)^(-i eps)``; tension and shear act on the faces, or far away
    with the jump of sigma_xx that keeps the strain along the interface continuous.
    """
    eps = tip.oscillation_index
    size = np.sqrt(np.pi * half_length) * np.power(complex(2 * half_length), -1j * eps)
    return complex((tension + 1j * shear) * (1 + 2j * eps) * size)


def penny_interface_crack_k(tip: InterfaceTip, radius: float, pressure: float) -> complex:
    """Complex K around a circular crack between two half-spaces (Kassir & Bregman 1972; Willis 1972).

    ``K = 2 p sqrt(a) Gamma(2 + i eps) / Gamma(1/2 + i eps) (2 a)^(-i eps)``; K3 is zero.
    """
    eps = tip.oscillation_index
    size = np.sqrt(radius) * np.power(complex(2 * radius), -1j * eps)
    return complex(2 * pressure * size * gamma(2 + 1j * eps) / gamma(0.5 + 1j * eps))


def penny_interface_crack_volume(tip: InterfaceTip, radius: float, pressure: float) -> float:
    """Volume that the same pressure opens, um^3.

    ``V = 16 p a^3 / (3 E*) (1 + eps^2) pi eps / (sinh(pi eps) cosh(pi eps))``; Clapeyron's theorem makes
    ``G = 3 p V / (4 pi a^2)``, which agrees with the K of Kassir & Bregman.
    """
    eps = tip.oscillation_index
    oscillation = (1 + eps**2) / np.sinc(2j * eps).real
    return float(16 * pressure * radius**3 / (3 * tip.effective_modulus) * oscillation)


# --- delamination of layers, by the energy of beams ---


def delamination_release_rate(upper: Arm, lower: Arm) -> float:
    """Steady G of a long delamination: energy of the two arms less that of the bonded beam they load ahead.

    Holds exactly far from both ends of the crack and of the body (Suo & Hutchinson 1990). A moment on one arm alone is
    half of the bend specimen of Charalambides, Lund, Evans & McMeeking (1989).
    """
    arms, middles = (upper, lower), (lower.thickness + upper.thickness / 2, lower.thickness / 2)
    stretch = [arm.plane_modulus * arm.thickness for arm in arms]
    bend = [arm.plane_modulus * arm.thickness**3 / 12 for arm in arms]
    neutral = np.dot(stretch, middles) / sum(stretch)
    offsets = np.array(middles) - neutral
    force = upper.force + lower.force
    # A tension above the neutral plane stretches the top face.
    moment = upper.moment + lower.moment + float(np.dot(offsets, [arm.force for arm in arms]))
    bonded = force**2 / sum(stretch) + moment**2 / (sum(bend) + np.dot(stretch, offsets**2))
    apart = sum(arm.force**2 / s + arm.moment**2 / b for arm, s, b in zip(arms, stretch, bend, strict=True))
    return float((apart - bonded) / 2)


def stressed_film_release_rate(film: Arm, substrate: Arm, stress: float) -> float:
    """Steady G of an edge delamination that frees a film of its uniform stress (Suo & Hutchinson 1990).

    ``stress`` is that of the film on its substrate held flat, ahead of the crack, in plane strain along the front; the
    bending of a finite substrate is counted. On a thick one ``G = stress^2 h / (2 E')``.
    """
    return delamination_release_rate(film._replace(force=stress * film.thickness, moment=0.0), substrate)


def delaminated_film_k(
    tip: InterfaceTip, thickness: float, substrate: float, force: float, moment: float, omega: float
) -> complex:
    """Complex K of a steady delamination (Suo & Hutchinson 1990).

    Args:
        tip: Film above, substrate below.
        thickness: Of the film, h.
        substrate: Thickness of the substrate, H (may be infinite); it carries what balances the film.
        force: P on the film, positive when the freed film slides towards the bonded part: stress x h for a film that
            was in tension.
        moment: M on the film, positive when it lifts the freed film.
        omega: Angle that belongs to (alpha, beta, h/H), radians; `HOMOGENEOUS_OMEGA` for equal moduli, H >> h.
    """
    alpha, beta = tip.mismatch
    stiffness, eta = (1 + alpha) / (1 - alpha), thickness / substrate
    area = 1 / (1 + stiffness * (4 * eta + 6 * eta**2 + 3 * eta**3))
    inertia = 1 / (12 * (1 + stiffness * eta**3))
    tilt = np.arcsin(6 * stiffness * eta**2 * (1 + eta) * np.sqrt(area * inertia))
    stretching = force / np.sqrt(2 * thickness * area)
    bending = moment / np.sqrt(2 * thickness**3 * inertia)
    size = np.sqrt((1 - alpha) / (1 - beta**2)) * np.power(complex(thickness), -1j * tip.oscillation_index)
    return complex(size * (stretching - 1j * np.exp(1j * tilt) * bending) * np.exp(1j * omega))


def channel_crack_release_rate(film: Arm, stress: float, g: float) -> float:
    """Steady G of a crack that channels through a film, ``pi g stress^2 h / (2 E')`` (Beuth 1992).

    ``g`` depends on Dundurs' parameters; without mismatch it is 1.12152226^2.
    """
    return np.pi * g * stress**2 * film.thickness / (2 * film.plane_modulus)


# --- cracks inside a body ---


def penny_crack_k(radius: float, tension: float) -> float:
    """K_I of a circular crack in an infinite body, ``2 sigma sqrt(a / pi)`` (Sneddon 1946)."""
    return 2 * tension * np.sqrt(radius / np.pi)


def embedded_ellipse_k(minor: float, major: float, angle: np.ndarray, tension: float) -> np.ndarray:
    """K_I along an elliptic crack in an infinite body (Irwin 1962).

    ``K = sigma sqrt(pi a) / E(k) (sin^2 phi + (a/c)^2 cos^2 phi)^(1/4)``, ``k^2 = 1 - (a/c)^2``.

    Args:
        minor: Semi-axis a <= c.
        major: Semi-axis c.
        angle: Parametric angle phi from the major axis, radians.
        tension: Stress across the crack.
    """
    ratio = minor / major
    shape = (np.sin(angle) ** 2 + ratio**2 * np.cos(angle) ** 2) ** 0.25
    return tension * np.sqrt(np.pi * minor) / ellipe(1 - ratio**2) * shape


def circular_blister_release_rate(film: Arm, radius: float, pressure: float) -> float:
    """G of a circular delamination under pressure, as a clamped thin plate: ``p^2 a^4 / (128 D)``.

    From the deflection ``p (a^2 - r^2)^2 / (64 D)`` (Timoshenko & Woinowsky-Krieger 1959); the limit of a much wider
    than the film is thick, on a substrate that does not give, small against the thickness (Jensen 1991).
    """
    rigidity = film.plane_modulus * film.thickness**3 / 12
    return pressure**2 * radius**4 / (128 * rigidity)


def embedded_ellipse_t(
    minor: float, major: float, angle: np.ndarray, tension: float, poisson_ratio: float
) -> np.ndarray:
    """T-stress along an elliptic crack deep in a body under tension across it, MPa, shape (n,).

    The crack is an ellipsoidal cavity without thickness, so that its faces are strained uniformly (Eshelby 1957):
    ``e = -(1 - 2 nu)(1 + nu) p / E`` times ``r`` along the major and ``1 - r`` along the minor axis, with
    ``r = a^2 (K(k) - E(k)) / ((c^2 - a^2) E(k))``. For a penny T = -(1 + 2 nu)/2 p. Arguments as
    ``embedded_ellipse_k``.
    """
    m = 1 - (minor / major) ** 2
    share = 0.5 if m == 0 else minor**2 * (ellipk(m) - ellipe(m)) / (major**2 * m * ellipe(m))
    strain = -(1 - 2 * poisson_ratio) * (1 + poisson_ratio) * tension * np.array([share, 1 - share])
    in_plane = (strain + poisson_ratio * strain[::-1]) / (1 - poisson_ratio**2)
    along_major, along_minor = in_plane - poisson_ratio / (1 - poisson_ratio) * tension
    first, second = (minor * np.cos(angle)) ** 2, (major * np.sin(angle)) ** 2
    return (first * along_major + second * along_minor) / (first + second)


def leaning_penny_k(
    radius: float, tilt: float, angle: np.ndarray, tension: float, poisson_ratio: float
) -> np.ndarray:
    """K_I, K_II, K_III of a penny crack deep in a body under tension along x, shape (3, n) (Kassir & Sih 1966).

    Args:
        radius: um.
        tilt: Angle between its plane and the plane x = 0, radians; the front's 90 degrees lean towards x.
        angle: Front angle, 0 on the axis of the lean, radians, shape (n,).
        tension: Far stress, MPa.
        poisson_ratio: nu.
    """
    size = tension * np.sqrt(np.pi * radius)
    shear = 4 / (np.pi * (2 - poisson_ratio)) * np.sin(tilt) * np.cos(tilt) * size
    opening = np.full(np.shape(angle), 2 / np.pi * np.cos(tilt) ** 2 * size)
    return np.array([opening, shear * np.sin(angle), (1 - poisson_ratio) * shear * np.cos(angle)])


def corner_crack_k(
    depth: float, length: float, thickness: float, angle: np.ndarray, tension: float
) -> np.ndarray:
    """K_I of a quarter-elliptical corner crack in a wide plate, shape (n,): fit of Newman & Raju (1984).

    Args:
        depth: Extent along the edge, a, um.
        length: Extent along the face, c >= a, um.
        thickness: Of the plate, um.
        angle: 0 at the face, 90 degrees at the edge, radians, shape (n,).
        tension: Far stress, MPa.
    """
    ratio, share = depth / length, depth / thickness
    sine, cosine = np.sin(angle), np.cos(angle)
    m = (
        1.08 - 0.03 * ratio,
        -0.44 + 1.06 / (0.3 + ratio),
        -0.5 - 0.25 * ratio + 14.8 * (1 - ratio) ** 15,
    )
    g1 = 1 + (0.08 + 0.4 * share**2) * (1 - sine) ** 3
    g2 = 1 + (0.08 + 0.15 * share**2) * (1 - cosine) ** 3
    around = (ratio**2 * cosine**2 + sine**2) ** 0.25
    shape = np.sqrt(1 + 1.464 * ratio**1.65)
    face = m[0] + m[1] * share**2 + m[2] * share**4
    return tension * np.sqrt(np.pi * depth) / shape * face * g1 * g2 * around
