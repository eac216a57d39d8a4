"""What a report says under each picture, in the order in which it shows them."""

from __future__ import annotations

from pathlib import Path

from rollmech.post import charts, energy_chart, line_chart, stack, stations_chart, thickness_chart
from rollmech.post.report.page import data_uri

CAPTIONS = {
    line_chart.LINE: (
        "The line at a glance",
        "Stress at each station by cause, how reliable a metre still is after each, how large the flaw has grown, "
        "and the verdict on a gauge.",
    ),
    stack.STACK: (
        "The stack and its flaw",
        "Layers, flaw and web direction; lengths are to scale where not said.",
    ),
    "deformed_patch.png": (
        "The web around the flaw",
        "Stress along the web at the worst station; the deformation is exaggerated by the factor in the picture.",
    ),
    "flaw_closeup.png": (
        "The flaw",
        "The flaw from inside, with what its front or wall has to bear in colour.",
    ),
    charts.K_CHART: (
        "Along the crack front",
        "What loads the front from the surface to its deepest point, with the band of the estimated error.",
    ),
    energy_chart.G_CHART: (
        "Along the front on the interface",
        "Energy that is released when the flaw advances, and how much of it is by shear.",
    ),
    stations_chart.STATIONS: (
        "Stations by cause",
        "What each cause adds at every station; the diamond is their sum, its whisker the error.",
    ),
    thickness_chart.THICKNESS: (
        "Stress through the thickness",
        "Stress of the web without its flaw against height, by cause and layer.",
    ),
    line_chart.GROWTH: (
        "Growth along the line",
        "Depth of the flaw and how near it is to breaking, station by station.",
    ),
}
_WIDE = (line_chart.LINE,)
"""Pictures with so much in them that they take the whole width."""


def shown(folder: Path) -> list[dict[str, object]]:
    """``title``, ``caption``, ``data`` and whether it is ``wide`` of the pictures that a folder holds."""
    return [
        {"title": title, "caption": caption, "data": data_uri(folder / name), "wide": name in _WIDE}
        for name, (title, caption) in CAPTIONS.items()
        if (folder / name).is_file()
    ]
