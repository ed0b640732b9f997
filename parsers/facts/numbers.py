"""Numbers as acts print them: figures, words, "2 (two)", ordinals, ranges."""

from __future__ import annotations

import re

from models import Grammar

_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:ʻ[^\W\d_]+)*")
_BRACKET = re.compile(r"\([^()]*\)")


def quantity(printed: str, grammar: Grammar) -> int | None:
    """Return the value of a printed count ("10", "2 (two)", "twenty one"), or None where it is no number."""
    digits = _DIGITS.search(_BRACKET.sub("", printed)) or _DIGITS.search(printed)
    if digits:
        return int(digits[0])
    words = _WORD.findall(_BRACKET.sub("", printed))
    values = [grammar.maps["numbers"].get(w) for w in words]
    known = [int(v) for v in values if v is not None]
    if not known or len(known) != len(values):
        return None
    total = 0
    for value in known:
        total = total * value if value in (100, 1000) and 0 < total < value else total + value
    return total


def ordinal(printed: str, grammar: Grammar) -> str | None:
    """Return the figure of an ordinal word, or None."""
    return grammar.maps["ordinals"].get(printed)


def run(first: str, last: str) -> list[str] | None:
    """Return the numbers from `first` to `last`, both as printed, or None where they make no range."""
    if not (first.isdigit() and last.isdigit()):
        return None
    low, high = int(first), int(last)
    return [str(n) for n in range(low, high + 1)] if 0 < high - low <= 60 else None
