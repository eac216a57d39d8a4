"""The solver's inner loops in C, compiled once for this processor and kept beside the compiled forms."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np

from rollmech.backend import jit_cache, jit_options
from rollmech.errors import InstallationError
from rollmech.ranks import on_root

_SOURCE = Path(__file__).with_name("kernels.c")
_TYPES = {np.dtype(t): f"{name}[]" for t, name in ((np.int32, "int32_t"), (np.int64, "int64_t"))} | {
    np.dtype(t): f"{name}[]" for t, name in ((np.float32, "float"), (np.float64, "double"))
}


def call(name: str, *arguments: np.ndarray | float) -> None:
    """Call a function of ``kernels.c``.

    Args:
        name: Its name.
        arguments: Numbers, and contiguous arrays of the types that it takes.

    Raises:
        TypeError, ValueError: An array has another type, or is not contiguous.
        InstallationError: The functions could not be compiled; all ranks must make the first call.
    """
    module = _compiled()
    handed = (
        module.ffi.from_buffer(_TYPES[value.dtype], value) if isinstance(value, np.ndarray) else value
        for value in arguments
    )
    getattr(module.lib, name)(*handed)


@functools.cache
def _compiled() -> ModuleType:
    """The functions, from the cache if they are there."""
    path = on_root(_library)
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _library() -> Path:
    """File of the compiled functions; its name changes with their text and the compiler's options."""
    source, options = _SOURCE.read_text(), jit_options()["cffi_extra_compile_args"]
    digest = hashlib.sha256("\n".join([source, *options]).encode()).hexdigest()[:16]
    path = jit_cache() / f"rollmech_kernels_{digest}.so"
    if not path.exists():
        _compile(source, options, path)
    return path


def _compile(source: str, options: list[str], path: Path) -> None:
    import cffi  # what DOLFINx compiles its forms with

    builder = cffi.FFI()
    builder.cdef(_declarations(source))
    builder.set_source(path.stem, source, extra_compile_args=options)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        try:
            os.replace(builder.compile(tmpdir=folder), path)  # whole or not at all, whoever else compiles it
        except Exception as error:
            lines = str(error).strip().splitlines() or ["no message"]
            raise InstallationError(
                f"the solver's kernels could not be compiled ({lines[-1]}); a C compiler is needed: rollmech doctor"
            ) from error


def _declarations(source: str) -> str:
    """Heads of the functions that are not ``static``."""
    heads = re.findall(r"^(void \w+\([^)]*\))", source, flags=re.MULTILINE)
    return "".join(f"{re.sub('restrict ', '', head)};" for head in heads)
