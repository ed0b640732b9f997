"""Text that an OCR model of the wrong language read, read back by the decoder."""

from __future__ import annotations

from collections.abc import Iterator

from normalizers.context import Context
from normalizers.decoder import decode, score_channels
from normalizers.draft import Change
from normalizers.verdict import Damage, find_soup

_SAMPLE = 60
_HEALTHY = "healthy"


def read_soup(context: Context) -> Iterator[Change]:
    """Read back the lines that the verdict calls soup; the decoder says how sure it is of each word."""
    soup = find_soup(context)
    if soup is None:
        return
    channel, language = soup_channel(context, soup)
    if channel is None:
        return
    first, last = min(soup.lines), max(soup.lines)
    lines = [text if n in soup.lines or not text.strip() else "" for n, (_, text, _) in enumerate(context.lines)]
    decoded = decode(lines[first : last + 1], language, channel)
    for n, line in enumerate(decoded.lines, start=first):
        if n in soup.lines:
            at = context.lines[n][0]
            for edit in line.edits:
                yield Change(at + edit.raw.start, at + edit.raw.stop, edit.after, edit.confidence)


def soup_channel(context: Context, soup: Damage) -> tuple[str | None, str | None]:
    """Return the channel and the language that explain the damaged lines best; None where no damage explains them."""
    sample = [context.lines[n][1] for n in sorted(soup.lines)][:_SAMPLE]
    told = next((code for code in context.codes if context.told in (code, code.split("-")[0])), None)
    scores = score_channels(sample, told)
    if not scores or scores[0].channel == _HEALTHY:
        return None, None
    return scores[0].channel, scores[0].language
