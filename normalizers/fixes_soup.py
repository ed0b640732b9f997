"""Text that an OCR model of the wrong language read, read back by the decoder."""

from __future__ import annotations

from collections.abc import Iterator

from normalizers.context import Context
from normalizers.decoder import decode
from normalizers.draft import Change
from normalizers.verdict import find_soup


def read_soup(context: Context) -> Iterator[Change]:
    """Read back the lines that the verdict calls soup; the decoder says how sure it is of each word."""
    soup = find_soup(context)
    if soup is None or soup.channel is None:
        return
    first, last = min(soup.lines), max(soup.lines)
    lines = [text if n in soup.lines or not text.strip() else "" for n, (_, text, _) in enumerate(context.lines)]
    decoded = decode(lines[first : last + 1], soup.language, soup.channel)
    for n, line in enumerate(decoded.lines, start=first):
        if n in soup.lines:
            at = context.lines[n][0]
            for edit in line.edits:
                yield Change(at + edit.raw.start, at + edit.raw.stop, edit.after, edit.confidence)
