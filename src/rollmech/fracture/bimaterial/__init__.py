"""Closed-form fracture mechanics where two elastic solids meet; knows no FE."""

from rollmech.fracture.bimaterial.near_tip import near_tip_displacement, near_tip_gradient
from rollmech.fracture.bimaterial.normal_crack import deflection_ratio, zak_williams_exponent
from rollmech.fracture.bimaterial.tip import Dundurs, InterfaceTip, Isotropic, dundurs

__all__ = [
    "Dundurs",
    "InterfaceTip",
    "Isotropic",
    "deflection_ratio",
    "dundurs",
    "near_tip_displacement",
    "near_tip_gradient",
    "zak_williams_exponent",
]
