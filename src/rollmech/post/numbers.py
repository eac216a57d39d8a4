"""Numbers as a terminal or the foot of a picture shows them."""

from __future__ import annotations

import re

_LONG = re.compile(r"\d+\.\d{3,}")


def plain_number(value: float, digits: int) -> str:
    """A number of so many digits, below a million without a power of ten."""
    text = f"{value:.{digits}g}"
    return f"{float(text):.0f}" if "e+" in text and abs(value) < 1e6 else text


def cut(text: str, digits: int) -> str:
    """A text whose numbers have no more than so many digits."""
    return _LONG.sub(lambda found: f"{float(found[0]):.{digits}g}", text)
