"""The Uzbek portal (lex.uz): pages of acts and their dated redactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ingest.sources.fetch import Fetcher
from models import SourceError
from models.sync import Candidate, Source

ACT_ID = re.compile(r"-?\d+")  # the sign is part of the identifier
_ON_DATE = re.compile(r"(-?\d+)@(\d{4}-\d{2}-\d{2})")


def discover(source: Source, fetcher: Fetcher | None = None) -> Iterator[Candidate]:
    """Yield the declared acts in each language; `-6257288@2023-01-31` names the redaction of that day."""
    for act in source.acts:
        dated = _ON_DATE.fullmatch(act)
        if not dated and not ACT_ID.fullmatch(act):
            raise SourceError(
                act, "is no identifier of the portal", "Take it from the act's address, such as -6257288."
            )
        number = dated[1] if dated else act
        day = date.fromisoformat(dated[2]) if dated else None
        for language in source.languages or ("uz",):
            url = f"{source.base.rstrip('/')}/{language}/docs/{number}"
            if day:
                url += f"?ONDATE={day:%d.%m.%Y}"
            yield Candidate(source.name, f"{language}/{act}", url, language, day)
