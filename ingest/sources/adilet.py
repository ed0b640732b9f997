"""The Kazakh portal (adilet.zan.kz): pages, lists of redactions, PDF and DOCX downloads.

How its addresses and pages are built is described in docs/sources.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import lxml.html

from ingest.sources.fetch import Fetcher
from models import SourceError
from models.sync import Candidate, Source

ACT_ID = re.compile(r"[A-Z]\d{2}[0-9A-Z]{4,12}_?")
_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_SUFFIX = {"html": "", "pdf": "/download", "docx": "/download/docx"}


def discover(source: Source, fetcher: Fetcher | None = None) -> Iterator[Candidate]:
    """Yield the declared acts in each language and format; with `redactions`, the earlier ones first."""
    for act in source.acts:
        if not ACT_ID.fullmatch(act):
            raise SourceError(
                act, "is no identifier of the portal", "Take it from the act's address, such as Z1600000480."
            )
        for language in source.languages or ("kaz", "rus"):
            if source.redactions and fetcher is not None:
                yield from _redactions(source, fetcher, act, language)
            for form in source.formats or ("html",):
                url = f"{source.base.rstrip('/')}/{language}/docs/{act}{_SUFFIX[form]}"
                yield Candidate(source.name, f"{language}/{act}/{form}", url, language)


def _redactions(source: Source, fetcher: Fetcher, act: str, language: str) -> Iterator[Candidate]:
    url = f"{source.base.rstrip('/')}/{language}/docs/{act}/history"
    answer = fetcher.fetch(Candidate(source.name, url, url, language))
    for path, day in history(answer.data or b"", act, language):
        yield Candidate(
            source.name, f"{language}/{act}/{day.isoformat()}", source.base.rstrip("/") + path, language, day
        )


def history(page: bytes, act: str, language: str) -> list[tuple[str, date]]:
    """Return (path, date) of the earlier redactions that a `/history` page lists, oldest first."""
    found: dict[str, date] = {}
    tree = lxml.html.document_fromstring(page or b"<p/>")
    table = tree.find(".//*[@id='ethernatable']")
    for link in table.iter("a") if table is not None else ():
        href = link.get("href") or ""
        prefix = f"/{language}/archive/docs/{act}/"
        when = _DATE.search(href)
        if prefix in href and when:
            found[href[href.index(prefix) :]] = date(int(when[3]), int(when[2]), int(when[1]))
    return sorted(found.items(), key=lambda item: item[1])
