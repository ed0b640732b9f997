"""How the decoder's functions are compiled: once, kept on disk where that can be, and anew when any of them changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from numba import njit


def _source() -> str:
    """Return a digest of all modules of the decoder: a compiled function holds those that it calls."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


SOURCE = _source()


def compiled(function: Callable[..., Any]) -> Any:
    """Return a function compiled at its first call; where no folder can be written, it is compiled in each process."""
    return _made(function, "never")


def inlined(function: Callable[..., Any]) -> Any:
    """Return a function that is compiled into those that call it."""
    return _made(function, "always")


def _made(function: Callable[..., Any], inline: Literal["never", "always"]) -> Any:
    try:
        made: Any = njit(cache=True, inline=inline)(function)
    except RuntimeError:  # numba: no folder for the cache
        return njit(cache=False, inline=inline)(function)
    kept: Any = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if hasattr(kept, "_source_stamp"):  # numba itself looks at the function's own file only
        kept._source_stamp = SOURCE
    return made
