"""Paragraph assembly: wrapped lines joined into blocks by indent, gaps, markers, sentence ends and line width."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from models import Block, Grammar, TextLine
from normalizers.characters import tables

# No line of a printed page holds more characters; longer lines are whole paragraphs.
_PRINTED_WIDTH = 175
_MARKER = re.compile(
    r"[\"\u201c\u00ab\u201e]?\(?(?:\d{1,3}(?:[-.]\d{1,3})*|[^\W\d_])[.)](?=\s|$)|[-\u2013\u2014\u2022*]\s"
)
_USUAL_SIZE = 12.0  # points
_OTHER_TYPE = 1.15  # a change of type size that parts a heading from the text below it
_NUMBER = re.compile(r"\d+(?:-\d+)*")
_NARROW_COLUMN = 50  # a table column, where a number after a gap is a cell of its own
_DEEP, _EVEN = 6.0, 4.0  # letters: the least indent of a centred line, and how far its two sides may differ
_CLOSERS = "\"\u201d\u00bb\u2019')]"
_ENDS = ".;:!?"
_HANGS = "-\u2010\u2011\u2116(\u00ab\u201c\u201e,"


@dataclass(frozen=True, slots=True)
class _Row:
    """One line as the joining rules see it; `width` is that of the lines around it.

    The measure of a line is how far it goes to the right where the medium says so, else how long its letters make it.
    """

    index: int
    text: str
    line: TextLine
    measure: float
    width: float = 0.0
    opens: bool = False

    @property
    def scale(self) -> float:
        """The size of the type, 1.0 where the medium does not say."""
        return (self.line.size or _USUAL_SIZE) / _USUAL_SIZE

    @property
    def first_word(self) -> float:
        """The width of the first word."""
        return _measure(self.text.split(maxsplit=1)[0]) * self.scale


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the document sets paragraphs: the indent that opens one (0: none), and whether this one was opened so."""

    step: float
    indented: bool

    @property
    def slack(self) -> float:
        """The share of the width that may be left at the end of a line that the next one continues with a capital."""
        if not self.step:
            return 0.15
        return 0.3 if self.indented else 0.05


def assemble(lines: Sequence[TextLine], string: str, grammar: Grammar | None) -> tuple[Block, ...]:
    """Return the blocks of the text: every line that is not empty stands in exactly one, in order."""
    rows = _rows(lines, string, _opener(grammar))
    step = _paragraph_indent(rows)
    blocks: list[Block] = []
    before: _Row | None = None
    indented = False
    for row in rows:
        gap = row.index - (before.index + 1 if before else 0)
        if before is not None and _joins(before, row, gap, _Layout(step, indented)):
            last = blocks[-1]
            blocks[-1] = Block(last.first, row.index, last.role, last.table, last.gap)
        else:
            blocks.append(Block(row.index, row.index, row.line.role, row.line.table, gap))
            indented = bool(step) and row.line.indent >= max(step - 1.5, 2)
        before = row
    return tuple(blocks)


def _opener(grammar: Grammar | None) -> Callable[[str], bool]:
    """Return a test for lines that look like the beginning of a provision."""
    patterns = [p.regex for level in grammar.levels for p in level.opens] if grammar else []

    def opens(text: str) -> bool:
        return bool(_MARKER.match(text)) or any(p.match(text) for p in patterns)

    return opens


def _rows(lines: Sequence[TextLine], string: str, opens: Callable[[str], bool]) -> list[_Row]:
    rows: list[_Row] = []
    for index, line in enumerate(lines):
        text = string[line.span.start : line.span.stop].strip()
        if text:
            alone = line.whole or line.table is not None or len(text) > _PRINTED_WIDTH or "\t" in text
            size = (line.size or _USUAL_SIZE) / _USUAL_SIZE
            printed = _measure(text) * size if line.reach is None else line.reach
            measure = float(len(text)) if alone else printed
            rows.append(_Row(index, text, line, measure, 0.0, opens(text)))
    return _with_widths(rows)


def _measure(text: str) -> float:
    """Return the width of a text in mean letters of a proportional type face."""
    widths = tables()["widths"]
    return len(text) + 0.4 * (sum(map(text.count, widths["wide"])) - sum(map(text.count, widths["narrow"])))


def _with_widths(rows: Sequence[_Row]) -> list[_Row]:
    """Give each row the width of its column: of its own run of lines, or of the lines around a short run."""
    in_lines = [row for row in rows if not _in_table(row)]
    runs = [[row for _, row in group] for _, group in groupby(enumerate(in_lines), key=lambda r: r[1].index - r[0])]
    flat = [row.measure for row in in_lines]
    widths: dict[int, float] = {}
    for run in runs:
        own = max(row.measure for row in run)
        near = sorted(flat[max(len(widths) - 20, 0) : len(widths) + len(run) + 20])
        around = near[int(0.9 * (len(near) - 1))]
        width = own if len(run) >= 3 or own > around else around
        widths |= {row.index: width for row in run}
    return [_centred(replace(row, width=widths.get(row.index, row.measure))) for row in rows]


def _centred(row: _Row) -> _Row:
    """Measure a line that stands in the middle by its length: what is free is the room on both of its sides."""
    left, right = row.line.indent, row.width - row.measure
    if row.line.reach is None or left < _DEEP or abs(left - right) > _EVEN:
        return row
    return replace(row, measure=row.measure - left)


def _in_table(row: _Row) -> bool:
    """Say whether a line is a row of a table, which is no measure for the lines of text around it."""
    return row.line.table is not None or "\t" in row.text


def _paragraph_indent(rows: Sequence[_Row]) -> float:
    """Return the indent that opens a paragraph, or 0 where paragraphs are not told by their indent."""
    indents = Counter(round(r.line.indent) for r in rows if not r.line.whole)
    total = sum(indents.values())
    deep = [(count, indent) for indent, count in indents.items() if indent >= 2]
    if not deep or sum(n for i, n in indents.items() if i < 2) < 0.2 * total:
        return 0.0
    count, indent = max(deep)
    return float(indent) if count >= 0.04 * total else 0.0


def _joins(before: _Row, row: _Row, gap: int, layout: _Layout) -> bool:
    """Say whether a line goes on with the paragraph of the line before it."""
    if before.line.role != row.line.role or _is_form(before, row):
        return False
    if _stands_alone(before) or _stands_alone(row):
        return not gap and _goes_over(before, row)
    if row.text[0] in ",;.:)" and not row.text.startswith(("...", ". ")):
        return gap <= 4
    finished = before.text.rstrip(_CLOSERS)[-1:] in _ENDS
    room = (before.width - before.measure - row.first_word - 0.6) / max(before.width, 1.0)
    if max(before.scale, row.scale) > _OTHER_TYPE * min(before.scale, row.scale):
        return False
    if before.line.align == row.line.align == "center":
        return not gap and not finished and not row.opens and _one_heading(before, row)
    step = layout.step
    if step and row.line.indent >= max(step - 1.5, 2):
        goes_on = not gap and not finished and not row.opens
        hung = before.opens and before.line.indent > row.line.indent + 0.5 > step + 2  # a centred heading of two lines
        return goes_on and (hung or (row.text[0].islower() and room < 0.05))
    if not step and row.line.indent > before.line.indent + 1.5:
        return False
    if row.opens and (finished or room > 0.12):
        return False
    return _continues(before, row, gap, layout, finished, room)


def _one_heading(before: _Row, row: _Row) -> bool:
    """Say whether two centred lines are of one heading: not in capitals and small letters, not past an act's number."""
    if before.line.bold != row.line.bold or before.text.isupper() != row.text.isupper():
        return False
    return not (any(map(str.isdigit, before.text.split()[-1])) and row.text[0].isupper())


def _is_form(before: _Row, row: _Row) -> bool:
    """Say whether a line is a ruled blank to be filled in, or what stands in brackets under one."""
    return row.text.startswith("__") or (before.text.endswith("__") and row.text.startswith("("))


def _stands_alone(row: _Row) -> bool:
    line = row.line
    return line.whole or line.table is not None or len(row.text) > _PRINTED_WIDTH or "\t" in row.text


def _goes_over(before: _Row, row: _Row) -> bool:
    """Say whether a paragraph in one line was broken in its middle, as old files break at links to other acts."""
    plain = all(not r.line.whole and r.line.table is None and "\t" not in r.text for r in (before, row))
    long = len(before.text) > _PRINTED_WIDTH
    return plain and long and before.text[-1].isalnum() and row.text[0].islower() and not row.opens


def _continues(before: _Row, row: _Row, gap: int, layout: _Layout, finished: bool, room: float) -> bool:
    """Judge by how the line before ends, how this one begins, and whether its first word had room up there."""
    first = row.text.lstrip('("\u00ab\u201c\u201e\u2116 ')[:1]
    small = first.islower() or first.isdigit()
    if before.text[-1] in _HANGS and room < 0.5 and gap <= 4 and (not gap or first.islower() or room < 0.1):
        return True
    if finished:
        listed = not layout.step and before.text.rstrip(_CLOSERS)[-1:] in ":;"  # the next item stands below
        return not gap and room <= 0.02 and (small or layout.indented) and not listed
    if gap:
        if first.isdigit() and (before.width < _NARROW_COLUMN or _NUMBER.fullmatch(row.text)):
            return False
        return gap <= 4 and room < 0.2 and (small or (layout.indented and gap >= 2 and room < 0.04))
    return room < (0.45 if small else layout.slack)
