"""Interface and fracture mechanics of thin brittle membranes on a roll-to-roll line."""

__version__ = "0.1.0"
