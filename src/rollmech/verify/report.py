"""What one verification found, as plain data and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rollmech.errors import Fault, InputError
from rollmech.verify.rows import Row
from rollmech.verify.summary import summary


@dataclass(frozen=True)
class Report:
    """Rows and the circumstances in which they were found.

    Attributes:
        rows: In the order in which they were solved.
        versions: Of the software behind them, by name.
        quick: Only the quick subset was solved.
    """

    rows: Sequence[Row]
    versions: dict[str, str]
    quick: bool = False


def as_json(report: Report) -> dict[str, Any]:
    """Everything, as plain data."""
    return {
        "quick": report.quick,
        "rows": [asdict(row) for row in report.rows],
        "summary": summary(report.rows),
        "versions": report.versions,
    }


def read_report(path: Path) -> Report:
    """Read what ``rollmech verify --json`` printed.

    Raises:
        InputError: It cannot be read, or is something else.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Report([Row(**row) for row in data["rows"]], data["versions"], data["quick"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        accepted = "what this version's `rollmech verify --json` prints"
        reason = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        fault = Fault("--from", str(path), f"is no report of a verification ({reason})", accepted)
        raise InputError("verify", [fault]) from None
