"""Texts whose paragraphs ran together: part them again at the numbers that count on and at the lead-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from models import Grammar
from parsers.marks import first, mark_of
from parsers.unit import Unit

_LEAD = re.compile(r"(?<=:)\s+(?=[^\s])")
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
