"""Print the limit of thin covers: K with the cover meshed, as a membrane, and left out, over its thickness (1 minute).

nice -n 10 python benchmarks/thin_covers.py
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rollmech.flaws.scratch import Scratch
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.mesh.patch import PatchPly, make_patch

CERAMIC, DEPTH, TARGET = PatchPly(30.0, 150e3, 0.257), 5.0, 0.003
THICKNESSES, MODULI = (1.0, 0.3, 0.1, 0.03), (83e3, 400e3)


def k(influence: Influence, *coefficients: float) -> float:
    """K of mode coefficients, MPa um^0.5."""
    return float(influence.stress_intensity(np.array(coefficients))[0])


def row(thickness: float, modulus: float, bare: Influence) -> str:
    """One line of the table of docs/interlayers.md."""
    film = PatchPly(thickness, modulus, CERAMIC.poisson_ratio)
    meshed = solve_influence(make_patch((film, CERAMIC), Scratch(DEPTH + thickness)), TARGET)
    membrane = solve_influence(replace(bare.patch, cover=(film,)), TARGET)
    own = modulus / CERAMIC.youngs_modulus
    strained = k(meshed, own, 0, 0, 0, 1, 0, 0, 0)
    errors = (
        k(bare, 1, 0, 0, 0) / strained - 1,
        k(membrane, 1, 0, 0, 0, own * thickness, 0, 0) / strained - 1,
        k(membrane, 0, 0, 0, 0, thickness, 0, 0) / k(meshed, 1, 0, 0, 0, 0, 0, 0, 0) - 1,
    )
    cells = " | ".join(f"{100 * error:+.2g} %" for error in errors)
    return f"| {modulus / 1e3:.0f} GPa | {thickness / DEPTH:.3g} | {cells} |"


def main() -> None:
    """A crack of 5 um in 30 um of ceramic."""
    bare = solve_influence(make_patch((CERAMIC,), Scratch(DEPTH)), TARGET)
    print("| modulus | thickness/depth | left out, strain | membrane, strain | membrane, own stress |")
    for modulus in MODULI:
        for thickness in THICKNESSES:
            print(row(thickness, modulus, bare), flush=True)


if __name__ == "__main__":
    main()
