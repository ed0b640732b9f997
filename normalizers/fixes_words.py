"""Words that the line's end, a narrow cell or a lost break cut or glued, and letters typed twice.

Every one of these needs proof from the word list: what is there is no word, what is put there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from normalizers.characters import plain
from normalizers.context import Context
from normalizers.draft import Change

_HEAD = re.compile("(\\S*[^\\W_])([-\u00ad\u2010])$")
_NEXT = re.compile("[^\\W_][^\\s]*")
_BARE = re.compile("[^\\W\\d_]+")
_CASE = re.compile("(?<![\\w-])(\\w*?[^\\W\\d_A-Z]{3,})(?<=[^\\W\\d_])(?=[^\\W\\d_a-z][^\\W\\d_]{2,})")
_PAIR = re.compile(r"(?<![^\W_])([^\W\d_]{2,}) (?=([^\W\d_]{2,})(?![^\W_]))")
_DOUBLE = re.compile(r"([^\W\d_])\1")
_LONG = 9


def join_hyphenated(context: Context) -> Iterator[Change]:
    """Close a word that a hyphen divides at the line's end; a hyphen of its own stays."""
    if not re.search("[-\u00ad\u2010]\\s*\n", context.string):
        return
    lines = list(context.printed())
    for (at, text, row), (below_at, below, below_row) in zip(lines, lines[1:], strict=False):
        head = _HEAD.search(text.rstrip())
        rest = _NEXT.match(below.lstrip())
        gap = context.string.count("\n", at, below_at) - 1
        if not head or not rest or row.role != below_row.role or gap > 4 or not _goes_on(head[1], rest[0], gap):
            continue
        body = below_at + len(below) - len(below.lstrip())
        end = at + head.end()
        hyphen = "-" if _keeps_hyphen(head[1], rest[0], head[2], context) else ""
        yield Change(end - 1, end, hyphen + rest[0], 0.97)
        stop = body + rest.end()
        yield Change(body, stop + (context.string[stop : stop + 1] == " "), "", 0.97)


def _goes_on(head: str, rest: str, gap: int) -> bool:
    return rest[0].islower() or (not gap and rest[0].isalpha() and head[-1].isalpha() and head.isupper() == rest.isupper())


def _keeps_hyphen(head: str, rest: str, hyphen: str, context: Context) -> bool:
    """Say whether the hyphen belongs to the word: it is no typesetter's one unless the closed word is in the list."""
    left, right = re.split(r"[-\W\d_]", head)[-1], _BARE.match(rest)
    if not left or right is None:
        return True
    if hyphen == "\u00ad":
        return False
    closed = left + right[0]
    return not context.has(closed) or (context.has(left) and context.has(right[0]) and not _common(closed, context))


def _common(word: str, context: Context) -> bool:
    return plain(word) in context.words.common


def join_cut_words(context: Context) -> Iterator[Change]:
    """Close a word that a narrow cell cut in two: the whole is a common word, one half is none."""
    unknown = {w for w in context.counts if len(w) > 1 and not context.words.has(w)}
    if not unknown:
        return
    for match in _PAIR.finditer(context.string):
        left, right = plain(match[1]), plain(match[2])
        if (left in unknown or right in unknown) and right == match[2] and _is_cut(left, right, context):
            yield Change(match.end(1), match.end(), "", 0.95)


def _is_cut(left: str, right: str, context: Context) -> bool:
    whole = left + right
    return len(whole) >= 7 and whole in context.words.common and left not in context.words.common


def split_glued(context: Context) -> Iterator[Change]:
    """Part two words that a lost blank glued: at a capital inside a word, or after a word that cannot go on."""
    endings = context.language.closed
    unknown = [w for w in context.counts if len(w) >= _LONG and not context.words.has(w)]
    found = {w: at for w in unknown if (at := _seam(w, endings, context))}
    if found:
        for match in re.finditer("|".join(map(re.escape, sorted(found, key=len, reverse=True))), context.string.lower()):
            edge = context.string[match.start() - 1 : match.start()] + context.string[match.end() : match.end() + 1]
            if not any(c.isalpha() for c in edge) and len(context.string.lower()) == len(context.string):
                at = match.start() + found[match[0]]
                yield Change(at, at, " ", 0.96)


def _seam(word: str, endings: tuple[str, ...], context: Context) -> int | None:
    """Return where a word parts into two common ones of which the first cannot begin a compound."""
    common = context.words.common
    seams = [
        at
        for at in range(3, len(word) - 3)
        if word[:at].endswith(endings) and word[:at] in common and word[at:] in common
    ]
    return seams[0] if len(seams) == 1 else None


def undouble_letters(context: Context) -> Iterator[Change]:
    """Write once a vowel typed twice, where only the word with one is known."""
    doubled = [w for w in context.counts if len(w) > 5 and _DOUBLE.search(w) and not context.words.has(w)]
    fixed = {w: after for w in doubled if (after := _undoubled(w, context))}
    for word, after in fixed.items():
        for match in re.finditer(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", context.string, re.IGNORECASE):
            at = _DOUBLE.search(match[0].lower())
            if at and len(match[0]) == len(word):
                yield Change(match.start(), match.end(), match[0][: at.start() + 1] + match[0][at.end() :], 0.95)


def _undoubled(word: str, context: Context) -> str | None:
    found = list(_DOUBLE.finditer(word))
    if len(found) != 1 or found[0][1] not in context.language.vowels:
        return None
    after = word[: found[0].start()] + word[found[0].start() + 1 :]
    known = after in context.words.common or (context.words.has(after) and context.counts[after] > 1)
    return after if known else None
