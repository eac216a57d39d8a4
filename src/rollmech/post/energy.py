"""Energy that the stress stores in the layers."""

from __future__ import annotations

import numpy as np

from rollmech.case import Case


def energy_density(stress: np.ndarray, modulus: float, poisson: float) -> np.ndarray:
    """Elastic energy per volume of an isotropic solid, kJ/m^3, shape (n,).

    ((1 + nu) s:s - nu tr(s)^2) / (2 E) (Timoshenko & Goodier 1970, ch. 8).

    Args:
        stress: xx, yy, zz, xy, yz, xz, MPa, shape (n, 6).
        modulus: MPa.
        poisson: Poisson's ratio.
    """
    squares = (stress[:, :3] ** 2).sum(axis=1) + 2 * (stress[:, 3:] ** 2).sum(axis=1)
    trace = stress[:, :3].sum(axis=1)
    return 1e3 * ((1 + poisson) * squares - poisson * trace**2) / (2 * modulus)


def moduli_of(case: Case, ply: int) -> tuple[float, float]:
    """E (MPa) and nu of a ply counted from the flawed face; a filler comes after the last one."""
    layers = case.inwards
    if ply < len(layers):
        material = case.material_of(layers[ply].name)
    else:
        name = case.flaw.filler.material
        material = case.materials[name].material(name)
    return material.value("youngs_modulus") / 1e6, material.value("poisson_ratio")
