"""Maps of what drives one layer over its thickness and its modulus."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rollmech.case import Case
from rollmech.films.drive import drives_of
from rollmech.films.stack import Film
from rollmech.loading import loadings_of
from rollmech.web import Laminate, Ply
from rollmech.web.parting import Parting

if TYPE_CHECKING:
    import pandas

POINTS = 21
THICKER, STIFFER = 30.0, 100.0
"""How many times thicker or thinner, stiffer or softer than in the case a map goes."""


@dataclass(frozen=True)
class FilmMap:
    """Worst station and direction at every point; what the layer withstands, by energy, is that of the case.

    Attributes:
        film: The layer as it is.
        thickness: m, shape (n,).
        modulus: Young's modulus (of its outermost ply), Pa, shape (m,).
        alpha: Dundurs' parameter to what it lies on, shape (m,).
        peel: G of the parting, J/m^2, shape (m, n); of states that press the faces together 0.
        peel_ratio: The same over what the interface withstands at its phase, or None if not known.
        pressed: Largest G of states that press the faces together, which drives only what buckles, shape (m, n).
        channel: G of a crack, J/m^2, shape (m, n).
        channel_ratio: The same over what it takes, or None.
    """

    film: Film
    thickness: np.ndarray
    modulus: np.ndarray
    alpha: np.ndarray
    peel: np.ndarray
    peel_ratio: np.ndarray | None
    pressed: np.ndarray
    channel: np.ndarray
    channel_ratio: np.ndarray | None

    def __repr__(self) -> str:
        return (
            f"<FilmMap of {self.film.name}: {self.peel.shape[1]} thicknesses x {self.peel.shape[0]} moduli>"
        )

    @property
    def table(self) -> pandas.DataFrame:
        """One row a point: thickness (nm), modulus (GPa), G of parting and of a crack, ratios where known."""
        import pandas

        modulus, thickness = np.meshgrid(self.modulus / 1e9, self.thickness * 1e9, indexing="ij")
        columns = {
            "thickness [nm]": thickness,
            "modulus [GPa]": modulus,
            "G delamination [J/m^2]": self.peel,
            "ratio delamination [-]": self.peel_ratio,
            "G channel [J/m^2]": self.channel,
            "ratio channel [-]": self.channel_ratio,
        }
        return pandas.DataFrame({k: np.ravel(v) for k, v in columns.items() if v is not None})


def film_map(case: Case, film: Film, points: int = POINTS) -> FilmMap:
    """Vary a layer's thickness and modulus in the stack; residual stress that the case states stays as it is."""
    laminate = film.parting.laminate
    scales = np.geomspace(1 / THICKER, THICKER, points), np.geomspace(1 / STIFFER, STIFFER, points)
    found = np.array([[_point(case, film, h, e) for h in scales[0]] for e in scales[1]])
    alpha = [changed(film, 1.0, e).mismatch.alpha for e in scales[1]]
    modulus = laminate.plies[film.own[-1] if film.parting.upwards else film.own[0]].youngs_modulus
    peel, ratio, pressed, channel = np.moveaxis(found, 2, 0)
    return FilmMap(
        film,
        film.thickness * scales[0],
        modulus * scales[1],
        np.array(alpha),
        peel,
        None if film.bond.at(0.0) is None else ratio,
        pressed,
        channel,
        None if film.toughness is None else channel / film.toughness,
    )


def changed(film: Film, thicker: float, stiffer: float) -> Film:
    """The layer with all its plies thicker and stiffer by a factor, in its stack."""
    plies = [
        _scaled(ply, thicker, stiffer) if i in film.own else ply
        for i, ply in enumerate(film.parting.laminate.plies)
    ]
    return replace(film, parting=Parting(Laminate(plies), film.parting.plies))


def _scaled(ply: Ply, thicker: float, stiffer: float) -> Ply:
    profile = ply.profile
    if profile is not None:
        profile = replace(profile, height=tuple(thicker * np.array(profile.height)))
    return replace(
        ply,
        thickness=thicker * ply.thickness,
        youngs_modulus=stiffer * ply.youngs_modulus,
        profile=profile,
    )


def _point(case: Case, film: Film, thicker: float, stiffer: float) -> tuple[float, float, float, float]:
    """G of parting, its ratio, G of pressed faces, G of a crack: the worst of each."""
    varied = changed(film, thicker, stiffer)
    drives = drives_of(varied, loadings_of(case, varied.parting.laminate))
    opened = [drive for drive in drives if not drive.pressed]
    return (
        max((drive.peel for drive in opened), default=0.0),
        max((drive.peel_ratio or 0.0 for drive in opened), default=0.0),
        max((drive.peel for drive in drives if drive.pressed), default=0.0),
        max(drive.channel for drive in drives),
    )
