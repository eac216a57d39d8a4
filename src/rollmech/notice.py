"""What a command says at once of work that it is about to begin; other lines of progress only name a stage."""

from __future__ import annotations


class Notice(str):
    """A line of progress that is shown before the work, not after it; ``--quiet`` leaves it out, too."""


def duration(seconds: float) -> str:
    """A rough time in words, e.g. ``about 3 min``."""
    if seconds < 60:
        return f"about {max(seconds, 1):.0f} s"
    if seconds < 5400:
        return f"about {seconds / 60:.0f} min"
    return f"about {seconds / 3600:.1f} h"
