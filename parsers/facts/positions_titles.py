"""Split what a cell prints into titles and organisations: lists under one head, groups, organisations after a colon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from models import CELL_BREAK, Grammar, Passage, Span
from parsers.tables import join, part_of, words_of

_OPEN, _CLOSE = "([{", ")]}"
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3})\.\s+(?=[^\W\d_])")
_BULLET = re.compile(r"(?:^|\s)[-–—•]\s?(?=[^\W\d_])")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){2,}[^\W\d_](?!\w)")
_TIDY: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\s+"), " "),
    (_SPACED, lambda match: match[0].replace(" ", "")),
    (re.compile(r"\s+([,;:.)])"), r"\1"),
    (re.compile(r"\(\s+"), "("),
    (re.compile(r'"\s*([^"]*?)\s*"'), r'"\1"'),
)
_CAPITAL = re.compile(r"(?<=[^\s,(«\"“-])\s+(?=[^\W\d_])")
_EDGES = " ;.,:\t\n"

Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A title with its organisations, and the characters of the item that print it."""

    title: str
    organisations: tuple[str, ...]
    start: int
    stop: int


@lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """Return a phrase on one line: no spaces before punctuation or inside spaced words, no punctuation at its ends."""
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    return text.strip(_EDGES)


def parts(text: str, marks: str, start: int = 0, stop: int | None = None) -> list[Part]:
    """Return the pieces of `text[start:stop]` between marks that stand outside brackets; empty pieces are left out.

    A bracket that nothing closes does not hide the marks after it.
    """
    stop = len(text) if stop is None else stop
    cuts: list[Part] = []
    at = start
    for place in _outside(text, start, stop):
        if text[place] in marks:
            cuts.append((at, place))
            at = place + 1
    return [(a, b) for a, b in (*cuts, (at, stop)) if text[a:b].strip(_EDGES)]


def _outside(text: str, start: int, stop: int) -> Iterator[int]:
    """Yield the places outside of brackets that are closed again."""
    closing: list[int] = []
    ends: dict[int, int] = {}
    for place in range(start, stop):
        if text[place] in _OPEN:
            closing.append(place)
        elif text[place] in _CLOSE and closing:
            ends[closing.pop()] = place
    place = start
    while place < stop:
        place = ends.get(place, place)
        yield place
        place += 1


def items_of(string: str, pieces: Iterable[Span], titles: Titles) -> list[Passage]:
    """Return the items that the pieces of a cell print: apart at its lines, semicolons, bullets and sentences."""
    groups: list[list[Span]] = []
    for piece in pieces:
        at = piece.start
        for line in string[piece.start : piece.stop].split(CELL_BREAK):
            span = Span(at, at + len(line))
            at += len(line) + 1
            if not line.strip():
                continue
            if groups and not titles.begins(words_of(string, groups[-1]), line.strip()):
                groups[-1].append(span)
            else:
                groups.append([span])
    passages = [join(string, group) for group in groups]
    return [part_of(p, a, b) for p in passages for a, b in titles.items(p.text)]


class Titles:
    """Splits titles by the patterns of one grammar."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.seen: dict[tuple[str, str], re.Match[str] | None] = {}
        units = grammar.patterns["position_units"]
        self.leads = any(u.regex.groupindex["head"] < u.regex.groupindex["units"] for u in units)

    def found(self, group: str, text: str) -> re.Match[str] | None:
        """Return the first match of a group of patterns."""
        key = (group, text)
        if key not in self.seen:
            self.seen[key] = next((m for p in self.grammar.patterns[group] if (m := p.regex.search(text))), None)
        return self.seen[key]

    def group(self, text: str) -> Mapping[str, str] | None:
        """Return what the heading of a group of posts sets (`link`, `step`), or None where it is no such heading."""
        phrase = tidy(text)
        for pattern in self.grammar.patterns["position_group"]:
            if pattern.regex.search(phrase):
                grades = self.grammar.patterns["position_grade"]
                step = next((g.sets["step"] for g in grades if g.regex.search(phrase)), None)
                return {**pattern.sets, **({"step": step} if step else {})}
        return None

    def is_title(self, text: str) -> bool:
        """Say whether a phrase is a person's post by itself."""
        return self.found("position_title", tidy(text)) is not None

    def begins(self, before: str, line: str) -> bool:
        """Say whether a line begins a new title after the words before it."""
        if before.endswith((";", ".")):
            return line[0].isupper() or self.is_title(line)
        if before.endswith((",", "-", "(", ":")) or before.count("(") > before.count(")") or not line[0].isupper():
            return False
        if self.leads:
            return self.is_title(line) and not self.found("position_and", before)
        return self.is_title(before)

    def items(self, text: str, start: int = 0) -> list[Part]:
        """Return the items of a cell: apart at semicolons, bullets and ends of sentences."""
        found: list[Part] = []
        if self.found("position_these", tidy(text[start:])):
            return [(start, len(text))]
        for a, b in parts(text, ";", start):
            at = a
            for match in _SENTENCE.finditer(text, a, b):
                if text[match.end()].isupper() or self.is_title(text[match.end() : b]):
                    found.append((at, match.start()))
                    at = match.end()
            found.append((at, b))
        return [(a, b) for a, b in found if text[a:b].strip(_EDGES)]

    def named(self, text: str, start: int = 0, stop: int | None = None, head: str = "") -> list[Named]:
        """Return the titles of one item; `head` goes before items that only name units."""
        stop = len(text) if stop is None else stop
        these = self.found("position_these", tidy(text[start:stop]))
        if these:
            owners = tuple(tidy(these["organisations"][a:b]) for a, b in parts(these["organisations"], ";,"))
            return [Named(tidy(these["title"]), owners, start, stop)]
        colon = next((at for at in _outside(text, start, stop) if text[at] == ":"), -1)
        if colon < 0:
            return self._titles(text, start, stop, (), head)
        before = tidy(text[start:colon])
        if self.group(before) is not None or not before:
            return self._listed(text, colon + 1, stop)
        if self.found("position_adjective", before):
            return [Named(f"{before} {tidy(text[a:b])}", (), start, b) for a, b in parts(text, ",", colon + 1, stop)]
        if general := self._general(before, text[colon + 1 : stop].strip()):
            segments = self._segments(text, colon + 1, stop) if self.leads else parts(text, ",", colon + 1, stop)
            return [Named(general.format(tidy(text[a:b])), (), start, b) for a, b in segments]
        owners = tuple(tidy(text[a:b]) for a, b in parts(text, ",", colon + 1, stop))
        return self._titles(text, start, colon, owners, head)

    def _general(self, before: str, after: str) -> str:
        """Return how a title is made of each unit listed after a head of units in general; empty where it is none."""
        match = self.found("position_units", before)
        units = (match["units"] or "") if match else ""
        if not match or not after[:1].islower() or not self.found("position_general", units):
            return ""
        return f"{match['head']} {{}}" if self.leads else f"{{}} {before[match.start('head') :]}"

    def lone_head(self, text: str) -> tuple[str, int]:
        """Return a head that stands alone before a colon, and where its units begin; empty and 0 where none does.

        Units are in small letters after the first; organisations after a head have capitals.
        """
        colon = text.find(":")
        match = self.found("position_units", tidy(text[:colon])) if colon > 0 and self.leads else None
        rest = [text[a:b].strip() for a, b in parts(text, ",:", colon + 1)][1:]
        if match and not match["units"] and any(unit[0].islower() for unit in rest):
            return match["head"], colon + 1
        return "", 0

    def _listed(self, text: str, start: int, stop: int) -> list[Named]:
        """Return the titles after the heading of a group: bullets or a list."""
        bullets = list(_BULLET.finditer(text, start, stop))
        if bullets and not text[start : bullets[0].start()].strip():
            ends = [*(b.start() for b in bullets[1:]), stop]
            spans = [(b.end(), end) for b, end in zip(bullets, ends, strict=True)]
        else:
            spans = [(start, stop)]
        return [n for a, b in spans if text[a:b].strip(_EDGES) for n in self.named(text, a, b)]

    def _titles(self, text: str, start: int, stop: int, owners: tuple[str, ...], head: str) -> list[Named]:
        """Return one title per segment, the head repeated for units."""
        segments = self._segments(text, start, stop)
        if head and segments and not self.is_title(text[segments[0][0] : segments[0][1]]):
            return [Named(f"{head} {tidy(text[a:b])}", owners, start, b) for a, b in segments]
        if self.leads:
            return self._leading(text, segments, owners)
        return self._trailing(text, segments, owners)

    def _segments(self, text: str, start: int, stop: int) -> list[Part]:
        """Return the segments between commas; one that cannot stand alone is joined to its neighbour."""
        found: list[Part] = []
        waiting: int | None = None
        for a, b in self._lines(text, start, stop):
            phrase = tidy(text[a:b])
            whole = self.is_title(phrase)
            if found and waiting is None and self.found("position_joined", phrase + " "):
                found[-1] = (found[-1][0], b)
            elif self.leads and found and not whole and phrase[:1].isupper():
                found[-1] = (found[-1][0], b)  # an organisation of a list without a colon
            elif not self.leads and not whole and self._goes_on(text[b + 1 : stop]):
                waiting = a if waiting is None else waiting  # a list inside the title that follows
            else:
                found.append((a if waiting is None else waiting, b))
                waiting = None
        return [*found, (waiting, stop)] if waiting is not None else found

    def _goes_on(self, after: str) -> bool:
        """Say whether the segment after a comma joins a list by a word such as "for" before it comes to a post."""
        words = after.partition(",")[0].split()
        return any(self.found("position_and", " ".join(words[: n + 1])) for n in range(len(words) - 1))

    def _lines(self, text: str, start: int, stop: int) -> Iterator[Part]:
        """Yield segments between commas, also apart where a new title begins with a capital after a whole title."""
        for a, b in parts(text, ",", start, stop):
            at = a
            for match in _CAPITAL.finditer(text, a, b):
                left, right = text[at : match.start()], text[match.end() : b]
                if right[0].isupper() and left.count("(") == left.count(")") and self._two(left, right):
                    yield at, match.start()
                    at = match.end()
            yield at, b

    def _two(self, left: str, right: str) -> bool:
        return self.is_title(left) and self.is_title(right)

    def _leading(self, text: str, segments: list[Part], owners: tuple[str, ...]) -> list[Named]:
        """Return titles of a language whose head stands before its units."""
        found: list[Named] = []
        index = 0
        while index < len(segments):
            a, b = segments[index]
            match = self.found("position_units", tidy(text[a:b]))
            run = index + 1
            while match and match["units"] and run < len(segments) and not self.is_title(text[slice(*segments[run])]):
                run += 1
            if match and match["units"] and run > index + 1:
                first = a + max(text[a:b].find(match["units"].split(" ")[0], len(match["head"].split(" ")[0])), 0)
                units = [(first, b), *segments[index + 1 : run]]
                found += self._units(text, match["head"], units, owners, a)
            else:
                found.append(Named(tidy(text[a:b]), owners, a, b))
            index = run
        return found

    def _units(self, text: str, head: str, units: list[Part], owners: tuple[str, ...], start: int) -> list[Named]:
        """Return the head with each unit; as printed where an organisation after the last unit belongs to them all."""
        last = text[units[-1][0] : units[-1][1]].strip()
        if not owners and len(units) > 1 and self.found("position_owner", last):
            whole = tidy(text[start : units[-1][1]])
            return [Named(whole if whole.startswith(head) else f"{head} {whole}", (), start, units[-1][1])]
        return [Named(f"{head} {tidy(text[a:b])}", owners, start, b) for a, b in units]

    def _trailing(self, text: str, segments: list[Part], owners: tuple[str, ...]) -> list[Named]:
        """Return titles of a language whose head stands after its units."""
        found: list[Named] = []
        run: list[Part] = []
        for a, b in segments:
            phrase = tidy(text[a:b])
            match = self.found("position_units", phrase)
            if run and match and match["units"]:
                found += self._before_head(text, run, (a, b), match["head"], owners)
                run = []
            elif not self.is_title(phrase):
                run.append((a, b))
            else:
                found += [Named(tidy(text[c:d]), owners, c, d) for c, d in run]
                found.append(Named(phrase, owners, a, b))
                run = []
        return found + [Named(tidy(text[c:d]), owners, c, d) for c, d in run]

    def _before_head(self, text: str, run: list[Part], last: Part, head: str, owners: tuple[str, ...]) -> list[Named]:
        if not owners and self.found("position_owner", text[run[0][0] : run[0][1]].strip()):
            return [Named(tidy(text[run[0][0] : last[1]]), (), run[0][0], last[1])]
        ending = tidy(text[last[0] : last[1]])
        ending = ending[ending.index(head) :]
        return [
            *(Named(f"{tidy(text[a:b])} {ending}", owners, a, last[1]) for a, b in run),
            Named(tidy(text[last[0] : last[1]]), owners, *last),
        ]
