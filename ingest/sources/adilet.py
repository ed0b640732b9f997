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
            today: date | None = None
            if source.redactions and fetcher is not None:
                page = _history_page(source, fetcher, act, language)
                for path, day in history(page, act, language):
                    key, url = f"{language}/{act}/{day.isoformat()}", source.base.rstrip("/") + path
                    yield Candidate(source.name, key, url, language, day)
                today = current_date(page, act, language)
            for form in source.formats or ("html",):
                url = f"{source.base.rstrip('/')}/{language}/docs/{act}{_SUFFIX[form]}"
                yield Candidate(source.name, f"{language}/{act}/{form}", url, language, today)


def _history_page(source: Source, fetcher: Fetcher, act: str, language: str) -> bytes:
    url = f"{source.base.rstrip('/')}/{language}/docs/{act}/history"
    return fetcher.fetch(Candidate(source.name, url, url, language)).data or b""


def history(page: bytes, act: str, language: str) -> list[tuple[str, date]]:
    """Return (path, date) of the earlier redactions that a `/history` page lists, oldest first."""
    found: dict[str, date] = {}
    for link in _links(page):
        href = link.get("href") or ""
        prefix = f"/{language}/archive/docs/{act}/"
        when = _DATE.search(href)
        if prefix in href and when:
            found[href[href.index(prefix) :]] = _day(when)
    return sorted(found.items(), key=lambda item: item[1])


def current_date(page: bytes, act: str, language: str) -> date | None:
    """Return the date that a `/history` page prints beside the current redaction, or None where it prints none.

    Without it the current text would be dated by its notes, which name the amending act's day and not the day of entry
    into force, and could seem older than an earlier redaction.
    """
    for link in _links(page):
        if (link.get("href") or "").split(";")[0].endswith(f"/{language}/docs/{act}"):
            row = next(link.iterancestors("tr"), link)
            for place in (link, row):
                if when := _DATE.search(place.text_content()):
                    return _day(when)
    return None


def _links(page: bytes) -> list[lxml.html.HtmlElement]:
    table = lxml.html.document_fromstring(page or b"<p/>").find(".//*[@id='ethernatable']")
    return list(table.iter("a")) if table is not None else []


def _day(when: re.Match[str]) -> date:
    return date(int(when[3]), int(when[2]), int(when[1]))
