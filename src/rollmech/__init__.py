"""Interface and fracture mechanics of thin brittle membranes on a roll-to-roll line."""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["Case", "Result", "contributions", "load_case", "run"]


def __getattr__(name: str):
    """Import the interface on first use, so that ``import rollmech`` alone starts nothing."""
    if name in ("run", "Result"):
        from rollmech import pipeline

        return getattr(pipeline, name)
    if name == "contributions":
        from rollmech import effects

        return effects.contributions
    if name in ("Case", "load_case"):
        from rollmech import case

        return getattr(case, name)
    raise AttributeError(f"module 'rollmech' has no attribute '{name}'")
