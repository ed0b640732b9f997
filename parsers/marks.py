"""What a unit opens: a level of the hierarchy, by the patterns of the grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models import Grammar, Pattern

# Levels whose printed mark is followed by a heading; the others' is followed by their text.
HEADED = ("section", "chapter", "subchapter", "article")
NUMBERED = ("paragraph", "subparagraph")
_DASH = re.compile(r"\s?[-\u2013\u2014\u2212]\s?")
_RAISED = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_DIGITS = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789")


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed mark: `kind` of level, `number` as in eids, `num` as printed; the rest begins at `end`."""

    kind: str
    part: str
    number: str
    num: str
    end: int

    @property
    def value(self) -> tuple[int, ...]:
        """Return the figures of the number, for comparing; empty for letters and roman numerals."""
        return tuple(int(n) for n in re.findall(r"\d+", self.number))


def mark_of(text: str, grammar: Grammar) -> Mark | None:
    """Return the mark that a unit's text begins with, or None."""
    for level in grammar.levels:
        for pattern in level.opens:
            found = pattern.regex.search(text)
            if found:
                end = found.start("heading") if level.kind in HEADED else found.end()
                return Mark(level.kind, level.part, number_of(found["number"], grammar), found["printed"].strip(), end)
    return None


def opens_strongly(line: str, grammar: Grammar, finished: bool) -> bool:
    """Say whether a line opens a headed level, a note or a stamp, or, after a finished line, a numbered provision."""
    if first((*grammar.patterns["note"], *grammar.patterns["notice"]), line):
        return True
    if len(line) < 60 and first((*grammar.patterns["stamp_start"], *grammar.patterns["enacting"]), line):
        return True
    mark = mark_of(line, grammar)
    if mark is None or mark.kind in HEADED or finished:
        return mark is not None
    return mark.kind == "paragraph" and mark.number == "1" and line[mark.end : mark.end + 1].isupper()


def number_of(printed: str, grammar: Grammar) -> str:
    """Return a printed number as eids have it: lower case, plain hyphens, an ordinal word as its value."""
    bare = printed.strip()
    word = grammar.maps["ordinals"].get(bare.lower())
    if word is not None:
        return word
    bare = _DASH.sub("-", bare)
    bare = _RAISED.sub(lambda m: "-" + m[0].translate(_DIGITS), bare)
    if re.match(r"[^\W\d_]", bare) and bare.isupper():
        bare = "".join(grammar.maps["roman_letters"].get(letter, letter) for letter in bare)
    return bare.lower()


def first(patterns: tuple[Pattern, ...], text: str) -> re.Match[str] | None:
    """Return the match of the first pattern that fits the text."""
    for pattern in patterns:
        found = pattern.regex.search(text)
        if found:
            return found
    return None
