"""One gmsh session at a time, silent and deterministic."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from rollmech.errors import InstallationError, NumericsError

KEPT: ContextVar[Path | None] = ContextVar("KEPT", default=None)
"""File that gets the geometry of a session at its end; only for a process that ends then, for it changes folder."""

_OPTIONS = {
    "General.Terminal": 0,
    # One thread: with more, the same geometry gives another mesh each time.
    "General.NumThreads": 1,
    "Mesh.MeshSizeExtendFromBoundary": 0,
    "Mesh.MeshSizeFromPoints": 0,
    "Mesh.MeshSizeFromCurvature": 0,
    "Mesh.Algorithm": 6,
    "Mesh.Algorithm3D": 1,
    "Mesh.RandomSeed": 1,
}


@contextmanager
def gmsh_session() -> Iterator:
    """Yield an initialised ``gmsh`` module with an empty model; always finalised.

    Raises:
        InstallationError: gmsh or one of its system libraries is missing.
        NumericsError: gmsh could not mesh the geometry; carries gmsh's own words.
    """
    try:
        import gmsh
    except (ImportError, OSError) as error:
        raise InstallationError(
            f"gmsh cannot be loaded ({error}); 'rollmech doctor' names the library to install"
        ) from error
    gmsh.initialize(interruptible=False, readConfigFiles=False)
    try:
        for name, value in _OPTIONS.items():
            gmsh.option.setNumber(name, value)
        yield gmsh
        if (path := KEPT.get()) is not None:
            os.chdir(path.parent)  # gmsh writes the way to a second file as it is given
            gmsh.write(path.name)
    except NumericsError:
        raise
    except Exception as error:
        # gmsh's Python interface raises plain Exception with the mesher's last message.
        if type(error) is Exception:
            raise NumericsError(f"the mesher gave up: {error}") from error
        raise
    finally:
        gmsh.finalize()
