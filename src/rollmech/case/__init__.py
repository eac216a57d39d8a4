"""The case file: schema, loading with all faults at once, overrides, dump, template."""

from rollmech.case.dump import dump_case, json_schema
from rollmech.case.flaws import (
    Channel,
    CornerCrack,
    Crack,
    CrackPair,
    Delamination,
    EdgeChip,
    Flaw,
    HiddenCrack,
    InterfaceFlaw,
    Particle,
    Pit,
    Pore,
    Scratch,
    TileJoint,
)
from rollmech.case.load import load_case, parse_case
from rollmech.case.schema import Case, Layer, PatchEnds, Roller, StressLoad, Treatment, Web, WebLoad
from rollmech.case.template import TEMPLATE

__all__ = [
    "TEMPLATE",
    "Case",
    "Channel",
    "CornerCrack",
    "Crack",
    "CrackPair",
    "Delamination",
    "EdgeChip",
    "Flaw",
    "HiddenCrack",
    "InterfaceFlaw",
    "Layer",
    "Particle",
    "PatchEnds",
    "Pit",
    "Pore",
    "Roller",
    "Scratch",
    "StressLoad",
    "TileJoint",
    "Treatment",
    "Web",
    "WebLoad",
    "dump_case",
    "json_schema",
    "load_case",
    "parse_case",
]
