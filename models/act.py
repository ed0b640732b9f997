"""An act and its clause tree, in the terms of Akoma Ntoso."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from models.text import Segment, Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Passage:
    """A one-line text and where its characters stand in the repaired text of the document.

    White space runs of the document are one space here; `segments` (ordered by `start`) map the rest.
    """

    text: str
    segments: tuple[Segment, ...] = ()

    def locate(self, start: int, stop: int) -> Span:
        """Return the smallest span of the document that holds characters `start:stop` of this passage."""
        pieces = [s for s in self.segments if s.start < stop and s.start + s.length > start]
        if not pieces:
            return self._nearest(start)
        lows = [s.source + max(start - s.start, 0) for s in pieces]
        highs = [s.source + min(stop - s.start, s.length) for s in pieces]
        return Span(min(lows), max(highs))

    def _nearest(self, start: int) -> Span:
        at = bisect_right([s.start for s in self.segments], start) - 1
        if at < 0:
            return Span(0, 0)
        end = self.segments[at].source + self.segments[at].length
        return Span(end, end)


@dataclass(frozen=True, slots=True)
class Clause:
    """One provision. `kind`, `eid` and `num` are those of contract section 2; `parent_eid` is the real parent.

    `own` is the text printed beside the number without its children, as one line with its place in the document;
    `heading` likewise. `rows` are the indices (into `Text.lines`) of the table rows that the clause holds.
    `ord` counts in document order.
    """

    eid: str
    kind: str
    ord: int
    own: Passage
    parent_eid: str | None = None
    num: str | None = None
    heading: Passage | None = None
    status: str = "in_force"
    page: int = 1
    span: Span = NOWHERE
    rows: tuple[int, ...] = ()
    confidence: float = 1.0

    @property
    def text(self) -> str:
        """Return the clause's own text as one line."""
        return self.own.text


@dataclass(frozen=True, slots=True)
class Act:
    """What an act says of itself in its header and signature, and its provisions in document order.

    `language` is `kk`, `ru` or `uz`, `script` `Cyrl` or `Latn`; dates are calendar dates; every text field is
    None where it is not printed.
    """

    act_id: str
    work_id: str
    jurisdiction: str
    language: str
    script: str
    act_type: str
    clauses: tuple[Clause, ...]
    issuer: str | None = None
    number: str | None = None
    adopted_on: date | None = None
    title: str | None = None
    registered_number: str | None = None
    registered_on: date | None = None
    signatory: str | None = None
    signatory_post: str | None = None
    commencement: str | None = None
