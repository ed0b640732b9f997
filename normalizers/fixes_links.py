"""Words of hyperlinks that extraction moved to the end of the printed line, put back into the gap they left.

A portal's PDF draws the words of a link apart from the line's other text. What reads such a page in drawing order
gives the line without them, then them: `see  of the order article 5` for `see article 5 of the order`. Two blanks, or
one blank too many at the line's beginning, or a line that begins with a comma, show where they were.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normalizers.context import Context
from normalizers.draft import Change

_GAP = re.compile(r"(?<=\S)[ \u00a0]{2}(?=\S)")
# A word that follows the line's last mark without a blank: it was drawn after the line's end.
_GLUED = re.compile(r"(?<=\S)[.;:!?)\]\"\u00bb\u201d](?=(?:\d[\d-]*-)?[^\W\d_]{3})")
# What the text beside a gap looks like: a sentence that goes on, no heading, no column of a table.
_LEFT = re.compile(r"(?:[^\W_]*[^\W\dA-Z_]|\d[\d.)/-]*\d|\d|\u2116|[,\"\u00bb)])$")
_COLUMNS = re.compile(r"\S {3,}\S|__|\|")
_NUMBER = re.compile(r"(?:\u2116 ?)?\d[\d./-]*(?:-[^\W\d_]+)?[,;]?")
_BARE_NUMBER = re.compile(r"\d[\d./-]*")
_WHOLE = re.compile(r"(?:\d[\d-]*-)?[^\W\d_]+|\d[\d-]*|\u2116")
_PLAIN = re.compile(r"[^\W_][^\s]*")


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line: where it begins in the text, its characters, and how far it is indented."""

    start: int
    text: str
    indent: float
    before: str  # the line before it
    goes_on: bool  # the next line goes on with the sentence

    @property
    def hung(self) -> bool:
        """Whether the line before ends in a hyphen or a number sign."""
        return self.before[-1:] in ("-", "\u2116")


def return_links(context: Context) -> Iterator[Change]:
    """Put the words of displaced hyperlinks back where they were."""
    indents = _indents(context)
    for line in _candidates(context):
        gaps = _gaps(line, indents)
        if gaps:
            yield from _returned(line, gaps, context)


def _candidates(context: Context) -> Iterator[_Line]:
    """Yield the printed lines that could have lost words."""
    lines = list(context.printed())
    for n, (at, text, row) in enumerate(lines):
        lead = len(text) - len(text.lstrip(" "))
        if ("  " in text or lead or row.indent or text[0] in ",;") and not _COLUMNS.search(text):
            before = lines[n - 1][1].rstrip() if n else ""
            below, after, _ = lines[n + 1] if n + 1 < len(lines) else (at, "", row)
            near = after.lstrip()[:1] if context.string.count("\n", at, below) <= 4 else ""
            yield _Line(at, text, row.indent + lead, before, near.islower() or near.isdigit())


def _indents(context: Context) -> Counter[int]:
    """Return how many lines have each indent."""
    return Counter(
        round(row.indent + len(text) - len(text.lstrip(" "))) for _, text, row in context.lines if text.strip()
    )


def _gaps(line: _Line, indents: Counter[int]) -> list[int]:
    """Return the places in the line where words are missing, in order."""
    body = len(line.text) - len(line.text.lstrip(" "))
    gaps = [m.start() for m in _GAP.finditer(line.text) if m.start() > body and _is_running(line.text[: m.start()])]
    indent = round(line.indent)
    if line.text[body] in ",;" and (gaps or line.hung):
        return [body, *gaps]
    odd = 4 * indents[indent] <= indents[indent - 1] or (indent == 1 and _GLUED.search(line.text))
    if indent == line.indent and odd:  # one blank too many
        return [body, *gaps]
    return gaps


def _is_running(left: str) -> bool:
    """Say whether the text before a gap is part of a sentence: it ends in a word that is not all capitals."""
    last = left.rsplit(" ", 1)[-1]
    return bool(_LEFT.search(left)) and not (last.isupper() and len(last) > 3)


def _returned(line: _Line, gaps: Sequence[int], context: Context) -> Iterator[Change]:
    end = len(line.text.rstrip())
    begin, words = _tail(line, gaps, context)
    if not words:
        return
    glued = line.text[begin - 1] != " "
    confidence = 0.97 if glued else 0.95
    for gap, word in zip(gaps, _dealt(words, len(gaps)), strict=True):
        yield _filled(line, gap, word, confidence)
    yield Change(line.start + begin - (0 if glued else 1), line.start + end, "", confidence)


def _filled(line: _Line, gap: int, words: str, confidence: float) -> Change:
    """Return the change that writes `words` into a gap, with one blank on each side that has a word."""
    at = line.start + gap
    if line.text[gap] == " ":
        return Change(at, at + 2, f" {words} ", confidence)
    if line.text[gap] in ",;":
        return Change(at, at, words, confidence)
    return Change(at - 1 if gap else at, at, f"{words} ", confidence)


def _dealt(words: Sequence[str], gaps: int) -> list[str]:
    """Deal the words out to the gaps: one each, the first gap takes what is over."""
    over = len(words) - gaps
    return [" ".join(words[: over + 1]), *words[over + 1 :]]


def _tail(line: _Line, gaps: Sequence[int], context: Context) -> tuple[int, list[str]]:
    """Return where the displaced words begin and what they are; none where the evidence is not enough."""
    text = line.text.rstrip()
    glue = [m.end() for m in _GLUED.finditer(text) if m.end() > gaps[-1] + 2]
    if glue and not _initials(text, glue[-1]):
        words = text[glue[-1] :].split(" ")
        if len(gaps) <= len(words) <= 3 * len(gaps) and all(_WHOLE.fullmatch(w) for w in words):
            return glue[-1], words
    words = _surplus(line, gaps, context)
    begin = len(text) - len(" ".join(words))
    if not words or begin <= gaps[-1] + 3:
        return len(text), []
    return begin, words


def _initials(text: str, at: int) -> bool:
    return text[at - 1] == "." and text[at - 2 : at - 1].isupper()


def _surplus(line: _Line, gaps: Sequence[int], context: Context) -> list[str]:
    """Return the words at the line's end that read as text of links, one or two for each gap."""
    text = line.text.rstrip()
    tokens = text.split(" ")
    words: list[str] = []
    for gap in reversed(gaps):
        left = text[:gap].strip() or line.before
        taken = _link_text(tokens[: len(tokens) - len(words)], left, context)
        if not taken or (len(taken) == 1 and _BARE_NUMBER.fullmatch(taken[0]) and left[-1:] != "\u2116"):
            return []
        if not (line.goes_on or _NUMBER.fullmatch(taken[-1])):
            return []
        words = [*taken, *words]
    return words


def _link_text(tokens: Sequence[str], left: str, context: Context) -> list[str]:
    """Return the last one or two tokens where they read as the text of one link."""
    last = tokens[-1]
    before = tokens[-2] if len(tokens) > 1 else ""
    if _BARE_NUMBER.fullmatch(last):
        joined = before == "\u2116" or context.is_linked(before)
        return [before, last] if joined and not left.rstrip().endswith("\u2116") else [last]
    if not _PLAIN.fullmatch(last) or last[-1] in ".,;:":
        return []
    return [last] if _NUMBER.fullmatch(last) or context.is_linked(last) else []
