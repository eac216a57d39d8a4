"""``rollmech surrogate``: file -> solves -> surrogate, error map, record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rollmech.library.surrogate import Surrogate
from rollmech.results.folder import staged, write_json
from rollmech.surrogate.build import build_surrogate, planned
from rollmech.surrogate.file import load_surrogate_file

SURROGATE, RECORD, MAP = "surrogate.npz", "surrogate.json", "error_map.png"
Progress = Callable[[str], None]


def plan_surrogate(path: Path, overrides: Sequence[str]) -> dict[str, Any]:
    """What a build would do; nothing is solved.

    Raises:
        InputError: The file or its case is wrong.
    """
    return planned(load_surrogate_file(path, overrides))


def write_built(
    path: Path,
    overrides: Sequence[str],
    out: Path,
    pictures: bool = True,
    progress: Progress = lambda text: None,
) -> dict[str, Any]:
    """Build the surrogate of a file and write it; returns the content of ``surrogate.json``.

    Raises:
        InputError: The file or its case is wrong, or the folder is somebody else's.
        NumericsError: A solve failed; what was solved before is in the store.
    """
    asked = load_surrogate_file(path, overrides)
    with staged(out, RECORD) as folder:
        found = build_surrogate(asked, progress)
        found.write(folder / SURROGATE)
        if pictures:
            from rollmech.post import theme
            from rollmech.post.surrogate_chart import draw_surrogate

            progress("drawing")
            with theme.style():
                draw_surrogate(found, folder / MAP)
        record = record_of(found)
        write_json(folder / RECORD, record)
    return record


def record_of(found: Surrogate) -> dict[str, Any]:
    """The content of ``surrogate.json``."""
    return {
        "format": 1,
        **found.about,
        "ranges": {item.key: item.text for item in found.domain.ranges},
        "kernel_lengths": found.process.lengths.tolist(),
        "noise": found.process.noise,
    }


def words(record: dict[str, Any]) -> list[str]:
    """What the terminal says of a surrogate."""
    met = "met" if record["reached"] else "NOT met: more solves, smaller ranges, or a coarser target"
    return [
        record["title"],
        *(f"  {key}: {text}" for key, text in record["ranges"].items()),
        f"target {_percent(record['target'])}: {met}",
        f"left out, 19 of 20 within {_percent(record['left_out_error'])}; held out ({record['held_out']} cracks), all "
        f"within {_percent(record['held_out_error'])}; solves {_percent(record['solve_error'])}",
        f"{record['cracks']} cracks, {record['trained_on']} trained on, {record['seconds']:.0f} s",
    ]


def plan_words(plan: dict[str, Any]) -> list[str]:
    """What the terminal says of a plan."""
    return [
        f"{plan['title']}: {plan['case']}",
        *(f"  {key}: {text}" for key, text in plan["ranges"].items()),
        f"{plan['dimensionless_inputs']} dimensionless inputs, target {_percent(plan['target'])}",
        f"at most {plan['most_cracks']} cracks, {plan['held_out']} of them held out, "
        f"{plan['solves_a_crack']} solve(s) each",
    ]


def _percent(value: float) -> str:
    return f"{100 * value:.3g} %"
