"""Text that an OCR model of the wrong language read, read back by the decoder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models import Edit
from normalizers.context import Context
from normalizers.draft import Change, Places
from normalizers.verdict import find_soup

if TYPE_CHECKING:
    from normalizers.decoder import DecodedLine

_SURE = 0.9


def read_soup(context: Context) -> Iterator[Change]:
    """Read back the lines that the verdict calls soup; the decoder says how sure it is of each word."""
    soup = find_soup(context)
    if soup is None or soup.channel is None:
        return
    from normalizers.decoder import decode

    first, last = min(soup.lines), max(soup.lines)
    lines = [text if n in soup.lines or not text.strip() else "" for n, (_, text, _) in enumerate(context.lines)]
    decoded = decode(lines[first : last + 1], soup.language, soup.channel)
    for n, line in enumerate(decoded.lines, start=first):
        if n in soup.lines:
            at = context.lines[n][0]
            for edit in line.edits:
                yield Change(at + edit.raw.start, at + edit.raw.stop, edit.after, edit.confidence)
            yield from _unsure(line, at)


def _unsure(line: DecodedLine, at: int) -> Iterator[Change]:
    """Yield a change to nothing else for each word that the decoder left as it was and is not sure of."""
    places = Places([Edit(e.span, e.raw, e.after, e.before, e.method) for e in line.edits])  # back to the raw line
    for span, confidence in line.words:
        changed = any(e.span.start < span.stop and span.start < e.span.stop for e in line.edits)
        if confidence < _SURE and not changed:
            start = at + places.repaired(span.start)
            yield Change(start, start + span.stop - span.start, line.text[span.start : span.stop], confidence)
