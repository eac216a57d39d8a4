"""A run folder read for drawing: plain numbers, the case, the front table and the fields."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.case import Case, Delamination, InterfaceFlaw, load_case
from rollmech.case.changes import part_at
from rollmech.errors import Fault, InputError
from rollmech.loading import loadings_of, make_laminate
from rollmech.post.numbers import cut
from rollmech.post.theme import Frame
from rollmech.results.folder import read_results

if TYPE_CHECKING:
    import pyvista as pv

    from rollmech.post.surface import Ply
    from rollmech.web import Laminate, WebState

PICTURES, SCENE = "pictures", "scene.html"
"""Names in a run folder."""
_COLUMNS = {
    "angle": "angle [deg]",
    "k": "K_I [MPa*m^0.5]",
    "k_ii": "K_II [MPa*m^0.5]",
    "k_iii": "K_III [MPa*m^0.5]",
    "release": "J [J/m^2]",
    "error": "error [MPa*m^0.5]",
    "x": "x [um]",
    "y": "y [um]",
    "z": "z [um]",
}


@dataclass(frozen=True, eq=False)
class Front:
    """One station's row block of ``front.csv``; all arrays have shape (n,).

    Attributes:
        angle: Degrees, 0 at the surface, 90 at the deepest point; up to 180 if the whole front was solved.
        k: K_I, MPa m^0.5.
        k_ii, k_iii: K_II and K_III, MPa m^0.5; 0 where symmetry forbids a mode.
        release: J, J/m^2.
        error: Estimated error of K, MPa m^0.5.
        position: Shape (n, 3), um.
        vertex: Whether a point is a mean over the zone at the free surface.
    """

    angle: np.ndarray
    k: np.ndarray
    k_ii: np.ndarray
    k_iii: np.ndarray
    release: np.ndarray
    error: np.ndarray
    position: np.ndarray
    vertex: np.ndarray

    @property
    def release_error(self) -> np.ndarray:
        """Estimated error of J, J/m^2, shape (n,)."""
        size = np.sqrt(self.k**2 + self.k_ii**2 + self.k_iii**2)
        return 2 * self.release * self.error / np.where(size > 0, size, np.inf)

    @property
    def mixed(self) -> bool:
        """Whether the front sees more than mode I."""
        smallest = 1e-9 * np.abs(self.k).max()
        return bool(np.maximum(np.abs(self.k_ii), np.abs(self.k_iii)).max() > smallest)

    def effective(self, modulus: float) -> np.ndarray:
        """sqrt(E' G) with the sign of K_I, MPa m^0.5, for a plane-strain modulus E' in Pa, shape (n,)."""
        return np.copysign(np.sqrt(modulus * np.maximum(self.release, 0.0)) / 1e6, self.k)


@dataclass(frozen=True)
class RunData:
    """What the pictures of one run are drawn from.

    Attributes:
        folder: The run folder.
        record: Content of ``results.json``.
        whole: The resolved case.
    """

    folder: Path
    record: dict[str, Any]
    whole: Case

    @cached_property
    def case(self) -> Case:
        """The case with the layers that it has at the governing station."""
        return part_at(self.whole, self.governing)

    @property
    def stations(self) -> list[dict[str, Any]]:
        """Rows of the stations, in the order of the line."""
        return self.record["stations"]

    @property
    def governing(self) -> int:
        """Index of the governing station; the first one if nothing was judged."""
        names = [row["name"] for row in self.stations]
        return names.index(self.record["verdict"].get("station", names[0]))

    @property
    def station(self) -> str:
        """Name of the governing station."""
        return self.stations[self.governing]["name"]

    @property
    def judged(self) -> bool:
        """Whether there is a verdict."""
        return "ratio" in self.record["verdict"]

    @property
    def sharp(self) -> bool:
        """Whether the run has a crack front."""
        return self.case.flaw is not None and self.case.flaw.sharp

    @property
    def bridged(self) -> bool:
        """Whether a filler bridges the crack."""
        return self.judged and self.case.flaw is not None and self.case.flaw.bridging is not None

    @cached_property
    def bridges(self) -> dict[str, np.ndarray]:
        """Station to rho, opening (um), stretch (um) and traction (MPa) over the faces, shape (4, n).

        Raises:
            InputError: The table is missing or is not one.
        """
        path = self.folder / "bridge.csv"
        try:
            with path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file))[1:]
            return {
                row["name"]: np.array([r[1:5] for r in rows if r[0] == row["name"]], dtype=float).T
                for row in self.stations
            }
        except (OSError, IndexError, ValueError) as error:
            raise _broken(path, error, "the bridge table of a run") from None

    @property
    def ratio_name(self) -> str:
        """Short symbol of the verdict's ratio."""
        if self.case.flaw and self.case.flaw.kind == "tile-joint":
            return "use of the limit"
        if not self.sharp:
            return "stress/strength"
        if self.by_energy:
            return "√(G/Γ)" if self.case.flaw.kind == "delamination" else "√(G/G$_c$)"
        return "K/K$_{Ic}$" if "K_II_max" in self.record["quantities"] else "K$_I$/K$_{Ic}$"

    @property
    def singular(self) -> bool:
        """Whether linear stress has no bound somewhere: at a crack's front, in the corners of a joint between tiles."""
        return self.sharp or self.case.flaw.kind == "tile-joint"

    @property
    def by_energy(self) -> bool:
        """Whether the front lies on an interface, so that its energy release rate is what to show."""
        return isinstance(self.case.flaw, InterfaceFlaw)

    @property
    def critical_energy(self) -> float:
        """What the largest G is held against, J/m^2: K_Ic^2 / E', or of the interface at its phase."""
        flaw = self.case.flaw
        if isinstance(flaw, Delamination):
            phased = self.record["quantities"].get("interface_toughness")
            return phased["value"] if phased else flaw.interface_toughness
        return (1e6 * self.toughness) ** 2 / self.tip_modulus

    @property
    def toughness(self) -> float:
        """K_Ic of the layer at the front, MPa m^0.5."""
        weakness = getattr(self.case.flaw, "toughness_factor", 1.0)
        return weakness * self.case.material_of(self.case.tip_layer).value("fracture_toughness") / 1e6

    @cached_property
    def fronts(self) -> dict[str, Front]:
        """Station to its front, from ``front.csv``.

        Raises:
            InputError: The table is missing or is not one.
        """
        path = self.folder / "front.csv"
        try:
            with path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            return {
                row["name"]: _front([r for r in rows if r["station"] == row["name"]]) for row in self.stations
            }
        except (OSError, KeyError, ValueError) as error:
            raise _broken(path, error, "the front table of a run") from None

    @cached_property
    def fields(self) -> pv.UnstructuredGrid:
        """The patch with its fields.

        Raises:
            InputError: There is no such file.
        """
        import pyvista as pv

        path = self.folder / "fields" / "patch.vtu"
        try:
            return pv.read(path)
        except (OSError, ValueError) as error:
            raise _broken(path, error, "the fields of a run") from None

    @cached_property
    def plies(self) -> list[Ply]:
        """The patch ply by ply, ready to be cut."""
        from rollmech.post.surface import plies_of

        return plies_of(self.fields)

    @cached_property
    def web(self) -> tuple[Laminate, WebState]:
        """The stack and its unflawed state at the governing station, in closed form from the case."""
        state = loadings_of(self.whole, make_laminate(self.whole))[self.governing].state
        return state.laminate, state

    @property
    def tip_modulus(self) -> float:
        """E' = E / (1 - nu^2) of the layer at the front, Pa."""
        laminate = self.web[0]
        return laminate.plies[laminate.index(self.case.tip_layer)].plane_strain_modulus

    def frame(self, subtitle: str, *notes: str) -> Frame:
        """Title, what is shown, and the notes with the placeholders last."""
        return Frame(self.record["title"], subtitle, (*notes, self._placeholders()))

    def verdict_text(self) -> str:
        """The verdict in a few words, for a subtitle."""
        verdict = self.record["verdict"]
        if not self.judged:
            return "not judged"
        error = f" ± {verdict['ratio_error']:.1g}" if verdict["ratio_error"] else ""
        words, alone = verdict["status"], verdict.get("flaw_status")
        if (alone, words) == ("safe", "fails"):  # by growth, or the web without this flaw
            words = "safe at once, web fails"
        return f"{self.ratio_name} = {verdict['ratio']:.3g}{error}, {words}"

    def _placeholders(self) -> str:
        found = sorted(self.record["placeholders"], key=lambda p: not p["governs"])
        texts = [
            f"{p['material']} {p['property'].replace('_', ' ')} {cut(p['value'], 4)}".strip() for p in found
        ]
        return f"Rests on placeholder values: {'; '.join(dict.fromkeys(texts))}." if texts else ""


def read_run(folder: Path) -> RunData:
    """Read a run folder.

    Raises:
        InputError: It is not one, or a part of it is missing.
    """
    record = read_results(folder)
    run = RunData(folder, record, load_case(folder / "case.toml"))
    needed = ["fields/patch.vtu"] if run.case.flaw else []
    needed += ["front.csv"] if run.sharp else []
    faults = [
        Fault("RUN", str(folder), f"lacks {name}", "a whole run folder")
        for name in needed
        if not (folder / name).is_file()
    ]
    if faults:
        raise InputError(str(folder), faults)
    return run


def _front(rows: list[dict[str, str]]) -> Front:
    column = {name: np.array([float(row[head]) for row in rows]) for name, head in _COLUMNS.items()}
    vertex = np.array([row["flag"].startswith("vertex") for row in rows])
    position = np.column_stack([column["x"], column["y"], column["z"]])
    values = [column[name] for name in ("angle", "k", "k_ii", "k_iii", "release", "error")]
    return Front(*values, position, vertex)


def _broken(path: Path, error: Exception, accepted: str) -> InputError:
    return InputError(str(path), [Fault("RUN", path.name, f"cannot be read ({error})", accepted)])
