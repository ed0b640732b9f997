"""One-line passages of the repaired text: build, cut and join, with every character's place kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from models import Passage, Segment, Span, Text

# Runs of white space, and Markdown's marks of stress, which print nothing.
_GAP = re.compile(r"\s*\*{2,3}\s*|\s{2,}|[^\S \n\t\x1f\xa0]")
_BLANK = dict.fromkeys(map(ord, "\n\t\x1f\xa0"), " ")
EMPTY = Passage("")


def passage(text: Text, spans: Iterable[Span]) -> Passage:
    """Return the characters of `spans` as one line; a run of white space is one space."""
    return join([_piece(text.string, span) for span in spans])


def join(parts: Iterable[Passage]) -> Passage:
    """Return the passages one after the other, parted by a space; empty ones leave no trace."""
    strings: list[str] = []
    segments: list[Segment] = []
    at = 0
    for part in parts:
        if not part.text:
            continue
        at += bool(strings)
        strings.append(part.text)
        segments += [Segment(s.start + at, s.source, s.length) for s in part.segments]
        at += len(part.text)
    return Passage(" ".join(strings), tuple(segments))


def cut(whole: Passage, start: int, stop: int | None = None) -> Passage:
    """Return characters `start:stop` of a passage without outer spaces."""
    stop = len(whole.text) if stop is None else stop
    piece = whole.text[start:stop]
    start += len(piece) - len(piece.lstrip(" "))
    stop = start + len(piece.strip(" "))
    segments = []
    for s in whole.segments:
        low, high = max(s.start, start), min(s.start + s.length, stop)
        if low < high:
            segments.append(Segment(low - start, s.source + low - s.start, high - low))
    return Passage(whole.text[start:stop], tuple(segments))


def bounds(parts: Sequence[Passage]) -> Span:
    """Return the smallest span of the document that holds all the passages."""
    starts = [s.source for part in parts for s in part.segments]
    stops = [s.source + s.length for part in parts for s in part.segments]
    return Span(min(starts), max(stops)) if starts else Span(0, 0)


def _piece(string: str, span: Span) -> Passage:
    """Return one span as a passage: single white space becomes a space, longer runs part two segments."""
    strings: list[str] = []
    segments: list[Segment] = []
    at, low, spaced = 0, span.start, False
    stops = [(m.start(), m.end()) for m in _GAP.finditer(string, span.start, span.stop)] + [(span.stop, span.stop)]
    for stop, following in stops:
        raw = string[low:stop]
        body = raw.strip()
        if body:
            source = low + len(raw) - len(raw.lstrip())
            if strings and spaced:
                strings.append(" ")
                at += 1
            strings.append(body.translate(_BLANK))
            segments.append(Segment(at, source, len(body)))
            at += len(body)
            spaced = False
        spaced = spaced or raw[-1:].isspace() or any(c.isspace() for c in string[stop:following])
        low = following
    return Passage("".join(strings), tuple(segments))
