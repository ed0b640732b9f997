"""What a source offers and what was fetched of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of `sources.toml`.

    `kind` is `folder`, `urls`, `adilet`, `zan` or `lex`. `hosts` are the only hosts that it may contact, redirects
    included; a host that resolves to a private address is refused unless `allow_private`. `seconds_between_requests`
    holds per host. `ca_file` names certificates to trust beside the system's.
    """

    name: str
    kind: str
    base: str = ""
    hosts: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    pattern: str = "**/*"
    redactions: bool = False
    seconds_between_requests: float = 2.0
    allow_private: bool = False
    ca_file: str | None = None
    robots: bool = True


@dataclass(frozen=True, slots=True)
class Agent:
    """Who calls: sent with every request, so that a portal's staff can write to the operator."""

    contact: str
    name: str = "buyruq"

    @property
    def header(self) -> str:
        """Return the User-Agent header."""
        return f"{self.name} (+{self.contact})"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that a source offers: `key` names it across runs, `url` says where it lies.

    `language` and `version_date` are what the source itself says of the text; `changed_on` is when a file was written.
    """

    source: str
    key: str
    url: str
    language: str | None = None
    version_date: date | None = None
    changed_on: date | None = None
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a candidate: `data` is None where nothing changed since `etag` or `last_modified`.

    `sidecar` holds the bytes of a `meta.yaml` that lies beside the document in a remote folder.
    """

    candidate: Candidate
    url: str
    data: bytes | None
    etag: str | None = None
    last_modified: str | None = None
    sidecar: bytes | None = None
