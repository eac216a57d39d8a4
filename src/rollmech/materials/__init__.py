"""Sourced material properties: a table of facts, named cards that choose from it, overrides by a case."""

from rollmech.materials.library import Material, Property, canonical_name, library, material

__all__ = ["Material", "Property", "canonical_name", "library", "material"]
