"""Interface and fracture mechanics of thin brittle membranes on a roll-to-roll line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rollmech.case import Case, load_case
    from rollmech.effects import Contributions, contributions
    from rollmech.films.maps import FilmMap, film_map
    from rollmech.library.surrogate import Surrogate, surrogate_of
    from rollmech.line.window import Window
    from rollmech.peeling import layers_of
    from rollmech.pipeline import Result, run
    from rollmech.results.folder import read_results
    from rollmech.study.result import StudyResult, read_study, run_study
    from rollmech.windowing import window_of

__version__ = "0.1.0"
__all__ = [
    "Case",
    "Contributions",
    "FilmMap",
    "Result",
    "StudyResult",
    "Surrogate",
    "Window",
    "contributions",
    "film_map",
    "layers_of",
    "load_case",
    "read_results",
    "read_study",
    "run",
    "run_study",
    "surrogate_of",
    "window_of",
]

_HOMES = {
    "Case": "case",
    "Contributions": "effects",
    "FilmMap": "films.maps",
    "Result": "pipeline",
    "StudyResult": "study.result",
    "Surrogate": "library.surrogate",
    "Window": "line.window",
    "contributions": "effects",
    "film_map": "films.maps",
    "layers_of": "peeling",
    "load_case": "case",
    "read_results": "results.folder",
    "read_study": "study.result",
    "run": "pipeline",
    "run_study": "study.result",
    "surrogate_of": "library.surrogate",
    "window_of": "windowing",
}


def __getattr__(name: str) -> Any:
    """Import the interface on first use, so that ``import rollmech`` alone starts nothing."""
    if name in _HOMES:
        return getattr(import_module(f"rollmech.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'rollmech' has no attribute '{name}'")


def __dir__() -> list[str]:
    """What there is, also before its first use."""
    return sorted([*globals(), *_HOMES])
