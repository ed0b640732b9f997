"""A document as it came: its bytes, its name, and what a sidecar file says of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost; whatever is over a limit is quarantined, never cut silently.

    `bytes` is the size of the file, `unpacked_bytes` the sum of what an archive (docx) unpacks to, `pixels` the
    size of one page image, `seconds` the wall time and `memory_bytes` the address space of the process that reads it;
    `seconds` has `seconds_per_page` added for every page. `threads` is how many scanned pages may be read at a
    time; a run reads fewer while other documents need the cores.
    """

    bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    pages: int = 2000
    pixels: int = 200_000_000
    lines: int = 500_000
    seconds: float = 60.0
    seconds_per_page: float = 30.0
    memory_bytes: int = 4 * 1024 * 1024 * 1024
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Requisites:
    """What a sidecar `meta.yaml` says of an act that does not print it (all optional).

    `titles` maps a language code (`kk`, `ru`, `uz`) to the title; `sentence` is the printed requisite sentence.
    """

    sentence: str | None = None
    titles: dict[str, str] = field(default_factory=dict)
    number: str | None = None
    adopted_on: date | None = None
    registered_number: str | None = None
    registered_on: date | None = None
    version_date: date | None = None
    amended_by: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source file: where it came from and its bytes.

    `media_type` is found from the content (IANA name), not from the file name.
    """

    source: str
    data: bytes
    media_type: str
    requisites: Requisites | None = None
    language: str | None = None  # told by the operator (`--lang`), else found

    @property
    def document_id(self) -> str:
        """Return the sha256 of the bytes in hex: the same bytes are the same document."""
        return hashlib.sha256(self.data).hexdigest()
