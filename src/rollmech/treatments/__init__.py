"""Surface treatments of a published review: electrochemistry as printed, and the flaws assumed to be left."""

from rollmech.treatments.library import SEVERITIES, Cell, Surface, Treatment, library, treatment

__all__ = ["SEVERITIES", "Cell", "Surface", "Treatment", "library", "treatment"]
