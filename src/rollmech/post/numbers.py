"""Numbers as a terminal shows them."""

from __future__ import annotations


def plain_number(value: float, digits: int) -> str:
    """A number of so many digits, below a million without a power of ten."""
    text = f"{value:.{digits}g}"
    return f"{float(text):.0f}" if "e+" in text and abs(value) < 1e6 else text
