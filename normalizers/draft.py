"""A text under repair: the string as it stands and every change made to the raw text so far, always replayable."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models import Edit, Span


@dataclass(frozen=True, slots=True)
class Change:
    """Characters `start:stop` of the text as it stands become `after`; `confidence` is 0..1."""

    start: int
    stop: int
    after: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """One change against the raw text: `raw_start:raw_stop` reads `start:stop` of the text as it stands."""

    raw_start: int
    raw_stop: int
    start: int
    stop: int
    method: str
    confidence: float

    @property
    def shift(self) -> int:
        return (self.raw_stop - self.raw_start) - (self.stop - self.start)


class Draft:
    """Applies changes to a string and keeps them as edits of the raw string.

    No change may hold a line break: line `n` of the raw text stays line `n` of the repaired text.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.string = raw
        self.unsure: list[tuple[Span, float]] = []  # stretches of the raw text that stay, but are not sure to be right
        self._pieces: list[_Piece] = []

    def apply(self, changes: Iterable[Change], method: str) -> int:
        """Make the changes and return how many were made; a change over an earlier one or over a break is dropped.

        A change to what stands there already is none, but its confidence is kept.
        """
        wanted = [c for c in _disjoint(changes) if "\n" not in self.string[c.start : c.stop] + c.after]
        made = [c for c in wanted if self.string[c.start : c.stop] != c.after]
        if len(made) < len(wanted):
            kept = [c for c in wanted if self.string[c.start : c.stop] == c.after and c.confidence < 1]
            back = Places(_reversed(self._pieces))
            self.unsure += [(Span(back.repaired(c.start), back.repaired(c.stop)), c.confidence) for c in kept]
        if made:
            self._pieces = _merge(self._pieces, made, method)
            self.string = _replaced(self.string, made)
        return len(made)

    def edits(self) -> tuple[Edit, ...]:
        """Return every change as an `Edit`, ordered by its place in the raw text."""
        return tuple(
            Edit(
                Span(p.raw_start, p.raw_stop),
                Span(p.start, p.stop),
                self.raw[p.raw_start : p.raw_stop],
                self.string[p.start : p.stop],
                p.method,
                p.confidence,
            )
            for p in self._pieces
            if self.raw[p.raw_start : p.raw_stop] != self.string[p.start : p.stop]
        )


def replay(raw: str, edits: Sequence[Edit]) -> str:
    """Return the repaired text that `edits` (ordered by `raw`) make of `raw`."""
    return _replaced(raw, [Change(e.raw.start, e.raw.stop, e.after) for e in edits])


class Places:
    """Finds the place in the repaired text of a place in the raw text."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._starts = [e.raw.start for e in edits]

    def repaired(self, offset: int) -> int:
        """Return where the raw `offset` stands in the repaired text; inside a change, the nearest place in it."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return offset
        edit = self._edits[at]
        if offset >= edit.raw.stop:
            return edit.span.stop + offset - edit.raw.stop
        return min(edit.span.start + offset - edit.raw.start, edit.span.stop)


def _reversed(pieces: Sequence[_Piece]) -> list[Edit]:
    """Return the way back from the text as it stands to the raw text."""
    return [Edit(Span(p.start, p.stop), Span(p.raw_start, p.raw_stop), "", "", p.method) for p in pieces]


def _disjoint(changes: Iterable[Change]) -> list[Change]:
    kept: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.start, c.stop)):
        last = kept[-1] if kept else None
        twice = last is not None and change.start == change.stop == last.start == last.stop
        if last is None or (change.start >= last.stop and not twice):
            kept.append(change)
    return kept


def _replaced(string: str, changes: Sequence[Change]) -> str:
    parts: list[str] = []
    at = 0
    for change in changes:
        parts += (string[at : change.start], change.after)
        at = change.stop
    parts.append(string[at:])
    return "".join(parts)


def _merge(pieces: Sequence[_Piece], changes: Sequence[Change], method: str) -> list[_Piece]:
    """Return the pieces of the new text; changes and earlier pieces that meet become one piece."""
    items: list[_Piece | Change] = sorted([*pieces, *changes], key=lambda i: (i.start, i.stop))
    out: list[_Piece] = []
    to_raw = 0  # raw offset minus offset in the text before `changes`
    grown = 0  # offset in the text after `changes` minus offset before them
    at = 0
    while at < len(items):
        start, stop, first = items[at].start, items[at].stop, at
        at += 1
        while at < len(items) and items[at].start < stop:
            stop = max(stop, items[at].stop)
            at += 1
        group = items[first:at]
        raw_start, new_start = start + to_raw, start + grown
        to_raw += sum(i.shift for i in group if isinstance(i, _Piece))
        grown += sum(len(i.after) - (i.stop - i.start) for i in group if isinstance(i, Change))
        methods, confidence = _provenance(group, method)
        out.append(_Piece(raw_start, stop + to_raw, new_start, stop + grown, methods, confidence))
    return out


def _provenance(group: Sequence[_Piece | Change], method: str) -> tuple[str, float]:
    """Return the names of the fixes that made a group, in order, and the lowest confidence among them."""
    names = [name for i in group if isinstance(i, _Piece) for name in i.method.split("+")]
    if any(isinstance(i, Change) for i in group):
        names.append(method)
    return "+".join(dict.fromkeys(names)), min(i.confidence for i in group)
