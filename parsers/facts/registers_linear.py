"""Registers of posts whose table fell apart into lines: titles and labels in the order of the page, not of the rows.

The labels of links and steps are printed at the height of their cells, so they stand before, inside or after the titles
that they belong to. Titles of one cell are apart by semicolons and its last has none: that is where cells end.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from models import Grammar, Span, Text
from parsers.facts.positions_table import Found
from parsers.facts.positions_titles import Titles, tidy
from parsers.facts.registers import Cell, block_of_line, is_sphere, link_of, positions_of, step_key, step_of
from parsers.tables import is_row, join, part_of, words_of

_AHEAD = 7  # lines that the heading of a group may run over
_HYPHEN = re.compile(r"[-−–]")


@dataclass(slots=True)
class Item:
    """One title or heading of a group as printed, over several lines; `closed` where a semicolon ends it."""

    pieces: list[Span]
    closed: bool = False


@dataclass(slots=True)
class Label:
    """A label of a link or a step, printed inside item `at`, or before it."""

    value: str
    at: int
    inside: bool
    printed: str = ""


@dataclass(slots=True)
class Section:
    """The items under one heading of a block or sphere."""

    block: str
    sphere: int
    items: list[Item] = field(default_factory=list)
    steps: list[Label] = field(default_factory=list)
    links: list[Label] = field(default_factory=list)


def register_starts(text: Text, grammar: Grammar) -> list[int]:
    """Return the lines after which registers in running lines begin: their printed header, or their first block."""
    starts: list[int] = []
    header = False
    for index, line in enumerate(text.lines):
        if is_row(text, index) or line.span.start == line.span.stop:
            continue
        phrase = tidy(text.line(index))
        if any(p.regex.search(phrase) for p in grammar.patterns["position_register"]):
            starts.append(index + 1)
            header = True
        elif (block := block_of_line(phrase, grammar)) and block[0] == "A":
            if not header:
                starts.append(index)
            header = False
    return starts


def find_in_lines(text: Text, first: int, last: int, grammar: Grammar) -> list[Found]:
    """Return the positions of a register in running lines `first` to `last`."""
    sections = _Reader(text, grammar).read(first, last)
    cells = [cell for section in sections for cell in _cells(text, section, grammar)]
    return positions_of(text, [c for c in cells if c.items], grammar, "register, running lines")


class _Reader:
    """Reads lines into sections of items and labels."""

    def __init__(self, text: Text, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.titles = Titles(grammar)
        letters = "".join(k for k, v in grammar.maps["code_letters"].items() if v in "ABCD") + "ABCD"
        self.label = re.compile(
            rf"\s*(?:(?P<link>[{letters}]\d)(?:\s+(?P<step>\d(?:[-−–]\d)?))?(?=\s|$)"
            rf"|(?P<whole>[{letters}](?=\s*$)|D(?=\s+\w))|(?P<lone>\d(?:[-−–]\d)?)(?=\s|$))\s*"
        )
        self.sections = [Section("", 0)]
        self.width = 0

    def read(self, first: int, last: int) -> list[Section]:
        lines = [i for i in range(first, last + 1) if self.text.line(i).strip()]
        lengths = sorted(len(self.text.line(i).strip()) for i in lines)
        self.width = lengths[len(lengths) * 95 // 100] if lengths else 0
        worded = [i for i in lines if self.words_from(i) < self.text.lines[i].span.stop]
        for index in lines:
            place = bisect_left(worded, index)
            self.line(index, worded[place : place + _AHEAD])
        return self.sections

    def words_from(self, index: int) -> int:
        """Return where the words of a line begin, after its labels."""
        span = self.text.lines[index].span
        match = self.labelled(span)
        return max(match.end(), span.start) if match else span.start

    def labelled(self, span: Span) -> re.Match[str] | None:
        """Return the labels at the beginning of a line.

        A bare digit before small letters is a label only where it is the step that follows, else a number of the text.
        """
        match = self.label.match(self.text.string, span.start, span.stop)
        rest = self.text.string[match.end() : span.stop] if match else ""
        if not match or len(match["lone"] or "") != 1 or not rest or rest[0].isupper():
            return match
        steps = [step_key(label.value)[0] for label in self.sections[-1].steps[-1:]] or [0]
        return match if rest[0].islower() and int(match["lone"]) - steps[0] in {1, 2} else None

    def line(self, index: int, ahead: Sequence[int]) -> None:
        """Take one line: a heading, labels, words of a title."""
        span = self.text.lines[index].span
        phrase = tidy(self.text.line(index))
        block = block_of_line(phrase, self.grammar)
        now = self.sections[-1]
        if block:
            sphere = now.sphere + 1 if block[0] == now.block or not now.block else now.sphere
            self.sections.append(Section(block[0], sphere))
            return
        if is_sphere(phrase, self.grammar):
            self.sections.append(Section(now.block, now.sphere + 1))
            return
        match = self.labelled(span)
        start = span.start
        if match and match.end() > span.start:
            self.labels(match)
            start = match.end()
        if self.text.string[start : span.stop].strip():
            self.words(Span(start, span.stop), ahead)

    def labels(self, match: re.Match[str]) -> None:
        """Note the labels of a line; whether they stand inside a title is known when more of it follows."""
        section = self.sections[-1]
        at = len(section.items)
        link = match["link"] or match["whole"]
        if link and (name := link_of(link, self.grammar)):
            section.links.append(Label(name, at, False, link))
        step = step_of(match["step"] or match["lone"] or "")
        if step:
            section.steps.append(Label(step, at, False))

    def words(self, span: Span, ahead: Sequence[int]) -> None:
        """Add the words of a line to the open item or to new ones; semicolons end items."""
        section = self.sections[-1]
        if section.items and not self.starts(section.items[-1], span, ahead):
            for label in (*section.links, *section.steps):
                if label.at == len(section.items):
                    label.at, label.inside = label.at - 1, True
        else:
            section.items.append(Item([]))
        for piece, closed in self.pieces(span):
            if section.items[-1].closed:
                section.items.append(Item([]))
            section.items[-1].pieces.append(piece)
            section.items[-1].closed = closed

    def pieces(self, span: Span) -> Iterator[tuple[Span, bool]]:
        """Yield the stretches of a line up to each semicolon, and whether one ends it."""
        at = span.start
        while (stop := self.text.string.find(";", at, span.stop)) >= 0:
            yield Span(at, stop), True
            at = stop + 1
        if self.text.string[at : span.stop].strip():
            yield Span(at, span.stop), False

    def starts(self, item: Item, span: Span, ahead: Sequence[int]) -> bool:
        """Say whether a line begins a new title after an item."""
        line = self.text.string[span.start : span.stop].strip()
        if item.closed:
            return not line.startswith(";")
        before = words_of(self.text.string, item.pieces)
        if before.endswith(":"):
            return self.titles.group(before[:-1]) is not None
        if self.titles.begins(before, line) or (line[0].isupper() and self.group_ahead(ahead)):
            return True
        loose = before.endswith((",", "-", "(")) or before.count("(") > before.count(")") or not line[0].isupper()
        return not loose and not self.titles.leads and self.forced(item, line)

    def forced(self, item: Item, line: str) -> bool:
        """Say whether the line before was ended although the next word had room."""
        last = item.pieces[-1]
        used = len(self.text.string[last.start : last.stop].strip())
        return used + 1 + len(_HYPHEN.split(line.split(maxsplit=1)[0])[0]) < self.width

    def group_ahead(self, ahead: Sequence[int]) -> bool:
        """Say whether the heading of a group begins at this line and goes on to a colon."""
        spans = [Span(self.words_from(i), self.text.lines[i].span.stop) for i in ahead]
        for count in range(1, len(spans) + 1):
            phrase = words_of(self.text.string, spans[:count])
            if ":" in phrase:
                return self.titles.group(phrase[: phrase.index(":")]) is not None
            if ";" in phrase:
                return False
        return False


def _cells(text: Text, section: Section, grammar: Grammar) -> list[Cell]:
    """Return the cells of a section: begun by headings of groups and by labels of steps."""
    if not section.items:
        return []
    titles = Titles(grammar)
    passages = [join(text.string, item.pieces) for item in section.items]
    groups: dict[int, Mapping[str, str]] = {}
    for index, passage in enumerate(passages):
        colon = passage.text.find(":")
        group = titles.group(passage.text[:colon]) if colon >= 0 else None
        if group is not None:
            groups[index] = group
    graded = min((i for i, g in groups.items() if "step" in g), default=len(passages))
    starts: dict[int, str | None] = {index: group.get("step") for index, group in groups.items()}
    starts |= _labelled(section, graded)
    starts.setdefault(0, None)
    bounds = [*sorted(starts), len(passages)]
    cells: list[Cell] = []
    for start, stop in pairwise(bounds):
        cell = Cell(section.block, section.sphere, step=starts[start], carried=True, fresh=start in groups)
        cell.default = groups.get(start, {}).get("link")
        link = next((label for label in section.links if start <= label.at < stop), None)
        cell.link, cell.label = (link.value, link.printed) if link else (None, "")
        cell.printed_step = any(label.value == cell.step and start <= label.at < stop for label in section.steps)
        for index in range(start, stop):
            words = passages[index].text
            if index not in groups or tidy(words[words.find(":") :]):
                cell.items += [part_of(passages[index], a, b) for a, b in titles.items(words)]
        cells.append(cell)
    return cells


def _labelled(section: Section, limit: int) -> dict[int, str | None]:
    """Return the items that begin the cells of the printed steps before `limit`.

    A cell begins at its label or, where the title before the label goes on with a semicolon, further back: after the
    last title that nothing ends.
    """
    starts: dict[int, str | None] = {}
    least = 0
    for number, label in enumerate(s for s in section.steps if s.at < limit):
        bound = min(label.at, len(section.items) - 1)
        back = range(bound, least - 1, -1)
        start = next((s for s in back if s == 0 or not section.items[s - 1].closed), bound)
        if number == 0:
            start = 0
        starts[min(max(start, least), len(section.items) - 1)] = label.value
        least = max(start, bound) + 1 if label.inside else max(start, least) + 1
    return starts
