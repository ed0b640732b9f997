"""List what a source offers: one function per kind of source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ingest.sources import adilet, folder, lex, zan
from ingest.sources.fetch import Fetcher
from models import UsageError
from models.sync import Candidate, Source


def _urls(source: Source, fetcher: Fetcher | None) -> Iterator[Candidate]:
    for url in source.urls:
        yield Candidate(source.name, url, url)


DISCOVER: Mapping[str, Callable[[Source, Fetcher | None], Iterator[Candidate]]] = {
    "folder": folder.discover,
    "urls": _urls,
    "adilet": adilet.discover,
    "zan": zan.discover,
    "lex": lex.discover,
}


def discover(source: Source, fetcher: Fetcher | None = None) -> Iterator[Candidate]:
    """Yield what the source offers, oldest redaction first. A portal's lists are fetched with `fetcher`.

    Raises SourceError where a list cannot be had; UsageError for an unknown kind.
    """
    if source.kind not in DISCOVER:
        raise UsageError(f"source {source.name!r}: unknown kind {source.kind!r}")
    return DISCOVER[source.kind](source, fetcher)
