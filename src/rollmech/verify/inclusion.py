"""Elliptic inhomogeneity in an endless solid: stress inside by the equivalent inclusion (Eshelby 1957; Mura 1987).

A cylinder along y whose section has the semi-axes a (along x) and b (along z); normal components in the order x, y, z.
"""

from __future__ import annotations

import numpy as np


def eshelby_tensor(a: float, b: float, poisson: float) -> np.ndarray:
    """Strain of an elliptic cylinder per eigenstrain, normal components only, shape (3, 3) (Mura 1987, eq. 11.22)."""
    s, factor = a + b, 1 / (2 * (1 - poisson))
    less = 1 - 2 * poisson
    xx = (b * b + 2 * a * b) / s**2 + less * b / s
    zz = (a * a + 2 * a * b) / s**2 + less * a / s
    xz = b * b / s**2 - less * b / s
    zx = a * a / s**2 - less * a / s
    return factor * np.array([[xx, 2 * poisson * b / s, xz], [0, 0, 0], [zx, 2 * poisson * a / s, zz]])


def stiffness(young: float, poisson: float) -> np.ndarray:
    """Normal stresses per normal strains, shape (3, 3)."""
    lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    return lame + young / (1 + poisson) * np.eye(3)


def inhomogeneity_stress(
    a: float,
    b: float,
    matrix: tuple[float, float],
    filler: tuple[float, float],
    far: np.ndarray,
    misfit: float = 0.0,
) -> np.ndarray:
    """Uniform stress inside, shape (3,), in the unit of ``far``.

    Args:
        a: Semi-axis along x.
        b: Semi-axis along z.
        matrix: Young's modulus and Poisson's ratio outside.
        filler: The same inside.
        far: Normal stresses far away, shape (3,).
        misfit: All-round stress that the filler has where its strain is zero.
    """
    outer, inner = stiffness(*matrix), stiffness(*filler)
    tensor = eshelby_tensor(a, b, matrix[1])
    strain = np.linalg.solve(outer, far)
    # inner (strain + S e) + misfit = outer (strain + S e - e): the equivalent eigenstrain e.
    system = (outer - inner) @ tensor - outer
    eigenstrain = np.linalg.solve(system, (inner - outer) @ strain + misfit)
    return inner @ (strain + tensor @ eigenstrain) + misfit
