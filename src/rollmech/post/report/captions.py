"""What a report says under each picture, in the order in which it shows them."""

from __future__ import annotations

from pathlib import Path

from rollmech.post.report.page import data_uri

CAPTIONS = {
    "line.png": (
        "The line at a glance",
        "Stress at each station by cause, what a metre of web has been through on its way, how large the flaw has "
        "grown, and the verdict on a gauge.",
    ),
    "web_path.png": (
        "The web over its rollers",
        "Its colour is how much of what the flaw can bear is used there.",
    ),
    "passing.gif": ("One flaw on its way", "The same as a moving picture; the dot is the flaw."),
    "stations.png": (
        "Stations by cause",
        "What each cause adds at every station; the diamond is their sum, its whisker the error.",
    ),
    "stack.png": (
        "The stack and its flaw",
        "Layers, flaw and web direction; to scale unless it says otherwise.",
    ),
    "deformed_patch.png": (
        "The web around the flaw",
        "Stress along the web at the worst station; the deformation is exaggerated by the factor in the picture.",
    ),
    "flaw_closeup.png": (
        "The flaw",
        "The flaw from inside, with what its front or wall has to bear in colour.",
    ),
    "k_along_front.png": (
        "Along the crack front",
        "What loads the front from the surface to its deepest point, with the band of the estimated error.",
    ),
    "g_along_front.png": (
        "Along the front on the interface",
        "Energy that is released when the flaw advances, and how much of it is by shear.",
    ),
    "mixed_modes.png": (
        "Shear along the crack front",
        "How the walls slide, and in colour how they part.",
    ),
    "crack_opening.png": ("Opening of the flaw", "How far its walls part at the worst station."),
    "bridge.png": (
        "Bridge across the crack",
        "How far the faces part and what the filler between them carries.",
    ),
    "energy_density.png": (
        "Stored energy",
        "Elastic energy around the flaw, where an advance would take it from.",
    ),
    "through_thickness.png": (
        "Stress through the thickness",
        "Stress of the web without its flaw against height, by cause and layer.",
    ),
    "growth.png": (
        "Growth along the line",
        "Depth of the flaw and how near it is to breaking, station by station.",
    ),
    "coupling.png": (
        "Life by level of load",
        "Passes survived with K of the grown flaw and with that of the initial one.",
    ),
    "weibull.png": (
        "Strength of the specimens",
        "Measured strengths, the Weibull distribution through them, and what their number leaves open.",
    ),
    "life.png": (
        "Life diagram",
        "How long the flaw would last at a constant load, and how long each stop loads it.",
    ),
}
_WIDE = ("line.png",)
"""Pictures with so much in them that they take the whole width."""


def shown(folder: Path) -> list[dict[str, str]]:
    """``title``, ``caption``, ``data`` and ``kind`` (how it is set) of the pictures that a folder holds."""
    return [
        {"title": title, "caption": caption, "data": data_uri(folder / name), "kind": _kind(name)}
        for name, (title, caption) in CAPTIONS.items()
        if (folder / name).is_file()
    ]


def _kind(name: str) -> str:
    return "full" if name in _WIDE else "screen" if name.endswith(".gif") else ""
