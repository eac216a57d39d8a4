"""How well `rollmech surface` finds planted flaws: prints the table of docs/surfaces.md (about a minute).

python benchmarks/planted_flaws.py
"""

from __future__ import annotations

import numpy as np

from rollmech.topography.groove import v_groove
from rollmech.topography.heightmap import HeightMap
from rollmech.topography.survey import survey

UM, NM = 1e-6, 1e-9
PIXEL, DEPTH = 0.2 * UM, 200 * NM


def main() -> None:
    """Pits at falling noise, noise alone, scratches."""
    random = np.random.default_rng(1)
    for ratio in (1.5, 2, 3, 4, 6, 10, 30, 100):
        print(pits(random, ratio))
    alone = [survey(mapped(np.zeros((512, 512)), 5 * NM, random)).flaws for _ in range(10)]
    print("flaws found on ten maps of 512 x 512 pixels of noise alone:", sum(map(len, alone)))
    for radius in (0.1, 0.3, 0.5, 0.8, 1.2):
        for angle in (0, 30, 77):
            print(scratch(random, radius, angle))


def mapped(height: np.ndarray, noise: float, random: np.random.Generator) -> HeightMap:
    """A map with white noise."""
    return HeightMap(height + random.normal(scale=noise, size=height.shape), (PIXEL, PIXEL))


def pits(random: np.random.Generator, ratio: float) -> str:
    """One row: 144 semi-ellipsoids of a depth over noise."""
    missed = false = 0
    errors: list[tuple[float, ...]] = []
    for _ in range(4):
        x, y = HeightMap(np.zeros((256, 256)), (PIXEL, PIXEL)).places
        height, planted = 0.01 * x - 0.02 * y, []
        for i, j in np.ndindex(6, 6):
            centre = (np.array([4.5 + 8.4 * i, 4.5 + 8.4 * j]) + random.uniform(-1, 1, 2)) * UM
            a, share, angle = (
                random.uniform(1.2, 2.0) * UM,
                random.uniform(0.55, 0.8),
                random.uniform(0, np.pi),
            )
            depth = DEPTH * random.uniform(0.8, 1.2)
            u, v = x - centre[0], y - centre[1]
            along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
            inside = 1 - (along / a) ** 2 - (across / (share * a)) ** 2
            height = height - depth * np.sqrt(np.maximum(inside, 0))
            planted.append((centre, depth, a, share * a, angle))
        found = survey(mapped(height, DEPTH / ratio, random)).flaws
        hits = [
            next((f for f in found if np.hypot(*(f.outline.centre - p[0])) < p[2]), None) for p in planted
        ]
        missed += hits.count(None)
        false += len(found) - len({f.number for f in hits if f})
        errors += [error(f, p) for f, p in zip(hits, planted, strict=True) if f]
    mean, spread = np.mean(errors, axis=0), np.std(errors, axis=0)
    texts = [
        f"{100 * mean[0]:+.1f} ± {100 * spread[0]:.1f} %",
        *(f"{m:+.2f} ± {s:.2f}" for m, s in zip(mean[1:3], spread[1:3], strict=True)),
        f"{mean[3]:+.1f} ± {spread[3]:.1f}",
    ]
    return f"| {ratio:g} | {missed} | {false} | " + " | ".join(texts) + " |"


def error(flaw, planted) -> tuple[float, float, float, float]:
    """Relative error of the depth, errors of width and length in pixels, of the angle in degrees."""
    _, depth, a, b, angle = planted
    turn = (flaw.angle - angle + np.pi / 2) % np.pi - np.pi / 2
    return (
        flaw.depth / depth - 1,
        (flaw.width - 2 * b) / PIXEL,
        (flaw.length - 2 * a) / PIXEL,
        np.degrees(turn),
    )


def scratch(random: np.random.Generator, radius: float, degrees: float) -> str:
    """A V groove 0.8 um deep, 3 um wide and 30 um long."""
    x, y = HeightMap(np.zeros((256, 256)), (PIXEL, PIXEL)).places
    u, v, angle = x - 25 * UM, y - 26 * UM, np.radians(degrees)
    along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    groove = np.where(np.abs(along) < 15 * UM, v_groove(across, 0.8 * UM, 3 * UM, radius * UM), 0)
    flaw, *others = survey(mapped(groove + 0.01 * x, 8 * NM, random)).flaws
    return (
        f"V, root {radius} um at {degrees} deg: depth {flaw.depth / UM:.3f}, width {flaw.width / UM:.2f}, "
        f"length {flaw.length / UM:.2f}, angle {np.degrees(flaw.angle):.2f}, root {flaw.root_radius / UM:.3f} "
        f"(resolved from {flaw.root_limit / UM:.3f}), false {len(others)}"
    )


if __name__ == "__main__":
    main()
