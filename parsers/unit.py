"""The units that the structure is read from: one paragraph, heading or table row each, with its layout."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from models import Grammar, Passage, Span, Text
from parsers.marks import NUMBERED, first, mark_of, opens_strongly
from parsers.passage import cut, passage

# Roles that readers give to what is no text of the act.
DROPPED = frozenset({"furniture", "toc", "status"})
_HEAD = 40  # no requisites stand below so many lines
_TERMINAL = re.compile(r"[.;:!?]\W*$")
_MARKUP = re.compile(r"^[*_#>\s]+|[*_\s]+$")


@dataclass(frozen=True, slots=True)
class Unit:
    """One block of the text as one line.

    `display` is True for what stands outside the column of paragraphs (centred, unindented, marked as heading),
    None where the medium does not tell. `gap` counts the empty lines before it, `lines` are its line indices.
    """

    own: Passage
    role: str
    gap: int
    display: bool | None
    table: int | None
    lines: tuple[int, ...]
    page: int
    confidence: float
    indent: float = 0.0
    bold: bool = False
    width: int = 0
    cells: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        """Return the unit's characters."""
        return self.own.text

    @property
    def finished(self) -> bool:
        """Say whether the unit ends like a sentence or a list item."""
        return bool(_TERMINAL.search(self.own.text))

    def rest(self, start: int, stop: int | None = None) -> Unit:
        """Return the unit with characters `start:stop` only."""
        return replace(self, own=cut(self.own, start, stop))


def units(text: Text, grammar: Grammar) -> tuple[Unit, ...]:
    """Return the units of a text in order, furniture left out."""
    step = _paragraph_indent(text, grammar)
    found: list[Unit] = []
    gap = 0
    for block in text.blocks:
        gap += block.gap
        if block.role in DROPPED:
            continue
        for run in _runs(text, block.first, block.last, grammar):
            unit = _unit(text, run, gap, step)
            if unit is not None:
                found.append(unit)
                gap = 0
    return tuple(found)


def _runs(text: Text, first: int, last: int, grammar: Grammar) -> Iterator[tuple[int, ...]]:
    """Yield runs of lines of one block, parted where a line opens a provision after a finished one."""
    run: list[int] = []
    for index in range(first, last + 1):
        line = text.line(index).strip()
        if not line:
            continue
        ended = bool(run) and (bool(_TERMINAL.search(text.line(run[-1]))) or _notes(text.line(run[0]), grammar))
        ended = ended or (index < _HEAD and len(run) == 1 and _dates(text.line(run[0]), grammar))
        over = text.lines[index].role == "stamp" and _ends_stamp(text, run, line, grammar)
        if run and (over or opens_strongly(line, grammar, ended)):
            yield tuple(run)
            run = []
        run.append(index)
    if run:
        yield tuple(run)


def _ends_stamp(text: Text, run: Sequence[int], line: str, grammar: Grammar) -> bool:
    """Say whether the lines so far are a whole stamp and the next one is another's, not the word "form"."""
    ends = (*grammar.patterns["stamp_end"], *grammar.patterns["stamp_approved"])
    whole = bool(run) and first(ends, text.line(run[-1])) is not None
    return whole and first(grammar.patterns["form_mark"], line) is None


def _dates(line: str, grammar: Grammar) -> bool:
    """Say whether a line is the requisites of an act: what follows is another block, full stop or not."""
    found = first(grammar.patterns["requisites"], line.strip())
    return found is not None and not line.strip()[found.end() :].strip(" .")


def _notes(line: str, grammar: Grammar) -> bool:
    return first(grammar.patterns["note"], line.strip()) is not None


def _unit(text: Text, run: Sequence[int], gap: int, step: float) -> Unit | None:
    lines = [text.lines[i] for i in run]
    head = lines[0]
    own = passage(text, [_unmarked(text.string, line.span) for line in lines])
    if not own.text:
        return None
    display: bool | None = None
    if head.role in {"heading", "title", "stamp", "requisites"} or head.align in {"center", "right"}:
        display = True
    elif step and not head.whole:
        display = head.indent < max(step - 1.5, 2)
    return Unit(
        own,
        head.role,
        gap,
        display,
        head.table,
        tuple(run),
        head.page,
        _confidence(text, own, min(line.confidence for line in lines)),
        head.indent,
        head.bold,
        max(line.span.stop - line.span.start for line in lines),
        sum(bool(cell.strip()) for cell in text.line(run[0]).split("\t")),
        text.line(run[0]).count("\t") + 1,
    )


def _unmarked(string: str, span: Span) -> Span:
    """Return the span without Markdown's marks for headings and stress at its ends."""
    piece = string[span.start : span.stop]
    start = m.end() if (m := _MARKUP.match(piece)) and len(m[0].strip()) and m.end() < len(piece) else 0
    stop = m.start() if (m := _MARKUP.search(piece, start)) and m.start() > start else len(piece)
    return Span(span.start + start, span.start + stop) if "__" not in piece else span


def _confidence(text: Text, own: Passage, lines: float) -> float:
    """Return how sure the reading of the characters is: the lines', lowered by the doubts in them."""
    if not own.segments or not text.doubts:
        return lines
    start, stop = own.segments[0].source, own.segments[-1].source + own.segments[-1].length
    first_ = bisect_left(text.doubts, start, key=lambda d: d[0].stop)
    doubt = 0.0
    for span, sure in islice(text.doubts, first_, None):
        if span.start >= stop:
            break
        doubt += (1 - sure) * max(min(span.stop, stop) - max(span.start, start), 0)
    return max(0.0, min(lines, 1 - doubt / max(stop - start, 1)))


def _paragraph_indent(text: Text, grammar: Grammar) -> float:
    """Return the indent that opens a paragraph, or 0 where the layout does not tell paragraphs from headings.

    The numbered provisions show it: they are paragraphs, whatever else stands in the column.
    """
    heads = [(text.lines[b.first], text.line(b.first).strip()) for b in text.blocks if b.table is None]
    heads = [(line, words) for line, words in heads if not line.whole]
    numbered = [line for line, words in heads if (mark := mark_of(words, grammar)) and mark.kind in NUMBERED]
    lines = numbered if len(numbered) >= 3 else [line for line, _ in heads]
    indents = Counter(round(line.indent) for line in lines)
    deep = [(n, i) for i, n in indents.items() if i >= 2]
    if not deep or sum(n for n, _ in deep) < (0.7 if lines is numbered else 0.35) * len(lines):
        return 0.0
    return float(max(deep)[1]) if any(line.indent < 2 for line, _ in heads) else 0.0
