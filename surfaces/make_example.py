"""Writes etched_polished.csv: a synthetic height map with planted pits and scratches, the same at every call.

Nothing here was measured. 256 x 192 pixels of 0.25 um: a tilted, slightly bowed face with waviness, 4 nm of noise,
etch pits (lognormal depths), three polishing scratches, a few lost pixels and spikes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

PIXEL, SHAPE, SEED = 0.25, (192, 256), 20
HEAD = "# synthetic height map, made by make_example.py; heights in nm, pixel 0.25 um, first row farthest\n"


def main() -> None:
    """Write the map next to this script."""
    random = np.random.default_rng(SEED)
    rows, columns = SHAPE
    x, y = np.meshgrid((np.arange(columns) + 0.5) * PIXEL, (rows - 0.5 - np.arange(rows)) * PIXEL)
    flaws = np.zeros(SHAPE)
    for _ in range(26):
        plant_pit(flaws, x, y, random)
    for centre, angle, length, width, depth in (
        ((20, 30), 84, 30, 2.6, 420),
        ((45, 16), 97, 24, 3.0, 650),
        ((36, 40), 20, 18, 2.4, 260),
    ):
        plant_scratch(flaws, x, y, centre, np.radians(angle), length, width, depth)
    z = flaws + 3.0 * x - 1.5 * y + 0.02 * (x - 30) ** 2 + 40 * gaussian_filter(random.normal(size=SHAPE), 8)
    z += random.normal(scale=4.0, size=SHAPE)
    z.flat[random.choice(z.size, 40, replace=False)] = np.nan
    z.flat[random.choice(z.size, 6, replace=False)] += 900
    lines = [",".join("" if np.isnan(v) else f"{v:.0f}" for v in row) for row in z]
    Path(__file__).with_name("etched_polished.csv").write_text(
        HEAD + "\n".join(lines) + "\n", encoding="utf-8"
    )


def plant_pit(flaws, x, y, random) -> None:
    """A semi-ellipsoid with a slightly rough wall."""
    depth = random.lognormal(np.log(280), 0.5)
    a = random.uniform(1.0, 1.9)
    b, angle = a * random.uniform(0.6, 1.0), random.uniform(0, np.pi)
    u, v = x - random.uniform(1, 63), y - random.uniform(1, 47)
    c, s = np.cos(angle), np.sin(angle)
    inside = 1 - ((c * u + s * v) / a) ** 2 - ((c * v - s * u) / b) ** 2
    np.minimum(flaws, -depth * np.sqrt(np.maximum(inside, 0)), out=flaws)


def plant_scratch(flaws, x, y, centre, angle, length, width, depth) -> None:
    """A groove of cosine section that fades out over its last fifth."""
    u, v = x - centre[0], y - centre[1]
    along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    fade = np.clip((length / 2 - np.abs(along)) / (0.1 * length), 0, 1)
    section = 0.5 * (1 + np.cos(2 * np.pi * np.clip(across / width, -0.5, 0.5)))
    np.minimum(flaws, -depth * fade * section, out=flaws)


if __name__ == "__main__":
    main()
