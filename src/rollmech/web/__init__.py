"""Closed-form web mechanics: laminate theory, roller conformance, station states; knows no FE."""

from rollmech.web.assembly import Assembly, Bonding
from rollmech.web.direct import direct_state
from rollmech.web.laminate import Deformation, Laminate, Load, Ply
from rollmech.web.line import (
    Roller,
    Station,
    shear_transfer_length,
    stations,
)
from rollmech.web.nip import NipContact, nip_contact
from rollmech.web.profile import StressProfile, exponential_points, profile_from_depth
from rollmech.web.roller import Contact, bending_length, contact, critical_wrap, line_contact_curvature
from rollmech.web.state import CAUSES, Cause, Face, PeakStress, WebState

__all__ = [
    "CAUSES",
    "Assembly",
    "Bonding",
    "Cause",
    "Contact",
    "Deformation",
    "Face",
    "Laminate",
    "Load",
    "NipContact",
    "PeakStress",
    "Ply",
    "Roller",
    "Station",
    "StressProfile",
    "WebState",
    "bending_length",
    "contact",
    "critical_wrap",
    "direct_state",
    "exponential_points",
    "line_contact_curvature",
    "nip_contact",
    "profile_from_depth",
    "shear_transfer_length",
    "stations",
]
