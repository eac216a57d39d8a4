"""The case file: schema, loading with all faults at once, overrides, dump, template."""

from rollmech.case.dump import dump_case, json_schema
from rollmech.case.flaws import CornerCrack, Crack, CrackPair, Flaw, HiddenCrack, Pit, Pore, Scratch
from rollmech.case.load import load_case, parse_case
from rollmech.case.schema import Case, Layer, PatchEnds, Roller, StressLoad, Treatment, Web, WebLoad
from rollmech.case.template import TEMPLATE

__all__ = [
    "TEMPLATE",
    "Case",
    "CornerCrack",
    "Crack",
    "CrackPair",
    "Flaw",
    "HiddenCrack",
    "Layer",
    "PatchEnds",
    "Pit",
    "Pore",
    "Roller",
    "Scratch",
    "StressLoad",
    "Treatment",
    "Web",
    "WebLoad",
    "dump_case",
    "json_schema",
    "load_case",
    "parse_case",
]
