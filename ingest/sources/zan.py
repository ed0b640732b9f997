"""The reference control bank (zan.gov.kz): typed blocks as JSON, which keep the structure better than HTML."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.sources.fetch import Fetcher
from models import SourceError
from models.sync import Candidate, Source


def discover(source: Source, fetcher: Fetcher | None = None) -> Iterator[Candidate]:
    """Yield the declared documents (the bank's own numbers) in each language."""
    for act in source.acts:
        if not act.isdigit():
            raise SourceError(
                act, "is no number of the bank", "Take it from the address: …/client/#!/doc/{number}/rus."
            )
        for language in source.languages or ("kaz", "rus"):
            url = f"{source.base.rstrip('/')}/api/documents/{act}/{language}"
            yield Candidate(source.name, f"{language}/{act}", url, language, headers={"Accept": "application/json"})
