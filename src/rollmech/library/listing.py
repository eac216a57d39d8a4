"""What ``rollmech cache`` prints."""

from __future__ import annotations

import json as jsonlib
import time
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from rollmech.library.cache import cache_folder
from rollmech.library.influences import clear, entries, limit


def print_cache(action: str, json: bool) -> None:
    """List the store of solved influences, tell its size, or empty it.

    Args:
        action: ``list``, ``size`` or ``clear``.
        json: Print JSON.
    """
    record = {"folder": str(cache_folder("influences")), "limit_MB": limit()}
    if action == "clear":
        record["deleted"] = clear()
    else:
        found = entries()
        record |= {"entries": len(found), "size_MB": round(sum(entry.size for entry in found) / 1e6, 3)}
        if action == "list":
            record["list"] = [asdict(entry) for entry in found]
    if json:
        print(jsonlib.dumps(record, indent=2))
    else:
        _print(record)


def _print(record: dict) -> None:
    console = Console()
    if record.get("list"):
        table = Table("key", "MB", "last used", "what", box=None, pad_edge=False)
        for entry in record["list"]:
            used = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry["used"]))
            about = entry["about"] or "cannot be read; will be solved again"
            table.add_row(entry["key"][:12], f"{entry['size'] / 1e6:.3g}", used, about)
        console.print(table)
    if "deleted" in record:
        text = f"{record['folder']}: {record['deleted']} entries deleted"
    else:
        text = f"{record['folder']}: {record['entries']} entries, {record['size_MB']:g} of {record['limit_MB']:g} MB"
    console.print(text, highlight=False, soft_wrap=True, markup=False)
