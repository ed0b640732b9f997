"""Words that the line's end, a narrow cell or a lost break cut or glued, and letters typed twice.

Every one of these needs proof from the word list: what is there is no word, what is put there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from normalizers.characters import plain
from normalizers.context import WORD, Context
from normalizers.draft import Change

_HEAD = re.compile("(\\S*[^\\W_])([-\u00ad\u2010])$")
_ORDINAL_HEAD = re.compile("(\\d)( -)$")
# A line that ends in a hyphen, or one that begins with the hyphen of an ordinal number.
_TORN = re.compile("[-\u00ad\u2010]\\s*\n|\n\\s*-[^\\W\\d_]{3}")
_ENDING = re.compile(r"\s*(-[^\W\d_]{3,}[,;:.)]*)(?=\s|$)")
_NEXT = re.compile("[^\\W_][^\\s]*")
_BARE = re.compile("[^\\W\\d_]+")
_CONVOCATION = re.compile(r"[IVX]{1,5}(?![^\W_])")  # the second half of a law's number: 134-VII
_LAST = re.compile(r"[^\W\d_]+$")
_ORDINAL = re.compile(r"\d{1,4}(?:-\d+)?[- ]([^\W\d_]{3,})")
# Where a small Cyrillic letter meets a capital or a figure that another letter or figure follows.
_LETTERS = [chr(c) for c in range(0x400, 0x500) if chr(c).isalpha()]
_SMALL, _LARGE = ("".join(c for c in _LETTERS if test(c)) for test in (str.islower, str.isupper))
_SEAM = re.compile(f"(?<=[{_SMALL}])(?=[{_LARGE}][{_SMALL}{_LARGE}]|\\d{{1,4}}(?:-\\d+)?[- ][{_SMALL}])")
_NUMBER_SIGN = re.compile(r"(?<=[\u0400-\u04ff]{3})(?=\u2116)")
_PAIR = re.compile(r"(?<![^\W_])([^\W\d_]{2,})(?=( |[ ]?\n)([^\W\d_]{2,})(?![^\W_]))")
_DOUBLE = re.compile(r"([^\W\d_])\1")
_LONG, _LONGEST = 9, 60


def join_hyphenated(context: Context) -> Iterator[Change]:
    """Close a word that a hyphen divides at the line's end; a hyphen of its own stays."""
    if not _TORN.search(context.string):
        return
    lines = list(context.printed())
    for (at, text, _), (below_at, below, _) in pairwise(lines):
        if text.rstrip()[-1:].isdigit() and (ending := _ENDING.match(below)):
            yield from _pulled_up(context, at + len(text.rstrip()), below_at + ending.start(1), ending[1])
            continue
        head = _HEAD.search(text.rstrip()) or _ORDINAL_HEAD.search(text.rstrip())
        rest = _NEXT.match(below.lstrip())
        gap = context.string.count("\n", at, below_at) - 1
        if not head or not rest or gap > 4 or not _goes_on(head[1], rest[0], gap):
            continue
        body = below_at + len(below) - len(below.lstrip())
        if len(head[2]) > 1:
            if context.language.ordinal_hyphen and context.is_linked(rest[0]):
                yield Change(at + head.start(2), at + head.end(), "-" + rest[0], 0.96)
                yield from _taken(context, body, rest[0])
        elif not _keeps_hyphen(head[1], rest[0], head[2], context):
            yield Change(at + head.end() - 1, at + head.end(), rest[0], 0.97)
            yield from _taken(context, body, rest[0])
        else:
            yield from _pulled_up(context, at + head.end(), body, rest[0])


def _pulled_up(context: Context, end: int, start: int, word: str) -> Iterator[Change]:
    """Yield the changes that write the word at `start` at the end of the line before it."""
    yield Change(end, end, word, 0.97)
    yield from _taken(context, start, word)


def _taken(context: Context, start: int, word: str) -> Iterator[Change]:
    stop = start + len(word)
    yield Change(start, stop + (context.string[stop : stop + 1] == " "), "", 0.97)


def _goes_on(head: str, rest: str, gap: int) -> bool:
    if head[-1].isdigit() and _CONVOCATION.match(rest):
        return True
    return rest[0].islower() or (
        not gap and rest[0].isalpha() and head[-1].isalpha() and head.isupper() == rest.isupper()
    )


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
    """Close a word that a narrow cell cut in two: the whole is a common word, the halves are not."""
    cut = _cut_pairs(context)
    if not cut:
        return
    for match in _PAIR.finditer(context.string):
        if (match[1], match[3]) not in cut:
            continue
        if match[2] == " ":
            yield Change(match.start(2), match.end(2), "", 0.95)
        else:
            yield Change(match.end(1), match.end(1), match[3], 0.95)
            stop = match.end(3)
            yield Change(match.start(3), stop + (context.string[stop : stop + 1] == " "), "", 0.95)


def _cut_pairs(context: Context) -> set[tuple[str, str]]:
    """Return the neighbours in the text that are halves of one word."""
    frequent, fragments = context.words.frequent, context.language.fragments
    rare = {w for w in set(context.tokens) if w in fragments or plain(w) not in frequent}
    return {
        (left, right)
        for left, right in pairwise(context.tokens)
        if (left in rare or right in rare) and right.islower() and _is_cut(plain(left), right, context)
    }


def _is_cut(left: str, right: str, context: Context) -> bool:
    """Say whether two halves are one word: a common one, of which one half at least is no word."""
    words, whole = context.words, left + right
    if len(whole) < 7 or whole not in words.common:
        return False
    seam = _seam(whole, (), context)
    if seam and abs(seam - len(left)) < 3:  # two words between which a blank was put in the wrong place
        return False
    if not words.has(right) or right in context.language.fragments:
        return True
    if not words.has(left):
        return len(right) < 4 or right not in words.common
    return (
        whole in words.frequent and right not in words.common and (left not in words.common or _is_shred(left, context))
    )


def _is_shred(left: str, context: Context) -> bool:
    """Say whether a left half is too short and too seldom met to be a word before another."""
    return len(left) < 4 and left not in context.words.frequent


def split_glued(context: Context) -> Iterator[Change]:
    """Part words that a lost blank glued: at a capital or a figure, or after a word that cannot go on."""
    glued: set[int] = set()
    for match in _NUMBER_SIGN.finditer(context.string):
        glued.add(context.line_of(match.start()))
        yield Change(match.start(), match.start(), " ", 0.97)
    for match in _SEAM.finditer(context.string):
        if _is_seam(context, match.start()):
            glued.add(context.line_of(match.start()))
            yield Change(match.start(), match.start(), " ", 0.97)
    yield from _lower_seams(context, glued)


def _is_seam(context: Context, at: int) -> bool:
    """Say whether at a place where a small letter meets a capital or a figure one word ends and another begins."""
    left = _LAST.search(context.string, max(at - 40, 0), at)
    if left is None or plain(left[0]) not in context.words.common or len(left[0]) < 3:
        return False
    if not left[0].islower() and len(left[0]) < _LONG - 1:  # a name of two parts may have a capital inside
        return False
    if context.string[at].isdigit():
        right = _ORDINAL.match(context.string, at)
        return right is not None and (context.is_linked(right[1]) or context.has(right[1]))
    right = _BARE.match(context.string, at)
    return right is not None and len(right[0]) > 2 and _known_start(right[0], context)


def _known_start(word: str, context: Context) -> bool:
    return plain(word) in context.words.common or _seam(plain(word), (), context) is not None


def _lower_seams(context: Context, glued: set[int]) -> Iterator[Change]:
    """Part words of small letters; in a line that has lost blanks elsewhere, any two common words."""
    unknown = [w for w in context.counts if _LONG <= len(w) <= _LONGEST and not context.words.has(w)]
    found = {w: at for w in unknown if (at := _seam(w, (), context))}
    if not found:
        return
    sure = {w for w in found if _seam(w, context.language.closed, context)}
    for match in WORD.finditer(context.string):
        word = plain(match[0])
        if word in found and (word in sure or context.line_of(match.start()) in glued):
            at = match.start() + found[word]
            yield Change(at, at, " ", 0.96)


def _seam(word: str, endings: tuple[str, ...], context: Context) -> int | None:
    """Return the one place where a word parts into two frequent ones, the first with one of the endings if given."""
    frequent = context.words.frequent
    seams = [at for at in range(3, len(word) - 3) if word[:at] in frequent and word[at:] in frequent]
    if endings:
        seams = [at for at in seams if word[:at].endswith(endings)]
    return seams[0] if len(seams) == 1 else None


def undouble_letters(context: Context) -> Iterator[Change]:
    """Write once a vowel typed twice, where only the word with one is known."""
    doubled = [w for w in context.counts if 5 < len(w) <= _LONGEST and _DOUBLE.search(w) and not context.words.has(w)]
    fixed = {w: after for w in doubled if (after := _undoubled(w, context))}
    if not fixed:
        return
    for match in WORD.finditer(context.string):
        after = fixed.get(plain(match[0]))
        if after is not None and not match[0].isupper():  # an abbreviation may have two of a letter
            at = next(n for n, (a, b) in enumerate(zip(match[0].lower(), after + " ", strict=True)) if a != b)
            yield Change(match.start(), match.end(), match[0][:at] + match[0][at + 1 :], 0.95)


def _undoubled(word: str, context: Context) -> str | None:
    vowels = context.language.vowels
    tried = {word[: m.start()] + word[m.start() + 1 :] for m in _DOUBLE.finditer(word) if m[1] in vowels}
    known = [w for w in tried if w in context.words.common or (context.words.has(w) and context.counts[w] > 1)]
    return known[0] if len(known) == 1 else None
