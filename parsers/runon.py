"""Texts whose paragraphs ran together: part them again at the numbers that count on and at the lead-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from models import Grammar
from parsers.marks import HEADED, NUMBERED, Mark, first, mark_of
from parsers.unit import Unit

_LEAD = re.compile(r"(?<=:)\s+(?=[^\s])")
_QUOTES = '"«“„'  # new text counts by itself
_MOST = 12  # more missing numbers in a row are a gap, no paragraphs that ran together
_FIRST = re.compile(r"(?<=[\w»\"”])\s(?=1\s?[-–.]|[^\W\d_]+\s1[.\s])")
_SENTENCE = re.compile(r"[.;:]\s")
_HEADING = 700
_WORDS = re.compile(r'["«“]?[^\W\d_]')
_HEAD = 60  # no act has more units above its body


def spread(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return the units with the enacting word at the end of its unit, also where the first point ran into it."""
    for index, unit in enumerate(units[:_HEAD]):
        if unit.table is not None or mark_of(unit.text, grammar):
            continue
        found = first(grammar.patterns["enacting"], unit.text)
        if found and found.end() < len(unit.text):
            rest = replace(unit.rest(found.end()), gap=0)
            return [*units[:index], unit.rest(0, found.end()), *_points(rest, grammar), *units[index + 1 :]]
        if found:
            break
    return list(units)


def part_headings(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return the units with the first chapter parted from the heading of the document that it ran into."""
    found: list[Unit] = []
    for unit in units:
        cuts = _FIRST.finditer(unit.text) if unit.table is None and len(unit.text) < _HEADING else ()
        cut = next((m.start() for m in cuts if _opens_first(unit.text[m.end() :], grammar)), 0)
        whole = not cut or mark_of(unit.text, grammar) or _SENTENCE.search(unit.text, 0, cut)
        found += [unit] if whole else [unit.rest(0, cut), replace(unit.rest(cut), gap=0)]
    return found


def _opens_first(text: str, grammar: Grammar) -> bool:
    mark = mark_of(text, grammar)
    return mark is not None and mark.kind in ("section", "chapter") and mark.number == "1" and len(text) > mark.end


def number_first(units: Sequence[Unit], marks: list[Mark | None], start: int, grammar: Grammar) -> None:
    """Mark the first point of a body that begins at `start` where its number is lost: the next number is 2."""
    at = start
    while at < len(units) and first(grammar.patterns["note"], units[at].text):
        at += 1
    following = next((m for m in marks[at:] if m is not None), None)
    second = following is not None and following.kind == "paragraph" and following.value == (2,)
    plain = second and marks[at] is None and units[at].table is None and units[at].finished
    if plain and _WORDS.match(units[at].text):
        marks[at] = Mark("paragraph", "para", "1", "", 0)


def fill_gaps(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return the units with points parted that ran into the one before; the next number proves them missing."""
    found: list[Unit] = []
    last: dict[str, int] = {}
    since = 0  # the first unit in which missing numbers may stand
    marks = [mark_of(unit.text.lstrip(_QUOTES), grammar) if unit.table is None else None for unit in units]
    forms = frozenset(form for level in grammar.levels for form in level.forms)
    for index, (unit, mark) in enumerate(zip(units, marks, strict=True)):
        if mark is not None and not _is_heading(unit, mark, marks[index + 1 : index + 4]):
            if mark.kind in NUMBERED and mark.value:
                expected, value = last.get(mark.kind, 0) + 1, mark.value[0]
                if expected < value <= expected + _MOST:
                    found[since:] = _parted(found[since:], mark.kind, range(expected, value), forms)
                last[mark.kind] = value
            since = len(found)
            last = {} if mark.kind in HEADED else {k: n for k, n in last.items() if k in ("paragraph", mark.kind)}
        found.append(unit)
    return found


def _is_heading(unit: Unit, mark: Mark, following: Sequence[Mark | None]) -> bool:
    """Say whether "2. Heading" is a chapter of the older style: the next point does not count on from it."""
    if mark.kind != "paragraph" or unit.finished or len(unit.text) > 200 or not mark.value:
        return False
    next_ = next((m for m in following if m is not None), None)
    return next_ is not None and next_.kind == "paragraph" and next_.value[:1] != (mark.value[0] + 1,)


def _parted(units: list[Unit], kind: str, numbers: range, forms: frozenset[str]) -> list[Unit]:
    """Return the units parted at the numbers, if all of them stand there in order; else as they are.

    A number after the name of a level (one of `forms`) is cited, not printed: "points 1) and 2)".
    """
    close = r"\." if kind == "paragraph" else r"\)"
    out: list[Unit] = []
    waiting = list(numbers)
    for unit in units:
        start = at = 0
        while waiting and unit.table is None:
            cut = re.compile(rf"(?<=[^\W\d_]|[.;:,)»\"”])\s+(?={waiting[0]}{close}\s+[^\W_])").search(unit.text, at)
            if cut is None or unit.text[at : cut.start()].lower().split(" ")[-1] in forms:
                break
            out.append(unit.rest(start, cut.start()))
            start = at = cut.end()
            waiting.pop(0)
        out.append(unit.rest(start) if start else unit)
    return units if waiting else out


def _points(unit: Unit, grammar: Grammar) -> Iterator[Unit]:
    for point in _parts(unit, r"(?:^|(?<=[.;»\"”]))\s*{0}\.\s(?=\S)"):
        announced = first(grammar.patterns["amending"], point.text)
        if announced is None:
            yield from _parts(point, r"(?<=[:;])\s*{0}\)\s")
            continue
        at = point.text.find(":", announced.end()) + 1 or len(point.text)
        yield point.rest(0, at)
        yield from _leads(point.rest(at))


def _parts(unit: Unit, mark: str) -> Iterator[Unit]:
    """Yield the parts of a unit that begin with the numbers 1, 2, 3 and so on."""
    start, at, number = 0, 0, 1
    while found := re.compile(mark.format(number)).search(unit.text, at):
        if found.start() > start:
            yield unit.rest(start, found.start())
        start, at, number = found.start(), found.end(), number + 1
    yield unit.rest(start)


def _leads(unit: Unit) -> Iterator[Unit]:
    """Yield the lead-ins and commands before a quotation, each by itself, the last one with the quotation."""
    quote = min((at for at in map(unit.text.find, '"«“') if at >= 0), default=len(unit.text))
    start = 0
    for found in _LEAD.finditer(unit.text, 0, max(quote - 1, 0)):
        yield unit.rest(start, found.start())
        start = found.end()
    if start < len(unit.text):
        yield unit.rest(start)
