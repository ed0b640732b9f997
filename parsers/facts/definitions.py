"""Defined terms: "(hereinafter - X)" and the printed phrase before the bracket."""

from __future__ import annotations

import re

from models import Definition
from parsers.facts.mentions import Memory, Mention, define, find_mentions
from parsers.facts.view import Found, Source, View, fold

_ENDS = re.compile(r"[;:]|\.\s|\)\s*(?=,)")
_WHOLLY_QUOTED = re.compile(r'^[«“„"]([^«»“”„"]*)[»”“"]$')
_QUOTE_MARK = re.compile(r'[«»“”„"]')
_BOTH, _NEAR, _STEM = 2, 14, 5
_LIST_NUMBER = re.compile(r"^\s*(?:\d+(?:-\d+)*[.)]|[-•])\s*")


def find_definitions(view: View, source: Source, memory: Memory) -> list[Definition]:
    """Return the definitions of a clause; terms that stand for acts go into `memory`."""
    found = sorted(source.matches("definition", view.folded), key=lambda f: f.start)
    if not found:
        return []
    mentions = find_mentions(view, source, memory)
    made = []
    floor = 0
    for one in found:
        where = one.span("term")
        if where is None or where[0] < floor:
            continue
        start, stop = _meaning(one, view, source, floor, mentions)
        for term in _terms(view.text[slice(*where)]):
            place = source.place(view, start, one.stop, 0.95)
            meaning = view.text[start:stop].strip().rstrip(",")
            made.append(
                Definition(
                    eid=place.eid,
                    span=place.span,
                    page=place.page,
                    confidence=place.confidence,
                    rule=one.rule,
                    term=term,
                    meaning=meaning,
                )
            )
            act = next((m.act for m in reversed(mentions) if m.names and start <= m.start < stop + 1), None)
            if act or _own([m for m in mentions if not _called(m, term, view, source)], start, stop, view, source):
                define(view, source, memory, term, (start, stop), act)
        floor = one.stop
    return made


def _terms(printed: str) -> list[str]:
    term = printed.strip().rstrip(".;,").strip()
    term = _WHOLLY_QUOTED.sub(r"\1", term)
    if len(_QUOTE_MARK.findall(term)) == 1:  # half of a pair
        term = term.strip('«»“”„"')
    return [term.strip()] if term.strip() else []


def _called(mention: Mention, term: str, view: View, source: Source) -> bool:
    """Return whether "these Rules of X" is what the term stands for: it is called the same."""
    return fold(term, source.grammar)[:_STEM] in view.folded[mention.start : mention.stop]


def _own(mentions: list[Mention], start: int, stop: int, view: View, source: Source) -> bool:
    """Return whether the phrase names this act's own document ("These ... Rules (hereinafter - the Rules)")."""
    before = view.folded[max(start - _NEAR, 0) : min(start + _NEAR, stop)]
    named = any(m.start <= start + 1 and m.act is None and m.stop < stop for m in mentions if m.stop > start - _NEAR)
    return not named and any(p.regex.search(before) for p in source.grammar.patterns["this_word"])


def _meaning(found: Found, view: View, source: Source, floor: int, mentions: list[Mention]) -> tuple[int, int]:
    """Return the printed phrase before the bracket.

    It begins after the sentence's start, a stop, the definition before, or a lead word such as "this"; an act that
    ends at the bracket is the phrase itself.
    """
    stop = found.start
    for mention in mentions:
        if mention.act and mention.start < stop and stop - 2 <= mention.stop <= found.stop:
            return mention.start, stop
    start = max(view.sentence_at(found.start).start, floor)
    for match in _ENDS.finditer(view.text, start, stop):
        start = match.end()
    for pattern in source.grammar.patterns["meaning_lead"]:
        for match in pattern.regex.finditer(view.folded, start, stop):
            named = any(m.act is None and m.start - 1 <= match.start() <= m.start + 1 for m in mentions)
            if view.folded[match.end() : stop].strip() and not named:
                start = match.end()
    start += len(view.text[start:stop]) - len(view.text[start:stop].lstrip(" ,"))
    number = _LIST_NUMBER.match(view.text, start, stop)
    return (number.end() if number else start), stop
