"""``rollmech films``: from a case file to the table of its layers, and a map over thickness and modulus of one."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rollmech.case import Case, load_case
from rollmech.case.changes import refuse_changes
from rollmech.errors import Fault, InputError, nearest
from rollmech.films.drive import WORDS, Drive, drives_of
from rollmech.films.maps import FilmMap, film_map
from rollmech.films.stack import Film, films_of
from rollmech.loading import case_warnings, loadings_of, make_laminate
from rollmech.results.folder import FORMAT, RESULTS, staged, write_json
from rollmech.results.log import RunLog
from rollmech.web.state import CAUSES

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Layered:
    """One layer with what drives it at every station.

    Attributes:
        film: The layer.
        drives: All stations, both directions.
        solve_error: Estimated relative error of the crack's energy where it was solved; None: half-space.
    """

    film: Film
    drives: tuple[Drive, ...]
    solve_error: float | None = None

    def __repr__(self) -> str:
        return f"<Layered {self.film.name} on {self.film.below}: {len(self.drives)} stations and directions>"

    @property
    def peel(self) -> Drive:
        """Where its parting is driven most; states that press the faces together only if there is no other."""
        opened = [drive for drive in self.drives if not drive.pressed] or self.drives
        return max(opened, key=lambda drive: drive.peel_ratio or drive.peel)

    @property
    def channel(self) -> Drive:
        """Where its cracking is driven most."""
        return max(self.drives, key=lambda drive: drive.channel)

    @property
    def stress(self) -> Drive:
        """Where its stress is largest."""
        return max(self.drives, key=lambda drive: drive.highest)

    @property
    def pressed(self) -> Drive:
        """Where it is compressed most."""
        return min(self.drives, key=lambda drive: drive.force)

    @property
    def worst(self) -> float:
        """Larger of both ratios; energies in J/m^2 where nothing is known to compare with."""
        return max(self.peel.peel_ratio or 0.0, self.channel.channel_ratio or 0.0) or max(
            self.peel.peel, self.channel.channel
        )

    @property
    def notes(self) -> list[str]:
        """What the numbers lack or rest on."""
        film, found = self.film, [f"no ratio without {key}" for key in self.film.missing]
        if film.bond.toughness is None and film.bond.work is not None:
            found.append("held against the work of adhesion, the least that the interface's toughness can be")
        if self.peel.pressed:
            found.append("pressed on at every station: its G drives a delamination only where it buckles")
        if self.solve_error is None and not film.on_half_space:
            found.append("g and phase are those of a half-space, which this stack is not: rough")
        elif self.solve_error is not None:
            found.append(f"crack and phase solved in the stack; G of the crack to {self.solve_error:.1g}")
        return found

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        film = self.film
        return {
            "layer": film.name,
            "on": film.below,
            "face": film.face,
            "thickness_nm": 1e9 * film.thickness,
            "parts_with_nm": 1e9 * film.parting.film.thickness,
            "dundurs": [film.mismatch.alpha, film.mismatch.beta],
            "interface_toughness": film.bond.toughness,
            "mode_sensitivity": film.bond.sensitivity,
            "work_of_adhesion": film.bond.work,
            "crack_energy": film.toughness,
            "delamination": _peel_json(self.peel),
            "channel": _channel_json(self.channel, self.solve_error),
            "stress": {"MPa": self.stress.highest / 1e6, "at": _place(self.stress)},
            "buckling": _buckling_json(self.pressed),
            "notes": self.notes,
        }


def _place(drive: Drive) -> str:
    return f"{drive.station}, {WORDS[drive.direction]}"


def _peel_json(drive: Drive) -> dict[str, Any]:
    return {
        "G": drive.peel,
        "phase_deg": float(np.degrees(drive.phase)),
        "pressed": drive.pressed,
        "resistance": drive.bond,
        "ratio": drive.peel_ratio,
        "at": _place(drive),
    }


def _channel_json(drive: Drive, error: float | None) -> dict[str, Any]:
    return {
        "G": drive.channel,
        "resistance": drive.toughness,
        "ratio": drive.channel_ratio,
        "at": _place(drive),
        "route": "half-space" if error is None else "solved",
        "relative_error": error,
    }


def _buckling_json(drive: Drive) -> dict[str, Any] | None:
    if drive.buckles is None:
        return None
    return {"force_N_per_m": drive.force, "half_width_um": 1e6 * drive.buckles, "at": _place(drive)}


def layers_of(
    case: Case, on: str | None = None, solve: bool = False, progress: Progress = lambda text: None
) -> list[Layered]:
    """Every layer on the carrying one with what drives it.

    Args:
        case: Resolved; loads by rollers, or by tension and bend radius.
        on: The carrying layer, as in `films_of`.
        solve: Whether to solve crack and phase in the case's own stack for all layers, not only where that stack
            is no half-space.
        progress: Called before each solve.

    Raises:
        InputError: The case has no layers to part, or says nothing of the web.
        NumericsError: A solve failed.
    """
    refuse_changes(case, "films", "layers come or go on the way: what parts layers is looked at in one stack")
    laminate = make_laminate(case)
    if not case.rollers and hasattr(case.load, "membrane_stress"):
        accepted = "[[rollers]], or [load] with tension and bend_radius"
        raise InputError("films", [Fault("load", "", "gives stress of one layer only", accepted)])
    loadings = loadings_of(case, laminate)
    found = []
    for film in films_of(case, laminate, on):
        drives, error = drives_of(film, loadings), None
        profiled = any(laminate.plies[i].profile for i in film.parting.plies)
        if solve or not (film.on_half_space or profiled):
            from rollmech.films.solved import solve_film, solved_drives  # brings the solver

            solved = solve_film(case, film, progress)
            drives, error = solved_drives(solved, drives, loadings), solved.error
        found.append(Layered(film, tuple(drives), error))
    return found


def chosen(layers: Sequence[Layered], name: str | None) -> Layered:
    """The layer of a name, or the one nearest to failing.

    Raises:
        InputError: There is none of that name.
    """
    if name is None:
        return max(layers, key=lambda layer: layer.worst)
    names = [layer.film.name for layer in layers]
    if name not in names:
        fault = Fault(
            "--map", name, "is no layer on the carrying one", ", ".join(names), nearest(name, names)
        )
        raise InputError("films", [fault])
    return layers[names.index(name)]


def write_films(
    case_path: Path,
    overrides: list[str],
    out: Path,
    on: str | None = None,
    of: str | None = None,
    solve: bool = False,
    progress: Progress = lambda text: None,
) -> dict[str, Any]:
    """Make table and map of a case file and write them; returns the content of its ``results.json``."""
    from rollmech.post import theme
    from rollmech.post.films_chart import draw_films

    case = load_case(case_path, overrides)
    log = RunLog(f"case: {case_path}", overrides, progress)
    with staged(out) as folder:
        start = time.perf_counter()
        layers = layers_of(case, on, solve, log.stage)
        layer = chosen(layers, of)
        log.stage(f"map of {layer.film.name}")
        mapped = film_map(case, layer.film)
        _write_table(folder / "films.csv", layers)
        _write_map(folder / "map.npz", mapped)
        with theme.style():
            draw_films(case.title, mapped, folder / "films.png")
        record = {
            "format": FORMAT,
            "title": case.title,
            "layers": [item.as_json() for item in layers],
            "map": {"layer": mapped.film.name, "points": list(mapped.peel.shape)},
            "seconds": round(time.perf_counter() - start, 3),
        }
        write_json(folder / RESULTS, record)
        log.write(folder, "done", case_warnings(case))
    return record


def _write_table(path: Path, layers: Sequence[Layered]) -> None:
    """One row a layer, station and direction."""
    heads = ["layer", "station", "direction", *(f"{cause} [MPa]" for cause in CAUSES), "stress [MPa]"]
    heads += ["largest stress [MPa]", "force [N/m]", "G delamination [J/m^2]", "phase [deg]", "pressed"]
    heads += ["resistance [J/m^2]", "ratio", "G channel [J/m^2]", "resistance [J/m^2]", "ratio"]
    heads += ["buckles beyond half-width [um]"]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(heads)
        for layer in layers:
            for drive in layer.drives:
                table.writerow([layer.film.name, *_cells(drive)])


def _cells(drive: Drive) -> list[str]:
    stress = [value / 1e6 for value in (*drive.stress.values(), drive.mean, drive.highest)]
    peel = [drive.peel, np.degrees(drive.phase)]
    rest = [drive.bond, drive.peel_ratio, drive.channel, drive.toughness, drive.channel_ratio]
    rest.append(None if drive.buckles is None else 1e6 * drive.buckles)
    texts = ["" if value is None else f"{value:.6g}" for value in (*stress, drive.force, *peel, *rest)]
    return [drive.station, WORDS[drive.direction], *texts[:9], "yes" if drive.pressed else "", *texts[9:]]


def _write_map(path: Path, mapped: FilmMap) -> None:
    known = {"peel_ratio": mapped.peel_ratio, "channel_ratio": mapped.channel_ratio}
    np.savez_compressed(
        path,
        thickness_m=mapped.thickness,
        youngs_modulus_pa=mapped.modulus,
        alpha=mapped.alpha,
        peel=mapped.peel,
        pressed=mapped.pressed,
        channel=mapped.channel,
        **{name: values for name, values in known.items() if values is not None},
    )


def print_films(record: dict[str, Any], target: Path) -> None:
    """The table on the terminal."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    heads = ("layer", "", "stress", "G peel", "phase", "/Gamma", "G crack", "/Gamma", "buckles if")
    table = Table(*heads, box=None)
    for row in record["layers"]:
        table.add_row(*_shown(row))
    console.print(f"{record['title']}: MPa and J/m^2 at the worst station of each")
    console.print(table)
    for row in record["layers"]:
        for note in row["notes"]:
            console.print(f"{row['layer']}: {note}", highlight=False)
    console.print(f"written: {target}", highlight=False)


def _shown(row: dict[str, Any]) -> tuple[str, ...]:
    peel, channel, buckling = row["delamination"], row["channel"], row["buckling"]
    thickness = row["thickness_nm"]
    return (
        row["layer"],
        _length(thickness),
        f"{row['stress']['MPa']:.4g}",
        f"{peel['G']:.3g}",
        "pressed" if peel["pressed"] else f"{peel['phase_deg']:.0f} deg",
        "-" if peel["ratio"] is None else f"{peel['ratio']:.3g}",
        f"{channel['G']:.3g}",
        "-" if channel["ratio"] is None else f"{channel['ratio']:.3g}",
        "-" if buckling is None else f"> {_length(2e3 * buckling['half_width_um'])}",
    )


def _length(nanometres: float) -> str:
    unit, name = next((u for u in ((1e6, "mm"), (1e3, "um")) if nanometres >= u[0]), (1.0, "nm"))
    return f"{nanometres / unit:.3g} {name}"
