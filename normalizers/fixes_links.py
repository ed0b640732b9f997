"""Words of hyperlinks that extraction moved to the end of the printed line, put back into the gap they left.

A portal's PDF draws the words of a link apart from the line's other text. What reads such a page in drawing order
gives the line without them, then them: `see  of the order article 5` for `see article 5 of the order`. Two blanks, one
blank too many at the line's beginning, or a blank before a mark show where they were. Every way of putting words of the
line's end into the gaps is tried; the order in which acts use words decides, or nothing is moved.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from normalizers.context import Context
from normalizers.draft import Change
from normalizers.sequences import Sequences, sequences

_GAP = re.compile(r"(?<=\S)[ ]{2}(?=\S)")
_BEFORE_MARK = re.compile(r"(?<=[^\W_)])[ ](?=[,;)](?:\s|$)|[.;:,)][^\W\d_]{3})|(?<=\()[ ](?=[^\W_])")
# A word that follows the line's last mark without a blank: it was drawn after the line's end.
_GLUED = re.compile(
    r"(?:(?<=\S)[.;:!?)\]\"\u00bb\u201d]|(?<=\S )[.;:,)])"
    r"(?=\u2116|\d[\d-]*(?:-[^\W\d_]+)?$|\d[\d-]*-|[^\W\d_]{3})"
)
# What the text before a gap looks like: a sentence that goes on, no heading, no column of a table.
_LEFT = re.compile(r"(?:[^\W_]*[^\W\dA-Z_]|\d[\d.)/-]*\d|\d[.)]?|\u2116|[,\"\u00bb)])$")
_COLUMNS = re.compile(r"\S {3,}\S|__|\|")
_REFERENCE = re.compile(r"\u2116|\d[\d./-]*(?:-[^\W_]+)*\)?[,;]?")
_BARE_NUMBER = re.compile(r"\d[\d./-]*\)?")
_WORD = re.compile(r"[\"\u00ab]?[^\W_][^\s]*|\u2116")
_MOVED = 3  # most words of one link on a line
_KEPT = 2  # most words of a link at the line's very end, which stay
# How much likelier (nats) the new order must be than the old one, and than the next best.
_SURE, _DOUBTFUL, _LEAD = 4.0, 9.0, 0.7
_UNLIKELY = 1.6


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line: where it begins in the text, its characters, its indent, and the text around it."""

    start: int
    text: str
    indent: float
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Gap:
    """A place where words are missing: `start:stop` becomes `left`, the words, `right`."""

    start: int
    stop: int
    left: str
    right: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a line: words `moved` into `gaps`; the characters `begin:end` are taken away."""

    gaps: tuple[_Gap, ...]
    moved: tuple[str, ...]
    begin: int
    end: int
    text: str


def return_links(context: Context) -> Iterator[Change]:
    """Put the words of displaced hyperlinks back where they were."""
    table = sequences(context.language.code)
    if table is None:
        return
    indents = _indents(context)
    for line in _candidates(context):
        gaps = _gaps(line, indents)
        if gaps:
            yield from _returned(line, gaps, table, context)


def _candidates(context: Context) -> Iterator[_Line]:
    """Yield the printed lines that could have lost words."""
    lines = list(context.printed())
    for n, (at, text, row) in enumerate(lines):
        lead = len(text) - len(text.lstrip(" "))
        if not (lead or row.indent or "  " in text or text[0] in ",;)" or _BEFORE_MARK.search(text)):
            continue
        if not _COLUMNS.search(text):
            before = lines[n - 1][1].rstrip() if n else ""
            below, after, _ = lines[n + 1] if n + 1 < len(lines) else (at, "", row)
            near = after if context.string.count("\n", at, below) <= 4 else ""
            yield _Line(at, text, row.indent + lead, before, near)


def _indents(context: Context) -> Counter[int]:
    """Return how many lines have each indent."""
    return Counter(
        round(row.indent + len(text) - len(text.lstrip(" "))) for _, text, row in context.lines if text.strip()
    )


def _gaps(line: _Line, indents: Counter[int]) -> list[_Gap]:
    """Return the places in the line where words may be missing, in order."""
    text = line.text
    body = len(text) - len(text.lstrip(" "))
    gaps = [
        _Gap(m.start(), m.end(), " ", " ")
        for m in _GAP.finditer(text)
        if m.start() > body and _is_running(text[: m.start()])
    ]
    for match in _BEFORE_MARK.finditer(text):
        inner = text[match.start() - 1] == "("
        gaps.append(_Gap(match.start(), match.end(), "" if inner else " ", " " if inner else "", weak=True))
    indent = round(line.indent)
    odd = indent == line.indent and (4 * indents[indent] <= indents[indent - 1] or indent == 1)
    if text[body] in ",;)":
        gaps.append(_Gap(body, body, "", "", weak=line.before[-1:] not in ("-", "\u2116")))
    elif odd:  # one blank too many
        gaps.append(_Gap(max(body - 1, 0), body, "", " "))
    return sorted(gaps, key=lambda gap: gap.start)[:4]


def _is_running(left: str) -> bool:
    """Say whether the text before a gap is part of a sentence: it ends in a word that is not all capitals."""
    last = left.rsplit(" ", 1)[-1]
    return bool(_LEFT.search(left)) and not (last.isupper() and len(last) > 3)


def _returned(line: _Line, gaps: Sequence[_Gap], table: Sequences, context: Context) -> Iterator[Change]:
    """Yield the changes that make the likeliest reading of the line, if it is likely enough."""
    readings = {reading.text: reading for reading in _readings(line, gaps, context)}
    readings.pop(line.text, None)
    if not readings:
        return
    old = _score(line, line.text, table)
    scored = ((_score(line, text, table) - _burden(reading, context), text) for text, reading in readings.items())
    ranked = sorted(scored, reverse=True)[:2]
    reading, gain = readings[ranked[0][1]], ranked[0][0] - old
    lead = ranked[0][0] - ranked[1][0] if len(ranked) > 1 else _SURE
    if gain < _needed(line, reading, context) or lead < _LEAD:
        return
    confidence = min(round(1 / (1 + math.exp(-max(min(gain, lead) + 1.5, 1.5))), 2), 0.98)
    for gap, words in zip(reading.gaps, reading.moved, strict=True):
        yield Change(line.start + gap.start, line.start + gap.stop, gap.left + words + gap.right, confidence)
    yield Change(line.start + reading.begin, line.start + reading.end, "", confidence)


def _burden(reading: _Reading, context: Context) -> float:
    """Return what a reading must make up for: a word that portals make no links of is seldom moved."""
    return _UNLIKELY * sum(not _is_link(w, context) for group in reading.moved for w in group.split())


def _is_link(word: str, context: Context) -> bool:
    return context.is_linked(word) or bool(_REFERENCE.fullmatch(word))


def _needed(line: _Line, reading: _Reading, context: Context) -> float:
    """Return how much likelier a reading must be: less where the moved words look like links, or stand glued."""
    linked = all(any(_is_link(w, context) for w in group.split()) for group in reading.moved)
    weak = all(gap.weak for gap in reading.gaps)
    needed = _DOUBTFUL if not linked else _SURE if weak else 2 * _burden(reading, context)
    return needed - 2.0 if line.text[reading.begin] != " " else needed


def _score(line: _Line, text: str, table: Sequences) -> float:
    before, after = line.before.split()[-2:], line.after.split()[:3]
    return table.score(" ".join((*before, text, *after)))


def _readings(line: _Line, gaps: Sequence[_Gap], context: Context) -> Iterator[_Reading]:
    """Yield every way to put words of the line's end into some of the gaps."""
    end = len(line.text.rstrip())
    glued = [m.end() for m in _GLUED.finditer(line.text, 0, end) if not _initials(line.text, m.end())]
    for count in range(1, min(len(gaps), 4) + 1):
        for chosen in combinations(gaps, count):
            for begin, stay in _tails(line.text, end, chosen[-1].stop, glued):
                words = line.text[begin:stay].split()
                if stay < end and not all(
                    context.is_linked(w) for w in (*words[-1:], *line.text[stay:end].split()[-1:])
                ):
                    continue
                if count <= len(words) <= count * _MOVED and all(_WORD.fullmatch(w) for w in words):
                    for moved in _dealt(words, count):
                        if all(_fits(line, gap, group) for gap, group in zip(chosen, moved, strict=True)):
                            yield _reading(line.text, chosen, moved, (begin, stay))


def _fits(line: _Line, gap: _Gap, words: str) -> bool:
    """Say whether words may stand in a gap: a bare number only after a number sign or in a list of numbers."""
    if not _BARE_NUMBER.fullmatch(words):
        return True
    left = (line.text[: gap.start].rstrip() or line.before)[-12:]
    last = left.rsplit(" ", 1)[-1]
    return left.endswith(("\u2116", ",")) or (last.islower() and len(last) < 5)


def _tails(text: str, end: int, least: int, glued: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches at the line's end that may have been moved: to its end, or to a last link that stays."""
    places = [m.start() for m in re.finditer(" ", text[:end]) if m.start() > least]
    late = [at for at in glued if at > least]
    begins = late[-1:] if late else places[-3 * _MOVED :]
    for begin in begins:
        yield begin, end
        if not late:
            yield from ((begin, stay) for stay in places[-_KEPT:] if stay > begin)


def _initials(text: str, at: int) -> bool:
    return text[at - 1] == "." and text[at - 2 : at - 1].isupper()


def _dealt(words: Sequence[str], gaps: int) -> Iterator[tuple[str, ...]]:
    """Yield the ways to deal words out to the gaps in order, one to three for each."""
    for cuts in combinations(range(1, len(words)), gaps - 1):
        edges = (0, *cuts, len(words))
        if all(b - a <= _MOVED for a, b in pairwise(edges)):
            yield tuple(" ".join(words[a:b]) for a, b in pairwise(edges))


def _reading(text: str, gaps: Sequence[_Gap], moved: tuple[str, ...], tail: tuple[int, int]) -> _Reading:
    parts, at = [], 0
    for gap, words in zip(gaps, moved, strict=True):
        parts += [text[at : gap.start], gap.left, words, gap.right]
        at = gap.stop
    parts += [text[at : tail[0]], text[tail[1] :]]
    return _Reading(tuple(gaps), moved, *tail, "".join(parts))
