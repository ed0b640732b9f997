"""Blanks: letter-spaced words closed, blanks before marks, marks that the line's end tore from their word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from normalizers.characters import plain, tables
from normalizers.context import Context
from normalizers.draft import Change

# Three letters or more, each alone, with one blank between; two blanks part letter-spaced words.
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?: [^\W\d_]){2,}(?![^\W_])")
# `C - S V - 2`: a category code with blanks around its hyphens.
_CODE = re.compile(r"(?<![\w-])[^\W\d_](?: ?- ?[^\W\d_](?: ?[^\W\d_]){0,2}){0,2} ?- ?\d{1,2}(?![\w-])")
_BEFORE_MARK = re.compile(r"(?<=[^\W_)\"\u00bb\u201d\]])[ ]+(?=[,;:.)](?:[ \t\n;:,.\")]|$))|(?<=\()[ ]+(?=[^\W_])")
_BEFORE_HYPHEN = re.compile(r"(?<=\d)(?: -(?=[^\W\d_])| - ?(?=[^\W\d_]))([^\W\d_]+)|(?<=\d)- (?=([^\W\d_]+))")
_TIME = re.compile(r"\d : ?\d")
_EMPHASIS = re.compile(r"\*\*(?=[^\s*])[^*\n]*[^\s*]\*\*")
_TORN_OPENING = re.compile(r"(?<=\s)[(\u00ab\u201c\u201e\"]$")
_TORN_MARK = re.compile(r"[,;.:)](?=\s|$)(?!\.)")


def close_spaced_letters(context: Context) -> Iterator[Change]:
    """Close words that were printed with a blank between their letters."""
    for match in _SPACED.finditer(context.string):
        joined = match[0].replace(" ", "")
        known = plain(joined) in context.words.frequent or (len(joined) > 3 and context.words.reads(plain(joined)))
        if known and (joined.isupper() or joined[1:].islower()):
            yield Change(match.start(), match.end(), joined, 0.98)
    known = tables()["code_letters"]
    for match in _CODE.finditer(context.string):
        letters = [c for c in match[0] if c.isalpha()]
        if " - " in match[0] and len(letters) > 1 and all(c in known for c in letters):
            yield Change(match.start(), match.end(), match[0].replace(" ", ""), 0.97)


def take_out_emphasis(context: Context) -> Iterator[Change]:
    """Take out the asterisks that a text export puts around words in bold type."""
    for match in _EMPHASIS.finditer(context.string):
        yield Change(match.start(), match.start() + 2, "")
        yield Change(match.end() - 2, match.end(), "")


def close_gaps(context: Context) -> Iterator[Change]:
    """Take out blanks before marks and around the hyphen of an ordinal number."""
    for match in _BEFORE_MARK.finditer(context.string):
        if not context.string.startswith("..", match.end()) and not _TIME.match(context.string, match.start() - 1):
            yield Change(match.start(), match.end(), "", 0.99)
    for match in _BEFORE_HYPHEN.finditer(context.string):
        if context.language.ordinal_hyphen and context.is_linked(match[1] or match[2]):
            stop = match.start(1) if match[1] else match.end()
            yield Change(match.start(), stop, "-", 0.98)


def rejoin_marks(context: Context) -> Iterator[Change]:
    """Put an opening mark at a line's end, and another mark at a line's beginning, back to their word."""
    lines = list(context.printed())
    for (at, text, _), (below_at, below, _) in pairwise(lines):
        if at + len(text) + 1 != below_at:
            continue
        body = below_at + len(below) - len(below.lstrip())
        torn = _TORN_OPENING.search(text.rstrip())
        mark = _TORN_MARK.match(below.strip())
        if torn and (torn[0] != '"' or text.count('"') % 2):
            yield Change(at + torn.start(), at + len(text.rstrip()), "", 0.98)
            yield Change(body, body, torn[0], 0.98)
        elif mark and text.rstrip()[-1:] not in ",;:(" and _is_alnum_end(text):
            blank = len(below.strip()) > 1
            yield Change(at + len(text.rstrip()), at + len(text.rstrip()), mark[0], 0.98)
            yield Change(body, body + 1 + blank, "", 0.98)


def _is_alnum_end(text: str) -> bool:
    return text.rstrip()[-1:].isalnum() or text.rstrip()[-1:] in ')"\u00bb\u201d'
