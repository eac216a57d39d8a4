"""Build the shipped table of films on a half-space, channel factor g and phase of peeling, and print its errors.

nice -n 10 python benchmarks/film_table.py src/rollmech/fracture/bimaterial/data/film.csv    (about 4 minutes)
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from rollmech.flaws.channel import Channel
from rollmech.flaws.delamination import Delamination
from rollmech.fracture.bimaterial import Isotropic, channel_factor, dundurs, peel_phase
from rollmech.fracture.influence import solve_influence
from rollmech.mesh.patch import PatchPly, make_patch

LOG_RATIOS = (-5.3, -3.0, -1.8, -0.9, 0.0, 0.9, 1.8, 2.6, 3.3, 4.0, 4.6, 5.3)
"""ln(E_film' / E_below'): alpha = tanh of half of it, -0.99 to 0.99."""
SPLITS = (-0.8, -0.4, 0.0, 0.4, 0.8)
"""4 beta - alpha: 0 for Poisson's ratios of 1/3 on both sides."""
BETWEEN = ((-2.4, 0.2), (-0.45, -0.6), (0.45, 0.6), (2.2, -0.2), (3.65, 0.6), (4.95, -0.6))
_DEPTH, _LENGTH = 1e5, 3e3


def plies(log_ratio: float, split: float) -> tuple[PatchPly, PatchPly]:
    """A film of unit thickness on a deep solid, of Poisson's ratios between 0 and 0.5."""
    poisson = [(1 - part) / (2 - part) for part in ((1 - split) / 2, (1 + split) / 2)]
    plane = 1e4 * np.exp(log_ratio / 2), 1e4 * np.exp(-log_ratio / 2)
    moduli = [modulus * (1 - nu**2) for modulus, nu in zip(plane, poisson, strict=True)]
    return PatchPly(1.0, moduli[0], poisson[0]), PatchPly(_DEPTH, moduli[1], poisson[1])


def solve(log_ratio: float, split: float) -> tuple[float, float]:
    """g, and phase of K h^(i eps) of a film in tension that peels from a far cut, degrees."""
    stack = plies(log_ratio, split)
    channel = solve_influence(make_patch(stack, Channel(1.0), half_length=_DEPTH), 0.002)
    plane = stack[0].youngs_modulus / (1 - stack[0].poisson_ratio ** 2)
    g = channel.release_rate(channel.patch.tension)[0] * 2 * plane / np.pi
    peel = solve_influence(
        make_patch(stack, Delamination(1.0, _LENGTH, from_cut=True), half_length=_DEPTH), 0.01
    )
    one, two, _ = peel.mixed_mode(peel.patch.tension)[:, 0]
    return float(g), float(np.degrees(np.arctan2(two, one)))


def main(path: Path) -> None:
    """Solve, write, check between the nodes."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["ln(E1'/E2')", "4 beta - alpha", "g", "phase (deg)"])
        for log_ratio in LOG_RATIOS:
            for split in SPLITS:
                g, phase = solve(log_ratio, split)
                table.writerow([log_ratio, split, f"{g:.5f}", f"{phase:.3f}"])
                file.flush()
                print(log_ratio, split, g, phase, flush=True)
    for log_ratio, split in BETWEEN:
        g, phase = solve(log_ratio, split)
        mismatch = dundurs(
            *(Isotropic(ply.youngs_modulus, ply.poisson_ratio) for ply in plies(log_ratio, split))
        )
        apart = channel_factor(mismatch) / g - 1, np.degrees(peel_phase(mismatch)) - phase
        print(f"between, {log_ratio} {split}: g {apart[0]:+.2e}, phase {apart[1]:+.2e} deg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
