"""Rebuild printed tables: logical rows out of broken lines, and the order in which a reader reads them.

A converter breaks a table in these ways, all undone here: a row goes on in later lines whose number cell is empty
(page breaks); a merged cell is printed before the number of the row that it belongs to; a row's cells fall out as
plain lines in groups between empty lines; a bracket drifts into the next cell; cells spanned from above are left out,
so that what remains of the row begins too far left. Tables whose medium marks the spans are taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models import Grammar, Passage, Segment, Span, Text

NUMBER = re.compile(r"\d{1,4}(?:[-−–.]\d{1,3})*\.?")
_SEPARATOR = re.compile(r"[ \t]*\t[ \t]*\|(?:[ \t]*\t)?[ \t]*|\t")
_RULE = re.compile(r":?-{2,}:?")
_MARK = re.compile(r"</?(?:p|br)\s*/?>")
_WRAPPED = re.compile(r"\w-")

Pieces = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `cells[column]` holds the pieces of that cell in reading order; `lines` index `Text.lines`.

    `heading` is true where one cell spans the row; it is then the only cell. `spanned` are the columns of the row that
    a cell from above covers; None where the medium does not say.
    """

    cells: tuple[Pieces, ...]
    lines: tuple[int, ...]
    heading: bool = False
    spanned: frozenset[int] | None = None

    @property
    def span(self) -> Span:
        """Return the smallest span that holds every piece."""
        pieces = [piece for cell in self.cells for piece in cell]
        return Span(min(p.start for p in pieces), max(p.stop for p in pieces)) if pieces else Span(0, 0)


def words_of(string: str, pieces: Iterable[Span]) -> str:
    """Return the pieces as one line, white space collapsed, a word that is cut at a hyphen closed."""
    out: list[str] = []
    for piece in pieces:
        line = string[piece.start : piece.stop]
        if "\n" in line or "-" in line:
            line = join(string, (piece,)).text
        words = line.split()
        if out and words and _WRAPPED.fullmatch(out[-1][-2:]) and words[0][0].islower():
            words[0] = out.pop() + words[0]
        out += words
    return " ".join(out)


def join(string: str, pieces: Sequence[Span], glued: frozenset[int] = frozenset()) -> Passage:
    """Return the pieces of `string`, in the order given, as one line; a piece in `glued` follows without a space."""
    out: list[str] = []
    segments: list[Segment] = []
    length, end = 0, -1
    for index, piece in enumerate(pieces):
        first = True
        for word in re.finditer(r"\S+", string[piece.start : piece.stop]):
            start = piece.start + word.start()
            gap = string[end:start] if 0 <= end <= start else "\n"
            tight = (first and index in glued) or ("\n" in gap and _closes(string, end, start))
            if out and not tight:
                out.append(" ")
                length += 1
            same = gap == " " and segments and not tight
            _extend(segments, length, start, len(word[0]), bool(same))
            out.append(word[0])
            length += len(word[0])
            end, first = start + len(word[0]), False
    return Passage("".join(out), tuple(segments))


def part_of(passage: Passage, start: int, stop: int) -> Passage:
    """Return characters `start:stop` of a passage as a passage."""
    segments = []
    for piece in passage.segments:
        low, high = max(piece.start, start), min(piece.start + piece.length, stop)
        if low < high:
            segments.append(Segment(low - start, piece.source + low - piece.start, high - low))
    return Passage(passage.text[start:stop], tuple(segments))


def _closes(string: str, end: int, start: int) -> bool:
    """Say whether the break of a line or a cell between two characters only cuts a hyphenated word."""
    return bool(_WRAPPED.fullmatch(string, max(end - 2, 0), max(end, 0))) and string[start].islower()


def _extend(segments: list[Segment], at: int, source: int, length: int, same: bool) -> None:
    """Add a word to the map, or lengthen the last segment where the word follows it in the same way in both."""
    if same:
        last = segments.pop()
        segments.append(Segment(last.start, last.source, at + length - last.start))
    else:
        segments.append(Segment(at, source, length))


def cells_of(text: Text, index: int) -> list[Span]:
    """Return the cells of a line by column; a column that has no cell here gets an empty span."""
    line = text.lines[index]
    if line.cells:
        width = max(cell.column for cell in line.cells) + 1
        spans = [Span(line.span.start, line.span.start)] * width
        for cell in line.cells:
            spans[cell.column] = cell.span
        return spans
    start, spans = line.span.start, []
    for match in _SEPARATOR.finditer(text.string, line.span.start, line.span.stop):
        spans.append(Span(start, match.start()))
        start = match.end()
    return [*spans, Span(start, line.span.stop)]


def is_row(text: Text, index: int) -> bool:
    """Say whether a line is printed as a row of cells."""
    line = text.lines[index]
    return bool(line.cells) or "\t" in text.string[line.span.start : line.span.stop]


def rows(text: Text, lines: Iterable[int]) -> tuple[Row, ...]:
    """Return the logical rows of a run of lines (indices into `Text.lines`; lines between them are taken too)."""
    wanted = sorted(lines)
    if not wanted:
        return ()
    run = range(wanted[0], wanted[-1] + 1)
    return _Builder(text, run).build()


def joins_tables(line: str, grammar: Grammar) -> bool:
    """Say whether a line between two tables says that the first one goes on."""
    return any(p.sets.get("joins") and p.regex.search(line) for p in grammar.patterns["furniture"])


def reading_order(text: Text, lines: Iterable[int]) -> Passage:
    """Return a table as one line in logical order: row by row, cell by cell, a merged cell in the row it opens."""
    pieces: list[Span] = []
    glued: set[int] = set()
    for row in rows(text, lines):
        for cell in _brackets(text.string, row):
            for piece in cell:
                if piece.start < 0:  # the sign that the next piece follows without a space
                    glued.add(len(pieces))
                else:
                    pieces.append(piece)
    return join(text.string, pieces, frozenset(glued))


_GLUE = Span(-1, -1)


def _brackets(string: str, row: Row) -> list[list[Span]]:
    """Return the cells with a bracket that drifted into the next cell put back before the word that it opens."""
    cells = [list(cell) for cell in row.cells]
    for left, right in pairwise(cells):
        orphan = orphan_bracket(string, right, "(", ")")
        if orphan is None:
            continue
        lone = orphan_bracket(string, left, ")", "(")
        cut = _without(right, orphan)
        if lone is not None:
            start = string.rfind(" ", 0, lone) + 1
            start = max([start, *(p.start for p in left if p.start <= lone)])
            left[:] = [*_before(left, start), Span(orphan, orphan + 1), _GLUE, *_after(left, start)]
            right[:] = cut
        elif right and orphan == right[0].start:
            right[:] = cut
    return cells


def orphan_bracket(string: str, pieces: Sequence[Span], kind: str, partner: str) -> int | None:
    """Return the place of the first bracket of a `kind` that has no partner among the pieces."""
    waiting: list[int] = []
    step = 1 if kind == "(" else -1
    order = [at for piece in pieces if piece.start >= 0 for at in range(piece.start, piece.stop)][::step]
    for at in order:
        if string[at] == kind:
            waiting.append(at)
        elif string[at] == partner and waiting:
            waiting.pop()
    return waiting[0] if waiting else None


def _without(pieces: Sequence[Span], at: int) -> list[Span]:
    return [p for p in (*_before(pieces, at), *_after(pieces, at + 1)) if p.stop > p.start]


def _before(pieces: Sequence[Span], at: int) -> list[Span]:
    return [Span(p.start, min(p.stop, at)) for p in pieces if p.start < at]


def _after(pieces: Sequence[Span], at: int) -> list[Span]:
    return [Span(max(p.start, at), p.stop) for p in pieces if p.stop > at]


class _Builder:
    """Walks the lines of one run of rows."""

    def __init__(self, text: Text, run: range) -> None:
        self.text = text
        self.run = run
        printed = [i for i in run if is_row(text, i)]
        self.width = max((c + 1 for i in printed for c, word in enumerate(self.words(i)) if word), default=1)
        self.marked = any(c.row_span > 1 or c.column_span > 1 for i in printed for c in text.lines[i].cells)
        full = [self.words(i)[0] for i in printed if len(cells_of(text, i)) >= self.width]
        numbers = sum(bool(NUMBER.fullmatch(word)) for word in full)
        self.numbered = not self.marked and numbers > 0 and numbers * 3 >= len([w for w in full if w])
        # lines whose only words were moved to another line by a repair: no space was printed there
        self.emptied = {e.span.start for e in text.edits if e.before.strip() and not e.after}
        self.done: list[Row] = []
        self.cells: list[list[Span]] = []
        self.lines: list[int] = []
        self.open = False  # a row number was seen and its row is not closed
        self.ragged = -1  # the column that plain lines fill, -1 where they are no cells
        self.covers: dict[int, int] = {}  # rows that a cell from above still covers, by column
        self.spanned: frozenset[int] | None = None

    def words(self, index: int) -> list[str]:
        return [self.text.string[s.start : s.stop].strip() for s in cells_of(self.text, index)]

    def build(self) -> tuple[Row, ...]:
        for index in self.run:
            span = self.text.lines[index].span
            if not self.text.string[span.start : span.stop].strip():
                self.ragged += self.ragged >= 0 and span.start not in self.emptied
            elif is_row(self.text, index):
                self.ragged = -1
                self.row(index)
            else:
                self.plain(index, span)
        self.close()
        return tuple(self.done)

    def plain(self, index: int, span: Span) -> None:
        """Take a line without cells: a row's number alone, a cell that fell out of its row, or a heading."""
        word = self.text.string[span.start : span.stop].strip()
        if self.numbered and NUMBER.fullmatch(word):
            self.start()
            self.fill(0, span, index)
            self.ragged = 0
        elif self.ragged >= 0:
            self.fill(self.ragged, span, index)
        else:
            self.heading(index, span)

    def row(self, index: int) -> None:
        """Take a line of cells: a rule, a heading, the beginning of a row or more of the row before."""
        spans, words = cells_of(self.text, index), self.words(index)
        if all(_RULE.fullmatch(w) or not w for w in words):
            return
        filled = [c for c, word in enumerate(words) if word]
        number = bool(NUMBER.fullmatch(words[0]))
        if filled == [0] and not number:
            self.heading(index, spans[0])
            return
        if self.marked:
            self.close()
            self.cover(index)
        shift = 0 if self.marked else max(self.width - len(words), 0)
        if not self.numbered:
            self.close()
        else:
            shift = 0 if number or not words[0] else shift
            if number or words[0] or self.another(filled):
                self.start(number)
        for column in filled:
            self.fill(column + shift, spans[column], index)

    def cover(self, index: int) -> None:
        """Note which columns of this row belong to cells that span down from above."""
        cells = self.text.lines[index].cells
        printed = {c.column + n for c in cells for n in range(c.column_span)}
        self.spanned = frozenset(c for c, left in self.covers.items() if left > 0 and c not in printed)
        self.covers = {c: left - 1 for c, left in self.covers.items() if left > 1}
        for cell in cells:
            if cell.row_span > 1:
                self.covers |= {cell.column + n: cell.row_span - 1 for n in range(cell.column_span)}

    def another(self, filled: Sequence[int]) -> bool:
        """Say whether a line without a number is a row of its own: it fills what the open row has filled already."""
        return len(filled) > 2 and 1 in filled and len(self.cells) > 1 and bool(self.cells[1])

    def start(self, number: bool = True) -> None:
        """Begin a row; cells that came before its number are its own where no row was open."""
        if self.open or not number:
            self.close()
        self.open = True

    def fill(self, column: int, span: Span, index: int) -> None:
        while len(self.cells) <= column:
            self.cells.append([])
        start = span.start
        for mark in _MARK.finditer(self.text.string, span.start, span.stop):
            self.cells[column].append(Span(start, mark.start()))
            start = mark.end()
        self.cells[column].append(Span(start, span.stop))
        self.cells[column] = [p for p in self.cells[column] if self.text.string[p.start : p.stop].strip()]
        if index not in self.lines:
            self.lines.append(index)

    def heading(self, index: int, span: Span) -> None:
        self.close()
        self.done.append(Row(((span,),), (index,), heading=True))

    def close(self) -> None:
        if any(self.cells):
            cells = tuple(tuple(cell) for cell in self.cells)
            self.done.append(Row(cells, tuple(self.lines), spanned=self.spanned))
        self.cells, self.lines, self.open = [], [], False
