"""Exact stress around a circular hole under the free edge of a half-plane in tension along the edge (Mindlin 1948)."""

from __future__ import annotations

import numpy as np

_TERMS, _POINTS = 60, 800


def hole_under_edge(depth: float) -> dict[str, float]:
    """Hoop stress over the tension at three places on the axis of a hole of unit radius.

    Kolosov's potentials are Laurent series about the hole plus the images that keep the edge free of traction
    (Muskhelishvili 1953); their coefficients follow from the traction-free hole by least squares, which leaves
    1e-11 of the tension for depths from 1.25 on.

    Args:
        depth: Distance of the centre from the edge over the radius, more than 1.

    Returns:
        ``ligament side``, ``far side`` (of the hole) and ``face above`` (on the edge).
    """
    angle = np.linspace(0, 2 * np.pi, _POINTS, endpoint=False)
    wall = -1j * depth + np.exp(1j * angle)
    columns = []
    for phi, slope, psi in _series(wall, depth):
        columns.append(phi + wall * np.conj(slope) + np.conj(psi))
    columns += [np.ones(_POINTS), 1j * np.ones(_POINTS)]
    # The tension alone is phi = z/4, psi = -z/2.
    known = _parts(-1j * wall.imag)
    weights = np.linalg.lstsq(_parts(np.array(columns)).T, known, rcond=1e-14)[0]
    places = np.array([-1j * (depth - 1), -1j * (depth + 1), 0j])
    slopes = 0.25 + sum(w * slope for w, (_, slope, _) in zip(weights, _series(places, depth), strict=False))
    return dict(zip(("ligament side", "far side", "face above"), (4 * slopes.real).tolist(), strict=True))


def _parts(values: np.ndarray) -> np.ndarray:
    """Real and imaginary parts along the last axis, shape (..., 2 n)."""
    return np.concatenate([np.real(values), np.imag(values)], axis=-1)


def _series(z: np.ndarray, depth: float):
    """phi, phi' and psi at points z of every unit term with its image: c w^-k in phi, then in psi, c = 1 and i."""
    own, image = z + 1j * depth, z - 1j * depth
    for k in range(1, _TERMS + 1):
        power, first = own**-k, -k * own ** (-k - 1)
        mirrored, slope, bend = image**-k, -k * image ** (-k - 1), k * (k + 1) * image ** (-k - 2)
        for c in (1, 1j):
            back = -np.conj(c) * (slope + z * bend)
            yield c * power - z * np.conj(c) * slope, c * first + back, -np.conj(c) * mirrored - z * back
            yield -np.conj(c) * mirrored, -np.conj(c) * slope, c * power + z * np.conj(c) * slope
