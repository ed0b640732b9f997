"""Characters put right one word at a time: what prints nothing, Unicode forms, Uzbek commas, look-alike letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from normalizers.characters import plain, tables, to_cyrillic
from normalizers.context import WORD, Context
from normalizers.draft import Change
from normalizers.lexicon import lexicon

# C0 and C1 controls without tab, line feed and the mark of a break inside a cell (U+001F); zero-width and
# direction marks; soft hyphen (not at the line's end, where it is printed); byte order mark.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1e\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|\u00ad(?!\\s*\\n)")
_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2028\u2029]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_CHUNK = re.compile(r"\S+")
# Latin letters, among them those that are drawn like Kazakh ones (U+0259 and its kin).
_LATIN = r"A-Za-z\u0259\u018f\u0275\u019f"
_MIXED = re.compile(rf"[{_LATIN}](?=[\u0400-\u04ff])|[\u0400-\u04ff](?=[{_LATIN}])")
_LETTER = re.compile(rf"[{_LATIN}\u0400-\u04ff]")
_LETTERS = re.compile(rf"[{_LATIN}\u0400-\u04ff]+")
_IN_NAME = "\\w@./:'\u2019\u02bb\u02bc`-"
_LATIN_WORD = re.compile(f"(?<![{_IN_NAME}])[A-Za-z][a-z'\u2019\u02bb\u02bc`]{{3,}}(?![{_IN_NAME}])")
# The longest run of capitals that may be a category code or a roman numeral, in whatever alphabet.
_CODE = 4


def remove_invisible(context: Context) -> Iterator[Change]:
    """Take out characters that print nothing, and write every kind of blank as a space."""
    for match in _INVISIBLE.finditer(context.string):
        yield Change(match.start(), match.end(), "")
    for match in _BLANK.finditer(context.string):
        yield Change(match.start(), match.end(), " " * len(match[0]))


def compose_letters(context: Context) -> Iterator[Change]:
    """Write letters with their marks as one character (NFC)."""
    if unicodedata.is_normalized("NFC", context.string):
        return
    for match in _CHUNK.finditer(context.string):
        if not match[0].isascii():
            yield Change(match.start(), match.end(), unicodedata.normalize("NFC", match[0]))


def unify_commas(context: Context) -> Iterator[Change]:
    """Write the turned comma of Uzbek letters, and the apostrophe, as Unicode has them."""
    if context.language.commas:
        for match in _comma_word().finditer(context.string):
            word = match[0]
            after = _with_commas(word)
            if after != word and not _foreign(word):
                yield Change(match.start(), match.end(), after, 0.99)
        yield from _final_commas(context)


def _final_commas(context: Context) -> Iterator[Change]:
    """Write the turned comma at a word's end, where only the word with it is known in Cyrillic letters."""
    uzbek, words = tables()["uzbek"], lexicon(context.language.code.replace("-Latn", "-Cyrl"))
    for match in re.finditer(f"(?<!\\w)([A-Za-z]+[oOgG])([{re.escape(uzbek['typed'])}])(?!\\w)", context.string):
        whole, bare = (plain(to_cyrillic(match[1] + end)) for end in (uzbek["turned"], ""))
        if match[2] != uzbek["turned"] and words.has(whole) and not words.has(bare):
            yield Change(match.start(2), match.end(2), uzbek["turned"], 0.96)


@cache
def _comma_word() -> re.Pattern[str]:
    uzbek = tables()["uzbek"]
    typed, accented = re.escape(uzbek["typed"]), "".join(uzbek["accented"])
    inside = f"[A-Za-z{accented}]+(?:[{typed}][A-Za-z{accented}]+)+"
    return re.compile(f"(?<!\\w)(?:{inside}|[A-Za-z]*[{accented}][A-Za-z{accented}]*)(?!\\w)")


def _with_commas(word: str) -> str:
    uzbek = tables()["uzbek"]
    word = "".join(uzbek["accented"].get(c, c) for c in word)
    letters = list(word)
    for n, char in enumerate(letters):
        if char in uzbek["typed"] and 0 < n < len(letters) - 1:
            letters[n] = uzbek["turned"] if letters[n - 1] in "oOgG" else uzbek["apostrophe"]
    return "".join(letters)


def _foreign(word: str) -> bool:
    """Say whether a word is a foreign name: a capital after the comma inside a word of small letters."""
    return not word.isupper() and any(b.isupper() for a, b in pairwise(word) if not a.isalpha())


def turn_look_alikes(context: Context) -> Iterator[Change]:
    """Write every letter of a word in the alphabet that most of the word is in."""
    done = -1
    for match in _MIXED.finditer(context.string):
        if match.start() < done:
            continue
        begin = match.start()
        while begin and _LETTER.match(context.string, begin - 1):
            begin -= 1
        word = _LETTERS.match(context.string, begin)
        if word is None:
            continue
        done = word.end()
        after = _turned(word[0], context)
        if after:
            yield Change(begin, done, after, 0.98)


def _is_latin(char: str) -> bool:
    return ord(char) < 0x400


def _turned(word: str, context: Context) -> str | None:
    """Return the word in one alphabet; None where it is a code, a numeral, or of two real parts."""
    alike, back = tables()["look_alike"]["latin_to_cyrillic"], _cyrillic_to_latin()
    if (word.isupper() and len(word) <= _CODE) or set(word) <= set(tables()["look_alike"]["roman"]):
        return None
    latin = [c for c in word if _is_latin(c)]
    cyrillic = [c for c in word if not _is_latin(c)]
    if all(c in alike for c in latin) and all(c in back for c in cyrillic):  # any letter could be of either
        after = _settled(word, context)
        return after if len(word) > 2 and plain(after) in context.words.common else None
    if all(c in alike for c in latin):
        if any(_is_latin(b) and b.isupper() and a.islower() for a, b in pairwise(word)):  # a numeral glued to a word
            return None
        return _settled(word, context) if len(cyrillic) >= len(latin) or len(word) > _CODE else None
    if all(c in back for c in cyrillic) and len(latin) > len(cyrillic) and len(word) > 3:
        return "".join(back.get(c, c) for c in word)
    if _uzbek_in_cyrillic(context):
        return _transliterated(word, context)
    return None


def _uzbek_in_cyrillic(context: Context) -> bool:
    return context.language.language == tables()["uzbek"]["language"] and not context.language.commas


def _settled(word: str, context: Context) -> str:
    """Return the word in Cyrillic letters; where a Latin letter looks like two of them, the known word decides."""
    alike = tables()["look_alike"]["latin_to_cyrillic"]
    usual = "".join(alike.get(c, c) for c in word)
    if context.has(usual):
        return usual
    others = [context.language.without, tables()["look_alike"]["second"], tables()["look_alike"]["third"]]
    for table in others:
        tried = "".join(table.get(c, table.get(alike.get(c, c), alike.get(c, c))) for c in word)
        if tried != usual and context.has(tried):
            return tried
    return "".join(context.language.without.get(c, c) for c in usual)


@cache
def _cyrillic_to_latin() -> dict[str, str]:
    return {cyrillic: latin for latin, cyrillic in tables()["look_alike"]["latin_to_cyrillic"].items()}


def _transliterated(word: str, context: Context) -> str | None:
    """Return a mixed word in Cyrillic letters; a Latin stem may have a Cyrillic ending, the reverse never occurs."""
    after = to_cyrillic(word)
    known = not _is_latin(word[0]) or context.words.reads(plain(after)) or context.counts[plain(after)] > 0
    return after if known and not any(_is_latin(c) for c in after) else None


def write_in_own_script(context: Context) -> Iterator[Change]:
    """Write Uzbek words in Latin letters amid Cyrillic text in Cyrillic, where the word is known so."""
    if not _uzbek_in_cyrillic(context):
        return
    for match in _LATIN_WORD.finditer(context.string):
        after = to_cyrillic(match[0])
        if _amid_cyrillic(context.string, match) and (context.has(after) or context.counts[plain(after)] > 1):
            yield Change(match.start(), match.end(), after, 0.97)


def _amid_cyrillic(string: str, match: re.Match[str]) -> bool:
    """Say whether the words on both sides in the line are Cyrillic and, at the right, not a name."""
    begin = string.rfind("\n", 0, match.start()) + 1
    end = string.find("\n", match.end())
    left = WORD.findall(string[begin : match.start()])
    right = WORD.findall(string[match.end() : end if end >= 0 else len(string)])
    near = [*left[-1:], *right[:1]]
    return len(near) == 2 and not any(_is_latin(word[0]) for word in near)
