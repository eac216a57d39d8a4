"""Fields that pictures and scene show beside those of the file: stress along the web, energy, and their scales."""

from __future__ import annotations

import numpy as np

from rollmech.case import Case
from rollmech.post import framing, surface
from rollmech.post.canvas import Scale
from rollmech.post.framing import Subject
from rollmech.post.rundata import RunData
from rollmech.post.surface import Body, Part

_MOST = 90.0
"""Percentile of the nodes, which crowd in the corners of a joint, at which its colours end."""
_ALMOST_ALL = 0.98
"""Share of the visible surface that has a colour of the energy's scale in a stack of several plies."""
ALONG, ENERGY = "stress along the web", "energy density"
FIELDS = {ALONG: "MPa", surface.PRINCIPAL: "MPa", ENERGY: "kJ/m³"}
"""Point data of a skin that can be shown, with units."""


def energy_density(stress: np.ndarray, modulus: float, poisson: float) -> np.ndarray:
    """Elastic energy per volume of an isotropic solid, kJ/m^3, shape (n,).

    ((1 + nu) s:s - nu tr(s)^2) / (2 E) (Timoshenko & Goodier 1970, ch. 8).

    Args:
        stress: xx, yy, zz, xy, yz, xz, MPa, shape (n, 6).
        modulus: MPa.
        poisson: Poisson's ratio.
    """
    squares = (stress[:, :3] ** 2).sum(axis=1) + 2 * (stress[:, 3:] ** 2).sum(axis=1)
    trace = stress[:, :3].sum(axis=1)
    return 1e3 * ((1 + poisson) * squares - poisson * trace**2) / (2 * modulus)


def moduli_of(case: Case, ply: int) -> tuple[float, float]:
    """E (MPa) and nu of a ply counted from the flawed face; a filler comes after the last one."""
    layers = case.inwards
    if ply < len(layers):
        material = case.material_of(layers[ply].name)
    else:
        name = case.flaw.filler.material
        material = case.materials[name].material(name)
    return material.value("youngs_modulus") / 1e6, material.value("poisson_ratio")


def add_fields(run: RunData, subject: Subject, part: Part) -> None:
    """Put the stress along the web and the energy density on a skin."""
    stress = part.skin.point_data[surface.STRESS]
    part.skin.point_data[ALONG] = surface.normal_stress(part.skin, subject.along)
    part.skin.point_data[ENERGY] = energy_density(np.asarray(stress), *moduli_of(run.case, part.ply))


def scale_for(run: RunData, body: Body, name: str) -> Scale:
    """Colour limits of one of `FIELDS`."""
    if name != ENERGY:
        return framing.scale_of(run, body, name)
    if run.case.flaw.kind == "tile-joint":  # soft plies and corners: no stress tells what is much
        values = np.concatenate([part.skin.point_data[ENERGY] for part in body.parts])
        high = float(np.percentile(values, _MOST))
        return Scale(0.0, high, over=float(values.max()) > high, why=framing.CORNERS)
    # Ply by ply the energy of the highest stress that has a colour, uniaxial: a soft ply stores more than a stiff one.
    stress = framing.scale_of(run, body, ALONG)
    largest = max(abs(stress.low), abs(stress.high))
    peaks = {ply: _peak(body, ply) for ply in {part.ply for part in body.parts}}
    if not run.sharp:
        return Scale(0.0, max(peaks.values()))
    limits = {ply: 1e3 * largest**2 / (2 * moduli_of(run.case, ply)[0]) for ply in peaks}
    high = max(min(peak, limits[ply]) for ply, peak in peaks.items())
    if len(peaks) > 1:  # a soft ply next to the tip would take all colours
        fair = max(min(peaks.get(0, 0.0), limits.get(0, 0.0)), _over_area(body, _ALMOST_ALL))
        if fair < high:
            return Scale(0.0, fair, over=True, why="singular, or the few\nper cent with most")
    return Scale(0.0, high, over=max(peaks.values()) > high)


def _over_area(body: Body, share: float) -> float:
    """Energy density (kJ/m^3) that this share of the visible surface stays below."""
    skins = [part.skin.compute_cell_sizes(length=False, volume=False) for part in body.parts]
    area = np.concatenate([np.asarray(skin.cell_data["Area"]) for skin in skins])
    energy = np.concatenate(
        [part.skin.point_data[ENERGY][part.skin.regular_faces].mean(axis=1) for part in body.parts]
    )
    order = np.argsort(energy)
    below = np.cumsum(area[order])
    return float(energy[order][np.searchsorted(below, share * below[-1])])


def _peak(body: Body, ply: int) -> float:
    return max(float(part.skin.point_data[ENERGY].max()) for part in body.parts if part.ply == ply)
