"""One look for every picture: colours, type, sizes, and the frame of title and footnote.

Line colours are those of Okabe and Ito (distinct for colour-blind readers), fields use viridis and plasma
(perceptually uniform, monotonic in print). Figures are made without pyplot, so drawing leaves no global state.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 150
SIZE = (10.0, 7.0)
"""Inches: 1500 x 1050 pixels."""

INK = "#222222"
MUTED = "#666666"
PAPER = "#FFFFFF"
GRID = "#DDDDDD"

ORANGE, SKY, GREEN, BLUE = "#E69F00", "#56B4E9", "#009E73", "#0072B2"
VERMILLION, PURPLE, YELLOW = "#D55E00", "#CC79A7", "#F0E442"
LINES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION)
DASHES = ("-", "--", "-.", (0, (1, 1.2)), (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
"""Line styles that go with LINES, so that lines stay apart in black and white."""

CAUSES = {
    "tension": BLUE,
    "bending": ORANGE,
    "thermal": VERMILLION,
    "residual": GREEN,
    "pressure": PURPLE,
    "misfit": PURPLE,
    "contact": SKY,
    "bridging": YELLOW,
}
HATCHES = {
    "tension": "",
    "bending": "///",
    "thermal": "xxx",
    "residual": "...",
    "pressure": "|||",
    "misfit": "---",
    "contact": "\\\\\\",
    "bridging": "ooo",
}
LAYERS = ("#E8DCC4", "#C9D9E6", "#D5E5D0", "#E3D3E4", "#DDDDDD")
"""Pale fills of layers, counted from the bottom of the stack."""

STRESS_MAP = "viridis"
K_MAP = "plasma"
OVER_RANGE, UNDER_RANGE = VERMILLION, PURPLE
"""Colours of what lies above and below a clipped colour range."""
BODY = "#D9DDE1"
CRACK_FACE = "#F3D9B1"

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "mathtext.default": "regular",
    "savefig.facecolor": PAPER,
}


@dataclass(frozen=True)
class Frame:
    """What surrounds every picture.

    Attributes:
        title: Bold, one line; the case's title.
        subtitle: What the picture shows and for which station.
        notes: Small lines at the foot: how it was drawn, placeholders.
    """

    title: str
    subtitle: str
    notes: tuple[str, ...] = ()


@contextmanager
def style() -> Iterator[None]:
    """Matplotlib with the theme inside the block, untouched outside."""
    with matplotlib.rc_context(_STYLE):
        yield


def figure(frame: Frame) -> Figure:
    """An empty figure with its title and footnotes; call inside `style`."""
    made = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(made)
    made.text(0.035, 0.955, _one_line(frame.title, 88), fontsize=14, weight="bold", va="center")
    made.text(0.035, 0.915, _one_line(frame.subtitle, 118), fontsize=11, color=MUTED, va="center")
    made.text(0.035, 0.010, _wrapped(frame.notes), fontsize=8, color=MUTED, va="bottom", linespacing=1.25)
    return made


def save(made: Figure, path: Path) -> Path:
    """Write a PNG and return its path."""
    made.savefig(path, dpi=DPI, pil_kwargs={"compress_level": 4})
    return path


def text_box() -> dict[str, object]:
    """Pale box behind a text that lies on a picture."""
    return {"boxstyle": "round,pad=0.25", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.85}


def folded(text: str, width: int) -> str:
    """A text in lines of at most ``width`` characters, for names beside a picture."""
    return "\n".join(textwrap.wrap(text, width))


def _one_line(text: str, width: int) -> str:
    return textwrap.shorten(text, width, placeholder=" …")


def _wrapped(notes: tuple[str, ...]) -> str:
    lines = [line for note in notes if note for line in textwrap.wrap(note, 150)]
    if len(lines) > 4:
        lines = [*lines[:3], lines[3] + " …"]
    return "\n".join(lines)
