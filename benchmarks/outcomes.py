"""Outcomes of `robustness.py` counted: a line for the terminal, a page for the documentation."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

WORDS = (
    "met",
    "missed",
    "refused",
    "failed",
    "too slow",
    "died",
    "bug",
    "missed without a word",
)


def summary(found: list[dict[str, Any]]) -> str:
    """Counts by outcome, and the times of what was solved."""
    counts = Counter(entry["outcome"] for entry in found)
    seconds = [entry["seconds"] for entry in found]
    words = ", ".join(f"{word} {count}" for word, count in counts.most_common())
    return f"{words}\nseconds: median {np.median(seconds):.1f}, longest {max(seconds):.1f}"


def page(found: list[dict[str, Any]], target: float) -> str:
    return ""
