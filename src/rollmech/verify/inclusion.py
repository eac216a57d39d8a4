"""Inhomogeneities in an endless solid by the equivalent inclusion (Eshelby 1957), and a sphere under a free face.

Cylinders along y have the semi-axes a (along x) and b (along z); normal components in the order x, y, z.
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


def sphere_tensor(poisson: float) -> np.ndarray:
    """Strain of a sphere per eigenstrain, normal components only, shape (3, 3) (Eshelby 1957)."""
    volume, shape = (1 + poisson) / (3 * (1 - poisson)), 2 * (4 - 5 * poisson) / (15 * (1 - poisson))
    return shape * np.eye(3) + (volume - shape) / 3


def stiffness(young: float, poisson: float) -> np.ndarray:
    """Normal stresses per normal strains, shape (3, 3)."""
    lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    return lame + young / (1 + poisson) * np.eye(3)


def inside(
    tensor: np.ndarray,
    matrix: tuple[float, float],
    filler: tuple[float, float],
    far: np.ndarray,
    misfit: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Uniform stress (in the unit of ``far``) and strain inside, each shape (3,).

    Args:
        tensor: Eshelby's, of the shape and the matrix.
        matrix: Young's modulus and Poisson's ratio outside.
        filler: The same inside.
        far: Normal stresses far away, shape (3,).
        misfit: All-round stress that the filler has where its strain is zero.
    """
    outer, inner = stiffness(*matrix), stiffness(*filler)
    strain = np.linalg.solve(outer, far)
    # inner (strain + S e) + misfit = outer (strain + S e - e): the equivalent eigenstrain e.
    system = (outer - inner) @ tensor - outer
    eigenstrain = np.linalg.solve(system, (inner - outer) @ strain + misfit)
    total = strain + tensor @ eigenstrain
    return inner @ total + misfit, total


def beside(
    stress: np.ndarray, strain: np.ndarray, matrix: tuple[float, float], normal: np.ndarray
) -> np.ndarray:
    """Stress of the matrix where it touches an inhomogeneity, shape (n, 3, 3): traction and stretch go through.

    Args:
        stress: Normal stresses inside, shape (3,).
        strain: Strains inside, shape (3,).
        matrix: Young's modulus and Poisson's ratio outside.
        normal: Unit normals of the wall, shape (n, 3).
    """
    young, poisson = matrix
    shear = young / (2 * (1 + poisson))
    lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    unit, held = np.eye(3), lame * strain.sum() * np.eye(3) + 2 * shear * np.diag(strain)
    # The strain jumps by sym(a n): (lame + shear) (a.n) n + shear a makes up for the jump of the traction.
    missing = normal @ (np.diag(stress) - held)
    along = np.einsum("ni,ni->n", missing, normal) / (lame + 2 * shear)
    jump = (missing - (lame + shear) * along[:, None] * normal) / shear
    pairs = np.einsum("ni,nj->nij", jump, normal)
    return held + lame * along[:, None, None] * unit + shear * (pairs + pairs.transpose(0, 2, 1))


def sphere_under_face(depth: float, poisson: float) -> dict[str, float]:
    """Stress along the face, beside a sphere of the matrix's own kind that would grow, on its axis.

    Mindlin & Cheng (1950): u = A (R1/R1^3 + (3-4 nu) R2/R2^3 - 6 z (z+c) R2/R2^5 - 2 k ((3-4 nu)(z+c) - z)/R2^3),
    A = (1+nu)/(1-nu) e a^3/3, from the centre at depth c and from its image; z inwards, k along it.

    Args:
        depth: Of its centre, over its radius.
        poisson: Of both.

    Returns:
        Over the pressure ``E e/(1 - 2 nu)`` that would hold it back, at the places of a pore.
    """
    nu, c = poisson, depth
    strength = (1 + nu) / (1 - nu) / 3 * (1 - 2 * nu)
    found = {}
    for name, z in (("ligament side", c - 1), ("far side", c + 1), ("face above", 0.0)):
        s, side = z + c, np.sign(z - c)
        across = 1 / abs(z - c) ** 3 + (3 - 4 * nu) / s**3 - 6 * z / s**4
        # Derivative along the axis of side/(z-c)^2 - (3-4 nu)/s^2 - 4 z/s^3.
        along = -2 * side / (z - c) ** 3 + (6 - 8 * nu) / s**3 - 4 / s**3 + 12 * z / s**4
        found[name] = strength * (across + nu * along) / ((1 + nu) * (1 - 2 * nu))
    return found
