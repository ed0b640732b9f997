"""Choose, line by line, between two readings of one page: its damaged text layer and what OCR sees in its picture.

Where both show a line at the same place, the one whose words read as words is taken; the other is kept beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from models import Box, Line, LineReading, Page
from normalizers.context import WORD
from normalizers.lexicon import health

_SAME = 0.5  # of the smaller box: lines that overlap by more, both ways, stand at one place
_BETTER = 0.25  # share of words by which the reading of a line must be better than the page's own
_SOUND = 0.75  # share of words that it must have
_WORDS = 3  # a line of fewer words is too little to judge
_SIZES = 0.02  # by how much the two sizes of a page may differ


def choose_lines(base: Page, other: Page, code: str) -> Page:
    """Return page `base` with the lines that page `other` reads clearly better, and both readings of every line.

    `code` is the grammar code of the language. Rows of tables stay as they are in `base`, whose order is kept.
    """
    pairs = dict(_pairs(base, other))
    lines = list(base.lines)
    readings: list[LineReading] = []
    for at, with_ in pairs.items():
        own, theirs = base.lines[at], other.lines[with_]
        values = line_health(own.text, code), line_health(theirs.text, code)
        swap = _is_better(theirs, values[1], values[0])
        if swap:
            lines[at] = replace(own, text=theirs.text, words=theirs.words, confidence=theirs.confidence)
        readings.append(LineReading(at + 1, base.origin, own.text, values[0], not swap))
        readings.append(LineReading(at + 1, other.origin, theirs.text, values[1], swap))
    met = set(pairs.values())
    readings += [
        LineReading(None, other.origin, line.text, line_health(line.text, code), False)
        for n, line in enumerate(other.lines)
        if n not in met and line.text.strip()
    ]
    swapped = {at for at in pairs if lines[at] is not base.lines[at]}
    links = tuple(link for link in base.links if link.line not in swapped)
    return replace(base, lines=tuple(lines), links=links, readings=tuple(readings))


def line_health(text: str, code: str) -> float:
    """Return the share of words (0..1) of a line that read as words of a language; 0 where there is none."""
    words = Counter(WORD.findall(text))
    return round(health(words, code), 4) if words else 0.0


def _is_better(line: Line, mine: float, its: float) -> bool:
    return len(WORD.findall(line.text)) >= _WORDS and mine >= _SOUND and mine >= its + _BETTER


def _pairs(base: Page, other: Page) -> Iterator[tuple[int, int]]:
    """Yield the numbers of lines of two pages that stand alone at one place."""
    if not _same_size(base, other):
        return
    places = [[m for m, line in enumerate(other.lines) if _at_one_place(own, line)] for own in base.lines]
    times = Counter(m for found in places for m in found)
    for n, found in enumerate(places):
        if len(found) == 1 and times[found[0]] == 1:
            yield n, found[0]


def _same_size(base: Page, other: Page) -> bool:
    if not (base.width and base.height and other.width and other.height):
        return False
    return (
        abs(base.width - other.width) <= _SIZES * base.width and abs(base.height - other.height) <= _SIZES * base.height
    )


def _at_one_place(one: Line, two: Line) -> bool:
    if one.box is None or two.box is None or one.cells or two.cells:
        return False
    return _overlap(one.box, two.box)


def _overlap(a: Box, b: Box) -> bool:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.y1, b.y1) - max(a.y0, b.y0)
    return wide > _SAME * min(a.x1 - a.x0, b.x1 - b.x0) and high > _SAME * min(a.y1 - a.y0, b.y1 - b.y0)
