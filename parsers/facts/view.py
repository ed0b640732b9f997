"""One clause as the rules see it: its text, the same text folded for matching, its sentences, its place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from models import Act, Clause, Grammar, Passage, Pattern, Span, Text

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"), "ʻ")
_QUOTES = dict.fromkeys(map(ord, "“„‟"), "«") | {ord("”"): "»", ord("″"): '"'}
_FOLD = _DASHES | _APOSTROPHES | _QUOTES | {ord("\u00a0"): " "}
_BREAK = re.compile(r"[.!?…;]+[»\")]*\s+(?=[«\"(]?\S)")
_CONVOCATION = re.compile(r"(.*\d-)([^\W\d_]{1,6})")
_ROMAN = re.compile(r"[IVX]+")
_MIN_HEADING = 30
_WORD = re.compile(r"\w+$")


def fold(text: str, grammar: Grammar) -> str:
    """Return the text in the form that patterns are written for, character for character as long as the text.

    Lower case; every dash is `-`, every apostrophe `ʻ`, curly and angled quotes are `«` and `»`; [map.fold] does the
    look-alikes of the language.
    """
    plain = text.translate(_FOLD | str.maketrans(dict(grammar.maps["fold"])))
    lower = plain.lower()
    return lower if len(lower) == len(plain) else "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)


def latin_roman(number: str | None, grammar: Grammar) -> str | None:
    """Return the number of an act with its convocation ("165-VI") in Latin letters."""
    match = _CONVOCATION.fullmatch(number or "")
    if not match:
        return number
    letters = grammar.maps["roman_letters"]
    spelled = "".join(letters.get(c, c) for c in match[2])
    return match[1] + spelled if _ROMAN.fullmatch(spelled) else number


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `start:stop` of a clause's text."""

    start: int
    stop: int


@dataclass(frozen=True)
class View:
    """A clause, its own text (`text`), the folded text (`folded`, same length) and its passage."""

    clause: Clause
    text: str
    folded: str
    passage: Passage

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences of the text, cut after a full stop that a capital or a digit follows, and after `;`."""
        cuts = [m.end() for m in _BREAK.finditer(self.text) if self._is_end(m)]
        edges = [0, *cuts, len(self.text)]
        return tuple(Sentence(a, b) for a, b in pairwise(edges) if self.text[a:b].strip())

    def _is_end(self, match: re.Match[str]) -> bool:
        if match[0][0] == ";":
            return True
        following = self.text[match.end() : match.end() + 2].lstrip('«"(“')
        word = _WORD.search(self.text, 0, match.start())
        before = word[0] if word else ""
        initial = len(before) == 1 and before.isupper()
        return bool(following) and (following[0].isupper() or following[0].isdigit()) and not (initial or before == "")

    def sentence_at(self, offset: int) -> Sentence:
        """Return the sentence in which a character stands."""
        starts = [s.start for s in self.sentences]
        at = max(bisect_left(starts, offset + 1) - 1, 0)
        return self.sentences[at] if self.sentences else Sentence(0, len(self.text))


@dataclass(frozen=True)
class Place:
    """Where a fact is printed, ready for the fields that every fact has."""

    eid: str
    span: Span
    page: int
    confidence: float


class Source:
    """An act with its text and grammar: what every finder needs, computed once."""

    def __init__(self, act: Act, text: Text, grammar: Grammar) -> None:
        self.act = act
        self.text = text
        self.grammar = grammar
        self.clauses: Mapping[str, Clause] = {c.eid: c for c in act.clauses}
        self.views = tuple(View(c, c.own.text, fold(c.own.text, grammar), c.own) for c in act.clauses)
        self._doubts = sorted(text.doubts)
        self._reach = max((span.stop - span.start for span, _ in self._doubts), default=0)

    @cached_property
    def headings(self) -> tuple[tuple[str, str], ...]:
        """Return eid and folded heading of the attachments of the act whose heading is long enough to be a name.

        The first word is left out where it is what cases change.
        """
        first = "inner-first" in self.grammar.words["provision_order"]
        named = []
        for clause in self.act.clauses:
            if clause.kind == "attachment" and clause.heading and "__" not in clause.eid:
                heading = fold(clause.heading.text, self.grammar)
                heading = heading.partition(" ")[2] if first else heading
                if len(heading) >= _MIN_HEADING:
                    named.append((clause.eid, heading))
        return tuple(named)

    def place(self, view: View, start: int, stop: int, trust: float = 1.0) -> Place:
        """Return where characters of a clause are printed; `trust` (0..1) is how sure the rule is."""
        while start < stop and view.text[start].isspace():
            start += 1
        while stop > start and view.text[stop - 1].isspace():
            stop -= 1
        span = view.passage.locate(start, stop)
        sure = trust * view.clause.confidence * self._reading(span)
        return Place(view.clause.eid, span, self.text.page_of(span.start), round(sure, 4))

    def _reading(self, span: Span) -> float:
        """Return how surely the characters were read: the lowest doubt that touches them."""
        at = bisect_left(self._doubts, (Span(max(span.start - self._reach, 0), 0), 0.0))
        worst = 1.0
        for where, sure in self._doubts[at:]:
            if where.start >= span.stop:
                break
            if where.stop > span.start:
                worst = min(worst, sure)
        return worst

    def ancestors(self, eid: str | None) -> Iterator[Clause]:
        """Yield the clause and the clauses that hold it, innermost first."""
        while eid is not None and eid in self.clauses:
            clause = self.clauses[eid]
            yield clause
            eid = clause.parent_eid

    def container(self, clause: Clause) -> str:
        """Return the eid of the attachment in which a clause stands, or "" for the body of the act."""
        return next((c.eid for c in self.ancestors(clause.eid) if c.kind == "attachment"), "")

    def matches(self, group: str, folded: str, start: int = 0, stop: int | None = None) -> Iterator[Found]:
        """Yield every match of every pattern of a group, pattern by pattern."""
        end = len(folded) if stop is None else stop
        for pattern in self.grammar.patterns[group]:
            for match in pattern.regex.finditer(folded, start, end):
                yield Found(pattern, match)

    def hints(self, group: str, folded: str) -> bool:
        """Return whether any pattern of a group (a cheap one) matches."""
        return any(p.regex.search(folded) for p in self.grammar.patterns[group])


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern and where it matched."""

    pattern: Pattern
    match: re.Match[str]

    @property
    def start(self) -> int:
        """Return the first character."""
        return self.match.start()

    @property
    def stop(self) -> int:
        """Return the end."""
        return self.match.end()

    @property
    def rule(self) -> str:
        """Return the name of the pattern."""
        return self.pattern.name

    def get(self, name: str) -> str | None:
        """Return a named group, or a constant of the pattern, or None; a second group `name2` stands in for `name`."""
        groups = self.match.groupdict()
        for key in (name, f"{name}2", f"{name}3"):
            if groups.get(key):
                return groups[key]
        return self.pattern.sets.get(name)

    def span(self, name: str) -> tuple[int, int] | None:
        """Return where a named group matched."""
        groups = self.match.groupdict()
        for key in (name, f"{name}2", f"{name}3"):
            if groups.get(key):
                return self.match.span(key)
        return None


def apart(found: list[Found]) -> list[Found]:
    """Return the matches that do not overlap, an earlier pattern before a later one, in order of the text."""
    kept: list[Found] = []
    for one in found:
        if all(one.stop <= k.start or one.start >= k.stop for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)
