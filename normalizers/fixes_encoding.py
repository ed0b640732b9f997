"""Bytes of one encoding that were read as another, and text set in the legacy single-byte Kazakh fonts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from normalizers.characters import tables
from normalizers.context import WORD, Context
from normalizers.draft import Change
from normalizers.lexicon import health

# What a text in a wrong encoding is full of: letters of Latin-1, or Cyrillic ones that none of the languages has.
_STRANGE = re.compile(
    r"[\u00c0-\u00ff]|[\u0420\u0421\u0422\u04d2\u04e8][\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u2013-\u203a]"
)
_ENOUGH = 4
_SAMPLE = 400
# How much of the text must read as words after the repair, and how much more than before.
_GOOD, _BETTER = 0.6, 0.3


def restore_encoding(context: Context) -> Iterator[Change]:
    """Read the lines again in the encoding that they were written in."""
    lines = _suspects(context)
    if not lines:
        return
    sample = [text for _, text in lines[:_SAMPLE]]
    before = _best_health(sample, context.codes)
    tried = [(_score(_read(sample, *pair), len(sample), context), pair) for pair in tables()["encodings"]["pairs"]]
    score, pair = max(tried, key=lambda t: t[0])
    if score < max(_GOOD, before + _BETTER):
        return
    for at, text in lines:
        after = _reread(text, *pair)
        if after and after != text and "\n" not in after:
            yield Change(at, at + len(text), after, round(min(score, 0.99), 2))


def _suspects(context: Context) -> list[tuple[int, str]]:
    """Return the lines that may be in a wrong encoding, with their offsets."""
    strange = len(_STRANGE.findall(context.string, 0, 200_000))
    if strange < _ENOUGH and context.health > 1 - _GOOD:
        return []
    whole = context.health <= 1 - _GOOD
    return [
        (at, text)
        for at, text, _ in context.lines
        if not text.isascii() and (whole or len(_STRANGE.findall(text)) * 6 > len(text))
    ]


def _score(lines: Sequence[str], wanted: int, context: Context) -> float:
    """Return how well lines read, less where some of them cannot be read so at all."""
    return _best_health(lines, context.codes) * len(lines) / wanted


def _best_health(lines: Sequence[str], codes: Sequence[str]) -> float:
    counts = Counter(WORD.findall("\n".join(lines)))
    return max((health(counts, code) for code in codes), default=0.0) if counts else 0.0


def _read(lines: Sequence[str], read: str, was: str) -> list[str]:
    return [after for line in lines if (after := _reread(line, read, was))]


def _reread(text: str, read: str, was: str) -> str | None:
    """Return what the bytes are in the encoding `was` if they were read as `read`; None where that cannot be."""
    try:
        return _bytes(text, read).decode(was)
    except (UnicodeError, ValueError):
        return None


def _bytes(text: str, encoding: str) -> bytes:
    """Return the bytes that `encoding` reads as `text`; a character that it has not is its own byte (to U+00FF)."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b"".join(_byte(c, encoding) for c in text)


def _byte(char: str, encoding: str) -> bytes:
    try:
        return char.encode(encoding)
    except UnicodeEncodeError:
        return bytes([ord(char)])


def restore_kazakh_font(context: Context) -> Iterator[Change]:
    """Write the letters that a legacy font drew as Kazakh ones as Kazakh letters."""
    signs = _font_letter().findall(context.string)
    target = tables()["encodings"]["font_language"]
    if len(signs) < _ENOUGH or target not in context.codes:
        return
    counts = Counter(context.tokens)
    before = health(counts, context.language.code)
    tried = [(health(_mapped(counts, font["letters"]), target), n) for n, font in enumerate(tables()["kazakh_font"])]
    score, number = max(tried, key=lambda t: (t[0], -t[1]))
    if score < max(_GOOD, before + 0.05):
        return
    letters = {ord(k): v for k, v in tables()["kazakh_font"][number]["letters"].items()}
    for match in WORD.finditer(context.string):
        after = match[0].translate(letters)
        if after != match[0]:
            yield Change(match.start(), match.end(), after, 0.97)


@cache
def _font_letter() -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted({c for font in tables()['kazakh_font'] for c in font['letters']}))}]")


def _mapped(counts: Mapping[str, int], letters: Mapping[str, str]) -> Counter[str]:
    table = {ord(k): v for k, v in letters.items()}
    mapped: Counter[str] = Counter()
    for word, count in counts.items():
        mapped[word.translate(table)] += count
    return mapped
