"""Which rule made which fact: the facts of a reading with the words that each rule matched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from models import Fact, Reading

KINDS = ("positions", "categories", "deadlines", "amendments", "citations", "definitions")
PLACE = {"eid", "span", "page", "rule", "confidence", "text"}


@dataclass(frozen=True, slots=True)
class Explained:
    """One fact of a clause: its kind, the rule that made it, the words it matched, and what it says."""

    eid: str
    kind: str
    rule: str
    words: str
    confidence: float
    page: int
    start_char: int
    end_char: int
    says: dict[str, Any]


def explained(reading: Reading, eid: str | None = None) -> Iterator[Explained]:
    """Yield the facts of a clause and of what it holds, or of the whole act, in document order."""
    found: list[tuple[str, Fact]] = [(kind, fact) for kind in KINDS for fact in getattr(reading.facts, kind)]
    for kind, fact in sorted(found, key=lambda pair: (pair[1].span.start, pair[1].span.stop)):
        if eid is None or fact.eid == eid or fact.eid.startswith(f"{eid}__"):
            words = " ".join(reading.text.string[fact.span.start : fact.span.stop].split())
            says = {f.name: getattr(fact, f.name) for f in fields(fact) if f.name not in PLACE}
            told = {name: value for name, value in says.items() if value not in (None, ())}
            yield Explained(
                fact.eid, kind, fact.rule, words, fact.confidence, fact.page, fact.span.start, fact.span.stop, told
            )
