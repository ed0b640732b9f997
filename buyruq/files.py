"""Which files to read: what the paths of a command mean, and what a file is before it is opened."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.open import read_bytes
from ingest.sidecar import mark
from models import Limits, UsageError

BESIDE = ("meta.", "manifest")  # how files are named that speak of acts and are none
NO_ACTS = {".clean", ".duckdb", ".gold", ".outline", ".part", ".py", ".pyc", ".toml", ".wal", ".yaml", ".yml"}
PACKED = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"RIFF", b"BM", b"GIF8")
BYTES_A_PAGE = 20_000  # of a black and white scan; text has about 3,000 characters a page
CHARACTERS_A_PAGE = 3_000


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: its name, sha256 and number of its bytes, how long it may take, and its path if not its name.

    `beside` is a mark of the sidecars that speak for it.
    """

    source: str
    document_id: str
    size: int
    seconds: float
    path: str | None = None
    beside: str = ""


def walk(paths: Iterable[Path], leave_out: Path | None = None) -> Iterator[Path]:
    """Yield the files that `paths` mean, folders in the order of their names, each file once.

    Hidden files, files beside acts (metadata, code, settings) and `leave_out` (the knowledge base itself) are passed
    over in folders, but read where they are named.
    Raises UsageError where no path exists.
    """
    given = list(paths)
    if not any(os.path.lexists(path) for path in given):
        raise UsageError(f"{', '.join(map(str, given))}: no such file or folder. Check the path")
    met: set[str] = {str(leave_out.resolve())} if leave_out else set()
    for path in given:
        for file in _files(path) if path.is_dir() else [path]:
            if (place := str(file.resolve())) not in met:
                met.add(place)
                yield file


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            if may_be_act(name):
                yield Path(place) / name


def may_be_act(name: str) -> bool:
    """Tell whether a file of a folder is to be read: hidden files and files that speak of acts are not."""
    return not name.startswith(".") and not name.lower().startswith(BESIDE) and Path(name).suffix not in NO_ACTS


def examine(path: Path, limits: Limits) -> Found:
    """Return what a file is. Raises SourceError where it cannot be opened or is over the limit of size."""
    data = read_bytes(path, limits)
    each = BYTES_A_PAGE if data.startswith(PACKED) else CHARACTERS_A_PAGE
    pages = min(1 + len(data) // each, limits.pages)
    document_id = hashlib.sha256(data).hexdigest()
    seconds = limits.seconds + limits.seconds_per_page * pages
    return Found(str(path), document_id, len(data), seconds, beside=mark(path))


def absent_id(source: str) -> str:
    """Return the document_id of a file whose bytes nobody saw: the hash of its name."""
    return hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()
