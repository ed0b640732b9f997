"""Make the case of words consistent over a document: what a word's other occurrences are speaks for it here.

Most capitals look like their small letters to the wrong model, so a line alone often cannot tell a defined term.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from normalizers.decoder.reading import Reader, Reading

Part = tuple[int, str, Reading | None]
RUN = re.compile(r"[^\W\d_]{3,}")
LEAST, STRONG = 4, 1.9  # other occurrences needed; log odds needed


@dataclass(frozen=True, slots=True)
class Place:
    """One word inside a sentence: the part that it stands in, its lower-case form and case, its read characters."""

    line: int
    part: int
    form: str
    capital: bool
    start: int
    stop: int


def inner_words(line: int, part: int, reading: Reading) -> list[Place]:
    """Return the words of a reading that do not begin a sentence or stand in quotes, and are not all in capitals."""
    found = []
    for before, word in zip(reading.words, reading.words[1:], strict=False):
        text = reading.text[word.span.start : word.span.stop]
        match = RUN.match(text)
        ends = reading.text[before.span.start : before.span.stop].endswith((".", ":", ")", ";"))
        if match and not ends and not match.group()[1:].isupper():
            form, capital = match.group().lower(), match.group()[0].isupper()
            found.append(Place(line, part, form, capital, word.raw.start, word.raw.start + 2))
    return found


def settle_case(engine: Reader, lines: list[list[Part]]) -> list[list[Part]]:
    """Return the lines with the words read again whose case differs from their other occurrences."""
    places = [
        place
        for i, parts in enumerate(lines)
        for j, (_, _, reading) in enumerate(parts)
        if reading is not None
        for place in inner_words(i, j, reading)
    ]
    out = [list(parts) for parts in lines]
    wanted: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    forms: dict[str, list[Place]] = {}
    for place in places:
        if place.capital or place.form in forms:  # a term is written large from its definition on
            forms.setdefault(place.form, []).append(place)
    for same in forms.values():
        large = sum(place.capital for place in same)
        for place in same:
            others, high = len(same) - 1, large - place.capital
            odds = math.log((high + 0.5) / (others - high + 0.5))
            if others >= LEAST and abs(odds) >= STRONG and (odds > 0) != place.capital:
                wanted.setdefault((place.line, place.part), []).append((place.start, place.stop, odds))
    for (i, j), hints in wanted.items():
        start, text, reading = out[i][j]
        assert reading is not None
        again = engine.line(text, reading.begin, tuple(hints))
        if again.text.lower() != reading.text.lower():
            again = reading
        for raw, _, odds in hints:
            again = recased(again, raw, odds > 0, text)
        out[i][j] = (start, text, again)
    return out


def recased(reading: Reading, raw: int, capital: bool, line: str) -> Reading:
    """Return a reading whose word at a read character begins as its other occurrences do, if that was read large."""
    for word in reading.words:
        at = word.span.start
        if word.raw.start == raw and reading.text[at].isupper() != capital and line[raw].isupper():
            letter = reading.text[at].upper() if capital else reading.text[at].lower()
            return replace(reading, text=reading.text[:at] + letter + reading.text[at + 1 :])
    return reading
