"""Solved influences by what they depend on: a run or a study that meets the same flaw again need not solve it.

The name of an entry is the hash of the patch (geometry and moduli), of the accuracy asked for, of a mesh of the user's
own, and of the code and the mesher that made it. An entry that cannot be read counts as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import BadZipFile

import numpy as np

from rollmech.errors import Fault, InputError
from rollmech.library.cache import cache_folder, trim, write_whole
from rollmech.mesh.patch import Patch

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence

LIMIT = "ROLLMECH_STORE_LIMIT"
"""Environment variable: largest size of the store in MB."""
_LIMIT = 1000.0
_SUFFIX = ".npz"
_FORMAT = 1
# Code that decides what a solve gives: any change of it makes new entries.
_ROOMS = ("flaws", "mesh", "elastic", "fracture")
_SOLVERS = ("gmsh", "fenics-dolfinx", "dolfinx-solver-real", "petsc4py")
_DIGITS = 12
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error, NotImplementedError)
# What an influence reads off its problem, which is not kept.
_READ_OFF = ("front_elements", "copies", "quarter", "ranks")
_PLAIN = ("boundary", "target", "levels", "timings")


@dataclass(frozen=True)
class Entry:
    """One stored influence.

    Attributes:
        key: Its hash.
        size: Bytes.
        used: Time of the last use, seconds since the epoch.
        about: What it is of, in words; empty if it cannot be read.
    """

    key: str
    size: int
    used: float
    about: str


def influence_key(patch: Patch, target: float, mesh: str = "") -> str:
    """Hash of everything that a solved influence depends on.

    Args:
        patch: Geometry and moduli; numbers count to 12 digits.
        target: Relative error asked for.
        mesh: Digest of a mesh of the user's own, empty for rollmech's.
    """
    parts = [_FORMAT, _rounded(asdict(patch)), type(patch.flaw).__name__, target, mesh, _solver()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=_listed).encode()).hexdigest()[:40]


def load_influence(key: str, patch: Patch) -> Influence | None:
    """The stored influence of that key, without problem and solutions; None where there is none that can be read."""
    path = _path(key)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            plain = json.loads(str(data["plain"]))
            found = _restored(plain, {name: data[name] for name in plain["arrays"]}, patch)
        os.utime(path)
    except _BROKEN:
        return None
    return found


def stored(key: str) -> bool:
    """Whether the store has an entry of that key."""
    return _path(key).is_file()


def keep_influence(key: str, influence: Influence) -> None:
    """Store an influence; a full or read-only cache costs time, not numbers."""
    arrays: dict[str, np.ndarray] = {}
    for name in _parts():
        _flatten(name, getattr(influence, name), arrays)
    plain = {name: getattr(influence, name) for name in (*_PLAIN, *_READ_OFF)}
    plain |= {"about": _about(influence), "arrays": sorted(arrays)}
    text = json.dumps(plain, default=_listed)

    def write(file: BinaryIO) -> None:
        np.savez_compressed(file, plain=text, **arrays)

    try:
        write_whole(_path(key), write)
        trim(cache_folder("influences"), 1e6 * limit(), _SUFFIX)
    except OSError:
        return


def limit() -> float:
    """Largest size of the store, MB.

    Raises:
        InputError: The environment says something that is no size.
    """
    given = os.environ.get(LIMIT, "")
    try:
        size = float(given) if given else _LIMIT
    except ValueError:
        size = -1.0
    if not 0 <= size < float("inf"):
        raise InputError(
            "environment", [Fault(LIMIT, given, "is no size", "megabytes, e.g. 1000; 0 keeps nothing")]
        )
    return size


def entries() -> list[Entry]:
    """All entries, the one used last first."""
    found = []
    for path in cache_folder("influences").glob(f"*{_SUFFIX}"):
        try:
            stat = path.stat()
        except OSError:  # another process has just deleted it
            continue
        found.append(Entry(path.stem, stat.st_size, stat.st_mtime, _told(path)))
    return sorted(found, key=lambda entry: -entry.used)


def clear() -> int:
    """Delete all entries; returns how many there were."""
    paths = list(cache_folder("influences").glob(f"*{_SUFFIX}"))
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _path(key: str) -> Path:
    return cache_folder("influences") / f"{key}{_SUFFIX}"


@cache
def _solver() -> str:
    """Digest of the code of the rooms that make an influence, and of the packages that mesh and solve."""
    digest = hashlib.sha256()
    root = Path(__file__).parent.parent
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    for package in _SOLVERS:
        digest.update(f"{package} {_version(package)}".encode())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _rounded(value: Any) -> Any:
    """The same with floats cut to the digits that a unit conversion leaves alone."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_rounded(item) for item in value]
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else value


def _listed(value: Any) -> Any:
    """JSON form of what numpy left among plain values."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no place in the store")


def _parts() -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Attributes of an influence that hold arrays, and what makes them of arrays."""
    from rollmech.fracture.face_opening import FaceOpening
    from rollmech.fracture.filler import BondStress
    from rollmech.fracture.front_integral import FrontK
    from rollmech.fracture.stress_concentration import SurfaceStress
    from rollmech.fracture.tile_joint import JointResponse

    def array(given: Any) -> Any:
        return given

    def record(kind: type) -> Callable[[dict[str, Any]], Any]:
        return lambda given: kind(**{field.name: given.get(field.name) for field in fields(kind)})

    def bond(given: dict[str, Any]) -> BondStress:
        return BondStress(record(SurfaceStress)(given["filler"]), given["normal"])

    kinds = {"front": record(FrontK), "surface": record(SurfaceStress), "energy": array, "bond": bond}
    kinds["joint"] = record(JointResponse)
    pairs = {name + when: make for name, make in kinds.items() for when in ("", "_before")}
    return pairs | {"opening": record(FaceOpening)}


def _flatten(name: str, value: Any, into: dict[str, np.ndarray]) -> None:
    """Arrays of a value under dotted names; what is None is left out."""
    if is_dataclass(value):
        for field in fields(value):
            _flatten(f"{name}.{field.name}", getattr(value, field.name), into)
    elif value is not None:
        into[name] = np.asarray(value)


def _restored(plain: dict[str, Any], arrays: dict[str, np.ndarray], patch: Patch) -> Influence:
    from rollmech.fracture.influence import Influence

    tree: dict[str, Any] = {}
    for name, array in arrays.items():
        *path, last = name.split(".")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        node[last] = array
    parts = {name: make(tree[name]) if name in tree else None for name, make in _parts().items()}
    opening = parts.pop("opening")
    found = Influence(patch=patch, **parts, **{name: plain[name] for name in _PLAIN})
    found.opening = opening
    for name in _READ_OFF:
        setattr(found, name, plain[name])
    return found


def _about(influence: Influence) -> str:
    patch, last = influence.patch, influence.levels[-1]
    plies = " / ".join(f"{ply.thickness:.4g}" for ply in patch.plies)
    return (
        f"{patch.flaw.kind}, depth {patch.flaw.depth:.4g} um, plies {plies} um, target {influence.target:g}, "
        f"{last['unknowns']} unknowns, {time.strftime('%Y-%m-%d')}"
    )


def _told(path: Path) -> str:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            return str(json.loads(str(data["plain"]))["about"])
    except _BROKEN:
        return ""
