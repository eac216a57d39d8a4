"""Closed-form fracture mechanics where two elastic solids meet; knows no FE."""

from rollmech.fracture.bimaterial.film import channel_factor, peel_phase, within_table
from rollmech.fracture.bimaterial.near_tip import near_tip_displacement, near_tip_gradient
from rollmech.fracture.bimaterial.normal_crack import deflection_ratio, zak_williams_exponent
from rollmech.fracture.bimaterial.tip import Dundurs, InterfaceTip, Isotropic, dundurs
from rollmech.fracture.bimaterial.toughness import toughening

__all__ = [
    "Dundurs",
    "InterfaceTip",
    "Isotropic",
    "channel_factor",
    "deflection_ratio",
    "dundurs",
    "near_tip_displacement",
    "near_tip_gradient",
    "peel_phase",
    "toughening",
    "within_table",
    "zak_williams_exponent",
]
